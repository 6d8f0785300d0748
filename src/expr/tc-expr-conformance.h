/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-template.h"

G_BEGIN_DECLS

typedef enum
{
  TC_EXPR_ROW_PASS,
  TC_EXPR_ROW_FAIL,
  TC_EXPR_ROW_SKIP,     /* behaviour of a version that is not ours */
} TcExprRowResult;

/**
 * tc_expr_conformance_row: runs one row of an expression corpus: `id`, `context`, `expression`, `expect` or `error`, and the
 * options `match`, `anyError`, `lenient`, `profile`, `since`, `typed`, `recursive`, `fixtures`. Nothing is read or written.
 * @why: (out): what was expected and what came, or why it was skipped; NULL for a plain pass. Caller frees. Any thread.
 */
TcExprRowResult tc_expr_conformance_row (const TcValue *row, char **why);

G_END_DECLS
