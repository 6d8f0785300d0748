/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-complete.h"
#include "tc-yaml-sketch.h"

G_BEGIN_DECLS

/* Shared by the tc-complete-*.c files, seen by no other. Places are bytes here. */

/* tc-complete-outline.c: what the tables say about every node of a sketched text. */
typedef enum
{
  TC_ROLE_OTHER, TC_ROLE_ROOT, TC_ROLE_TASK, TC_ROLE_TRIGGER, TC_ROLE_TRIGGERS, TC_ROLE_INPUT, TC_ROLE_INPUTS, TC_ROLE_OUTPUT, TC_ROLE_OUTPUTS,
  TC_ROLE_CASES, TC_ROLE_DAG, TC_ROLE_DEFAULTS, TC_ROLE_DEFAULT,
} TcRole;
typedef struct
{
  TcSchemaSpot schema;
  TcRole       role;
} TcOutlineSpot;

typedef struct
{
  const TcRegistry   *types;
  const char         *text;       /* borrowed */
  size_t              length;
  TcYamlSketch       *sketch;
  const TcSketchNode *nodes;      /* of the sketch */
  size_t              n;
  TcOutlineSpot      *spots;      /* by node */
  TcOutlineSpot       root;
} TcOutline;
TcOutline    *tc_outline_new        (const char *text, size_t length, const TcRegistry *types);
void          tc_outline_free       (TcOutline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcOutline, tc_outline_free)
const TcOutlineSpot *tc_outline_spot (const TcOutline *self, int node);       /* -1: of the whole text */
/* What is below @around: the member @key, or an item if @key is NULL. */
TcOutlineSpot tc_outline_child      (const TcOutline *self, const TcOutlineSpot *around, const char *key);
char         *tc_outline_text       (const TcOutline *self, int node, const char *key);    /* of the member's scalar; NULL: none */
size_t        tc_outline_byte       (const TcOutline *self, uint32_t place);    /* of a character */
int           tc_outline_find_task  (const TcOutline *self, const char *id);                /* or -1 */

/* tc-complete-place.c: what is to be written at the caret. */
typedef enum
{
  TC_CARET_NOTHING,
  TC_CARET_KEY,         /* of the map `spot` */
  TC_CARET_ITEM,        /* a dash is missing; `spot` is the item's */
  TC_CARET_VALUE,       /* of `spot` */
  TC_CARET_EXPRESSION,
} TcCaretKind;
typedef struct
{
  TcCaretKind   kind;
  TcOutlineSpot spot;
  int           node;               /* of the map of a KEY, the list of an ITEM, of the value or text; -1: top level */
  gboolean      is_new;             /* an item of `node` that is not there yet */
  int           task;               /* around it, or -1 */
  char         *key;                /* under which a VALUE or ITEM stands, or NULL */
  size_t        at, start, end;     /* the caret; what a proposal replaces */
  uint32_t      column;             /* of a key or dash that is written here */
  gboolean      in_brackets, has_colon;
  gboolean      tight;              /* a space is missing before */
  gboolean      quoted;
  size_t        text_start;         /* of an EXPRESSION: where its scalar begins */
  size_t        expression;         /* behind its delimiter */
  gboolean      in_tag;             /* {% instead of {{ */
} TcCaret;
void          tc_caret_find         (TcCaret *self, const TcOutline *outline, size_t at);
void          tc_caret_clear        (TcCaret *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcCaret, tc_caret_clear)
/* Whether @at is inside of {{ }} or {% %} of a text that begins at @start. */
gboolean      tc_caret_find_expression (const char *text, size_t start, size_t at, size_t *expression, gboolean *in_tag);

/* tc-complete-expression.c */
typedef enum
{
  TC_EXPRESSION_NOTHING, TC_EXPRESSION_ROOT, TC_EXPRESSION_MEMBER, TC_EXPRESSION_FILTER, TC_EXPRESSION_TEST, TC_EXPRESSION_TAG,
  TC_EXPRESSION_OPERATOR, TC_EXPRESSION_ARGUMENT,
} TcExpressionKind;
typedef struct
{
  TcExpressionKind kind;
  GPtrArray       *base;      /* of a MEMBER: char* names from the root on, "*" for what is only known later; or NULL */
  char            *function;  /* of an ARGUMENT, a text */
  size_t           start;     /* of the word that is being written */
  gboolean         quoted;
} TcExpressionPlace;
void          tc_expression_place   (TcExpressionPlace *self, const char *text, size_t from, size_t at, gboolean in_tag);
void          tc_expression_place_clear (TcExpressionPlace *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcExpressionPlace, tc_expression_place_clear)

/* tc-complete-names.c: the names below @base (NULL: the roots), as (name, detail, doc). */
typedef void (*TcNameFunc) (gpointer data, const char *name, const char *detail, const char *doc);
void          tc_outline_names      (const TcOutline *self, int task, const GPtrArray *base, TcNameFunc func, gpointer data);

/* tc-complete.c */
void          tc_completion_add     (TcCompletion *self, TcProposalKind kind, const char *label, const char *text, unsigned back,
                                     const char *detail, const char *doc);
/* tc-complete-words.c: proposals of an expression; narrows what they replace. */
void          tc_complete_expression (TcCompletion *self, const TcOutline *outline, TcCaret *caret, const TcCompleteHost *host);

G_END_DECLS
