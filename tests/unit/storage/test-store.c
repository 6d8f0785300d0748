/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scratch.h"
#include "tc-json.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char    *directory;
  TcStore *store;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;

  self->directory = scratch_new ();
  self->store = tc_store_open (self->directory, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  tc_store_close (self->store);
  scratch_remove (self->directory);
}

static void
reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  tc_store_close (self->store);
  self->store = tc_store_open (self->directory, NULL, &error);
  g_assert_no_error (error);
}

static void
put_execution (Fixture    *self,
               const char *id,
               const char *namespace_,
               const char *flow_id,
               TcState     state,
               int64_t     at_us)
{
  g_autoptr (TcHead) head = make_head (id, namespace_, flow_id, state, at_us);
  TcBatch *batch = tc_batch_new ();

  tc_batch_head (batch, head);
  commit_and_wait (self->store, batch);
}

/* Ids of found heads, joined. */
static char *
ids (GPtrArray *heads)
{
  GString *text = g_string_new (NULL);

  g_assert_nonnull (heads);
  for (guint i = 0; i < heads->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", ((TcHead *) g_ptr_array_index (heads, i))->id);
  g_ptr_array_unref (heads);
  return g_string_free (text, FALSE);
}

static char *
find (Fixture    *self,
      const char *query)
{
  g_autoptr (TcValue) wanted = tc_json_read (query, strlen (query), NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *heads = tc_store_find_executions (self->store, wanted, &error);

  g_assert_no_error (error);
  return ids (heads);
}

#define assert_found(self, query, expected) \
  do { g_autofree char *found_ = find (self, query); g_assert_cmpstr (found_, ==, expected); } while (0)

static void
test_records_survive (Fixture       *self,
                      gconstpointer  unused)
{
  g_autoptr (TcTaskRun) created = make_run ("r1", "a", TC_STATE_CREATED), done = make_run ("r1", "a", TC_STATE_SUCCESS);
  g_autoptr (TcTaskRun) other = make_run ("r2", "b", TC_STATE_RUNNING), gone = make_run ("r3", "c", TC_STATE_CREATED);
  g_autoptr (TcHead) head = NULL;
  g_autoptr (GPtrArray) runs = NULL, journal = NULL, effects = NULL;
  TcBatch *batch = tc_batch_new ();

  put_execution (self, "e1", "company.team", "flow", TC_STATE_RUNNING, 5);
  tc_batch_run (batch, "e1", created);
  tc_batch_run (batch, "e1", gone);
  tc_batch_run (batch, "e1", other);
  tc_batch_run (batch, "e1", done);
  tc_batch_remove_run (batch, "e1", "r3");
  tc_batch_journal (batch, "e1", 7, tc_value_string ("first"));
  tc_batch_journal (batch, "e1", 8, tc_value_string ("second"));
  tc_batch_effect (batch, "r1/0/1", "e1", "WORK", tc_value_int (1));
  tc_batch_effect (batch, "r2/0/1", "e1", "WORK", tc_value_int (2));
  tc_batch_effect (batch, "r2/0/1", "e1", "WORK", tc_value_int (3));
  tc_batch_effect_end (batch, "r1/0/1");
  commit_and_wait (self->store, batch);
  reopen (self);

  head = tc_store_load_head (self->store, "e1", NULL);
  g_assert_cmpint (tc_head_state (head), ==, TC_STATE_RUNNING);
  runs = tc_store_load_runs (self->store, "e1", NULL);
  g_assert_cmpuint (runs->len, ==, 2);
  g_assert_cmpstr (((TcTaskRun *) runs->pdata[0])->id, ==, "r1");
  g_assert_cmpint (tc_task_run_state (runs->pdata[0]), ==, TC_STATE_SUCCESS);
  journal = tc_store_load_journal (self->store, "e1", NULL);
  g_assert_cmpuint (journal->len, ==, 2);
  g_assert_cmpstr (tc_value_get_text (journal->pdata[1]), ==, "second");
  effects = tc_store_load_effects (self->store, NULL);
  g_assert_cmpuint (effects->len, ==, 1);
  g_assert_cmpstr (tc_value_get_str (effects->pdata[0], "id"), ==, "r2/0/1");
  g_assert_cmpint (tc_value_get_i64 (effects->pdata[0], "record", 0), ==, 3);
}

static void
test_searches (Fixture       *self,
               gconstpointer  unused)
{
  g_autoptr (TcHead) head = make_head ("e4", "company.teams", "other_flow", TC_STATE_SUCCESS, 40);
  g_autoptr (TcHead) labelled = tc_head_copy (head);
  const char *labels = "[{\"key\": \"env\", \"value\": \"prod\"}, {\"key\": \"50%\", \"value\": \"x\"}]";
  TcBatch *batch = tc_batch_new ();

  put_execution (self, "e1", "company.team", "flow", TC_STATE_SUCCESS, 10);
  put_execution (self, "e2", "company.team", "other", TC_STATE_FAILED, 20);
  put_execution (self, "e3", "company.team.sub", "flow", TC_STATE_RUNNING, 30);
  g_clear_pointer (&labelled->labels, tc_value_unref);
  labelled->labels = tc_json_read (labels, strlen (labels), NULL);
  tc_batch_head (batch, labelled);
  commit_and_wait (self->store, batch);

  assert_found (self, "{}", "e4 e3 e2 e1");
  assert_found (self, "{\"limit\": 2, \"offset\": 1}", "e3 e2");
  assert_found (self, "{\"namespace\": \"company.team\"}", "e3 e2 e1");
  assert_found (self, "{\"namespace\": \"company_team\"}", "");
  assert_found (self, "{\"flowId\": \"flow\"}", "e3 e1");
  assert_found (self, "{\"states\": [\"FAILED\", \"RUNNING\"]}", "e3 e2");
  assert_found (self, "{\"before\": 30}", "e2 e1");
  assert_found (self, "{\"labels\": {\"env\": \"prod\"}}", "e4");
  assert_found (self, "{\"labels\": {\"env\": \"test\"}}", "");
  assert_found (self, "{\"text\": \"OTHER\"}", "e4 e2");
  assert_found (self, "{\"text\": \"0%\"}", "e4");
  assert_found (self, "{\"text\": \"r_f\"}", "e4");
  assert_found (self, "{\"text\": \"'; DROP TABLE execution; --\"}", "");
}

static void
test_live_executions (Fixture       *self,
                      gconstpointer  unused)
{
  g_autoptr (TcTaskRun) late = make_run ("r1", "after", TC_STATE_RUNNING);
  g_autofree char *live = NULL, *rest = NULL;
  TcBatch *batch = tc_batch_new ();

  put_execution (self, "done", "a", "f", TC_STATE_SUCCESS, 1);
  put_execution (self, "running", "a", "f", TC_STATE_RUNNING, 2);
  put_execution (self, "after", "a", "f", TC_STATE_SUCCESS, 3);
  put_execution (self, "effect", "a", "f", TC_STATE_KILLED, 4);
  tc_batch_run (batch, "after", late);
  tc_batch_effect (batch, "x", "effect", "WORK", tc_value_null ());
  commit_and_wait (self->store, batch);
  live = ids (tc_store_live_executions (self->store, NULL));
  g_assert_cmpstr (live, ==, "running after effect");

  batch = tc_batch_new ();
  tc_batch_execution_delete (batch, "after");
  tc_batch_execution_delete (batch, "effect");
  commit_and_wait (self->store, batch);
  rest = ids (tc_store_live_executions (self->store, NULL));
  g_assert_cmpstr (rest, ==, "running");
}

static void
test_flows (Fixture       *self,
            gconstpointer  unused)
{
  g_autoptr (TcValue) flows = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *newest = NULL, *first = NULL, *deleted = NULL;
  TcBatch *batch = tc_batch_new ();
  int revision = 0;

  tc_batch_flow (batch, "a", "f", 1, "one", 1);
  tc_batch_flow (batch, "a", "f", 2, "two", 2);
  tc_batch_flow (batch, "b", "g", 1, "other", 3);
  commit_and_wait (self->store, batch);
  newest = tc_store_load_flow (self->store, "a", "f", 0, &revision, NULL);
  g_assert_cmpstr (newest, ==, "two");
  g_assert_cmpint (revision, ==, 2);
  first = tc_store_load_flow (self->store, "a", "f", 1, NULL, NULL);
  g_assert_cmpstr (first, ==, "one");
  flows = tc_store_find_flows (self->store, NULL, NULL);
  g_assert_cmpuint (tc_value_length (flows), ==, 2);
  g_assert_cmpint (tc_value_get_i64 (tc_value_item (flows, 0), "revision", 0), ==, 2);

  batch = tc_batch_new ();
  tc_batch_flow_delete (batch, "a", "f");
  commit_and_wait (self->store, batch);
  none = tc_store_find_flows (self->store, "a", NULL);
  g_assert_cmpuint (tc_value_length (none), ==, 0);
  g_assert_null (tc_store_load_flow (self->store, "a", "f", 0, &revision, &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND);
  deleted = tc_store_load_flow (self->store, "a", "f", 2, NULL, NULL);
  g_assert_cmpstr (deleted, ==, "two");
  g_assert_cmpint (tc_store_last_revision (self->store, "a", "f", NULL), ==, 2);
  g_assert_cmpint (tc_store_last_revision (self->store, "a", "none", NULL), ==, 0);
}

static void
test_pairs_metrics_triggers (Fixture       *self,
                             gconstpointer  unused)
{
  g_autoptr (TcValue) got = NULL, pairs = NULL, triggers = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) metrics = NULL;
  TcBatch *batch = tc_batch_new ();

  tc_batch_kv_set (batch, "a", "k", tc_value_map_of ("value", tc_value_int (1), NULL));
  tc_batch_kv_set (batch, "a", "k", tc_value_map_of ("value", tc_value_int (2), NULL));
  tc_batch_kv_set (batch, "a", "old", tc_value_map_of ("value", tc_value_int (3), "expires_us", tc_value_int (1000), NULL));
  tc_batch_kv_set (batch, "a", "gone", tc_value_map_of ("value", tc_value_int (4), NULL));
  tc_batch_kv_delete (batch, "a", "gone");
  tc_batch_metric (batch, "e", NULL, tc_value_string ("m1"));
  tc_batch_metric (batch, "e", "r", tc_value_string ("m2"));
  tc_batch_trigger (batch, "a", "f", "t", tc_value_int (1));
  tc_batch_trigger (batch, "a", "f", "u", tc_value_int (2));
  tc_batch_trigger_delete (batch, "a", "f", "u");
  commit_and_wait (self->store, batch);

  got = tc_store_kv_get (self->store, "a", "k", NULL);
  g_assert_cmpint (tc_value_get_i64 (got, "value", 0), ==, 2);
  g_assert_null (tc_store_kv_get (self->store, "a", "old", &error));
  g_assert_no_error (error);
  pairs = tc_store_kv_list (self->store, "a", NULL);
  g_assert_cmpuint (tc_value_length (pairs), ==, 1);
  g_assert_cmpstr (tc_value_get_str (tc_value_item (pairs, 0), "key"), ==, "k");
  metrics = tc_store_load_metrics (self->store, "e", NULL);
  g_assert_cmpuint (metrics->len, ==, 2);
  triggers = tc_store_load_triggers (self->store, NULL);
  g_assert_cmpuint (tc_value_length (triggers), ==, 1);
  g_assert_cmpstr (tc_value_get_str (tc_value_item (triggers, 0), "triggerId"), ==, "t");
}

/* Windows of triggers, and the flows that may have triggers: the newest text of each that is not deleted. */
static void
test_windows_and_sources (Fixture       *self,
                          gconstpointer  data)
{
  g_autoptr (TcValue) windows = NULL, sources = NULL;
  TcBatch *batch = tc_batch_new ();

  tc_batch_window (batch, "a", "f", "c", tc_value_int (1));
  tc_batch_window (batch, "a", "f", "c", tc_value_int (2));
  tc_batch_window (batch, "a", "f", "gone", tc_value_int (3));
  tc_batch_window_delete (batch, "a", "f", "gone");
  tc_batch_flow (batch, "a", "no-more", 1, "triggers: x", 0);
  tc_batch_flow (batch, "a", "no-more", 2, "tasks: x", 0);
  tc_batch_flow (batch, "a", "now", 1, "tasks: x", 0);
  tc_batch_flow (batch, "a", "now", 2, "triggers: y", 0);
  tc_batch_flow (batch, "a", "deleted", 1, "triggers: z", 0);
  tc_batch_flow_delete (batch, "a", "deleted");
  commit_and_wait (self->store, batch);

  windows = tc_store_load_windows (self->store, NULL);
  g_assert_cmpuint (tc_value_length (windows), ==, 1);
  g_assert_cmpstr (tc_value_get_str (tc_value_item (windows, 0), "conditionId"), ==, "c");
  g_assert_cmpint (tc_value_get_i64 (tc_value_item (windows, 0), "record", 0), ==, 2);
  sources = tc_store_find_sources (self->store, "triggers", NULL);
  g_assert_cmpuint (tc_value_length (sources), ==, 1);
  g_assert_cmpstr (tc_value_get_str (tc_value_item (sources, 0), "id"), ==, "now");
  g_assert_cmpstr (tc_value_get_str (tc_value_item (sources, 0), "source"), ==, "triggers: y");
}

/* "key@version …", newest first; expired ones with a !. */
static char *
versions_of (TcStore *store)
{
  g_autoptr (TcValue) found = tc_store_kv_versions (store, NULL);
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < tc_value_length (found); i++)
    g_string_append_printf (text, "%s%s@%" G_GINT64_FORMAT "%s", i > 0 ? " " : "", tc_value_get_str (tc_value_item (found, i), "key"),
                            tc_value_get_i64 (tc_value_item (found, i), "version", 0),
                            tc_value_get_flag (tc_value_item (found, i), "expired", FALSE) ? "!" : "");
  return g_string_free (text, FALSE);
}

static void
set_pair (Fixture    *self,
          const char *key,
          int         value,
          int         expires_us)
{
  TcBatch *batch = tc_batch_new ();

  tc_batch_kv_set (batch, "a", key, tc_value_map_of ("value", tc_value_int (value), "updated_us", tc_value_int (value),
                                                     "expires_us", tc_value_int (expires_us), NULL));
  commit_and_wait (self->store, batch);
}

static void
test_versions_of_pairs (Fixture       *self,
                        gconstpointer  unused)
{
  g_autofree char *all = NULL, *deleted = NULL, *again = NULL, *purged = NULL, *few = NULL;
  g_autoptr (TcValue) got = NULL;
  TcBatch *batch = tc_batch_new ();
  gboolean expired;

  set_pair (self, "k", 1, 0);
  set_pair (self, "k", 2, 0);
  set_pair (self, "old", 1, 0);
  set_pair (self, "old", 2, 1000);
  all = versions_of (self->store);
  g_assert_cmpstr (all, ==, "k@2 k@1 old@2! old@1");
  g_assert_true (tc_store_kv_has_expired (self->store, "a", "old", &expired, NULL) && expired);
  g_assert_true (tc_store_kv_has_expired (self->store, "a", "k", &expired, NULL) && !expired);
  tc_batch_kv_delete (batch, "a", "k");
  commit_and_wait (self->store, batch);
  g_assert_null (tc_store_kv_get (self->store, "a", "k", NULL));
  deleted = versions_of (self->store);
  g_assert_cmpstr (deleted, ==, "k@2 k@1 old@2! old@1");
  set_pair (self, "k", 3, 0);
  again = versions_of (self->store);
  g_assert_cmpstr (again, ==, "k@3 k@2 k@1 old@2! old@1");
  batch = tc_batch_new ();
  tc_batch_kv_purge (batch, "a", "k", 2);
  tc_batch_kv_purge (batch, "a", "old", 2);
  tc_batch_kv_purge (batch, "a", "old", 1);
  commit_and_wait (self->store, batch);
  purged = versions_of (self->store);
  g_assert_cmpstr (purged, ==, "k@3 k@1");
  got = tc_store_kv_get (self->store, "a", "k", NULL);
  g_assert_cmpint (tc_value_get_i64 (got, "value", 0), ==, 3);
  /* What is overwritten all day does not grow without end. */
  batch = tc_batch_new ();
  for (int i = 4; i <= 300; i++)
    tc_batch_kv_set (batch, "a", "k", tc_value_map_of ("value", tc_value_int (i), NULL));
  commit_and_wait (self->store, batch);
  few = versions_of (self->store);
  g_assert_true (g_str_has_prefix (few, "k@300 ") && g_str_has_suffix (few, " k@200"));
}

typedef struct
{
  GString *order;
  int      left, n_destroyed;
} Answers;

typedef struct
{
  Answers *answers;
  char     name;
} Ticket;

static void
note_answer (gpointer      data,
             const GError *error)
{
  Ticket *ticket = data;

  g_string_append_c (ticket->answers->order, error != NULL ? '!' : ticket->name);
  ticket->answers->left--;
}

static void
free_ticket (gpointer data)
{
  Ticket *ticket = data;

  ticket->answers->n_destroyed++;
  g_free (ticket);
}

static void
submit (TcStore *store,
        Answers *answers,
        char     name,
        TcBatch *batch)
{
  Ticket *ticket = g_new (Ticket, 1);

  *ticket = (Ticket) { answers, name };
  answers->left++;
  tc_store_commit (store, batch, note_answer, ticket, free_ticket);
}

static void
test_order_and_guilt (Fixture       *self,
                      gconstpointer  unused)
{
  Answers answers = { g_string_new (NULL), 0, 0 };

  /* The namespace of a flow may not be NULL: that batch fails, and nothing but that batch. */
  for (char name = 'a'; name <= 'f'; name++)
    {
      TcBatch *batch = tc_batch_new ();

      tc_batch_flow (batch, name == 'c' ? NULL : "n", "f", name, "source", 0);
      submit (self->store, &answers, name, batch);
    }
  while (answers.left > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (answers.order->str, ==, "ab!def");
  g_assert_cmpint (answers.n_destroyed, ==, 6);
  g_assert_cmpint (tc_store_last_revision (self->store, "n", "f", NULL), ==, 'f');
  g_string_free (answers.order, TRUE);
}

static void
test_close_flushes (Fixture       *self,
                    gconstpointer  unused)
{
  Answers answers = { g_string_new (NULL), 0, 0 };
  g_autoptr (GPtrArray) journal = NULL;

  for (int i = 0; i < 500; i++)
    {
      TcBatch *batch = tc_batch_new ();

      tc_batch_journal (batch, "e", i, tc_value_int (i));
      submit (self->store, &answers, '.', batch);
    }
  reopen (self);
  g_assert_cmpint (answers.left, ==, 0);
  g_assert_cmpint (answers.n_destroyed, ==, 500);
  journal = tc_store_load_journal (self->store, "e", NULL);
  g_assert_cmpuint (journal->len, ==, 500);
  g_string_free (answers.order, TRUE);
}

static void
test_second_opener (Fixture       *self,
                    gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());

  g_assert_null (tc_store_open (self->directory, NULL, &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, pid));
}

/* A holder that is killed leaves a child that keeps the inherited lock for @keep_us; comes back when the holder is dead. */
static void
leave_child_behind (const char *directory,
                    gint64      keep_us)
{
  pid_t holder = fork ();
  int fds[2], status;

  if (holder == 0)
    {
      if (pipe (fds) != 0 || tc_store_open (directory, NULL, NULL) == NULL)
        _exit (1);
      if (fork () == 0)
        {
          close (fds[1]);
          if (read (fds[0], &status, 1) == 0)     /* the holder is dead */
            g_usleep ((gulong) keep_us);
          _exit (0);
        }
      kill (getpid (), SIGKILL);
    }
  g_assert_cmpint (waitpid (holder, &status, 0), ==, holder);
  g_assert_true (WIFSIGNALED (status));
}

/* A program killed between fork and exec of another one: its child has the lock until then. */
static void
test_dead_holder (Fixture       *self,
                  gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->store, tc_store_close);
  leave_child_behind (self->directory, G_USEC_PER_SEC / 3);
  self->store = tc_store_open (self->directory, NULL, &error);
  g_assert_no_error (error);
}

/* One that lives is named at once, by the lock and not by what the file says. */
static void
test_living_holder (Fixture       *self,
                    gconstpointer  unused)
{
  g_autofree char *file = g_build_filename (self->directory, "lock", NULL);
  int lock = open (file, O_RDWR | O_CLOEXEC), status;
  pid_t child;

  g_assert_cmpint (ftruncate (lock, 0), ==, 0);       /* the descriptor stays open: closing it would end the record lock */
  child = fork ();
  if (child == 0)
    {
      gint64 began = g_get_monotonic_time ();
      g_autofree char *pid = g_strdup_printf ("(process %d)", (int) getppid ());
      GError *error = NULL;

      if (tc_store_open (self->directory, NULL, &error) != NULL || strstr (error->message, pid) == NULL)
        _exit (1);
      _exit (g_get_monotonic_time () - began < 5 * G_USEC_PER_SEC ? 0 : 2);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  close (lock);
}

static void
change_version (const char *directory,
                const char *sql)
{
  g_autofree char *file = g_build_filename (directory, "tiercel.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
assert_refused (Fixture *self,
                int      code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tc_store_open (self->directory, NULL, &error));
  g_assert_error (error, TC_STORE_ERROR, code);
  g_assert_nonnull (strstr (error->message, self->directory));
}

static void
assert_no_database (Fixture *self)
{
  g_autofree char *file = g_build_filename (self->directory, "tiercel.db", NULL);

  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

static void
open_memory (Fixture *self)
{
  g_autofree char *file = g_build_filename (self->directory, "tiercel.db", NULL);

  g_clear_pointer (&self->store, tc_store_close);
  g_assert_cmpint (g_unlink (file), ==, 0);
  self->store = tc_store_open_memory (self->directory, NULL, NULL);
  g_assert_nonnull (self->store);
  put_execution (self, "e1", "company.team", "flow", TC_STATE_RUNNING, 5);
  assert_found (self, "{}", "e1");
  assert_no_database (self);
}

static void
test_memory (Fixture       *self,
             gconstpointer  unused)
{
  open_memory (self);
  g_clear_pointer (&self->store, tc_store_close);
  assert_no_database (self);
}

static void
test_memory_kept (Fixture       *self,
                  gconstpointer  unused)
{
  open_memory (self);
  tc_store_keep (self->store);
  put_execution (self, "e2", "company.team", "flow", TC_STATE_RUNNING, 6);
  g_clear_pointer (&self->store, tc_store_close);
  self->store = tc_store_open (self->directory, NULL, NULL);
  g_assert_nonnull (self->store);
  assert_found (self, "{}", "e2 e1");
}

static void
test_newer_version (Fixture       *self,
                    gconstpointer  unused)
{
  g_clear_pointer (&self->store, tc_store_close);
  change_version (self->directory, "UPDATE meta SET value = 1000");
  assert_refused (self, TC_STORE_ERROR_VERSION);
}

static void
test_foreign_database (Fixture       *self,
                       gconstpointer  unused)
{
  g_clear_pointer (&self->store, tc_store_close);
  change_version (self->directory, "DROP TABLE meta");
  assert_refused (self, TC_STORE_ERROR_CORRUPT);
}

static void
test_no_database (Fixture       *self,
                  gconstpointer  unused)
{
  g_autofree char *file = g_build_filename (self->directory, "tiercel.db", NULL);

  g_clear_pointer (&self->store, tc_store_close);
  g_assert_true (g_file_set_contents (file, "this is not a database, but it is long enough to be looked at", -1, NULL));
  assert_refused (self, TC_STORE_ERROR_CORRUPT);
}

static void
test_damaged_record (Fixture       *self,
                     gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;

  put_execution (self, "e1", "a", "f", TC_STATE_SUCCESS, 1);
  g_clear_pointer (&self->store, tc_store_close);
  change_version (self->directory, "UPDATE execution SET record = '{\"id\": '");
  self->store = tc_store_open (self->directory, NULL, NULL);
  g_assert_null (tc_store_load_head (self->store, "e1", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_CORRUPT);
}

/* Opens as somebody who may not write there; the exit code is the error's. */
static void
test_read_only_directory (Fixture       *self,
                          gconstpointer  unused)
{
  pid_t child;
  int status;

  g_clear_pointer (&self->store, tc_store_close);
  g_assert_cmpint (g_chmod (self->directory, 0555), ==, 0);
  child = fork ();
  if (child == 0)
    {
      GError *error = NULL;

      if (getuid () == 0 && setuid (65534) < 0)
        _exit (99);
      _exit (tc_store_open (self->directory, NULL, &error) == NULL ? error->code : 98);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (g_chmod (self->directory, 0755), ==, 0);
  g_assert_cmpint (WEXITSTATUS (status), ==, TC_STORE_ERROR_READ_ONLY);
}

typedef struct
{
  gboolean began, ended;
} Trouble;

static void
note_trouble (gpointer      data,
              const GError *error)
{
  Trouble *trouble = data;

  if (error == NULL)
    trouble->ended = TRUE;
  else
    {
      g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_FULL);
      trouble->began = TRUE;
    }
}

static void
fill_disk (const char *path)
{
  static const char block[4096];
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  while (write (fd, block, sizeof block) > 0)
    ;
  close (fd);
}

/* J7: a full disk keeps the commit, says so once, and goes on when there is room. */
static void
test_full_disk (void)
{
  char *directory = scratch_new ();
  g_autofree char *ballast = g_build_filename (directory, "ballast", NULL);
  g_autofree char *small = g_strnfill (700 * 1024, 'y');
  Answers answers = { g_string_new (NULL), 0, 0 };
  Trouble trouble = { FALSE, FALSE };
  TcBatch *batch = tc_batch_new ();
  TcStore *store;

  if (!scratch_mount (directory, 4 * 1024 * 1024))
    {
      g_test_skip ("mounting a tmpfs needs root");
      scratch_remove (directory);
      return;
    }
  store = tc_store_open (directory, NULL, NULL);
  fill_disk (ballast);
  tc_store_set_trouble_func (store, note_trouble, &trouble);
  tc_batch_flow (batch, "a", "f", 1, small, 0);
  submit (store, &answers, 'a', batch);
  wait_for (NULL, &trouble.began);
  g_assert_cmpint (answers.left, ==, 1);
  g_assert_cmpint (g_unlink (ballast), ==, 0);
  wait_for (NULL, &trouble.ended);
  while (answers.left > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (answers.order->str, ==, "a");
  g_assert_cmpint (tc_store_last_revision (store, "a", "f", NULL), ==, 1);
  tc_store_close (store);
  scratch_unmount (directory);
  scratch_remove (directory);
  g_string_free (answers.order, TRUE);
}

/* A budget of the architecture: 10 000 executions open and list in a second. */
static void
test_ten_thousand (Fixture       *self,
                   gconstpointer  unused)
{
  g_autofree char *first = NULL, *live = NULL;
  gint64 start;

  for (int i = 0; i < 100; i++)
    {
      TcBatch *batch = tc_batch_new ();

      for (int j = 0; j < 100; j++)
        {
          g_autofree char *id = g_strdup_printf ("e%05d", i * 100 + j);
          g_autoptr (TcHead) head = make_head (id, "company.team", "flow", TC_STATE_SUCCESS, i * 100 + j);
          g_autoptr (TcTaskRun) run = make_run ("r", "t", TC_STATE_SUCCESS);

          tc_batch_head (batch, head);
          tc_batch_run (batch, id, run);
        }
      commit_and_wait (self->store, batch);
    }
  start = g_get_monotonic_time ();
  reopen (self);
  live = ids (tc_store_live_executions (self->store, NULL));
  first = find (self, "{\"limit\": 1}");
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_TIME_SPAN_SECOND);
  g_assert_cmpstr (live, ==, "");
  g_assert_cmpstr (first, ==, "e09999");
}

#define add(path, func) g_test_add ("/storage/store/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("records-survive", test_records_survive);
  add ("searches", test_searches);
  add ("live-executions", test_live_executions);
  add ("flows", test_flows);
  add ("pairs-metrics-triggers", test_pairs_metrics_triggers);
  add ("versions-of-pairs", test_versions_of_pairs);
  add ("order-and-guilt", test_order_and_guilt);
  add ("close-flushes", test_close_flushes);
  add ("second-opener", test_second_opener);
  add ("dead-holder", test_dead_holder);
  add ("living-holder", test_living_holder);
  add ("memory", test_memory);
  add ("memory-kept", test_memory_kept);
  add ("windows-and-sources", test_windows_and_sources);
  add ("newer-version", test_newer_version);
  add ("foreign-database", test_foreign_database);
  add ("no-database", test_no_database);
  add ("damaged-record", test_damaged_record);
  add ("read-only-directory", test_read_only_directory);
  add ("ten-thousand", test_ten_thousand);
  g_test_add_func ("/storage/store/full-disk", test_full_disk);
  return g_test_run ();
}
