/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real containers. Run by with-dockerd and with-registry (tests/tools), which start a private daemon and a registry. */
#include "config.h"

#include "tc-json.h"
#include "trial.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SHELL_IMAGE "tiercel-test/shell:1"

static char *
shell (const char *line)
{
  const char *argv[] = { "/bin/sh", "-c", line, NULL };
  g_autoptr(GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
  char *text = NULL;

  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, NULL));
  return g_strchomp (text);
}

/* The docker command, for looking from outside and for making trouble. Output without the last line end. */
static char *
docker (const char *arguments)
{
  g_autofree char *line = g_strdup_printf ("docker %s 2>&1", arguments);

  return shell (line);
}

/* with-dockerd obeys a FIFO. It answers by removing the file `busy`. */
static void
control_daemon (const char *command)
{
  const char *control = g_getenv ("TIERCEL_TEST_DOCKERD_CONTROL");
  g_autofree char *busy = g_strconcat (control, ".busy", NULL);
  g_autofree char *line = g_strconcat (command, "\n", NULL);
  int fd;

  g_assert_true (g_file_set_contents (busy, "", 0, NULL));
  fd = open (control, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (write (fd, line, strlen (line)), ==, (int) strlen (line));
  close (fd);
  for (int i = 0; i < 600 && g_file_test (busy, G_FILE_TEST_EXISTS); i++)
    bench_pause (50000);
  g_assert_false (g_file_test (busy, G_FILE_TEST_EXISTS));
}

static gboolean
is_podman (void)
{
  return g_strcmp0 (g_getenv ("TIERCEL_TEST_ENGINE"), "podman") == 0;
}

static TcRunSpec *
in_container (Bench      *bench,
              const char *script,
              const char *runner)       /* JSON members of taskRunner, or NULL */
{
  TcRunSpec *spec = bench_sh (bench, script);
  g_autofree char *text = g_strdup_printf ("{\"type\": \"" DOCKER "\"%s%s}", runner ? ", " : "", runner ? runner : "");
  g_autoptr(GError) error = NULL;

  spec->image = g_strdup (SHELL_IMAGE);
  spec->runner = tc_json_read (text, strlen (text), &error);
  g_assert_no_error (error);
  return spec;
}

static Trial *
run (Bench      *bench,
     const char *script,
     const char *runner)
{
  Trial *trial = trial_start (bench, DOCKER, in_container (bench, script, runner));

  trial_wait (trial);
  if (trial->error)
    g_test_message ("%s", trial->error->message);
  return trial;
}

static guint
count_containers (void)
{
  g_autofree char *ids = docker ("ps -aq --filter label=io.tiercel");
  g_auto(GStrv) lines = g_strsplit (ids, "\n", -1);

  return *ids ? g_strv_length (lines) : 0;
}

static void
expect_no_containers (void)
{
  for (int i = 0; i < 100 && count_containers () > 0; i++)
    bench_pause (50000);
  g_assert_cmpuint (count_containers (), ==, 0);
}

static void
test_hello (Bench        *bench,
            gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "echo hi; >&2 echo err; uname -s", NULL);

  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 0);
  g_assert_cmpuint (strlen (tc_value_get_str (trial->details, "containerId")), ==, 64);
  trial_expect (trial, 1, "hi\nLinux");
  trial_expect (trial, 2, "err");
  g_clear_pointer (&trial->run, tc_run_free);
  expect_no_containers ();
}

/* The engine's end does not wait for the removal, but it happens. */
static void
test_end_at_once (Bench        *bench,
                  gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "echo hi", NULL);

  g_assert_no_error (trial->error);
  g_clear_pointer (&trial->run, tc_run_free);
  bench_restart (bench);
  expect_no_containers ();
}

/* Only what is to go in or out costs a mount. */
static void
test_mounts (Bench        *bench,
             gconstpointer unused)
{
  for (int wanted = 0; wanted < 2; wanted++)
    {
      TcRunSpec *spec = in_container (bench, "echo x >out", "\"delete\": false");
      g_autoptr(Trial) trial = NULL;
      g_autofree char *mounts = NULL;

      spec->private_directory = TRUE;
      if (wanted)
        g_ptr_array_add (spec->outputs, g_strdup ("out"));
      trial = trial_start (bench, DOCKER, spec);
      trial_wait (trial);
      g_assert_no_error (trial->error);
      mounts = docker ("inspect -f '{{len .Mounts}}' $(docker ps -aq --filter label=tiercel.keep)");
      g_assert_cmpstr (mounts, ==, wanted ? "1" : "0");
      g_free (docker ("ps -aq --filter label=tiercel.keep | xargs docker rm -f"));
    }
}

/* The last line is there though nothing ends it, every time. */
static void
test_last_words (Bench        *bench,
                 gconstpointer unused)
{
  for (int i = 0; i < 12; i++)
    {
      g_autoptr(Trial) trial = run (bench, "echo a; >&2 printf err; printf b", NULL);

      g_assert_no_error (trial->error);
      trial_expect (trial, 1, "a\nb");
      trial_expect (trial, 2, "err");
    }
}

static void
test_exit_codes (Bench        *bench,
                 gconstpointer unused)
{
  g_autoptr(Trial) seven = run (bench, "exit 7", NULL);
  g_autoptr(Trial) killed = run (bench, "kill -9 $$; sh -c 'kill -9 $$'", NULL);

  g_assert_no_error (seven->error);
  g_assert_cmpint (seven->end.exit_code, ==, 7);
  g_assert_no_error (killed->error);
  g_assert_cmpint (killed->end.exit_code, ==, 137);
}

static TcFileIn *
file_in (const char *path,
         const char *text)
{
  TcFileIn *file = g_new0 (TcFileIn, 1);

  file->path = g_strdup (path);
  file->text = tc_value_string (text);
  file->mode = 0600;
  return file;
}

static void
check_file (Bench      *bench,
            const char *name,
            const char *expected)
{
  g_autofree char *path = g_build_filename (bench->directory, name, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_files (Bench        *bench,
            gconstpointer runner)
{
  TcRunSpec *spec = in_container (bench, "pwd; id -u; cat d/a.txt; mkdir o; tr a-z A-Z < d/a.txt > o/b.txt; echo y >> d/a.txt; ln -s o/b.txt l; ln -s /etc/passwd out", runner);
  g_autofree char *expected = NULL, *link = g_build_filename (bench->directory, "out", NULL);
  g_autoptr(Trial) trial = NULL;
  g_autofree char *ids = NULL;

  g_ptr_array_add (spec->files, file_in ("d/a.txt", "abc\n"));
  g_ptr_array_add (spec->outputs, g_strdup ("o/*.txt"));
  trial = trial_start (bench, DOCKER, spec);
  trial_wait (trial);
  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 0);
  ids = g_strdup (runner && strstr (runner, "1000") ? "1000" : "0");
  expected = g_strdup_printf ("%s\n%s\nabc", bench->directory, ids);
  trial_expect (trial, 1, expected);
  check_file (bench, "o/b.txt", "ABC\n");
  check_file (bench, "d/a.txt", "abc\ny\n");
  check_file (bench, "l", "ABC\n");
  if (runner && strstr (runner, "1000"))        /* copied, not mounted */
    g_assert_false (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

static void
test_environment (Bench        *bench,
                  gconstpointer unused)
{
  TcRunSpec *spec = in_container (bench, "echo \"[$TC_HOST_ONLY]\"; echo \"$A\"; cat | wc -c; grep -c tchost /etc/hosts",
                                  "\"extraHosts\": [\"tchost:10.1.2.3\"], \"networkMode\": \"none\"");
  g_autoptr(Trial) trial = NULL;

  g_setenv ("TC_HOST_ONLY", "1", TRUE);
  g_ptr_array_add (spec->env, g_strdup ("A=x=y z"));
  trial = trial_start (bench, DOCKER, spec);
  trial_wait (trial);
  trial_expect (trial, 1, "[]\nx=y z\n0\n1");
}

static void
test_long_script (Bench        *bench,
                  gconstpointer unused)
{
  g_autofree char *filler = g_strnfill (200000, 'x');
  g_autofree char *script = g_strdup_printf ("# %s\necho big; ls\n", filler);
  g_autoptr(Trial) trial = run (bench, script, NULL);
  g_autoptr(GDir) left = NULL;

  g_assert_no_error (trial->error);
  trial_expect (trial, 1, "big");
  g_clear_pointer (&trial->run, tc_run_free);
  left = g_dir_open (bench->directory, 0, NULL);
  g_assert_null (g_dir_read_name (left));
}

static void
test_limits (Bench        *bench,
             gconstpointer unused)
{
  g_autoptr(Trial) limits = run (bench, "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes; df -k /dev/shm | tail -1 | awk '{print $2}'",
                                 "\"memory\": {\"memory\": \"64MB\"}, \"shmSize\": \"128MB\", \"cpu\": {\"cpus\": 1}");
  g_autoptr(Trial) hungry = run (bench, "exec tail /dev/zero", "\"memory\": {\"memory\": \"32MB\", \"memorySwap\": \"32MB\"}");

  trial_expect (limits, 1, "67108864\n131072");
  g_assert_cmpint (hungry->end.exit_code, ==, 137);
  if (is_podman ())
    {
      g_assert_nonnull (strstr (hungry->notes->str, "more memory than its limit"));
      return;
    }
  g_assert_error (hungry->error, TC_RUN_ERROR, TC_RUN_ERROR_OUT_OF_MEMORY);
  g_assert_true (hungry->end.oom_killed);
  g_assert_nonnull (strstr (hungry->error->message, "32MB"));
}

static void
expect_error (Bench      *bench,
              const char *image,
              const char *runner,
              TcRunError  code,
              const char *part)
{
  TcRunSpec *spec = in_container (bench, "echo ran", runner);
  g_autoptr(Trial) trial = NULL;

  g_free (spec->image);
  spec->image = g_strdup (image);
  trial = trial_start (bench, DOCKER, spec);
  trial_wait (trial);
  g_assert_error (trial->error, TC_RUN_ERROR, (int) code);
  g_test_message ("%s", trial->error->message);
  g_assert_nonnull (strstr (trial->error->message, part));
  g_assert_cmpint (trial->end.exit_code, ==, -1);
  g_assert_false (trial->end.lost);
}

static void
test_image_errors (Bench        *bench,
                   gconstpointer unused)
{
  const char *registry = g_getenv ("TIERCEL_TEST_REGISTRY");
  g_autofree char *missing = g_strdup_printf ("%s/nothing:1", registry ? registry : "127.0.0.1:1");

  expect_error (bench, "tc/absent:1", "\"pullPolicy\": \"NEVER\"", TC_RUN_ERROR_IMAGE_UNKNOWN, "tc/absent:1");
  expect_error (bench, NULL, NULL, TC_RUN_ERROR_IMAGE_UNNAMED, "containerImage");
  if (registry)
    expect_error (bench, missing, NULL, TC_RUN_ERROR_PULL_DENIED, missing);
}

static void
test_engine_errors (Bench        *bench,
                    gconstpointer unused)
{
  g_autofree char *dead = g_build_filename (bench->root, "dead.sock", NULL);
  g_autofree char *runner = g_strdup_printf ("\"host\": \"unix://%s\"", dead);
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (dead);

  expect_error (bench, SHELL_IMAGE, "\"host\": \"unix:///no/docker.sock\"", TC_RUN_ERROR_ENGINE_NONE, "unix:///no/docker.sock");
  expect_error (bench, SHELL_IMAGE, "\"host\": \"ssh://x\"", TC_RUN_ERROR_ENGINE_NONE, "ssh");
  expect_error (bench, SHELL_IMAGE, "\"host\": \"nonsense\"", TC_RUN_ERROR_ENGINE_NONE, "nonsense");
  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  expect_error (bench, SHELL_IMAGE, runner, TC_RUN_ERROR_ENGINE_DOWN, dead);
}

static void
test_start_errors (Bench        *bench,
                   gconstpointer unused)
{
  TcRunSpec *spec = in_container (bench, "echo x", NULL);
  g_autoptr(Trial) trial = NULL;

  g_free (spec->argv->pdata[0]);
  spec->argv->pdata[0] = g_strdup ("/bin/nosh");
  trial = trial_start (bench, DOCKER, spec);
  trial_wait (trial);
  g_assert_error (trial->error, TC_RUN_ERROR, TC_RUN_ERROR_CONTAINER_START);
  g_assert_nonnull (strstr (trial->error->message, "/bin/nosh"));
  g_assert_cmpint (trial->end.exit_code, ==, -1);
  expect_error (bench, SHELL_IMAGE, "\"memory\": {\"memory\": \"much\"}", TC_RUN_ERROR_SPEC, "much");
  expect_error (bench, SHELL_IMAGE, "\"networkMode\": \"no-such-network\"", is_podman () ? TC_RUN_ERROR_ENGINE_REFUSED : TC_RUN_ERROR_CONTAINER_START,
                "no-such-network");
}

static void
test_pull (Bench        *bench,
           gconstpointer unused)
{
  const char *registry = g_getenv ("TIERCEL_TEST_REGISTRY"), *user = g_getenv ("TIERCEL_TEST_REGISTRY_USER"), *password = g_getenv ("TIERCEL_TEST_REGISTRY_PASSWORD");
  g_autofree char *image = NULL, *commands = NULL, *done = NULL, *good = NULL, *bad = NULL, *unknown = NULL;
  g_autoptr(Trial) trial = NULL;
  TcRunSpec *spec;

  if (!registry)
    {
      g_test_skip ("no registry: run by with-registry");
      return;
    }
  image = g_strdup_printf ("%s/tiercel/shell:1", registry);
  unknown = g_strdup_printf ("%s/tiercel/shell:2", registry);
  /* Podman's service cannot log in at a registry without TLS. */
  if (is_podman ())
    commands = g_strdup_printf ("env -u DOCKER_CONFIG podman push --creds %s:%s --tls-verify=false " SHELL_IMAGE " %s 2>&1", user, password, image);
  else
    commands = g_strdup_printf ("{ docker login -u %s -p %s %s && docker tag " SHELL_IMAGE " %s && docker push -q %s && docker rmi %s && docker logout %s; } 2>&1",
                                user, password, registry, image, image, image, registry);
  g_setenv ("DOCKER_CONFIG", bench->root, TRUE);
  done = shell (commands);
  g_test_message ("%s", done);
  good = g_strdup_printf ("\"credentials\": {\"username\": \"%s\", \"password\": \"%s\"}", user, password);
  bad = g_strdup_printf ("\"credentials\": {\"username\": \"%s\", \"password\": \"wrong\"}", user);
  expect_error (bench, image, NULL, TC_RUN_ERROR_PULL_DENIED, image);
  expect_error (bench, image, bad, TC_RUN_ERROR_PULL_DENIED, image);
  expect_error (bench, unknown, good, TC_RUN_ERROR_IMAGE_UNKNOWN, unknown);
  spec = in_container (bench, "echo pulled", good);
  g_free (spec->image);
  spec->image = g_strdup (image);
  trial = trial_start (bench, DOCKER, spec);
  trial_wait (trial);
  g_assert_no_error (trial->error);
  trial_expect (trial, 1, "pulled");
  g_assert_nonnull (strstr (trial->notes->str, "INFO Pulled the image"));
  g_assert_cmpuint (trial->progress, >, 0);
  g_unsetenv ("DOCKER_CONFIG");
}

/* A registry that is down is tried again; a stop ends the waiting. */
static void
test_pull_delayed (Bench        *bench,
                   gconstpointer unused)
{
  TcRunSpec *spec = in_container (bench, "echo x", NULL);
  g_autoptr(Trial) trial = NULL;

  g_free (spec->image);
  spec->image = g_strdup ("127.0.0.1:9/x:1");
  trial = trial_start (bench, DOCKER, spec);
  for (int i = 0; i < 200 && !strstr (trial->notes->str, "trying again in 5 s"); i++)
    bench_pause (50000);
  g_assert_nonnull (strstr (trial->notes->str, "WARN The image “127.0.0.1:9/x:1” could not be pulled"));
  tc_run_stop (trial->run, TC_STOP_ASK);
  trial_wait (trial);
  g_assert_true (trial->end.stopped);
  g_assert_error (trial->error, TC_RUN_ERROR, TC_RUN_ERROR_STOPPED);
}

static void
test_kill (Bench        *bench,
           gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, DOCKER, in_container (bench, "echo up; sleep 300", NULL));
  int64_t begun;

  trial_wait_started (trial);
  bench_pause (300000);
  begun = g_get_monotonic_time ();
  tc_run_stop (trial->run, TC_STOP_ASK);        /* no grace: SIGKILL */
  trial_wait (trial);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
  g_assert_true (trial->end.stopped);
  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 137);
  trial_expect (trial, 1, "up");
}

static void
test_kill_grace (Bench        *bench,
                 gconstpointer unused)
{
  const char *grace = "\"killGracePeriod\": \"PT2S\"";
  g_autoptr(Trial) kind = trial_start (bench, DOCKER, in_container (bench, "trap 'echo bye; exit 3' TERM; sleep 60 & wait", grace));
  g_autoptr(Trial) deaf = trial_start (bench, DOCKER, in_container (bench, "trap '' TERM; sleep 60", grace));

  trial_wait_started (kind);
  trial_wait_started (deaf);
  bench_pause (500000);
  tc_run_stop (kind->run, TC_STOP_ASK);
  tc_run_stop (deaf->run, TC_STOP_ASK);
  trial_wait (kind);
  trial_wait (deaf);
  g_assert_cmpint (kind->end.exit_code, ==, 3);
  trial_expect (kind, 1, "bye");
  g_assert_cmpint (deaf->end.exit_code, ==, 137);
  g_assert_true (deaf->end.stopped);
}

static void
test_stop_at_once (Bench        *bench,
                   gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, DOCKER, in_container (bench, "sleep 300", NULL));

  tc_run_stop (trial->run, TC_STOP_KILL);
  trial_wait (trial);
  g_assert_true (trial->end.stopped);
  g_clear_pointer (&trial->run, tc_run_free);
  bench_pause (500000);
  expect_no_containers ();
}

static void
test_no_wait (Bench        *bench,
              gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "sleep 300", "\"wait\": false");
  g_autofree char *inspect = g_strdup_printf ("inspect -f '{{.State.Running}}' %s", tc_value_get_str (trial->details, "containerId"));
  g_autofree char *running = NULL;

  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 0);
  g_clear_pointer (&trial->run, tc_run_free);
  bench_pause (300000);
  running = docker (inspect);
  g_assert_cmpstr (running, ==, "true");
  g_free (docker ("ps -aq --filter label=tiercel.keep | xargs docker rm -f"));
}

static void
test_no_delete (Bench        *bench,
                gconstpointer unused)
{
  TcRunSpec *spec = in_container (bench, "echo x", "\"delete\": false");
  g_autoptr(Trial) trial = NULL;
  g_autoptr(GHashTable) live = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *label = NULL;

  spec->labels = tc_value_map_of ("kestra.io/namespace", tc_value_string ("tiercel.conf"), "kestra.io/task-id",
                                  tc_value_string ("a-very-long-name-of-a-task-that-is-longer-than-sixty-three-signs-."), NULL);
  trial = trial_start (bench, DOCKER, spec);
  trial_wait (trial);
  g_clear_pointer (&trial->run, tc_run_free);
  tc_runner_host_sweep (bench->host, live);
  bench_pause (500000);
  label = docker ("inspect -f '{{index .Config.Labels \"kestra.io/namespace\"}} {{index .Config.Labels \"kestra.io/task-id\"}}' $(docker ps -aq --filter label=tiercel.keep)");
  g_assert_cmpstr (label, ==, "tiercel.conf a-very-long-name-of-a-task-that-is-longer-than-sixty-three-sign");
  g_free (docker ("ps -aq --filter label=tiercel.keep | xargs docker rm -f"));
}

static void
test_volumes_off (Bench        *bench,
                  gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "test ! -d /mnt/tc && echo nomount", "\"volumes\": [\"/tmp:/mnt/tc\"]");

  trial_expect (trial, 1, "nomount");
  g_assert_nonnull (strstr (trial->notes->str, "WARN `volumes`"));
}

static void
test_volumes_on (Bench        *bench,
                 gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "test -d /mnt/tc && echo mount", "\"volumes\": [\"/tmp:/mnt/tc:ro\"]");

  trial_expect (trial, 1, "mount");
}

static void
test_many_lines (Bench        *bench,
                 gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "seq 1 100000", NULL);
  GString *numbers = g_string_new (NULL);
  g_autofree char *expected = NULL;

  for (int i = 1; i <= 100000; i++)
    g_string_append_printf (numbers, i < 100000 ? "%d\n" : "%d", i);
  expected = g_string_free (numbers, FALSE);
  trial_expect (trial, 1, expected);
}

static void
test_slow_flood (Bench        *bench,
                 gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "for i in $(seq 1 30); do seq 1 2000; sleep 0.1; done", NULL);
  GString *numbers = g_string_new (NULL);
  g_autofree char *expected = NULL;

  for (int i = 0; i < 60000; i++)
    g_string_append_printf (numbers, i < 59999 ? "%d\n" : "%d", i % 2000 + 1);
  expected = g_string_free (numbers, FALSE);
  trial_expect (trial, 1, expected);
}

/* 16 KiB frames cut characters of two bytes in half. */
static void
test_long_line (Bench        *bench,
                gconstpointer unused)
{
  g_autoptr(Trial) trial = run (bench, "x=ż; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do x=$x$x; done; echo \"a$x\"", NULL);
  g_autofree char *text = trial_output (trial, 1);

  g_assert_cmpuint (strlen (text), ==, 1 + 2 * 32768);
  g_assert_null (strstr (text, "\xEF\xBF\xBD"));
  g_assert_null (strchr (text, '\n'));
}

static void
test_adopt_running (Bench        *bench,
                    gconstpointer unused)
{
  const char *script = "for i in $(seq 1 2000); do echo $i; [ $((i % 100)) = 0 ] && sleep 0.1; done; echo f > out.txt; exit 5";
  TcRunSpec *spec = in_container (bench, script, NULL);
  g_autoptr(Trial) first = NULL, second = NULL;
  g_autoptr(GString) expected = g_string_new ("1");

  g_ptr_array_add (spec->outputs, g_strdup ("out.txt"));
  first = trial_start (bench, DOCKER, spec);
  trial_wait_started (first);
  bench_pause (700000);
  g_clear_pointer (&first->run, tc_run_free);
  bench_restart (bench);
  second = trial_adopt (bench, DOCKER, first->effect_id);
  trial_wait (second);
  g_assert_no_error (second->error);
  g_assert_true (second->is_started);
  g_assert_cmpint (second->end.exit_code, ==, 5);
  for (int i = 2; i <= 2000; i++)
    g_string_append_printf (expected, "\n%d", i);
  trial_expect (second, 1, expected->str);
  check_file (bench, "out.txt", "f\n");
}

static void
test_killed_engine (Bench        *bench,
                    gconstpointer unused)
{
  g_autofree char *effect_id = bench_run_and_die (bench, DOCKER, "for i in $(seq 1 3000); do echo $i; [ $((i % 100)) = 0 ] && sleep 0.05; done; exit 9", SHELL_IMAGE, 500000);
  g_autoptr(Trial) trial = trial_adopt (bench, DOCKER, effect_id);
  g_autoptr(GString) expected = g_string_new ("1");

  trial_wait (trial);
  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 9);
  for (int i = 2; i <= 3000; i++)
    g_string_append_printf (expected, "\n%d", i);
  trial_expect (trial, 1, expected->str);
}

/* Killed at any moment of the start: followed to the end, or lost and never run; the container does not stay. */
static void
test_killed_while_starting (Bench        *bench,
                            gconstpointer unused)
{
  guint lost = 0;

  for (int i = 0; i < 12; i++)
    {
      g_autofree char *effect_id = bench_run_and_die (bench, DOCKER, "echo ran; exit 3", SHELL_IMAGE, -1000 - i * 25000);
      g_autoptr(Trial) trial = NULL;

      bench_pause (200000);       /* what was asked of the daemon may still be under way */
      trial = trial_adopt (bench, DOCKER, effect_id);
      trial_wait (trial);
      if (trial->end.lost)
        lost++;
      else
        {
          g_assert_no_error (trial->error);
          g_assert_cmpint (trial->end.exit_code, ==, 3);
          trial_expect (trial, 1, "ran");
        }
    }
  g_test_message ("%u of 12 were lost", lost);
  bench_restart (bench);        /* asks for the removals */
  expect_no_containers ();
}

/* Podman's containers do not end with its service: the run waits for the service, and misses nothing. */
static void
expect_survival (Bench      *bench,
                 const char *how)
{
  g_autoptr(Trial) trial = trial_start (bench, DOCKER, in_container (bench, "echo up; sleep 3; echo on; sleep 3; printf down; exit 4", NULL));

  trial_wait_started (trial);
  bench_pause (300000);
  control_daemon (how);
  bench_pause (300000);
  control_daemon ("start");
  trial_wait (trial);
  g_test_message ("%s", trial->notes->str);
  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 4);
  trial_expect (trial, 1, "up\non\ndown");
}

/* The daemon is stopped in good order: it asks its containers to end, and still tells how they did. */
static void
test_daemon_stopped (Bench        *bench,
                     gconstpointer unused)
{
  g_autoptr(Trial) trial = NULL;

  if (is_podman ())
    {
      expect_survival (bench, "stop");
      return;
    }
  trial = trial_start (bench, DOCKER, in_container (bench, "echo up; trap 'exit 4' TERM; while :; do sleep 0.1; done", NULL));
  trial_wait_started (trial);
  bench_pause (300000);
  control_daemon ("stop");
  bench_pause (300000);
  control_daemon ("start");
  trial_wait (trial);
  g_test_message ("%s", trial->notes->str);
  g_assert_no_error (trial->error);
  g_assert_cmpint (trial->end.exit_code, ==, 4);
  trial_expect (trial, 1, "up");
}

/* The daemon crashes. The run waits for it; started again, the daemon ends what it had left behind, and that is how the run ends. */
static void
test_daemon_crashed (Bench        *bench,
                     gconstpointer unused)
{
  g_autoptr(Trial) trial = NULL;

  if (is_podman ())
    {
      expect_survival (bench, "crash");
      return;
    }
  trial = trial_start (bench, DOCKER, in_container (bench, "echo up; sleep 300", NULL));
  trial_wait_started (trial);
  bench_pause (300000);
  control_daemon ("crash");
  for (int i = 0; i < 200 && strstr (trial->notes->str, "went away") == NULL; i++)
    bench_pause (100000);
  g_assert_false (trial->is_ended);
  g_assert_nonnull (strstr (trial->notes->str, "went away"));
  control_daemon ("start");
  trial_wait (trial);
  g_test_message ("%s", trial->notes->str);
  g_assert_no_error (trial->error);
  g_assert_nonnull (strstr (trial->notes->str, "answers again"));
  g_assert_cmpint (trial->end.exit_code, !=, 0);
  trial_expect (trial, 1, "up");
}

static void
test_adopt_ended (Bench        *bench,
                  gconstpointer unused)
{
  g_autoptr(Trial) first = trial_start (bench, DOCKER, in_container (bench, "echo one; sleep 0.3; echo two; exit 6", NULL));
  g_autoptr(Trial) second = NULL, third = NULL;

  trial_wait_started (first);
  g_clear_pointer (&first->run, tc_run_free);
  bench_restart (bench);
  bench_pause (1000000);
  second = trial_adopt (bench, DOCKER, first->effect_id);
  trial_wait (second);
  g_assert_cmpint (second->end.exit_code, ==, 6);
  trial_expect (second, 1, "one\ntwo");
  g_clear_pointer (&second->run, tc_run_free);
  bench_pause (500000);
  third = trial_adopt (bench, DOCKER, first->effect_id);
  trial_wait (third);
  g_assert_true (third->end.lost);
}

static void
test_adopt_removed (Bench        *bench,
                    gconstpointer unused)
{
  g_autoptr(Trial) first = trial_start (bench, DOCKER, in_container (bench, "sleep 300", NULL));
  g_autoptr(Trial) second = NULL;

  trial_wait_started (first);
  g_clear_pointer (&first->run, tc_run_free);
  bench_restart (bench);
  g_free (docker ("ps -aq --filter label=io.tiercel | xargs docker rm -f"));
  second = trial_adopt (bench, DOCKER, first->effect_id);
  trial_wait (second);
  g_assert_true (second->end.lost);
  g_assert_error (second->error, TC_RUN_ERROR, TC_RUN_ERROR_LOST);
}

static void
test_removed_while_running (Bench        *bench,
                            gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, DOCKER, in_container (bench, "sleep 300", NULL));

  trial_wait_started (trial);
  bench_pause (300000);
  g_free (docker ("ps -aq --filter label=io.tiercel | xargs docker rm -f"));
  trial_wait (trial);
  /* Which of the two is told is a race inside the daemon: the end of the wait, or that it knows no such container. */
  if (trial->error)
    g_assert_error (trial->error, TC_RUN_ERROR, TC_RUN_ERROR_CONTAINER_GONE);
  else
    g_assert_cmpint (trial->end.exit_code, ==, 137);
}

static void
test_sweep (Bench        *bench,
            gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, DOCKER, in_container (bench, "sleep 300", NULL));
  g_autoptr(GHashTable) live = g_hash_table_new (g_str_hash, g_str_equal);

  trial_wait_started (trial);
  g_clear_pointer (&trial->run, tc_run_free);
  bench_restart (bench);
  g_hash_table_add (live, trial->effect_id);
  tc_runner_host_sweep (bench->host, live);
  bench_pause (700000);
  g_assert_cmpuint (count_containers (), ==, 1);
  g_hash_table_remove_all (live);
  tc_runner_host_sweep (bench->host, live);
  expect_no_containers ();
}

/* The daemon does not answer for a while: the run waits, then goes on without losing a line. */
static void
test_daemon_frozen (Bench        *bench,
                    gconstpointer unused)
{
  g_autoptr(Trial) trial = trial_start (bench, DOCKER, in_container (bench, "for i in 1 2 3 4 5 6; do echo $i; sleep 0.3; done", NULL));

  trial_wait_started (trial);
  control_daemon ("freeze");
  bench_pause (3000000);
  control_daemon ("thaw");
  trial_wait (trial);
  g_assert_no_error (trial->error);
  trial_expect (trial, 1, "1\n2\n3\n4\n5\n6");
}

static void
add (const char   *path,
     gconstpointer data,
     void        (*func) (Bench *, gconstpointer))
{
  g_test_add (path, Bench, data, bench_set_up, func, bench_tear_down);
}

static void
set_up_plain (Bench        *bench,
              gconstpointer unused)
{
  bench_set_up (bench, NULL);
}

static void
add_files (const char *path,
           const char *runner)
{
  g_test_add (path, Bench, runner, set_up_plain, test_files, bench_tear_down);
}

int
main (int    argc,
      char **argv)
{
  static const TcRunnerHostSettings with_volumes = { .volumes = TRUE };

  trial_die_if_asked (argc, argv);
  g_test_init (&argc, &argv, NULL);
  if (!g_getenv ("TIERCEL_TEST_DOCKERD_CONTROL"))
    {
      g_print ("1..0 # SKIP no daemon of its own: run by tests/tools/with-dockerd\n");
      return 0;
    }
  add ("/docker/hello", NULL, test_hello);
  add ("/docker/end-at-once", NULL, test_end_at_once);
  add ("/docker/last-words", NULL, test_last_words);
  add ("/docker/mounts", NULL, test_mounts);
  add ("/docker/exit-codes", NULL, test_exit_codes);
  add_files ("/docker/files/root", NULL);
  add_files ("/docker/files/other-user", "\"user\": \"1000\"");
  add_files ("/docker/files/mount", "\"fileHandlingStrategy\": \"MOUNT\"");
  add ("/docker/environment", NULL, test_environment);
  add ("/docker/long-script", NULL, test_long_script);
  add ("/docker/limits", NULL, test_limits);
  add ("/docker/image-errors", NULL, test_image_errors);
  add ("/docker/engine-errors", NULL, test_engine_errors);
  add ("/docker/start-errors", NULL, test_start_errors);
  add ("/docker/pull", NULL, test_pull);
  add ("/docker/pull-delayed", NULL, test_pull_delayed);
  add ("/docker/kill", NULL, test_kill);
  add ("/docker/kill-grace", NULL, test_kill_grace);
  add ("/docker/stop-at-once", NULL, test_stop_at_once);
  add ("/docker/no-wait", NULL, test_no_wait);
  add ("/docker/no-delete", NULL, test_no_delete);
  add ("/docker/volumes-off", NULL, test_volumes_off);
  add ("/docker/volumes-on", &with_volumes, test_volumes_on);
  add ("/docker/many-lines", NULL, test_many_lines);
  add ("/docker/slow-flood", NULL, test_slow_flood);
  add ("/docker/long-line", NULL, test_long_line);
  add ("/docker/adopt-running", NULL, test_adopt_running);
  add ("/docker/killed-engine", NULL, test_killed_engine);
  add ("/docker/killed-while-starting", NULL, test_killed_while_starting);
  add ("/docker/adopt-ended", NULL, test_adopt_ended);
  add ("/docker/adopt-removed", NULL, test_adopt_removed);
  add ("/docker/removed-while-running", NULL, test_removed_while_running);
  add ("/docker/sweep", NULL, test_sweep);
  add ("/docker/daemon-frozen", NULL, test_daemon_frozen);
  add ("/docker/daemon-stopped", NULL, test_daemon_stopped);
  add ("/docker/daemon-crashed", NULL, test_daemon_crashed);
  return g_test_run ();
}
