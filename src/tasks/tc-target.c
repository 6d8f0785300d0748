/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-target.h"

#include "tc-stored.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>

gboolean
tc_target_check (const TcTarget  *target,
                 GError         **error)
{
  if (target->execution != NULL && (target->namespace == NULL) != (target->flow == NULL))
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Both `namespace` and `flowId` must be set when `executionId` is set."));
  else if (target->execution == NULL && (target->namespace != NULL || target->flow != NULL))
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("`namespace` and `flowId` should only be set when `executionId` is set."));
  else
    return TRUE;
  return FALSE;
}

void
tc_target_put (const TcTarget *target,
               TcMapBuilder   *args)
{
  if (target->execution != NULL)
    tc_map_builder_str (args, "executionId", target->execution);
  if (target->namespace != NULL)
    tc_map_builder_str (args, "namespace", target->namespace);
  if (target->flow != NULL)
    tc_map_builder_str (args, "flowId", target->flow);
}

gboolean
tc_target_put_time (TcMapBuilder  *args,
                    const char    *name,
                    const char    *text,
                    GError       **error)
{
  TcTime time;

  if (text == NULL)
    return TRUE;
  if (!tc_time_parse (text, &time))
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("'%s' is no date and time with a zone, as 2026-01-31T08:00:00Z is"), text);
      return FALSE;
    }
  tc_map_builder_take (args, name, tc_value_int (time.seconds * G_USEC_PER_SEC + time.nanos / 1000));
  return TRUE;
}

int64_t
tc_target_count (TcJob          *job,
                 const char     *namespace_,
                 const char     *flow,
                 const TcValue  *states,
                 const char     *start,
                 const char     *end,
                 GError        **error)
{
  const TcTarget target = { NULL, (char *) namespace_, (char *) flow };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) args = NULL, n = NULL;

  tc_target_put (&target, map);
  if (states != NULL)
    tc_map_builder_take (map, "states", tc_value_ref (states));
  if (!tc_target_put_time (map, "start_us", start, error) || !tc_target_put_time (map, "end_us", end, error))
    return -1;
  args = tc_map_builder_end (g_steal_pointer (&map));
  n = tc_job_ask (job, "executions.count", args, error);
  return n == NULL ? -1 : tc_value_get_int (n);
}

TcValue *
tc_target_toggle (TcJob       *job,
                  const char  *namespace_,
                  const char  *flow,
                  const char  *trigger,
                  gboolean     enabled,
                  GError     **error)
{
  const TcTarget target = { NULL, (char *) namespace_, (char *) flow };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) args = NULL;

  tc_target_put (&target, map);
  tc_map_builder_str (map, "trigger", trigger);
  tc_map_builder_take (map, "enabled", tc_value_bool (enabled));
  args = tc_map_builder_end (g_steal_pointer (&map));
  return tc_job_ask (job, "trigger.toggle", args, error);
}

TcValue *
tc_target_fetch (TcJob           *job,
                 const TcTarget  *target,
                 const char      *level,
                 const TcValue   *tasks,
                 GError         **error)
{
  g_autoptr (TcStoredOut) out = tc_target_check (target, error) ? tc_stored_out_new (job, ".ion", error) : NULL;
  g_autoptr (TcMapBuilder) map = out == NULL ? NULL : tc_map_builder_new ();
  g_autoptr (TcValue) args = NULL, size = NULL;
  g_autofree char *uri = NULL;

  if (out == NULL)
    return NULL;
  tc_target_put (target, map);
  tc_map_builder_str (map, "level", level);
  tc_map_builder_str (map, "path", out->path);
  if (tasks != NULL)
    tc_map_builder_take (map, "tasks", tc_value_ref (tasks));
  args = tc_map_builder_end (g_steal_pointer (&map));
  size = tc_job_ask (job, "logs.fetch", args, error);
  uri = size == NULL ? NULL : tc_stored_out_end (job, g_steal_pointer (&out), error);
  return uri == NULL ? NULL : tc_value_map_of ("uri", tc_value_string (uri), "size", tc_value_ref (size), NULL);
}
