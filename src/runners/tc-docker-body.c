/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of POST /containers/create from a run specification (Kestra: Docker.configure(); Engine API: ContainerCreate). */
#include "config.h"

#include "tc-docker-props.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LABEL_LENGTH 63

static TcValue *
list_of_strings (GPtrArray *strings)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (guint i = 0; strings && i < strings->len; i++)
    tc_list_builder_take (list, tc_value_string (strings->pdata[i]));
  return tc_list_builder_end (list);
}

/* As Kestra cuts them: 63 characters, not ending with a sign. */
static TcValue *
label_value (const char *text)
{
  g_autofree char *cut = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), LABEL_LENGTH));
  size_t length = strlen (cut);

  while (length > 0 && strchr ("-._", cut[length - 1]))
    length--;
  return tc_value_string_len (cut, length);
}

static TcValue *
make_labels (const TcRunSpec     *spec,
             const TcDockerProps *props,
             const TcRun         *run)
{
  TcMapBuilder *map = tc_map_builder_new ();

  for (size_t i = 0; spec->labels && i < tc_value_length (spec->labels); i++)
    if (tc_value_is (tc_value_item (spec->labels, i), TC_VALUE_STRING))
      tc_map_builder_take (map, tc_value_key (spec->labels, i), label_value (tc_value_get_text (tc_value_item (spec->labels, i))));
  tc_map_builder_str (map, "io.tiercel", "1");
  tc_map_builder_str (map, "tiercel.effect", run->effect_id);
  tc_map_builder_str (map, "tiercel.data", run->host->data_dir);
  if (!props->delete_it || !props->wait)
    tc_map_builder_str (map, "tiercel.keep", "1");
  return tc_map_builder_end (map);
}

static gboolean
fail (GError    **error,
      const char *property,
      const char *text,
      const char *expected)
{
  g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_SPEC, _("taskRunner.%s: “%s” is wrong: expected %s"), property, text, expected);
  return FALSE;
}

/* One of `[[ip:]host:]container[/protocol]` into ExposedPorts and PortBindings. */
static gboolean
add_port (TcMapBuilder *exposed,
          TcMapBuilder *bindings,
          const char   *text,
          GError      **error)
{
  const char *slash = strchr (text, '/');
  g_autofree char *main_part = slash ? g_strndup (text, (size_t) (slash - text)) : g_strdup (text);
  char *container = strrchr (main_part, ':');
  char *host = NULL, *ip = NULL;
  g_autofree char *key = NULL;
  TcMapBuilder *binding = tc_map_builder_new ();
  TcValue *items[1];

  if (container)
    {
      *container++ = '\0';
      host = strrchr (main_part, ':');
      if (host)
        {
          *host++ = '\0';
          ip = main_part;
        }
      else
        host = main_part;
    }
  else
    container = main_part;
  if (!*container || strspn (container, "0123456789-") != strlen (container))
    {
      tc_map_builder_free (binding);
      return fail (error, "portBindings", text, _("[[ip:]host:]container[/protocol]"));
    }
  key = g_strconcat (container, "/", slash ? slash + 1 : "tcp", NULL);
  tc_map_builder_str (binding, "HostIp", ip);
  tc_map_builder_str (binding, "HostPort", host ? host : "");
  items[0] = tc_map_builder_end (binding);
  tc_map_builder_take (exposed, key, tc_map_builder_end (tc_map_builder_new ()));
  tc_map_builder_take (bindings, key, tc_value_list (items, 1));
  return TRUE;
}

static gboolean
add_ports (TcMapBuilder        *body,
           TcMapBuilder        *host,
           const TcDockerProps *props,
           GError             **error)
{
  TcMapBuilder *exposed, *bindings;
  gboolean good = TRUE;

  if (!tc_value_is (props->port_bindings, TC_VALUE_LIST))
    return TRUE;
  exposed = tc_map_builder_new ();
  bindings = tc_map_builder_new ();
  for (size_t i = 0; good && i < tc_value_length (props->port_bindings); i++)
    {
      const TcValue *item = tc_value_item (props->port_bindings, i);
      g_autofree char *text = tc_value_is (item, TC_VALUE_INT) ? g_strdup_printf ("%lld", (long long) tc_value_get_int (item))
                              : tc_value_is (item, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (item)) : g_strdup ("");

      good = add_port (exposed, bindings, text, error);
    }
  tc_map_builder_take (body, "ExposedPorts", tc_map_builder_end (exposed));
  tc_map_builder_take (host, "PortBindings", tc_map_builder_end (bindings));
  return good;
}

static gboolean
add_size (TcMapBuilder  *host,
          const char    *key,
          const char    *property,
          const TcValue *value,
          GError       **error)
{
  int64_t bytes;

  if (!value || tc_value_is (value, TC_VALUE_NULL))
    return TRUE;
  if (tc_value_is (value, TC_VALUE_INT))
    bytes = tc_value_get_int (value);
  else if (!tc_value_is (value, TC_VALUE_STRING) || !tc_docker_size_parse (tc_value_get_text (value), &bytes))
    {
      g_autofree char *text = tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : g_strdup ("");

      return fail (error, property, text, _("a size such as 512MB"));
    }
  tc_map_builder_take (host, key, tc_value_int (bytes));
  return TRUE;
}

static gboolean
add_limits (TcMapBuilder        *host,
            const TcDockerProps *props,
            GError             **error)
{
  static const struct { const char *key, *name, *property; } sizes[] = {
    { "Memory", "memory", "memory.memory" }, { "MemorySwap", "memorySwap", "memory.memorySwap" },
    { "MemorySwappiness", "memorySwappiness", "memory.memorySwappiness" },
    { "MemoryReservation", "memoryReservation", "memory.memoryReservation" }, { "KernelMemory", "kernelMemory", "memory.kernelMemory" },
  };
  const TcValue *cpus = props->cpu ? tc_value_get (props->cpu, "cpus") : NULL;
  g_autoptr(TcValue) shm = props->shm_size && *props->shm_size ? tc_value_string (props->shm_size) : NULL;

  for (size_t i = 0; props->memory && i < G_N_ELEMENTS (sizes); i++)
    if (!add_size (host, sizes[i].key, sizes[i].property, tc_value_get (props->memory, sizes[i].name), error))
      return FALSE;
  if (props->memory && tc_value_get (props->memory, "oomKillDisable"))
    tc_map_builder_take (host, "OomKillDisable", tc_value_bool (tc_value_get_flag (props->memory, "oomKillDisable", FALSE)));
  if (tc_value_is (cpus, TC_VALUE_INT) || tc_value_is (cpus, TC_VALUE_DOUBLE) || tc_value_is (cpus, TC_VALUE_STRING))
    {
      double number = tc_value_is (cpus, TC_VALUE_INT) ? (double) tc_value_get_int (cpus)
                      : tc_value_is (cpus, TC_VALUE_DOUBLE) ? tc_value_get_double (cpus) : g_ascii_strtod (tc_value_get_text (cpus), NULL);

      if (!(number > 0) || number > 1e6)
        return fail (error, "cpu.cpus", "", _("a number above 0"));
      tc_map_builder_take (host, "NanoCpus", tc_value_int ((int64_t) (number * 1e9)));
    }
  return add_size (host, "ShmSize", "shmSize", shm, error);
}

static void
add_list (TcMapBuilder  *map,
          const char    *key,
          const TcValue *list)
{
  if (tc_value_is (list, TC_VALUE_LIST) && tc_value_length (list) > 0)
    tc_map_builder_take (map, key, tc_value_ref (list));
}

/* Kestra's names of a device request's members are those of the API in camel case. */
static TcValue *
device_requests (const TcValue *requests)
{
  static const struct { const char *ours, *theirs; } names[] = {
    { "driver", "Driver" }, { "count", "Count" }, { "deviceIds", "DeviceIDs" }, { "capabilities", "Capabilities" }, { "options", "Options" },
  };
  TcListBuilder *list = tc_list_builder_new ();

  for (size_t i = 0; i < tc_value_length (requests); i++)
    {
      TcMapBuilder *map = tc_map_builder_new ();

      for (size_t j = 0; j < G_N_ELEMENTS (names); j++)
        {
          const TcValue *member = tc_value_get (tc_value_item (requests, i), names[j].ours);

          if (member)
            tc_map_builder_take (map, names[j].theirs, tc_value_ref (member));
        }
      tc_list_builder_take (list, tc_map_builder_end (map));
    }
  return tc_list_builder_end (list);
}

static TcValue *
make_binds (const TcRunSpec     *spec,
            const TcDockerProps *props,
            gboolean             volumes)
{
  TcListBuilder *list = tc_list_builder_new ();

  if (props->file_handling == TC_FILES_MOUNT)
    tc_list_builder_take (list, tc_value_printf ("%s:%s:rw", spec->directory, spec->directory));
  for (size_t i = 0; volumes && tc_value_is (props->volumes, TC_VALUE_LIST) && i < tc_value_length (props->volumes); i++)
    tc_list_builder_take (list, tc_value_ref (tc_value_item (props->volumes, i)));
  return tc_list_builder_end (list);
}

/* Unlike a bind of `Binds`, a mount of a folder that the engine does not see is an error, not a new folder. */
static TcValue *
make_mounts (const TcRunSpec *spec)
{
  TcValue *mounts[] = {
    tc_value_map_of ("Type", tc_value_string ("bind"), "Source", tc_value_string (spec->directory), "Target", tc_value_string (spec->directory), NULL),
  };

  return tc_value_list (mounts, 1);
}

static TcValue *
entry_point (const TcRunSpec     *spec,
             const TcDockerProps *props)
{
  TcValue *none[1];

  if (spec->runner && tc_value_is (tc_value_get (spec->runner, "entryPoint"), TC_VALUE_NULL))
    return NULL;
  if (tc_value_is (props->entry_point, TC_VALUE_LIST) && tc_value_length (props->entry_point) > 0)
    return tc_value_ref (props->entry_point);
  none[0] = tc_value_string ("");       /* resets it; Podman keeps the image's when the list is empty */
  return tc_value_list (none, 1);
}

/* The log is what we read the output from, so it must be one that can be read again, whole and unchanged, whatever the daemon's default
 * is. Docker's json-file is not: it replaces a character that is cut by its limit of 16 KiB an entry. */
static TcValue *
log_config (gboolean podman)
{
  if (podman)
    return tc_value_map_of ("Type", tc_value_string ("k8s-file"), "Config", tc_map_builder_end (tc_map_builder_new ()), NULL);
  return tc_value_map_of ("Type", tc_value_string ("local"), "Config",
                          tc_value_map_of ("max-size", tc_value_string ("1024g"), "max-file", tc_value_string ("1"), "compress", tc_value_string ("false"), NULL),
                          NULL);
}

TcValue *
tc_docker_body (const TcRunSpec     *spec,
                const TcDockerProps *props,
                const char          *image,
                const TcRun         *run,
                gboolean             volumes,
                gboolean             mount,
                gboolean             podman,
                GError             **error)
{
  TcMapBuilder *body = tc_map_builder_new (), *host = tc_map_builder_new ();
  TcValue *entry = entry_point (spec, props);
  g_autoptr(TcValue) made = NULL;
  gboolean good;

  tc_map_builder_str (body, "Image", image);
  tc_map_builder_take (body, "Cmd", list_of_strings (spec->argv));
  if (entry)
    tc_map_builder_take (body, "Entrypoint", entry);
  tc_map_builder_take (body, "Env", list_of_strings (spec->env));
  tc_map_builder_str (body, "User", props->user);
  tc_map_builder_str (body, "WorkingDir", spec->directory);
  tc_map_builder_take (body, "Labels", make_labels (spec, props, run));
  tc_map_builder_take (body, "AttachStdout", tc_value_bool (TRUE));
  tc_map_builder_take (body, "AttachStderr", tc_value_bool (TRUE));
  tc_map_builder_take (host, "Binds", make_binds (spec, props, volumes));
  if (mount)
    tc_map_builder_take (host, "Mounts", make_mounts (spec));
  tc_map_builder_str (host, "NetworkMode", props->network_mode);
  add_list (host, "ExtraHosts", props->extra_hosts);
  tc_map_builder_take (host, "Privileged", tc_value_bool (props->privileged));
  if (tc_value_is (props->device_requests, TC_VALUE_LIST))
    tc_map_builder_take (host, "DeviceRequests", device_requests (props->device_requests));
  tc_map_builder_take (host, "LogConfig", log_config (podman));
  good = add_ports (body, host, props, error) && add_limits (host, props, error);
  tc_map_builder_take (body, "HostConfig", tc_map_builder_end (host));
  made = tc_map_builder_end (body);
  return good ? g_steal_pointer (&made) : NULL;
}
