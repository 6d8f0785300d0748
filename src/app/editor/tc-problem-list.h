/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-problem.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TcProblemList: the findings of a flow, one a row. Main thread.
 * Signals: activated (TcProblem *problem)
 *          corrected (TcProblem *problem)   its correction is wanted
 */
#define TC_TYPE_PROBLEM_LIST (tc_problem_list_get_type ())
G_DECLARE_FINAL_TYPE (TcProblemList, tc_problem_list, TC, PROBLEM_LIST, GtkWidget)

GtkWidget *tc_problem_list_new       (void);
void       tc_problem_list_set_model (TcProblemList *self, GListModel *problems);    /* TcProblem; NULL: none */

G_END_DECLS
