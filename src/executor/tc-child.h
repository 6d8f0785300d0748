/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-pass.h"

G_BEGIN_DECLS

/* Executions that a task starts (Kestra: ExecutableUtils). @asked is the payload of the SUBFLOW effect. */

/** tc_child_link: how entries name an execution: the window makes a link of it. Caller frees. */
char *tc_child_link        (const TcValue *asked, const char *execution_id);
/** tc_child_log_created: the event says that @execution_id was made: one entry of @attempt, and one of @attempt_before for each input that was
 * given and that its flow does not have. */
void  tc_child_log_created (TcPass *pass, TcTaskRun *run, const TcValue *asked, const char *execution_id, int attempt, int attempt_before);

G_END_DECLS
