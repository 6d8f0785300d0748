/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-find.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

static void
write_file (const char *root,
            const char *below,
            const char *text)
{
  g_autofree char *path = g_build_filename (root, below, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_parse (void)
{
  static const struct { const char *host, *socket, *url; } cases[] = {
    { "unix:///run/docker.sock", "/run/docker.sock", "http://docker" },
    { "/run/docker.sock", "/run/docker.sock", "http://docker" },
    { "tcp://build:4000", NULL, "http://build:4000" },
    { "tcp://build", NULL, "http://build:2375" },
    { "tcp://[::1]:99/", NULL, "http://[::1]:99" },
    { "https://x:1", NULL, "https://x:1" },
    { "unix://relative", NULL, NULL }, { "ssh://me@x", NULL, NULL }, { "", NULL, NULL }, { "tcp://", NULL, NULL }, { "ftp://x", NULL, NULL },
  };

  g_unsetenv ("DOCKER_TLS_VERIFY");
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TcDockerAddress) address = tc_docker_address_parse (cases[i].host, "someone", &error);

      if (!cases[i].url)
        {
          g_assert_null (address);
          g_assert_nonnull (error);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (address->socket_path, ==, cases[i].socket);
      g_assert_cmpstr (address->url, ==, cases[i].url);
      g_assert_cmpstr (address->origin, ==, "someone");
    }
}

static void
test_tls (void)
{
  g_autofree char *root = g_dir_make_tmp ("tc-find-XXXXXX", NULL);
  g_autofree char *expected = g_build_filename (root, "ca.pem", NULL);
  g_autoptr(TcDockerAddress) address = NULL;

  write_file (root, "ca.pem", "");
  g_setenv ("DOCKER_TLS_VERIFY", "1", TRUE);
  g_setenv ("DOCKER_CERT_PATH", root, TRUE);
  address = tc_docker_address_parse ("tcp://build", NULL, NULL);
  g_assert_cmpstr (address->url, ==, "https://build:2376");
  g_assert_cmpstr (address->ca_file, ==, expected);
  g_assert_null (address->cert_file);
  g_unsetenv ("DOCKER_TLS_VERIFY");
  g_unsetenv ("DOCKER_CERT_PATH");
}

static void
expect_first_of (const char *kind,
                 const char *setting,
                 const char *host,
                 guint       n)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) found = tc_docker_find (setting, kind, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (((TcDockerAddress *) found->pdata[0])->host, ==, host);
  if (n)
    g_assert_cmpuint (found->len, ==, n);
}

static void
expect_first (const char *setting,
              const char *host,
              guint       n)
{
  expect_first_of (NULL, setting, host, n);
}

static void
test_order (void)
{
  g_autofree char *root = g_dir_make_tmp ("tc-find-XXXXXX", NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "far", -1);
  g_autofree char *meta = g_build_filename ("contexts", "meta", hash, "meta.json", NULL);
  g_autoptr(GPtrArray) found = NULL;
  g_autoptr(GError) error = NULL;

  g_unsetenv ("DOCKER_HOST");
  g_unsetenv ("DOCKER_CONTEXT");
  g_setenv ("DOCKER_CONFIG", root, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", "/run/user/77", TRUE);
  expect_first (NULL, "unix:///var/run/docker.sock", 7);
  expect_first_of ("auto", NULL, "unix:///var/run/docker.sock", 7);
  expect_first_of ("docker", NULL, "unix:///var/run/docker.sock", 5);
  expect_first_of ("podman", NULL, "unix:///run/user/77/podman/podman.sock", 2);
  found = tc_docker_find ("unix:///task.sock", "off", &error);
  g_assert_null (found);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  write_file (root, "config.json", "{\"currentContext\": \"default\"}");
  expect_first (NULL, "unix:///var/run/docker.sock", 7);
  write_file (root, "config.json", "{\"currentContext\": \"far\"}");
  found = tc_docker_find (NULL, NULL, &error);
  g_assert_null (found);
  g_assert_nonnull (strstr (error->message, "far"));
  write_file (root, meta, "{\"Name\":\"far\",\"Endpoints\":{\"docker\":{\"Host\":\"unix:///far.sock\",\"SkipTLSVerify\":true}}}");
  expect_first (NULL, "unix:///far.sock", 1);
  g_setenv ("DOCKER_HOST", "unix:///env.sock", TRUE);
  expect_first (NULL, "unix:///env.sock", 1);
  expect_first ("unix:///task.sock", "unix:///task.sock", 1);
  g_unsetenv ("DOCKER_HOST");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/docker-find/parse", test_parse);
  g_test_add_func ("/net/docker-find/tls", test_tls);
  g_test_add_func ("/net/docker-find/order", test_order);
  return g_test_run ();
}
