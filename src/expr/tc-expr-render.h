/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-node.h"

G_BEGIN_DECLS

/* How deep macros and render() may call each other. */
#define TC_EXPR_LIMIT_CALLS 64
/* How many nodes may be open at once, over all calls: what the stack of a worker holds. */
#define TC_EXPR_LIMIT_STACK 3000

typedef struct _TcLoop TcLoop;
struct _TcLoop
{
  TcLoop *outer;
  size_t  index, length;
};

typedef struct
{
  const char *name;         /* of the template that set it; it lives as long as the rendering */
  TcVal       value;
} TcLocal;

/* The first failure of a rendering. Its text is only made when it leaves the template: `??` and `default` drop many. */
typedef struct
{
  int      code;            /* TcExprError, or -1: none */
  gboolean placed;
  size_t   offset, length;
  char    *message;         /* NULL for UNDEFINED */
  char    *name;            /* UNDEFINED: what does not exist */
  char    *owner;           /* UNDEFINED: the name of the thing in which it was sought, or NULL: a root */
  TcVal    container;       /* UNDEFINED: that thing */
} TcFailure;

struct _TcRender
{
  const TcTemplate *template;
  TcScope     *scope;
  GArray      *locals;      /* of TcLocal; shared with inner renderings of render() */
  GArray      *frames;      /* of guint: where each scope begins in @locals */
  guint        floor;       /* a macro sees the locals from here on only */
  gboolean     isolated;    /* inside a macro: no context */
  gboolean     inner;       /* a text that render() renders: its names die before the locals do */
  gboolean     keep_raw;    /* another round follows: raw blocks keep their markers */
  TcLoop      *loop;
  GString     *out;         /* NULL: typed rendering, at the top level */
  GArray      *parts;       /* typed: what was printed, TcVal each */
  guint        calls;       /* macros and render() open */
  guint        depth;       /* nodes open */
  TcFailure    failure;
  GHashTable  *replaced;    /* lists of the context that an in-place filter changed: TcValue → TcVal */
  GPtrArray   *called;      /* methods called on maps: from then on they hide the keys of that name */
};

/* Failures: all return FALSE, so that they can be returned. */
gboolean tc_render_fail        (TcRender *self, const char *format, ...) G_GNUC_PRINTF (2, 3);      /* VALUE */
gboolean tc_render_fail_code   (TcRender *self, TcExprError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean tc_render_undefined   (TcRender *self, const char *name, const char *owner, const TcVal *container);
void     tc_render_forgive     (TcRender *self);               /* drops the failure */
gboolean tc_render_too_deep    (TcRender *self);
gboolean tc_render_check_steps (TcRender *self, uint64_t n);
gboolean tc_render_check_bytes (TcRender *self, uint64_t n);
GError  *tc_render_error       (TcRender *self);               /* the failure as text */

/* Budgets: FALSE: it ran out. Now and then a step also looks whether the rendering was cancelled. */
static inline gboolean
tc_render_steps (TcRender *self, uint64_t n)
{
  uint64_t left = self->scope->steps_left;

  if (G_UNLIKELY (left < n || (left ^ (left - n)) >> 10 != 0))
    return tc_render_check_steps (self, n);
  self->scope->steps_left = left - n;
  return TRUE;
}

static inline gboolean
tc_render_bytes (TcRender *self, uint64_t n)
{
  if (G_UNLIKELY (self->scope->bytes_left < n))
    return tc_render_check_bytes (self, n);
  self->scope->bytes_left -= n;
  return TRUE;
}

/* Values as texts. */
gboolean tc_render_string      (TcRender *self, GString *text, TcVal *result);       /* takes @text, charges its bytes */
gboolean tc_render_as_string   (TcRender *self, const TcVal *value, TcVal *result);   /* Object.toString(), shared if it is a text */
gboolean tc_render_take_text   (TcRender *self, char *text, TcVal *result);
GString *tc_render_to_text     (const TcVal *value);                                 /* Object.toString() */

/* Evaluation. */
gboolean tc_render_eval        (TcRender *self, const TcNode *node, TcVal *result);
gboolean tc_render_run         (TcRender *self, const TcNode *node);
gboolean tc_render_capture     (TcRender *self, const TcNode *body, TcVal *result);
gboolean tc_render_call        (TcRender *self, const TcNode *node, TcVal *result);  /* FUNCTION, MACRO_CALL, FILTER, TEST */
gboolean tc_render_operator    (TcRender *self, const TcNode *node, TcVal *result);  /* UNARY, BINARY */
gboolean tc_render_attribute   (TcRender *self, const TcNode *node, TcVal *result);
gboolean tc_render_method      (TcRender *self, const TcNode *node, TcVal *result);
gboolean tc_render_member      (TcRender *self, const TcVal *object, const char *name, const TcVal *args, size_t n_args, TcVal *result,
                                gboolean *found);
gboolean tc_render_truth       (TcRender *self, const TcVal *value, gboolean *truth);
gboolean tc_render_name        (TcRender *self, const char *name, TcVal *result, gboolean *found);
const TcValue *tc_render_peek  (TcRender *self, const char *name);      /* borrowed; NULL: look it up with tc_render_name() */
gboolean tc_render_loop_field  (TcRender *self, const char *name, TcVal *result);
void     tc_render_set         (TcRender *self, const char *name, TcVal value);
void     tc_render_push_frame  (TcRender *self);
void     tc_render_pop_frame   (TcRender *self);
void     tc_render_declare     (TcRender *self, const char *name, TcVal value);      /* in the innermost frame */
TcVal    tc_render_own_list    (TcRender *self, const TcVal *list);                  /* the list to change in place */
TcVal    tc_render_context     (TcRender *self);                                     /* map of all root variables */

/* Operators that functions share. */
gboolean tc_op_add             (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result);
gboolean tc_op_arithmetic      (TcRender *self, TcOp op, const TcVal *a, const TcVal *b, TcVal *result);
gboolean tc_op_contains        (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result);
gboolean tc_op_range           (TcRender *self, const TcVal *a, const TcVal *b, const TcVal *step, TcVal *result);
gboolean tc_op_equal           (const TcVal *a, const TcVal *b);
int      tc_val_compare_utf16  (const TcVal *a, const TcVal *b);

/* Names through the scope. */
gboolean tc_render_ask         (TcRender *self, const char *name, const TcValue *args, TcVal *result, gboolean *found);
/** tc_render_text_again: renders @source with the variables of @self; what render() does. */
gboolean tc_render_text_again  (TcRender *self, const char *source, size_t length, gboolean recursive, TcVal *result);
uint64_t tc_render_random      (TcRender *self);

G_END_DECLS
