/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-bottom-panel.h"
#include "tc-notice-bar.h"
#include "tc-sidebar.h"
#include "tc-status-strip.h"
#include "tc-window.h"

G_BEGIN_DECLS

/** What the files tc-window*.c share. */
struct _TcWindow
{
  AdwApplicationWindow  parent_instance;

  TcSession      *session;
  GSettings      *settings;             /* NULL if the schema is not installed */
  AdwFlap        *flap;
  AdwTabView     *tabs;
  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkStack       *content;
  AdwStatusPage  *trouble;
  GtkPaned       *paned;
  GtkWidget      *execute_button, *kill_button;
  TcSidebar      *sidebar;
  TcBottomPanel  *bottom;
  TcStatusStrip  *strip;
  TcNoticeBar    *notice;               /* what concerns all tabs */
  TcPage         *page;                 /* of the selected tab, or NULL */
  TcExecutionItem *watched;             /* of that page, or NULL */
  GtkFileChooserNative *chooser;
  gboolean        bottom_wanted;        /* as the user set it, whatever the page allows */
  gboolean        opening;              /* the engine is, or was a moment ago */
  guint           opening_id;
  gboolean        closing;              /* unsaved changes were answered */
  gboolean        leaving;              /* what runs was answered */
};

void tc_window_install_actions (GtkWidgetClass *klass);                      /* tc-window-actions.c */
void tc_window_update_actions  (TcWindow *self);
void tc_window_add_page        (TcWindow *self, GtkWidget *page);            /* tc-window.c */
void tc_window_show_bottom     (TcWindow *self, gboolean shown);
gboolean tc_window_close_page  (TcWindow *self, AdwTabPage *tab);            /* tc-window-close.c: AdwTabView::close-page */
gboolean tc_window_close_request (GtkWindow *window);

G_END_DECLS
