/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-problem.h"

#include <glib/gi18n-lib.h>

struct _TcProblem
{
  GObject       parent_instance;

  TcDiagnostic *diagnostic;
  char         *task;
};

G_DEFINE_FINAL_TYPE (TcProblem, tc_problem, G_TYPE_OBJECT)

static void
tc_problem_finalize (GObject *object)
{
  TcProblem *self = TC_PROBLEM (object);

  tc_diagnostic_unref (self->diagnostic);
  g_free (self->task);
  G_OBJECT_CLASS (tc_problem_parent_class)->finalize (object);
}

static void
tc_problem_class_init (TcProblemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_problem_finalize;
}

static void
tc_problem_init (TcProblem *self)
{
}

TcProblem *
tc_problem_new (TcDiagnostic *diagnostic,
                const char   *task)
{
  TcProblem *self = g_object_new (TC_TYPE_PROBLEM, NULL);

  self->diagnostic = tc_diagnostic_ref (diagnostic);
  self->task = g_strdup (task);
  return self;
}

const TcDiagnostic *
tc_problem_get_diagnostic (TcProblem *self)
{
  return self->diagnostic;
}

const char *
tc_problem_get_task (TcProblem *self)
{
  return self->task;
}

char *
tc_problem_correction (const TcDiagnostic *diagnostic)
{
  return diagnostic->right != NULL ? g_strdup_printf (_("Change to “%s”"), diagnostic->right) : NULL;
}

const char *
tc_severity_icon (TcSeverity severity)
{
  switch (severity)
    {
    case TC_SEVERITY_ERROR:
      return "tc-problem-error-symbolic";
    case TC_SEVERITY_WARNING:
      return "tc-problem-warning-symbolic";
    case TC_SEVERITY_HINT:
      return "tc-problem-hint-symbolic";
    }
  return NULL;
}
