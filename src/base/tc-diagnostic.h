/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/** TcSpan: a piece of a source text. Units are Unicode characters, as in GtkTextBuffer; line and column count from 1; line 0: no place. */
typedef struct
{
  uint32_t offset, length, line, column;
} TcSpan;

typedef enum { TC_SEVERITY_HINT, TC_SEVERITY_WARNING, TC_SEVERITY_ERROR } TcSeverity;

/** TcDiagnostic: one finding about user content. Immutable once published, reference counted, boxed. */
typedef struct
{
  gatomicrefcount refs;
  TcSeverity  severity;
  const char *code;       /* stable, e.g. "task.type.unknown"; static */
  TcSpan      span;
  char       *path;       /* "tasks[2].commands", never NULL */
  char       *message;    /* translated: what is wrong, with the names */
  char       *hint;       /* translated: the next step, or NULL */
  char       *wrong, *right;   /* a word that stands in the span, and what to write instead; or NULL */
} TcDiagnostic;

/** tc_diagnostic_new: @path and @hint may be NULL; texts are copied; @code must be static. */
TcDiagnostic *tc_diagnostic_new   (TcSeverity severity, const char *code, TcSpan span, const char *path,
                                   const char *message, const char *hint);
TcDiagnostic *tc_diagnostic_ref   (TcDiagnostic *self);
void          tc_diagnostic_unref (TcDiagnostic *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDiagnostic, tc_diagnostic_unref)
#define TC_TYPE_DIAGNOSTIC (tc_diagnostic_get_type ())
GType         tc_diagnostic_get_type (void) G_GNUC_CONST;

/* Lists of findings are GPtrArrays of TcDiagnostic that own their items. */
GPtrArray    *tc_diagnostics_new       (void);
void          tc_diagnostics_add       (GPtrArray *self, TcSeverity severity, const char *code, TcSpan span, const char *path,
                                        const char *hint, const char *format, ...) G_GNUC_PRINTF (7, 8);
/** tc_diagnostics_correct: the finding that was added last is mended by writing @right for the @wrong in its span. @right may be NULL: no
 * correction is known. */
void          tc_diagnostics_correct   (GPtrArray *self, const char *wrong, const char *right);
gboolean      tc_diagnostics_have_error (GPtrArray *self);
void          tc_diagnostics_sort      (GPtrArray *self);                    /* by place, errors first on a tie */
/** tc_diagnostics_limit: of a sorted list the first TC_LIMIT_FINDINGS stay, and an error if there is one; the last says how many went. */
void          tc_diagnostics_limit     (GPtrArray *self);
const char   *tc_severity_name         (TcSeverity severity);                /* "hint", "warning", "error" */
TcValue      *tc_diagnostic_to_value   (const TcDiagnostic *self);           /* keys of design/cli.md §3: severity, code, line, column, path, message, hint */
char         *tc_diagnostic_to_text    (const TcDiagnostic *self, const char *file);  /* `file:line:column: error: text [code]`, hint on the next line */

/** tc_nearest_name: the name in @names (NULL-ended) most like @wrong, or NULL if none is near enough to be meant. */
const char   *tc_nearest_name          (const char *wrong, const char *const *names);

G_END_DECLS
