/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete-private.h"
#include "tc-expr-catalog.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
tc_description_free (TcDescription *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self);
}

static char *
text_of_entry (const TcExprEntry *entry)
{
  GString *text = g_string_new (NULL);
  g_autofree char *signature = tc_expr_signature (entry);

  g_string_append_printf (text, "`%s`\n\n%s", signature, gettext (entry->doc));
  for (size_t i = 0; i < tc_expr_args (entry); i++)
    if (entry->args[i].doc != NULL)
      g_string_append_printf (text, "\n- `%s`: %s", entry->args[i].name, gettext (entry->args[i].doc));
  if (entry->example != NULL)
    g_string_append_printf (text, "\n\n    %s", entry->example);
  if (entry->example != NULL && entry->result != NULL)
    g_string_append_printf (text, "\n    → %s", entry->result);
  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *name;
  char       *text;
} Search;

static void
match_name (gpointer    data,
            const char *name,
            const char *detail,
            const char *doc)
{
  Search *search = data;

  if (search->text != NULL || strcmp (name, search->name) != 0)
    return;
  search->text = g_strdup_printf ("`%s`%s%s%s%s", name, detail != NULL ? ": " : "", detail != NULL ? detail : "", doc != NULL ? "\n\n" : "",
                                  doc != NULL ? doc : "");
}

static char *
text_of_name (const TcOutline         *outline,
              const TcCaret           *caret,
              const TcExpressionPlace *place,
              const char              *name)
{
  Search search = { name, NULL };

  tc_outline_names (outline, caret->task, place->base, match_name, &search);
  return search.text;
}

static gboolean
is_name_char (char c,
              gboolean dashed)
{
  return g_ascii_isalnum (c) || c == '_' || (dashed && c == '-');
}

/* The word at the place: what it is, the words before it say. */
static char *
describe_word (const TcOutline *outline,
               TcCaret         *caret)
{
  g_auto (TcExpressionPlace) place = { 0 };
  g_autofree char *name = NULL;
  const TcExprEntry *entry = NULL;
  size_t end = caret->at;

  while (end < outline->length && is_name_char (outline->text[end], FALSE))
    end++;
  tc_expression_place (&place, outline->text, caret->expression, end, caret->in_tag);
  while (place.kind == TC_EXPRESSION_MEMBER && end < outline->length && is_name_char (outline->text[end], TRUE))
    end++;
  caret->start = place.start;
  caret->end = end;
  name = g_strndup (outline->text + place.start, end - MIN (place.start, end));
  if (place.kind == TC_EXPRESSION_FILTER)
    entry = tc_expr_lookup (TC_EXPR_FILTER, name);
  else if (place.kind == TC_EXPRESSION_TEST)
    entry = tc_expr_lookup (TC_EXPR_TEST, name);
  else if (place.kind == TC_EXPRESSION_TAG)
    entry = tc_expr_lookup (TC_EXPR_TAG, name);
  else if (place.kind == TC_EXPRESSION_OPERATOR)
    entry = tc_expr_lookup (TC_EXPR_OPERATOR, name);
  else if (place.kind == TC_EXPRESSION_ROOT && end < outline->length && outline->text[end] == '(')
    entry = tc_expr_lookup (TC_EXPR_FUNCTION, name);
  if (entry != NULL)
    return text_of_entry (entry);
  return place.kind == TC_EXPRESSION_ROOT || place.kind == TC_EXPRESSION_MEMBER ? text_of_name (outline, caret, &place, name) : NULL;
}

/* A value says something if it is a type. */
static char *
describe_value (const TcOutline *outline,
                int              node)
{
  const TcSketchNode *self = &outline->nodes[node];
  const TcTypeInfo *info = outline->spots[MAX (self->parent, 0)].schema.info;
  g_autofree char *type = tc_yaml_sketch_text (outline->sketch, node);

  if (self->parent < 0 || self->key == NULL || strcmp (self->key, "type") != 0 || type == NULL)
    return NULL;
  return info != NULL ? tc_schema_type_text (info) : NULL;
}

static char *
describe_node (const TcOutline *outline,
               TcCaret         *caret)
{
  for (int i = 0; i < (int) outline->n; i++)
    {
      const TcSketchNode *node = &outline->nodes[i];

      if (node->key != NULL && node->key_start <= caret->at && caret->at <= node->key_end)
        {
          const TcProp *prop = tc_schema_spot_find (&tc_outline_spot (outline, node->parent)->schema, node->key);

          caret->start = node->key_start;
          caret->end = node->key_end;
          return prop != NULL ? tc_schema_prop_text (prop) : NULL;
        }
      if ((node->form == TC_SKETCH_PLAIN || node->form == TC_SKETCH_QUOTED) && node->value_start <= caret->at && caret->at <= node->value_end)
        {
          caret->start = node->value_start;
          caret->end = node->value_end;
          return describe_value (outline, i);
        }
    }
  return NULL;
}

TcDescription *
tc_describe_at (const char       *text,
                size_t            length,
                uint32_t          place,
                const TcRegistry *types)
{
  g_autofree char *valid = tc_utf8_make_valid (text, length, &length);
  g_autoptr (TcOutline) outline = tc_outline_new (valid, length, types);
  g_auto (TcCaret) caret = { 0 };
  g_autofree char *found = NULL;
  TcDescription *self;

  tc_caret_find (&caret, outline, tc_outline_byte (outline, place));
  found = caret.kind == TC_CARET_EXPRESSION ? describe_word (outline, &caret) : describe_node (outline, &caret);
  if (found == NULL)
    return NULL;
  self = g_new0 (TcDescription, 1);
  self->start = (uint32_t) tc_utf8_count (valid, caret.start);
  self->end = self->start + (uint32_t) tc_utf8_count (valid + caret.start, caret.end - caret.start);
  self->text = g_steal_pointer (&found);
  return self;
}
