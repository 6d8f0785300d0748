/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-render.h"

G_BEGIN_DECLS

/* The tables of callables, one per concern. Each ends with an empty row. */
extern const TcCallable tc_filters_string[];
extern const TcCallable tc_filters_list[];
extern const TcCallable tc_filters_number[];
extern const TcCallable tc_filters_date[];
extern const TcCallable tc_filters_encode[];
extern const TcCallable tc_filters_regex[];
extern const TcCallable tc_functions_core[];
extern const TcCallable tc_functions_parse[];
extern const TcCallable tc_functions_date[];
extern const TcCallable tc_functions_random[];
extern const TcCallable tc_functions_scope[];
extern const TcCallable tc_functions_output[];
extern const TcCallable tc_tests[];

#define TC_FILTER(filter_name, function, filter_flags, argument_rows) \
  .entry.role = TC_EXPR_FILTER, .entry.name = filter_name, .filter = function, .entry.flags = filter_flags, .entry.args = argument_rows
#define TC_FUNCTION(function_name, implementation, function_flags, argument_rows) \
  .entry.role = TC_EXPR_FUNCTION, .entry.name = function_name, .function = implementation, .entry.flags = function_flags, \
  .entry.args = argument_rows
#define TC_DOC(text, sample, printed) .entry.doc = text, .entry.example = sample, .entry.result = printed

G_END_DECLS
