/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-props.h"
#include "tc-json.h"

#include <string.h>

static TcValue *
body (const char *runner,
      gboolean    volumes,
      gboolean    podman,
      GError    **error)
{
  g_autoptr(TcRunSpec) spec = tc_run_spec_new ();
  TcRunnerHost host = { .data_dir = (char *) "/data" };
  TcRun run = { .host = &host, .effect_id = (char *) "t/1/1" };
  TcDockerProps props;
  TcValue *made;
  GError *wrong = NULL;

  spec->directory = g_strdup ("/work/x");
  g_ptr_array_add (spec->argv, g_strdup ("/bin/sh"));
  g_ptr_array_add (spec->env, g_strdup ("A=b"));
  spec->labels = tc_value_map_of ("kestra.io/flow-id", tc_value_string ("flow--"), NULL);
  spec->runner = tc_json_read (runner, strlen (runner), &wrong);
  g_assert_no_error (wrong);
  g_assert_true (tc_props_decode (tc_docker_props, spec->runner, &props, sizeof props, &wrong));
  g_assert_no_error (wrong);
  made = tc_docker_body (spec, &props, "img:1", &run, volumes, podman, podman, error);
  tc_props_clear (tc_docker_props, &props);
  return made;
}

/* The member at @path ("HostConfig.Memory") as JSON; "" if there is none. */
static char *
member (const TcValue *value,
        const char    *path)
{
  g_auto(GStrv) keys = g_strsplit (path, ".", -1);

  for (size_t i = 0; keys[i] && value; i++)
    value = tc_value_get (value, keys[i]);
  return value ? tc_json_to_text (value) : g_strdup ("");
}

static void
expect (const char *runner,
        const char *path,
        const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TcValue) made = body (runner, TRUE, FALSE, &error);
  g_autofree char *got = NULL;

  g_assert_no_error (error);
  got = member (made, path);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_plain (void)
{
  expect ("{}", "Image", "\"img:1\"");
  expect ("{}", "Cmd", "[\"/bin/sh\"]");
  expect ("{}", "Env", "[\"A=b\"]");
  expect ("{}", "WorkingDir", "\"/work/x\"");
  expect ("{}", "Entrypoint", "[\"\"]");
  expect ("{\"entryPoint\":[]}", "Entrypoint", "[\"\"]");
  expect ("{\"entryPoint\":[\"a\",\"b\"]}", "Entrypoint", "[\"a\",\"b\"]");
  expect ("{\"entryPoint\":null}", "Entrypoint", "");
  expect ("{}", "User", "");
  expect ("{\"user\":\"1:2\"}", "User", "\"1:2\"");
  expect ("{}", "Labels", "{\"kestra.io/flow-id\":\"flow\",\"io.tiercel\":\"1\",\"tiercel.effect\":\"t/1/1\",\"tiercel.data\":\"/data\"}");
  expect ("{\"wait\":false}", "Labels.tiercel", "");
  expect ("{}", "HostConfig.Binds", "[]");
  expect ("{}", "HostConfig.LogConfig.Type", "\"local\"");
}

static void
test_host_config (void)
{
  expect ("{\"memory\":{\"memory\":\"512MB\",\"memorySwap\":\"-1\",\"oomKillDisable\":true}}", "HostConfig.Memory", "536870912");
  expect ("{\"memory\":{\"memorySwap\":\"-1\"}}", "HostConfig.MemorySwap", "-1");
  expect ("{\"memory\":{\"oomKillDisable\":true}}", "HostConfig.OomKillDisable", "true");
  expect ("{\"cpu\":{\"cpus\":1.5}}", "HostConfig.NanoCpus", "1500000000");
  expect ("{\"cpu\":{\"cpus\":2}}", "HostConfig.NanoCpus", "2000000000");
  expect ("{\"shmSize\":\"128mb\"}", "HostConfig.ShmSize", "134217728");
  expect ("{\"privileged\":true}", "HostConfig.Privileged", "true");
  expect ("{\"networkMode\":\"none\"}", "HostConfig.NetworkMode", "\"none\"");
  expect ("{\"extraHosts\":[\"a:1.2.3.4\"]}", "HostConfig.ExtraHosts", "[\"a:1.2.3.4\"]");
  expect ("{\"volumes\":[\"/a:/b:ro\"]}", "HostConfig.Binds", "[\"/a:/b:ro\"]");
  expect ("{\"fileHandlingStrategy\":\"MOUNT\"}", "HostConfig.Binds", "[\"/work/x:/work/x:rw\"]");
  expect ("{\"deviceRequests\":[{\"driver\":\"nvidia\",\"count\":-1,\"deviceIds\":[\"0\"],\"capabilities\":[[\"gpu\"]]}]}", "HostConfig.DeviceRequests",
          "[{\"Driver\":\"nvidia\",\"Count\":-1,\"DeviceIDs\":[\"0\"],\"Capabilities\":[[\"gpu\"]]}]");
}

static void
test_ports (void)
{
  static const char runner[] = "{\"portBindings\":[\"80\",\"8080:81\",\"127.0.0.1:8082:82/udp\",\":83\"]}";

  expect (runner, "ExposedPorts", "{\"80/tcp\":{},\"81/tcp\":{},\"82/udp\":{},\"83/tcp\":{}}");
  expect (runner, "HostConfig.PortBindings",
          "{\"80/tcp\":[{\"HostPort\":\"\"}],\"81/tcp\":[{\"HostPort\":\"8080\"}],\"82/udp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8082\"}],"
          "\"83/tcp\":[{\"HostPort\":\"\"}]}");
}

static void
test_volumes_and_podman (void)
{
  g_autoptr(TcValue) made = body ("{\"volumes\":[\"/a:/b\"]}", FALSE, TRUE, NULL);
  g_autofree char *binds = member (made, "HostConfig.Binds");
  g_autofree char *log = member (made, "HostConfig.LogConfig.Type");

  g_autofree char *mounts = member (made, "HostConfig.Mounts");

  g_assert_cmpstr (binds, ==, "[]");
  g_assert_cmpstr (mounts, ==, "[{\"Type\":\"bind\",\"Source\":\"/work/x\",\"Target\":\"/work/x\"}]");
  g_assert_cmpstr (log, ==, "\"k8s-file\"");
}

static void
test_errors (void)
{
  static const struct { const char *runner, *part; } cases[] = {
    { "{\"memory\":{\"memory\":\"lots\"}}", "lots" }, { "{\"shmSize\":\"1 furlong\"}", "1 furlong" }, { "{\"cpu\":{\"cpus\":-1}}", "cpus" },
    { "{\"portBindings\":[\"http\"]}", "http" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (body (cases[i].runner, FALSE, FALSE, &error));
      g_assert_error (error, TC_RUN_ERROR, TC_RUN_ERROR_SPEC);
      g_assert_nonnull (strstr (error->message, cases[i].part));
    }
}

static void
test_sizes (void)
{
  static const struct { const char *text; int64_t bytes; } good[] = {
    { "0", 0 }, { "1000", 1000 }, { "1KB", 1024 }, { "512Mb", 536870912 }, { "1g", 1073741824 }, { "1.5GiB", 1610612736 }, { "2 MB", 2097152 }, { "7B", 7 },
    { "1t", INT64_C (1099511627776) }, { "-1", -1 },
  };
  static const char *const bad[] = { "", "MB", "1XB", "1MBB", "1M B", "nan", "inf", "1e30", "-5", "1MB x" };
  int64_t bytes;

  for (size_t i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (tc_docker_size_parse (good[i].text, &bytes));
      g_assert_cmpint (bytes, ==, good[i].bytes);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tc_docker_size_parse (bad[i], &bytes));
}

static void
test_users (void)
{
  static const struct { const char *user; gboolean known; int uid, gid; } cases[] = {
    { NULL, TRUE, 0, 0 }, { "", TRUE, 0, 0 }, { "root", TRUE, 0, 0 }, { "1000", TRUE, 1000, 0 }, { "1000:100", TRUE, 1000, 100 }, { "5:staff", TRUE, 5, 0 },
    { "node", FALSE, 0, 0 }, { "99999999999", FALSE, 0, 0 }, { "1a", FALSE, 0, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int uid, gid;

      g_assert_cmpint (tc_docker_user_ids (cases[i].user, &uid, &gid), ==, cases[i].known);
      g_assert_cmpint (cases[i].known ? uid : 0, ==, cases[i].uid);
      g_assert_cmpint (cases[i].known ? gid : 0, ==, cases[i].gid);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runners/docker-body/plain", test_plain);
  g_test_add_func ("/runners/docker-body/host-config", test_host_config);
  g_test_add_func ("/runners/docker-body/ports", test_ports);
  g_test_add_func ("/runners/docker-body/volumes-and-podman", test_volumes_and_podman);
  g_test_add_func ("/runners/docker-body/errors", test_errors);
  g_test_add_func ("/runners/docker-body/sizes", test_sizes);
  g_test_add_func ("/runners/docker-body/users", test_users);
  return g_test_run ();
}
