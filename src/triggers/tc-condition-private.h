/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-condition.h"

G_BEGIN_DECLS

/* Evaluates one kind of condition: FALSE and @error if it cannot. */
typedef gboolean (*TcConditionFunc) (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);

/* tc-condition.c */
/* The rendered text of @key, or of @fallback if there is none (NULL: then NULL without @error). Caller frees. */
char    *tc_condition_text (const TcValue *condition, const char *key, const char *fallback, const TcConditionWorld *world, GError **error);
gboolean tc_condition_fail (const TcValue *condition, const char *key, const char *what, GError **error);      /* sets @error; FALSE */

/* tc-condition-date.c */
gboolean tc_condition_date_time_between (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);
gboolean tc_condition_time_between      (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);
gboolean tc_condition_day_week          (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);
gboolean tc_condition_day_week_in_month (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);
gboolean tc_condition_weekend           (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);
gboolean tc_condition_public_holiday    (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);

G_END_DECLS
