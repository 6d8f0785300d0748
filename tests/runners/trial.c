/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-tree.h"

#include "trial.h"

#include <fts.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void
remove_tree (const char *root)
{
  char *roots[] = { (char *) root, NULL };
  FTS *walk = fts_open (roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
  FTSENT *entry;

  while (walk && (entry = fts_read (walk)))
    if (entry->fts_info != FTS_D)
      g_remove (entry->fts_path);
  if (walk)
    fts_close (walk);
}

static TcRunnerHost *
make_host (Bench                      *self,
           const TcRunnerHostSettings *from)
{
  g_autoptr(GError) error = NULL;
  TcRunnerHostSettings settings = from ? *from : (TcRunnerHostSettings) { 0 };
  TcRunnerHost *host;

  settings.fds = self->fds;
  settings.context = g_main_context_default ();
  settings.data_dir = self->data_dir;
  settings.shim = TC_BUILD_ROOT "/src/shim/tiercel-shim";
  host = tc_runner_host_new (&settings, &error);
  g_assert_no_error (error);
  return host;
}

void
bench_set_up (Bench        *self,
              gconstpointer settings)
{
  self->root = g_dir_make_tmp ("tiercel-runners-XXXXXX", NULL);
  self->data_dir = g_build_filename (self->root, "data", NULL);
  self->directory = g_build_filename (self->root, "work", NULL);
  self->fds = tc_fd_set_new (g_main_context_default ());
  self->host = make_host (self, settings);
}

void
bench_tear_down (Bench        *self,
                 gconstpointer unused)
{
  tc_runner_host_free (self->host);
  tc_fd_set_free (self->fds);
  bench_pause (20000);
  remove_tree (self->root);
  g_free (self->root);
  g_free (self->data_dir);
  g_free (self->directory);
}

void
bench_restart (Bench *self)
{
  tc_runner_host_free (self->host);
  self->host = make_host (self, NULL);
}

TcRunSpec *
bench_spec (Bench *self,
            ...)
{
  TcRunSpec *spec = tc_run_spec_new ();
  const char *argument;
  va_list args;

  va_start (args, self);
  while ((argument = va_arg (args, const char *)))
    g_ptr_array_add (spec->argv, g_strdup (argument));
  va_end (args);
  spec->directory = g_strdup (self->directory);
  spec->inherit_env = TRUE;
  spec->grace_us = 300000;
  return spec;
}

TcRunSpec *
bench_sh (Bench      *self,
          const char *script)
{
  return bench_spec (self, "/bin/sh", "-c", script, NULL);
}

static void
on_started (gpointer       data,
            const TcValue *details)
{
  Trial *self = data;

  g_assert_false (self->is_started);
  g_assert_false (self->is_ended);
  self->is_started = TRUE;
  self->details = details ? tc_value_ref (details) : NULL;
}

static void
on_note (gpointer    data,
         TcLevel     level,
         const char *text)
{
  static const char *const names[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR" };

  g_string_append_printf (((Trial *) data)->notes, "%s %s\n", names[level], text);
}

static void
on_progress (gpointer              data,
             const TcPullProgress *progress)
{
  g_assert_nonnull (progress->image);
  ((Trial *) data)->progress++;
}

static void
on_ended (gpointer        data,
          const TcRunEnd *end)
{
  Trial *self = data;

  g_assert_false (self->is_ended);
  self->is_ended = TRUE;
  self->end = *end;
  self->error = end->error ? g_error_copy (end->error) : NULL;
  self->end.error = NULL;
}

static const TcRunSink sink = { on_started, on_note, on_progress, on_ended };

static Trial *
trial_new (Bench      *bench,
           const char *type,
           const char *effect_id)
{
  Trial *self = g_new0 (Trial, 1);

  self->bench = bench;
  self->type = type;
  self->effect_id = g_strdup (effect_id);
  self->notes = g_string_new (NULL);
  return self;
}

Trial *
trial_start (Bench      *bench,
             const char *type,
             TcRunSpec  *spec)
{
  g_autofree char *effect_id = g_strdup_printf ("t%x/1/1", g_random_int ());
  Trial *self = trial_new (bench, type, effect_id);

  self->run = tc_runner_find (type)->start (bench->host, spec, effect_id, &sink, self);
  g_assert_false (self->is_started || self->is_ended);
  return self;
}

Trial *
trial_adopt (Bench      *bench,
             const char *type,
             const char *effect_id)
{
  Trial *self = trial_new (bench, type, effect_id);

  self->run = tc_runner_find (type)->adopt (bench->host, effect_id, &sink, self);
  g_assert_false (self->is_started || self->is_ended);
  return self;
}

void
trial_free (Trial *self)
{
  tc_run_free (self->run);
  g_clear_error (&self->error);
  tc_value_unref (self->details);
  g_string_free (self->notes, TRUE);
  g_free (self->effect_id);
  g_free (self);
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

gboolean
bench_spin (gboolean *flag,
            int64_t   timeout_us)
{
  gboolean late = FALSE;
  guint id = g_timeout_add ((guint) (timeout_us / 1000), on_time, &late);

  while (!*flag && !late)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (id);
  return *flag;
}

void
bench_pause (int64_t us)
{
  gboolean never = FALSE;

  bench_spin (&never, us);
}

void
trial_wait_started (Trial *self)
{
  if (!bench_spin (&self->is_started, 60 * G_USEC_PER_SEC))
    g_error ("the run did not start: %s", self->notes->str);
}

void
trial_wait (Trial *self)
{
  if (!bench_spin (&self->is_ended, 60 * G_USEC_PER_SEC))
    g_error ("the run did not end: %s", self->notes->str);
}

typedef struct
{
  int      stream;
  GString *text;
  guint64  n;
} Collected;

static void
collect_line (gpointer            data,
              const TcOutputLine *line)
{
  Collected *self = data;

  if (line->stream != self->stream)
    return;
  if (self->text)
    {
      if (self->n > 0)
        g_string_append_c (self->text, '\n');
      g_string_append_len (self->text, line->text, (gssize) line->length);
    }
  self->n++;
}

static void
read_output (Trial     *self,
             Collected *collected)
{
  g_autofree char *path = tc_run_output_path (self->bench->data_dir, self->effect_id);
  g_autoptr(TcOutputReader) reader = tc_output_reader_new (path, NULL);
  g_autoptr(GError) error = NULL;
  gboolean more;

  tc_output_reader_read (reader, G_MAXSIZE, collect_line, collected, &more, &error);
  g_assert_no_error (error);
  g_assert_false (more);
  tc_output_reader_finish (reader, collect_line, collected);
}

char *
trial_output (Trial *self,
              int    stream)
{
  Collected collected = { stream, g_string_new (NULL), 0 };

  read_output (self, &collected);
  return g_string_free (collected.text, FALSE);
}

void
trial_expect (Trial      *self,
              int         stream,
              const char *expected)
{
  g_autofree char *text = trial_output (self, stream);
  size_t at = 0;

  while (text[at] && text[at] == expected[at])
    at++;
  if (text[at] || expected[at])
    g_error ("stream %d of %zu bytes instead of %zu: at byte %zu “%.60s” instead of “%.60s”", stream, strlen (text), strlen (expected), at,
             text + at, expected + at);
}

guint64
trial_count (Trial *self,
             int    stream)
{
  Collected collected = { stream, NULL, 0 };

  read_output (self, &collected);
  return collected.n;
}

char *
bench_run_and_die (Bench      *self,
                   const char *type,
                   const char *script,
                   const char *image,
                   int64_t     after_us)
{
  g_autofree char *effect_id = g_strdup_printf ("d%x/1/1", g_random_int ());
  g_autofree char *after = g_strdup_printf ("%" G_GINT64_FORMAT, after_us);
  const char *argv[] = { "/proc/self/exe", "--run-and-die", self->data_dir, self->directory, type, script, image ? image : "", after, effect_id, NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) child = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (child, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (child));
  g_assert_cmpint (g_subprocess_get_term_sig (child), ==, SIGKILL);
  return g_steal_pointer (&effect_id);
}

void
trial_die_if_asked (int    argc,
                    char **argv)
{
  Bench bench = { 0 };
  TcRunSpec *spec;
  Trial *trial;
  int64_t after;

  if (argc != 9 || !g_str_equal (argv[1], "--run-and-die"))
    return;
  bench.data_dir = argv[2];
  bench.directory = argv[3];
  bench.fds = tc_fd_set_new (g_main_context_default ());
  bench.host = make_host (&bench, NULL);
  spec = bench_sh (&bench, argv[5]);
  spec->image = g_strdup (argv[6]);
  after = g_ascii_strtoll (argv[7], NULL, 10);
  trial = trial_new (&bench, argv[4], argv[8]);
  trial->run = tc_runner_find (argv[4])->start (bench.host, spec, argv[8], &sink, trial);
  if (after >= 0)
    trial_wait_started (trial);
  bench_pause (ABS (after));
  kill (getpid (), SIGKILL);
}
