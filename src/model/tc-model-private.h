/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"

G_BEGIN_DECLS

/* Shared between the records of this layer, seen by no other. */
TcHistory  tc_history_dup  (const TcHistory *self);
void       tc_attempt_free (TcAttempt *self);
GPtrArray *tc_attempts_new (void);

static inline TcValue *
tc_value_ref_or_null (const TcValue *self)
{
  return self != NULL ? tc_value_ref (self) : NULL;
}

G_END_DECLS
