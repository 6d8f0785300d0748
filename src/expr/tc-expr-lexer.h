/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tokens of Pebble's LexerImpl, with the names that its messages use. */
typedef enum
{
  TC_TOKEN_EOF,
  TC_TOKEN_TEXT,
  TC_TOKEN_EXECUTE_START,
  TC_TOKEN_EXECUTE_END,
  TC_TOKEN_PRINT_START,
  TC_TOKEN_PRINT_END,
  TC_TOKEN_NAME,
  TC_TOKEN_NUMBER,
  TC_TOKEN_LONG,
  TC_TOKEN_STRING,
  TC_TOKEN_OPERATOR,
  TC_TOKEN_PUNCTUATION,
  TC_TOKEN_INTERPOLATION_START,
  TC_TOKEN_INTERPOLATION_END,
} TcTokenType;

typedef struct
{
  TcTokenType type;
  size_t      offset, length;   /* in the source, bytes */
  char       *text;             /* STRING with backslashes removed; else NULL: the source itself */
  gboolean    more;             /* STRING, INTERPOLATION_END: another part of the same string follows; TEXT: it was raw */
} TcToken;

typedef struct
{
  GArray *tokens;               /* of TcToken, closed by EOF */
  char   *problem;              /* the first error, or NULL; nothing after it is read */
  size_t  problem_offset;
} TcLexer;

void        tc_lexer_run         (TcLexer *self, const char *source, size_t length);
void        tc_lexer_clear       (TcLexer *self);
const char *tc_token_type_name   (TcTokenType type);
/** tc_raw_block: is there `{% raw %}…{% endraw %}` at @at? Gives the bounds of its body and its end. */
gboolean    tc_raw_block         (const char *source, size_t length, size_t at, size_t *body, size_t *body_end, size_t *end);

G_END_DECLS
