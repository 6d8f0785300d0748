/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-problem-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define ROW_HEIGHT 34     /* with and without a button: rows of different heights make scrolling jump */

struct _TcProblemList
{
  GtkWidget    parent_instance;

  GtkStack    *stack;
  GtkListView *list;
  GListModel  *model;
};

G_DEFINE_FINAL_TYPE (TcProblemList, tc_problem_list, GTK_TYPE_WIDGET)

enum { ACTIVATED, CORRECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static GtkWidget *
row_label (GtkWidget  *box,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
correct_clicked (GtkButton   *button,
                 GtkListItem *item)
{
  GtkWidget *list = gtk_widget_get_ancestor (GTK_WIDGET (button), TC_TYPE_PROBLEM_LIST);

  g_signal_emit (list, signals[CORRECTED], 0, gtk_list_item_get_item (item));
}

static void
add_correct_button (GtkWidget   *box,
                    GtkListItem *item)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_add_css_class (button, "flat");
  gtk_box_append (GTK_BOX (box), button);
  g_signal_connect (button, "clicked", G_CALLBACK (correct_clicked), item);
}

static void
setup_row (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  row_label (box, NULL);
  gtk_widget_set_hexpand (row_label (box, "dim-label"), TRUE);
  row_label (box, "dim-label");
  row_label (box, "numeric");
  add_correct_button (box, item);
  gtk_widget_set_size_request (box, -1, ROW_HEIGHT);
  gtk_list_item_set_child (item, box);
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  TcProblem *problem = gtk_list_item_get_item (item);
  const TcDiagnostic *diagnostic = tc_problem_get_diagnostic (problem);
  GtkWidget *box = gtk_list_item_get_child (item), *icon = gtk_widget_get_first_child (box);
  GtkWidget *message = gtk_widget_get_next_sibling (icon), *hint = gtk_widget_get_next_sibling (message);
  GtkWidget *task = gtk_widget_get_next_sibling (hint), *line = gtk_widget_get_next_sibling (task);
  GtkWidget *button = gtk_widget_get_last_child (box);
  g_autofree char *where = NULL, *name = NULL, *correction = tc_problem_correction (diagnostic);

  where = diagnostic->span.line > 0 ? g_strdup_printf (_("Ln %u"), diagnostic->span.line) : g_strdup ("");
  name = g_strdup_printf ("%s: %s%s%s, %s", tc_severity_name (diagnostic->severity), diagnostic->message,
                          diagnostic->hint != NULL ? ". " : "", diagnostic->hint != NULL ? diagnostic->hint : "", where);
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), tc_severity_icon (diagnostic->severity));
  gtk_widget_set_css_classes (icon, (const char *[]) { diagnostic->severity == TC_SEVERITY_ERROR     ? "problem-error"
                                                       : diagnostic->severity == TC_SEVERITY_WARNING ? "problem-warning"
                                                                                                     : "problem-hint", NULL });
  gtk_label_set_text (GTK_LABEL (message), diagnostic->message);
  gtk_label_set_text (GTK_LABEL (hint), diagnostic->hint != NULL ? diagnostic->hint : "");
  gtk_label_set_text (GTK_LABEL (task), tc_problem_get_task (problem) != NULL ? tc_problem_get_task (problem) : "");
  gtk_label_set_text (GTK_LABEL (line), where);
  gtk_widget_set_visible (button, correction != NULL);
  gtk_button_set_label (GTK_BUTTON (button), correction != NULL ? correction : "");
  gtk_widget_set_tooltip_text (box, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
row_activated (TcProblemList *self,
               guint          position)
{
  g_autoptr (TcProblem) problem = g_list_model_get_item (self->model, position);

  g_signal_emit (self, signals[ACTIVATED], 0, problem);
}

static void
update_stack (TcProblemList *self)
{
  const gboolean some = self->model != NULL && g_list_model_get_n_items (self->model) > 0;

  gtk_stack_set_visible_child_name (self->stack, some ? "list" : "empty");
}

static void
tc_problem_list_dispose (GObject *object)
{
  TcProblemList *self = TC_PROBLEM_LIST (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, update_stack, self);
  g_clear_object (&self->model);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (tc_problem_list_parent_class)->dispose (object);
}

static void
tc_problem_list_class_init (TcProblemListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_problem_list_dispose;
  signals[ACTIVATED] = g_signal_new ("activated", TC_TYPE_PROBLEM_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                     TC_TYPE_PROBLEM);
  signals[CORRECTED] = g_signal_new ("corrected", TC_TYPE_PROBLEM_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                     TC_TYPE_PROBLEM);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/editor/tc-problem-list.ui");
  gtk_widget_class_bind_template_child (widget_class, TcProblemList, stack);
  gtk_widget_class_bind_template_child (widget_class, TcProblemList, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
}

static void
tc_problem_list_init (TcProblemList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
}

GtkWidget *
tc_problem_list_new (void)
{
  return g_object_new (TC_TYPE_PROBLEM_LIST, NULL);
}

void
tc_problem_list_set_model (TcProblemList *self,
                           GListModel    *problems)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  if (self->model == problems)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, update_stack, self);
  g_set_object (&self->model, problems);
  if (problems != NULL)
    {
      selection = GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (problems)));
      g_signal_connect_swapped (problems, "items-changed", G_CALLBACK (update_stack), self);
    }
  gtk_list_view_set_model (self->list, selection);
  update_stack (self);
}
