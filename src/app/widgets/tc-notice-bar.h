/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TcNoticeBar: one notice above a view: a text, up to two buttons, and a way to close it. It slides in and out and takes no room otherwise.
 * Signals: response (const char *topic, int button)   button 1 or 2; never for closing. Main thread.
 */
#define TC_TYPE_NOTICE_BAR (tc_notice_bar_get_type ())
G_DECLARE_FINAL_TYPE (TcNoticeBar, tc_notice_bar, TC, NOTICE_BAR, GtkWidget)

GtkWidget *tc_notice_bar_new  (void);
/** tc_notice_bar_show: replaces what is shown. @topic names the notice for tc_notice_bar_hide(); @first, @second: button texts or NULL. */
void       tc_notice_bar_show (TcNoticeBar *self, const char *topic, GtkMessageType type, const char *text, const char *first, const char *second);
/** tc_notice_bar_hide: hides the notice of @topic; another one stays. NULL: any. */
void       tc_notice_bar_hide (TcNoticeBar *self, const char *topic);
const char *tc_notice_bar_get_topic (TcNoticeBar *self);       /* of the notice shown, or NULL */

G_END_DECLS
