/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char *format;
  int   level;
} EchoProps;

static const char *const aliases[] = { "io.kestra.core.tasks.debugs.Echo", NULL };
static const char *const levels[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR", NULL };

static const TcProp props[] = {
  { "format", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (EchoProps, format), NULL, NULL, N_("Text to log.") },
  { "level", TC_KIND_ENUM, TC_PROP_DYNAMIC, offsetof (EchoProps, level), "INFO", levels, N_("Severity of the entry.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const EchoProps *given = data;

  tc_job_log (job, (TcLevel) given->level, "%s", given->format != NULL ? given->format : "");
  return tc_value_null ();
}

extern const TcTaskClass tc_task_debug_echo;
const TcTaskClass tc_task_debug_echo = {
  .info = {
    .type = "io.kestra.plugin.core.debug.Echo", .aliases = aliases,
    .title = N_("Log a text"),
    .doc = N_("Older form of `io.kestra.plugin.core.log.Log`."),
    .props = props, .props_size = sizeof (EchoProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
