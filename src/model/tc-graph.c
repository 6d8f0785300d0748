/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-graph.h"
#include "tc-graph-private.h"

#include <string.h>

static void
node_clear (gpointer data)
{
  TcGraphNode *node = data;

  g_free (node->id);
  g_free (node->title);
  g_free (node->type);
}

static void
edge_clear (gpointer data)
{
  TcGraphEdge *edge = data;

  g_free (edge->label);
  g_free (edge->points);
}

static TcGraph *
graph_alloc (void)
{
  TcGraph *self = g_new0 (TcGraph, 1);

  g_atomic_ref_count_init (&self->refs);
  self->nodes = g_array_new (FALSE, TRUE, sizeof (TcGraphNode));
  g_array_set_clear_func (self->nodes, node_clear);
  self->edges = g_array_new (FALSE, TRUE, sizeof (TcGraphEdge));
  g_array_set_clear_func (self->edges, edge_clear);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

TcGraph *
tc_graph_ref (TcGraph *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tc_graph_unref (TcGraph *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->nodes);
  g_array_unref (self->edges);
  g_hash_table_unref (self->by_id);
  g_free (self);
}

size_t
tc_graph_n_nodes (const TcGraph *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->nodes->len;
}

const TcGraphNode *
tc_graph_node (const TcGraph *self,
               size_t         index)
{
  g_return_val_if_fail (self != NULL && index < self->nodes->len, NULL);
  return &g_array_index (self->nodes, TcGraphNode, index);
}

size_t
tc_graph_n_edges (const TcGraph *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->edges->len;
}

const TcGraphEdge *
tc_graph_edge (const TcGraph *self,
               size_t         index)
{
  g_return_val_if_fail (self != NULL && index < self->edges->len, NULL);
  return &g_array_index (self->edges, TcGraphEdge, index);
}

int
tc_graph_find (const TcGraph *self,
               const char    *id)
{
  g_return_val_if_fail (self != NULL && id != NULL, -1);
  return GPOINTER_TO_INT (g_hash_table_lookup (self->by_id, id)) - 1;
}

static int
add_node (TcGraph    *self,
          TcNodeKind  kind,
          TcLaneKind  lane,
          const char *id,
          const char *title,
          const char *type,
          int         parent,
          gboolean    disabled)
{
  TcGraphNode node = { .kind = kind, .lane = lane, .parent = parent, .disabled = disabled };
  int index = (int) self->nodes->len;

  node.id = g_strdup (id != NULL ? id : "");
  node.title = g_strdup (title != NULL ? title : node.id);
  node.type = g_strdup (type);
  g_array_append_val (self->nodes, node);
  if (!g_hash_table_contains (self->by_id, node.id))
    g_hash_table_insert (self->by_id, g_strdup (node.id), GINT_TO_POINTER (index + 1));
  return index;
}

static void
add_edge (TcGraph    *self,
          int         from,
          int         to,
          TcEdgeKind  kind,
          const char *label)
{
  TcGraphEdge edge = { .from = from, .to = to, .kind = kind, .label = g_strdup (label) };

  g_array_append_val (self->edges, edge);
}

static TcLaneKind
lane_of (const TcTask *task)
{
  static const struct { const char *key; TcLaneKind lane; } lanes[] = {
    { "Parallel", TC_LANE_PARALLEL },     { "Dag", TC_LANE_DAG },           { "If", TC_LANE_BRANCH },
    { "Switch", TC_LANE_BRANCH },         { "ForEach", TC_LANE_LOOP },      { "EachSequential", TC_LANE_LOOP },
    { "EachParallel", TC_LANE_LOOP },     { "LoopUntil", TC_LANE_LOOP },
  };

  for (gsize i = 0; task->klass != NULL && task->klass->kind == TC_TASK_FLOWABLE && i < G_N_ELEMENTS (lanes); i++)
    {
      if (g_strcmp0 (task->klass->flowable, lanes[i].key) == 0)
        return lanes[i].lane;
    }
  return TC_LANE_SEQUENCE;
}

static gboolean
side_lane (const char *name,
           TcLaneKind *lane)
{
  if (strcmp (name, "errors") == 0)
    *lane = TC_LANE_ERRORS;
  else if (strcmp (name, "finally") == 0)
    *lane = TC_LANE_FINALLY;
  else if (strcmp (name, "afterExecution") == 0 || g_str_has_prefix (name, "listeners["))
    *lane = TC_LANE_AFTER;
  else
    return FALSE;
  return TRUE;
}

static const char *
list_title (const char *name)
{
  return g_str_has_prefix (name, "cases.") ? name + strlen ("cases.") : name;
}

static int add_task (TcGraph *self, const TcTask *task, int parent);

/* Adds the tasks of a list below @group and joins them as the lane asks for. Returns the last one, or -1. */
static int
add_tasks (TcGraph          *self,
           const TcTaskList *list,
           int               group,
           TcLaneKind        lane)
{
  int last = -1;

  for (guint i = 0; i < list->tasks->len; i++)
    {
      int index = add_task (self, g_ptr_array_index (list->tasks, i), group);

      if (lane == TC_LANE_PARALLEL)
        add_edge (self, group, index, TC_EDGE_ORDER, NULL);
      else if (lane != TC_LANE_DAG && last >= 0)
        add_edge (self, last, index, TC_EDGE_ORDER, NULL);
      last = index;
    }
  return last;
}

/* Edges of a Dag, once all of its tasks are nodes. */
static void
add_dependencies (TcGraph          *self,
                  const TcTaskList *list)
{
  for (guint i = 0; i < list->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (list->tasks, i);
      int to = task->id != NULL ? tc_graph_find (self, task->id) : -1;

      for (guint k = 0; to >= 0 && task->depends != NULL && k < task->depends->len; k++)
        {
          int from = tc_graph_find (self, g_ptr_array_index (task->depends, k));

          if (from >= 0 && from != to && tc_graph_node (self, from)->parent == tc_graph_node (self, to)->parent)
            add_edge (self, from, to, TC_EDGE_ORDER, NULL);
        }
    }
}

static int
add_branch (TcGraph          *self,
            const char       *owner,
            const TcTaskList *list,
            int               parent,
            TcLaneKind        lane)
{
  g_autofree char *id = g_strdup_printf ("%s/%s", owner, list->name);
  int index = add_node (self, TC_NODE_BRANCH, lane, id, list_title (list->name), NULL, parent, FALSE);

  add_tasks (self, list, index, lane);
  return index;
}

static void
add_main_lists (TcGraph         *self,
                const TcTask    *task,
                int              group,
                TcLaneKind       lane,
                int             *last)
{
  for (guint i = 0; i < task->lists->len; i++)
    {
      const TcTaskList *list = g_ptr_array_index (task->lists, i);
      TcLaneKind side;

      if (list->tasks->len == 0 || side_lane (list->name, &side))
        continue;
      if (strcmp (list->name, "tasks") == 0)
        {
          *last = add_tasks (self, list, group, lane);
          if (lane == TC_LANE_DAG)
            add_dependencies (self, list);
          continue;
        }
      *last = add_branch (self, task->id != NULL ? task->id : "", list, group, TC_LANE_SEQUENCE);
      add_edge (self, group, *last, TC_EDGE_ORDER, list_title (list->name));
    }
}

/* errors, finally and what runs after: each hangs on what stands above it. */
static void
add_side_lists (TcGraph         *self,
                const GPtrArray *lists,
                const char      *owner,
                int              group,
                int              last)
{
  static const TcLaneKind order[] = { TC_LANE_ERRORS, TC_LANE_FINALLY, TC_LANE_AFTER };
  int above = last;

  for (gsize k = 0; k < G_N_ELEMENTS (order); k++)
    {
      for (guint i = 0; i < lists->len; i++)
        {
          const TcTaskList *list = g_ptr_array_index (lists, i);
          TcLaneKind lane;
          int index;

          if (list->tasks->len == 0 || !side_lane (list->name, &lane) || lane != order[k])
            continue;
          index = add_branch (self, owner, list, group, lane);
          if (above >= 0)
            add_edge (self, lane == TC_LANE_ERRORS ? last : above, index,
                      lane == TC_LANE_ERRORS ? TC_EDGE_ERROR : TC_EDGE_ORDER, NULL);
          above = index;
        }
    }
}

static gboolean
has_children (const TcTask *task)
{
  for (guint i = 0; i < task->lists->len; i++)
    {
      if (((const TcTaskList *) g_ptr_array_index (task->lists, i))->tasks->len > 0)
        return TRUE;
    }
  return FALSE;
}

static int
add_task (TcGraph      *self,
          const TcTask *task,
          int           parent)
{
  TcLaneKind lane = lane_of (task);
  gboolean is_group = has_children (task);
  int index = add_node (self, is_group ? TC_NODE_GROUP : TC_NODE_TASK, lane, task->id, NULL, task->type, parent, task->disabled);
  int last = -1;

  if (!is_group)
    return index;
  add_main_lists (self, task, index, lane, &last);
  add_side_lists (self, task->lists, task->id != NULL ? task->id : "", index, last);
  return index;
}

static guint
add_triggers (TcGraph      *self,
              const TcFlow *flow)
{
  const TcValue *triggers = tc_flow_value (flow, "triggers");

  for (size_t i = 0; tc_value_is (triggers, TC_VALUE_LIST) && i < tc_value_length (triggers); i++)
    {
      const TcValue *trigger = tc_value_item (triggers, i);

      add_node (self, TC_NODE_TRIGGER, TC_LANE_SEQUENCE, tc_value_get_str (trigger, "id"), NULL, tc_value_get_str (trigger, "type"), -1,
                tc_value_get_flag (trigger, "disabled", FALSE));
    }
  return self->nodes->len;
}

static GPtrArray *
flow_lists (const TcFlow *flow)
{
  GPtrArray *lists = g_ptr_array_new ();
  static const char *const names[] = { "errors", "finally", "afterExecution" };
  const TcTaskList *list;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      list = tc_flow_list (flow, names[i]);
      if (list != NULL)
        g_ptr_array_add (lists, (gpointer) list);
    }
  for (guint i = 0;; i++)
    {
      g_autofree char *name = g_strdup_printf ("listeners[%u]", i);

      list = tc_flow_list (flow, name);
      if (list == NULL)
        return lists;
      g_ptr_array_add (lists, (gpointer) list);
    }
}

TcGraph *
tc_graph_new (const TcFlow *flow)
{
  g_autoptr (GPtrArray) sides = NULL;
  TcGraph *self;
  const TcTaskList *tasks;
  guint n_triggers;
  int last = -1;

  g_return_val_if_fail (flow != NULL, NULL);

  self = graph_alloc ();
  n_triggers = add_triggers (self, flow);
  tasks = tc_flow_list (flow, "tasks");
  if (tasks != NULL)
    last = add_tasks (self, tasks, -1, TC_LANE_SEQUENCE);
  for (guint i = 0; last >= 0 && i < n_triggers; i++)
    add_edge (self, (int) i, (int) n_triggers, TC_EDGE_ORDER, NULL);
  sides = flow_lists (flow);
  add_side_lists (self, sides, "", -1, last);
  return self;
}
