/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-file-ops.h"
#include "tc-files-panel.h"

G_BEGIN_DECLS

struct _TcFilesPanel
{
  GtkWidget          parent_instance;

  char              *namespace_;
  GFile             *root;           /* or NULL: no namespace */
  GtkWidget         *title, *path, *stack, *list;
  GtkMultiSelection *selection;
  GFile             *cut;            /* set: what the clipboard holds is to be moved, not copied */
  GFile             *reveal;         /* to be selected as soon as the folder's model shows it */
};

/* tc-files-panel-dnd.c: drags out of a row, drops onto rows, between them and onto the empty area. */
void       tc_files_panel_add_drop_target (TcFilesPanel *self, GtkWidget *widget, GtkTreeListRow *(*row_of) (GtkWidget *widget));
void       tc_files_panel_add_drag_source (TcFilesPanel *self, GtkWidget *widget, GtkTreeListRow *(*row_of) (GtkWidget *widget));
/** Puts @files into @folder: moves what lies in the namespace already (unless @copy), copies what comes from outside; asks if a name exists. */
void       tc_files_panel_transfer        (TcFilesPanel *self, GPtrArray *files, GFile *folder, gboolean copy);
/** The folder that a row stands for: itself, or the one around its file; without a row the namespace's. Caller owns. */
GFile     *tc_files_panel_folder_of       (TcFilesPanel *self, GtkTreeListRow *row);
GPtrArray *tc_files_panel_selected_files  (TcFilesPanel *self);      /* GFile*; caller owns */
void       tc_files_panel_notice          (TcFilesPanel *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
GFile     *tc_files_panel_row_file        (GtkTreeListRow *row);     /* borrowed */
gboolean   tc_files_panel_row_is_folder   (GtkTreeListRow *row);
GtkTreeListRow *tc_files_panel_selected_row (TcFilesPanel *self);    /* of the first selected file, or NULL; caller owns */
void       tc_files_panel_reveal_pending  (TcFilesPanel *self);      /* selects what was just made, once its folder's model shows it */
void       tc_files_panel_open_row        (TcFilesPanel *self, guint position);

/* tc-files-panel-actions.c */
void       tc_files_panel_install_actions (GtkWidgetClass *widget_class);
void       tc_files_panel_popover_closed  (GtkPopover *popover);     /* handler of "closed" for popovers made on demand */

G_END_DECLS
