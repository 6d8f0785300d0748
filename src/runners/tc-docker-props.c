/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-props.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const file_strategies[] = { "VOLUME", "MOUNT", NULL };

#define AT(member) offsetof (TcDockerProps, member)
#define PROP(name_, kind_, member_, fallback_, of_, doc_) { name_, kind_, TC_PROP_DYNAMIC, offsetof (TcDockerProps, member_), fallback_, of_, doc_ }
#define RARE(name_, kind_, member_, fallback_, of_, doc_) \
  { name_, kind_, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (TcDockerProps, member_), fallback_, of_, doc_ }

const TcProp tc_docker_props[] = {
  TC_CONTAINER_ENGINE_ROWS (AT),
  TC_CONTAINER_ROWS (AT),
  PROP ("entryPoint", TC_KIND_LIST, entry_point, NULL, NULL, N_("Entry point. Default: none, so that the commands run as they are; null keeps the image's.")),
  PROP ("delete", TC_KIND_BOOL, delete_it, "true", NULL, N_("Remove the container at the end.")),
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
