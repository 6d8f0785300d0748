/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-book.h"

#include "tc-mailbox.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * The log thread. It alone writes log files. Messages arrive through one mailbox, output of runs through one tail; both are handled on one
 * context, so a checkpoint taken between two of them is a consistent cut.
 */
#define ANNOUNCE_MS       16
#define CHECKPOINT_MS     1000
#define RETRY_US          (200 * 1000)
#define MESSAGES_A_TURN   512

typedef enum { MESSAGE_WRITE, MESSAGE_MASK, MESSAGE_FLUSH, MESSAGE_BARRIER, MESSAGE_PURGE, MESSAGE_FOLLOW, MESSAGE_FINISH, MESSAGE_DROP,
               MESSAGE_RECOVER, MESSAGE_CLOSE, MESSAGE_QUIT } MessageKind;

typedef struct
{
  MessageKind  kind;
  TcLabel     *label;
  TcLevel      level;
  int64_t      at_us;
  char        *text;            /* message, secret or path */
  char        *id;              /* effect id or execution id */
  uint64_t     length;
  TcValue     *record;
  gpointer     token;
  GAsyncQueue *reply;
} Message;

struct _TcHub
{
  TcHubFuncs    funcs;
  gpointer      data;
  char         *directory;
  gboolean      synced;
  GThread      *thread;
  GMainContext *context;
  GMainLoop    *loop;
  TcMailbox    *mailbox;
  TcOutputTail *tail;
  GHashTable   *books;          /* execution id → TcBook */
  GHashTable   *readings;       /* effect id → TcReading */
  GSource      *announce, *checkpoint;
  gboolean      in_trouble;
  gint          closing;        /* atomic: give up waiting for the disk */
};

static void
message_free (gpointer data)
{
  Message *self = data;

  tc_label_unref (self->label);
  g_free (self->text);
  g_free (self->id);
  tc_value_unref (self->record);
  g_clear_pointer (&self->reply, g_async_queue_unref);
  g_free (self);
}

static Message *
message_new (MessageKind kind, const char *id)
{
  Message *self = g_new0 (Message, 1);

  self->kind = kind;
  self->id = g_strdup (id);
  return self;
}

/* Whether to try again: the disk may have room later. */
static gboolean
wait_for_disk (TcHub *self, GError *error)
{
  g_autoptr (GError) cause = error;

  if (g_atomic_int_get (&self->closing))
    return FALSE;
  if (!self->in_trouble)
    self->funcs.trouble (self->data, cause);
  self->in_trouble = TRUE;
  g_usleep (RETRY_US);
  return TRUE;
}

static void
trouble_is_over (TcHub *self)
{
  if (self->in_trouble)
    self->funcs.trouble (self->data, NULL);
  self->in_trouble = FALSE;
}

static TcBook *
book_of (TcHub *self, const char *execution_id)
{
  TcBook *book = g_hash_table_lookup (self->books, execution_id);
  GError *error = NULL;

  while (book == NULL)
    {
      book = tc_book_new (self->directory, execution_id, self->synced, &error);
      if (book == NULL && !wait_for_disk (self, g_steal_pointer (&error)))
        return NULL;
      if (book != NULL)
        g_hash_table_insert (self->books, book->execution_id, book);
    }
  return book;
}

static gboolean
on_announce (gpointer data)
{
  TcHub *self = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TcBook *book = value;

      if (!book->announced)
        self->funcs.available (self->data, book->execution_id, book->n);
      book->announced = TRUE;
    }
  g_clear_pointer (&self->announce, g_source_unref);
  return G_SOURCE_REMOVE;
}

static TcCheckpoint *
take_checkpoint (TcHub *self, TcBook *book)
{
  TcCheckpoint *checkpoint = tc_book_checkpoint (book);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->readings);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((TcReading *) value)->book == book && ((TcReading *) value)->item == NULL)
      g_hash_table_iter_remove (&iter);
  return checkpoint;
}

static gboolean
on_checkpoint (gpointer data)
{
  TcHub *self = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TcBook *book = value;
      GError *error = NULL;

      if (!book->grown && book->written->len == 0 && g_hash_table_size (book->dirty) == 0)
        continue;
      while (!tc_log_writer_sync (book->writer, &error))
        if (!wait_for_disk (self, g_steal_pointer (&error)))
          return G_SOURCE_REMOVE;
      self->funcs.checkpoint (self->data, take_checkpoint (self, book));
    }
  g_clear_pointer (&self->checkpoint, g_source_unref);
  return G_SOURCE_REMOVE;
}

static GSource *
timer (TcHub *self, guint ms, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
  return source;
}

static void
touched (TcHub *self, TcBook *book)
{
  book->announced = FALSE;
  if (self->announce == NULL)
    self->announce = timer (self, ANNOUNCE_MS, on_announce);
  if (self->checkpoint == NULL)
    self->checkpoint = timer (self, CHECKPOINT_MS, on_checkpoint);
}

static void
write_entry (TcHub *self, TcBook *book, const TcLabel *label, TcLevel level, int64_t at_us, const char *text, size_t length)
{
  GError *error = NULL;

  if (level < label->least)
    return;
  while (!tc_book_add (book, label, level, at_us, text, length, &error))
    if (!wait_for_disk (self, g_steal_pointer (&error)))
      return;
  trouble_is_over (self);
  touched (self, book);
}

static void
apply_marker (TcReading *reading, const TcOutputLine *line)
{
  TcMarker marker = { 0 };
  g_autoptr (GError) error = NULL;

  if (!tc_marker_read (line->text, line->length, &marker, &error))
    {
      g_autofree char *text = g_strdup_printf (_("Invalid outputs '%s'"), error->message);

      write_entry (reading->hub, reading->book, reading->label, TC_LEVEL_WARN, line->time_us, text, strlen (text));
      return;
    }
  if (marker.outputs != NULL)
    reading->vars = tc_outputs_merge (reading->vars, marker.outputs);
  for (guint i = 0; i < marker.metrics->len; i++)
    tc_metrics_add (reading->metrics, g_ptr_array_index (marker.metrics, i));
  for (guint i = 0; i < marker.logs->len; i++)
    {
      const TcValue *log = g_ptr_array_index (marker.logs, i);
      const TcValue *message = tc_value_get (log, "message");

      write_entry (reading->hub, reading->book, reading->label, (TcLevel) tc_value_get_i64 (log, "level", TC_LEVEL_INFO), line->time_us,
                   tc_value_get_text (message), tc_value_length (message));
    }
  tc_marker_clear (&marker);
}

static void
on_line (gpointer data, const TcOutputLine *line)
{
  TcReading *reading = data;

  if (tc_marker_is (line->text, line->length))
    apply_marker (reading, line);
  else
    write_entry (reading->hub, reading->book, reading->label, line->stream == 2 ? TC_LEVEL_ERROR : TC_LEVEL_INFO, line->time_us,
                 line->text, line->length);
}

static void
on_batch (gpointer data, const TcOutputMark *mark)
{
  TcReading *reading = data;

  reading->mark = *mark;
  g_hash_table_add (reading->book->dirty, reading);
  touched (reading->hub, reading->book);
}

static void
on_drained (gpointer data, const GError *error)
{
  TcReading *reading = data;
  TcHub *self = reading->hub;

  reading->item = NULL;
  g_hash_table_add (reading->book->dirty, reading);
  touched (self, reading->book);
  self->funcs.drained (self->data, reading->effect_id, reading->vars != NULL ? tc_value_ref (reading->vars) : NULL,
                       tc_reading_metrics (reading), error);
}

static void
follow (TcHub *self, Message *message)
{
  static const TcOutputTailFuncs funcs = { on_line, on_batch, on_drained };
  TcBook *book = book_of (self, message->label->execution_id);
  TcReading *reading;

  if (book == NULL)
    return;
  reading = tc_reading_new (message->id, message->label, book, message->record);
  reading->hub = self;
  reading->item = tc_output_tail_add (self->tail, message->text, message->record != NULL ? &reading->mark : NULL, &funcs, reading);
  g_hash_table_replace (self->readings, reading->effect_id, reading);
}

static void
close_book (TcHub *self, const char *execution_id)
{
  TcBook *book = g_hash_table_lookup (self->books, execution_id);
  GHashTableIter iter;
  gpointer value;

  if (book == NULL)
    return;
  g_hash_table_iter_init (&iter, self->readings);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((TcReading *) value)->book == book)
      g_hash_table_iter_remove (&iter);
  if (!book->announced)
    self->funcs.available (self->data, book->execution_id, book->n);
  tc_log_writer_sync (book->writer, NULL);
  g_hash_table_remove (self->books, execution_id);
}

static void
recover (TcHub *self, Message *message)
{
  TcBook *book = book_of (self, message->id);
  GError *error = NULL;

  while (book != NULL && tc_log_writer_length (book->writer) > message->length
         && !tc_log_writer_cut (book->writer, message->length, &error))
    if (!wait_for_disk (self, g_steal_pointer (&error)))
      return;
  /* Opened again: the number of entries is another one after the cut. */
  if (book != NULL)
    g_hash_table_remove (self->books, message->id);
}

static void
flush (TcHub *self, Message *message)
{
  TcBook *book = book_of (self, message->id);

  if (book != NULL)
    self->funcs.flushed (self->data, message->token, take_checkpoint (self, book));
}

/* What a purge wants, and what came of it. */
typedef struct
{
  TcLogGoes goes;
  gpointer  data;
  gboolean  is_open, fine;
  uint64_t  n;
  GError   *error;
} Purging;

/* The recorded length is that of the old file, so a checkpoint follows at once. */
static void
purge_open (TcHub *self, TcBook *book, Purging *purging)
{
  TcLogWriter *writer = NULL;
  GError *error = NULL;

  purging->is_open = TRUE;
  purging->fine = tc_log_purge (self->directory, book->execution_id, purging->goes, purging->data, &purging->n, &purging->error);
  if (!purging->fine || purging->n == 0)
    return;
  while ((writer = tc_book_open_writer (self->directory, book->execution_id, self->synced, &error)) == NULL)
    if (!wait_for_disk (self, g_steal_pointer (&error)))
      return;
  trouble_is_over (self);
  tc_log_writer_close (book->writer);
  book->writer = writer;
  book->n -= purging->n;
  touched (self, book);
  self->funcs.checkpoint (self->data, take_checkpoint (self, book));
}

static void
purge (TcHub *self, Message *message)
{
  TcBook *book = g_hash_table_lookup (self->books, message->id);

  if (book != NULL)
    purge_open (self, book, message->token);
  g_async_queue_push (message->reply, self);
}

static void
finish (TcHub *self, const char *effect_id)
{
  TcReading *reading = g_hash_table_lookup (self->readings, effect_id);

  if (reading != NULL && reading->item != NULL)
    tc_output_tail_finish (reading->item);
}

static void
write_message (TcHub *self, Message *message)
{
  TcBook *book = book_of (self, message->label->execution_id);

  if (book == NULL)
    return;
  write_entry (self, book, message->label, message->level, message->at_us, message->text, strlen (message->text));
  if (message->id != NULL)
    {
      g_ptr_array_add (book->written, g_steal_pointer (&message->id));
      touched (self, book);
    }
}

static void
on_message (gpointer data, gpointer user_data)
{
  Message *message = data;
  TcHub *self = user_data;
  TcBook *book;

  switch (message->kind)
    {
    case MESSAGE_WRITE: write_message (self, message); break;
    case MESSAGE_MASK:
      book = book_of (self, message->id);
      if (book != NULL)
        tc_masker_add (book->masker, message->text);
      break;
    case MESSAGE_FLUSH: flush (self, message); break;
    case MESSAGE_BARRIER: g_async_queue_push (message->reply, self); break;
    case MESSAGE_PURGE: purge (self, message); break;
    case MESSAGE_FOLLOW: follow (self, message); break;
    case MESSAGE_FINISH: finish (self, message->id); break;
    case MESSAGE_DROP: g_hash_table_remove (self->readings, message->id); break;
    case MESSAGE_RECOVER: recover (self, message); break;
    case MESSAGE_CLOSE: close_book (self, message->id); break;
    case MESSAGE_QUIT: g_main_loop_quit (self->loop); break;
    }
  message_free (message);
}

static gpointer
run (gpointer data)
{
  TcHub *self = data;

  tc_thread_set_role (TC_THREAD_LOG);
  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  /* A last checkpoint saves the next start from reading this second again. */
  on_checkpoint (self);
  g_hash_table_remove_all (self->readings);
  tc_output_tail_free (self->tail);
  g_hash_table_remove_all (self->books);
  tc_mailbox_close (self->mailbox);
  for (GSource **source = (GSource *[]) { self->announce, self->checkpoint, NULL }; *source != NULL; source++)
    g_source_destroy (*source);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

TcHub *
tc_hub_new (const char *log_directory, gboolean synced, const TcHubFuncs *funcs, gpointer data)
{
  TcHub *self = g_new0 (TcHub, 1);

  self->funcs = *funcs;
  self->data = data;
  self->directory = g_strdup (log_directory);
  self->synced = synced;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->mailbox = tc_mailbox_new (self->context, MESSAGES_A_TURN, on_message, self, message_free);
  self->tail = tc_output_tail_new (self->context);
  self->books = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tc_book_free);
  self->readings = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tc_reading_free);
  self->thread = g_thread_new ("tc-log", run, self);
  return self;
}

void
tc_hub_free (TcHub *self)
{
  if (self == NULL)
    return;
  g_atomic_int_set (&self->closing, TRUE);
  tc_mailbox_send (self->mailbox, message_new (MESSAGE_QUIT, NULL));
  g_thread_join (self->thread);
  g_clear_pointer (&self->announce, g_source_unref);
  g_clear_pointer (&self->checkpoint, g_source_unref);
  g_hash_table_unref (self->readings);
  g_hash_table_unref (self->books);
  tc_mailbox_unref (self->mailbox);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self->directory);
  g_free (self);
}

void
tc_hub_write_effect (TcHub *self, TcLabel *label, TcLevel level, int64_t at_us, const char *message, const char *effect_id)
{
  Message *m = message_new (MESSAGE_WRITE, effect_id);

  m->label = tc_label_ref (label);
  m->level = level;
  m->at_us = at_us;
  m->text = tc_utf8_make_valid (message, strlen (message), NULL);
  tc_mailbox_send (self->mailbox, m);
}

void
tc_hub_write (TcHub *self, TcLabel *label, TcLevel level, int64_t at_us, const char *message)
{
  tc_hub_write_effect (self, label, level, at_us, message, NULL);
}

void
tc_hub_mask (TcHub *self, const char *execution_id, const char *secret)
{
  Message *m = message_new (MESSAGE_MASK, execution_id);

  m->text = g_strdup (secret);
  tc_mailbox_send (self->mailbox, m);
}

void
tc_hub_flush (TcHub *self, const char *execution_id, gpointer token)
{
  Message *m = message_new (MESSAGE_FLUSH, execution_id);

  m->token = token;
  tc_mailbox_send (self->mailbox, m);
}

static void
send_and_wait (TcHub *self, Message *message)
{
  g_autoptr (GAsyncQueue) reply = g_async_queue_new ();

  message->reply = g_async_queue_ref (reply);
  tc_mailbox_send (self->mailbox, message);
  g_async_queue_pop (reply);
}

void
tc_hub_barrier (TcHub *self)
{
  send_and_wait (self, message_new (MESSAGE_BARRIER, NULL));
}

gboolean
tc_hub_purge (TcHub *self, const char *execution_id, TcLogGoes goes, gpointer data, uint64_t *n, GError **error)
{
  Purging purging = { .goes = goes, .data = data };
  Message *m = message_new (MESSAGE_PURGE, execution_id);

  m->token = &purging;
  send_and_wait (self, m);
  if (!purging.is_open)
    return tc_log_purge (self->directory, execution_id, goes, data, n, error);
  *n = purging.n;
  if (!purging.fine)
    g_propagate_error (error, purging.error);
  return purging.fine;
}

void
tc_hub_follow (TcHub *self, TcLabel *label, const char *effect_id, const char *path, TcValue *record)
{
  Message *m = message_new (MESSAGE_FOLLOW, effect_id);

  m->label = tc_label_ref (label);
  m->text = g_strdup (path);
  m->record = record != NULL ? tc_value_ref (record) : NULL;
  tc_mailbox_send (self->mailbox, m);
}

void
tc_hub_finish (TcHub *self, const char *effect_id)
{
  tc_mailbox_send (self->mailbox, message_new (MESSAGE_FINISH, effect_id));
}

void
tc_hub_drop (TcHub *self, const char *effect_id)
{
  tc_mailbox_send (self->mailbox, message_new (MESSAGE_DROP, effect_id));
}

void
tc_hub_recover (TcHub *self, const char *execution_id, uint64_t length)
{
  Message *m = message_new (MESSAGE_RECOVER, execution_id);

  m->length = length;
  tc_mailbox_send (self->mailbox, m);
}

void
tc_hub_close (TcHub *self, const char *execution_id)
{
  tc_mailbox_send (self->mailbox, message_new (MESSAGE_CLOSE, execution_id));
}
