/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Local processes: the engine's side of tiercel-shim (its protocol is at the head of src/shim/tiercel-shim.c).
 *
 *   PREPARING ──worker──▶ RUNNING ──pidfd, or the lock is closed──▶ ENDED
 *       └── error, or stopped before the shim was started ─────────▶ ENDED
 *   adopt: lock held ▶ RUNNING;  exit file ▶ ENDED;  neither ▶ ENDED (lost)
 *
 * P1 The lock is taken before the shim exists and goes to it with the descriptor, so at no moment does a living run look dead.
 * P2 Of an adopted run we learn the end from inotify: the kernel reports the close of the lock when its last holder is gone.
 */
#include "config.h"

#include "tc-run-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESULT_BYTES 512      /* written beforehand for the exit file */
#define POLL_US       500000
#define FIRST_FREE_FD 10      /* above those that the shim is given */

extern const TcRunnerClass tc_runner_process;

typedef enum { PREPARING, RUNNING, ENDED } ProcessState;

typedef struct _ProcessStart ProcessStart;
typedef struct
{
  TcRun         run;
  ProcessState  state;
  ProcessStart *start;        /* PREPARING: shared with the worker */
  pid_t         pid;          /* of our own shim; 0: adopted */
  TcFd          pidfd, ctl;
  int           watch;        /* of the lock file, or -1 */
  guint         poll;         /* where the kernel has no watch left for us */
  int           waits;        /* errno for which the output waits, as told last */
  int64_t       grace_us;
} ProcessRun;

/* What a worker needs to start a run, and what it made. */
struct _ProcessStart
{
  ProcessRun *owner;          /* NULL: the handle was freed meanwhile */
  TcRunSpec  *spec;
  char       *directory, *shim;
  rlim_t      nofile;
  int         stop;           /* atomic: a stop was asked for; 1 + TcStopMode */
  pid_t       pid;
  TcFd        pidfd, ctl;
  char       *command;        /* for the log */
};

struct _TcProcessWatch
{
  TcRunnerHost *host;
  TcFd          inotify;
  GHashTable   *by_watch;     /* watch → ProcessRun */
};

static void on_lock_events (int fd, GIOCondition condition, gpointer data);

static void
start_free (ProcessStart *self)
{
  tc_run_spec_free (self->spec);
  tc_fd_clear (&self->pidfd);
  tc_fd_clear (&self->ctl);
  g_free (self->directory);
  g_free (self->shim);
  g_free (self->command);
  g_free (self);
}

/* Later entries win, as in Kestra, where `env` is put over the inherited environment. */
static char **
make_environment (const TcRunSpec *spec)
{
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GStrv) inherited = spec->inherit_env ? g_get_environ () : NULL;
  g_autoptr(GPtrArray) made = g_ptr_array_new ();
  guint n_inherited = inherited ? g_strv_length (inherited) : 0;

  for (guint i = n_inherited + (spec->env ? spec->env->len : 0); i > 0; i--)
    {
      const char *entry = i > n_inherited ? spec->env->pdata[i - 1 - n_inherited] : inherited[i - 1];
      const char *equals = strchr (entry, '=');

      if (equals && equals > entry && g_hash_table_add (names, g_strndup (entry, (size_t) (equals - entry))))
        g_ptr_array_add (made, g_strdup (entry));
    }
  g_ptr_array_add (made, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&made), FALSE);
}

static GError *
program_error (const char *program,
               int         code)
{
  GError *error = g_error_new (TC_RUN_ERROR, TC_RUN_ERROR_PROGRAM, _("Cannot run program \"%s\": %s"), program, g_strerror (code));

  if (code == ENOENT)
    {
      g_autofree char *what = g_steal_pointer (&error->message);

      error->message = g_strdup_printf (_("%s. Install it, or run the task in a container whose image has it (property “taskRunner”)"), what);
    }
  return error;
}

static gboolean
fail_program (GError    **error,
              const char *program,
              int         code)
{
  g_propagate_error (error, program_error (program, code));
  return FALSE;
}

/* A descriptor of our own at a number that the file actions do not touch. */
static TcFd
open_above (const char *directory,
            const char *name,
            int         flags)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_auto(TcFd) fd = open (path, flags | O_CLOEXEC, 0600);

  return fd < 0 ? -1 : fcntl (fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
}

/* Lock, FIFO and the file of the result, before there is anybody who could miss them. */
static gboolean
make_protocol_files (const char *directory,
                     TcFd       *lock,
                     TcFd       *ctl)
{
  static const char running[] = "pid 0          waits 0   \n";
  char blank[RESULT_BYTES];
  g_autofree char *fifo = g_build_filename (directory, "ctl", NULL);
  g_auto(TcFd) result = open_above (directory, "exit.new", O_WRONLY | O_CREAT | O_EXCL);

  memset (blank, '\n', sizeof blank);
  if (result < 0 || write (result, blank, sizeof blank) != sizeof blank || mkfifo (fifo, 0600) != 0)
    return FALSE;
  *lock = open_above (directory, "lock", O_RDWR | O_CREAT | O_EXCL);
  *ctl = open_above (directory, "ctl", O_RDWR);
  return *lock >= 0 && *ctl >= 0 && flock (*lock, LOCK_EX | LOCK_NB) == 0
         && write (*lock, running, sizeof running - 1) == sizeof running - 1;
}

static int
spawn_shim (ProcessStart *self,
            const char   *program,
            int           lock,
            int           ctl)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_auto(GStrv) environment = make_environment (self->spec);
  char nofile[24];
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all, none;
  int error;

  g_snprintf (nofile, sizeof nofile, "%lu", (unsigned long) self->nofile);
  g_ptr_array_add (argv, self->shim);
  g_ptr_array_add (argv, nofile);
  g_ptr_array_add (argv, self->spec->directory);
  g_ptr_array_add (argv, (char *) program);
  for (guint i = 0; i < self->spec->argv->len; i++)
    g_ptr_array_add (argv, self->spec->argv->pdata[i]);
  g_ptr_array_add (argv, NULL);
  sigfillset (&all);
  sigemptyset (&none);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_addopen (&actions, 0, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2 (&actions, 0, 1);
  posix_spawn_file_actions_adddup2 (&actions, 0, 2);
  posix_spawn_file_actions_adddup2 (&actions, lock, 3);
  posix_spawn_file_actions_adddup2 (&actions, ctl, 4);
  posix_spawn_file_actions_addclosefrom_np (&actions, 5);
  posix_spawn_file_actions_addchdir_np (&actions, self->directory);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  error = posix_spawn (&self->pid, self->shim, &actions, &attributes, (char **) argv->pdata, environment);
  posix_spawn_file_actions_destroy (&actions);
  posix_spawnattr_destroy (&attributes);
  return error;
}

static gboolean
start_shim (ProcessStart *self,
            GError      **error)
{
  const char *name = self->spec->argv->pdata[0];
  g_autofree char *found = strchr (name, '/') ? g_strdup (name) : g_find_program_in_path (name);
  g_auto(TcFd) lock = -1;
  g_auto(TcFd) ctl = -1;
  int code;

  if (!found)
    return fail_program (error, name, ENOENT);
  if (!make_protocol_files (self->directory, &lock, &ctl))
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("The run directory “%s” could not be filled: %s"), self->directory,
                   g_strerror (errno));
      return FALSE;
    }
  if (g_atomic_int_get (&self->stop))
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_STOPPED, _("Stopped before the program was started"));
      return FALSE;
    }
  code = spawn_shim (self, found, lock, ctl);
  if (code == ENOENT || code == EACCES)
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_PROGRAM, _("“%s” cannot be run: %s. Tiercel is not installed completely; install it again"),
                   self->shim, g_strerror (code));
      return FALSE;
    }
  if (code)
    return fail_program (error, name, code);
  self->pidfd = pidfd_open (self->pid, 0);
  self->ctl = tc_fd_steal (&ctl);
  return TRUE;
}

static void
start_on_worker (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  ProcessStart *self = data;
  GError *error = NULL;

  if (self->spec->argv->len == 0)
    {
      g_set_error (&error, TC_RUN_ERROR, TC_RUN_ERROR_SPEC, _("There is no program to run: `commands` is empty"));
      g_task_return_error (task, error);
      return;
    }
  if (tc_run_directory_make (self->directory, self->spec, &error) && tc_run_files_put (self->spec, &error)
      && tc_run_spec_shorten (self->spec, self->directory, &error) && start_shim (self, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The shim is gone without a word (somebody killed it): what it held together would run on unseen. */
static void
kill_orphans (ProcessRun *self)
{
  g_autofree char *path = g_build_filename (self->run.directory, "lock", NULL);
  g_autofree char *text = NULL;
  int pid = 0;

  if (g_file_get_contents (path, &text, NULL, NULL) && sscanf (text, "pid %d", &pid) == 1 && pid > 1)
    kill (-pid, SIGKILL);
}

static GError *
error_of_exit (ProcessRun      *self,
               const TcRunExit *result)
{
  g_autoptr(TcRunSpec) spec = NULL;

  if (result->spawn_errno == 0)
    return result->output_errno == 0 ? NULL
           : g_error_new (TC_RUN_ERROR, TC_RUN_ERROR_OUTPUT, _("The output was cut, as it could not be stored: %s"),
                          g_strerror (result->output_errno));
  spec = tc_run_load_spec (self->run.host->data_dir, self->run.effect_id, NULL);
  if (g_str_equal (result->spawn_failed, "directory"))
    return g_error_new (TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("The working directory “%s” cannot be used: %s"),
                        spec ? spec->directory : "", g_strerror (result->spawn_errno));
  return program_error (spec ? (char *) spec->argv->pdata[0] : "", result->spawn_errno);
}

static void
end_with_result (ProcessRun      *self,
                 const TcRunExit *result)
{
  g_autoptr(GError) error = error_of_exit (self, result);
  TcRunEnd end = {
    .signal = result->spawn_errno ? 0 : result->signal,
    .stopped = result->stopped,
    .started_us = result->started_ns / 1000,
    .ended_us = result->ended_ns / 1000,
    .peak_bytes = result->peak_bytes,
    .output_bytes = result->output_bytes,
    .error = error,
  };

  end.exit_code = result->spawn_errno ? -1 : result->signal ? 128 + result->signal : result->code;
  tc_run_tell_ended (&self->run, &end);
}

static void
forget_descriptors (ProcessRun *self)
{
  TcProcessWatch *watch = self->run.host->processes;

  tc_fd_set_remove_deadline (self->run.host->fds, self->poll);
  self->poll = 0;
  if (self->pidfd >= 0)
    tc_fd_set_forget (self->run.host->fds, self->pidfd);
  tc_fd_clear (&self->pidfd);
  tc_fd_clear (&self->ctl);
  if (self->watch >= 0)
    {
      g_hash_table_remove (watch->by_watch, GINT_TO_POINTER (self->watch));
      inotify_rm_watch (watch->inotify, self->watch);
      self->watch = -1;
    }
}

/* Nobody holds the lock any more. */
static void
end_from_files (TcRun *run)
{
  ProcessRun *self = (ProcessRun *) run;
  TcRunExit result;

  self->state = ENDED;
  forget_descriptors (self);
  if (tc_run_exit_load (run->directory, &result))
    end_with_result (self, &result);
  else
    {
      g_autoptr(GError) error = g_error_new (TC_RUN_ERROR, TC_RUN_ERROR_LOST,
                                             _("The process was lost: neither it nor its result is there any more"));

      tc_run_tell_error (run, error);
    }
}

static void
on_shim_exit (int          fd,
         GIOCondition condition,
         gpointer     data)
{
  ProcessRun *self = data;
  int status = 0;

  if (waitpid (self->pid, &status, WNOHANG) == 0)
    return;
  if (WIFSIGNALED (status))
    kill_orphans (self);
  end_from_files (&self->run);
}

static void
tell_waiting (ProcessRun *self)
{
  g_autofree char *path = g_build_filename (self->run.directory, "lock", NULL);
  g_autofree char *text = NULL;
  int pid, waits;

  if (!g_file_get_contents (path, &text, NULL, NULL) || sscanf (text, "pid %d waits %d", &pid, &waits) != 2 || waits == self->waits)
    return;
  self->waits = waits;
  if (waits)
    tc_run_note (&self->run, TC_LEVEL_WARN, _("The output cannot be stored: %s. The process waits until there is room again"),
                 g_strerror (waits));
  else
    tc_run_note (&self->run, TC_LEVEL_INFO, _("The output can be stored again: the process goes on"));
}

static void
on_lock_event (ProcessRun *self,
               uint32_t    mask)
{
  if (mask & IN_MODIFY)
    tell_waiting (self);
  if ((mask & IN_CLOSE_WRITE) && self->pid == 0 && self->state == RUNNING && !tc_run_directory_is_locked (self->run.directory))
    {
      TcRunExit result;

      if (!tc_run_exit_load (self->run.directory, &result))
        kill_orphans (self);
      end_from_files (&self->run);
    }
}

static void
on_lock_events (int          fd,
                GIOCondition condition,
                gpointer     data)
{
  TcProcessWatch *self = data;
  char buffer[8192] __attribute__ ((aligned (__alignof__ (struct inotify_event))));
  ssize_t n = read (fd, buffer, sizeof buffer);

  for (char *at = buffer; n > 0 && at < buffer + n;)
    {
      const struct inotify_event *event = (gconstpointer) at;
      ProcessRun *run = g_hash_table_lookup (self->by_watch, GINT_TO_POINTER (event->wd));

      if (run)
        on_lock_event (run, event->mask);
      at += sizeof *event + event->len;
    }
}

static void
on_poll (gpointer data)
{
  ProcessRun *self = data;

  self->poll = tc_fd_set_add_deadline (self->run.host->fds, tc_clock_now_us (tc_clock_system ()) + POLL_US, on_poll, self);
  on_lock_event (self, IN_MODIFY | IN_CLOSE_WRITE);
}

static void
watch_lock (ProcessRun *self)
{
  TcProcessWatch *watch = self->run.host->processes;
  g_autofree char *path = g_build_filename (self->run.directory, "lock", NULL);

  self->watch = inotify_add_watch (watch->inotify, path, IN_MODIFY | IN_CLOSE_WRITE);
  if (self->watch >= 0)
    g_hash_table_insert (watch->by_watch, GINT_TO_POINTER (self->watch), self);
  else if (errno == ENOSPC || errno == EBADF)
    self->poll = tc_fd_set_add_deadline (self->run.host->fds, tc_clock_now_us (tc_clock_system ()) + POLL_US, on_poll, self);
}

static void
process_stop (TcRun     *run,
              TcStopMode mode)
{
  ProcessRun *self = (ProcessRun *) run;
  char command[48] = "kill\n";

  if (self->start)
    g_atomic_int_set (&self->start->stop, 1 + (int) mode);
  if (self->state != RUNNING)
    return;
  if (mode == TC_STOP_ASK)
    g_snprintf (command, sizeof command, "ask %lld\n", (long long) (self->grace_us / 1000));
  if (self->ctl >= 0 && write (self->ctl, command, strlen (command)) < 0 && errno != EAGAIN)
    tc_run_note (run, TC_LEVEL_WARN, _("The process could not be told to stop: %s"), g_strerror (errno));
}

static void
run_shim (ProcessRun   *self,
          ProcessStart *start)
{
  int stop = g_atomic_int_get (&start->stop);

  self->state = RUNNING;
  self->pidfd = tc_fd_steal (&start->pidfd);
  self->pid = self->pidfd < 0 ? 0 : start->pid;       /* no descriptor left: follow it like an adopted one */
  self->ctl = tc_fd_steal (&start->ctl);
  fcntl (self->ctl, F_SETFL, O_NONBLOCK);
  watch_lock (self);
  if (self->pidfd >= 0)
    tc_fd_set_watch (self->run.host->fds, self->pidfd, G_IO_IN, on_shim_exit, self);
  if (stop)
    process_stop (&self->run, (TcStopMode) (stop - 1));
  tc_run_note (&self->run, TC_LEVEL_DEBUG, _("Started process %d: %s"), (int) start->pid, start->command);
  tc_run_tell_started (&self->run, NULL);
}

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  ProcessStart *start = g_task_get_task_data (G_TASK (result));
  ProcessRun *self = start->owner;
  g_autoptr(GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (!self)
        return;
      self->start = NULL;
      self->state = ENDED;
      tc_run_tell_error (&self->run, error);
      return;
    }
  if (!self)
    return;
  self->start = NULL;
  run_shim (self, start);
}

static ProcessRun *
run_new (TcRunnerHost    *host,
         const char      *effect_id,
         const TcRunSink *sink,
         gpointer         data)
{
  ProcessRun *self = g_new0 (ProcessRun, 1);

  tc_run_init (&self->run, &tc_runner_process, host, effect_id, sink, data);
  self->pidfd = self->ctl = self->watch = -1;
  return self;
}

static TcRun *
process_start (TcRunnerHost    *host,
               TcRunSpec       *spec,
               const char      *effect_id,
               const TcRunSink *sink,
               gpointer         data)
{
  ProcessRun *self = run_new (host, effect_id, sink, data);
  ProcessStart *start = g_new0 (ProcessStart, 1);
  g_autoptr(GTask) task = g_task_new (NULL, NULL, on_started, NULL);

  g_ptr_array_add (spec->argv, NULL);
  start->command = g_strjoinv (" ", (char **) spec->argv->pdata);
  g_ptr_array_set_size (spec->argv, (int) spec->argv->len - 1);
  start->owner = self;
  start->spec = spec;
  start->directory = g_strdup (self->run.directory);
  start->shim = g_strdup (host->shim);
  start->nofile = host->nofile;
  start->pidfd = start->ctl = -1;
  self->start = start;
  self->grace_us = spec->grace_us;
  g_task_set_task_data (task, start, (GDestroyNotify) start_free);
  g_task_run_in_thread (task, start_on_worker);
  return &self->run;
}

static void
tell_adopted (TcRun *run)
{
  ProcessRun *self = (ProcessRun *) run;

  tell_waiting (self);
  tc_run_tell_started (run, NULL);
  /* It may have ended between the look at the lock and this call, or before the watch was set. */
  if (self->state == RUNNING && !tc_run_directory_is_locked (run->directory))
    end_from_files (run);
}

static TcRun *
process_adopt (TcRunnerHost    *host,
               const char      *effect_id,
               const TcRunSink *sink,
               gpointer         data)
{
  ProcessRun *self = run_new (host, effect_id, sink, data);
  g_autoptr(TcRunSpec) spec = tc_run_load_spec (host->data_dir, effect_id, NULL);
  g_autofree char *ctl = g_build_filename (self->run.directory, "ctl", NULL);

  self->grace_us = spec ? spec->grace_us : 0;
  watch_lock (self);
  if (tc_run_directory_is_locked (self->run.directory))
    {
      self->state = RUNNING;
      self->ctl = open (ctl, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      tc_run_later (&self->run, tell_adopted);
    }
  else
    tc_run_later (&self->run, end_from_files);
  return &self->run;
}

static void
process_free (TcRun *run)
{
  ProcessRun *self = (ProcessRun *) run;

  if (self->start)
    self->start->owner = NULL;
  forget_descriptors (self);
  if (run->ended)
    tc_run_remove_directory (run);
  tc_run_clear (run);
  g_free (self);
}

TcProcessWatch *
tc_process_watch_new (TcRunnerHost *host)
{
  TcProcessWatch *self = g_new0 (TcProcessWatch, 1);

  self->host = host;
  self->by_watch = g_hash_table_new (NULL, NULL);
  self->inotify = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);       /* -1: adding a watch fails with EBADF, then we look from time to time */
  if (self->inotify >= 0)
    tc_fd_set_watch (host->fds, self->inotify, G_IO_IN, on_lock_events, self);
  return self;
}

void
tc_process_watch_free (TcProcessWatch *self)
{
  if (self->inotify >= 0)
    tc_fd_set_forget (self->host->fds, self->inotify);
  tc_fd_clear (&self->inotify);
  g_hash_table_unref (self->by_watch);
  g_free (self);
}

static const char *const process_aliases[] = { "io.kestra.core.runners.ProcessTaskRunner", "io.kestra.plugin.core.runner.ProcessTaskRunner", NULL };
static const char *const process_examples[] = {
  "taskRunner:\n  type: io.kestra.plugin.core.runner.Process\n",
  NULL
};
static const TcProp process_props[] = {
  { "version", TC_KIND_STRING, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Version of the runner. Accepted and ignored: there is one.") },
  { 0 }
};

const TcRunnerClass tc_runner_process = {
  .info = {
    .type = "io.kestra.plugin.core.runner.Process",
    .aliases = process_aliases,
    .title = N_("Process"),
    .doc = N_("Runs the task as a process on this computer, with its programs and files. Nothing has to be installed or pulled first."),
    .examples = process_examples,
    .props = process_props,
    .props_size = sizeof (char *),
  },
  .start = process_start,
  .adopt = process_adopt,
  .stop = process_stop,
  .free = process_free,
};
