/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-target.h"
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
