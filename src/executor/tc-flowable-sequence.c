/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-flowable.h"

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error)
{
  return TRUE;
}

/* Kestra: Sequential, AllowFailure. What AllowFailure makes of FAILED stands with the state of a parent, tc-resolve.c. */
const TcFlowable tc_flowable_sequential = { .name = "Sequential", .kind = TC_FLOWABLE_PARENT, .begin = begin };
const TcFlowable tc_flowable_allow_failure = { .name = "AllowFailure", .kind = TC_FLOWABLE_PARENT, .begin = begin };
