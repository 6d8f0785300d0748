/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-gantt-cell.h"

#include "tc-format.h"
#include "tc-state-look.h"
#include <glib/gi18n-lib.h>

#define BAR_HEIGHT 12
#define MIN_BAR    3

struct _TcGanttCell
{
  GtkWidget           parent_instance;

  const TcGanttScale *scale;
  TcRunItem          *item;
};

G_DEFINE_FINAL_TYPE (TcGanttCell, tc_gantt_cell, GTK_TYPE_WIDGET)

static void
describe (TcGanttCell *self)
{
  const int64_t started = tc_run_item_get_started (self->item), ended = tc_run_item_get_ended (self->item);
  const TcTaskRun *run = tc_run_item_get_run (self->item);
  g_autofree char *at = tc_format_duration (started - self->scale->start_us), *ran = NULL, *name = NULL;

  if (started == 0)
    name = g_strdup_printf (_("%s, not started"), run->task_id);
  else
    {
      ran = tc_format_duration ((ended > 0 ? ended : g_get_real_time ()) - started);
      /* Translators: a task, when it started after the beginning, how long it ran */
      name = g_strdup_printf (_("%s, started at %s, ran %s"), run->task_id, at, ran);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
}

static void
run_changed (TcGanttCell *self)
{
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tc_gantt_cell_set_item (TcGanttCell *self,
                        TcRunItem   *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, run_changed, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  g_signal_connect_object (item, "notify::run", G_CALLBACK (run_changed), self, G_CONNECT_SWAPPED);
  run_changed (self);
}

static void
append_bar (TcGanttCell *self,
            GtkSnapshot *snapshot,
            int64_t      from,
            int64_t      to,
            TcState      state,
            double       strength)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const double span = (double) MAX (self->scale->end_us - self->scale->start_us, 1);
  const double left = CLAMP ((double) (from - self->scale->start_us) / span, 0, 1) * width;
  const double right = CLAMP ((double) (to - self->scale->start_us) / span, 0, 1) * width;
  const double bar = MAX (right - left, MIN_BAR);
  GdkRGBA color = { 0.5, 0.5, 0.5, 1 };
  GskRoundedRect shape;

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), tc_state_look_color (state), &color);
  color.alpha *= (float) strength;
  gsk_rounded_rect_init_from_rect (&shape, &GRAPHENE_RECT_INIT ((float) MIN (left, width - bar), (float) (height - BAR_HEIGHT) / 2,
                                                                (float) bar, BAR_HEIGHT), 2);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &color, &shape.bounds);
  gtk_snapshot_pop (snapshot);
}

/* What a stretch of time in one state looks like: running in the colour of how it ended, waiting faintly. */
static void
append_history (TcGanttCell     *self,
                GtkSnapshot     *snapshot,
                const TcHistory *history)
{
  const TcState last = history->items[history->n - 1].state;

  for (size_t i = 0; i < history->n; i++)
    {
      const TcState state = history->items[i].state;
      const int64_t to = i + 1 < history->n ? history->items[i + 1].at_us : self->scale->end_us;

      if (tc_state_is_terminated (state))
        break;
      if (state == TC_STATE_RUNNING)
        append_bar (self, snapshot, history->items[i].at_us, to, last, 1);
      else
        append_bar (self, snapshot, history->items[i].at_us, to, state, 0.35);
    }
}

static void
tc_gantt_cell_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  TcGanttCell *self = TC_GANTT_CELL (widget);
  const TcTaskRun *run = self->item != NULL ? tc_run_item_get_run (self->item) : NULL;

  if (run == NULL || gtk_widget_get_width (widget) <= MIN_BAR)
    return;
  if (run->attempts != NULL && run->attempts->len > 1)
    {
      append_bar (self, snapshot, run->history.items[0].at_us,
                  tc_run_item_get_ended (self->item) > 0 ? tc_run_item_get_ended (self->item) : self->scale->end_us, TC_STATE_CREATED, 0.15);
      for (guint i = 0; i < run->attempts->len; i++)
        append_history (self, snapshot, &((TcAttempt *) run->attempts->pdata[i])->history);
    }
  else
    append_history (self, snapshot, &run->history);
}

static void
tc_gantt_cell_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 80 : BAR_HEIGHT + 4;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 300 : BAR_HEIGHT + 4;
}

static void
tc_gantt_cell_dispose (GObject *object)
{
  tc_gantt_cell_set_item (TC_GANTT_CELL (object), NULL);
  G_OBJECT_CLASS (tc_gantt_cell_parent_class)->dispose (object);
}

static void
tc_gantt_cell_class_init (TcGanttCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_gantt_cell_dispose;
  widget_class->snapshot = tc_gantt_cell_snapshot;
  widget_class->measure = tc_gantt_cell_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tc_gantt_cell_init (TcGanttCell *self)
{
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
tc_gantt_cell_new (const TcGanttScale *scale)
{
  TcGanttCell *self = g_object_new (TC_TYPE_GANTT_CELL, NULL);

  self->scale = scale;
  return GTK_WIDGET (self);
}
