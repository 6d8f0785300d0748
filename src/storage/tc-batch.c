/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-store-private.h"

/*
 * A batch is a list of operations, each with references to immutable records. What an operation writes is its row of statements below;
 * all statements use one numbering of parameters, so that one function binds them all. Records are encoded on the writer's thread.
 */
enum { BIND_TEXT_0 = 1, BIND_TEXT_1, BIND_TEXT_2, BIND_NUMBER, BIND_AT, BIND_RECORD, BIND_NAMESPACE, BIND_FLOW, BIND_STATE, BIND_OVER };

#define MAX_STATEMENTS 7

/* A value that is overwritten or deleted becomes an old one, until it is purged. What counts up by the minute must not fill the disk: of each
 * key the last hundred stay. */
#define KEEP_OLD_VALUE \
  "INSERT OR REPLACE INTO kv_old (namespace, key, version, expires_us, record)" \
  " SELECT namespace, key, version, expires_us, record FROM kv WHERE namespace = ?1 AND key = ?2"
#define FORGET_OLDEST \
  "DELETE FROM kv_old WHERE namespace = ?1 AND key = ?2" \
  " AND version <= (SELECT max (version) FROM kv_old WHERE namespace = ?1 AND key = ?2) - 100"

static const char *const statements[TC_N_OPS][MAX_STATEMENTS] = {
  [TC_OP_HEAD] = {
    "INSERT INTO execution (id, namespace, flow, state, over, created_us, record) VALUES (?1, ?7, ?8, ?9, ?10, ?5, ?6)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, over = excluded.over, record = excluded.record" },
  [TC_OP_RUN] = {
    "INSERT INTO taskrun (execution, id, over, record) VALUES (?1, ?2, ?10, ?6)"
    " ON CONFLICT (execution, id) DO UPDATE SET over = excluded.over, record = excluded.record" },
  [TC_OP_REMOVE_RUN] = { "DELETE FROM taskrun WHERE execution = ?1 AND id = ?2" },
  [TC_OP_JOURNAL] = { "INSERT INTO journal (execution, at_us, event) VALUES (?1, ?5, ?6)" },
  [TC_OP_EFFECT] = {
    "INSERT INTO effect (id, execution, kind, record) VALUES (?1, ?2, ?3, ?6)"
    " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, record = excluded.record" },
  [TC_OP_EFFECT_END] = { "DELETE FROM effect WHERE id = ?1" },
  [TC_OP_FLOW] = {
    "INSERT OR REPLACE INTO flow (namespace, id, revision, source, updated_us) VALUES (?1, ?2, ?4, ?3, ?5)" },
  [TC_OP_FLOW_DELETE] = { "UPDATE flow SET deleted = 1 WHERE namespace = ?1 AND id = ?2" },
  [TC_OP_EXECUTION_DELETE] = {
    "DELETE FROM execution WHERE id = ?1", "DELETE FROM taskrun WHERE execution = ?1", "DELETE FROM journal WHERE execution = ?1",
    "DELETE FROM effect WHERE execution = ?1", "DELETE FROM metric WHERE execution = ?1" },
  [TC_OP_METRIC] = { "INSERT INTO metric (execution, taskrun, record) VALUES (?1, ?2, ?6)" },
  [TC_OP_KV_SET] = {
    KEEP_OLD_VALUE,
    "INSERT OR REPLACE INTO kv (namespace, key, expires_us, record, version) VALUES (?1, ?2, ?4, ?6,"
    " 1 + coalesce ((SELECT max (version) FROM kv_old WHERE namespace = ?1 AND key = ?2), 0))",
    FORGET_OLDEST },
  [TC_OP_KV_DELETE] = { KEEP_OLD_VALUE, "DELETE FROM kv WHERE namespace = ?1 AND key = ?2", FORGET_OLDEST },
  [TC_OP_KV_PURGE] = {
    "DELETE FROM kv WHERE namespace = ?1 AND key = ?2 AND version = ?4",
    "DELETE FROM kv_old WHERE namespace = ?1 AND key = ?2 AND version = ?4" },
  [TC_OP_TRIGGER] = { "INSERT OR REPLACE INTO trigger (namespace, flow, id, record) VALUES (?1, ?2, ?3, ?6)" },
  [TC_OP_TRIGGER_DELETE] = { "DELETE FROM trigger WHERE namespace = ?1 AND flow = ?2 AND id = ?3" },
  [TC_OP_WINDOW] = { "INSERT OR REPLACE INTO trigger_window (namespace, flow, id, record) VALUES (?1, ?2, ?3, ?6)" },
  [TC_OP_WINDOW_DELETE] = { "DELETE FROM trigger_window WHERE namespace = ?1 AND flow = ?2 AND id = ?3" },
};

const char *const *
tc_store_op_sql (TcOpKind kind)
{
  return statements[kind];
}

static void
bind_text (sqlite3_stmt *statement,
           int           index,
           const char   *text)
{
  if (text != NULL)
    sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, index);
}

static void
bind_head (const TcHead *head,
           sqlite3_stmt *statement)
{
  TcState state = tc_head_state (head);

  bind_text (statement, BIND_NAMESPACE, head->namespace);
  bind_text (statement, BIND_FLOW, head->flow_id);
  bind_text (statement, BIND_STATE, tc_state_name (state));
  sqlite3_bind_int (statement, BIND_OVER, tc_state_is_terminated (state));
}

/* What a statement has no parameter for is refused by SQLite with a code that nobody needs to see. */
void
tc_store_bind_op (const TcOp   *op,
                  sqlite3_stmt *statement,
                  const char   *record)
{
  for (int i = 0; i < 3; i++)
    bind_text (statement, BIND_TEXT_0 + i, op->texts[i]);
  sqlite3_bind_int64 (statement, BIND_NUMBER, op->number);
  sqlite3_bind_int64 (statement, BIND_AT, op->at_us);
  bind_text (statement, BIND_RECORD, record);
  if (op->kind == TC_OP_HEAD)
    bind_head (op->object, statement);
  if (op->kind == TC_OP_RUN)
    sqlite3_bind_int (statement, BIND_OVER, tc_state_is_terminated (tc_task_run_state (op->object)));
}

char *
tc_store_op_record (const TcOp *op)
{
  g_autoptr (TcValue) record = NULL;

  if (op->object == NULL)
    return NULL;
  if (op->kind == TC_OP_HEAD)
    record = tc_head_to_record (op->object);
  else if (op->kind == TC_OP_RUN)
    record = tc_task_run_to_record (op->object);
  else
    record = tc_value_ref (op->object);
  return tc_json_to_text (record);
}

static void
clear_op (gpointer data)
{
  TcOp *op = data;

  for (int i = 0; i < 3; i++)
    g_free (op->texts[i]);
  if (op->object == NULL)
    return;
  if (op->kind == TC_OP_HEAD)
    tc_head_unref (op->object);
  else if (op->kind == TC_OP_RUN)
    tc_task_run_unref (op->object);
  else
    tc_value_unref (op->object);
}

TcBatch *
tc_batch_new (void)
{
  TcBatch *self = g_new0 (TcBatch, 1);

  self->ops = g_array_new (FALSE, TRUE, sizeof (TcOp));
  g_array_set_clear_func (self->ops, clear_op);
  return self;
}

void
tc_batch_free (TcBatch *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->ops);
  g_free (self);
}

static TcOp *
add (TcBatch    *self,
     TcOpKind    kind,
     const char *first,
     const char *second,
     const char *third)
{
  TcOp *op;

  g_array_set_size (self->ops, self->ops->len + 1);
  op = &g_array_index (self->ops, TcOp, self->ops->len - 1);
  op->kind = kind;
  op->texts[0] = g_strdup (first);
  op->texts[1] = g_strdup (second);
  op->texts[2] = g_strdup (third);
  return op;
}

void
tc_batch_head (TcBatch      *self,
               const TcHead *head)
{
  TcOp *op = add (self, TC_OP_HEAD, head->id, NULL, NULL);

  op->at_us = head->history.items[0].at_us;
  op->object = tc_head_ref (head);
}

void
tc_batch_run (TcBatch         *self,
              const char      *execution_id,
              const TcTaskRun *run)
{
  add (self, TC_OP_RUN, execution_id, run->id, NULL)->object = tc_task_run_ref (run);
}

void
tc_batch_remove_run (TcBatch    *self,
                     const char *execution_id,
                     const char *task_run_id)
{
  add (self, TC_OP_REMOVE_RUN, execution_id, task_run_id, NULL);
}

void
tc_batch_journal (TcBatch    *self,
                  const char *execution_id,
                  int64_t     at_us,
                  TcValue    *event)
{
  TcOp *op = add (self, TC_OP_JOURNAL, execution_id, NULL, NULL);

  op->at_us = at_us;
  op->object = event;
}

void
tc_batch_effect (TcBatch    *self,
                 const char *effect_id,
                 const char *execution_id,
                 const char *kind,
                 TcValue    *record)
{
  add (self, TC_OP_EFFECT, effect_id, execution_id, kind)->object = record;
}

void
tc_batch_effect_end (TcBatch    *self,
                     const char *effect_id)
{
  add (self, TC_OP_EFFECT_END, effect_id, NULL, NULL);
}

void
tc_batch_flow (TcBatch    *self,
               const char *namespace_,
               const char *id,
               int         revision,
               const char *source,
               int64_t     at_us)
{
  TcOp *op = add (self, TC_OP_FLOW, namespace_, id, source);

  op->number = revision;
  op->at_us = at_us;
}

void
tc_batch_flow_delete (TcBatch    *self,
                      const char *namespace_,
                      const char *id)
{
  add (self, TC_OP_FLOW_DELETE, namespace_, id, NULL);
}

void
tc_batch_execution_delete (TcBatch    *self,
                           const char *execution_id)
{
  add (self, TC_OP_EXECUTION_DELETE, execution_id, NULL, NULL);
}

void
tc_batch_metric (TcBatch    *self,
                 const char *execution_id,
                 const char *task_run_id,
                 TcValue    *metric)
{
  add (self, TC_OP_METRIC, execution_id, task_run_id, NULL)->object = metric;
}

void
tc_batch_kv_set (TcBatch    *self,
                 const char *namespace_,
                 const char *key,
                 TcValue    *entry)
{
  TcOp *op = add (self, TC_OP_KV_SET, namespace_, key, NULL);

  op->number = tc_value_get_i64 (entry, "expires_us", 0);
  op->object = entry;
}

void
tc_batch_kv_delete (TcBatch    *self,
                    const char *namespace_,
                    const char *key)
{
  add (self, TC_OP_KV_DELETE, namespace_, key, NULL);
}

void
tc_batch_kv_purge (TcBatch    *self,
                   const char *namespace_,
                   const char *key,
                   int         version)
{
  add (self, TC_OP_KV_PURGE, namespace_, key, NULL)->number = version;
}

void
tc_batch_trigger (TcBatch    *self,
                  const char *namespace_,
                  const char *flow_id,
                  const char *trigger_id,
                  TcValue    *record)
{
  add (self, TC_OP_TRIGGER, namespace_, flow_id, trigger_id)->object = record;
}

void
tc_batch_trigger_delete (TcBatch    *self,
                         const char *namespace_,
                         const char *flow_id,
                         const char *trigger_id)
{
  add (self, TC_OP_TRIGGER_DELETE, namespace_, flow_id, trigger_id);
}

void
tc_batch_window (TcBatch    *self,
                 const char *namespace_,
                 const char *flow_id,
                 const char *condition_id,
                 TcValue    *record)
{
  add (self, TC_OP_WINDOW, namespace_, flow_id, condition_id)->object = record;
}

void
tc_batch_window_delete (TcBatch    *self,
                        const char *namespace_,
                        const char *flow_id,
                        const char *condition_id)
{
  add (self, TC_OP_WINDOW_DELETE, namespace_, flow_id, condition_id);
}
