/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"

G_BEGIN_DECLS

/** tc_task_types: every task type that is written in C, NULL-ended; one row each in task-types.def. Any thread. */
extern const TcTaskClass *const tc_task_types[];

G_END_DECLS
