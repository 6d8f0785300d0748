/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-value.h"

G_BEGIN_DECLS

/* Numbers as Java writes and reads them. */
void     tc_java_append_double  (double value, GString *out);           /* Double.toString() */
void     tc_java_append_float   (double value, GString *out);           /* Float.toString() */
gboolean tc_java_parse_number   (const char *text, TcVal *number);      /* commons-lang NumberUtils.createNumber(); FALSE: not one */
gboolean tc_java_parse_as       (const char *text, const char *type, TcVal *number);    /* INT, LONG …; FALSE: no such number */
gboolean tc_java_is_decimal     (const char *text);                     /* what new BigDecimal (text) accepts */
/** tc_java_format_number: java.text.DecimalFormat, HALF_EVEN, English symbols. NULL: a malformed pattern. */
char    *tc_java_format_number  (const char *pattern, const TcVal *number);

G_END_DECLS
