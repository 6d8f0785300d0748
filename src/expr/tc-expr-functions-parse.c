/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts to values. */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tc-diagnostic.h"
#include "tc-ion.h"
#include "tc-json.h"
#include "tc-yaml.h"

static gboolean
function_from_json (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_autoptr (GError) error = NULL;
  size_t             length, end;
  const char        *text;
  TcValue           *value;

  if (args[0].type == TC_VAL_NULL)
    return TRUE;
  text = tc_val_text (&args[0], &length);
  value = tc_json_read_prefix (text, length, &end, &error);
  if (value == NULL)
    return tc_render_fail (render, "Invalid json: %s", error->message);
  *result = tc_val_take (value);
  return tc_render_steps (render, length / 16) && tc_render_bytes (render, length);
}

/* All rows make a list; else the first one counts. */
static gboolean
function_from_ion (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_auto (TcVal) rows = tc_val_container (TC_VAL_LIST, 0);
  gboolean       all = args[1].type == TC_VAL_BOOL && args[1].b;
  size_t         length, at = 0;
  const char    *text;

  if (args[0].type == TC_VAL_NULL)
    return TRUE;
  text = tc_val_text (&args[0], &length);
  if (!tc_render_steps (render, length / 16) || !tc_render_bytes (render, length))
    return FALSE;
  for (;;)
    {
      g_autofree char *problem = NULL;
      TcValue         *value = tc_ion_read (text, length, &at, &problem);

      if (value == NULL && problem != NULL)
        return tc_render_fail (render, "Invalid ion: %s", problem);
      if (value == NULL)
        break;
      if (!all)
        {
          *result = tc_val_take (value);
          return TRUE;
        }
      if (!tc_val_append (&rows, tc_val_take (value)))
        return tc_render_too_deep (render);
    }
  if (all)
    *result = tc_val_steal (&rows);
  return TRUE;
}

static const char *
first_error (GPtrArray *diagnostics)
{
  for (guint i = 0; i < diagnostics->len; i++)
    {
      const TcDiagnostic *diagnostic = g_ptr_array_index (diagnostics, i);

      if (diagnostic->severity == TC_SEVERITY_ERROR)
        return diagnostic->message;
    }
  return NULL;
}

static gboolean
function_yaml (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_autoptr (GPtrArray) diagnostics = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = NULL;
  size_t      length;
  const char *text;

  if (args[0].type == TC_VAL_NULL)
    return TRUE;
  text = tc_val_text (&args[0], &length);
  doc = tc_yaml_read (text, length, diagnostics);
  if (first_error (diagnostics) != NULL)
    return tc_render_fail (render, "Invalid yaml: %s", first_error (diagnostics));
  if (doc != NULL && tc_yaml_root (doc) != NULL)
    *result = tc_val_take (tc_yaml_to_value (tc_yaml_root (doc)));
  return tc_render_steps (render, length / 16) && tc_render_bytes (render, length);
}

static const TcExprArg json_args[] = {
  { "json", TC_EXPR_STRING, TC_EXPR_REQUIRED | TC_EXPR_NULLABLE, NULL, N_("A JSON text.") }, { 0 }
};
static const TcExprArg yaml_args[] = {
  { "yaml", TC_EXPR_STRING, TC_EXPR_REQUIRED | TC_EXPR_NULLABLE, NULL, N_("A YAML text.") }, { 0 }
};
static const TcExprArg ion_args[] = {
  { "ion", TC_EXPR_STRING, TC_EXPR_REQUIRED | TC_EXPR_NULLABLE, NULL, N_("An Ion text.") },
  { "allRows", TC_EXPR_BOOLEAN, 0, "false", N_("A list of all values, not only the first?") }, { 0 }
};

const TcCallable tc_functions_parse[] = {
  { TC_FUNCTION ("fromIon", function_from_ion, 0, ion_args),
    TC_DOC (N_("Reads an Ion text."), "{{ fromIon('{a:1}').a }}", "1") },
  { TC_FUNCTION ("fromJson", function_from_json, 0, json_args),
    TC_DOC (N_("Reads a JSON text."), "{{ fromJson('{\"a\": [1]}').a[0] }}", "1") },
  { TC_FUNCTION ("json", function_from_json, TC_EXPR_DEPRECATED, json_args),
    TC_DOC (N_("The old name of `fromJson`."), "{{ json('[7]')[0] }}", "7") },
  { TC_FUNCTION ("yaml", function_yaml, 0, yaml_args),
    TC_DOC (N_("Reads a YAML text."), "{{ yaml('a: [1]').a[0] }}", "1") },
  { { 0 } }
};
