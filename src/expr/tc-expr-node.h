/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-catalog.h"
#include "tc-expr-value.h"
#include "tc-template.h"

G_BEGIN_DECLS

typedef struct _TcRender TcRender;

/* What a filter, function or test does. Arguments stand in the order of the table; one that was not given holds its default. */
typedef gboolean (*TcFilterFunc)   (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result);
typedef gboolean (*TcFunctionFunc) (TcRender *render, const TcVal *args, size_t n_args, TcVal *result);

/* An entry of the catalog with the function behind it: a filter and a test set `filter`, a function sets `function`. */
typedef struct
{
  TcExprEntry    entry;
  TcFilterFunc   filter;
  TcFunctionFunc function;
} TcCallable;

typedef enum
{
  TC_NODE_LITERAL,
  TC_NODE_NAME,
  TC_NODE_ATTRIBUTE,    /* children: object, key */
  TC_NODE_METHOD,       /* children: object, arguments… */
  TC_NODE_FUNCTION,     /* children: one per declared argument, NULL: default */
  TC_NODE_MACRO_CALL,   /* the same, for a macro */
  TC_NODE_FILTER,       /* children: input, arguments… */
  TC_NODE_TEST,
  TC_NODE_UNARY,
  TC_NODE_BINARY,
  TC_NODE_CONCAT,       /* `~`, any number of operands: a chain stays linear */
  TC_NODE_TERNARY,
  TC_NODE_LIST,
  TC_NODE_MAP,          /* key, value, key, value … */
  TC_NODE_TEXT,
  TC_NODE_PRINT,
  TC_NODE_IF,           /* condition, body, condition, body, …, [else] */
  TC_NODE_FOR,          /* list, body, [else] */
  TC_NODE_SET,
  TC_NODE_BLOCK,
  TC_NODE_CAPTURE,      /* an expression: the text that its body prints, input of a {% filter %} chain */
  TC_NODE_SEQUENCE,
} TcNodeType;

typedef enum
{
  TC_OP_OR, TC_OP_AND, TC_OP_CONTAINS, TC_OP_EQUAL, TC_OP_NOT_EQUAL, TC_OP_GREATER, TC_OP_GREATER_EQUAL, TC_OP_LESS,
  TC_OP_LESS_EQUAL, TC_OP_ADD, TC_OP_SUBTRACT, TC_OP_MULTIPLY, TC_OP_DIVIDE, TC_OP_MODULUS, TC_OP_CONCAT, TC_OP_RANGE,
  TC_OP_COALESCE, TC_OP_UNDEFINED_COALESCE, TC_OP_IN, TC_OP_FILTER, TC_OP_TEST, TC_OP_NOT_TEST, TC_OP_NOT, TC_OP_PLUS, TC_OP_MINUS,
} TcOp;

typedef struct _TcNode TcNode;
struct _TcNode
{
  uint8_t     type;           /* TcNodeType */
  uint8_t     op;             /* TcOp; of a TEST: TC_OP_NOT_TEST negates; of a TEXT: it was raw */
  uint16_t    depth;
  uint32_t    n;
  size_t      offset, length; /* in the source, bytes */
  const char *name;           /* NAME, METHOD, calls, SET, FOR, BLOCK: owned by the template's strings */
  const char *problem;        /* what is wrong with a call that compiled: raised when it is evaluated */
  union
  {
    const TcCallable *callable;
    const struct _TcMacro *macro;
    TcVal       value;        /* LITERAL, TEXT */
  };
  TcNode    **children;
};

/* A macro's children: one default or NULL per parameter, then the body. */
typedef struct _TcMacro
{
  const char  *name;
  const char **parameters;
  size_t       n;
  TcNode     **fallbacks;
  TcNode      *body;
} TcMacro;

struct _TcTemplate
{
  gatomicrefcount refs;
  TcValue      *source;
  TcValue      *literal;      /* the whole text, if nothing is to be evaluated */
  TcNode       *root;
  char         *problem;      /* a syntax error: every rendering fails with it */
  size_t        problem_offset;
  gboolean      reads_all;    /* holds render(), printContext() …: may read any root */
  GPtrArray    *nodes;        /* owns all nodes */
  GPtrArray    *macros;       /* of TcMacro */
  GPtrArray    *blocks;       /* BLOCK nodes, in order */
  GHashTable   *roots;        /* names read from outside */
  GStringChunk *strings;
  TcSpan       *spans;        /* of each `{{` and `{%`, in order, where the source was located */
  size_t       *starts;
  size_t        n_spans;
};

GError           *tc_template_problem   (const TcTemplate *self);       /* the syntax error that it has */
/* The parser fills the template; findings go to @diagnostics, if given. */
void              tc_parser_run         (TcTemplate *self, const char *source, size_t length, TcLocate locate, gconstpointer data,
                                         const char *path, GPtrArray *diagnostics);
const TcCallable *tc_callable_find      (TcExprRole role, const char *name);
/** tc_literal_value: the value of a literal text such as `1`, `'iso'`, `false`: defaults of the tables. */
TcVal             tc_literal_value      (const char *text);

G_END_DECLS
