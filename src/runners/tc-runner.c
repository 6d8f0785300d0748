/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-tree.h"

#include "tc-runner.h"
#include "tc-run-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TC_RUNNER(name) extern const TcRunnerClass tc_runner_##name;
#include "runner-types.def"
#undef TC_RUNNER

#define TC_RUNNER(name) &tc_runner_##name,
const TcRunnerClass *const tc_runners[] = {
#include "runner-types.def"
  NULL
};
#undef TC_RUNNER

#define TC_RUNNER(name) &tc_runner_##name.info,
const TcTypeInfo *const tc_runner_infos[] = {
#include "runner-types.def"
  NULL
};
#undef TC_RUNNER

G_DEFINE_QUARK (tc-run-error-quark, tc_run_error)

const TcRunnerClass *
tc_runner_find (const char *type)
{
  for (const TcRunnerClass *const *klass = tc_runners; *klass; klass++)
    if (g_str_equal ((*klass)->info.type, type) || ((*klass)->info.aliases && g_strv_contains ((*klass)->info.aliases, type)))
      return *klass;
  return NULL;
}

/* Children cost a descriptor each; the usual soft limit of 1024 is for programs that use select(). */
static rlim_t
raise_open_files (void)
{
  struct rlimit limit;
  rlim_t before = 1024;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      before = limit.rlim_cur;
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  return before;
}

static char *
find_shim (const char *given)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program ? g_path_get_dirname (program) : NULL;
  const char *const places[] = { given, folder, TC_LIBEXECDIR, TC_BUILD_ROOT "/src/shim", NULL };

  if (given)
    return g_access (given, X_OK) == 0 ? g_strdup (given) : NULL;
  for (size_t i = 1; places[i] || i == 1; i++)
    {
      g_autofree char *path = places[i] ? g_build_filename (places[i], "tiercel-shim", NULL) : NULL;

      if (path && g_access (path, X_OK) == 0)
        return g_steal_pointer (&path);
    }
  return NULL;
}

static void
clean (gpointer directory,
       gpointer unused)
{
  tc_run_directory_remove (directory);
  g_free (directory);
}

TcRunnerHost *
tc_runner_host_new (const TcRunnerHostSettings *settings,
                    GError                    **error)
{
  g_autofree char *runs = g_build_filename (settings->data_dir, "runs", NULL);
  g_autofree char *shim = find_shim (settings->shim);
  TcRunnerHost *self;

  if (!shim)
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_PROGRAM,
                   _("“%s” was not found: Tiercel is not installed completely; install it again"),
                   settings->shim ? settings->shim : TC_LIBEXECDIR "/tiercel-shim");
      return NULL;
    }
  if (g_mkdir_with_parents (runs, 0700) != 0)
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("The directory “%s” could not be made: %s"), runs, g_strerror (errno));
      return NULL;
    }
  self = g_new0 (TcRunnerHost, 1);
  self->fds = settings->fds;
  self->context = g_main_context_ref (settings->context);
  self->data_dir = g_strdup (settings->data_dir);
  self->shim = g_steal_pointer (&shim);
  self->engine_host = g_strdup (settings->engine_host);
  self->engine_kind = g_strdup (settings->engine_kind);
  self->volumes = settings->volumes;
  self->sweep_delay_us = settings->sweep_delay_us;
  self->nofile = raise_open_files ();
  self->runs = g_hash_table_new (g_str_hash, g_str_equal);
  self->cleaner = g_thread_pool_new (clean, NULL, 1, FALSE, NULL);
  self->processes = tc_process_watch_new (self);
  return self;
}

void
tc_runner_host_free (TcRunnerHost *self)
{
  if (!self)
    return;
  g_warn_if_fail (g_hash_table_size (self->runs) == 0);
  tc_docker_engines_free (self->engines);
  tc_process_watch_free (self->processes);
  g_thread_pool_free (self->cleaner, FALSE, TRUE);
  g_hash_table_unref (self->runs);
  g_main_context_unref (self->context);
  g_free (self->data_dir);
  g_free (self->shim);
  g_free (self->engine_host);
  g_free (self->engine_kind);
  g_free (self);
}

void
tc_run_init (TcRun               *run,
             const TcRunnerClass *klass,
             TcRunnerHost        *host,
             const char          *effect_id,
             const TcRunSink     *sink,
             gpointer             data)
{
  run->klass = klass;
  run->host = host;
  run->sink = *sink;
  run->data = data;
  run->effect_id = g_strdup (effect_id);
  run->directory = tc_run_directory (host->data_dir, effect_id);
  g_hash_table_insert (host->runs, run->effect_id, run);
}

static void
clear_later (TcRun *run)
{
  if (run->later)
    g_source_destroy (run->later);
  g_clear_pointer (&run->later, g_source_unref);
}

void
tc_run_clear (TcRun *run)
{
  clear_later (run);
  if (g_hash_table_lookup (run->host->runs, run->effect_id) == run)
    g_hash_table_remove (run->host->runs, run->effect_id);
  g_clear_pointer (&run->effect_id, g_free);
  g_clear_pointer (&run->directory, g_free);
}

void
tc_run_remove_directory (TcRun *run)
{
  g_thread_pool_push (run->host->cleaner, g_strdup (run->directory), NULL);
}

typedef struct
{
  TcRun    *run;
  TcRunFunc func;
} Later;

static gboolean
on_later (gpointer data)
{
  const Later *later = data;
  TcRun *run = later->run;
  TcRunFunc func = later->func;

  g_clear_pointer (&run->later, g_source_unref);
  func (run);
  return G_SOURCE_REMOVE;
}

void
tc_run_later (TcRun    *run,
              TcRunFunc func)
{
  Later *later = g_new (Later, 1);

  g_assert (!run->later);
  *later = (Later) { run, func };
  run->later = g_idle_source_new ();
  g_source_set_priority (run->later, G_PRIORITY_DEFAULT);
  g_source_set_callback (run->later, on_later, later, g_free);
  g_source_attach (run->later, run->host->context);
}

void
tc_run_tell_started (TcRun         *run,
                     const TcValue *details)
{
  if (run->sink.started)
    run->sink.started (run->data, details);
}

void
tc_run_tell_ended (TcRun          *run,
                   const TcRunEnd *end)
{
  g_return_if_fail (!run->ended);
  run->ended = TRUE;
  clear_later (run);
  run->sink.ended (run->data, end);
}

void
tc_run_tell_error (TcRun        *run,
                   const GError *error)
{
  TcRunEnd end = { .exit_code = -1, .error = error };

  end.lost = g_error_matches (error, TC_RUN_ERROR, TC_RUN_ERROR_LOST);
  end.stopped = g_error_matches (error, TC_RUN_ERROR, TC_RUN_ERROR_STOPPED);
  tc_run_tell_ended (run, &end);
}

void
tc_run_note (TcRun      *run,
             TcLevel     level,
             const char *format,
             ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (run->sink.note)
    run->sink.note (run->data, level, text);
}

void
tc_run_stop (TcRun     *run,
             TcStopMode mode)
{
  run->klass->stop (run, mode);
}

void
tc_run_free (TcRun *run)
{
  if (run)
    run->klass->free (run);
}
