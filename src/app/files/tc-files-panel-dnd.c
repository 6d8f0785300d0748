/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-files-panel-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define EXPAND_AFTER_MS 700

typedef GtkTreeListRow *(*RowFunc) (GtkWidget *widget);

static gboolean
is_inside (TcFilesPanel *self,
           GFile        *file)
{
  return self->root != NULL && g_file_has_prefix (file, self->root);
}

static gboolean
all_inside (TcFilesPanel *self,
            GPtrArray    *files)
{
  for (guint i = 0; i < files->len; i++)
    if (!is_inside (self, files->pdata[i]))
      return FALSE;
  return TRUE;
}

typedef struct
{
  GWeakRef    panel;
  GPtrArray  *files;
  GFile      *folder;
  TcFileVerb  verb;
} Transfer;

static void
transfer_free (Transfer *self)
{
  g_weak_ref_clear (&self->panel);
  g_ptr_array_unref (self->files);
  g_object_unref (self->folder);
  g_free (self);
}

static void run_transfer (TcFilesPanel *self, Transfer *transfer, TcConflict conflict);

static void
conflict_answered (AdwMessageDialog *dialog,
                   const char       *response,
                   gpointer          data)
{
  Transfer *transfer = data;
  g_autoptr (TcFilesPanel) self = g_weak_ref_get (&transfer->panel);

  if (self == NULL || g_str_equal (response, "cancel"))
    transfer_free (transfer);
  else
    run_transfer (self, transfer, g_str_equal (response, "replace") ? TC_CONFLICT_REPLACE
                                  : g_str_equal (response, "skip")  ? TC_CONFLICT_SKIP
                                                                    : TC_CONFLICT_KEEP_BOTH);
}

static void
ask_about_conflict (TcFilesPanel *self,
                    Transfer     *transfer,
                    const char   *message)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *dialog = adw_message_dialog_new (window, _("Name Already Taken"), NULL);

  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog), _("%s What shall happen to files of the same name?"), message);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"), "skip", _("_Skip"), "both", _("_Keep Both"), "replace", _("_Replace"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "both");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (conflict_answered), transfer);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
report_transfer (TcFilesPanel       *self,
                 const TcFileReport *report,
                 TcFileVerb          verb)
{
  if (report->n_links > 0)
    tc_files_panel_notice (self, ngettext ("Left out %u link to a folder", "Left out %u links to folders", report->n_links),
                           report->n_links);
  else if (report->n_done > 0 && verb == TC_FILE_COPY)
    tc_files_panel_notice (self, ngettext ("Added %u file to %s", "Added %u files to %s", report->n_done), report->n_done,
                           self->namespace_);
  else if (report->n_done > 0)
    tc_files_panel_notice (self, ngettext ("Moved %u file", "Moved %u files", report->n_done), report->n_done);
}

static void
transferred (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Transfer *transfer = data;
  g_autoptr (TcFilesPanel) self = g_weak_ref_get (&transfer->panel);
  g_autoptr (GError) error = NULL;
  TcFileReport report;

  if (!tc_file_ops_transfer_finish (result, &report, &error))
    {
      if (self != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          ask_about_conflict (self, transfer, error->message);
          return;
        }
      if (self != NULL)
        tc_files_panel_notice (self, "%s", error->message);
    }
  else if (self != NULL)
    report_transfer (self, &report, transfer->verb);
  transfer_free (transfer);
}

static void
run_transfer (TcFilesPanel *self,
              Transfer     *transfer,
              TcConflict    conflict)
{
  tc_file_ops_transfer_async (transfer->files, transfer->folder, transfer->verb, conflict, NULL, transferred, transfer);
}

void
tc_files_panel_transfer (TcFilesPanel *self,
                         GPtrArray    *files,
                         GFile        *folder,
                         gboolean      copy)
{
  Transfer *transfer = g_new0 (Transfer, 1);

  g_weak_ref_init (&transfer->panel, self);
  transfer->files = g_ptr_array_ref (files);
  transfer->folder = g_object_ref (folder);
  transfer->verb = !copy && all_inside (self, files) ? TC_FILE_MOVE : TC_FILE_COPY;
  run_transfer (self, transfer, TC_CONFLICT_REFUSE);
}

/* What a drop target needs to know; lives as long as its controller. */
typedef struct
{
  TcFilesPanel *panel;
  RowFunc       row_of;
  guint         expand;
  GtkTreeListRow *waiting;      /* a folder that opens if the pointer rests on it */
} Target;

static void
stop_waiting (Target *self)
{
  g_clear_handle_id (&self->expand, g_source_remove);
  g_clear_object (&self->waiting);
}

static void
target_free (gpointer  data,
             GClosure *closure)
{
  stop_waiting (data);
  g_free (data);
}

static GtkTreeListRow *
target_row (GtkDropTarget *controller,
            Target        *self)
{
  return self->row_of != NULL ? self->row_of (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller))) : NULL;
}

static gboolean
expand_row (gpointer data)
{
  Target *self = data;

  self->expand = 0;
  gtk_tree_list_row_set_expanded (self->waiting, TRUE);
  g_clear_object (&self->waiting);
  return G_SOURCE_REMOVE;
}

/* Moves within this program, copies from elsewhere; the user's modifier keys narrow what GDK offers. */
static GdkDragAction
wanted_action (GtkDropTarget *controller)
{
  GdkDrop *drop = gtk_drop_target_get_current_drop (controller);
  GdkDragAction offered = drop != NULL ? gdk_drop_get_actions (drop) : 0;

  if (drop != NULL && gdk_drop_get_drag (drop) != NULL && (offered & GDK_ACTION_MOVE) != 0)
    return GDK_ACTION_MOVE;
  return (offered & GDK_ACTION_COPY) != 0 ? GDK_ACTION_COPY : 0;
}

static GdkDragAction
drop_entered (GtkDropTarget *controller,
              double         x,
              double         y,
              gpointer       data)
{
  Target *self = data;
  GtkTreeListRow *row = target_row (controller, self);

  stop_waiting (self);
  if (row != NULL && tc_files_panel_row_is_folder (row) && !gtk_tree_list_row_get_expanded (row))
    {
      self->waiting = g_object_ref (row);
      self->expand = g_timeout_add (EXPAND_AFTER_MS, expand_row, self);
    }
  return self->panel->root != NULL ? wanted_action (controller) : 0;
}

static GdkDragAction
drop_moved (GtkDropTarget *controller,
            double         x,
            double         y,
            gpointer       data)
{
  Target *self = data;

  return self->panel->root != NULL ? wanted_action (controller) : 0;
}

static void
drop_left (GtkDropTarget *controller,
           gpointer       data)
{
  stop_waiting (data);
}

static gboolean
dropped (GtkDropTarget *controller,
         const GValue  *value,
         double         x,
         double         y,
         gpointer       data)
{
  Target *self = data;
  g_autoptr (GFile) folder = tc_files_panel_folder_of (self->panel, target_row (controller, self));
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean copy = wanted_action (controller) != GDK_ACTION_MOVE;

  stop_waiting (self);
  if (folder == NULL || !G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  for (GSList *each = g_value_get_boxed (value); each != NULL; each = each->next)
    g_ptr_array_add (files, g_object_ref (each->data));
  if (files->len == 0)
    return FALSE;
  tc_files_panel_transfer (self->panel, files, folder, copy);
  return TRUE;
}

void
tc_files_panel_add_drop_target (TcFilesPanel *self,
                                GtkWidget    *widget,
                                RowFunc       row_of)
{
  GtkDropTarget *controller = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  Target *target = g_new0 (Target, 1);

  target->panel = self;
  target->row_of = row_of;
  g_signal_connect_data (controller, "enter", G_CALLBACK (drop_entered), target, target_free, 0);
  g_signal_connect (controller, "motion", G_CALLBACK (drop_moved), target);
  g_signal_connect (controller, "leave", G_CALLBACK (drop_left), target);
  g_signal_connect (controller, "drop", G_CALLBACK (dropped), target);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (controller));
}

typedef struct
{
  TcFilesPanel *panel;
  RowFunc       row_of;
} Source;

static void
source_free (gpointer  data,
             GClosure *closure)
{
  g_free (data);
}

static GdkContentProvider *
drag_prepared (GtkDragSource *controller,
               double         x,
               double         y,
               gpointer       data)
{
  Source *self = data;
  GtkTreeListRow *row = self->row_of (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller)));
  g_autoptr (GPtrArray) files = tc_files_panel_selected_files (self->panel);
  GdkContentProvider *providers[2];
  GdkFileList *list;
  g_autofree char *path = NULL;

  if (row == NULL)
    return NULL;
  /* A row that is not selected is dragged alone. */
  if (!g_ptr_array_find_with_equal_func (files, tc_files_panel_row_file (row), (GEqualFunc) g_file_equal, NULL))
    {
      g_ptr_array_set_size (files, 0);
      g_ptr_array_add (files, g_object_ref (tc_files_panel_row_file (row)));
    }
  list = gdk_file_list_new_from_array ((GFile **) files->pdata, files->len);
  path = g_file_get_path (files->pdata[0]);
  providers[0] = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  providers[1] = gdk_content_provider_new_typed (G_TYPE_STRING, path);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  return gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
}

static void
drag_began (GtkDragSource *controller,
            GdkDrag       *drag,
            gpointer       data)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (widget);

  gtk_drag_source_set_icon (controller, picture, 0, 0);
}

void
tc_files_panel_add_drag_source (TcFilesPanel *self,
                                GtkWidget    *widget,
                                RowFunc       row_of)
{
  GtkDragSource *controller = gtk_drag_source_new ();
  Source *source = g_new0 (Source, 1);

  source->panel = self;
  source->row_of = row_of;
  gtk_drag_source_set_actions (controller, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  g_signal_connect_data (controller, "prepare", G_CALLBACK (drag_prepared), source, source_free, 0);
  g_signal_connect (controller, "drag-begin", G_CALLBACK (drag_began), NULL);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (controller));
}
