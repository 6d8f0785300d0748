/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow.h"

G_BEGIN_DECLS

/* A small registry of its own, so that these tests do not change with the real task types. Types: "test.Log", "test.Parallel" … */
TcRegistry *fixture_registry (void);

/* Compiles @source; findings as "line:severity:code\n" in order of their place. @flow may be NULL. */
char       *fixture_findings (const char *source, TcFlow **flow);
TcFlow     *fixture_flow     (const char *source);      /* must have no error */

G_END_DECLS
