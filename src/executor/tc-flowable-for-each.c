/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-json.h"
#include "tc-limits.h"

#include <string.h>

/*
 * The values are fixed at the start, in the memo ("values", a list of texts), which is never touched again: what is next is derived from the
 * newest runs. Groups (one per value) start in order, and a group's runs in order, so the newest run of a list's first task tells how many
 * groups began. After a replay (memo "gaps") or a standstill of the execution all groups are looked through.
 */

static const char *const each_props[] = { "values", "concurrencyLimit", NULL };
static const char *const value_props[] = { "value", "concurrent", NULL };

static const char *
java_class (const TcValue *value)
{
  switch (tc_value_kind (value))
    {
    case TC_VALUE_BOOL:
      return "class java.lang.Boolean";
    case TC_VALUE_DOUBLE:
      return "class java.lang.Double";
    case TC_VALUE_DECIMAL:
      return "class java.math.BigDecimal";
    case TC_VALUE_LIST:
      return "class java.util.ArrayList";
    case TC_VALUE_NULL: case TC_VALUE_INT: case TC_VALUE_STRING: case TC_VALUE_TIME: case TC_VALUE_DURATION: case TC_VALUE_MAP:
      break;
    }
  return NULL;
}

static gboolean
count_nulls (const TcValue *list, GError **error)
{
  g_autoptr (GString) shown = g_string_new ("[");
  size_t n = tc_value_length (list), nulls = 0;

  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *text = tc_flowable_text (tc_value_item (list, i));

      nulls += text == NULL;
      g_string_append_printf (shown, "%s%s", i > 0 ? ", " : "", text != NULL ? text : "null");
    }
  if (nulls == 0)
    return TRUE;
  tc_flowable_error (error, "Found '%zu' null values on Each, with values=%s]", nulls, shown->str);
  return FALSE;
}

/* Texts, each once, the first kept. @plain: a list written in YAML, whose kinds Kestra restricts. */
static TcValue *
texts_of (const TcValue *list, gboolean plain, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (TcListBuilder) builder = NULL;
  size_t n = tc_value_length (list);

  if (n > TC_LIMIT_TASK_RUNS)
    {
      tc_flowable_error (error, "`values` has %zu items, the limit of task runs is %d (TC_LIMIT_TASK_RUNS)", n, TC_LIMIT_TASK_RUNS);
      return NULL;
    }
  if (!count_nulls (list, error))
    return NULL;
  builder = tc_list_builder_new ();
  for (size_t i = 0; i < n; i++)
    {
      const TcValue *item = tc_value_item (list, i);
      char *text;

      if (plain && java_class (item) != NULL)
        {
          tc_flowable_error (error, "Unknown value element type: %s", java_class (item));
          return NULL;
        }
      text = tc_flowable_text (item);
      if (g_hash_table_add (seen, text))
        tc_list_builder_take (builder, tc_value_string (text));
    }
  return tc_list_builder_end (g_steal_pointer (&builder));
}

static TcValue *
read_values (const TcValue *given, GError **error)
{
  g_autoptr (TcValue) list = NULL;
  const char *text;

  if (given == NULL)
    {
      tc_flowable_error (error, "`values` is missing");
      return NULL;
    }
  if (tc_value_is (given, TC_VALUE_LIST))
    return texts_of (given, TRUE, error);
  text = tc_value_is (given, TC_VALUE_STRING) ? tc_value_get_text (given) : "";
  list = tc_json_read (text, strlen (text), error);
  if (list == NULL || !tc_value_is (list, TC_VALUE_LIST))
    {
      g_clear_error (error);
      tc_flowable_error (error, "`values` must be a list or the text of a JSON array, not '%s'", text);
      return NULL;
    }
  return texts_of (list, FALSE, error);
}

static gboolean
begin_with (TcTaskRun *run, const TcValue *values, int64_t limit, GError **error)
{
  TcValue *texts = read_values (values, error);

  if (texts == NULL)
    return FALSE;
  tc_pass_remember (run, "values", texts);
  tc_pass_remember (run, "limit", tc_value_int (limit));
  return TRUE;
}

static gboolean
for_each_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error)
{
  int64_t limit;

  return tc_flowable_int (props, "concurrencyLimit", 1, &limit, error) && begin_with (run, tc_value_get (props, "values"), limit, error);
}

static gboolean
each_sequential_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error)
{
  return begin_with (run, tc_value_get (props, "value"), 1, error);
}

static gboolean
each_parallel_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error)
{
  int64_t limit;

  return tc_flowable_int (props, "concurrent", 0, &limit, error) && begin_with (run, tc_value_get (props, "value"), limit, error);
}

typedef struct
{
  TcPass        *pass;
  const TcGroup *group;
  const TcValue *values;
  size_t         n;
  int64_t        limit;    /* groups, or for EachParallel runs, at once; 0: all */
} Loop;

static Loop
loop_of (TcPass *pass, const TcGroup *group)
{
  const TcValue *values = group->run->memo != NULL ? tc_value_get (group->run->memo, "values") : NULL;

  return (Loop) { pass, group, values, values != NULL ? tc_value_length (values) : 0,
                  group->run->memo != NULL ? tc_value_get_i64 (group->run->memo, "limit", 1) : 1 };
}

static const TcTask *
task_at (const TcTaskList *list, size_t at)
{
  return at < list->tasks->len ? g_ptr_array_index (list->tasks, at) : NULL;
}

static void
create (const Loop *loop, const TcTask *task, size_t group)
{
  tc_next_create (loop->pass, loop->group, task, tc_value_get_text (tc_value_item (loop->values, group)), (int) group);
}

static const TcTaskRun *
run_of (const Loop *loop, const TcTask *task, size_t group)
{
  return tc_pass_find (loop->pass, task->id, loop->group->id, tc_value_get_text (tc_value_item (loop->values, group)));
}

/* How many groups began: one more than the newest run of the first task tells. */
static size_t
n_begun (const Loop *loop, const TcTask *first)
{
  size_t n = tc_pass_n_children (loop->pass, loop->group->id);

  if (loop->limit <= 0 && n > 0)
    return loop->n;
  for (size_t i = n; i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_child (loop->pass, loop->group->id, i - 1);

      if (run != NULL && strcmp (run->task_id, first->id) == 0)
        return (size_t) tc_pass_group_of (run) + 1;
    }
  return 0;
}

typedef enum { GROUP_OVER, GROUP_OPEN, GROUP_NEW } GroupState;

/* Lets group @at go on by one task, if its last one is over. GROUP_NEW: it has not begun. */
static GroupState
advance (const Loop *loop, size_t at)
{
  const TcTaskList *list = loop->group->tasks;
  const TcTask *last = NULL;
  size_t next = tc_next_after (list, NULL);

  for (const TcTask *task = task_at (list, next); task != NULL; task = task_at (list, next))
    {
      const TcTaskRun *run = run_of (loop, task, at);

      if (run == NULL && last == NULL)
        return GROUP_NEW;
      if (run == NULL)
        {
          create (loop, task, at);
          return GROUP_OPEN;
        }
      if (!tc_state_is_terminated (tc_task_run_state (run)))
        return GROUP_OPEN;
      last = task;
      next = tc_next_after (list, task);
    }
  return GROUP_OVER;
}

/* Looks through all groups that began; returns how many are open. */
static size_t
advance_begun (const Loop *loop, size_t begun)
{
  size_t open = 0;

  for (size_t at = 0; at < begun; at++)
    open += advance (loop, at) == GROUP_OPEN;
  return open;
}

/* Only groups with a run that just ended can go on; how many others are open is known by number. */
static size_t
advance_ended (const Loop *loop)
{
  g_autoptr (GArray) ended = tc_pass_take_ended (loop->pass, loop->group->id);

  for (guint i = 0; ended != NULL && i < ended->len; i++)
    if ((size_t) g_array_index (ended, int, i) < loop->n)
      advance (loop, (size_t) g_array_index (ended, int, i));
  return tc_pass_count_open (loop->pass, loop->group->id);    /* a group has one run at work at a time */
}

static gboolean
for_each_next (TcPass *pass, const TcGroup *group)
{
  Loop loop = loop_of (pass, group);
  const TcTask *first = task_at (group->tasks, tc_next_after (group->tasks, NULL));
  gboolean gaps = group->run->memo != NULL && tc_value_get_flag (group->run->memo, "gaps", FALSE);
  size_t begun, open;

  if (first == NULL || loop.n == 0)
    return FALSE;
  begun = n_begun (&loop, first);
  open = gaps || tc_pass_must_look (pass, group->id) ? advance_begun (&loop, begun) : advance_ended (&loop);
  for (; begun < loop.n && (loop.limit <= 0 || open < (size_t) loop.limit); begun++, open++)
    create (&loop, first, begun);
  return begun < loop.n;
}

static gboolean
each_parallel_next (TcPass *pass, const TcGroup *group)
{
  Loop loop = loop_of (pass, group);
  size_t n = tc_pass_n_children (pass, group->id), at = 0, next = tc_next_after (group->tasks, NULL);
  guint open = tc_pass_count_open (pass, group->id);
  const TcTaskRun *newest = n > 0 ? tc_pass_child (pass, group->id, n - 1) : NULL;

  if (newest != NULL && tc_pass_task (pass, newest) != NULL)
    {
      at = (size_t) MAX (tc_pass_group_of (newest), 0);
      next = tc_next_after (group->tasks, tc_pass_task (pass, newest));
    }
  for (; at < loop.n; at++, next = tc_next_after (group->tasks, NULL))
    for (const TcTask *task = task_at (group->tasks, next); task != NULL; task = task_at (group->tasks, next))
      {
        if (loop.limit > 0 && open >= loop.limit)
          return TRUE;
        if (run_of (&loop, task, at) == NULL)
          {
            create (&loop, task, at);
            open++;
          }
        next = tc_next_after (group->tasks, task);
      }
  return FALSE;
}

/* Kestra: ForEach, EachSequential, EachParallel, FlowableUtils.resolveEachTasks, resolveConcurrentNexts. */
const TcFlowable tc_flowable_for_each = {
  .name = "ForEach", .kind = TC_FLOWABLE_PARENT, .props = each_props, .begin = for_each_begin, .next = for_each_next,
};
const TcFlowable tc_flowable_each_sequential = {
  .name = "EachSequential", .kind = TC_FLOWABLE_PARENT, .props = value_props, .begin = each_sequential_begin, .next = for_each_next,
};
const TcFlowable tc_flowable_each_parallel = {
  .name = "EachParallel", .kind = TC_FLOWABLE_PARENT, .props = value_props, .begin = each_parallel_begin, .next = each_parallel_next,
};
