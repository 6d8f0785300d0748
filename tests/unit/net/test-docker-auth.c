/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-auth.h"
#include "tc-json.h"

#include <glib/gstdio.h>
#include <string.h>

static TcValue *
json (const char *text)
{
  return text ? tc_json_read (text, strlen (text), NULL) : NULL;
}

/* The header for @image, decoded. */
static char *
find (const char *image,
      const char *credentials,
      const char *config)
{
  g_autoptr(TcValue) own = json (credentials);
  g_autoptr(TcValue) given = json (config);
  g_autofree char *header = tc_docker_auth_find (image, own, given);
  g_autofree char *text = NULL;
  gsize length;

  if (!header)
    return g_strdup ("");
  g_assert_null (strpbrk (header, "+/"));
  for (char *at = header; *at; at++)
    *at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
  text = (char *) g_base64_decode (header, &length);
  return g_strndup (text, length);
}

static void
expect (const char *image,
        const char *credentials,
        const char *config,
        const char *expected)
{
  g_autofree char *got = find (image, credentials, config);

  g_assert_cmpstr (got, ==, expected);
}

static void
test_credentials (void)
{
  static const char login[] = "{\"username\":\"u\",\"password\":\"p?>~\"}";

  expect ("127.0.0.1:5000/x:1", login, NULL, "{\"username\":\"u\",\"password\":\"p?>~\",\"serveraddress\":\"127.0.0.1:5000\"}");
  expect ("alpine", login, NULL, "{\"username\":\"u\",\"password\":\"p?>~\",\"serveraddress\":\"https://index.docker.io/v1/\"}");
  expect ("x.io/a", "{\"registry\":\"y.io\",\"username\":\"u\"}", NULL, "");
  expect ("x.io/a", "{\"registry\":\"https://x.io/v2/\",\"auth\":\"YTpiOmM=\"}", NULL, "{\"username\":\"a\",\"password\":\"b:c\",\"serveraddress\":\"x.io\"}");
  expect ("x.io/a", "{\"identityToken\":\"t\"}", NULL, "{\"identitytoken\":\"t\"}");
  expect ("x.io/a", "{\"registryToken\":\"t\"}", NULL, "{\"registrytoken\":\"t\"}");
}

static void
test_config (void)
{
  static const char config[] = "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"aDpo\"},\"x.io\":{\"username\":\"u\",\"password\":\"p\"},\"bad\":{\"auth\":\"%\"}}}";

  expect ("library/alpine", NULL, config, "{\"username\":\"h\",\"password\":\"h\",\"serveraddress\":\"https://index.docker.io/v1/\"}");
  expect ("x.io/a/b@sha256:00", NULL, config, "{\"username\":\"u\",\"password\":\"p\",\"serveraddress\":\"x.io\"}");
  expect ("y.io/a", NULL, config, "");
  expect ("x.io/a", "{\"registry\":\"y.io\",\"username\":\"no\"}", config, "{\"username\":\"u\",\"password\":\"p\",\"serveraddress\":\"x.io\"}");
  expect ("x.io/a", NULL, "{\"auths\":7}", "");
}

static void
write_file (const char *root,
            const char *name,
            const char *text,
            int         mode)
{
  g_autofree char *path = g_build_filename (root, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_chmod (path, mode);
}

static void
test_helpers (const char *root)
{
  g_autofree char *path = g_strconcat (root, ":", g_getenv ("PATH"), NULL);

  g_setenv ("PATH", path, TRUE);
  write_file (root, "docker-credential-tc", "#!/bin/sh\nread r; [ $1 = get ] && [ $r = x.io ] && echo '{\"Username\":\"u\",\"Secret\":\"s\"}' || { echo 'credentials not found'; exit 1; }\n", 0755);
  write_file (root, "docker-credential-token", "#!/bin/sh\necho '{\"Username\":\"<token>\",\"Secret\":\"s\"}'\n", 0755);
  write_file (root, "config.json", "{\"credsStore\":\"tc\",\"credHelpers\":{\"z.io\":\"token\",\"w.io\":\"absent\"}}", 0600);
  expect ("x.io/a", NULL, NULL, "{\"username\":\"u\",\"password\":\"s\",\"serveraddress\":\"x.io\"}");
  expect ("y.io/a", NULL, NULL, "");
  expect ("z.io/a", NULL, NULL, "{\"identitytoken\":\"s\"}");
  expect ("w.io/a", NULL, NULL, "");
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *root = g_dir_make_tmp ("tc-auth-XXXXXX", NULL);

  g_test_init (&argc, &argv, NULL);
  g_setenv ("DOCKER_CONFIG", root, TRUE);
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_test_add_func ("/net/docker-auth/credentials", test_credentials);
  g_test_add_func ("/net/docker-auth/config", test_config);
  g_test_add_data_func ("/net/docker-auth/helpers", root, (GTestDataFunc) test_helpers);
  return g_test_run ();
}
