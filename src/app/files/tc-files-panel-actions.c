/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-files-panel-private.h"

#include "tc-util.h"
#include <glib/gi18n.h>

/* A popover with one entry: for the name of a new file or folder, or a new name. */
typedef void (*NameFunc) (TcFilesPanel *self, const char *name, GFile *file);

typedef struct
{
  TcFilesPanel *panel;
  NameFunc      func;
  GFile        *file;
  GtkWidget    *popover;
} NameQuestion;

static void
name_question_free (gpointer  data,
                    GClosure *closure)
{
  NameQuestion *self = data;

  g_object_unref (self->file);
  g_free (self);
}

static void
name_given (GtkEntry     *entry,
            NameQuestion *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  NameFunc func = self->func;
  TcFilesPanel *panel = self->panel;
  g_autoptr (GFile) file = g_object_ref (self->file);

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  if (*name != '\0')
    func (panel, name, file);
}

static gboolean
unparent_later (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

/* Not at once: GTK still uses the popover after "closed". */
void
tc_files_panel_popover_closed (GtkPopover *popover)
{
  g_idle_add (unparent_later, popover);
}

static void
ask_name (TcFilesPanel *self,
          const char   *title,
          const char   *text,
          GFile        *file,
          NameFunc      func)
{
  NameQuestion *question = g_new0 (NameQuestion, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *label = gtk_label_new (title), *entry = gtk_entry_new ();
  const char *dot = strrchr (text, '.');

  question->panel = self;
  question->func = func;
  question->file = g_object_ref (file);
  question->popover = gtk_popover_new ();
  gtk_widget_set_parent (question->popover, self->title);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (box), label);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 28);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_popover_set_child (GTK_POPOVER (question->popover), box);
  g_signal_connect_data (entry, "activate", G_CALLBACK (name_given), question, name_question_free, 0);
  g_signal_connect (question->popover, "closed", G_CALLBACK (tc_files_panel_popover_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (question->popover));
  gtk_widget_grab_focus (entry);
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, dot != NULL && dot != text ? (int) g_utf8_pointer_to_offset (text, dot) : -1);
}

static void
created (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (TcFilesPanel) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = tc_file_ops_create_finish (result, &error);

  if (file == NULL)
    tc_files_panel_notice (self, "%s", error->message);
  else if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    {
      g_set_object (&self->reveal, file);
      tc_files_panel_reveal_pending (self);
    }
}

static void
create_file (TcFilesPanel *self,
             const char   *name,
             GFile        *folder)
{
  tc_file_ops_create_async (folder, name, FALSE, created, g_object_ref (self));
}

static void
create_folder (TcFilesPanel *self,
               const char   *name,
               GFile        *folder)
{
  tc_file_ops_create_async (folder, name, TRUE, created, g_object_ref (self));
}

static void
renamed (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (TcFilesPanel) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_set_display_name_finish (G_FILE (source), result, &error);

  if (file == NULL)
    tc_files_panel_notice (self, "%s", error->message);
  else
    g_set_object (&self->reveal, file);
}

static void
rename_file (TcFilesPanel *self,
             const char   *name,
             GFile        *file)
{
  if (strchr (name, '/') != NULL || !tc_path_is_inside (name))
    tc_files_panel_notice (self, _("“%s” is no file name: it must not hold “/” or be “..”."), name);
  else
    g_file_set_display_name_async (file, name, G_PRIORITY_DEFAULT, NULL, renamed, g_object_ref (self));
}

static void
new_file_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  TcFilesPanel *self = TC_FILES_PANEL (widget);
  g_autoptr (GtkTreeListRow) row = tc_files_panel_selected_row (self);
  g_autoptr (GFile) folder = tc_files_panel_folder_of (self, row);
  gboolean is_folder = g_str_equal (name, "files.new-folder");

  if (folder != NULL)
    ask_name (self, is_folder ? _("New Folder") : _("New File"), "", folder, is_folder ? create_folder : create_file);
}

static void
rename_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  TcFilesPanel *self = TC_FILES_PANEL (widget);
  g_autoptr (GtkTreeListRow) row = tc_files_panel_selected_row (self);
  g_autofree char *text = row != NULL ? g_file_get_basename (tc_files_panel_row_file (row)) : NULL;

  if (row != NULL)
    ask_name (self, _("Rename"), text, tc_files_panel_row_file (row), rename_file);
}

static void
trashed (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (TcFilesPanel) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));

  if (g_file_trash_finish (G_FILE (source), result, &error))
    tc_files_panel_notice (self, _("Moved “%s” to the trash"), name);
  else
    tc_files_panel_notice (self, _("“%s” stays: %s"), name, error->message);
}

static void
trash_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  TcFilesPanel *self = TC_FILES_PANEL (widget);
  g_autoptr (GPtrArray) files = tc_files_panel_selected_files (self);

  for (guint i = 0; i < files->len; i++)
    g_file_trash_async (files->pdata[i], G_PRIORITY_DEFAULT, NULL, trashed, g_object_ref (self));
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcFilesPanel *self = TC_FILES_PANEL (widget);
  g_autoptr (GPtrArray) files = tc_files_panel_selected_files (self);
  GdkFileList *list;

  if (files->len == 0)
    return;
  list = gdk_file_list_new_from_array ((GFile **) files->pdata, files->len);
  gdk_clipboard_set (gtk_widget_get_clipboard (widget), GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_clear_object (&self->cut);
  if (g_str_equal (name, "files.cut"))
    self->cut = g_object_ref (files->pdata[0]);
}

static void
pasted (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (TcFilesPanel) self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);
  g_autoptr (GtkTreeListRow) row = tc_files_panel_selected_row (self);
  g_autoptr (GFile) folder = tc_files_panel_folder_of (self, row);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  if (value == NULL || folder == NULL)
    {
      tc_files_panel_notice (self, _("The clipboard holds no files."));
      return;
    }
  for (GSList *each = g_value_get_boxed (value); each != NULL; each = each->next)
    g_ptr_array_add (files, g_object_ref (each->data));
  if (files->len > 0)
    tc_files_panel_transfer (self, files, folder, self->cut == NULL || !g_file_equal (self->cut, files->pdata[0]));
  g_clear_object (&self->cut);
}

static void
paste_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  gdk_clipboard_read_value_async (gtk_widget_get_clipboard (widget), GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, pasted,
                                  g_object_ref (widget));
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcFilesPanel *self = TC_FILES_PANEL (widget);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));

  if (!gtk_bitset_is_empty (selected))
    tc_files_panel_open_row (self, gtk_bitset_get_minimum (selected));
}

static void
import_chosen (GtkNativeDialog *dialog,
               int              response,
               TcFilesPanel    *self)
{
  g_autoptr (GtkTreeListRow) row = tc_files_panel_selected_row (self);
  g_autoptr (GFile) folder = tc_files_panel_folder_of (self, row);

  if (response == GTK_RESPONSE_ACCEPT && folder != NULL)
    {
      g_autoptr (GListModel) chosen = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < g_list_model_get_n_items (chosen); i++)
        g_ptr_array_add (files, g_list_model_get_item (chosen, i));
      tc_files_panel_transfer (self, files, folder, TRUE);
    }
  g_object_unref (dialog);
}

static void
import_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  gboolean folders = g_str_equal (name, "files.import-folder");
  GtkFileChooserNative *dialog;

  dialog = gtk_file_chooser_native_new (folders ? _("Import Folder") : _("Import Files"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                        folders ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
                                        _("_Import"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (import_chosen), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
tc_files_panel_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "files.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "files.new-file", NULL, new_file_action);
  gtk_widget_class_install_action (widget_class, "files.new-folder", NULL, new_file_action);
  gtk_widget_class_install_action (widget_class, "files.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "files.import-folder", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "files.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "files.trash", NULL, trash_action);
  gtk_widget_class_install_action (widget_class, "files.cut", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "files.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "files.paste", NULL, paste_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "files.rename", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "files.trash", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "files.new-folder", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_x, GDK_CONTROL_MASK, "files.cut", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "files.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "files.paste", NULL);
}
