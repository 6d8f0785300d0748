/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-files-panel-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define ATTRIBUTES "standard::name,standard::display-name,standard::type,standard::is-symlink,standard::symbolic-icon,standard::size"

enum { OPEN_FILE, NOTICE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_TYPE (TcFilesPanel, tc_files_panel, GTK_TYPE_WIDGET)

static GFile *
info_file (GFileInfo *info)
{
  return G_FILE (g_file_info_get_attribute_object (info, "standard::file"));
}

/* A link to a folder is shown, but never opened as one: it may lead out of the namespace, or in a circle. */
static gboolean
info_is_folder (GFileInfo *info)
{
  return g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY && !g_file_info_get_is_symlink (info);
}

GFile *
tc_files_panel_row_file (GtkTreeListRow *row)
{
  g_autoptr (GFileInfo) info = gtk_tree_list_row_get_item (row);

  return info_file (info);
}

gboolean
tc_files_panel_row_is_folder (GtkTreeListRow *row)
{
  g_autoptr (GFileInfo) info = gtk_tree_list_row_get_item (row);

  return info_is_folder (info);
}

void
tc_files_panel_notice (TcFilesPanel *self,
                       const char   *format,
                       ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_signal_emit (self, signals[NOTICE], 0, text);
}

static int
compare_infos (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  GFileInfo *left = (GFileInfo *) a, *right = (GFileInfo *) b;
  int order = info_is_folder (right) - info_is_folder (left);

  if (order == 0)
    {
      g_autofree char *left_key = g_utf8_collate_key_for_filename (g_file_info_get_display_name (left), -1);
      g_autofree char *right_key = g_utf8_collate_key_for_filename (g_file_info_get_display_name (right), -1);

      order = strcmp (left_key, right_key);
    }
  return CLAMP (order, -1, 1);
}

static GListModel *
folder_model (GFile *folder)
{
  GtkDirectoryList *list = gtk_directory_list_new (ATTRIBUTES, folder);
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_infos, NULL, NULL));

  gtk_directory_list_set_monitored (list, TRUE);
  return G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (list), sorter));
}

static GListModel *
children_of (gpointer item,
             gpointer data)
{
  return info_is_folder (item) ? folder_model (info_file (item)) : NULL;
}

GFile *
tc_files_panel_folder_of (TcFilesPanel   *self,
                          GtkTreeListRow *row)
{
  if (self->root == NULL)
    return NULL;
  if (row == NULL)
    return g_object_ref (self->root);
  if (tc_files_panel_row_is_folder (row))
    return g_object_ref (tc_files_panel_row_file (row));
  return g_file_get_parent (tc_files_panel_row_file (row));
}

GPtrArray *
tc_files_panel_selected_files (TcFilesPanel *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint64 n = gtk_bitset_get_size (selected);

  for (guint64 i = 0; i < n; i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), gtk_bitset_get_nth (selected, i));

      g_ptr_array_add (files, g_object_ref (tc_files_panel_row_file (row)));
    }
  return files;
}

GtkTreeListRow *
tc_files_panel_selected_row (TcFilesPanel *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));

  if (gtk_bitset_is_empty (selected))
    return NULL;
  return g_list_model_get_item (G_LIST_MODEL (self->selection), gtk_bitset_get_minimum (selected));
}

static void
update_stack (TcFilesPanel *self)
{
  const char *page = self->root == NULL ? "none" : g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0 ? "empty" : "list";

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), page);
}

void
tc_files_panel_reveal_pending (TcFilesPanel *self)
{
  for (guint i = 0; self->reveal != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->selection)); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), i);
      GFile *file = tc_files_panel_row_file (row);

      if (g_file_equal (file, self->reveal))
        {
          g_clear_object (&self->reveal);
          gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), i, TRUE);
          gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", i);
        }
      else if (g_file_has_prefix (self->reveal, file) && !gtk_tree_list_row_get_expanded (row))
        gtk_tree_list_row_set_expanded (row, TRUE);
    }
}

static void
items_changed (GListModel   *model,
               guint         position,
               guint         removed,
               guint         added,
               TcFilesPanel *self)
{
  update_stack (self);
  tc_files_panel_reveal_pending (self);
}

static GtkTreeListRow *
row_of_widget (GtkWidget *widget)
{
  return gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (widget));
}

static void
setup_row (GtkListItemFactory *factory,
           GtkListItem        *item,
           TcFilesPanel       *self)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (item, expander);
  tc_files_panel_add_drag_source (self, expander, row_of_widget);
  tc_files_panel_add_drop_target (self, expander, row_of_widget);
}

static void
bind_row (GtkListItemFactory *factory,
          GtkListItem        *item,
          TcFilesPanel       *self)
{
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  GtkWidget *expander = gtk_list_item_get_child (item);
  GtkWidget *image = gtk_widget_get_first_child (gtk_tree_expander_get_child (GTK_TREE_EXPANDER (expander)));
  GtkWidget *label = gtk_widget_get_next_sibling (image);
  g_autoptr (GFileInfo) info = gtk_tree_list_row_get_item (row);
  g_autofree char *path = g_file_get_relative_path (self->root, info_file (info));

  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (expander), row);
  gtk_image_set_from_gicon (GTK_IMAGE (image), g_file_info_get_symbolic_icon (info));
  gtk_label_set_text (GTK_LABEL (label), g_file_info_get_display_name (info));
  gtk_widget_set_tooltip_text (expander, path);
  gtk_accessible_update_property (GTK_ACCESSIBLE (expander), GTK_ACCESSIBLE_PROPERTY_LABEL, g_file_info_get_display_name (info), -1);
}

void
tc_files_panel_open_row (TcFilesPanel *self,
                         guint         position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autofree char *path = g_file_get_path (tc_files_panel_row_file (row));

  if (tc_files_panel_row_is_folder (row))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
  else
    g_signal_emit (self, signals[OPEN_FILE], 0, path);
}

static void
activated (GtkListView  *list,
           guint         position,
           TcFilesPanel *self)
{
  tc_files_panel_open_row (self, position);
}

static GMenuModel *
context_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) open = g_menu_new (), make = g_menu_new (), edit = g_menu_new (), remove = g_menu_new ();

  g_menu_append (open, _("_Open"), "files.open");
  g_menu_append (make, _("New _File…"), "files.new-file");
  g_menu_append (make, _("New F_older…"), "files.new-folder");
  g_menu_append (make, _("_Import Files…"), "files.import");
  g_menu_append (make, _("Import Fol_der…"), "files.import-folder");
  g_menu_append (edit, _("Cu_t"), "files.cut");
  g_menu_append (edit, _("_Copy"), "files.copy");
  g_menu_append (edit, _("_Paste"), "files.paste");
  g_menu_append (remove, _("_Rename…"), "files.rename");
  g_menu_append (remove, _("_Move to Trash"), "files.trash");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (open));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (make));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (edit));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (remove));
  return G_MENU_MODEL (menu);
}

static void
show_menu (TcFilesPanel *self,
           double        x,
           double        y)
{
  g_autoptr (GMenuModel) model = context_menu ();
  GtkWidget *menu = gtk_popover_menu_new_from_model (model);

  gtk_widget_set_parent (menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  g_signal_connect (menu, "closed", G_CALLBACK (tc_files_panel_popover_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (menu));
}

static void
menu_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  show_menu (TC_FILES_PANEL (widget), gtk_widget_get_width (widget) / 2.0, gtk_widget_get_height (widget) / 3.0);
}

static void
secondary_pressed (GtkGestureClick *gesture,
                   int              n_press,
                   double           x,
                   double           y,
                   TcFilesPanel    *self)
{
  show_menu (self, x, y);
}

static GtkWidget *
button (const char *icon,
        const char *tooltip,
        const char *action)
{
  GtkWidget *widget = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (widget, "flat");
  gtk_widget_set_tooltip_text (widget, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (widget), action);
  return widget;
}

static GtkWidget *
header_label (PangoEllipsizeMode  ellipsize,
              const char *const  *classes)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_widget_set_css_classes (label, (const char **) classes);
  return label;
}

static GtkWidget *
make_header (TcFilesPanel *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->title = header_label (PANGO_ELLIPSIZE_END, (const char *const[]) { "heading", NULL });
  self->path = header_label (PANGO_ELLIPSIZE_START, (const char *const[]) { "caption", "dim-label", NULL });
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_box_append (GTK_BOX (row), self->title);
  gtk_box_append (GTK_BOX (row), button ("document-new-symbolic", _("New File"), "files.new-file"));
  gtk_box_append (GTK_BOX (row), button ("folder-new-symbolic", _("New Folder"), "files.new-folder"));
  gtk_box_append (GTK_BOX (row), button ("document-open-symbolic", _("Import Files"), "files.import"));
  gtk_box_append (GTK_BOX (header), row);
  gtk_box_append (GTK_BOX (header), self->path);
  gtk_widget_set_margin_start (header, 12);
  gtk_widget_set_margin_end (header, 6);
  gtk_widget_set_margin_top (header, 6);
  gtk_widget_set_margin_bottom (header, 6);
  return header;
}

static GtkWidget *
make_list (TcFilesPanel *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
  self->selection = gtk_multi_selection_new (NULL);
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (items_changed), self);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Files"), -1);
  g_signal_connect (self->list, "activate", G_CALLBACK (activated), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  return scroller;
}

static GtkWidget *
status_page (const char *icon,
             const char *title,
             const char *description)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), icon);
  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page), description);
  gtk_widget_add_css_class (page, "compact");
  return page;
}

static void
tc_files_panel_dispose (GObject *object)
{
  TcFilesPanel *self = TC_FILES_PANEL (object);
  GtkWidget *child;

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->selection);
  g_clear_object (&self->root);
  g_clear_object (&self->cut);
  g_clear_object (&self->reveal);
  g_clear_pointer (&self->namespace_, g_free);
  G_OBJECT_CLASS (tc_files_panel_parent_class)->dispose (object);
}

static void
tc_files_panel_class_init (TcFilesPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_files_panel_dispose;
  signals[OPEN_FILE] = g_signal_new ("open-file", TC_TYPE_FILES_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[NOTICE] = g_signal_new ("notice", TC_TYPE_FILES_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "files");
  tc_files_panel_install_actions (widget_class);
  gtk_widget_class_install_action (widget_class, "files.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "files.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "files.menu", NULL);
}

static void
tc_files_panel_init (TcFilesPanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *hint = gtk_label_new (_("Drop files or folders here to add them"));
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_box_append (GTK_BOX (box), make_header (self));
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), make_list (self), "list");
  gtk_stack_add_named (GTK_STACK (self->stack),
                       status_page ("folder-symbolic", _("No Files Yet"), _("Drop files here, or make one with the buttons above.")), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack),
                       status_page ("folder-symbolic", _("No Namespace"), _("Open a flow to see the files of its namespace.")), "none");
  gtk_box_append (GTK_BOX (box), self->stack);
  gtk_widget_add_css_class (hint, "caption");
  gtk_widget_add_css_class (hint, "dim-label");
  gtk_label_set_ellipsize (GTK_LABEL (hint), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_top (hint, 6);
  gtk_widget_set_margin_bottom (hint, 6);
  gtk_box_append (GTK_BOX (box), hint);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  tc_files_panel_add_drop_target (self, GTK_WIDGET (self), NULL);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (secondary_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Files of the namespace"), -1);
  tc_files_panel_set_namespace (self, NULL, NULL);
}

GtkWidget *
tc_files_panel_new (void)
{
  return g_object_new (TC_TYPE_FILES_PANEL, NULL);
}

static void
enable_actions (TcFilesPanel *self)
{
  static const char *const names[] = { "files.new-file", "files.new-folder", "files.import", "files.import-folder", "files.paste" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), names[i], self->root != NULL);
}

void
tc_files_panel_set_namespace (TcFilesPanel *self,
                              const char   *namespace_,
                              const char   *directory)
{
  g_autoptr (GFile) root = directory != NULL ? g_file_new_for_path (directory) : NULL;

  g_return_if_fail (TC_IS_FILES_PANEL (self));
  if (root != NULL && self->root != NULL && g_file_equal (root, self->root))
    return;
  g_free (self->namespace_);
  self->namespace_ = g_strdup (namespace_);
  g_set_object (&self->root, root);
  g_clear_object (&self->reveal);
  gtk_label_set_text (GTK_LABEL (self->title), namespace_ != NULL ? namespace_ : _("Files"));
  gtk_label_set_text (GTK_LABEL (self->path), directory != NULL ? directory : "");
  gtk_widget_set_tooltip_text (self->path, directory);
  if (root != NULL)
    {
      g_autoptr (GtkTreeListModel) tree = gtk_tree_list_model_new (folder_model (root), FALSE, FALSE, children_of, NULL, NULL);

      gtk_multi_selection_set_model (self->selection, G_LIST_MODEL (tree));
    }
  else
    gtk_multi_selection_set_model (self->selection, NULL);
  enable_actions (self);
  update_stack (self);
}

const char *
tc_files_panel_get_namespace (TcFilesPanel *self)
{
  g_return_val_if_fail (TC_IS_FILES_PANEL (self), NULL);
  return self->namespace_;
}
