/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-overview.h"

#include "tc-format.h"
#include "tc-state-icon.h"
#include <glib/gi18n-lib.h>

enum { ROW_FLOW, ROW_ID, ROW_REVISION, ROW_STARTED, ROW_DURATION, ROW_LABELS, ROW_TRIGGER, N_ROWS };

struct _TcOverview
{
  GtkWidget            parent_instance;

  GtkWidget           *scroller;
  GtkImage            *icon;
  GtkLabel            *state;
  AdwPreferencesGroup *failure;
  AdwActionRow        *failure_row, *rows[N_ROWS];
  TcExecutionItem     *item;
  gboolean             watching;
};

G_DEFINE_FINAL_TYPE (TcOverview, tc_overview, GTK_TYPE_WIDGET)

static void
set_row (TcOverview *self,
         int         row,
         const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (self->rows[row]), text != NULL && *text != '\0');
  adw_action_row_set_subtitle (self->rows[row], text != NULL ? text : "");
}

static char *
labels_text (const TcValue *labels)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (size_t i = 0; labels != NULL && i < tc_value_length (labels); i++)
    {
      const TcValue *label = tc_value_item (labels, i);
      const char *key = tc_value_get_str (label, "key"), *value = tc_value_get_str (label, "value");

      if (key != NULL)
        g_string_append_printf (out, "%s%s=%s", out->len > 0 ? ", " : "", key, value != NULL ? value : "");
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
show_duration (TcOverview *self)
{
  g_autofree char *text = tc_format_duration (tc_execution_item_get_elapsed (self->item));

  set_row (self, ROW_DURATION, text);
}

static void
show (TcOverview *self)
{
  const TcHead *head = self->item != NULL ? tc_execution_item_get_head (self->item) : NULL;
  g_autofree char *flow = NULL, *revision = NULL, *started = NULL, *labels = NULL;

  if (head == NULL)
    return;
  flow = g_strdup_printf ("%s · %s", head->namespace, head->flow_id);
  revision = head->unsaved ? g_strdup (_("unsaved revision")) : g_strdup_printf ("%d", head->flow_revision);
  started = tc_format_time (head->history.items[0].at_us);
  labels = labels_text (head->labels);
  tc_state_icon_show (self->icon, tc_head_state (head));
  gtk_label_set_text (self->state, tc_state_name (tc_head_state (head)));
  gtk_widget_set_visible (GTK_WIDGET (self->failure), head->error != NULL);
  adw_action_row_set_subtitle (self->failure_row, head->error != NULL ? head->error : "");
  set_row (self, ROW_FLOW, flow);
  set_row (self, ROW_ID, head->id);
  set_row (self, ROW_REVISION, revision);
  set_row (self, ROW_STARTED, started);
  set_row (self, ROW_LABELS, labels);
  set_row (self, ROW_TRIGGER, tc_value_get_str (head->trigger, "id"));
  show_duration (self);
}

static void
set_watching (TcOverview *self,
              gboolean    watching)
{
  if (self->watching == watching || self->item == NULL)
    return;
  self->watching = watching;
  if (watching)
    tc_execution_item_watch (self->item);
  else
    tc_execution_item_unwatch (self->item);
}

static void
tc_overview_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_overview_parent_class)->map (widget);
  set_watching (TC_OVERVIEW (widget), TRUE);
  show (TC_OVERVIEW (widget));
}

static void
tc_overview_unmap (GtkWidget *widget)
{
  set_watching (TC_OVERVIEW (widget), FALSE);
  GTK_WIDGET_CLASS (tc_overview_parent_class)->unmap (widget);
}

void
tc_overview_set_execution (TcOverview      *self,
                           TcExecutionItem *item)
{
  if (self->item == item)
    return;
  set_watching (self, FALSE);
  if (self->item != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->item, show, self);
      g_signal_handlers_disconnect_by_func (self->item, show_duration, self);
    }
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  g_signal_connect_object (item, "notify::head", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "tick", G_CALLBACK (show_duration), self, G_CONNECT_SWAPPED);
  show (self);
  set_watching (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
tc_overview_dispose (GObject *object)
{
  TcOverview *self = TC_OVERVIEW (object);

  tc_overview_set_execution (self, NULL);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (tc_overview_parent_class)->dispose (object);
}

static void
tc_overview_class_init (TcOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_overview_dispose;
  widget_class->map = tc_overview_map;
  widget_class->unmap = tc_overview_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static AdwActionRow *
property_row (AdwPreferencesGroup *group,
              const char          *title)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_add_css_class (GTK_WIDGET (row), "property");
  adw_action_row_set_subtitle_lines (row, 0);
  adw_preferences_group_add (group, GTK_WIDGET (row));
  return row;
}

static GtkWidget *
state_heading (TcOverview *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_image_set_pixel_size (self->icon, 24);
  self->state = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->state), "title-2");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->state));
  return box;
}

static void
tc_overview_init (TcOverview *self)
{
  const char *const titles[N_ROWS] = { _("Flow"), _("Execution"), _("Revision"), _("Started"), _("Duration"), _("Labels"), _("Trigger") };
  GtkWidget *clamp = adw_clamp_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  self->failure = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->failure_row = property_row (self->failure, _("Why it failed"));
  gtk_widget_add_css_class (GTK_WIDGET (self->failure_row), "error");
  for (int i = 0; i < N_ROWS; i++)
    self->rows[i] = property_row (group, titles[i]);
  gtk_box_append (GTK_BOX (box), state_heading (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->failure));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (group));
  gtk_widget_add_css_class (box, "card-list");
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}
