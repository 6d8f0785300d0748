/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-order.h"

G_BEGIN_DECLS

/** tc_task_cache_find: the end of a task that need not run, or NULL. tc_task_cache_save: keeps the outputs of one that ran. Workers. */
TcEvent *tc_task_cache_find (TcOrder *self);
void     tc_task_cache_save (TcOrder *self, const TcEvent *ended);

G_END_DECLS
