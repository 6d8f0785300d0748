/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-node.h"

G_BEGIN_DECLS

/* java.math.BigDecimal on decimal texts. Sums and products are exact, quotients have 34 digits (DECIMAL128, HALF_EVEN). */
#define TC_EXPR_LIMIT_DIGITS 10000

/** tc_java_decimal_compute: caller frees; NULL: division by zero, or an operand or result beyond TC_EXPR_LIMIT_DIGITS. */
char *tc_java_decimal_compute      (TcOp op, const char *a, const char *b);
void  tc_java_append_plain_decimal (const char *text, GString *out);          /* BigDecimal.toPlainString() */
char *tc_java_decimal_normal       (const char *text);                        /* BigDecimal.toString(); NULL: too long */

G_END_DECLS
