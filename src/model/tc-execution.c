/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"

/*
 * Every task run stands in one Entry, which is known to three indexes:
 *   E1 runs[entry->index] is the entry: the order of creation;
 *   E2 by_id and by_task hash the entry through its present run, so replacing a run by one with the same names touches no index;
 *   E3 siblings->runs[entry->sibling_index] is the entry's present run, and siblings->counts tells how many are in each state.
 * Entries with the same (task, parent, value) form a chain from the newest, the one that by_task holds, to the oldest.
 */
typedef struct
{
  char      *parent_id;
  GPtrArray *runs;        /* const TcTaskRun* */
  GPtrArray *entries;     /* Entry*, in step with runs */
  guint      counts[TC_N_STATES];
} Siblings;

typedef struct _Entry Entry;
struct _Entry
{
  TcTaskRun *run;
  Entry     *older;
  Siblings  *siblings;
  guint      index, sibling_index;
};

struct _TcExecution
{
  TcHead     *head;
  GPtrArray  *runs;         /* Entry* */
  GHashTable *by_id;        /* set of Entry* */
  GHashTable *by_task;      /* set of Entry*: the newest of each chain */
  GHashTable *children;     /* parent id → Siblings*; "" for the flow's own */
  GPtrArray  *no_children;
};

static void
entry_free (Entry *self)
{
  tc_task_run_unref (self->run);
  g_free (self);
}

static void
siblings_free (Siblings *self)
{
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->entries);
  g_free (self->parent_id);
  g_free (self);
}

static guint
entry_id_hash (gconstpointer key)
{
  return g_str_hash (((const Entry *) key)->run->id);
}

static gboolean
entry_id_equal (gconstpointer a,
                gconstpointer b)
{
  return g_str_equal (((const Entry *) a)->run->id, ((const Entry *) b)->run->id);
}

static guint
entry_task_hash (gconstpointer key)
{
  const TcTaskRun *run = ((const Entry *) key)->run;
  guint hash = g_str_hash (run->task_id);

  if (run->parent_id != NULL)
    hash = hash * 31 + g_str_hash (run->parent_id);
  if (run->value != NULL)
    hash = hash * 37 + g_str_hash (run->value);
  return hash;
}

static gboolean
same_place (const TcTaskRun *a,
            const TcTaskRun *b)
{
  return g_str_equal (a->task_id, b->task_id) && g_strcmp0 (a->parent_id, b->parent_id) == 0 &&
         g_strcmp0 (a->value, b->value) == 0;
}

static gboolean
entry_task_equal (gconstpointer a,
                  gconstpointer b)
{
  return same_place (((const Entry *) a)->run, ((const Entry *) b)->run);
}

TcExecution *
tc_execution_new (TcHead *head)
{
  TcExecution *self;

  g_return_val_if_fail (head != NULL, NULL);

  self = g_new0 (TcExecution, 1);
  self->head = head;
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->by_id = g_hash_table_new (entry_id_hash, entry_id_equal);
  self->by_task = g_hash_table_new (entry_task_hash, entry_task_equal);
  self->children = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) siblings_free);
  self->no_children = g_ptr_array_new ();
  return self;
}

void
tc_execution_free (TcExecution *self)
{
  if (self == NULL)
    return;
  /* The sets hash through the entries, so they go first. */
  g_hash_table_unref (self->by_task);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->children);
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->no_children);
  tc_head_unref (self->head);
  g_free (self);
}

const TcHead *
tc_execution_head (const TcExecution *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->head;
}

void
tc_execution_set_head (TcExecution *self,
                       TcHead      *head)
{
  g_return_if_fail (self != NULL && head != NULL);
  tc_head_unref (self->head);
  self->head = head;
}

size_t
tc_execution_n_runs (const TcExecution *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->runs->len;
}

const TcTaskRun *
tc_execution_run (const TcExecution *self,
                  size_t             index)
{
  g_return_val_if_fail (self != NULL && index < self->runs->len, NULL);
  return ((const Entry *) g_ptr_array_index (self->runs, index))->run;
}

static Entry *
find_entry (const TcExecution *self,
            const char        *task_run_id)
{
  TcTaskRun probe_run = { .id = (char *) task_run_id };
  Entry probe = { .run = &probe_run };

  return g_hash_table_lookup (self->by_id, &probe);
}

const TcTaskRun *
tc_execution_find (const TcExecution *self,
                   const char        *task_run_id)
{
  const Entry *entry;

  g_return_val_if_fail (self != NULL && task_run_id != NULL, NULL);
  entry = find_entry (self, task_run_id);
  return entry != NULL ? entry->run : NULL;
}

const TcTaskRun *
tc_execution_find_task (const TcExecution *self,
                        const char        *task_id,
                        const char        *parent_id,
                        const char        *value)
{
  TcTaskRun probe_run = { .task_id = (char *) task_id, .parent_id = (char *) parent_id, .value = (char *) value };
  Entry probe = { .run = &probe_run };
  const Entry *entry;

  g_return_val_if_fail (self != NULL && task_id != NULL, NULL);
  entry = g_hash_table_lookup (self->by_task, &probe);
  return entry != NULL ? entry->run : NULL;
}

const GPtrArray *
tc_execution_children (const TcExecution *self,
                       const char        *parent_id)
{
  const Siblings *siblings;

  g_return_val_if_fail (self != NULL, NULL);
  siblings = g_hash_table_lookup (self->children, parent_id != NULL ? parent_id : "");
  return siblings != NULL ? siblings->runs : self->no_children;
}

const guint *
tc_execution_counts (const TcExecution *self,
                     const char        *parent_id)
{
  static const guint none[TC_N_STATES] = { 0 };
  const Siblings *siblings;

  g_return_val_if_fail (self != NULL, none);
  siblings = g_hash_table_lookup (self->children, parent_id != NULL ? parent_id : "");
  return siblings != NULL ? siblings->counts : none;
}

static Siblings *
ensure_siblings (TcExecution *self,
                 const char  *parent_id)
{
  Siblings *siblings = g_hash_table_lookup (self->children, parent_id != NULL ? parent_id : "");

  if (siblings == NULL)
    {
      siblings = g_new0 (Siblings, 1);
      siblings->parent_id = g_strdup (parent_id != NULL ? parent_id : "");
      siblings->runs = g_ptr_array_new ();
      siblings->entries = g_ptr_array_new ();
      g_hash_table_insert (self->children, siblings->parent_id, siblings);
    }
  return siblings;
}

static void
link_sibling (TcExecution *self,
              Entry       *entry)
{
  Siblings *siblings = ensure_siblings (self, entry->run->parent_id);

  entry->siblings = siblings;
  entry->sibling_index = siblings->runs->len;
  siblings->counts[tc_task_run_state (entry->run)]++;
  g_ptr_array_add (siblings->runs, entry->run);
  g_ptr_array_add (siblings->entries, entry);
}

static void
unlink_sibling (TcExecution *self,
                Entry       *entry)
{
  Siblings *siblings = entry->siblings;

  siblings->counts[tc_task_run_state (entry->run)]--;
  g_ptr_array_remove_index (siblings->runs, entry->sibling_index);
  g_ptr_array_remove_index (siblings->entries, entry->sibling_index);
  for (guint i = entry->sibling_index; i < siblings->entries->len; i++)
    ((Entry *) g_ptr_array_index (siblings->entries, i))->sibling_index = i;
  if (siblings->runs->len == 0)
    g_hash_table_remove (self->children, siblings->parent_id);
}

static void
link_task (TcExecution *self,
           Entry       *entry)
{
  entry->older = g_hash_table_lookup (self->by_task, entry);
  g_hash_table_replace (self->by_task, entry, entry);
}

static void
unlink_task (TcExecution *self,
             Entry       *entry)
{
  Entry *newest = g_hash_table_lookup (self->by_task, entry);

  if (newest == entry)
    {
      g_hash_table_remove (self->by_task, entry);
      if (entry->older != NULL)
        g_hash_table_add (self->by_task, entry->older);
      return;
    }
  while (newest->older != entry)
    newest = newest->older;
  newest->older = entry->older;
}

static void
replace_run (TcExecution *self,
             Entry       *entry,
             TcTaskRun   *run)
{
  g_autoptr (TcTaskRun) old = entry->run;

  if (same_place (old, run))
    {
      entry->run = run;
      entry->siblings->counts[tc_task_run_state (old)]--;
      entry->siblings->counts[tc_task_run_state (run)]++;
      entry->siblings->runs->pdata[entry->sibling_index] = run;
      return;
    }
  unlink_task (self, entry);
  unlink_sibling (self, entry);
  entry->run = run;
  link_task (self, entry);
  link_sibling (self, entry);
}

void
tc_execution_put (TcExecution *self,
                  TcTaskRun   *run)
{
  Entry *entry;

  g_return_if_fail (self != NULL && run != NULL);

  entry = find_entry (self, run->id);
  if (entry != NULL)
    {
      replace_run (self, entry, run);
      return;
    }
  entry = g_new0 (Entry, 1);
  entry->run = run;
  entry->index = self->runs->len;
  g_ptr_array_add (self->runs, entry);
  g_hash_table_add (self->by_id, entry);
  link_task (self, entry);
  link_sibling (self, entry);
}

void
tc_execution_remove (TcExecution *self,
                     const char  *task_run_id)
{
  Entry *entry;
  guint index;

  g_return_if_fail (self != NULL && task_run_id != NULL);

  entry = find_entry (self, task_run_id);
  if (entry == NULL)
    return;
  index = entry->index;
  g_hash_table_remove (self->by_id, entry);
  unlink_task (self, entry);
  unlink_sibling (self, entry);
  g_ptr_array_remove_index (self->runs, index);
  for (guint i = index; i < self->runs->len; i++)
    ((Entry *) g_ptr_array_index (self->runs, i))->index = i;
}
