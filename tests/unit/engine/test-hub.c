/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-hub.h"
#include "private/tc-site.h"
#include "tc-log-file.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char         *data, *directory, *output;
  TcHub        *hub;
  TcLabel      *label;
  GAsyncQueue  *flushed;      /* TcCheckpoint */
  GAsyncQueue  *drained;      /* TcValue: vars, or null */
} Fixture;

static void
on_checkpoint (gpointer data, TcCheckpoint *checkpoint)
{
  tc_checkpoint_free (checkpoint);
}

static void
on_available (gpointer data, const char *execution_id, uint64_t n)
{
}

static void
on_drained (gpointer data, const char *effect_id, TcValue *vars, TcValue *metrics, const GError *error)
{
  g_assert_no_error (error);
  g_async_queue_push (((Fixture *) data)->drained, vars != NULL ? vars : tc_value_null ());
  tc_value_unref (metrics);
}

static void
on_flushed (gpointer data, gpointer token, TcCheckpoint *checkpoint)
{
  g_assert_cmpstr (token, ==, "token");
  g_async_queue_push (((Fixture *) data)->flushed, checkpoint);
}

static void
on_trouble (gpointer data, const GError *error)
{
  g_assert_no_error (error);
}

static const TcHubFuncs funcs = { on_checkpoint, on_available, on_drained, on_flushed, on_trouble };

static void
set_up (Fixture *self, gconstpointer data)
{
  self->data = g_dir_make_tmp ("tc-hub-XXXXXX", NULL);
  self->directory = g_build_filename (self->data, "logs", NULL);
  g_assert_cmpint (g_mkdir (self->directory, 0700), ==, 0);
  self->output = g_build_filename (self->directory, "output", NULL);
  self->flushed = g_async_queue_new ();
  self->drained = g_async_queue_new ();
  self->hub = tc_hub_new (self->directory, TRUE, &funcs, self);
  self->label = tc_label_new ("exec", "task", "run", NULL, 0, TC_LEVEL_DEBUG, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  tc_hub_free (self->hub);
  tc_label_unref (self->label);
  g_assert_true (tc_site_remove_tree (self->data, NULL));
  g_async_queue_unref (self->flushed);
  g_async_queue_unref (self->drained);
  g_free (self->data);
  g_free (self->directory);
  g_free (self->output);
}

static TcCheckpoint *
flush (Fixture *self)
{
  tc_hub_flush (self->hub, "exec", (gpointer) "token");
  return g_async_queue_pop (self->flushed);
}

static gboolean
add_text (uint64_t index, const TcLogEntry *entry, gpointer data)
{
  g_string_append_printf (data, "%s:%.*s|", tc_level_name (entry->level), (int) entry->length, entry->message);
  return TRUE;
}

static char *
log_text (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcLogReader) reader = tc_log_reader_open (self->directory, "exec", &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_true (tc_log_reader_each (reader, 0, tc_log_reader_n (reader), add_text, text, &error));
  return g_string_free (text, FALSE);
}

static void
write_frame (Fixture *self, int stream, const char *text)
{
  uint8_t header[TC_OUTPUT_HEADER_BYTES];
  FILE *file = g_fopen (self->output, "ab");

  tc_output_header (header, stream, (uint32_t) strlen (text), 1000000000);
  g_assert_cmpuint (fwrite (header, 1, sizeof header, file), ==, sizeof header);
  g_assert_cmpuint (fwrite (text, 1, strlen (text), file), ==, strlen (text));
  fclose (file);
}

static void
test_write (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (TcCheckpoint) checkpoint = NULL;

  tc_hub_mask (self->hub, "exec", "hidden");
  tc_hub_write (self->hub, self->label, TC_LEVEL_TRACE, 1, "below the level");
  tc_hub_write (self->hub, self->label, TC_LEVEL_INFO, 1, "a hidden thing");
  tc_hub_write_effect (self->hub, self->label, TC_LEVEL_ERROR, 2, "bad \xff byte", "effect-1");
  checkpoint = flush (self);
  g_assert_cmpuint (checkpoint->n, ==, 2);
  g_assert_cmpuint (checkpoint->written->len, ==, 1);
  g_assert_cmpstr (checkpoint->written->pdata[0], ==, "effect-1");
  text = log_text (self);
  g_assert_cmpstr (text, ==, "INFO:a ****** thing|ERROR:bad \xef\xbf\xbd byte|");
}

static void
test_long (Fixture *self, gconstpointer data)
{
  g_autofree char *message = g_strnfill (40000, 'x');
  g_autoptr (TcCheckpoint) checkpoint = NULL;

  tc_hub_write (self->hub, self->label, TC_LEVEL_INFO, 1, message);
  checkpoint = flush (self);
  g_assert_cmpuint (checkpoint->n, ==, 3);
}

static void
test_follow (Fixture *self, gconstpointer data)
{
  g_autoptr (TcValue) vars = NULL;
  g_autofree char *text = NULL;

  write_frame (self, 1, "one\n::{\"outputs\":{\"a\":1}}::\n");
  tc_hub_follow (self->hub, self->label, "effect", self->output, NULL);
  write_frame (self, 2, "two");
  tc_hub_finish (self->hub, "effect");
  vars = g_async_queue_pop (self->drained);
  g_assert_cmpint (tc_value_get_i64 (vars, "a", 0), ==, 1);
  tc_hub_barrier (self->hub);
  text = log_text (self);
  g_assert_cmpstr (text, ==, "INFO:one|ERROR:two|");
}

/* What a killed engine had written after its last checkpoint is cut and read again: no line missing, none doubled. */
static void
test_recover (Fixture *self, gconstpointer data)
{
  g_autoptr (TcCheckpoint) checkpoint = NULL;
  g_autoptr (TcValue) record = NULL, vars = NULL;
  g_autofree char *text = NULL;

  write_frame (self, 1, "one\n::{\"outputs\":{\"a\":1}}::\n");
  tc_hub_follow (self->hub, self->label, "effect", self->output, NULL);
  do
    {
      g_clear_pointer (&checkpoint, tc_checkpoint_free);
      g_usleep (1000);
      checkpoint = flush (self);
    }
  while (checkpoint->ids->len == 0);
  record = tc_value_ref (checkpoint->records->pdata[0]);
  write_frame (self, 1, "two\n");
  tc_hub_finish (self->hub, "effect");
  tc_value_unref (g_async_queue_pop (self->drained));
  tc_hub_free (self->hub);

  self->hub = tc_hub_new (self->directory, TRUE, &funcs, self);
  tc_hub_recover (self->hub, "exec", checkpoint->length);
  tc_hub_follow (self->hub, self->label, "effect", self->output, record);
  tc_hub_finish (self->hub, "effect");
  vars = g_async_queue_pop (self->drained);
  g_assert_cmpint (tc_value_get_i64 (vars, "a", 0), ==, 1);
  tc_hub_barrier (self->hub);
  text = log_text (self);
  g_assert_cmpstr (text, ==, "INFO:one|INFO:two|");
}

static char *
file_text (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->data, "storage", "space", "log-0.txt", NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* The same for a file that takes the entries: it is cut, and masked as the log is. */
static void
test_file (Fixture *self, gconstpointer data)
{
  g_autoptr (TcLabel) label = tc_label_new ("exec", "task", "run", NULL, 0, TC_LEVEL_DEBUG, "kestra:///space/log-0.txt");
  g_autoptr (TcCheckpoint) checkpoint = NULL;
  g_autoptr (TcValue) record = NULL;
  g_autofree char *text = NULL, *log = NULL;

  tc_hub_mask (self->hub, "exec", "hidden");
  write_frame (self, 1, "a hidden thing\n");
  tc_hub_follow (self->hub, label, "effect", self->output, NULL);
  do
    {
      g_clear_pointer (&checkpoint, tc_checkpoint_free);
      g_usleep (1000);
      checkpoint = flush (self);
    }
  while (checkpoint->ids->len == 0);
  record = tc_value_ref (checkpoint->records->pdata[0]);
  g_assert_cmpuint (checkpoint->n, ==, 0);
  write_frame (self, 1, "two\n");
  tc_hub_finish (self->hub, "effect");
  tc_value_unref (g_async_queue_pop (self->drained));
  tc_hub_free (self->hub);

  self->hub = tc_hub_new (self->directory, TRUE, &funcs, self);
  tc_hub_recover (self->hub, "exec", checkpoint->length);
  tc_hub_follow (self->hub, label, "effect", self->output, record);
  tc_hub_finish (self->hub, "effect");
  tc_value_unref (g_async_queue_pop (self->drained));
  tc_hub_barrier (self->hub);
  text = file_text (self);
  g_assert_cmpstr (text, ==, "1970-01-01T00:00:01Z INFO a ****** thing\n1970-01-01T00:00:01Z INFO two\n");
  log = log_text (self);
  g_assert_cmpstr (log, ==, "");
}

static gboolean
is_info (const TcLogEntry *entry, gpointer data)
{
  return entry->level == TC_LEVEL_INFO;
}

/* The log that is being written, and one that nobody has open. */
static void
test_purge (Fixture *self, gconstpointer data)
{
  g_autoptr (TcCheckpoint) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *rest = NULL;
  uint64_t n = 0;

  tc_hub_write (self->hub, self->label, TC_LEVEL_INFO, 1, "one");
  tc_hub_write (self->hub, self->label, TC_LEVEL_WARN, 2, "two");
  before = flush (self);
  g_assert_true (tc_hub_purge (self->hub, "exec", is_info, NULL, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  tc_hub_write (self->hub, self->label, TC_LEVEL_INFO, 3, "three");
  after = flush (self);
  g_assert_cmpuint (after->n, ==, before->n);
  text = log_text (self);
  g_assert_cmpstr (text, ==, "WARN:two|INFO:three|");
  tc_hub_close (self->hub, "exec");
  g_assert_true (tc_hub_purge (self->hub, "exec", is_info, NULL, &n, &error));
  g_assert_cmpuint (n, ==, 1);
  rest = log_text (self);
  g_assert_cmpstr (rest, ==, "WARN:two|");
  g_assert_false (tc_hub_purge (self->hub, "../exec", is_info, NULL, &n, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/engine/hub/write", Fixture, NULL, set_up, test_write, tear_down);
  g_test_add ("/engine/hub/long", Fixture, NULL, set_up, test_long, tear_down);
  g_test_add ("/engine/hub/follow", Fixture, NULL, set_up, test_follow, tear_down);
  g_test_add ("/engine/hub/recover", Fixture, NULL, set_up, test_recover, tear_down);
  g_test_add ("/engine/hub/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/engine/hub/purge", Fixture, NULL, set_up, test_purge, tear_down);
  return g_test_run ();
}
