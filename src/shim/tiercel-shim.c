/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tiercel-shim NOFILE DIRECTORY PROGRAM ARG0 [ARG…]: runs one program and outlives the engine that asked for it.
 *
 * Started in a run directory with descriptor 3 on its locked `lock` file and 4 on its `ctl` FIFO. NOFILE is the soft limit on open
 * files to give back to the program; its environment is ours. The lock is held while we live: nothing else says that the run goes on.
 *
 *   `ctl`     commands, a line each: `ask MILLISECONDS` (SIGTERM to the whole tree, SIGKILL that much later), `kill`.
 *   `lock`    "pid PID waits ERRNO": the program, and why its output waits (ENOSPC) or 0.
 *   `output`  frames as described in src/runners/tc-output-file.h: both streams in order of arrival.
 *   `exit`    "key value" lines and "end", renamed from `exit.new`, which the engine wrote beforehand so that a full disk cannot
 *             keep the result back. Nothing is synced: `output_bytes` tells a reader after a power cut whether the output is whole.
 *
 * S1 A run ends when the program has ended and nobody holds its pipes; once stopped, only when no descendant is left.
 * S2 Every descendant stays below us (child subreaper), whatever it forks, so killing our children until there are none kills all.
 * S3 No byte read is dropped while the run goes on: when the disk is full we stop reading, and the program waits.
 */
#include "tc-shim-tree.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_FD = 3, CTL_FD = 4, HEADER = 16, CHUNK = 65536, RETRY_MS = 250, GRACE_MS = 5000, KILL_LIMIT_MS = 10000 };

struct shim
{
  int signals, output, pipes[2];        /* pipes: of stdout and stderr, -1 once at their end */
  pid_t program;                        /* 0 once reaped */
  int status, spawn_errno, output_errno;
  const char *failed;                   /* what spawn_errno is about */
  int64_t started_ns, ended_ns, kill_at_ms;
  bool stopping, killed, waits;
  uint64_t output_bytes;                /* complete frames */
  size_t frame_done, frame_length;      /* of the frame being written; 0: none */
  char frame[HEADER + CHUNK];
};

static int64_t
clock_ns (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec * INT64_C (1000000000) + now.tv_nsec;
}

static int64_t
monotonic_ms (void)
{
  return clock_ns (CLOCK_MONOTONIC) / 1000000;
}

static void
put_big_endian (char *at, uint64_t value, int bytes)
{
  while (bytes-- > 0)
    {
      at[bytes] = (char) (value & 0xff);
      value >>= 8;
    }
}

static void
tell_status (const struct shim *self)
{
  char line[40];
  int n = snprintf (line, sizeof line, "pid %-10d waits %-4d\n", (int) self->program, self->waits ? self->output_errno : 0);

  (void) !pwrite (LOCK_FD, line, (size_t) n, 0);
}

/* Reaps what ended, orphans too. False: there is no child left, and so no descendant. */
static bool
reap (struct shim *self)
{
  int status;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (pid == self->program)
      {
        self->program = 0;
        self->status = status;
        self->ended_ns = clock_ns (CLOCK_REALTIME);
      }
  return pid == 0;
}

static void
kill_tree (struct shim *self)
{
  int64_t limit = monotonic_ms () + KILL_LIMIT_MS;

  self->killed = true;
  while (reap (self) && monotonic_ms () < limit)
    {
      tc_shim_signal_tree (self->program, SIGKILL);
      usleep (500);
    }
}

static void
write_frame (struct shim *self)
{
  while (self->frame_done < self->frame_length)
    {
      ssize_t n = write (self->output, self->frame + self->frame_done, self->frame_length - self->frame_done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          bool was = self->waits;

          self->output_errno = errno;
          self->waits = errno == ENOSPC || errno == EDQUOT;
          if (self->waits != was)
            tell_status (self);
          return;
        }
      self->frame_done += (size_t) n;
    }
  self->output_bytes += self->frame_length;
  self->frame_done = self->frame_length = 0;
  self->output_errno = 0;
  if (self->waits)
    {
      self->waits = false;
      tell_status (self);
    }
}

static void
read_pipe (struct shim *self, int index)
{
  ssize_t n = read (self->pipes[index], self->frame + HEADER, CHUNK);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      close (self->pipes[index]);
      self->pipes[index] = -1;
      return;
    }
  memset (self->frame, 0, HEADER);
  self->frame[0] = (char) (index + 1);
  put_big_endian (self->frame + 4, (uint64_t) n, 4);
  put_big_endian (self->frame + 8, (uint64_t) clock_ns (CLOCK_REALTIME), 8);
  self->frame_length = HEADER + (size_t) n;
  write_frame (self);
}

/* After a kill: what the pipes still hold. Somebody outside the tree may keep them open, so their end is not waited for. */
static void
drain_pipes (struct shim *self)
{
  write_frame (self);
  for (int i = 0; i < 2; i++)
    for (int chunks = 0; self->pipes[i] >= 0 && self->frame_length == 0 && chunks < 1024; chunks++)
      {
        struct pollfd ready = { .fd = self->pipes[i], .events = POLLIN };

        if (poll (&ready, 1, 0) <= 0)
          break;
        read_pipe (self, i);
      }
  if (self->frame_length > 0 && ftruncate (self->output, (off_t) self->output_bytes) == 0)
    self->frame_length = 0;
}

static void
ask (struct shim *self, long grace_ms)
{
  int64_t at = monotonic_ms () + (grace_ms > 0 ? grace_ms : 0);

  if (!self->stopping || at < self->kill_at_ms)
    self->kill_at_ms = at;
  self->stopping = true;
  tc_shim_signal_tree (self->program, SIGTERM);
}

static void
read_commands (struct shim *self)
{
  char text[512], *save = NULL;
  ssize_t n = read (CTL_FD, text, sizeof text - 1);

  text[n > 0 ? n : 0] = '\0';
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      if (strncmp (line, "ask ", 4) == 0)
        ask (self, strtol (line + 4, NULL, 10));
      else if (strcmp (line, "kill") == 0)
        {
          self->stopping = true;
          self->kill_at_ms = monotonic_ms ();
        }
    }
}

static void
read_signals (struct shim *self)
{
  struct signalfd_siginfo info;

  while (read (self->signals, &info, sizeof info) == sizeof info)
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
      ask (self, GRACE_MS);             /* the session ends: what it tells us it means for the program */
}

static int
spawn_program (struct shim *self, rlim_t nofile, const char *directory, const char *program, char **argv, const int ends[2])
{
  int folder = open (directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct rlimit limit;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all, none;
  int error;

  self->failed = "directory";
  if (folder < 0)
    return errno;
  self->failed = "program";
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && nofile <= limit.rlim_max)
    {
      limit.rlim_cur = nofile;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  sigfillset (&all);
  sigemptyset (&none);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_addopen (&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2 (&actions, ends[0], 1);
  posix_spawn_file_actions_adddup2 (&actions, ends[1], 2);
  posix_spawn_file_actions_addfchdir_np (&actions, folder);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  error = posix_spawn (&self->program, program, &actions, &attributes, argv, environ);
  close (folder);
  return error;
}

static bool
start (struct shim *self, char **argv)
{
  int out[2], err[2];
  sigset_t all;

  sigfillset (&all);
  sigprocmask (SIG_BLOCK, &all, NULL);
  self->failed = "pipe";
  self->spawn_errno = EMFILE;
  self->signals = signalfd (-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
  self->output = open ("output", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (self->signals < 0 || self->output < 0 || pipe2 (out, O_CLOEXEC) < 0 || pipe2 (err, O_CLOEXEC) < 0)
    return false;
  self->pipes[0] = out[0];
  self->pipes[1] = err[0];
  self->started_ns = clock_ns (CLOCK_REALTIME);
  self->spawn_errno = spawn_program (self, strtoul (argv[1], NULL, 10), argv[2], argv[3], argv + 4, (int[]) { out[1], err[1] });
  close (out[1]);
  close (err[1]);
  if (self->spawn_errno)
    self->program = 0;
  tell_status (self);
  return self->spawn_errno == 0;
}

static int
timeout_ms (const struct shim *self)
{
  int64_t left = self->kill_at_ms - monotonic_ms ();
  int timeout = self->waits ? RETRY_MS : -1;

  if (self->stopping && (timeout < 0 || left < timeout))
    timeout = left > 0 ? (int) left : 0;
  return timeout;
}

/* S1 */
static bool
goes_on (struct shim *self)
{
  bool children = reap (self);

  if (self->frame_length > 0 || self->pipes[0] >= 0 || self->pipes[1] >= 0)
    return true;
  return children && (self->program > 0 || self->stopping);
}

static void
follow (struct shim *self)
{
  while (goes_on (self))
    {
      bool full = self->frame_length > 0;
      struct pollfd fds[] = {
        { .fd = self->signals, .events = POLLIN },
        { .fd = CTL_FD, .events = POLLIN },
        { .fd = full ? -1 : self->pipes[0], .events = POLLIN },
        { .fd = full ? -1 : self->pipes[1], .events = POLLIN },
      };

      if (poll (fds, 4, timeout_ms (self)) < 0 && errno != EINTR)
        break;
      if (fds[0].revents)
        read_signals (self);
      if (fds[1].revents)
        read_commands (self);
      if (full)
        write_frame (self);
      for (int i = 0; i < 2; i++)
        if (fds[2 + i].revents && self->frame_length == 0)
          read_pipe (self, i);
      if ((self->stopping && monotonic_ms () >= self->kill_at_ms) || (self->output_errno && !self->waits))
        {
          kill_tree (self);
          drain_pipes (self);
          break;
        }
    }
}

static int
write_exit (const struct shim *self)
{
  struct rusage usage;
  char text[512];
  int n, fd;

  getrusage (RUSAGE_CHILDREN, &usage);
  n = snprintf (text, sizeof text,
                "code %d\nsignal %d\nkilled %d\nstopped %d\nspawn_errno %d\nspawn_failed %s\n"
                "started_ns %lld\nended_ns %lld\npeak_bytes %lld\noutput_bytes %llu\noutput_errno %d\nend\n",
                WIFEXITED (self->status) ? WEXITSTATUS (self->status) : -1, WIFSIGNALED (self->status) ? WTERMSIG (self->status) : 0,
                self->killed, self->stopping, self->spawn_errno, self->spawn_errno ? self->failed : "-",
                (long long) self->started_ns, (long long) self->ended_ns, (long long) usage.ru_maxrss * 1024,
                (unsigned long long) self->output_bytes, self->output_errno);
  fd = open ("exit.new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || pwrite (fd, text, (size_t) n, 0) != n || rename ("exit.new", "exit") < 0)
    return 1;
  return 0;
}

int
main (int argc, char **argv)
{
  struct shim self = { .pipes = { -1, -1 }, .status = SIGKILL };     /* as if killed, until we know better */

  if (argc < 5 || fcntl (LOCK_FD, F_SETFD, FD_CLOEXEC) < 0 || fcntl (CTL_FD, F_SETFD, FD_CLOEXEC) < 0)
    {
      fputs ("tiercel-shim runs one program for Tiercel and is not started by hand.\n", stderr);
      return 2;
    }
  setsid ();
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  if (start (&self, argv))
    follow (&self);
  return write_exit (&self);
}
