/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real processes, well-behaved and hostile. Every script names itself by a mark in its environment, so that survivors can be found. */
#include "config.h"

#include "trial.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* How many processes have @mark in their environment, the supervisor not counted. */
static guint
count_marked (const char *mark)
{
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (proc)))
    {
      g_autofree char *path = g_build_filename ("/proc", name, "environ", NULL);
      g_autofree char *comm_path = g_build_filename ("/proc", name, "comm", NULL);
      g_autofree char *text = NULL, *comm = NULL;
      size_t length;

      if (g_ascii_isdigit (*name) && g_file_get_contents (path, &text, &length, NULL) && length > 0
          && memmem (text, length, mark, strlen (mark)) && g_file_get_contents (comm_path, &comm, NULL, NULL)
          && !g_str_has_prefix (comm, "tiercel-shim"))
        n++;
    }
  return n;
}

static char *
add_mark (TcRunSpec *spec)
{
  char *mark = g_strdup_printf ("TC_MARK=%x%x", g_random_int (), g_random_int ());

  g_ptr_array_add (spec->env, g_strdup (mark));
  return mark;
}

static void
test_streams (Bench        *bench,
              gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, bench_sh (bench, "echo 0; echo 1; >&2 echo 2; printf 'a\\rb\\r\\nc'"));

  trial_wait (trial);
  g_assert_no_error (trial->error);
  g_assert_true (trial->is_started);
  g_assert_cmpint (trial->end.exit_code, ==, 0);
  g_assert_cmpint (trial->end.signal, ==, 0);
  g_assert_false (trial->end.stopped);
  g_assert_cmpint (trial->end.started_us, >, 0);
  g_assert_cmpint (trial->end.ended_us, >=, trial->end.started_us);
  g_assert_cmpint (trial->end.peak_bytes, >, 100000);
  trial_expect (trial, 1, "0\n1\na\nb\nc");
  trial_expect (trial, 2, "2");
}

static void
test_exit_codes (Bench        *bench,
                 gconstpointer unused)
{
  static const struct { const char *script; int code, signal; } cases[] = {
    { "exit 66", 66, 0 }, { "kill -9 $$", 137, SIGKILL }, { "kill -TERM $$", 143, SIGTERM }, { "nosuchcommand_tc", 127, 0 },
    { "kill -SEGV $$", 139, SIGSEGV }, { "kill -TERM 0; sleep 5", 143, SIGTERM },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(Trial) trial = trial_start (bench, PROCESS, bench_sh (bench, cases[i].script));

      trial_wait (trial);
      g_assert_no_error (trial->error);
      g_assert_cmpint (trial->end.exit_code, ==, cases[i].code);
      g_assert_cmpint (trial->end.signal, ==, cases[i].signal);
    }
}

static void
test_surroundings (Bench        *bench,
                   gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "pwd; cat | wc -c; echo \"[$FOO]\"; echo \"${TC_GONE-unset}\"; ls /proc/self/fd | wc -l; ulimit -Sn");
  g_autofree char *expected = NULL;
  g_autoptr(Trial) trial = NULL;

  g_setenv ("TC_GONE", "x", TRUE);
  spec->inherit_env = FALSE;
  g_ptr_array_add (spec->env, g_strdup ("FOO=first"));
  g_ptr_array_add (spec->env, g_strdup ("PATH=/usr/bin:/bin"));
  g_ptr_array_add (spec->env, g_strdup ("FOO=b  a \"r"));
  trial = trial_start (bench, PROCESS, spec);
  trial_wait (trial);
  /* ls has 0, 1, 2 and the folder it reads: nothing of ours leaks. The soft limit is the one from before the host raised it. */
  expected = g_strdup_printf ("%s\n0\n[b  a \"r]\nunset\n4\n%s", bench->directory, g_getenv ("TC_TEST_NOFILE"));
  trial_expect (trial, 1, expected);
}

static void
test_programs (Bench        *bench,
               gconstpointer unused)
{
  static const struct { const char *program; TcRunError code; const char *message; gboolean missing; } cases[] = {
    { "/no/such/shell", TC_RUN_ERROR_PROGRAM, "Cannot run program \"/no/such/shell\": No such file or directory", TRUE },
    { "tc_no_such_program", TC_RUN_ERROR_PROGRAM, "Cannot run program \"tc_no_such_program\": No such file or directory", TRUE },
    { "/etc/passwd", TC_RUN_ERROR_PROGRAM, "Cannot run program \"/etc/passwd\": Permission denied" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(Trial) trial = trial_start (bench, PROCESS, bench_spec (bench, cases[i].program, "x", NULL));

      trial_wait (trial);
      g_assert_error (trial->error, TC_RUN_ERROR, (int) cases[i].code);
      g_assert_true (g_str_has_prefix (trial->error->message, cases[i].message));
      g_assert_cmpint (strstr (trial->error->message, "Install it") != NULL, ==, cases[i].missing);
      g_assert_cmpint (trial->end.exit_code, ==, -1);
      g_assert_false (trial->end.lost);
    }
}

static void
test_nothing_to_run (Bench        *bench,
                     gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, bench_spec (bench, NULL));

  trial_wait (trial);
  g_assert_error (trial->error, TC_RUN_ERROR, TC_RUN_ERROR_SPEC);
}

static void
test_long_script (Bench        *bench,
                  gconstpointer unused)
{
  g_autofree char *filler = g_strnfill (200000, 'x');
  g_autofree char *script = g_strdup_printf ("# %s\necho big\n", filler);
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, bench_sh (bench, script));
  g_autoptr(Trial) other = trial_start (bench, PROCESS, bench_spec (bench, "/bin/echo", script, NULL));

  trial_wait (trial);
  g_assert_no_error (trial->error);
  trial_expect (trial, 1, "big");
  trial_wait (other);
  g_assert_error (other->error, TC_RUN_ERROR, TC_RUN_ERROR_PROGRAM);
  g_assert_cmpstr (other->error->message, ==, "Cannot run program \"/bin/echo\": Argument list too long");
}

static TcFileIn *
file_in (const char *path,
         const char *text)
{
  TcFileIn *file = g_new0 (TcFileIn, 1);

  file->path = g_strdup (path);
  file->text = tc_value_string (text);
  file->mode = 0644;
  return file;
}

static void
test_files_in (Bench        *bench,
               gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "cat a.txt d/e/b.json; ./a.txt");
  g_autoptr(Trial) trial = NULL;

  g_ptr_array_add (spec->files, file_in ("a.txt", "one\n"));
  g_ptr_array_add (spec->files, file_in ("d/e/b.json", "{\"x\":1}"));
  g_ptr_array_add (spec->files, file_in ("a.txt", "two\n"));
  trial = trial_start (bench, PROCESS, spec);
  trial_wait (trial);
  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 126);
  trial_expect (trial, 1, "two\n{\"x\":1}");
}

static void
test_files_stay_inside (Bench        *bench,
                        gconstpointer unused)
{
  static const char *const bad[] = { "../x", "/etc/x", "a/../../x", "", "link/x", "a//b" };
  g_autofree char *link = g_build_filename (bench->directory, "link", NULL);
  g_autofree char *outside = g_build_filename (bench->root, "x", NULL);

  g_mkdir_with_parents (bench->directory, 0700);
  g_assert_cmpint (symlink ("..", link), ==, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      TcRunSpec *spec = bench_sh (bench, "echo ran");
      g_autoptr(Trial) trial = NULL;

      g_ptr_array_add (spec->files, file_in (bad[i], "escaped"));
      trial = trial_start (bench, PROCESS, spec);
      trial_wait (trial);
      g_assert_error (trial->error, TC_RUN_ERROR, TC_RUN_ERROR_FILES);
      g_assert_false (trial->is_started);
    }
  g_assert_false (g_file_test (outside, G_FILE_TEST_EXISTS));
}

/* A file replaces a symbolic link of its name; it is not written through it. */
static void
test_file_replaces_link (Bench        *bench,
                         gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "cat f");
  g_autofree char *link = g_build_filename (bench->directory, "f", NULL);
  g_autofree char *outside = g_build_filename (bench->root, "x", NULL);
  g_autofree char *text = NULL;
  g_autoptr(Trial) trial = NULL;

  g_mkdir_with_parents (bench->directory, 0700);
  g_file_set_contents (outside, "old", -1, NULL);
  g_assert_cmpint (symlink (outside, link), ==, 0);
  g_ptr_array_add (spec->files, file_in ("f", "new"));
  trial = trial_start (bench, PROCESS, spec);
  trial_wait (trial);
  trial_expect (trial, 1, "new");
  g_file_get_contents (outside, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, "old");
}

static void
test_collect (Bench        *bench,
              gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "mkdir -p d/e; touch top.txt .h.txt z.csv d/x.txt d/e/y.txt; ln -s top.txt link.txt; ln -s / d/root");
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, spec);
  g_autoptr(TcRunSpec) loaded = NULL;
  g_autoptr(GPtrArray) files = NULL;
  g_autoptr(GError) error = NULL;

  trial_wait (trial);
  loaded = tc_run_load_spec (bench->data_dir, trial->effect_id, &error);
  g_assert_no_error (error);
  g_ptr_array_add (loaded->outputs, g_strdup ("*.txt"));
  g_ptr_array_add (loaded->outputs, g_strdup ("**/y.txt"));
  files = tc_run_collect (loaded, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 3);
  g_assert_cmpstr (((TcFileOut *) files->pdata[0])->key, ==, ".h.txt");
  g_assert_cmpstr (((TcFileOut *) files->pdata[1])->key, ==, "d/e/y.txt");
  g_assert_cmpstr (((TcFileOut *) files->pdata[2])->key, ==, "top.txt");
}

static void
test_background_child (Bench        *bench,
                       gconstpointer unused)
{
  g_autoptr(Trial) holds = trial_start (bench, PROCESS, bench_sh (bench, "(sleep 0.4; echo late) & echo now"));
  TcRunSpec *spec = bench_sh (bench, "sleep 300 >/dev/null 2>&1 & echo now");
  g_autofree char *mark = add_mark (spec);
  g_autoptr(Trial) leaves = trial_start (bench, PROCESS, spec);
  int64_t begun = g_get_monotonic_time ();

  trial_wait (leaves);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_marked (mark), ==, 1);       /* a daemon may stay, as in Kestra */
  trial_wait (holds);
  trial_expect (holds, 1, "now\nlate");
  for (guint i = 0; i < 100000; i++)                     /* end the daemon: by its mark, not by a name */
    {
      g_autofree char *path = g_strdup_printf ("/proc/%u/environ", i);
      g_autofree char *text = NULL;
      size_t length;

      if (g_file_get_contents (path, &text, &length, NULL) && length && memmem (text, length, mark, strlen (mark)))
        kill ((pid_t) i, SIGKILL);
    }
}

static const char *const hostile[] = {
  "sleep 300",
  "trap '' TERM; while :; do sleep 1; done",
  "(setsid sh -c 'trap \"\" TERM; sleep 300; sleep 300' &) ; sleep 300",
  "(setsid sh -c '(setsid sh -c \"trap : TERM; sleep 300; sleep 300\" &) ; exit' &) ; sleep 300",
  "sleep 300 & kill -STOP $!; sh -c 'kill -STOP $$'",
  "trap '' TERM HUP INT; (trap '' TERM; sleep 300 & sleep 300 & wait) & (setsid sh -c 'exec >/dev/null 2>&1; trap \"\" TERM; sleep 300' &) ; exit 0",
  "f() { sleep 0.02; f & }; trap '' TERM; f; f; f; wait; sleep 300",
  "trap '' TERM; i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1)); done; wait",
};

static void
check_stop (Bench      *bench,
            const char *script,
            TcStopMode  mode)
{
  TcRunSpec *spec = bench_sh (bench, script);
  int64_t allowed = (mode == TC_STOP_ASK ? spec->grace_us : 0) + 100000, begun, took;
  g_autofree char *mark = add_mark (spec);
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, spec);

  trial_wait_started (trial);
  bench_pause (500000);
  if (!trial->is_ended)
    g_assert_cmpuint (count_marked (mark), >, 0);
  begun = g_get_monotonic_time ();
  tc_run_stop (trial->run, mode);
  trial_wait (trial);
  took = g_get_monotonic_time () - begun;
  g_test_message ("%s: gone after %" G_GINT64_FORMAT " ms", script, took / 1000);
  g_assert_cmpuint (count_marked (mark), ==, 0);
  if (!g_getenv ("TC_TEST_LENIENT"))
    g_assert_cmpint (took, <, allowed + 700000);      /* slack for a loaded machine */
  g_assert_true (trial->end.stopped);
  g_assert_no_error (trial->error);
}

static void
test_kill_hostile (Bench        *bench,
                   gconstpointer unused)
{
  for (size_t i = 0; i < G_N_ELEMENTS (hostile); i++)
    check_stop (bench, hostile[i], TC_STOP_KILL);
}

static void
test_ask_hostile (Bench        *bench,
                  gconstpointer unused)
{
  for (size_t i = 0; i < G_N_ELEMENTS (hostile); i++)
    check_stop (bench, hostile[i], TC_STOP_ASK);
}

static void
test_ask_kindly (Bench        *bench,
                 gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done");
  g_autoptr(Trial) trial = NULL;

  spec->grace_us = 20 * G_USEC_PER_SEC;
  trial = trial_start (bench, PROCESS, spec);
  trial_wait_started (trial);
  bench_pause (200000);
  tc_run_stop (trial->run, TC_STOP_ASK);
  trial_wait (trial);
  g_assert_cmpint (trial->end.exit_code, ==, 3);
  g_assert_true (trial->end.stopped);
  trial_expect (trial, 1, "up\nbye");
}

static void
test_stop_at_once (Bench        *bench,
                   gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "sleep 300");
  g_autofree char *mark = add_mark (spec);
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, spec);

  tc_run_stop (trial->run, TC_STOP_KILL);
  trial_wait (trial);
  g_assert_true (trial->end.stopped);
  g_assert_cmpuint (count_marked (mark), ==, 0);
}

static void
test_adopt_running (Bench        *bench,
                    gconstpointer unused)
{
  g_autoptr(Trial) first = trial_start (bench, PROCESS, bench_sh (bench, "echo one; sleep 0.5; echo two; exit 5"));
  g_autoptr(Trial) second = NULL;

  trial_wait_started (first);
  g_clear_pointer (&first->run, tc_run_free);
  bench_restart (bench);
  second = trial_adopt (bench, PROCESS, first->effect_id);
  trial_wait_started (second);
  g_assert_false (second->is_ended);
  trial_wait (second);
  g_assert_no_error (second->error);
  g_assert_cmpint (second->end.exit_code, ==, 5);
  trial_expect (second, 1, "one\ntwo");
}

static void
test_adopt_and_kill (Bench        *bench,
                     gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "sleep 300 & sleep 300");
  g_autofree char *mark = add_mark (spec);
  g_autoptr(Trial) first = trial_start (bench, PROCESS, spec);
  g_autoptr(Trial) second = NULL;

  trial_wait_started (first);
  g_clear_pointer (&first->run, tc_run_free);
  bench_restart (bench);
  second = trial_adopt (bench, PROCESS, first->effect_id);
  trial_wait_started (second);
  tc_run_stop (second->run, TC_STOP_KILL);
  trial_wait (second);
  g_assert_true (second->end.stopped);
  g_assert_cmpuint (count_marked (mark), ==, 0);
}

static void
test_adopt_ended (Bench        *bench,
                  gconstpointer unused)
{
  g_autoptr(Trial) first = trial_start (bench, PROCESS, bench_sh (bench, "echo done; exit 7"));
  g_autoptr(Trial) second = NULL, third = NULL;
  g_autofree char *directory = tc_run_directory (bench->data_dir, first->effect_id);

  trial_wait_started (first);
  g_clear_pointer (&first->run, tc_run_free);
  bench_restart (bench);
  bench_pause (300000);
  second = trial_adopt (bench, PROCESS, first->effect_id);
  trial_wait (second);
  g_assert_cmpint (second->end.exit_code, ==, 7);
  trial_expect (second, 1, "done");
  g_clear_pointer (&second->run, tc_run_free);       /* ended: this removes the directory */
  for (int i = 0; i < 100 && g_file_test (directory, G_FILE_TEST_EXISTS); i++)
    bench_pause (10000);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  third = trial_adopt (bench, PROCESS, first->effect_id);
  trial_wait (third);
  g_assert_true (third->end.lost);
  g_assert_error (third->error, TC_RUN_ERROR, TC_RUN_ERROR_LOST);
}

static void
test_killed_engine (Bench        *bench,
                    gconstpointer unused)
{
  g_autofree char *effect_id = bench_run_and_die (bench, PROCESS, "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done; exit 9", NULL, 200000);
  g_autoptr(Trial) trial = trial_adopt (bench, PROCESS, effect_id);

  trial_wait (trial);
  g_assert_no_error (trial->error);
  g_assert_true (trial->is_started);
  g_assert_cmpint (trial->end.exit_code, ==, 9);
  trial_expect (trial, 1, "1\n2\n3\n4\n5\n6\n7\n8");
}

/* Killed at any moment of the start: the run either goes on and is adopted, or never began and is lost; never is it both. */
static void
test_killed_while_starting (Bench        *bench,
                            gconstpointer unused)
{
  g_autofree char *ran = g_build_filename (bench->root, "ran", NULL);
  g_autofree char *script = g_strdup_printf ("echo x >>%s; exit 3", ran);
  guint lost = 0, adopted = 0;

  for (int i = 0; i < 60; i++)
    {
      g_autofree char *effect_id = bench_run_and_die (bench, PROCESS, script, NULL, -1 - i * 100);
      g_autoptr(Trial) trial = trial_adopt (bench, PROCESS, effect_id);
      g_autofree char *text = NULL;

      trial_wait (trial);
      bench_pause (20000);
      if (!g_file_get_contents (ran, &text, NULL, NULL))
        text = g_strdup ("");
      g_remove (ran);
      g_assert_cmpstr (text, ==, trial->end.lost ? "" : "x\n");
      if (!trial->end.lost)
        g_assert_cmpint (trial->end.exit_code, ==, 3);
      *(trial->end.lost ? &lost : &adopted) += 1;
    }
  g_test_message ("%u lost, %u adopted", lost, adopted);
}

/* A file system without room: the program waits, nothing is lost, and it goes on when there is room. */
static void
test_full_disk (Bench        *bench,
                gconstpointer unused)
{
  g_autofree char *filler = g_build_filename (bench->data_dir, "filler", NULL);
  g_autofree char *text = g_strnfill (4096, 'f');
  g_autoptr(Trial) trial = NULL, stopped = NULL;
  int fd;

  tc_runner_host_free (g_steal_pointer (&bench->host));
  if (!g_getenv ("TC_TEST_OWN_MOUNTS") || mount ("tc-test", bench->data_dir, "tmpfs", 0, "size=1m") != 0)
    {
      g_test_skip ("no file system can be mounted here");
      bench_restart (bench);
      return;
    }
  bench_restart (bench);
  trial = trial_start (bench, PROCESS, bench_sh (bench, "sleep 0.5; seq 1 200000"));
  trial_wait_started (trial);
  fd = open (filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  while (write (fd, text, 4096) > 0)
    continue;
  for (int i = 0; i < 100 && !strstr (trial->notes->str, "WARN The output cannot be stored"); i++)
    bench_pause (50000);
  g_assert_nonnull (strstr (trial->notes->str, "WARN The output cannot be stored"));
  g_assert_false (trial->is_ended);
  g_assert_cmpint (mount (NULL, bench->data_dir, NULL, MS_REMOUNT, "size=64m"), ==, 0);
  trial_wait (trial);
  g_assert_no_error (trial->error);
  g_assert_nonnull (strstr (trial->notes->str, "INFO The output can be stored again"));
  g_assert_cmpuint (trial_count (trial, 1), ==, 200000);
  stopped = trial_start (bench, PROCESS, bench_sh (bench, "sleep 0.5; seq 1 200000"));
  trial_wait_started (stopped);
  while (write (fd, text, 4096) > 0)
    continue;
  for (int i = 0; i < 100 && !strstr (stopped->notes->str, "WARN The output cannot be stored"); i++)
    bench_pause (50000);
  tc_run_stop (stopped->run, TC_STOP_KILL);
  trial_wait (stopped);
  g_assert_error (stopped->error, TC_RUN_ERROR, TC_RUN_ERROR_OUTPUT);
  g_assert_true (stopped->end.stopped);
  close (fd);
  g_clear_pointer (&trial, trial_free);
  g_clear_pointer (&stopped, trial_free);
  tc_runner_host_free (g_steal_pointer (&bench->host));
  g_assert_cmpint (umount2 (bench->data_dir, MNT_DETACH), ==, 0);
  bench_restart (bench);
}

static void
test_shim_killed (Bench        *bench,
                  gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "sleep 300");
  g_autofree char *mark = add_mark (spec);
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, spec);
  const char *started;
  int pid = 0;

  trial_wait_started (trial);
  bench_pause (100000);
  started = strstr (trial->notes->str, "Started process ");
  g_assert_nonnull (started);
  g_assert_cmpint (sscanf (started, "Started process %d", &pid), ==, 1);
  kill (pid, SIGKILL);
  trial_wait (trial);
  g_assert_true (trial->end.lost);
  g_assert_error (trial->error, TC_RUN_ERROR, TC_RUN_ERROR_LOST);
  bench_pause (100000);
  g_assert_cmpuint (count_marked (mark), ==, 0);
}

/* A power cut that kept the result but not all of the output must not look like a whole run. */
static void
test_cut_output_is_lost (Bench        *bench,
                         gconstpointer unused)
{
  g_autoptr(Trial) first = trial_start (bench, PROCESS, bench_sh (bench, "echo text"));
  g_autoptr(Trial) second = NULL;
  g_autofree char *path = tc_run_output_path (bench->data_dir, first->effect_id);

  trial_wait_started (first);
  g_clear_pointer (&first->run, tc_run_free);
  bench_restart (bench);
  bench_pause (300000);
  g_assert_cmpint (truncate (path, 3), ==, 0);
  second = trial_adopt (bench, PROCESS, first->effect_id);
  trial_wait (second);
  g_assert_true (second->end.lost);
}

static void
test_sweep (Bench        *bench,
            gconstpointer unused)
{
  TcRunSpec *spec = bench_sh (bench, "sleep 300");
  g_autofree char *mark = add_mark (spec);
  g_autoptr(Trial) gone = trial_start (bench, PROCESS, spec);
  g_autoptr(Trial) kept = trial_start (bench, PROCESS, bench_sh (bench, "sleep 0.3; exit 4"));
  g_autoptr(Trial) adopted = NULL;
  g_autoptr(GHashTable) live = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *directory = tc_run_directory (bench->data_dir, gone->effect_id);

  trial_wait_started (gone);
  trial_wait_started (kept);
  g_clear_pointer (&gone->run, tc_run_free);
  g_clear_pointer (&kept->run, tc_run_free);
  bench_restart (bench);
  g_hash_table_add (live, kept->effect_id);
  tc_runner_host_sweep (bench->host, live);
  for (int i = 0; i < 300 && g_file_test (directory, G_FILE_TEST_EXISTS); i++)
    bench_pause (10000);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_marked (mark), ==, 0);
  adopted = trial_adopt (bench, PROCESS, kept->effect_id);
  trial_wait (adopted);
  g_assert_cmpint (adopted->end.exit_code, ==, 4);
}

static void
test_million_lines (Bench        *bench,
                    gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, bench_sh (bench, "seq 1 1000000; seq 1 1000 >&2"));
  g_autofree char *expected = NULL;
  GString *numbers = g_string_new (NULL);

  for (int i = 1; i <= 1000000; i++)
    g_string_append_printf (numbers, i < 1000000 ? "%d\n" : "%d", i);
  expected = g_string_free (numbers, FALSE);
  trial_wait (trial);
  trial_expect (trial, 1, expected);
  g_assert_cmpuint (trial_count (trial, 2), ==, 1000);
}

static void
test_long_line (Bench        *bench,
                gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, PROCESS, bench_sh (bench, "head -c 10000000 /dev/zero | tr '\\0' z; printf '\\nend'"));
  g_autofree char *text = NULL;

  trial_wait (trial);
  text = trial_output (trial, 1);
  g_assert_cmpuint (strlen (text), ==, 10000004);
  g_assert_cmpuint (strspn (text, "z"), ==, 10000000);
}

static void
test_thousand_at_once (Bench        *bench,
                       gconstpointer unused)
{
  enum { N = 1000 };
  g_autoptr(GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);

  for (int i = 0; i < N; i++)
    {
      g_autofree char *script = g_strdup_printf ("echo %d; sleep 3; exit %d", i, i % 7);

      g_ptr_array_add (trials, trial_start (bench, PROCESS, bench_sh (bench, script)));
    }
  for (int i = 0; i < N; i++)
    {
      Trial *trial = trials->pdata[i];
      g_autofree char *expected = g_strdup_printf ("%d", i);

      trial_wait (trial);
      g_assert_no_error (trial->error);
      g_assert_cmpint (trial->end.exit_code, ==, i % 7);
      trial_expect (trial, 1, expected);
    }
}

static void
add (const char *path,
     void      (*func) (Bench *, gconstpointer))
{
  g_test_add (path, Bench, NULL, bench_set_up, func, bench_tear_down);
}

int
main (int    argc,
      char **argv)
{
  struct rlimit limit;
  g_autofree char *soft = NULL;

  trial_die_if_asked (argc, argv);
  /* Before there is any thread: mounts of ours are for all of them, and for nobody else. */
  if (unshare (CLONE_NEWNS) == 0 && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
    g_setenv ("TC_TEST_OWN_MOUNTS", "1", TRUE);
  g_test_init (&argc, &argv, NULL);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MIN (limit.rlim_cur, 1024);
  setrlimit (RLIMIT_NOFILE, &limit);
  soft = g_strdup_printf ("%lu", (unsigned long) limit.rlim_cur);
  g_setenv ("TC_TEST_NOFILE", soft, TRUE);
  add ("/process/surroundings", test_surroundings);      /* first: later hosts find the limit raised already */
  add ("/process/streams", test_streams);
  add ("/process/exit-codes", test_exit_codes);
  add ("/process/programs", test_programs);
  add ("/process/nothing-to-run", test_nothing_to_run);
  add ("/process/long-script", test_long_script);
  add ("/process/files-in", test_files_in);
  add ("/process/files-stay-inside", test_files_stay_inside);
  add ("/process/file-replaces-link", test_file_replaces_link);
  add ("/process/collect", test_collect);
  add ("/process/background-child", test_background_child);
  add ("/process/kill-hostile", test_kill_hostile);
  add ("/process/ask-hostile", test_ask_hostile);
  add ("/process/ask-kindly", test_ask_kindly);
  add ("/process/stop-at-once", test_stop_at_once);
  add ("/process/adopt-running", test_adopt_running);
  add ("/process/adopt-and-kill", test_adopt_and_kill);
  add ("/process/adopt-ended", test_adopt_ended);
  add ("/process/killed-engine", test_killed_engine);
  add ("/process/killed-while-starting", test_killed_while_starting);
  add ("/process/full-disk", test_full_disk);
  add ("/process/shim-killed", test_shim_killed);
  add ("/process/cut-output-is-lost", test_cut_output_is_lost);
  add ("/process/sweep", test_sweep);
  add ("/process/million-lines", test_million_lines);
  add ("/process/long-line", test_long_line);
  add ("/process/thousand-at-once", test_thousand_at_once);
  return g_test_run ();
}
