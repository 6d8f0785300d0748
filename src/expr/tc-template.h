/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-diagnostic.h"
#include "tc-util.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define TC_EXPR_ERROR (tc_expr_error_quark ())
GQuark tc_expr_error_quark (void);
/** tc_expr_error_get_span: the place in the file that the template was located in, if it was; FALSE: none is known. */
gboolean tc_expr_error_get_span (const GError *error, TcSpan *span);
typedef enum
{
  TC_EXPR_ERROR_SYNTAX,      /* does not compile */
  TC_EXPR_ERROR_UNDEFINED,   /* a variable, attribute or output that does not exist; the message says what exists there */
  TC_EXPR_ERROR_VALUE,       /* a filter, function or operator got what it cannot work on */
  TC_EXPR_ERROR_LIMIT,       /* a named limit ran out */
  TC_EXPR_ERROR_CALL,        /* a function that needs the engine (read, kv, secret …) failed */
} TcExprError;

/** TcTemplate: a compiled Pebble template as Kestra uses it. Immutable, reference counted, any thread. */
typedef struct _TcTemplate TcTemplate;

/** TcScope: all that a rendering may see. One rendering at a time; filled by the caller. */
typedef struct _TcScope TcScope;
struct _TcScope
{
  /* A root name (inputs, outputs, vars …) on first use: borrowed for the rendering; NULL without @error: undefined. */
  const TcValue *(*variable) (TcScope *scope, const char *name, GError **error);
  /* The root names that exist, for messages; NULL-ended, caller frees the array only. May be NULL. */
  const char   **(*names)    (TcScope *scope);
  /* read, kv, secret, fileExists, fileSize, isFileEmpty, errorLogs, http, randomPort …: @args is a map of argument names as
   * declared in the catalog, absent ones null. NULL without @error: there is no such key, secret or file. */
  TcValue       *(*call)     (TcScope *scope, const char *name, const TcValue *args, GError **error);
  gpointer       self;         /* for call */
  gpointer       roots;        /* for variable and names, see tc_context_bind() */
  const TcClock *clock;
  const char    *zone;         /* IANA name for dates without one; NULL: UTC */
  uint64_t       random_seed;
  GCancellable  *cancellable;
  uint64_t       steps_left, bytes_left;    /* budget; tc_scope_init sets the limits */
};
/* tc_scope_init: the system's clock, a random seed from the system, full budgets, nothing else. */
void        tc_scope_init            (TcScope *scope);
void        tc_scope_init_for_values (TcScope *scope, const TcValue *context);    /* roots are the members of @context, borrowed */

/**
 * tc_template_compile: @source is the text of a YAML scalar; findings carry spans from @locate(@data, byte offset, length), so that
 * they point into the file, also inside block scalars. All findings are warnings: Kestra saves such a flow and fails when it
 * renders, and so does a template with a syntax error. @locate, @path and @diagnostics may be NULL. Never returns NULL.
 */
typedef TcSpan (*TcLocate) (gconstpointer data, size_t offset, size_t length);
TcTemplate *tc_template_compile      (const char *source, size_t length, TcLocate locate, gconstpointer data, const char *path,
                                      GPtrArray *diagnostics);
TcTemplate *tc_template_ref          (TcTemplate *self);
void        tc_template_unref        (TcTemplate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcTemplate, tc_template_unref)
gboolean    tc_template_is_literal   (const TcTemplate *self);                    /* no expression in it */
gboolean    tc_template_uses         (const TcTemplate *self, const char *root);  /* may it read the root @root? TRUE for all if it holds render() */
/** tc_template_render: as Kestra renders a text property: always a STRING. tc_template_render_typed: the value itself when the
 * template is a single expression (Kestra's renderTyped), else the text. Errors carry line and column within the source. */
TcValue    *tc_template_render       (const TcTemplate *self, TcScope *scope, GError **error);
TcValue    *tc_template_render_typed (const TcTemplate *self, TcScope *scope, GError **error);
/** tc_template_render_recursive: again and again until the text no longer changes (configuration `recursive-rendering`). */
TcValue    *tc_template_render_recursive (const TcTemplate *self, TcScope *scope, GError **error);
const char *tc_template_source       (const TcTemplate *self);                    /* borrowed */
/** tc_expr_render_text: compile and render in one go. */
TcValue    *tc_expr_render_text      (const char *source, TcScope *scope, GError **error);
/** tc_expr_thread_end: frees what this thread keeps between renderings (compiled jq programs). A thread's end does so too. */
void        tc_expr_thread_end       (void);
gboolean    tc_expr_is_truthy        (const TcValue *rendered);                    /* Kestra's TruthUtils on a rendered text or value */

G_END_DECLS
