/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-tasks.h"

#define TC_TASK(name) extern const TcTaskClass tc_task_##name;
#include "task-types.def"
#undef TC_TASK

const TcTaskClass *const tc_task_types[] = {
#define TC_TASK(name) &tc_task_##name,
#include "task-types.def"
#undef TC_TASK
  NULL
};
