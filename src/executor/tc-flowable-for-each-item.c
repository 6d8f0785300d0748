/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-child.h"
#include "tc-group.h"
#include "tc-life.h"

#include <stdlib.h>
#include <string.h>

/*
 * Three runs of its own making, one after the other: ID_split (WORK: the file becomes batches), ID_items (one subflow a batch), ID_merge (WORK: the
 * subflows' outputs become one file). No task of the flow stands behind them: tc_pass_task() gives the ForEachItem for them too.
 *
 * Memo of the ForEachItem: "call" (its rendered properties). Of ID_split: "batches" (URIs). Of ID_items: "next" (batch to start), "left" (not over
 * yet), "again" (how many a restart started once more), "live" and "failed" (batch → execution id), "results" (batch → outputs), "worst" (state). At most WINDOW batches are under way, so that
 * a record stays small. A batch goes RENDER (its inputs, which see taskrun.items and taskrun.iteration) → SUBFLOW; both carry its number.
 */

#define WINDOW 64

static const char *const props[] = {
  "items", "batch", "namespace", "flowId", "revision", "wait", "transmitFailed", "inheritLabels", "scheduleDate", "restartBehavior", NULL
};

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  g_autofree char *items = tc_flowable_text (tc_value_get (rendered, "items"));

  if (items == NULL || !g_str_has_prefix (items, "kestra://"))
    {
      tc_flowable_error (error, "Unable to split the items from %s, this is not an internal storage URI!", items != NULL ? items : "nothing");
      return FALSE;
    }
  tc_pass_remember (run, "call", tc_value_ref (rendered));
  return TRUE;
}

/* The group's runs stand for the ForEachItem itself, so they are "of its list". */
static const TcTaskList *
tasks (const TcTask *task, const TcTaskRun *run)
{
  return task->list;
}

static const TcTaskRun *
part (TcPass *pass, const TcGroup *group, const char *suffix)
{
  g_autofree char *id = g_strconcat (group->task->id, suffix, NULL);

  return tc_pass_find (pass, id, group->id, NULL);
}

static TcTaskRun *
create_part (TcPass *pass, const TcGroup *group, const char *suffix)
{
  g_autofree char *id = g_strconcat (group->task->id, suffix, NULL);

  return tc_pass_create_named (pass, id, group->id, NULL, -1);
}

static const TcValue *
call_of (const TcTaskRun *owner)
{
  return tc_value_get (owner->memo, "call");
}

static const TcValue *
batches_of (TcPass *pass, const TcTaskRun *owner, const TcTask *task)
{
  g_autofree char *id = g_strconcat (task->id, "_split", NULL);
  const TcTaskRun *split = tc_pass_find (pass, id, owner->id, NULL);
  const TcValue *batches = split != NULL && split->memo != NULL ? tc_value_get (split->memo, "batches") : NULL;

  return batches != NULL && tc_value_is (batches, TC_VALUE_LIST) ? batches : NULL;
}

static void
submit_split (TcPass *pass, const TcGroup *group, TcTaskRun *run)
{
  const TcValue *call = call_of (group->run), *batch = tc_value_get (call, "batch");
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();
  static const char *const keys[] = { "rows", "bytes", "partitions", "separator", "regexPattern" };

  tc_map_builder_str (builder, "phase", "split");
  tc_map_builder_take (builder, "from", tc_value_ref (tc_value_get (call, "items")));
  for (size_t i = 0; batch != NULL && i < G_N_ELEMENTS (keys); i++)
    if (tc_value_get (batch, keys[i]) != NULL)
      tc_map_builder_take (builder, keys[i], tc_value_ref (tc_value_get (batch, keys[i])));
  tc_pass_set_run_state (pass, run, TC_STATE_SUBMITTED);
  tc_pass_ask (pass, TC_EFFECT_WORK, run, "split", 0, tc_map_builder_end (g_steal_pointer (&builder)));
}

static void
submit_merge (TcPass *pass, const TcGroup *group, TcTaskRun *run)
{
  const TcTaskRun *items = part (pass, group, "_items");
  const TcValue *results = items != NULL && items->memo != NULL ? tc_value_get (items->memo, "results") : NULL;
  const TcValue *batches = batches_of (pass, group->run, group->task);
  TcListBuilder *list = tc_list_builder_new ();

  for (size_t i = 0; results != NULL && batches != NULL && i < tc_value_length (batches); i++)
    {
      g_autofree char *key = g_strdup_printf ("%zu", i);
      const TcValue *outputs = tc_value_get (results, key);

      if (outputs != NULL)
        tc_list_builder_take (list, tc_value_ref (outputs));
    }
  tc_pass_set_run_state (pass, run, TC_STATE_SUBMITTED);
  tc_pass_ask (pass, TC_EFFECT_WORK, run, "merge", 0,
               tc_value_map_of ("phase", tc_value_string ("merge"), "results", tc_list_builder_end (list), NULL));
}

/* --- ID_items --- */

static void
count (TcTaskRun *items, const char *state, int64_t difference)
{
  const TcValue *old = tc_value_get (items->outputs, "iterations");
  g_autoptr (TcValue) number = tc_value_int (tc_value_get_i64 (old, state, 0) + difference);
  g_autoptr (TcValue) counts = tc_value_with (old, state, number);
  g_autoptr (TcValue) outputs = items->outputs;

  items->outputs = tc_value_with (outputs, "iterations", counts);
}

static void
remember_batch (TcTaskRun *items, const char *what, int64_t number, const TcValue *value)
{
  const TcValue *old = items->memo != NULL ? tc_value_get (items->memo, what) : NULL;
  g_autoptr (TcValue) none = tc_value_map_of (NULL, NULL);
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  if (value != NULL)
    tc_pass_remember (items, what, tc_value_with (old != NULL ? old : none, key, value));
  else if (old != NULL)
    tc_pass_remember (items, what, tc_value_without (old, key));
}

static void
start_batch (TcPass *pass, const TcTask *task, const TcTaskRun *owner, TcTaskRun *items, int64_t number)
{
  const TcValue *uri = tc_value_item (batches_of (pass, owner, task), (size_t) number);
  g_autofree char *purpose = g_strdup_printf ("batch:%" G_GINT64_FORMAT, number);
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();
  static const char *const late[] = { "inputs", "labels" };

  tc_map_builder_take (builder, TC_EFFECT_TASKRUN,
                       tc_value_map_of ("items", tc_value_ref (uri), "iteration", tc_value_int (number), NULL));
  for (size_t i = 0; i < G_N_ELEMENTS (late); i++)
    if (tc_value_get (task->props, late[i]) != NULL)
      tc_map_builder_take (builder, late[i], tc_value_ref (tc_value_get (task->props, late[i])));
  tc_pass_ask (pass, TC_EFFECT_RENDER, items, purpose, 0, tc_map_builder_end (g_steal_pointer (&builder)));
}

static void
start_batches (TcPass *pass, const TcTask *task, const TcTaskRun *owner, TcTaskRun *items)
{
  const TcValue *batches = batches_of (pass, owner, task), *pending = tc_pass_pending (items->memo);
  int64_t next = tc_value_get_i64 (items->memo, "next", 0), n = batches != NULL ? (int64_t) tc_value_length (batches) : 0;
  size_t under_way = pending != NULL ? tc_value_length (pending) : 0;

  for (; next < n && under_way < WINDOW; next++, under_way++)
    start_batch (pass, task, owner, items, next);
  tc_pass_remember (items, "next", tc_value_int (next));
}

static void
begin_items (TcPass *pass, const TcGroup *group, TcTaskRun *items)
{
  const TcValue *batches = batches_of (pass, group->run, group->task);
  int64_t n = batches != NULL ? (int64_t) tc_value_length (batches) : 0;
  gboolean wait = tc_flowable_bool (call_of (group->run), "wait", TRUE);
  g_autofree char *uri = tc_task_run_files_path (items, tc_pass_head (pass));

  if (n == 0)
    {
      tc_life_end (pass, items, TC_STATE_SUCCESS, FALSE, NULL);
      return;
    }
  items->outputs = tc_value_map_of ("numberOfBatches", tc_value_int (n), "iterations",
                                    tc_value_map_of (wait ? "CREATED" : "RUNNING", tc_value_int (wait ? n : 0), NULL), "subflowOutputsBaseUri",
                                    tc_value_string (uri), NULL);
  tc_pass_remember (items, "left", tc_value_int (n));
  tc_pass_remember (items, "next", tc_value_int (0));
  start_batches (pass, group->task, group->run, items);
}

/* After a restart only the failed children are started again, or made anew. */
static void
restart_items (TcPass *pass, const TcGroup *group, TcTaskRun *items)
{
  const TcValue *old = items->memo != NULL ? tc_value_get (items->memo, "failed") : NULL;
  g_autoptr (TcValue) failed = old != NULL ? tc_value_ref (old) : NULL;
  size_t n = failed != NULL ? tc_value_length (failed) : 0;
  int64_t all = items->outputs != NULL ? tc_value_get_i64 (items->outputs, "numberOfBatches", 0) : 0;

  if (items->outputs == NULL || n == 0)
    {
      begin_items (pass, group, items);
      return;
    }
  tc_pass_remember (items, "left", tc_value_int ((int64_t) n));
  tc_pass_remember (items, "worst", NULL);
  tc_pass_remember (items, "again", tc_value_int ((int64_t) n));
  count (items, "FAILED", -(int64_t) n);
  /* Kestra counts down from all batches the first time. */
  count (items, "RESTARTED", tc_value_get (tc_value_get (items->outputs, "iterations"), "RESTARTED") == NULL ? all : (int64_t) n);
  for (size_t i = 0; i < n; i++)
    start_batch (pass, group->task, group->run, items, g_ascii_strtoll (tc_value_key (failed, i), NULL, 10));
}

static gboolean
is_open (const TcTaskRun *run)
{
  return !tc_state_is_terminated (tc_task_run_state (run));
}

static gboolean
is_unsent (const TcTaskRun *run)
{
  TcState state = tc_task_run_state (run);

  return (state == TC_STATE_CREATED || state == TC_STATE_RESTARTED) && tc_pass_pending (run->memo) == NULL;
}

static gboolean
next (TcPass *pass, const TcGroup *group)
{
  static const char *const suffixes[] = { "_split", "_items", "_merge" };

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      const TcTaskRun *present = part (pass, group, suffixes[i]);
      TcTaskRun *run = present == NULL ? create_part (pass, group, suffixes[i]) : is_unsent (present) ? tc_pass_edit (pass, present) : NULL;

      if (run != NULL && i == 0)
        submit_split (pass, group, run);
      else if (run != NULL && i == 1 && present != NULL)
        restart_items (pass, group, run);
      else if (run != NULL && i == 1)
        begin_items (pass, group, run);
      else if (run != NULL)
        submit_merge (pass, group, run);
      present = part (pass, group, suffixes[i]);
      if (present == NULL || is_open (present))
        return TRUE;
    }
  return FALSE;
}

/* --- answers --- */

static void
work_answered (TcPass *pass, TcTaskRun *run)
{
  const TcEvent *event = pass->event;
  const TcValue *batches = event->payload != NULL ? tc_value_get (event->payload, "batches") : NULL;
  TcState state = tc_work_end_state (event->state);
  TcValue *outputs;

  if (event->kind == TC_EVENT_STARTED || tc_task_run_state (run) == TC_STATE_SUBMITTED)
    tc_life_run (pass, run, event->effect_id);
  if (event->kind == TC_EVENT_STARTED)
    return;
  if (event->kind == TC_EVENT_LOST)
    state = TC_STATE_FAILED;
  if (state == TC_STATE_FAILED)
    tc_pass_log (pass, run, TC_LEVEL_ERROR, "%s", event->error != NULL ? event->error : "The batches were lost");
  if (batches != NULL)
    tc_pass_remember (run, "batches", tc_value_ref (batches));
  outputs = event->payload != NULL && tc_value_is (event->payload, TC_VALUE_MAP) ? tc_value_without (event->payload, "batches") : NULL;
  tc_life_end (pass, run, state, FALSE, outputs);
}

static const char *
child_to_restart (const TcTaskRun *items, const TcValue *call, int64_t number)
{
  const TcValue *failed = items->memo != NULL ? tc_value_get (items->memo, "failed") : NULL;
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  if (failed == NULL || g_strcmp0 (tc_value_get_str (call, "restartBehavior"), "NEW_EXECUTION") == 0)
    return NULL;
  return tc_value_get_str (failed, key);
}

static TcValue *
trigger_of (TcPass *pass, const TcTaskRun *items, const TcTask *task, int64_t number, const TcValue *uri)
{
  const TcHead *head = tc_pass_head (pass);

  return tc_value_map_of (
    "id", tc_value_string (task->id), "type", tc_value_string ("io.kestra.plugin.core.flow.ForEachItem$ForEachItemExecutable"), "variables",
    tc_value_map_of ("executionId", tc_value_string (head->id), "namespace", tc_value_string (head->namespace), "flowId",
                     tc_value_string (head->flow_id), "flowRevision", tc_value_int (head->flow_revision), "taskRunId",
                     tc_value_string (items->id), "taskId", tc_value_string (items->task_id), "taskRunIteration", tc_value_int (number),
                     "taskRunItems", tc_value_ref (uri), NULL),
    NULL);
}

static void
fail_items (TcPass *pass, TcTaskRun *items, const char *message)
{
  tc_life_fail (pass, items, FALSE, message);
}

static void
create_child (TcPass *pass, TcTaskRun *items, const TcTask *task, const TcTaskRun *owner, const char *purpose, int64_t number)
{
  static const char *const passed[] = { "namespace", "flowId", "revision", "scheduleDate" };
  const TcValue *call = call_of (owner), *rendered = pass->event->payload;
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();

  if (pass->event->error != NULL || rendered == NULL)
    {
      fail_items (pass, items, pass->event->error != NULL ? pass->event->error : "The inputs could not be rendered");
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (passed); i++)
    if (tc_value_get (call, passed[i]) != NULL)
      tc_map_builder_take (builder, passed[i], tc_value_ref (tc_value_get (call, passed[i])));
  if (tc_value_get (rendered, "inputs") != NULL)
    tc_map_builder_take (builder, "inputs", tc_value_ref (tc_value_get (rendered, "inputs")));
  if (tc_value_get (rendered, "labels") != NULL)
    tc_map_builder_take (builder, "labels", tc_value_ref (tc_value_get (rendered, "labels")));
  tc_map_builder_take (builder, "inheritLabels", tc_value_bool (tc_flowable_bool (call, "inheritLabels", FALSE)));
  tc_map_builder_take (builder, "wait", tc_value_bool (tc_flowable_bool (call, "wait", TRUE)));
  tc_map_builder_str (builder, "restart", child_to_restart (items, call, number));
  tc_map_builder_take (builder, "trigger", trigger_of (pass, items, task, number, tc_value_item (batches_of (pass, owner, task), (size_t) number)));
  tc_pass_ask (pass, TC_EFFECT_SUBFLOW, items, purpose, 0, tc_map_builder_end (g_steal_pointer (&builder)));
}

/* One batch is over with @state; the last one ends the run. */
static void
batch_over (TcPass *pass, TcTaskRun *items, const TcTask *task, const TcTaskRun *owner, TcState state)
{
  static const TcState order[] = { TC_STATE_KILLED, TC_STATE_FAILED, TC_STATE_WARNING, TC_STATE_SUCCESS };
  int64_t left = tc_value_get_i64 (items->memo, "left", 1) - 1;
  const char *before = tc_value_get_str (items->memo, "worst");
  TcState worst = TC_STATE_SUCCESS;

  if (before != NULL)
    tc_state_parse (before, &worst);
  for (size_t i = 0; i < G_N_ELEMENTS (order); i++)
    if (order[i] == worst || order[i] == state)
      {
        worst = order[i];
        break;
      }
  tc_pass_remember (items, "worst", tc_value_string (tc_state_name (worst)));
  tc_pass_remember (items, "left", tc_value_int (left));
  if (left <= 0)
    tc_life_end (pass, items, worst, FALSE, NULL);
  else if (tc_pass_state (pass) != TC_STATE_KILLING)
    start_batches (pass, task, owner, items);
  else if (tc_pass_pending (items->memo) == NULL)
    tc_life_end (pass, items, TC_STATE_KILLED, FALSE, NULL);
}

static void
kill_child (TcPass *pass, TcTaskRun *items, const char *execution_id)
{
  tc_pass_effect (pass, TC_EFFECT_KILL_CHILD, items, tc_value_map_of ("executionId", tc_value_string (execution_id), NULL));
}

static void
child_created (TcPass *pass, TcTaskRun *items, const TcTask *task, const TcTaskRun *owner, const TcValue *entry, int64_t number)
{
  const TcValue *asked = tc_value_get (entry, "payload"), *given = pass->event->payload;
  const char *id = given != NULL ? tc_value_get_str (given, "executionId") : NULL;
  gboolean wait = tc_flowable_bool (call_of (owner), "wait", TRUE);
  g_autoptr (TcValue) id_value = NULL;

  if (pass->event->error != NULL || id == NULL)
    {
      fail_items (pass, items, pass->event->error != NULL ? pass->event->error : "The subflow could not be created");
      return;
    }
  if (tc_task_run_state (items) != TC_STATE_RUNNING && items->attempts->len == 0)
    tc_life_run (pass, items, NULL);
  else
    tc_pass_set_run_state (pass, items, TC_STATE_RUNNING);      /* a restart adds no attempt */
  tc_child_log_created (pass, items, asked, id, wait ? 1 + (int) tc_value_get_i64 (items->memo, "again", 0) : 0, 0);
  if (!wait)
    {
      tc_pass_answered (pass, items, pass->event->effect_id);
      count (items, "SUCCESS", 1);
      batch_over (pass, items, task, owner, TC_STATE_SUCCESS);
      return;
    }
  id_value = tc_value_string (id);
  remember_batch (items, "live", number, id_value);
  count (items, tc_value_get_str (asked, "restart") != NULL ? "RESTARTED" : "CREATED", -1);
  count (items, "RUNNING", 1);
  if (tc_pass_state (pass) == TC_STATE_KILLING)
    kill_child (pass, items, id);
}

static void
child_ended (TcPass *pass, TcTaskRun *items, const TcTask *task, const TcTaskRun *owner, int64_t number)
{
  const TcValue *outputs = pass->event->payload != NULL ? tc_value_get (pass->event->payload, "outputs") : NULL;
  const TcValue *live = tc_value_get (items->memo, "live");
  gboolean transmit = tc_flowable_bool (call_of (owner), "transmitFailed", TRUE);
  TcState child = pass->event->state, state = TC_STATE_SUCCESS;
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  const TcValue *id = live != NULL ? tc_value_get (live, key) : NULL;

  if (child == TC_STATE_FAILED && id != NULL)
    remember_batch (items, "failed", number, id);
  else
    remember_batch (items, "failed", number, NULL);
  remember_batch (items, "live", number, NULL);
  if (outputs != NULL && tc_value_is (outputs, TC_VALUE_MAP) && tc_value_length (outputs) > 0)
    remember_batch (items, "results", number, outputs);
  count (items, "RUNNING", -1);
  count (items, tc_state_name (child), 1);
  if (transmit && (child == TC_STATE_FAILED || child == TC_STATE_KILLED || child == TC_STATE_WARNING))
    state = child;
  batch_over (pass, items, task, owner, state);
}

static void
answer (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose, const TcValue *entry)
{
  const TcTaskRun *owner = run->parent_id != NULL ? tc_pass_run (pass, run->parent_id) : NULL;
  int64_t number;

  if (owner == NULL || owner->memo == NULL || call_of (owner) == NULL || !is_open (run))
    return;
  if (!g_str_has_prefix (purpose, "batch:"))
    {
      work_answered (pass, run);
      return;
    }
  number = g_ascii_strtoll (purpose + strlen ("batch:"), NULL, 10);
  if (pass->event->kind == TC_EVENT_RENDERED && tc_pass_state (pass) == TC_STATE_KILLING)
    batch_over (pass, run, task, owner, TC_STATE_KILLED);
  else if (pass->event->kind == TC_EVENT_RENDERED)
    create_child (pass, run, task, owner, purpose, number);
  else if (pass->event->kind == TC_EVENT_CHILD_CREATED)
    child_created (pass, run, task, owner, entry, number);
  else
    child_ended (pass, run, task, owner, number);
}

/* Called for ID_items while batches are under way. */
static gboolean
kill_items (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  const TcValue *live = run->memo != NULL ? tc_value_get (run->memo, "live") : NULL;
  g_autoptr (TcValue) held = live != NULL ? tc_value_ref (live) : NULL;

  if (tc_pass_awaits (run, TC_EFFECT_SUBFLOW, NULL) == NULL)
    return FALSE;
  for (size_t i = 0; held != NULL && i < tc_value_length (held); i++)
    kill_child (pass, run, tc_value_get_text (tc_value_item (held, i)));
  return TRUE;
}

/* Kestra: ForEachItem and its three tasks. */
const TcFlowable tc_flowable_for_each_item = {
  .name = "ForEachItem", .kind = TC_FLOWABLE_PARENT, .props = props, .begin = begin, .tasks = tasks, .next = next, .answer = answer,
  .kill = kill_items,
};
