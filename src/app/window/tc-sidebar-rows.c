/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-sidebar-rows.h"

#include "tc-execution-item.h"
#include "tc-flow-item.h"
#include "tc-format.h"
#include "tc-state-icon.h"

static GtkWidget *
add_label (GtkWidget  *box,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

/* Flows. */

static void
show_flow_state (TcFlowItem *flow,
                 GParamSpec *pspec,
                 GtkWidget  *image)
{
  const int state = tc_flow_item_get_last_state (flow);
  GtkWidget *box = gtk_widget_get_parent (image);
  g_autofree char *name = g_strdup_printf ("%s%s%s", tc_flow_item_get_id (flow), state >= 0 ? ", " : "",
                                           state >= 0 ? tc_state_name ((TcState) state) : "");

  if (state >= 0)
    tc_state_icon_show (GTK_IMAGE (image), (TcState) state);
  else
    tc_state_icon_clear (GTK_IMAGE (image));
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
setup_flow_row (GtkSignalListItemFactory *factory,
                GtkListItem              *item)
{
  GtkWidget *expander = gtk_tree_expander_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_set_hexpand (add_label (box, NULL), TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (item, expander);
}

static void
bind_flow_row (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkWidget *box = gtk_tree_expander_get_child (expander), *label = gtk_widget_get_first_child (box);
  GtkWidget *image = gtk_widget_get_last_child (box);
  g_autoptr (GObject) object = gtk_tree_list_row_get_item (row);

  gtk_tree_expander_set_list_row (expander, row);
  if (TC_IS_FLOW_ITEM (object))
    {
      gtk_label_set_text (GTK_LABEL (label), tc_flow_item_get_id (TC_FLOW_ITEM (object)));
      gtk_widget_remove_css_class (label, "heading");
      show_flow_state (TC_FLOW_ITEM (object), NULL, image);
      g_signal_connect (object, "notify::last-state", G_CALLBACK (show_flow_state), image);
    }
  else
    {
      const char *id = tc_namespace_item_get_id (TC_NAMESPACE_ITEM (object));

      gtk_label_set_text (GTK_LABEL (label), id);
      gtk_widget_add_css_class (label, "heading");
      tc_state_icon_clear (GTK_IMAGE (image));
      gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, id, -1);
    }
}

static void
unbind_flow_row (GtkSignalListItemFactory *factory,
                 GtkListItem              *item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  g_autoptr (GObject) object = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  if (object != NULL)
    g_signal_handlers_disconnect_by_func (object, show_flow_state, gtk_widget_get_last_child (gtk_tree_expander_get_child (expander)));
  gtk_tree_expander_set_list_row (expander, NULL);
}

GtkListItemFactory *
tc_flow_rows_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_flow_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_flow_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_flow_row), NULL);
  return factory;
}

/* Executions. */

static void
setup_execution_row (GtkSignalListItemFactory *factory,
                     GtkListItem              *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  add_label (texts, NULL);
  gtk_widget_add_css_class (add_label (texts, "dim-label"), "caption");
  gtk_box_append (GTK_BOX (box), texts);
  gtk_widget_set_margin_top (box, 4);
  gtk_widget_set_margin_bottom (box, 4);
  gtk_list_item_set_child (item, box);
}

static void
show_execution (TcExecutionItem *execution,
                GParamSpec      *pspec,
                GtkWidget       *box)
{
  const TcHead *head = tc_execution_item_get_head (execution);
  GtkWidget *image = gtk_widget_get_first_child (box), *texts = gtk_widget_get_next_sibling (image);
  g_autofree char *start = NULL, *duration = NULL, *below = NULL, *name = NULL;

  if (head == NULL)
    return;
  start = tc_format_time (head->history.items[0].at_us);
  duration = tc_format_duration (tc_execution_item_get_elapsed (execution));
  below = tc_execution_item_is_live (execution) ? g_strdup_printf ("%s · %s", start, tc_state_name (tc_head_state (head)))
                                                : g_strdup_printf ("%s · %s", start, duration);
  name = g_strdup_printf ("%s, %s, %s, %s", head->flow_id, tc_state_name (tc_head_state (head)), start, duration);
  tc_state_icon_show (GTK_IMAGE (image), tc_head_state (head));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (texts)), head->flow_id);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (texts)), below);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
bind_execution_row (GtkSignalListItemFactory *factory,
                    GtkListItem              *item)
{
  GObject *execution = gtk_list_item_get_item (item);

  show_execution (TC_EXECUTION_ITEM (execution), NULL, gtk_list_item_get_child (item));
  g_signal_connect (execution, "notify::head", G_CALLBACK (show_execution), gtk_list_item_get_child (item));
}

static void
unbind_execution_row (GtkSignalListItemFactory *factory,
                      GtkListItem              *item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), show_execution, gtk_list_item_get_child (item));
}

GtkListItemFactory *
tc_execution_rows_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_execution_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_execution_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_execution_row), NULL);
  return factory;
}
