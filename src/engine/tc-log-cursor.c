/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "tc-log-file.h"

struct _TcLogCursor
{
  TcLogReader *reader;
};

void
tc_log_line_free (TcLogLine *self)
{
  if (self == NULL)
    return;
  g_free (self->task_id);
  g_free (self->task_run_id);
  g_free (self->value);
  g_free (self->message);
  g_free (self);
}

TcLogCursor *
tc_engine_open_logs (TcEngine *self, const char *execution_id, GError **error)
{
  TcLogReader *reader = tc_log_reader_open (self->core->site.log_dir, execution_id, error);
  TcLogCursor *cursor;

  if (reader == NULL)
    return NULL;
  cursor = g_new (TcLogCursor, 1);
  cursor->reader = reader;
  return cursor;
}

void
tc_log_cursor_free (TcLogCursor *self)
{
  if (self == NULL)
    return;
  tc_log_reader_close (self->reader);
  g_free (self);
}

gboolean
tc_log_cursor_refresh (TcLogCursor *self, GError **error)
{
  return tc_log_reader_refresh (self->reader, error);
}

uint64_t
tc_log_cursor_n (TcLogCursor *self)
{
  return tc_log_reader_n (self->reader);
}

uint64_t
tc_log_cursor_n_level (TcLogCursor *self, TcLevel level)
{
  return tc_log_reader_n_level (self->reader, level);
}

static gboolean
add_line (uint64_t index, const TcLogEntry *entry, gpointer data)
{
  TcLogLine *line = g_new0 (TcLogLine, 1);

  line->at_us = entry->at_us;
  line->level = entry->level;
  line->attempt = entry->attempt;
  line->task_id = g_strdup (entry->task_id);
  line->task_run_id = g_strdup (entry->task_run_id);
  line->value = g_strdup (entry->value);
  line->message = g_strndup (entry->message, entry->length);
  g_ptr_array_add (data, line);
  return TRUE;
}

GPtrArray *
tc_log_cursor_read (TcLogCursor *self, uint64_t first, uint64_t n, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_log_line_free);

  return tc_log_reader_each (self->reader, first, n, add_line, lines, error) ? g_steal_pointer (&lines) : NULL;
}
