/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-render.h"

G_BEGIN_DECLS

/* java.lang.String over UTF-8: lengths and positions count UTF-16 units, half a pair becomes `?`. */
size_t   tc_java_length    (const TcVal *text);
TcVal    tc_java_substring (const TcVal *text, size_t from, size_t to);       /* units; @to at most the length */
char    *tc_java_upper     (const TcVal *text);
char    *tc_java_lower     (const TcVal *text);
TcVal    tc_java_trim      (const TcVal *text);
GString *tc_java_replace   (const TcVal *text, const TcVal *from, const TcVal *to);
gboolean tc_java_is_blank  (const char *text, size_t length);

/* java.util.regex over PCRE: a pattern is translated, backtracking is bounded by TC_EXPR_LIMIT_BACKTRACKS. */
#define TC_EXPR_LIMIT_BACKTRACKS 1000000
GRegex  *tc_java_regex     (TcRender *render, const TcVal *pattern);          /* NULL: failed */
gboolean tc_java_find      (TcRender *render, GRegex *regex, const TcVal *text, GMatchInfo **match, gboolean *found);
gboolean tc_java_replace_all (TcRender *render, const TcVal *text, const TcVal *pattern, const TcVal *replacement, TcVal *result);
gboolean tc_java_split     (TcRender *render, const TcVal *text, const TcVal *pattern, int64_t limit, TcVal *result);

G_END_DECLS
