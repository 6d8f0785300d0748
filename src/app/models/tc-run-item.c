/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-run-item.h"

struct _TcRunItem
{
  GObject     parent_instance;

  TcTaskRun  *run;
  GListStore *children;
};

G_DEFINE_FINAL_TYPE (TcRunItem, tc_run_item, G_TYPE_OBJECT)

enum { PROP_0, PROP_RUN, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
tc_run_item_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  g_value_set_boxed (value, TC_RUN_ITEM (object)->run);
}

static void
tc_run_item_finalize (GObject *object)
{
  TcRunItem *self = TC_RUN_ITEM (object);

  tc_task_run_unref (self->run);
  g_object_unref (self->children);
  G_OBJECT_CLASS (tc_run_item_parent_class)->finalize (object);
}

static void
tc_run_item_class_init (TcRunItemClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = tc_run_item_get_property;
  G_OBJECT_CLASS (klass)->finalize = tc_run_item_finalize;
  properties[PROP_RUN] = g_param_spec_boxed ("run", NULL, NULL, TC_TYPE_TASK_RUN, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
tc_run_item_init (TcRunItem *self)
{
  self->children = g_list_store_new (TC_TYPE_RUN_ITEM);
}

TcRunItem *
tc_run_item_new (const TcTaskRun *run)
{
  TcRunItem *self = g_object_new (TC_TYPE_RUN_ITEM, NULL);

  self->run = tc_task_run_ref (run);
  return self;
}

const TcTaskRun *
tc_run_item_get_run (TcRunItem *self)
{
  return self->run;
}

void
tc_run_item_set_run (TcRunItem       *self,
                     const TcTaskRun *run)
{
  if (self->run == run)
    return;
  tc_task_run_unref (self->run);
  self->run = tc_task_run_ref (run);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUN]);
}

GListStore *
tc_run_item_get_children (TcRunItem *self)
{
  return self->children;
}

int64_t
tc_history_first (const TcHistory *self,
                  TcState          state)
{
  for (size_t i = 0; i < self->n; i++)
    if (self->items[i].state == state)
      return self->items[i].at_us;
  return 0;
}

int64_t
tc_history_over (const TcHistory *self)
{
  const TcStateChange *last = &self->items[self->n - 1];

  return tc_state_is_terminated (last->state) ? last->at_us : 0;
}

int64_t
tc_run_item_get_started (TcRunItem *self)
{
  return tc_history_first (&self->run->history, TC_STATE_RUNNING);
}

int64_t
tc_run_item_get_ended (TcRunItem *self)
{
  return tc_history_over (&self->run->history);
}
