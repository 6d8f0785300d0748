/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-tree.h"

#include "tc-fake-world.h"

#include "tc-json.h"

#include <string.h>

/*
 * Plays the flow goldens (recorded from the real engine) that need core tasks only, and compares states, histories, task runs and outputs.
 * Folders: $TC_GOLDENS (separated by `:`), else tests/conformance/flows/language. A case that cannot be played here (other task types,
 * triggers, files) is skipped; differences that are meant stand in golden-differences.txt, with their reason.
 */

typedef struct
{
  guint       played, skipped, failed, meant;
  GHashTable *differences;    /* case name → reason */
  const char *only;
} Tally;

static char *
join (const TcValue *list)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; list != NULL && i < tc_value_length (list); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", tc_value_get_text (tc_value_item (list, i)));
  return g_string_free (text, FALSE);
}

/* Volatile text of a golden (`<id>` …) matches anything. */
static gboolean
same_text (const char *golden, const char *ours)
{
  const char *marks[] = { "<id>", "<uri>", "<time>", "<duration>" };

  if (golden == NULL || ours == NULL)
    return g_strcmp0 (golden, ours) == 0;
  for (size_t i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (golden, marks[i]) != NULL)
      return TRUE;
  return strcmp (golden, ours) == 0;
}

static gboolean
same_value (const TcValue *golden, const TcValue *ours)
{
  if (tc_value_is (golden, TC_VALUE_STRING))
    return tc_value_is (ours, TC_VALUE_STRING) && same_text (tc_value_get_text (golden), tc_value_get_text (ours));
  if (tc_value_is (golden, TC_VALUE_MAP) && tc_value_is (ours, TC_VALUE_MAP))
    {
      if (tc_value_length (golden) != tc_value_length (ours))
        return FALSE;
      for (size_t i = 0; i < tc_value_length (golden); i++)
        {
          const TcValue *item = tc_value_get (ours, tc_value_key (golden, i));

          if (item == NULL || !same_value (tc_value_item (golden, i), item))
            return FALSE;
        }
      return TRUE;
    }
  return tc_value_equal (golden, ours);
}

static int
index_of (TcFakePlay *play, const char *run_id)
{
  for (size_t i = 0; run_id != NULL && i < tc_execution_n_runs (play->execution); i++)
    if (strcmp (tc_execution_run (play->execution, i)->id, run_id) == 0)
      return (int) i;
  return -1;
}

static char *
describe_run (TcFakePlay *play, size_t index)
{
  const TcTaskRun *run = tc_execution_run (play->execution, index);
  g_autofree char *history = tc_fake_history (&run->history);
  g_autofree char *outputs = run->outputs != NULL && tc_value_length (run->outputs) > 0 ? tc_json_to_text (run->outputs) : g_strdup ("null");

  return g_strdup_printf ("%s[%s] it=%d p=%d %s att=%u out=%s", run->task_id, run->value != NULL ? run->value : "", run->iteration,
                          index_of (play, run->parent_id), history, run->attempts->len, outputs);
}

static gboolean
is_given (const TcValue *map, const char *key)
{
  const TcValue *item = tc_value_get (map, key);

  return item != NULL && !tc_value_is (item, TC_VALUE_NULL);
}

static gboolean
same_run (TcFakePlay *play, size_t index, const TcValue *golden, gboolean parents)
{
  const TcTaskRun *run = tc_execution_run (play->execution, index);
  g_autofree char *history = tc_fake_history (&run->history), *expected = join (tc_value_get (golden, "history"));
  const TcValue *outputs = tc_value_get (golden, "outputs");
  gboolean has_outputs = is_given (golden, "outputs") && tc_value_length (outputs) > 0;

  if (strcmp (history, expected) != 0 || g_strcmp0 (run->task_id, tc_value_get_str (golden, "id")) != 0
      || g_strcmp0 (run->value, tc_value_get_str (golden, "value")) != 0
      || run->iteration != (is_given (golden, "iteration") ? tc_value_get_i64 (golden, "iteration", -1) : -1)
      || run->attempts->len != tc_value_get_i64 (golden, "attempts", 1))
    return FALSE;
  if (parents && index_of (play, run->parent_id) != (is_given (golden, "parent") ? tc_value_get_i64 (golden, "parent", -1) : -1))
    return FALSE;
  if (run->outputs == NULL || tc_value_length (run->outputs) == 0)
    return !has_outputs;
  return has_outputs && same_value (outputs, run->outputs);
}

static gboolean
same_runs (TcFakePlay *play, const TcValue *golden, gboolean ordered)
{
  size_t n = tc_execution_n_runs (play->execution);
  g_autofree gboolean *used = g_new0 (gboolean, n + 1);

  if (n != (golden != NULL ? tc_value_length (golden) : 0))
    return FALSE;
  for (size_t i = 0; i < n; i++)
    {
      size_t j = ordered ? i : 0;

      if (!ordered)
        while (j < n && (used[j] || !same_run (play, j, tc_value_item (golden, i), FALSE)))
          j++;
      if (j == n || !same_run (play, j, tc_value_item (golden, i), ordered))
        return FALSE;
      used[j] = TRUE;
    }
  return TRUE;
}

static gboolean
is_unstable (const TcValue *golden, const char *key)
{
  const TcValue *list = tc_value_get (golden, "unstable");

  for (size_t i = 0; list != NULL && i < tc_value_length (list); i++)
    if (g_strcmp0 (tc_value_get_text (tc_value_item (list, i)), key) == 0)
      return TRUE;
  return FALSE;
}

static char *
difference (TcFakePlay *play, const TcValue *golden)
{
  const TcHead *head = tc_execution_head (play->execution);
  g_autofree char *history = tc_fake_history (&head->history), *expected = join (tc_value_get (golden, "history"));
  const TcValue *runs = tc_value_get (golden, "taskRuns");
  GString *text;

  if (!is_unstable (golden, "state") && g_strcmp0 (tc_state_name (tc_head_state (head)), tc_value_get_str (golden, "state")) != 0)
    return g_strdup_printf ("state %s, golden %s", tc_state_name (tc_head_state (head)), tc_value_get_str (golden, "state"));
  if (!is_unstable (golden, "history") && strcmp (history, expected) != 0)
    return g_strdup_printf ("history %s, golden %s", history, expected);
  if (is_given (golden, "outputs") && tc_value_length (tc_value_get (golden, "outputs")) > 0
      && (head->outputs == NULL || !same_value (tc_value_get (golden, "outputs"), head->outputs)))
    return g_strdup ("outputs of the flow");
  if (is_unstable (golden, "taskRuns") || same_runs (play, runs, !tc_value_get_flag (golden, "free", FALSE)))
    return NULL;
  text = g_string_new ("task runs:");
  for (size_t i = 0; i < tc_execution_n_runs (play->execution); i++)
    {
      g_autofree char *line = describe_run (play, i);

      g_string_append_printf (text, "\n    %zu %s", i, line);
    }
  for (size_t i = 0; runs != NULL && i < tc_value_length (runs); i++)
    {
      g_autofree char *line = tc_json_to_text (tc_value_item (runs, i));

      g_string_append_printf (text, "\n    golden %zu %s", i, line);
    }
  return g_string_free (text, FALSE);
}

/* --- acts --- */

static gboolean
wait_for (TcFakePlay *play, const char *what)
{
  g_auto (GStrv) parts = g_strsplit (what, "=", 2);
  char *bracket = strchr (parts[0], '[');
  g_autofree char *value = bracket != NULL ? g_strndup (bracket + 1, strlen (bracket) - 2) : NULL;
  TcState state;

  if (bracket != NULL)
    *bracket = '\0';
  g_assert_true (tc_state_parse (parts[1], &state));
  for (;;)
    {
      gboolean reached = strcmp (parts[0], "execution") == 0 && tc_fake_play_state (play) == state;

      for (size_t i = 0; i < tc_execution_n_runs (play->execution); i++)
        {
          const TcTaskRun *run = tc_execution_run (play->execution, i);

          reached |= strcmp (run->task_id, parts[0]) == 0 && (value == NULL || g_strcmp0 (run->value, value) == 0)
                     && tc_task_run_state (run) == state;
        }
      if (reached || !tc_fake_world_turn (play->world, G_MAXINT64))
        return reached;
    }
}

/* Until the execution is over or waits for a user. */
static void
settle (TcFakePlay *play)
{
  tc_fake_world_run (play->world);
}

static const TcTaskRun *
find_run (TcFakePlay *play, const char *name)
{
  g_autofree char *id = g_strdup (name);
  char *bracket = strchr (id, '[');
  g_autofree char *value = bracket != NULL ? g_strndup (bracket + 1, strlen (bracket) - 2) : NULL;

  if (bracket != NULL)
    *bracket = '\0';
  for (size_t i = 0; i < tc_execution_n_runs (play->execution); i++)
    {
      const TcTaskRun *run = tc_execution_run (play->execution, i);

      if (strcmp (run->task_id, id) == 0 && (value == NULL || g_strcmp0 (run->value, value) == 0))
        return run;
    }
  return NULL;
}

static void
replay (TcFakePlay **play, const TcValue *step)
{
  const TcValue *what = tc_value_get (step, "replay");
  const TcTaskRun *run = tc_value_is (what, TC_VALUE_STRING) ? find_run (*play, tc_value_get_text (what)) : NULL;
  g_autoptr (GError) error = NULL;
  TcExecution *fresh = tc_executor_replay ((*play)->flow, (*play)->execution, "replayed", run != NULL ? run->id : NULL,
                                           tc_value_get (step, "inputs"), tc_fake_world_now ((*play)->world), &error);

  g_assert_no_error (error);
  *play = tc_fake_world_adopt ((*play)->world, (*play)->flow, fresh);
}

/* FALSE: a step that is not played here. */
static gboolean
act (TcFakePlay **play, const TcValue *step, const TcFlow *flow)
{
  TcFakeWorld *world = (*play)->world;
  const char *key = tc_value_key (step, 0);
  const TcValue *value = tc_value_item (step, 0);

  if (strcmp (key, "wait") == 0)
    return wait_for (*play, tc_value_get_text (value));
  if (strcmp (key, "sleep_ms") == 0)
    {
      int64_t until = tc_fake_world_now (world) + tc_value_get_int (value) * 1000;

      while (tc_fake_world_turn (world, until));
    }
  else if (strcmp (key, "settle") == 0)
    settle (*play);
  else if (strcmp (key, "kill") == 0)
    tc_fake_play_send (*play, TC_EVENT_KILL, NULL, NULL);
  else if (strcmp (key, "pause") == 0)
    tc_fake_play_send (*play, TC_EVENT_PAUSE, NULL, NULL);
  else if (strcmp (key, "resume") == 0 && tc_value_is (value, TC_VALUE_BOOL) && tc_value_get (step, "of") == NULL)
    {
      wait_for (*play, "execution=PAUSED");
      tc_fake_play_send (*play, TC_EVENT_RESUME, NULL, NULL);
    }
  else if (strcmp (key, "restart") == 0)
    {
      settle (*play);
      tc_fake_play_send (*play, TC_EVENT_RESTART, NULL, NULL);
    }
  else if (strcmp (key, "replay") == 0)
    {
      settle (*play);
      replay (play, step);
    }
  else if (strcmp (key, "changeState") == 0)
    {
      settle (*play);
      tc_fake_play_send (*play, TC_EVENT_CHANGE_STATE,
                         tc_value_map_of ("taskRunId", tc_value_string (find_run (*play, tc_value_get_text (tc_value_item (value, 0)))->id),
                                          "state", tc_value_ref (tc_value_item (value, 1)), NULL), NULL);
    }
  else if (strcmp (key, "start") == 0)
    tc_fake_world_start (world, flow, NULL, NULL, NULL);
  else if (strcmp (key, "follow") == 0 && tc_value_is (value, TC_VALUE_INT))
    *play = tc_fake_world_play (world, (guint) tc_value_get_int (value));
  else if (strcmp (key, "resumeFromBreakpoint") == 0)
    tc_fake_play_send (*play, TC_EVENT_RESUME_BREAKPOINT, NULL, NULL);
  else
    return FALSE;
  return TRUE;
}

/* --- one case --- */

static TcValue *
read_json (const char *path)
{
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;
  TcValue *value;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  value = tc_json_read (text, length, &error);
  g_assert_no_error (error);
  return value;
}

/* Whether all of its tasks are carried out by the executor, or played by tc_fake_core_work(). */
static gboolean
is_playable (const TcFlow *flow)
{
  static const char *const played[] = {
    "io.kestra.plugin.core.log.Log", "io.kestra.plugin.core.debug.Return", "io.kestra.plugin.core.output.OutputValues", NULL
  };

  for (size_t i = 0; i < tc_flow_n_tasks (flow); i++)
    {
      const TcTaskClass *klass = tc_flow_task (flow, i)->klass;

      if (g_str_has_suffix (klass->info.type, ".ForEachItem"))
        return FALSE;
      if ((klass->kind == TC_TASK_JOB || klass->kind == TC_TASK_RUN) && !g_strv_contains (played, klass->info.type))
        return FALSE;
    }
  return tc_flow_value (flow, "triggers") == NULL && tc_flow_value (flow, "checks") == NULL;
}

static TcFlow *
read_flow (const char *path)
{
  g_autoptr (TcRegistry) types = tc_fake_types ();
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (TcFlow) flow = NULL;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  flow = tc_flow_compile (text, length, types, findings);
  if (flow == NULL || tc_diagnostics_have_error (findings) || !is_playable (flow))
    return NULL;
  return g_steal_pointer (&flow);
}

static TcValue *
breakpoints_of (const TcValue *setup)
{
  const TcValue *ids = setup != NULL ? tc_value_get (setup, "breakpoints") : NULL;
  TcListBuilder *list;

  if (ids == NULL)
    return NULL;
  list = tc_list_builder_new ();
  for (size_t i = 0; i < tc_value_length (ids); i++)
    tc_list_builder_take (list, tc_value_map_of ("id", tc_value_ref (tc_value_item (ids, i)), NULL));
  return tc_list_builder_end (list);
}

static const TcValue *
no_names (TcScope *scope, const char *name, GError **error)
{
  return NULL;
}

/* The case's inputs, resolved as at the start of an execution; NULL: refused here. */
static TcValue *
inputs_of (const TcFlow *flow, const TcValue *setup)
{
  const TcValue *given = setup != NULL ? tc_value_get (setup, "inputs") : NULL;
  g_autoptr (TcValue) none = tc_value_map_of (NULL, NULL);
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  TcScope scope;

  tc_scope_init (&scope);
  scope.variable = no_names;
  return tc_inputs_resolve (flow, given != NULL ? given : none, &scope, findings);
}

/* Labels as an execution gets them at its start: the flow's, then the caller's, then its own id. */
static TcValue *
labels_of (const TcFlow *flow, const TcValue *setup)
{
  const TcValue *sets[] = { tc_flow_value (flow, "labels"), setup != NULL ? tc_value_get (setup, "labels") : NULL };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) all = NULL;
  TcListBuilder *list = tc_list_builder_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (sets); i++)
    for (size_t j = 0; sets[i] != NULL && j < tc_value_length (sets[i]); j++)
      {
        const TcValue *item = tc_value_item (sets[i], j);
        gboolean pair = tc_value_is (sets[i], TC_VALUE_LIST);

        tc_map_builder_take (map, pair ? tc_value_get_str (item, "key") : tc_value_key (sets[i], j),
                             tc_value_ref (pair ? tc_value_get (item, "value") : item));
      }
  tc_map_builder_str (map, "system.correlationId", "x1");
  all = tc_map_builder_end (g_steal_pointer (&map));
  for (size_t i = 0; i < tc_value_length (all); i++)
    tc_list_builder_take (list, tc_value_map_of ("key", tc_value_string (tc_value_key (all, i)), "value", tc_value_ref (tc_value_item (all, i)), NULL));
  return tc_list_builder_end (list);
}

/* NULL: as the golden says. Caller frees. */
static char *
play_case (const char *base, const TcValue *golden, const TcValue *setup, gboolean *skipped)
{
  g_autofree char *yaml = g_strconcat (base, ".yaml", NULL);
  g_autoptr (TcFlow) flow = read_flow (yaml);
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  const TcValue *acts = setup != NULL ? tc_value_get (setup, "act") : NULL;
  g_autoptr (TcValue) inputs = NULL;
  TcFakePlay *play;

  *skipped = flow == NULL || (setup != NULL && (tc_value_get (setup, "files") != NULL || tc_value_get (setup, "kv") != NULL));
  if (*skipped)
    return NULL;
  tc_fake_world_add_flow (world, tc_flow_ref (flow));
  for (int i = 1; i < 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.%d.yaml", base, i);
      TcFlow *other = read_flow (path);

      if (other != NULL)
        tc_fake_world_add_flow (world, other);
    }
  inputs = inputs_of (flow, setup);
  *skipped = inputs == NULL;
  if (*skipped)
    return NULL;
  play = tc_fake_world_start (world, flow, tc_value_length (inputs) > 0 ? tc_value_ref (inputs) : NULL, labels_of (flow, setup), breakpoints_of (setup));
  for (size_t i = 0; acts != NULL && i < tc_value_length (acts); i++)
    if (!act (&play, tc_value_item (acts, i), flow))
      {
        *skipped = TRUE;
        return NULL;
      }
  settle (play);
  if (acts == NULL)
    tc_fake_play_check_journal (play);
  if (g_getenv ("TC_CASE") != NULL)
    for (guint i = 0; i < play->logs->len; i++)
      g_test_message ("log %s", (const char *) g_ptr_array_index (play->logs, i));
  return difference (play, golden);
}

static void
try_case (Tally *tally, const char *folder, const char *file)
{
  g_autofree char *name = g_strndup (file, strlen (file) - strlen (".json"));
  g_autofree char *base = g_build_filename (folder, name, NULL);
  g_autofree char *golden_path = g_strconcat (base, ".json", NULL), *case_path = g_strconcat (base, ".case.json", NULL);
  g_autoptr (TcValue) golden = read_json (golden_path), setup = read_json (case_path);
  gboolean skipped = FALSE;
  g_autofree char *found = NULL;

  if (tally->only != NULL && strcmp (tally->only, name) != 0)
    return;
  if (is_given (golden, "refused") || tc_value_get_flag (golden, "timeout", FALSE))
    return;
  found = play_case (base, golden, setup, &skipped);
  if (skipped)
    {
      tally->skipped++;
      return;
    }
  tally->played++;
  if (found == NULL)
    return;
  if (g_hash_table_contains (tally->differences, name))
    {
      tally->meant++;
      return;
    }
  tally->failed++;
  g_test_message ("%s: %s", name, found);
}

static void
read_differences (Tally *tally)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (TC_SOURCE_ROOT "/tests/executor/golden-differences.txt", &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      const char *colon = strchr (*line, ':');

      if (colon != NULL && **line != '#')
        g_hash_table_insert (tally->differences, g_strndup (*line, (gsize) (colon - *line)), g_strdup (colon + 1));
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
test_goldens (gconstpointer data)
{
  const char *folder = data;
  Tally tally = { .differences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free), .only = g_getenv ("TC_CASE") };
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  if (dir == NULL)
    {
      g_test_fail_printf ("%s: no such folder", folder);
      g_hash_table_unref (tally.differences);
      return;
    }
  read_differences (&tally);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, ".json") && !g_str_has_suffix (name, ".case.json"))
      g_ptr_array_add (files, g_strdup (name));
  g_ptr_array_sort (files, compare_names);
  for (guint i = 0; i < files->len; i++)
    try_case (&tally, folder, g_ptr_array_index (files, i));
  g_test_message ("%s: %u played, %u meant differences, %u skipped, %u failed", folder, tally.played, tally.meant, tally.skipped, tally.failed);
  g_hash_table_unref (tally.differences);
  g_assert_cmpuint (tally.failed, ==, 0);
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) folders = NULL;
  const char *named = g_getenv ("TC_GOLDENS");

  g_test_init (&argc, &argv, NULL);
  folders = g_strsplit (named != NULL ? named : TC_SOURCE_ROOT "/tests/conformance/flows/language", ":", -1);
  for (char **folder = folders; *folder != NULL; folder++)
    {
      g_autofree char *base = g_path_get_basename (*folder);
      g_autofree char *path = g_strconcat ("/executor/goldens/", base, NULL);

      g_test_add_data_func (path, *folder, test_goldens);
    }
  return g_test_run ();
}
