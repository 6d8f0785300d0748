/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-diagnostic.h"
#include <glib-object.h>

G_BEGIN_DECLS

/** TcProblem: one finding as lists show it; immutable. Main thread. */
#define TC_TYPE_PROBLEM (tc_problem_get_type ())
G_DECLARE_FINAL_TYPE (TcProblem, tc_problem, TC, PROBLEM, GObject)

/** tc_problem_new: @task: id of the task it is in, or NULL. */
TcProblem          *tc_problem_new            (TcDiagnostic *diagnostic, const char *task);
const TcDiagnostic *tc_problem_get_diagnostic (TcProblem *self);     /* borrowed */
const char         *tc_problem_get_task       (TcProblem *self);     /* or NULL */
/** tc_problem_correction: "Change to “X”", translated; NULL: none is known. Caller frees. */
char               *tc_problem_correction     (const TcDiagnostic *diagnostic);
const char         *tc_severity_icon          (TcSeverity severity); /* symbolic icon name */

G_END_DECLS
