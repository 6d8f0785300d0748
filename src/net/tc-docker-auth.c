/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-beneath.h"
#include "tc-docker.h"
#include "tc-docker-auth.h"
#include "tc-json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUB_KEY        "https://index.docker.io/v1/"
#define HELPER_MS      15000
#define HELPER_ANSWER  65536

/* Keys of config.json are written in several ways: with scheme, with /v1 or /v2, and four names for the hub. */
static char *
normal_key (const char *key)
{
  const char *scheme = strstr (key, "://");
  g_autofree char *host = g_strdup (scheme ? scheme + 3 : key);
  static const char *const hub[] = { "docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", NULL };

  host[strcspn (host, "/")] = '\0';
  return g_strv_contains (hub, host) ? g_strdup ("docker.io") : g_steal_pointer (&host);
}

static char *
header_of (const TcValue *value)
{
  g_autofree char *text = tc_json_to_text (value);
  g_autofree char *base64 = g_base64_encode ((const guchar *) text, strlen (text));

  for (char *at = base64; *at; at++)
    *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
  return g_steal_pointer (&base64);
}

static const char *
server_of (const char *registry)
{
  return g_str_equal (registry, "docker.io") ? HUB_KEY : registry;
}

static TcValue *
auth_of_login (const char *user,
               const char *password,
               const char *registry)
{
  return tc_value_map_of ("username", tc_value_string (user), "password", tc_value_string (password), "serveraddress",
                          tc_value_string (server_of (registry)), NULL);
}

/* One entry of `auths`, or the task's credentials: the same keys in two spellings. */
static TcValue *
auth_of_entry (const TcValue *entry,
               const char    *registry)
{
  const char *identity = tc_value_get_str (entry, "identityToken") ?: tc_value_get_str (entry, "identitytoken");
  const char *token = tc_value_get_str (entry, "registryToken") ?: tc_value_get_str (entry, "registrytoken");
  const char *user = tc_value_get_str (entry, "username"), *password = tc_value_get_str (entry, "password");
  const char *auth = tc_value_get_str (entry, "auth");

  if (identity && *identity)
    return tc_value_map_of ("identitytoken", tc_value_string (identity), NULL);
  if (token && *token)
    return tc_value_map_of ("registrytoken", tc_value_string (token), NULL);
  if (user && *user)
    return auth_of_login (user, password ? password : "", registry);
  if (auth && *auth)
    {
      gsize length;
      g_autofree char *decoded = (char *) g_base64_decode (auth, &length);
      g_autofree char *text = g_strndup (decoded, length);
      char *colon = strchr (text, ':');

      if (colon)
        {
          *colon = '\0';
          return auth_of_login (text, colon + 1, registry);
        }
    }
  return NULL;
}

static const TcValue *
find_by_registry (const TcValue *map,
                  const char    *registry)
{
  for (size_t i = 0; tc_value_is (map, TC_VALUE_MAP) && i < tc_value_length (map); i++)
    {
      g_autofree char *key = normal_key (tc_value_key (map, i));

      if (g_str_equal (key, registry))
        return tc_value_item (map, i);
    }
  return NULL;
}

/* Reads until the helper closes its output, but not for ever. */
static GString *
read_answer (int fd)
{
  GString *answer = g_string_new (NULL);
  int64_t until = g_get_monotonic_time () + HELPER_MS * 1000;
  char buffer[4096];
  ssize_t n = 1;

  while (n > 0 && answer->len < HELPER_ANSWER)
    {
      int64_t left = (until - g_get_monotonic_time ()) / 1000;
      struct pollfd ready = { .fd = fd, .events = POLLIN };

      if (left <= 0 || poll (&ready, 1, (int) left) <= 0)
        break;
      n = read (fd, buffer, sizeof buffer);
      if (n > 0)
        g_string_append_len (answer, buffer, n);
    }
  return answer;
}

/* docker-credential-NAME get: the registry on its input, {ServerURL, Username, Secret} on its output. */
static TcValue *
run_helper (const char *name,
            const char *registry)
{
  g_autofree char *program = g_strconcat ("docker-credential-", name, NULL);
  g_autofree char *path = strchr (name, '/') ? NULL : g_find_program_in_path (program);
  char *argv[] = { program, (char *) "get", NULL };
  int in[2], out[2], status = 0;
  pid_t pid;
  posix_spawn_file_actions_t actions;
  g_autofree char *line = g_strconcat (registry, "\n", NULL);
  GString *answer = NULL;
  TcValue *value = NULL;
  int error;

  if (!path || pipe2 (in, O_CLOEXEC) != 0)
    return NULL;
  if (pipe2 (out, O_CLOEXEC) != 0)
    {
      close (in[0]);
      close (in[1]);
      return NULL;
    }
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, in[0], 0);
  posix_spawn_file_actions_adddup2 (&actions, out[1], 1);
  posix_spawn_file_actions_addopen (&actions, 2, "/dev/null", O_WRONLY, 0);
  error = posix_spawn (&pid, path, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy (&actions);
  /* Into the pipe's buffer while we still hold its reading end: no signal, whatever the helper does. */
  tc_beneath_write (in[1], line, strlen (line));
  close (in[0]);
  close (in[1]);
  close (out[1]);
  if (error == 0)
    {
      answer = read_answer (out[0]);
      kill (pid, SIGKILL);      /* it has closed its output, or takes too long */
      waitpid (pid, &status, 0);
      value = tc_json_read (answer->str, answer->len, NULL);
      g_string_free (answer, TRUE);
    }
  close (out[0]);
  return value;
}

static TcValue *
auth_of_helper (const char *name,
                const char *registry)
{
  g_autoptr(TcValue) answer = run_helper (name, server_of (registry));
  const char *user = answer ? tc_value_get_str (answer, "Username") : NULL;
  const char *secret = answer ? tc_value_get_str (answer, "Secret") : NULL;

  if (!user || !secret)
    return NULL;
  if (g_str_equal (user, "<token>"))
    return tc_value_map_of ("identitytoken", tc_value_string (secret), NULL);
  return auth_of_login (user, secret, registry);
}

static TcValue *
auth_of_config (const TcValue *config,
                const char    *registry,
                gboolean       helpers)
{
  const TcValue *entry = find_by_registry (tc_value_get (config, "auths"), registry);
  const TcValue *own = find_by_registry (tc_value_get (config, "credHelpers"), registry);
  const char *store = tc_value_get_str (config, "credsStore");
  TcValue *header = NULL;

  if (helpers && tc_value_is (own, TC_VALUE_STRING))
    header = auth_of_helper (tc_value_get_text (own), registry);
  if (!header && helpers && store && *store)
    header = auth_of_helper (store, registry);
  if (!header && entry)
    header = auth_of_entry (entry, registry);
  return header;
}

static TcValue *
load_config (const char *base,
             const char *below)
{
  g_autofree char *path = base && *base ? g_build_filename (base, below, NULL) : NULL;
  g_autofree char *text = NULL;
  size_t length;

  return path && g_file_get_contents (path, &text, &length, NULL) ? tc_json_read (text, length, NULL) : NULL;
}

/* The docker command's, and podman's. */
static TcValue *
load_user_config (int n)
{
  const char *folder = g_getenv ("DOCKER_CONFIG");

  if (n == 1)
    return load_config (g_getenv ("XDG_RUNTIME_DIR"), "containers/auth.json");
  return folder && *folder ? load_config (folder, "config.json") : load_config (g_get_home_dir (), ".docker/config.json");
}

/* A task's config is a map, or such a map's JSON. */
static TcValue *
parse_config (const TcValue *config)
{
  if (tc_value_is (config, TC_VALUE_STRING))
    return tc_json_read (tc_value_get_text (config), tc_value_length (config), NULL);
  return config ? tc_value_ref (config) : NULL;
}

char *
tc_docker_auth_find (const char    *image,
                     const TcValue *credentials,
                     const TcValue *config)
{
  g_autofree char *name = tc_docker_image_registry (image);
  g_autofree char *registry = normal_key (name);
  g_autoptr(TcValue) own = parse_config (config);
  g_autoptr(TcValue) found = NULL;

  if (credentials)
    {
      const char *given = tc_value_get_str (credentials, "registry");
      g_autofree char *their = given && *given ? normal_key (given) : NULL;

      if (!their || g_str_equal (their, registry))
        found = auth_of_entry (credentials, registry);
    }
  if (!found && own)
    found = auth_of_config (own, registry, FALSE);
  for (int i = 0; !found && i < 2; i++)
    {
      g_autoptr(TcValue) theirs = load_user_config (i);

      found = theirs ? auth_of_config (theirs, registry, TRUE) : NULL;
    }
  return found ? header_of (found) : NULL;
}

/* What @config knows, unless somebody knew better. */
static void
add_config (TcMapBuilder  *all,
            GHashTable    *known,
            const TcValue *config,
            gboolean       helpers)
{
  static const char *const lists[] = { "auths", "credHelpers" };

  for (size_t i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      const TcValue *list = tc_value_get (config, lists[i]);

      for (size_t j = 0; tc_value_is (list, TC_VALUE_MAP) && j < tc_value_length (list); j++)
        {
          g_autofree char *registry = normal_key (tc_value_key (list, j));
          TcValue *auth = g_hash_table_contains (known, registry) ? NULL : auth_of_config (config, registry, helpers);

          if (!auth)
            continue;
          tc_map_builder_take (all, server_of (registry), auth);
          g_hash_table_add (known, g_steal_pointer (&registry));
        }
    }
}

char *
tc_docker_auth_all (const TcValue *credentials,
                    const TcValue *config)
{
  TcMapBuilder *all = tc_map_builder_new ();
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(TcValue) own = parse_config (config);
  g_autoptr(TcValue) map = NULL;

  if (credentials)
    {
      const char *given = tc_value_get_str (credentials, "registry");
      g_autofree char *registry = normal_key (given && *given ? given : "docker.io");
      TcValue *auth = auth_of_entry (credentials, registry);

      if (auth)
        tc_map_builder_take (all, server_of (registry), auth);
      g_hash_table_add (known, g_steal_pointer (&registry));
    }
  if (own)
    add_config (all, known, own, FALSE);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr(TcValue) theirs = load_user_config (i);

      if (theirs)
        add_config (all, known, theirs, TRUE);
    }
  map = tc_map_builder_end (all);
  return tc_value_length (map) > 0 ? header_of (map) : NULL;
}
