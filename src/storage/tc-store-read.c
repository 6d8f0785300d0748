/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Reads. Each has a read-only connection to itself for its time; idle ones are kept, so a worker does not open a file for each question.
 * In memory there is but the writer's connection, which each has to itself in turn.
 */

#define IDLE_READERS 8
#define FIND_LIMIT 1000

static sqlite3 *
take_reader (TcStore  *self,
             GError  **error)
{
  sqlite3 *db = NULL;

  if (self->in_memory)
    {
      pthread_mutex_lock (&self->memory);
      return self->db;
    }
  pthread_mutex_lock (&self->mutex);
  if (self->readers->len > 0)
    db = g_ptr_array_steal_index_fast (self->readers, self->readers->len - 1);
  pthread_mutex_unlock (&self->mutex);
  if (db != NULL)
    return db;
  if (sqlite3_open_v2 (self->file, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      tc_store_fail (db, self->file, _("opening"), error);
      sqlite3_close (db);
      return NULL;
    }
  sqlite3_busy_timeout (db, 5000);
  return db;
}

static void
give_back (TcStore *self,
           sqlite3 *db)
{
  if (self->in_memory)
    {
      pthread_mutex_unlock (&self->memory);
      return;
    }
  pthread_mutex_lock (&self->mutex);
  if (self->readers->len < IDLE_READERS)
    g_ptr_array_add (self->readers, g_steal_pointer (&db));
  pthread_mutex_unlock (&self->mutex);
  sqlite3_close (db);
}

/* Called for each row; FALSE and an error stops. */
typedef gboolean (*RowFunc) (TcStore *self, sqlite3_stmt *row, gpointer data, GError **error);
typedef void (*BindFunc) (sqlite3_stmt *statement, gconstpointer data);

static gboolean
run_rows (TcStore       *self,
          sqlite3       *db,
          sqlite3_stmt  *statement,
          RowFunc        func,
          gpointer       data,
          GError       **error)
{
  int code;

  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    if (!func (self, statement, data, error))
      return FALSE;
  return code == SQLITE_DONE || tc_store_fail (db, self->file, _("reading"), error);
}

/* @arguments: NULL-ended texts for ?1, ?2 …; @bind for anything else, or NULL. */
static gboolean
query (TcStore            *self,
       const char         *sql,
       const char *const  *arguments,
       BindFunc            bind,
       gconstpointer       bind_data,
       RowFunc             func,
       gpointer            data,
       GError            **error)
{
  sqlite3 *db = take_reader (self, error);
  sqlite3_stmt *statement = NULL;
  gboolean done = FALSE;

  if (db == NULL)
    return FALSE;
  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    tc_store_fail (db, self->file, _("reading"), error);
  else
    {
      for (int i = 0; arguments != NULL && arguments[i] != NULL; i++)
        sqlite3_bind_text (statement, i + 1, arguments[i], -1, SQLITE_STATIC);
      if (bind != NULL)
        bind (statement, bind_data);
      done = run_rows (self, db, statement, func, data, error);
    }
  sqlite3_finalize (statement);
  give_back (self, db);
  return done;
}

static const char *
column_text (sqlite3_stmt *row,
             int           column)
{
  const char *text = (const char *) sqlite3_column_text (row, column);

  return text != NULL ? text : "";
}

/* The record in @column; @what and its id are for the message of a damaged one. */
static TcValue *
column_record (TcStore       *self,
               sqlite3_stmt  *row,
               int            column,
               const char    *what,
               GError       **error)
{
  g_autoptr (GError) cause = NULL;
  const char *text = column_text (row, column);
  TcValue *record = tc_json_read (text, (size_t) sqlite3_column_bytes (row, column), &cause);

  if (record == NULL)
    g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_CORRUPT, _("%s: a record of “%s” cannot be read: %s"), self->file, what,
                 cause->message);
  return record;
}

static void
wrap_record_error (TcStore     *self,
                   GError      *cause,
                   GError     **error)
{
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_CORRUPT, "%s: %s", self->file, cause->message);
  g_error_free (cause);
}

static gboolean
add_head (TcStore       *self,
          sqlite3_stmt  *row,
          gpointer       data,
          GError       **error)
{
  g_autoptr (TcValue) record = column_record (self, row, 0, "execution", error);
  GError *cause = NULL;
  TcHead *head;

  if (record == NULL)
    return FALSE;
  head = tc_head_from_record (record, &cause);
  if (head != NULL)
    g_ptr_array_add (data, head);
  else
    wrap_record_error (self, cause, error);
  return head != NULL;
}

static gboolean
add_run (TcStore       *self,
         sqlite3_stmt  *row,
         gpointer       data,
         GError       **error)
{
  g_autoptr (TcValue) record = column_record (self, row, 0, "taskrun", error);
  GError *cause = NULL;
  TcTaskRun *run;

  if (record == NULL)
    return FALSE;
  run = tc_task_run_from_record (record, &cause);
  if (run != NULL)
    g_ptr_array_add (data, run);
  else
    wrap_record_error (self, cause, error);
  return run != NULL;
}

static gboolean
add_value (TcStore       *self,
           sqlite3_stmt  *row,
           gpointer       data,
           GError       **error)
{
  TcValue *value = column_record (self, row, 0, sqlite3_column_name (row, 0), error);

  if (value != NULL)
    g_ptr_array_add (data, value);
  return value != NULL;
}

static GPtrArray *
collect (TcStore            *self,
         const char         *sql,
         const char         *argument,
         RowFunc             func,
         GDestroyNotify      destroy,
         GError            **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (destroy);
  const char *arguments[] = { argument, NULL };

  return query (self, sql, arguments, NULL, NULL, func, found, error) ? g_steal_pointer (&found) : NULL;
}

TcHead *
tc_store_load_head (TcStore     *self,
                    const char  *execution_id,
                    GError     **error)
{
  g_autoptr (GPtrArray) found = collect (self, "SELECT record FROM execution WHERE id = ?1", execution_id, add_head,
                                         (GDestroyNotify) tc_head_unref, error);

  if (found == NULL)
    return NULL;
  if (found->len > 0)
    return tc_head_ref (g_ptr_array_index (found, 0));
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND, _("there is no execution “%s”"), execution_id);
  return NULL;
}

GPtrArray *
tc_store_load_runs (TcStore     *self,
                    const char  *execution_id,
                    GError     **error)
{
  return collect (self, "SELECT record FROM taskrun WHERE execution = ?1 ORDER BY seq", execution_id, add_run,
                  (GDestroyNotify) tc_task_run_unref, error);
}

GPtrArray *
tc_store_load_journal (TcStore     *self,
                       const char  *execution_id,
                       GError     **error)
{
  return collect (self, "SELECT event FROM journal WHERE execution = ?1 ORDER BY seq", execution_id, add_value,
                  (GDestroyNotify) tc_value_unref, error);
}

GPtrArray *
tc_store_load_metrics (TcStore     *self,
                       const char  *execution_id,
                       GError     **error)
{
  return collect (self, "SELECT record FROM metric WHERE execution = ?1 ORDER BY seq", execution_id, add_value,
                  (GDestroyNotify) tc_value_unref, error);
}

GPtrArray *
tc_store_live_executions (TcStore  *self,
                          GError  **error)
{
  return collect (self,
                  "SELECT record FROM execution WHERE seq IN (SELECT seq FROM execution WHERE over = 0)"
                  " OR id IN (SELECT execution FROM taskrun WHERE over = 0 UNION SELECT execution FROM effect)"
                  " ORDER BY created_us, seq", NULL, add_head, (GDestroyNotify) tc_head_unref, error);
}

static gboolean
add_effect (TcStore       *self,
            sqlite3_stmt  *row,
            gpointer       data,
            GError       **error)
{
  TcValue *record = column_record (self, row, 3, "effect", error);

  if (record == NULL)
    return FALSE;
  g_ptr_array_add (data, tc_value_map_of ("id", tc_value_string (column_text (row, 0)),
                                          "execution", tc_value_string (column_text (row, 1)),
                                          "kind", tc_value_string (column_text (row, 2)), "record", record, NULL));
  return TRUE;
}

GPtrArray *
tc_store_load_effects (TcStore  *self,
                       GError  **error)
{
  return collect (self, "SELECT id, execution, kind, record FROM effect ORDER BY seq", NULL, add_effect,
                  (GDestroyNotify) tc_value_unref, error);
}

/* The conditions of a search, and the values for their parameters in order. */
typedef struct
{
  GString   *sql;
  GPtrArray *values;      /* TcValue* */
} Search;

static void
search_add (Search     *search,
            const char *condition,
            TcValue    *value)
{
  g_string_append (search->sql, condition);
  if (value != NULL)
    g_ptr_array_add (search->values, value);
}

/* LIKE with the text taken as it is. */
static TcValue *
like_value (const char *before,
            const char *text,
            const char *after)
{
  g_autoptr (GString) pattern = g_string_new (before);

  for (; *text != '\0'; text++)
    {
      if (strchr ("%_\\", *text) != NULL)
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, *text);
    }
  g_string_append (pattern, after);
  return tc_value_string (pattern->str);
}

static void
search_states (Search        *search,
               const TcValue *states)
{
  if (!tc_value_is (states, TC_VALUE_LIST) || tc_value_length (states) == 0)
    return;
  search_add (search, " AND state IN (", NULL);
  for (size_t i = 0; i < tc_value_length (states); i++)
    search_add (search, i == 0 ? "?" : ", ?", tc_value_ref (tc_value_item (states, i)));
  search_add (search, ")", NULL);
}

static void
search_labels (Search        *search,
               const TcValue *labels)
{
  for (size_t i = 0; tc_value_is (labels, TC_VALUE_MAP) && i < tc_value_length (labels); i++)
    {
      search_add (search, " AND EXISTS (SELECT 1 FROM json_each (record, '$.labels') WHERE value ->> 'key' = ?",
                  tc_value_string (tc_value_key (labels, i)));
      search_add (search, " AND value ->> 'value' = ?)", tc_value_ref (tc_value_item (labels, i)));
    }
}

static void
search_text (Search     *search,
             const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  search_add (search, " AND (id LIKE ? ESCAPE '\\'", like_value ("%", text, "%"));
  search_add (search, " OR namespace LIKE ? ESCAPE '\\'", like_value ("%", text, "%"));
  search_add (search, " OR flow LIKE ? ESCAPE '\\'", like_value ("%", text, "%"));
  search_add (search, " OR EXISTS (SELECT 1 FROM json_each (record, '$.labels') WHERE value ->> 'key' LIKE ? ESCAPE '\\'",
              like_value ("%", text, "%"));
  search_add (search, " OR value ->> 'value' LIKE ? ESCAPE '\\'))", like_value ("%", text, "%"));
}

static void
search_build (Search        *search,
              const TcValue *wanted)
{
  const char *namespace_ = tc_value_get_str (wanted, "namespace"), *flow = tc_value_get_str (wanted, "flowId");

  g_string_assign (search->sql, "SELECT record FROM execution WHERE 1");
  if (namespace_ != NULL)
    {
      search_add (search, " AND (namespace = ?", tc_value_string (namespace_));
      search_add (search, " OR namespace LIKE ? ESCAPE '\\')", like_value ("", namespace_, ".%"));
    }
  if (flow != NULL)
    search_add (search, " AND flow = ?", tc_value_string (flow));
  search_states (search, tc_value_get (wanted, "states"));
  search_labels (search, tc_value_get (wanted, "labels"));
  search_text (search, tc_value_get_str (wanted, "text"));
  if (tc_value_get (wanted, "before") != NULL)
    search_add (search, " AND created_us < ?", tc_value_int (tc_value_get_i64 (wanted, "before", 0)));
  search_add (search, " ORDER BY created_us DESC, seq DESC LIMIT ?", tc_value_int (tc_value_get_i64 (wanted, "limit", FIND_LIMIT)));
  search_add (search, " OFFSET ?", tc_value_int (tc_value_get_i64 (wanted, "offset", 0)));
}

static void
search_bind (sqlite3_stmt  *statement,
             gconstpointer  data)
{
  const Search *search = data;

  for (guint i = 0; i < search->values->len; i++)
    {
      const TcValue *value = g_ptr_array_index (search->values, i);

      if (tc_value_is (value, TC_VALUE_INT))
        sqlite3_bind_int64 (statement, (int) i + 1, tc_value_get_int (value));
      else if (tc_value_is (value, TC_VALUE_STRING))
        sqlite3_bind_text (statement, (int) i + 1, tc_value_get_text (value), -1, SQLITE_STATIC);
    }
}

GPtrArray *
tc_store_find_executions (TcStore        *self,
                          const TcValue  *wanted,
                          GError        **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_head_unref);
  Search search = { sql, values };

  search_build (&search, wanted);
  return query (self, sql->str, NULL, search_bind, &search, add_head, found, error) ? g_steal_pointer (&found) : NULL;
}

static gboolean
add_flow (TcStore       *self,
          sqlite3_stmt  *row,
          gpointer       data,
          GError       **error)
{
  tc_list_builder_take (data, tc_value_map_of ("namespace", tc_value_string (column_text (row, 0)),
                                               "id", tc_value_string (column_text (row, 1)),
                                               "revision", tc_value_int (sqlite3_column_int64 (row, 2)),
                                               "updated_us", tc_value_int (sqlite3_column_int64 (row, 3)), NULL));
  return TRUE;
}

TcValue *
tc_store_find_flows (TcStore     *self,
                     const char  *namespace_,
                     GError     **error)
{
  g_autoptr (TcListBuilder) found = tc_list_builder_new ();
  const char *arguments[] = { namespace_, NULL };
  const char *sql = "SELECT namespace, id, max (revision), updated_us FROM flow WHERE deleted = 0"
                    " AND (?1 IS NULL OR namespace = ?1) GROUP BY namespace, id ORDER BY namespace, id";

  if (!query (self, sql, arguments, NULL, NULL, add_flow, found, error))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&found));
}

static gboolean
add_source (TcStore       *self,
            sqlite3_stmt  *row,
            gpointer       data,
            GError       **error)
{
  tc_list_builder_take (data, tc_value_map_of ("namespace", tc_value_string (column_text (row, 0)),
                                               "id", tc_value_string (column_text (row, 1)),
                                               "revision", tc_value_int (sqlite3_column_int64 (row, 2)),
                                               "source", tc_value_string (column_text (row, 3)), NULL));
  return TRUE;
}

TcValue *
tc_store_find_sources (TcStore     *self,
                       const char  *word,
                       GError     **error)
{
  g_autoptr (TcListBuilder) found = tc_list_builder_new ();
  const char *arguments[] = { word, NULL };
  const char *sql = "SELECT namespace, id, revision, source FROM (SELECT namespace, id, max (revision) AS revision, source FROM flow"
                    " WHERE deleted = 0 GROUP BY namespace, id) WHERE instr (source, ?1) > 0 ORDER BY namespace, id";

  if (!query (self, sql, arguments, NULL, NULL, add_source, found, error))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&found));
}

typedef struct
{
  char *source;
  int   revision;
} FlowRow;

static gboolean
take_flow (TcStore       *self,
           sqlite3_stmt  *row,
           gpointer       data,
           GError       **error)
{
  FlowRow *flow = data;

  flow->source = g_strdup (column_text (row, 0));
  flow->revision = sqlite3_column_int (row, 1);
  return TRUE;
}

static void
bind_revision (sqlite3_stmt  *statement,
               gconstpointer  data)
{
  sqlite3_bind_int (statement, 3, *(const int *) data);
}

char *
tc_store_load_flow (TcStore     *self,
                    const char  *namespace_,
                    const char  *id,
                    int          revision,
                    int         *found_revision,
                    GError     **error)
{
  const char *arguments[] = { namespace_, id, NULL };
  FlowRow flow = { NULL, 0 };
  const char *sql = revision > 0 ? "SELECT source, revision FROM flow WHERE namespace = ?1 AND id = ?2 AND revision = ?3"
                                 : "SELECT source, revision FROM flow WHERE namespace = ?1 AND id = ?2 AND deleted = 0"
                                   " ORDER BY revision DESC LIMIT 1";

  if (!query (self, sql, arguments, bind_revision, &revision, take_flow, &flow, error))
    return NULL;
  if (flow.source == NULL && revision > 0)
    g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND, _("flow “%s” of namespace “%s” has no revision %d"), id, namespace_,
                 revision);
  else if (flow.source == NULL)
    g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND, _("there is no flow “%s” in namespace “%s”"), id, namespace_);
  else if (found_revision != NULL)
    *found_revision = flow.revision;
  return flow.source;
}

static gboolean
take_number (TcStore       *self,
             sqlite3_stmt  *row,
             gpointer       data,
             GError       **error)
{
  *(int *) data = sqlite3_column_int (row, 0);
  return TRUE;
}

int
tc_store_last_revision (TcStore     *self,
                        const char  *namespace_,
                        const char  *id,
                        GError     **error)
{
  const char *arguments[] = { namespace_, id, NULL };
  int last = 0;

  return query (self, "SELECT max (revision) FROM flow WHERE namespace = ?1 AND id = ?2", arguments, NULL, NULL, take_number, &last,
                error) ? last : -1;
}

typedef struct
{
  const char    *table, *id;      /* what the record is called, and its third name */
  TcListBuilder *found;
} TriggerRows;

static gboolean
add_trigger_row (TcStore       *self,
                 sqlite3_stmt  *row,
                 gpointer       data,
                 GError       **error)
{
  const TriggerRows *rows = data;
  TcValue *record = column_record (self, row, 3, rows->table, error);

  if (record == NULL)
    return FALSE;
  tc_list_builder_take (rows->found, tc_value_map_of ("namespace", tc_value_string (column_text (row, 0)),
                                                      "flowId", tc_value_string (column_text (row, 1)),
                                                      rows->id, tc_value_string (column_text (row, 2)), "record", record, NULL));
  return TRUE;
}

TcValue *
tc_store_load_triggers (TcStore  *self,
                        GError  **error)
{
  g_autoptr (TcListBuilder) found = tc_list_builder_new ();
  TriggerRows rows = { "trigger", "triggerId", found };

  if (!query (self, "SELECT namespace, flow, id, record FROM trigger ORDER BY namespace, flow, id", NULL, NULL, NULL, add_trigger_row,
              &rows, error))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&found));
}

TcValue *
tc_store_load_windows (TcStore  *self,
                       GError  **error)
{
  g_autoptr (TcListBuilder) found = tc_list_builder_new ();
  TriggerRows rows = { "trigger_window", "conditionId", found };

  if (!query (self, "SELECT namespace, flow, id, record FROM trigger_window", NULL, NULL, NULL, add_trigger_row, &rows, error))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&found));
}

static void
bind_now (sqlite3_stmt  *statement,
          gconstpointer  data)
{
  sqlite3_bind_int64 (statement, 3, tc_clock_now_us (tc_clock_system ()));
}

TcValue *
tc_store_kv_get (TcStore     *self,
                 const char  *namespace_,
                 const char  *key,
                 GError     **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  const char *arguments[] = { namespace_, key, NULL };

  if (!query (self, "SELECT record FROM kv WHERE namespace = ?1 AND key = ?2 AND (expires_us = 0 OR expires_us > ?3)", arguments,
              bind_now, NULL, add_value, found, error))
    return NULL;
  return found->len > 0 ? tc_value_ref (g_ptr_array_index (found, 0)) : NULL;
}

static gboolean
add_pair (TcStore       *self,
          sqlite3_stmt  *row,
          gpointer       data,
          GError       **error)
{
  g_autoptr (TcValue) record = column_record (self, row, 1, "kv", error);
  g_autoptr (TcValue) key = tc_value_string (column_text (row, 0));

  if (record == NULL)
    return FALSE;
  tc_list_builder_take (data, tc_value_with (record, "key", key));
  return TRUE;
}

TcValue *
tc_store_kv_list (TcStore     *self,
                  const char  *namespace_,
                  GError     **error)
{
  g_autoptr (TcListBuilder) found = tc_list_builder_new ();
  const char *arguments[] = { namespace_, NULL };

  if (!query (self, "SELECT key, record FROM kv WHERE namespace = ?1 AND (expires_us = 0 OR expires_us > ?3) ORDER BY key", arguments,
              bind_now, NULL, add_pair, found, error))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&found));
}

static gboolean
add_version (TcStore       *self,
             sqlite3_stmt  *row,
             gpointer       data,
             GError       **error)
{
  g_autoptr (TcValue) record = column_record (self, row, 3, "kv", error);

  if (record == NULL)
    return FALSE;
  tc_list_builder_take (data, tc_value_map_of ("namespace", tc_value_string (column_text (row, 0)), "key", tc_value_string (column_text (row, 1)),
                                               "version", tc_value_int (sqlite3_column_int64 (row, 2)),
                                               "expired", tc_value_bool (sqlite3_column_int (row, 4) != 0),
                                               "updated_us", tc_value_int (tc_value_get_i64 (record, "updated_us", 0)), NULL));
  return TRUE;
}

TcValue *
tc_store_kv_versions (TcStore  *self,
                      GError  **error)
{
  g_autoptr (TcListBuilder) found = tc_list_builder_new ();

  if (!query (self, "SELECT namespace, key, version, record, expires_us <> 0 AND expires_us <= ?3 FROM"
                    " (SELECT namespace, key, version, expires_us, record FROM kv"
                    "  UNION ALL SELECT namespace, key, version, expires_us, record FROM kv_old)"
                    " ORDER BY namespace, key, version DESC", NULL, bind_now, NULL, add_version, found, error))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&found));
}

gboolean
tc_store_kv_has_expired (TcStore     *self,
                         const char  *namespace_,
                         const char  *key,
                         gboolean    *expired,
                         GError     **error)
{
  const char *arguments[] = { namespace_, key, NULL };
  int n = 0;

  if (!query (self, "SELECT count (*) FROM kv WHERE namespace = ?1 AND key = ?2 AND expires_us <> 0 AND expires_us <= ?3", arguments, bind_now,
              NULL, take_number, &n, error))
    return FALSE;
  *expired = n > 0;
  return TRUE;
}
