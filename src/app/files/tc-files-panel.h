/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TcFilesPanel: the files of one namespace as the plain folder that they are; watches it, takes drops, edits it on workers. Main thread.
 *
 * Signals: open-file (const char *path)   an absolute path of a regular file that the user wants in a tab
 *          notice (const char *text)      something worth a toast ("Added 3 files to company.team"), already translated
 */
#define TC_TYPE_FILES_PANEL (tc_files_panel_get_type ())
G_DECLARE_FINAL_TYPE (TcFilesPanel, tc_files_panel, TC, FILES_PANEL, GtkWidget)

GtkWidget  *tc_files_panel_new           (void);
/** tc_files_panel_set_namespace: shows @directory (absolute; need not exist yet) under the name @namespace_. Both NULL: empty state. */
void        tc_files_panel_set_namespace (TcFilesPanel *self, const char *namespace_, const char *directory);
const char *tc_files_panel_get_namespace (TcFilesPanel *self);

G_END_DECLS
