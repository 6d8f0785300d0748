/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-diagnostic.h"

#include "tc-limits.h"
#include <glib/gi18n-lib.h>

#include <string.h>

G_DEFINE_BOXED_TYPE (TcDiagnostic, tc_diagnostic, tc_diagnostic_ref, tc_diagnostic_unref)

TcDiagnostic *
tc_diagnostic_new (TcSeverity  severity,
                   const char *code,
                   TcSpan      span,
                   const char *path,
                   const char *message,
                   const char *hint)
{
  TcDiagnostic *self = g_new0 (TcDiagnostic, 1);

  g_atomic_ref_count_init (&self->refs);
  self->severity = severity;
  self->code = code;
  self->span = span;
  self->path = g_strdup (path == NULL ? "" : path);
  self->message = g_strdup (message);
  self->hint = g_strdup (hint);
  return self;
}

TcDiagnostic *
tc_diagnostic_ref (TcDiagnostic *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tc_diagnostic_unref (TcDiagnostic *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->path);
  g_free (self->message);
  g_free (self->hint);
  g_free (self->wrong);
  g_free (self->right);
  g_free (self);
}

GPtrArray *
tc_diagnostics_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tc_diagnostic_unref);
}

void
tc_diagnostics_add (GPtrArray  *self,
                    TcSeverity  severity,
                    const char *code,
                    TcSpan      span,
                    const char *path,
                    const char *hint,
                    const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  if (self == NULL)
    return;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self, tc_diagnostic_new (severity, code, span, path, message, hint));
}

void
tc_diagnostics_correct (GPtrArray  *self,
                        const char *wrong,
                        const char *right)
{
  TcDiagnostic *last;

  if (self == NULL || right == NULL)
    return;
  g_return_if_fail (self->len > 0 && wrong != NULL);

  last = g_ptr_array_index (self, self->len - 1);
  g_free (last->wrong);
  g_free (last->right);
  last->wrong = g_strdup (wrong);
  last->right = g_strdup (right);
}

gboolean
tc_diagnostics_have_error (GPtrArray *self)
{
  for (guint i = 0; i < self->len; i++)
    if (((TcDiagnostic *) g_ptr_array_index (self, i))->severity == TC_SEVERITY_ERROR)
      return TRUE;
  return FALSE;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const TcDiagnostic *one = *(TcDiagnostic *const *) a, *other = *(TcDiagnostic *const *) b;

  if (one->span.offset != other->span.offset)
    return one->span.offset < other->span.offset ? -1 : 1;
  if (one->severity != other->severity)
    return one->severity > other->severity ? -1 : 1;
  return strcmp (one->code, other->code);
}

void
tc_diagnostics_sort (GPtrArray *self)
{
  g_ptr_array_sort (self, compare);
}

void
tc_diagnostics_limit (GPtrArray *self)
{
  const guint n_more = self->len > TC_LIMIT_FINDINGS ? self->len - TC_LIMIT_FINDINGS : 0;
  TcDiagnostic *last;

  if (n_more == 0)
    return;
  /* What makes a file invalid is said even if it stands behind a thousand warnings. */
  for (guint i = 0; i < self->len; i++)
    if (((TcDiagnostic *) self->pdata[i])->severity == TC_SEVERITY_ERROR)
      {
        gpointer error = self->pdata[i], other = self->pdata[MIN (i, TC_LIMIT_FINDINGS - 1)];

        self->pdata[i] = other;
        self->pdata[MIN (i, TC_LIMIT_FINDINGS - 1)] = error;
        break;
      }
  g_ptr_array_remove_range (self, TC_LIMIT_FINDINGS, n_more);
  last = self->pdata[TC_LIMIT_FINDINGS - 1];
  tc_diagnostics_add (self, TC_SEVERITY_HINT, "findings.limit", last->span, last->path, _("Mend those that are listed first."),
                      _("%u more findings are not listed"), n_more);
}

const char *
tc_severity_name (TcSeverity severity)
{
  static const char *const names[] = { "hint", "warning", "error" };

  return names[severity];
}

TcValue *
tc_diagnostic_to_value (const TcDiagnostic *self)
{
  TcMapBuilder *map = tc_map_builder_new ();

  tc_map_builder_str (map, "severity", tc_severity_name (self->severity));
  tc_map_builder_str (map, "code", self->code);
  tc_map_builder_take (map, "line", tc_value_int (self->span.line));
  tc_map_builder_take (map, "column", tc_value_int (self->span.column));
  tc_map_builder_str (map, "path", self->path);
  tc_map_builder_str (map, "message", self->message);
  tc_map_builder_take (map, "hint", self->hint == NULL ? tc_value_null () : tc_value_string (self->hint));
  return tc_map_builder_end (map);
}

char *
tc_diagnostic_to_text (const TcDiagnostic *self,
                       const char         *file)
{
  GString *out = g_string_new (file);

  if (self->span.line > 0)
    g_string_append_printf (out, ":%u:%u", self->span.line, self->span.column);
  g_string_append_printf (out, ": %s: %s [%s]", tc_severity_name (self->severity), self->message, self->code);
  if (self->hint != NULL)
    g_string_append_printf (out, "\n  %s", self->hint);
  return g_string_free (out, FALSE);
}
