/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-conf.h"

#include "tc-json.h"
#include <string.h>

/*
 * Rules of comparison (conformance/README.md, "What is compared"):
 *
 * C1 State, history, outputs, inputs, labels, variables, files: equal. Keys in the golden's `unstable` are not compared.
 * C2 Task runs: equal and in order; with `free` in any order, with "taskRuns" in `unstable` one of the variants in `seen`.
 * C3 Logs: of each stream (task, value, level) the same entries in the same order; in any order where several runs share a stream. Where
 *    Kestra's engine wrote an entry, we have one of our own wording (is_own_wording()), be it one for two of Kestra's.
 * C4 Metrics: the same, in any order; how long something took is not compared. Other executions: each golden one has an equal one of the same flow.
 * C5 A refusal: at the same stage, and about a name that the golden's message is about.
 * C6 Steps: the same ones refused.
 */

#define OWN_FAILURES_MAX 3      /* at most so many entries an attempt of a run say for Kestra's engine why it failed */

static char *
difference (const char    *path,
            const TcValue *expected,
            const TcValue *got)
{
  g_autofree char *one = expected != NULL ? tc_json_to_text (expected) : g_strdup ("nothing");
  g_autofree char *two = got != NULL ? tc_json_to_text (got) : g_strdup ("nothing");

  return g_strdup_printf ("%s: expected %.400s, got %.400s", path, one, two);
}

static gboolean
is_empty (const TcValue *value)
{
  return value == NULL || tc_value_is (value, TC_VALUE_NULL)
         || ((tc_value_is (value, TC_VALUE_MAP) || tc_value_is (value, TC_VALUE_LIST)) && tc_value_length (value) == 0);
}

/* The first place where two values differ, or NULL. */
static char *
compare_values (const char    *path,
                const TcValue *expected,
                const TcValue *got)
{
  if ((is_empty (expected) && is_empty (got)) || (expected != NULL && got != NULL && tc_value_equal (expected, got)))
    return NULL;
  if (!tc_value_is (expected, TC_VALUE_MAP) || !tc_value_is (got, TC_VALUE_MAP))
    return difference (path, expected, got);
  for (size_t i = 0; i < tc_value_length (expected); i++)
    {
      const char *key = tc_value_key (expected, i);
      g_autofree char *below = g_strdup_printf ("%s.%s", path, key);
      const TcValue *item = tc_value_get (got, key);
      char *found = item != NULL ? compare_values (below, tc_value_item (expected, i), item)
                                 : difference (below, tc_value_item (expected, i), NULL);

      if (found != NULL)
        return found;
    }
  for (size_t i = 0; i < tc_value_length (got); i++)
    if (tc_value_get (expected, tc_value_key (got, i)) == NULL)
      {
        g_autofree char *below = g_strdup_printf ("%s.%s", path, tc_value_key (got, i));

        return difference (below, NULL, tc_value_item (got, i));
      }
  return NULL;
}

static gboolean
list_has (const TcValue *list,
          const char    *text)
{
  for (size_t i = 0; list != NULL && i < tc_value_length (list); i++)
    if (tc_value_is (tc_value_item (list, i), TC_VALUE_STRING) && strcmp (tc_value_get_text (tc_value_item (list, i)), text) == 0)
      return TRUE;
  return FALSE;
}

/* A run without its place in the list: its parent by name. */
static TcValue *
unplaced_run (const TcValue *runs,
              const TcValue *run)
{
  int64_t parent = tc_value_get_i64 (run, "parent", -1);
  g_autoptr (TcValue) name = NULL;

  if (parent < 0 || (size_t) parent >= tc_value_length (runs))
    return tc_value_ref (run);
  name = tc_value_printf ("%s[%s]", tc_value_get_str (tc_value_item (runs, (size_t) parent), "id"),
                          tc_value_get_str (tc_value_item (runs, (size_t) parent), "value"));
  return tc_value_with (run, "parent", name);
}

/* Every item of @expected has an equal one of its own in @got, and none is left over. */
static char *
compare_bags (const char *path,
              GPtrArray  *expected,
              GPtrArray  *got)
{
  for (guint i = 0; i < expected->len; i++)
    {
      guint j = 0;

      while (j < got->len && !tc_value_equal (expected->pdata[i], got->pdata[j]))
        j++;
      if (j == got->len)
        return difference (path, expected->pdata[i], got->len > 0 ? got->pdata[0] : NULL);
      g_ptr_array_remove_index (got, j);
    }
  return got->len > 0 ? difference (path, NULL, got->pdata[0]) : NULL;
}

static GPtrArray *
bag_of (const TcValue *list,
        gboolean       runs)
{
  GPtrArray *bag = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);

  for (size_t i = 0; list != NULL && i < tc_value_length (list); i++)
    g_ptr_array_add (bag, runs ? unplaced_run (list, tc_value_item (list, i)) : tc_value_ref (tc_value_item (list, i)));
  return bag;
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "STATE id[value]STATE id[value]STATE …", as `seen` lists variants. */
static char *
variant_of (const TcValue *record)
{
  const TcValue *runs = tc_value_get (record, "taskRuns");
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  for (size_t i = 0; runs != NULL && i < tc_value_length (runs); i++)
    {
      const TcValue *run = tc_value_item (runs, i);
      const char *value = tc_value_get_str (run, "value");

      g_ptr_array_add (parts, g_strdup_printf ("%s[%s]%s", tc_value_get_str (run, "id"), value != NULL ? value : "null",
                                               tc_value_get_str (run, "state")));
    }
  g_ptr_array_sort (parts, compare_texts);
  g_ptr_array_add (parts, NULL);
  joined = g_strjoinv (" ", (char **) parts->pdata);
  return g_strdup_printf ("%s %s", tc_value_get_str (record, "state"), joined);
}

static char *
compare_runs (const TcValue *golden,
              const TcValue *record)
{
  const TcValue *expected = tc_value_get (golden, "taskRuns"), *got = tc_value_get (record, "taskRuns");
  size_t n = expected != NULL ? tc_value_length (expected) : 0, m = got != NULL ? tc_value_length (got) : 0;

  if (list_has (tc_value_get (golden, "unstable"), "taskRuns"))
    {
      g_autofree char *variant = variant_of (record);

      return list_has (tc_value_get (golden, "seen"), variant) ? NULL : g_strdup_printf ("taskRuns: “%s” was never seen", variant);
    }
  if (tc_value_get_flag (golden, "free", FALSE))
    {
      g_autoptr (GPtrArray) one = bag_of (expected, TRUE), two = bag_of (got, TRUE);

      return compare_bags ("taskRuns", one, two);
    }
  for (size_t i = 0; i < MAX (n, m); i++)
    {
      g_autofree char *path = g_strdup_printf ("taskRuns[%zu]", i);
      char *found = i < n && i < m ? compare_values (path, tc_value_item (expected, i), tc_value_item (got, i))
                                   : difference (path, i < n ? tc_value_item (expected, i) : NULL, i < m ? tc_value_item (got, i) : NULL);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Entries of a stream: same task, value and level. */
static gboolean
same_stream (const TcValue *a,
             const TcValue *b)
{
  static const char *const keys[] = { "task", "value", "level" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_strcmp0 (tc_value_get_str (a, keys[i]), tc_value_get_str (b, keys[i])) != 0)
      return FALSE;
  return TRUE;
}

/* The recorder stopped at so many entries. */
static gboolean
is_truncated (const TcValue *logs)
{
  size_t n = logs != NULL ? tc_value_length (logs) : 0;

  return n > 0 && tc_value_get_flag (tc_value_item (logs, n - 1), "truncated", FALSE);
}

/* Whether @run is one that may have written @entry. */
static gboolean
is_run_of (const TcValue *run,
           const TcValue *entry)
{
  return g_strcmp0 (tc_value_get_str (run, "id"), tc_value_get_str (entry, "task")) == 0
         && g_strcmp0 (tc_value_get_str (run, "value"), tc_value_get_str (entry, "value")) == 0;
}

static guint
count_runs (const TcValue *record,
            const TcValue *entry)
{
  const TcValue *runs = tc_value_get (record, "taskRuns");
  guint n = 0;

  for (size_t i = 0; runs != NULL && i < tc_value_length (runs); i++)
    n += is_run_of (tc_value_item (runs, i), entry);
  return n;
}

static gboolean
ended_well (const TcValue *record,
            const TcValue *entry)
{
  const TcValue *runs = tc_value_get (record, "taskRuns");

  for (size_t i = 0; runs != NULL && i < tc_value_length (runs); i++)
    {
      const TcValue *run = tc_value_item (runs, i);

      if (is_run_of (run, entry) && (strcmp (tc_value_get_str (run, "state"), "SUCCESS") != 0 || tc_value_get_i64 (run, "attempts", 0) > 1
                                     || list_has (tc_value_get (run, "history"), "FAILED")))
        return FALSE;
    }
  return count_runs (record, entry) > 0;      /* what left no run never ran */
}

/* Whether the engine, not a task or its program, wrote an entry of the golden: it is then ours to word. */
static gboolean
is_own_wording (const TcValue *golden,
                const TcValue *entry,
                const TcFlow  *flow)
{
  const char *id = tc_value_get_str (entry, "task"), *level = tc_value_get_str (entry, "level");
  const TcTask *task = flow != NULL && id != NULL ? tc_flow_find_task (flow, id) : NULL;

  if (id == NULL || level == NULL)
    return TRUE;
  if (strcmp (level, "WARN") == 0 && task != NULL && task->klass != NULL && task->klass->kind == TC_TASK_RUN)
    return TRUE;      /* programs write INFO and ERROR; what is odd about their output is said by the engine */
  if (strcmp (level, "ERROR") == 0 || strcmp (level, "WARN") == 0)
    return !ended_well (golden, entry);
  /* What a task of these two families writes is what its flow says; others only tell what they do. */
  if (strcmp (level, "DEBUG") == 0 || strcmp (level, "TRACE") == 0)
    return task == NULL || (strstr (task->type, ".log.") == NULL && strstr (task->type, ".debug.") == NULL);
  return FALSE;
}

static GPtrArray *
stream_of (const TcValue *logs,
           const TcValue *like)
{
  GPtrArray *stream = g_ptr_array_new ();

  for (size_t i = 0; logs != NULL && i < tc_value_length (logs); i++)
    if (same_stream (tc_value_item (logs, i), like))
      g_ptr_array_add (stream, (gpointer) tc_value_item (logs, i));
  return stream;
}

/* Takes the entry that equals @wanted out of @stream, not before @from. Returns where it stood, or -1. */
static int
take_entry (GPtrArray     *stream,
            guint          from,
            const TcValue *wanted)
{
  for (guint i = from; i < stream->len; i++)
    if (tc_value_equal (wanted, stream->pdata[i]))
      {
        g_ptr_array_remove_index (stream, i);
        return (int) i;
      }
  return -1;
}

/* What equals is taken away, in order; what is left of the golden must be the engine's to word, and then something of ours is left too. */
static char *
compare_stream (const TcValue *golden,
                const TcValue *record,
                const TcValue *like,
                const TcFlow  *flow)
{
  g_autoptr (GPtrArray) expected = stream_of (tc_value_get (golden, "logs"), like), got = stream_of (tc_value_get (record, "logs"), like);
  gboolean is_cut = is_truncated (tc_value_get (golden, "logs"));
  gboolean is_failure = strcmp (tc_value_get_str (like, "level"), "ERROR") == 0, said = FALSE;
  const TcValue *worded = NULL;
  int64_t attempt = -1;
  guint from = 0, n_worded = 0, n_runs = MAX (count_runs (golden, like), 1);

  for (guint i = 0; i < expected->len; i++)
    {
      int at = take_entry (got, from, expected->pdata[i]);
      gboolean is_own = is_own_wording (golden, expected->pdata[i], flow);

      if (attempt != tc_value_get_i64 (expected->pdata[i], "attempt", 0))
        n_worded = 0;
      attempt = tc_value_get_i64 (expected->pdata[i], "attempt", 0);
      said |= is_own && at >= 0;
      if (at >= 0)
        from = n_runs == 1 ? (guint) at : 0;
      else if (is_own && (n_worded++ < OWN_FAILURES_MAX * n_runs || !is_failure))
        worded = expected->pdata[i];
      else
        return difference ("logs", expected->pdata[i], from < got->len ? got->pdata[from] : NULL);
    }
  if (worded != NULL)
    return got->len > 0 || said ? NULL : difference ("logs", worded, NULL);
  if (got->len == 0 || is_cut || is_own_wording (golden, got->pdata[0], flow))
    return NULL;
  return difference ("logs", NULL, got->pdata[0]);
}

static char *
compare_logs (const TcValue *golden,
              const TcValue *record,
              const TcFlow  *flow)
{
  const TcValue *sides[] = { tc_value_get (golden, "logs"), tc_value_get (record, "logs") };

  for (guint side = 0; side < 2; side++)
    for (size_t i = 0; sides[side] != NULL && i < tc_value_length (sides[side]); i++)
      {
        char *found = compare_stream (golden, record, tc_value_item (sides[side], i), flow);

        if (found != NULL)
          return found;
      }
  return NULL;
}

/* Whether what a task gave holds volatile text: the length of such a text is volatile too. */
static gboolean
has_volatile_output (const TcValue *golden,
                     const char    *task)
{
  const TcValue *runs = tc_value_get (golden, "taskRuns");

  for (size_t i = 0; runs != NULL && i < tc_value_length (runs); i++)
    {
      const TcValue *run = tc_value_item (runs, i), *outputs = tc_value_get (run, "outputs");
      g_autofree char *text = outputs != NULL && g_strcmp0 (tc_value_get_str (run, "id"), task) == 0 ? tc_json_to_text (outputs) : NULL;

      if (text != NULL && g_regex_match_simple ("<(id|uri|time|duration|dir|pid|cipher)>", text, 0, 0))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_volatile_metric (const TcValue *golden,
                    const TcValue *metric)
{
  const char *name = tc_value_get_str (metric, "name"), *type = tc_value_get_str (metric, "type"), *task = tc_value_get_str (metric, "task");

  if (name == NULL || type == NULL)
    return FALSE;
  return (strcmp (type, "timer") == 0 && g_str_has_suffix (name, "duration"))
         || (strcmp (name, "length") == 0 && task != NULL && has_volatile_output (golden, task));
}

/* The metrics of a side, those left empty whose value says how long something took or was. */
static GPtrArray *
metrics_of (const TcValue *golden,
            const TcValue *side)
{
  GPtrArray *bag = bag_of (tc_value_get (side, "metrics"), FALSE);
  g_autoptr (TcValue) any = tc_value_null ();

  for (guint i = 0; i < bag->len; i++)
    {
      TcValue *metric = bag->pdata[i];

      if (!is_volatile_metric (golden, metric))
        continue;
      bag->pdata[i] = tc_value_with (metric, "value", any);
      tc_value_unref (metric);
    }
  return bag;
}

static char *
compare_metrics (const TcValue *golden,
                 const TcValue *record)
{
  g_autoptr (GPtrArray) expected = metrics_of (golden, golden), got = metrics_of (golden, record);

  return compare_bags ("metrics", expected, got);
}

static char *
compare_execution (const TcValue *golden,
                   const TcValue *record,
                   const TcFlow  *flow)
{
  static const char *const keys[] = { "timeout", "state", "history", "outputs", "inputs", "labels", "variables", "files" };
  char *found = NULL;

  for (guint i = 0; i < 3 && found == NULL; i++)
    if (!list_has (tc_value_get (golden, "unstable"), keys[i]))
      found = compare_values (keys[i], tc_value_get (golden, keys[i]), tc_value_get (record, keys[i]));
  if (found == NULL)
    found = compare_runs (golden, record);
  for (guint i = 3; i < G_N_ELEMENTS (keys) && found == NULL; i++)
    if (!list_has (tc_value_get (golden, "unstable"), keys[i]))
      found = compare_values (keys[i], tc_value_get (golden, keys[i]), tc_value_get (record, keys[i]));
  /* Which entries and metrics there are follows from the runs: nothing to compare where these may differ. */
  if (found != NULL || list_has (tc_value_get (golden, "unstable"), "taskRuns"))
    return found;
  found = compare_logs (golden, record, flow);
  return found != NULL ? found : compare_metrics (golden, record);
}

static gboolean
same_origin (const TcValue *a,
             const TcValue *b)
{
  return g_strcmp0 (tc_value_get_str (a, "flow"), tc_value_get_str (b, "flow")) == 0
         && g_strcmp0 (tc_value_get_str (a, "trigger"), tc_value_get_str (b, "trigger")) == 0
         && tc_value_get_flag (a, "hasParent", FALSE) == tc_value_get_flag (b, "hasParent", FALSE);
}

/* The first difference of the nearest one of the same flow, if none is equal; an equal one is taken out of @got. */
static char *
take_equal (const TcValue *other,
            GPtrArray     *got)
{
  char *nearest = NULL;

  for (guint i = 0; i < got->len; i++)
    {
      char *found;

      if (!same_origin (other, got->pdata[i]))
        continue;
      found = compare_execution (other, got->pdata[i], NULL);
      if (found == NULL)
        {
          g_ptr_array_remove_index (got, i);
          g_free (nearest);
          return NULL;
        }
      if (nearest == NULL)
        nearest = g_strdup_printf ("others (%s): %s", tc_value_get_str (other, "flow"), found);
      g_free (found);
    }
  return nearest != NULL ? nearest : g_strdup_printf ("others: there is no execution of “%s”", tc_value_get_str (other, "flow"));
}

static char *
compare_others (const TcValue *golden,
                const TcValue *record)
{
  const TcValue *expected = tc_value_get (golden, "others");
  g_autoptr (GPtrArray) got = bag_of (tc_value_get (record, "others"), FALSE);

  for (size_t i = 0; expected != NULL && i < tc_value_length (expected); i++)
    {
      char *found = take_equal (tc_value_item (expected, i), got);

      if (found != NULL)
        return found;
    }
  return got->len > 0 ? g_strdup_printf ("others: one more execution of “%s”", tc_value_get_str (got->pdata[0], "flow")) : NULL;
}

/* Names of properties, inputs, tasks that a recorded message is about. */
static GPtrArray *
names_in (const char *message)
{
  g_autoptr (GRegex) regex = g_regex_new ("input:([\\w.-]+)|input `([^`]+)`|with (?:name|id) \\[([^\\]]+)\\]|field [\"']([^\"']+)[\"']"
                                          "|dependency: ([\\w.-]+)|detected: ([\\w.-]+)|Invalid type: ([\\w.]+)|'(\\w+)' must be less|^([\\w.\\[\\]-]+): ",
                                          G_REGEX_MULTILINE, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, message, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    for (int i = 1; i < g_match_info_get_match_count (match); i++)
      {
        char *name = g_match_info_fetch (match, i);

        if (name != NULL && *name != '\0' && strcmp (name, "null") != 0)
          g_ptr_array_add (names, name);
        else
          g_free (name);
      }
  return names;
}

static char *
compare_refusals (const TcValue *expected,
                  const TcValue *got)
{
  const TcValue *one = tc_value_item (expected, 0), *two = got != NULL ? tc_value_item (got, 0) : NULL;
  const char *message = tc_value_get_str (one, "message");
  g_autoptr (GPtrArray) names = names_in (message != NULL ? message : "");
  g_autofree char *ours = two != NULL ? tc_json_to_text (two) : NULL;

  if (two == NULL || g_strcmp0 (tc_value_get_str (one, "stage"), tc_value_get_str (two, "stage")) != 0)
    return difference ("refused", one, two);
  for (guint i = 0; i < names->len; i++)
    {
      g_auto (GStrv) parts = g_strsplit (names->pdata[i], ", ", -1);

      for (guint j = 0; parts[j] != NULL; j++)
        {
          const char *last = strrchr (parts[j], '.');

          if (strstr (ours, last != NULL && last[1] != '\0' ? last + 1 : parts[j]) != NULL)
            return NULL;
        }
    }
  return names->len > 0 ? difference ("refused", one, two) : NULL;
}

static char *
compare_acts (const TcValue *expected,
              const TcValue *got)
{
  size_t n = expected != NULL ? tc_value_length (expected) : 0, m = got != NULL ? tc_value_length (got) : 0;

  for (size_t i = 0; i < MAX (n, m); i++)
    if (i >= n || i >= m || tc_value_get_i64 (tc_value_item (expected, i), "step", -1) != tc_value_get_i64 (tc_value_item (got, i), "step", -1))
      return difference ("acts", i < n ? tc_value_item (expected, i) : NULL, i < m ? tc_value_item (got, i) : NULL);
  return NULL;
}

char *
tc_conf_compare (const TcValue *golden,
                 const TcValue *record,
                 const TcFlow  *flow)
{
  const TcValue *refused = tc_value_get (golden, "refused"), *got = tc_value_get (record, "refused");
  char *found;

  if (!is_empty (refused) || !is_empty (got))
    return !is_empty (refused) ? compare_refusals (refused, is_empty (got) ? NULL : got) : difference ("refused", NULL, got);
  found = compare_acts (tc_value_get (golden, "acts"), tc_value_get (record, "acts"));
  if (found == NULL)
    found = compare_execution (golden, record, flow);
  return found != NULL ? found : compare_others (golden, record);
}
