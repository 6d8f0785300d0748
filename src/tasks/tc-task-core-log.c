/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcValue *message;
  int      level;
} LogProps;

static const char *const aliases[] = { "io.kestra.core.tasks.log.Log", NULL };
static const char *const levels[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR", NULL };

static const TcProp props[] = {
  { "message", TC_KIND_ANY, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, offsetof (LogProps, message), NULL, NULL, N_("Text or list of texts to log.") },
  { "level", TC_KIND_ENUM, TC_PROP_DYNAMIC, offsetof (LogProps, level), "INFO", levels, N_("Severity of the entries.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const LogProps *given = data;

  return tc_job_log_value (job, (TcLevel) given->level, given->message, error) ? tc_value_null () : NULL;
}

extern const TcTaskClass tc_task_core_log;
const TcTaskClass tc_task_core_log = {
  .info = {
    .type = "io.kestra.plugin.core.log.Log", .aliases = aliases,
    .title = N_("Log a message"),
    .doc = N_("Writes one log entry for each message."),
    .props = props, .props_size = sizeof (LogProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
