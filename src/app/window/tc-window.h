/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-session.h"
#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TcWindow: the main window: sidebar, tabs, bottom panel, status strip. Main thread.
 * Its actions (group `win`) are in tc-window-actions.c; menus, keys and tests share them.
 */
#define TC_TYPE_WINDOW (tc_window_get_type ())
G_DECLARE_FINAL_TYPE (TcWindow, tc_window, TC, WINDOW, AdwApplicationWindow)

TcWindow *tc_window_new            (AdwApplication *application, TcSession *session);
void      tc_window_new_flow       (TcWindow *self);
void      tc_window_open_flow      (TcWindow *self, const char *namespace_, const char *id);
void      tc_window_open_file      (TcWindow *self, GFile *file);       /* a flow by its content, else a text file */
void      tc_window_open_execution (TcWindow *self, const char *id);
void      tc_window_toast          (TcWindow *self, const char *text);
gboolean  tc_window_is_empty       (TcWindow *self);                    /* no tab is open */

G_END_DECLS
