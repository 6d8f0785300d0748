/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-props.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const pull_policies[] = { "ALWAYS", "IF_NOT_PRESENT", "NEVER", NULL };
static const char *const file_strategies[] = { "VOLUME", "MOUNT", NULL };

#define NESTED(name_, kind_, doc_) { name_, kind_, TC_PROP_DYNAMIC, 0, NULL, NULL, doc_ }
#define NESTED_SECRET(name_, doc_) { name_, TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_SECRET, 0, NULL, NULL, doc_ }

static const TcProp credentials_props[] = {
  NESTED ("registry", TC_KIND_STRING, N_("Registry that they are for. Default: the image's.")),
  NESTED ("username", TC_KIND_STRING, N_("Name of the account.")),
  NESTED_SECRET ("password", N_("Its password.")),
  NESTED_SECRET ("registryToken", N_("Token of the registry, instead of name and password.")),
  NESTED_SECRET ("identityToken", N_("Identity token, instead of name and password.")),
  NESTED_SECRET ("auth", N_("`user:password` in base64.")),
  { 0 }
};
static const TcProp cpu_props[] = {
  NESTED ("cpus", TC_KIND_DOUBLE, N_("How many processors' worth of time it may use, for example 1.5.")),
  { 0 }
};
static const TcProp memory_props[] = {
  NESTED ("memory", TC_KIND_STRING, N_("Most memory it may use, for example 512MB. Beyond it the kernel ends the program.")),
  NESTED ("memorySwap", TC_KIND_STRING, N_("Most memory and swap together; -1: no limit.")),
  NESTED ("memorySwappiness", TC_KIND_STRING, N_("How willingly the kernel swaps it out, 0 to 100.")),
  NESTED ("memoryReservation", TC_KIND_STRING, N_("Soft limit, kept when memory is short.")),
  NESTED ("kernelMemory", TC_KIND_STRING, N_("Limit on kernel memory. Newer engines do not know it any more.")),
  NESTED ("oomKillDisable", TC_KIND_BOOL, N_("Let the program wait instead of ending it at the limit.")),
  { 0 }
};

#define PROP(name_, kind_, member_, fallback_, of_, doc_) { name_, kind_, TC_PROP_DYNAMIC, offsetof (TcDockerProps, member_), fallback_, of_, doc_ }
#define RARE(name_, kind_, member_, fallback_, of_, doc_) \
  { name_, kind_, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (TcDockerProps, member_), fallback_, of_, doc_ }

const TcProp tc_docker_props[] = {
  PROP ("host", TC_KIND_STRING, host, NULL, NULL,
        N_("Address of the container engine, `unix:///path` or `tcp://host:port`. Default: DOCKER_HOST, the docker command's context, or the first of the usual "
           "sockets of Docker and Podman that answers.")),
  { "config", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_SECRET, offsetof (TcDockerProps, config), NULL, NULL,
    N_("A whole docker `config.json`, as a map or as JSON text; its `auths` are used for pulls.") },
  PROP ("credentials", TC_KIND_OBJECT, credentials, NULL, credentials_props, N_("Login at the image's registry.")),
  PROP ("user", TC_KIND_STRING, user, NULL, NULL, N_("User inside the container: a name or `uid[:gid]`. Default: the image's.")),
  PROP ("entryPoint", TC_KIND_LIST, entry_point, NULL, NULL, N_("Entry point. Default: none, so that the commands run as they are; null keeps the image's.")),
  PROP ("extraHosts", TC_KIND_LIST, extra_hosts, NULL, NULL, N_("Names for `/etc/hosts`, each as `name:address`.")),
  PROP ("networkMode", TC_KIND_STRING, network_mode, NULL, NULL, N_("Network: `bridge`, `none`, `host`, `container:ID` or a network's name.")),
  PROP ("portBindings", TC_KIND_LIST, port_bindings, NULL, NULL, N_("Ports to publish, each as `[[ip:]host:]container[/protocol]`.")),
  PROP ("volumes", TC_KIND_LIST, volumes, NULL, NULL, N_("Folders of this computer for the container, each as `source:destination[:ro]`. Ignored unless allowed in the settings.")),
  PROP ("pullPolicy", TC_KIND_ENUM, pull_policy, "IF_NOT_PRESENT", pull_policies, N_("When to pull the image: always, if it is not there, or never.")),
  RARE ("deviceRequests", TC_KIND_LIST, device_requests, NULL, NULL, N_("Devices such as GPUs: maps with `driver`, `count`, `deviceIds`, `capabilities`, `options`.")),
  PROP ("cpu", TC_KIND_OBJECT, cpu, NULL, cpu_props, N_("Limits on processor time.")),
  PROP ("memory", TC_KIND_OBJECT, memory, NULL, memory_props, N_("Limits on memory.")),
  RARE ("shmSize", TC_KIND_STRING, shm_size, NULL, NULL, N_("Size of `/dev/shm`, for example 128MB.")),
  RARE ("privileged", TC_KIND_BOOL, privileged, "false", NULL, N_("Give the container all rights on this computer.")),
  PROP ("delete", TC_KIND_BOOL, delete_it, "true", NULL, N_("Remove the container at the end.")),
  PROP ("wait", TC_KIND_BOOL, wait, "true", NULL, N_("Wait for its end. Otherwise the task ends at once with exit code 0 and the container goes on.")),
  PROP ("killGracePeriod", TC_KIND_DURATION, grace_us, "PT0S", NULL, N_("How long a stopped container may take to end by itself before it is killed.")),
  PROP ("fileHandlingStrategy", TC_KIND_ENUM, file_handling, "VOLUME", file_strategies,
        N_("How files get in and out: copied (VOLUME, works with distant engines too), or by mounting the working directory (MOUNT, faster).")),
  RARE ("resume", TC_KIND_BOOL, resume, "true", NULL, N_("After a restart of Tiercel, follow the container that still runs instead of beginning again.")),
  { "image", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, offsetof (TcDockerProps, image), NULL, NULL, N_("Image; use the task's `containerImage`.") },
  { "version", TC_KIND_STRING, TC_PROP_ADVANCED, offsetof (TcDockerProps, version), NULL, NULL, N_("Version of the runner. Accepted and ignored: there is one.") },
  { 0 }
};

gboolean
tc_docker_size_parse (const char *text,
                      int64_t    *bytes)
{
  static const char units[] = "KMGT";
  char *end;
  double number = g_ascii_strtod (text, &end);
  double factor = 1;
  const char *unit;

  if (end == text || !(number >= -1) || number > 1e15)
    return FALSE;
  while (*end == ' ')
    end++;
  unit = *end ? strchr (units, g_ascii_toupper (*end)) : NULL;
  if (unit)
    {
      for (const char *at = units; at <= unit; at++)
        factor *= 1024;
      end++;
      if (*end == 'i')
        end++;
    }
  if (*end == 'b' || *end == 'B')
    end++;
  if (*end || number * factor >= 9e18)
    return FALSE;
  *bytes = (int64_t) (number * factor);
  return TRUE;
}

gboolean
tc_docker_user_ids (const char *user,
                    int        *uid,
                    int        *gid)
{
  char *end;
  guint64 first;

  *uid = *gid = 0;
  if (!user || !*user || g_str_equal (user, "root"))
    return TRUE;
  if (!g_ascii_isdigit (*user))
    return FALSE;
  first = g_ascii_strtoull (user, &end, 10);
  if ((*end && *end != ':') || first > G_MAXINT)
    return FALSE;
  *uid = (int) first;
  if (*end == ':' && g_ascii_isdigit (end[1]))
    *gid = (int) g_ascii_strtoull (end + 1, NULL, 10);
  return TRUE;
}
