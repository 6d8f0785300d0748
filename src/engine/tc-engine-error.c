/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-submit.h"

#include <glib/gi18n-lib.h>

/* A REFUSED error carries its findings wherever it is copied to. */
typedef struct { GPtrArray *findings; } TcEngineErrorPrivate;

static void
tc_engine_error_private_init (TcEngineErrorPrivate *self)
{
  self->findings = NULL;
}

static void
tc_engine_error_private_copy (const TcEngineErrorPrivate *from, TcEngineErrorPrivate *to)
{
  to->findings = from->findings != NULL ? g_ptr_array_ref (from->findings) : NULL;
}

static void
tc_engine_error_private_clear (TcEngineErrorPrivate *self)
{
  g_clear_pointer (&self->findings, g_ptr_array_unref);
}

/* GLib's macro finds our part by going back from an error by its size, which GLib itself has aligned. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR (TcEngineError, tc_engine_error)
#pragma GCC diagnostic pop

GPtrArray *
tc_engine_error_findings (const GError *error)
{
  if (error == NULL || error->domain != TC_ENGINE_ERROR)
    return NULL;
  return tc_engine_error_get_private (error)->findings;
}

static char *
findings_text (GPtrArray *findings)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      const TcDiagnostic *finding = g_ptr_array_index (findings, i);

      if (finding->severity != TC_SEVERITY_ERROR)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      if (finding->span.line > 0)
        g_string_append_printf (text, "%u:%u: ", finding->span.line, finding->span.column);
      g_string_append (text, finding->message);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GError *
tc_refuse (GPtrArray *findings)
{
  g_autofree char *text = findings_text (findings);
  GError *error = g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, *text != '\0' ? text : _("The flow cannot be run"));

  tc_engine_error_get_private (error)->findings = findings;
  return error;
}
