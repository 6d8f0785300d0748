/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-book.h"

#include "tc-util.h"
#include "tc-library.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Kestra splits longer messages into several entries, a millisecond apart (RunContextLogger.MAX_MESSAGE_LENGTH). */
#define ENTRY_CHARS 15360

TcLabel *
tc_label_new (const char *execution_id, const char *task_id, const char *task_run_id, const char *value, int attempt, TcLevel least,
              const char *file)
{
  TcLabel *self = g_new0 (TcLabel, 1);

  g_atomic_ref_count_init (&self->refs);
  self->execution_id = g_strdup (execution_id);
  self->task_id = g_strdup (task_id);
  self->task_run_id = g_strdup (task_run_id);
  self->value = g_strdup (value);
  self->attempt = attempt;
  self->least = least;
  self->file = g_strdup (file);
  return self;
}

TcLabel *
tc_label_ref (TcLabel *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tc_label_unref (TcLabel *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->execution_id);
  g_free (self->task_id);
  g_free (self->task_run_id);
  g_free (self->value);
  g_free (self->file);
  g_free (self);
}

void
tc_checkpoint_free (TcCheckpoint *self)
{
  if (self == NULL)
    return;
  g_free (self->execution_id);
  g_ptr_array_unref (self->ids);
  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->written);
  g_free (self);
}

TcLogWriter *
tc_book_open_writer (const char *directory, const char *execution_id, gboolean synced, GError **error)
{
  return (synced ? tc_log_writer_open : tc_log_writer_open_unsynced) (directory, execution_id, error);
}

TcBook *
tc_book_new (const char *directory, const char *execution_id, gboolean synced, GError **error)
{
  TcLogWriter *writer = tc_book_open_writer (directory, execution_id, synced, error);
  g_autoptr (TcLogReader) reader = writer != NULL ? tc_log_reader_open (directory, execution_id, NULL) : NULL;
  TcBook *self;

  if (writer == NULL)
    return NULL;
  self = g_new0 (TcBook, 1);
  self->execution_id = g_strdup (execution_id);
  self->writer = writer;
  self->masker = tc_masker_new ();
  self->n = reader != NULL ? tc_log_reader_n (reader) : 0;
  self->written = g_ptr_array_new_with_free_func (g_free);
  self->dirty = g_hash_table_new (NULL, NULL);
  self->data_dir = g_path_get_dirname (directory);
  self->file_fd = -1;
  return self;
}

void
tc_book_free (TcBook *self)
{
  if (self == NULL)
    return;
  tc_log_writer_close (self->writer);
  tc_masker_free (self->masker);
  g_ptr_array_unref (self->written);
  g_hash_table_unref (self->dirty);
  tc_fd_close (self->file_fd);
  g_free (self->file);
  g_free (self->data_dir);
  g_free (self->execution_id);
  g_free (self);
}

/* Bytes of at most @chars characters at the start of @text. */
static size_t
prefix_bytes (const char *text, size_t length, size_t chars)
{
  size_t bytes = 0;

  if (length <= chars)
    return length;
  while (bytes < length && chars-- > 0)
    bytes = (size_t) (g_utf8_next_char (text + bytes) - text);
  return MIN (bytes, length);
}

/* One file at a time is kept open: that of the task that says most just now. */
static int
open_file (TcBook *self, const char *uri, GError **error)
{
  if (g_strcmp0 (self->file, uri) == 0)
    return self->file_fd;
  g_clear_pointer (&self->file, g_free);
  tc_fd_close (self->file_fd);
  self->file_fd = tc_storage_append (self->data_dir, uri, error);
  if (self->file_fd >= 0)
    self->file = g_strdup (uri);
  return self->file_fd;
}

static gboolean
add_to_file (TcBook *self, const char *uri, TcLevel level, int64_t at_us, const char *message, size_t length, GError **error)
{
  int fd = open_file (self, uri, error);
  g_autofree char *time = tc_time_format_us (at_us);
  g_autoptr (GString) line = g_string_new (NULL);

  if (fd < 0)
    return FALSE;
  g_string_printf (line, "%s %s ", time, tc_level_name (level));
  g_string_append_len (line, message, (gssize) length);
  g_string_append_c (line, '\n');
  return tc_storage_append_text (fd, uri, line->str, line->len, error);
}

/* What was written to the file after a checkpoint is written again. */
static void
cut_file (TcBook *self, const char *uri, int64_t length)
{
  int fd = open_file (self, uri, NULL);

  if (fd >= 0 && lseek (fd, 0, SEEK_END) > length && ftruncate (fd, length) < 0)
    g_warning ("%s: %s", uri, g_strerror (errno));
}

static TcValue *
file_length (TcBook *self, const char *uri)
{
  int fd = uri != NULL ? open_file (self, uri, NULL) : -1;

  return fd >= 0 ? tc_value_int (lseek (fd, 0, SEEK_END)) : tc_value_null ();
}

gboolean
tc_book_add (TcBook *self, const TcLabel *label, TcLevel level, int64_t at_us, const char *message, size_t length, GError **error)
{
  g_autofree char *masked = tc_masker_apply (self->masker, message);
  const char *rest = masked != NULL ? masked : message;
  size_t left = masked != NULL ? strlen (masked) : length;
  g_autoptr (GArray) entries = NULL;

  if (label->file != NULL)
    return add_to_file (self, label->file, level, at_us, rest, left, error);
  entries = g_array_new (FALSE, TRUE, sizeof (TcLogEntry));
  do
    {
      size_t bytes = prefix_bytes (rest, left, ENTRY_CHARS);
      TcLogEntry entry = { .at_us = at_us + (int64_t) entries->len * 1000, .level = level, .task_id = label->task_id,
                           .task_run_id = label->task_run_id, .value = label->value, .attempt = label->attempt,
                           .message = rest, .length = bytes };

      g_array_append_val (entries, entry);
      rest += bytes;
      left -= bytes;
    }
  while (left > 0);
  if (!tc_log_writer_append (self->writer, (const TcLogEntry *) (gconstpointer) entries->data, entries->len, error))
    return FALSE;
  self->n += entries->len;
  self->grown = TRUE;
  return TRUE;
}

TcReading *
tc_reading_new (const char *effect_id, TcLabel *label, TcBook *book, const TcValue *record)
{
  TcReading *self = g_new0 (TcReading, 1);
  const char *mark = record != NULL ? tc_value_get_str (record, "mark") : NULL;
  const TcValue *vars = record != NULL ? tc_value_get (record, "vars") : NULL;
  const TcValue *metrics = record != NULL ? tc_value_get (record, "metrics") : NULL;

  self->effect_id = g_strdup (effect_id);
  self->label = tc_label_ref (label);
  self->book = book;
  self->metrics = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  if (mark != NULL)
    tc_output_mark_parse (mark, &self->mark);
  if (label->file != NULL && record != NULL)
    cut_file (book, label->file, tc_value_get_i64 (record, "file", 0));
  if (tc_value_is (vars, TC_VALUE_MAP))
    self->vars = tc_value_ref (vars);
  for (size_t i = 0; metrics != NULL && i < tc_value_length (metrics); i++)
    g_ptr_array_add (self->metrics, tc_value_ref (tc_value_item (metrics, i)));
  return self;
}

void
tc_reading_free (TcReading *self)
{
  if (self->item != NULL)
    tc_output_tail_drop (self->item);
  if (self->book != NULL)
    g_hash_table_remove (self->book->dirty, self);
  tc_label_unref (self->label);
  tc_value_unref (self->vars);
  g_ptr_array_unref (self->metrics);
  g_free (self->effect_id);
  g_free (self);
}

TcValue *
tc_reading_metrics (const TcReading *self)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (guint i = 0; i < self->metrics->len; i++)
    tc_list_builder_take (list, tc_value_ref (g_ptr_array_index (self->metrics, i)));
  return tc_list_builder_end (g_steal_pointer (&list));
}

TcValue *
tc_reading_record (const TcReading *self)
{
  return tc_value_map_of ("mark", tc_value_string_take (tc_output_mark_to_text (&self->mark)),
                          "vars", self->vars != NULL ? tc_value_ref (self->vars) : tc_value_null (),
                          "metrics", tc_reading_metrics (self), "file", file_length (self->book, self->label->file), NULL);
}

TcCheckpoint *
tc_book_checkpoint (TcBook *self)
{
  TcCheckpoint *checkpoint = g_new0 (TcCheckpoint, 1);
  GHashTableIter iter;
  gpointer reading;

  checkpoint->execution_id = g_strdup (self->execution_id);
  checkpoint->length = tc_log_writer_length (self->writer);
  checkpoint->n = self->n;
  checkpoint->ids = g_ptr_array_new_with_free_func (g_free);
  checkpoint->records = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  checkpoint->written = g_steal_pointer (&self->written);
  self->written = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &reading, NULL))
    {
      g_ptr_array_add (checkpoint->ids, g_strdup (((TcReading *) reading)->effect_id));
      g_ptr_array_add (checkpoint->records, tc_reading_record (reading));
    }
  g_hash_table_remove_all (self->dirty);
  self->grown = FALSE;
  return checkpoint;
}
