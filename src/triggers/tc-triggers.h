/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"

G_BEGIN_DECLS

/** tc_trigger_types: every trigger type, NULL-ended. Any thread. Source: spec/core-tasks-and-triggers.md §3. */
extern const TcTypeInfo *const tc_trigger_types[];

/** tc_condition_types: what may stand in `conditions`, NULL-ended. Source: spec/core-tasks-and-triggers.md §4. */
extern const TcTypeInfo *const tc_condition_types[];

G_END_DECLS
