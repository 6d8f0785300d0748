/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-lexer.h"
#include "tc-expr-node.h"

G_BEGIN_DECLS

/* How deep an expression or a nest of tags may go: deeper trees would exhaust the stack of a worker. */
#define TC_EXPR_LIMIT_NESTING 256

/* The state that the parsers of expressions, calls and tags share. */
typedef struct
{
  TcTemplate   *template;
  const char   *source;
  size_t        length;
  const TcToken *tokens;
  size_t        at;
  int           level;        /* open recursive calls */
  GPtrArray    *calls;        /* FUNCTION nodes with their arguments, bound once all macros are known */
  TcLocate      locate;
  gconstpointer data;
  const char   *path;
  GPtrArray    *diagnostics;
} TcParser;

/* Arguments of a call as written. */
typedef struct
{
  GPtrArray *nodes;           /* borrowed nodes */
  GPtrArray *names;           /* name or NULL for each */
} TcCallArgs;

const TcToken *tc_parser_peek        (const TcParser *self);
gboolean       tc_parser_is          (const TcParser *self, TcTokenType type, const char *text);    /* @text NULL: any */
gboolean       tc_parser_accept      (TcParser *self, TcTokenType type, const char *text);
const TcToken *tc_parser_expect      (TcParser *self, TcTokenType type, const char *text);          /* NULL: failed */
const char    *tc_parser_text        (TcParser *self, const TcToken *token);       /* owned by the template */
gpointer       tc_parser_fail        (TcParser *self, size_t offset, const char *format, ...) G_GNUC_PRINTF (3, 4);   /* NULL */
TcNode        *tc_parser_node        (TcParser *self, TcNodeType type, size_t offset, TcNode *const *children, size_t n);
TcSpan         tc_parser_span        (const TcParser *self, size_t offset, size_t length);
TcSpan         tc_text_span          (const char *source, size_t length, size_t offset, size_t n_bytes);

TcNode        *tc_parse_expression   (TcParser *self, int min);
TcNode        *tc_parse_filters      (TcParser *self, TcNode *input);              /* NAME args { '|' NAME args } */
TcNode        *tc_parse_body         (TcParser *self, const char *tag, const char *const *stops, const char **stopped);

gboolean       tc_parse_args         (TcParser *self, TcCallArgs *args);
void           tc_call_args_clear    (TcCallArgs *args);
TcNode        *tc_bind_callable      (TcParser *self, TcExprRole role, TcNode *input, const TcToken *name, TcCallArgs *args);
void           tc_bind_functions     (TcParser *self);

G_END_DECLS
