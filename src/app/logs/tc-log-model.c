/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-log-model.h"

#define BLOCK       256
#define MAX_BLOCKS  64
#define SCAN_LINES  20000       /* a worker looks at so many before it lets others in */
#define N_LEVELS    (TC_LEVEL_ERROR + 1)

/* What the worker alone touches: one read at a time, in a thread of the pool. */
typedef struct
{
  gatomicrefcount refs;
  TcEngine       *engine;
  char           *execution_id;
  TcLogCursor    *cursor;
} Source;

static Source *
source_ref (Source *source)
{
  g_atomic_ref_count_inc (&source->refs);
  return source;
}

static void
source_unref (Source *source)
{
  if (!g_atomic_ref_count_dec (&source->refs))
    return;
  g_clear_pointer (&source->cursor, tc_log_cursor_free);
  g_object_unref (source->engine);
  g_free (source->execution_id);
  g_free (source);
}

/* Item. */

struct _TcLogItem
{
  GObject    parent_instance;

  guint64    index;
  GPtrArray *block;       /* holds the line, or NULL */
};

G_DEFINE_FINAL_TYPE (TcLogItem, tc_log_item, G_TYPE_OBJECT)

enum { ITEM_PROP_0, ITEM_PROP_LINE, N_ITEM_PROPS };
static GParamSpec *item_properties[N_ITEM_PROPS];

static void
tc_log_item_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  g_value_set_pointer (value, (gpointer) tc_log_item_get_line (TC_LOG_ITEM (object)));
}

static void
tc_log_item_finalize (GObject *object)
{
  g_clear_pointer (&TC_LOG_ITEM (object)->block, g_ptr_array_unref);
  G_OBJECT_CLASS (tc_log_item_parent_class)->finalize (object);
}

static void
tc_log_item_class_init (TcLogItemClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = tc_log_item_get_property;
  G_OBJECT_CLASS (klass)->finalize = tc_log_item_finalize;
  item_properties[ITEM_PROP_LINE] = g_param_spec_pointer ("line", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_ITEM_PROPS, item_properties);
}

static void
tc_log_item_init (TcLogItem *self)
{
}

const TcLogLine *
tc_log_item_get_line (TcLogItem *self)
{
  const guint64 place = self->index % BLOCK;

  return self->block != NULL && place < self->block->len ? self->block->pdata[place] : NULL;
}

static void
item_set_block (TcLogItem *self,
                GPtrArray *block)
{
  g_clear_pointer (&self->block, g_ptr_array_unref);
  self->block = g_ptr_array_ref (block);
  g_object_notify_by_pspec (G_OBJECT (self), item_properties[ITEM_PROP_LINE]);
}

/* Model. */

struct _TcLogModel
{
  GObject     parent_instance;

  Source     *source;
  guint64     total, n_level[N_LEVELS];
  TcLevel     level;
  char       *needle;        /* folded, or NULL */
  guint       filter;        /* serial of the filter: answers to an older one are dropped */
  GArray     *matches;       /* guint32 line numbers; NULL: every line is shown */
  guint64     scanned;
  guint       shown;         /* n_items as announced */
  gboolean    working, refresh_wanted, started;
  GHashTable *blocks;        /* block number → GPtrArray of lines */
  GQueue      recent;        /* block numbers, newest first */
  GHashTable *waiting;       /* block number → GPtrArray of TcLogItem */
  GQueue      wanted;        /* block numbers to read, newest wish first */
};

static void tc_log_model_list_init (GListModelInterface *iface);
static void work (TcLogModel *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (TcLogModel, tc_log_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, tc_log_model_list_init))

enum { COUNTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* One piece of work: either look on (new lines, next part of a filter) or read one block. */
typedef struct
{
  GWeakRef   model;
  Source    *source;
  gboolean   look;
  guint64    block;
  guint      filter;
  TcLevel    level;
  char      *needle;
  guint64    scanned, known;          /* known: lines that were all acceptable when last seen */
  gboolean   filtering;
  /* answer */
  guint64    total, n_level[N_LEVELS];
  GArray    *found;
  GPtrArray *lines;
} Job;

static void
job_free (Job *job)
{
  g_weak_ref_clear (&job->model);
  source_unref (job->source);
  g_free (job->needle);
  g_clear_pointer (&job->found, g_array_unref);
  g_clear_pointer (&job->lines, g_ptr_array_unref);
  g_free (job);
}

static gboolean
line_matches (const Job       *job,
              const TcLogLine *line)
{
  g_autofree char *folded = NULL;

  if (line->level < job->level)
    return FALSE;
  if (job->needle == NULL)
    return TRUE;
  folded = g_utf8_casefold (line->message, -1);
  return strstr (folded, job->needle) != NULL || (line->task_id != NULL && strstr (line->task_id, job->needle) != NULL);
}

static gboolean
needs_filter (const Job *job)
{
  if (job->needle != NULL)
    return TRUE;
  for (guint level = 0; level < (guint) job->level; level++)
    if (job->n_level[level] > 0)
      return TRUE;
  return FALSE;
}

static gboolean
scan (Job     *job,
      GError **error)
{
  const guint64 end = MIN (job->total, job->scanned + SCAN_LINES);

  while (job->scanned < end)
    {
      g_autoptr (GPtrArray) lines = tc_log_cursor_read (job->source->cursor, job->scanned, MIN (end - job->scanned, 4 * BLOCK), error);

      if (lines == NULL)
        return FALSE;
      if (lines->len == 0)
        return TRUE;
      for (guint i = 0; i < lines->len; i++)
        if (line_matches (job, lines->pdata[i]))
          {
            const guint32 number = (guint32) (job->scanned + i);

            g_array_append_val (job->found, number);
          }
      job->scanned += lines->len;
    }
  return TRUE;
}

/* The first line that the level hides turns "every line" into an array, without reading those seen before again. */
static void
begin_filter (Job *job)
{
  if (job->filtering || !needs_filter (job))
    return;
  job->filtering = TRUE;
  job->scanned = job->needle == NULL ? job->known : 0;
  for (guint32 number = 0; number < job->scanned; number++)
    g_array_append_val (job->found, number);
}

static gboolean
look (Job     *job,
      GError **error)
{
  if (!tc_log_cursor_refresh (job->source->cursor, error))
    return FALSE;
  job->total = tc_log_cursor_n (job->source->cursor);
  for (guint level = 0; level < N_LEVELS; level++)
    job->n_level[level] = tc_log_cursor_n_level (job->source->cursor, (TcLevel) level);
  job->found = g_array_new (FALSE, FALSE, sizeof (guint32));
  begin_filter (job);
  return !job->filtering || scan (job, error);
}

static void
work_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (job->source->cursor == NULL)
    job->source->cursor = tc_engine_open_logs (job->source->engine, job->source->execution_id, &error);
  if (job->source->cursor != NULL && job->look)
    look (job, &error);
  else if (job->source->cursor != NULL)
    job->lines = tc_log_cursor_read (job->source->cursor, job->block * BLOCK, BLOCK, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
announce (TcLogModel *self)
{
  const guint now = self->matches != NULL ? self->matches->len : (guint) MIN (self->total, G_MAXUINT);
  const guint before = self->shown;

  self->shown = now;
  if (now > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, now - before);
  else if (now < before)
    g_list_model_items_changed (G_LIST_MODEL (self), now, before - now, 0);
  g_signal_emit (self, signals[COUNTED], 0);
}

static void
take_look (TcLogModel *self,
           Job        *job)
{
  self->total = job->total;
  memcpy (self->n_level, job->n_level, sizeof self->n_level);
  if (job->filter != self->filter)
    {
      self->refresh_wanted = TRUE;
      return;
    }
  if (job->filtering)
    {
      if (self->matches == NULL)
        self->matches = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_array_append_vals (self->matches, job->found->data, job->found->len);
      self->scanned = job->scanned;
      self->refresh_wanted |= self->scanned < self->total;
    }
  announce (self);
}

static void
keep_block (TcLogModel *self,
            guint64     number,
            GPtrArray  *lines)
{
  g_autoptr (GPtrArray) items = NULL;

  g_hash_table_replace (self->blocks, GSIZE_TO_POINTER (number + 1), g_ptr_array_ref (lines));
  g_queue_push_head (&self->recent, GSIZE_TO_POINTER (number + 1));
  while (self->recent.length > MAX_BLOCKS)
    g_hash_table_remove (self->blocks, g_queue_pop_tail (&self->recent));
  if (!g_hash_table_steal_extended (self->waiting, GSIZE_TO_POINTER (number + 1), NULL, (gpointer *) &items))
    return;
  for (guint i = 0; i < items->len; i++)
    item_set_block (items->pdata[i], lines);
}

static void
work_done (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (TcLogModel) self = g_weak_ref_get (&job->model);
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  self->working = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_debug ("reading the log of %s: %s", job->source->execution_id, error->message);
      g_hash_table_remove (self->waiting, GSIZE_TO_POINTER (job->block + 1));
    }
  else if (job->look)
    take_look (self, job);
  else
    keep_block (self, job->block, job->lines);
  work (self);
}

static void
work (TcLogModel *self)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  if (self->working || (self->wanted.length == 0 && !self->refresh_wanted))
    return;
  job = g_new0 (Job, 1);
  g_weak_ref_init (&job->model, self);
  job->source = source_ref (self->source);
  job->look = self->wanted.length == 0;
  job->filter = self->filter;
  if (job->look)
    {
      self->refresh_wanted = FALSE;
      job->level = self->level;
      job->needle = g_strdup (self->needle);
      job->filtering = self->matches != NULL;
      job->scanned = self->scanned;
      job->known = self->matches == NULL && self->started ? self->total : 0;
      self->started = TRUE;
    }
  else
    job->block = GPOINTER_TO_SIZE (g_queue_pop_head (&self->wanted)) - 1;
  self->working = TRUE;
  task = g_task_new (NULL, NULL, work_done, NULL);
  g_task_set_source_tag (task, work);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, work_thread);
}

static gpointer
tc_log_model_get_item (GListModel *list,
                       guint       position)
{
  TcLogModel *self = TC_LOG_MODEL (list);
  TcLogItem *item;
  gpointer key;
  GPtrArray *block, *items;

  if (position >= self->shown)
    return NULL;
  item = g_object_new (TC_TYPE_LOG_ITEM, NULL);
  item->index = self->matches != NULL ? g_array_index (self->matches, guint32, position) : position;
  key = GSIZE_TO_POINTER (item->index / BLOCK + 1);
  block = g_hash_table_lookup (self->blocks, key);
  if (block != NULL && item->index % BLOCK < block->len)
    {
      item->block = g_ptr_array_ref (block);
      return item;
    }
  items = g_hash_table_lookup (self->waiting, key);
  if (items == NULL)
    {
      items = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->waiting, key, items);
      g_queue_push_head (&self->wanted, key);
      g_queue_remove (&self->recent, key);
    }
  g_ptr_array_add (items, g_object_ref (item));
  work (self);
  return item;
}

static GType
tc_log_model_get_item_type (GListModel *list)
{
  return TC_TYPE_LOG_ITEM;
}

static guint
tc_log_model_get_n_items (GListModel *list)
{
  return TC_LOG_MODEL (list)->shown;
}

static void
tc_log_model_list_init (GListModelInterface *iface)
{
  iface->get_item = tc_log_model_get_item;
  iface->get_item_type = tc_log_model_get_item_type;
  iface->get_n_items = tc_log_model_get_n_items;
}

static void
tc_log_model_finalize (GObject *object)
{
  TcLogModel *self = TC_LOG_MODEL (object);

  source_unref (self->source);
  g_free (self->needle);
  g_clear_pointer (&self->matches, g_array_unref);
  g_hash_table_unref (self->blocks);
  g_hash_table_unref (self->waiting);
  g_queue_clear (&self->recent);
  g_queue_clear (&self->wanted);
  G_OBJECT_CLASS (tc_log_model_parent_class)->finalize (object);
}

static void
tc_log_model_class_init (TcLogModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_log_model_finalize;
  signals[COUNTED] = g_signal_new ("counted", TC_TYPE_LOG_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tc_log_model_init (TcLogModel *self)
{
  self->blocks = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->waiting = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_queue_init (&self->recent);
  g_queue_init (&self->wanted);
}

TcLogModel *
tc_log_model_new (TcEngine   *engine,
                  const char *execution_id)
{
  TcLogModel *self = g_object_new (TC_TYPE_LOG_MODEL, NULL);

  self->source = g_new0 (Source, 1);
  g_atomic_ref_count_init (&self->source->refs);
  self->source->engine = g_object_ref (engine);
  self->source->execution_id = g_strdup (execution_id);
  tc_log_model_refresh (self);
  return self;
}

void
tc_log_model_refresh (TcLogModel *self)
{
  self->refresh_wanted = TRUE;
  work (self);
}

void
tc_log_model_set_filter (TcLogModel *self,
                         TcLevel     level,
                         const char *needle)
{
  const guint before = self->shown;

  if (needle != NULL && *needle == '\0')
    needle = NULL;
  self->level = level;
  g_free (self->needle);
  self->needle = needle != NULL ? g_utf8_casefold (needle, -1) : NULL;
  self->filter++;
  g_clear_pointer (&self->matches, g_array_unref);
  self->scanned = 0;
  self->started = FALSE;
  self->total = 0;
  self->shown = 0;
  if (before > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, 0);
  tc_log_model_refresh (self);
}

guint64
tc_log_model_get_total (TcLogModel *self)
{
  return self->total;
}

guint64
tc_log_model_get_n_level (TcLogModel *self,
                          TcLevel     level)
{
  return self->n_level[level];
}

gboolean
tc_log_model_is_busy (TcLogModel *self)
{
  return self->working || self->refresh_wanted;
}
