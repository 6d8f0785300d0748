/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the expression language offers, as data: completion, hover, reference pages, messages and evaluation use the same rows. */
typedef enum
{
  TC_EXPR_FILTER,
  TC_EXPR_FUNCTION,
  TC_EXPR_TEST,
  TC_EXPR_TAG,
  TC_EXPR_OPERATOR,
} TcExprRole;

typedef enum
{
  TC_EXPR_ANY,
  TC_EXPR_STRING,
  TC_EXPR_INTEGER,
  TC_EXPR_NUMBER,
  TC_EXPR_BOOLEAN,
  TC_EXPR_LIST,
  TC_EXPR_MAP,
} TcExprKind;

typedef enum
{
  TC_EXPR_REQUIRED     = 1 << 0,    /* of an argument */
  TC_EXPR_UNDECLARED   = 1 << 1,    /* takes no arguments, and as in Kestra ignores those that it gets */
  TC_EXPR_VARIADIC     = 1 << 2,    /* any number of positional arguments */
  TC_EXPR_NULL_IS_NULL = 1 << 3,    /* a filter: null in, null out */
  TC_EXPR_CALLS        = 1 << 4,    /* asks the engine: works only where a task runs */
  TC_EXPR_VOLATILE     = 1 << 5,    /* another result each time: its example is run, the result not compared */
  TC_EXPR_DEPRECATED   = 1 << 6,
  TC_EXPR_NULLABLE     = 1 << 7,    /* of a required argument: null counts as given */
  TC_EXPR_READS_ALL    = 1 << 8,    /* a function that may read any root variable */
} TcExprFlags;

typedef struct
{
  const char *name;
  TcExprKind  kind;
  TcExprFlags flags;
  const char *fallback;     /* the default, as a literal of the language; NULL: null */
  const char *doc;          /* to be translated with gettext */
  const char *missing;      /* Kestra's words for a missing or wrong argument; NULL: the usual sentence */
} TcExprArg;

/** TcExprEntry: one filter, function, test, tag or operator. Static. */
typedef struct
{
  TcExprRole       role;
  const char      *name;
  TcExprFlags      flags;
  const TcExprArg *args;    /* ended by an empty row; NULL: none */
  const char      *doc;     /* Markdown, first sentence is the hover text; to be translated with gettext */
  const char      *example; /* a whole template */
  const char      *result;  /* what it prints */
  const char      *since;   /* Kestra version that brought it, or NULL */
} TcExprEntry;

/** tc_expr_catalog: all entries of @role, by name. The entries are static; caller frees the array. Any thread. */
const TcExprEntry       **tc_expr_catalog   (TcExprRole role, size_t *n);
const TcExprEntry        *tc_expr_lookup    (TcExprRole role, const char *name);    /* NULL: there is none */
size_t                    tc_expr_args      (const TcExprEntry *self);              /* how many are declared */
/** tc_expr_signature: `abbreviate(length)`, `range(start, end, increment=1)`. Caller frees. */
char                     *tc_expr_signature (const TcExprEntry *self);
/** tc_expr_nearest: the entry that a writer of @wrong may have meant, or NULL. */
const char               *tc_expr_nearest   (TcExprRole role, const char *wrong);
/** tc_expr_reference: the reference page of all entries, as Markdown. Caller frees. */
char                     *tc_expr_reference (void);

G_END_DECLS
