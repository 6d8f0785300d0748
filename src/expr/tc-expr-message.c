/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failures as texts: Kestra's sentence first, then the place, then what exists there. */
#include "config.h"
#include "tc-expr-render.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tc-expr-parser.h"

#define QUOTED_BYTES 400      /* of a template that an error shows */
#define SHOWN_NAMES  20

typedef struct
{
  TcSpan   span;
  gboolean has_span;
} TcExprErrorPrivate;

static void
tc_expr_error_private_init (TcExprErrorPrivate *priv)
{
}

static void
tc_expr_error_private_copy (const TcExprErrorPrivate *from, TcExprErrorPrivate *to)
{
  *to = *from;
}

static void
tc_expr_error_private_clear (TcExprErrorPrivate *priv)
{
}

/* The macro casts bytes that GLib itself aligns. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR (TcExprError, tc_expr_error)
#pragma GCC diagnostic pop

gboolean
tc_expr_error_get_span (const GError *error, TcSpan *span)
{
  const TcExprErrorPrivate *priv;

  if (error == NULL || error->domain != TC_EXPR_ERROR)
    return FALSE;
  priv = tc_expr_error_get_private (error);
  if (priv->has_span)
    *span = priv->span;
  return priv->has_span;
}

/* The place in the file: known for the start of each `{{`, and exact on the same line. */
static gboolean
file_span (const TcTemplate *self, size_t offset, size_t length, TcSpan *span)
{
  const char *source = tc_value_get_text (self->source);
  size_t      at = 0;

  if (self->n_spans == 0)
    return FALSE;
  while (at + 1 < self->n_spans && self->starts[at + 1] <= offset)
    at++;
  *span = self->spans[at];
  if (offset >= self->starts[at] && memchr (source + self->starts[at], '\n', offset - self->starts[at]) == NULL)
    {
      glong shift = g_utf8_strlen (source + self->starts[at], offset - self->starts[at]);

      span->offset += shift;
      span->column += shift;
      span->length = length;
    }
  return TRUE;
}

static char *
quote_source (const TcTemplate *self, size_t offset)
{
  size_t      length, start = 0, end;
  const char *source = tc_value_get_string (self->source, &length);

  if (length <= QUOTED_BYTES)
    return g_strdup (source);
  if (offset > QUOTED_BYTES / 2)
    start = offset - QUOTED_BYTES / 2;
  end = MIN (length, start + QUOTED_BYTES);
  while (start > 0 && (source[start] & 0xC0) == 0x80)
    start--;
  while (end < length && (source[end] & 0xC0) == 0x80)
    end++;
  return g_strdup_printf ("%s%.*s%s", start > 0 ? "…" : "", (int) (end - start), source + start, end < length ? "…" : "");
}

static const char *
no_such (const char *owner)
{
  if (owner == NULL)
    return _("no such variable");
  if (strcmp (owner, "outputs") == 0)
    return _("no such output");
  if (strcmp (owner, "inputs") == 0)
    return _("no such input");
  if (strcmp (owner, "vars") == 0)
    return _("no such variable");
  if (strcmp (owner, "labels") == 0)
    return _("no such label");
  return _("no such key");
}

/* Names that exist where another one was sought, quoted only where that helps. */
static GPtrArray *
names_there (TcRender *self)
{
  const TcVal *container = &self->failure.container;
  GPtrArray   *names = g_ptr_array_new_with_free_func (g_free);

  if (container->type == TC_VAL_MAP)
    for (size_t i = 0; i < tc_val_length (container); i++)
      {
        g_auto (TcVal) key = tc_val_key (container, i);
        GString       *text = tc_render_to_text (&key);

        g_ptr_array_add (names, g_string_free (text, FALSE));
      }
  else if (self->failure.owner == NULL)
    {
      g_autofree const char **roots = NULL;

      for (guint i = self->floor; i < self->locals->len; i++)
        g_ptr_array_add (names, g_strdup (g_array_index (self->locals, TcLocal, i).name));
      if (!self->isolated && self->scope->names != NULL)
        roots = self->scope->names (self->scope);
      for (size_t i = 0; roots != NULL && roots[i] != NULL; i++)
        g_ptr_array_add (names, g_strdup (roots[i]));
    }
  g_ptr_array_add (names, NULL);
  return names;
}

static void
append_names (TcRender *self, GString *out)
{
  g_autoptr (GPtrArray) names = names_there (self);
  const char           *nearest = tc_nearest_name (self->failure.name, (const char *const *) names->pdata);

  g_string_append_printf (out, ": %s", no_such (self->failure.owner));
  if (names->len == 1)
    {
      if (self->failure.container.type == TC_VAL_MAP)
        g_string_append_printf (out, "; %s", _("there are none"));
      return;
    }
  g_string_append_printf (out, "; %s ", _("there are:"));
  for (guint i = 0; i + 1 < names->len && i < SHOWN_NAMES; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", (char *) g_ptr_array_index (names, i));
  if (names->len > SHOWN_NAMES + 1)
    g_string_append (out, " …");
  if (nearest != NULL)
    {
      g_string_append (out, ". ");
      g_string_append_printf (out, _("Did you mean “%s”?"), nearest);
    }
}

static GError *
make_error (const TcTemplate *template, int code, size_t offset, size_t length, char *message)
{
  GError             *error = g_error_new_literal (TC_EXPR_ERROR, code, message);
  TcExprErrorPrivate *priv = tc_expr_error_get_private (error);

  priv->has_span = file_span (template, offset, length, &priv->span);
  g_free (message);
  return error;
}

GError *
tc_render_error (TcRender *self)
{
  const TcFailure   *failure = &self->failure;
  size_t             size;
  const char        *source = tc_value_get_string (self->template->source, &size);
  TcSpan             span = tc_text_span (source, size, failure->offset, failure->length);
  g_autofree char   *quoted = quote_source (self->template, failure->offset);
  GString           *text = g_string_new (NULL);

  if (failure->code == TC_EXPR_ERROR_UNDEFINED)
    {
      g_string_append_printf (text, "Unable to find `%s` used in the expression `%s` at line %u", failure->name, quoted, span.line);
      g_string_append_printf (text, _(", column %u"), span.column);
      append_names (self, text);
    }
  else
    {
      g_string_append_printf (text, "%s (", failure->message);
      g_string_append_printf (text, _("line %u, column %u of “%s”"), span.line, span.column, quoted);
      g_string_append_c (text, ')');
    }
  return make_error (self->template, failure->code, failure->offset, failure->length, g_string_free (text, FALSE));
}

GError *
tc_template_problem (const TcTemplate *self)
{
  size_t           size;
  const char      *source = tc_value_get_string (self->source, &size);
  TcSpan           span = tc_text_span (source, size, self->problem_offset, 0);
  g_autofree char *quoted = quote_source (self, self->problem_offset);
  g_autofree char *place = g_strdup_printf (_("line %u, column %u of “%s”"), span.line, span.column, quoted);

  return make_error (self, TC_EXPR_ERROR_SYNTAX, self->problem_offset, 1, g_strdup_printf ("%s (%s)", self->problem, place));
}
