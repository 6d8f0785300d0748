/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a rendering: variables, budgets, failures. */
#include "config.h"
#include "tc-expr-render.h"

#include <string.h>

#include "tc-limits.h"

void
tc_render_forgive (TcRender *self)
{
  TcFailure *failure = &self->failure;

  g_clear_pointer (&failure->message, g_free);
  g_clear_pointer (&failure->name, g_free);
  g_clear_pointer (&failure->owner, g_free);
  tc_val_clear (&failure->container);
  failure->code = -1;
  failure->placed = FALSE;
}

static void G_GNUC_PRINTF (3, 0)
fail_va (TcRender *self, TcExprError code, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  tc_render_forgive (self);
  self->failure.code = code;
  /* Quoted parts may have been cut inside a character. */
  self->failure.message = g_utf8_make_valid (text, -1);
}

gboolean
tc_render_fail (TcRender *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fail_va (self, TC_EXPR_ERROR_VALUE, format, args);
  va_end (args);
  return FALSE;
}

gboolean
tc_render_fail_code (TcRender *self, TcExprError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fail_va (self, code, format, args);
  va_end (args);
  return FALSE;
}

gboolean
tc_render_undefined (TcRender *self, const char *name, const char *owner, const TcVal *container)
{
  char *copy = g_strdup (name), *of = g_strdup (owner);

  tc_render_forgive (self);
  self->failure.code = TC_EXPR_ERROR_UNDEFINED;
  self->failure.name = copy;
  self->failure.owner = of;
  if (container != NULL)
    self->failure.container = tc_val_ref (container);
  return FALSE;
}

gboolean
tc_render_too_deep (TcRender *self)
{
  return tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "The value is nested deeper than %d levels (TC_LIMIT_DEPTH)",
                              TC_LIMIT_DEPTH);
}

gboolean
tc_render_check_steps (TcRender *self, uint64_t n)
{
  TcScope *scope = self->scope;

  if (scope->steps_left < n)
    {
      scope->steps_left = 0;
      return tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "The template takes more than %d steps (TC_LIMIT_TEMPLATE_STEPS)",
                                  TC_LIMIT_TEMPLATE_STEPS);
    }
  if ((scope->steps_left ^ (scope->steps_left - n)) >> 10 != 0 && g_cancellable_is_cancelled (scope->cancellable))
    return tc_render_fail_code (self, TC_EXPR_ERROR_CALL, "The rendering was cancelled");
  scope->steps_left -= n;
  return TRUE;
}

gboolean
tc_render_check_bytes (TcRender *self, uint64_t n)
{
  self->scope->bytes_left = 0;
  return tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "The template makes more than %u bytes of text (TC_LIMIT_TEMPLATE_BYTES)",
                              TC_LIMIT_TEMPLATE_BYTES);
}

gboolean
tc_render_string (TcRender *self, GString *text, TcVal *result)
{
  size_t length = text->len;

  *result = (TcVal) { .type = TC_VAL_STRING, .value = tc_value_string_len (text->str, length) };
  g_string_free (text, TRUE);
  return tc_render_bytes (self, length);
}

gboolean
tc_render_take_text (TcRender *self, char *text, TcVal *result)
{
  size_t length = strlen (text);

  *result = tc_val_str_take (text);
  return tc_render_bytes (self, length);
}

gboolean
tc_render_as_string (TcRender *self, const TcVal *value, TcVal *result)
{
  if (!tc_val_is_text (value))
    return tc_render_string (self, tc_render_to_text (value), result);
  *result = tc_val_ref (value);
  result->type = TC_VAL_STRING;
  return TRUE;
}

GString *
tc_render_to_text (const TcVal *value)
{
  GString *text = g_string_new (NULL);

  tc_val_to_java (value, text);
  return text;
}

/* splitmix64: the seed of the scope is the only source, so that a rendering can be repeated. */
uint64_t
tc_render_random (TcRender *self)
{
  uint64_t z = self->scope->random_seed += 0x9E3779B97F4A7C15u;

  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/* Variables. */

static TcLocal *
find_local (TcRender *self, const char *name)
{
  for (guint i = self->locals->len; i > self->floor; i--)
    {
      TcLocal *local = &g_array_index (self->locals, TcLocal, i - 1);

      if (local->name == name || (*local->name == *name && strcmp (local->name, name) == 0))
        return local;
    }
  return NULL;
}

static const char *const loop_fields[] = { "last", "length", "index", "revindex", "first" };

static TcVal
loop_field (const TcLoop *loop, size_t field)
{
  switch (field)
    {
    case 0: return tc_val_bool (loop->index + 1 == loop->length);
    case 1: return tc_val_int (loop->length);
    case 2: return tc_val_int (loop->index);
    case 3: return tc_val_int ((int64_t) loop->length - (int64_t) loop->index - 1);
    default: return tc_val_bool (loop->index == 0);
    }
}

static TcVal
loop_value (const TcLoop *loop)
{
  TcVal map = tc_val_container (TC_VAL_MAP, G_N_ELEMENTS (loop_fields));

  for (size_t i = 0; i < G_N_ELEMENTS (loop_fields); i++)
    tc_val_put (&map, tc_val_str (loop_fields[i]), loop_field (loop, i));
  return map;
}

const TcValue *
tc_render_peek (TcRender *self, const char *name)
{
  const TcLocal *local = find_local (self, name);

  if (local != NULL)
    return !local->value.own && (local->value.type == TC_VAL_STRING || local->value.type == TC_VAL_MAP) ? local->value.value : NULL;
  if (self->isolated || self->scope->variable == NULL || (self->loop != NULL && strcmp (name, "loop") == 0))
    return NULL;
  return self->scope->variable (self->scope, name, NULL);
}

/* `loop.index` without making the map. */
gboolean
tc_render_loop_field (TcRender *self, const char *name, TcVal *result)
{
  if (self->loop == NULL || find_local (self, "loop") != NULL)
    return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS (loop_fields); i++)
    if (strcmp (loop_fields[i], name) == 0)
      {
        *result = loop_field (self->loop, i);
        return TRUE;
      }
  return FALSE;
}

gboolean
tc_render_name (TcRender *self, const char *name, TcVal *result, gboolean *found)
{
  g_autoptr (GError) error = NULL;
  TcLocal           *local = find_local (self, name);
  const TcValue     *value;

  *found = TRUE;
  if (local != NULL)
    {
      *result = tc_val_ref (&local->value);
      return TRUE;
    }
  if (self->loop != NULL && strcmp (name, "loop") == 0)
    {
      *result = loop_value (self->loop);
      return TRUE;
    }
  value = self->isolated || self->scope->variable == NULL ? NULL : self->scope->variable (self->scope, name, &error);
  if (error != NULL)
    return tc_render_fail_code (self, TC_EXPR_ERROR_CALL, "%s", error->message);
  *found = value != NULL;
  if (value != NULL)
    *result = tc_val_of (value);
  return TRUE;
}

void
tc_render_declare (TcRender *self, const char *name, TcVal value)
{
  guint start = g_array_index (self->frames, guint, self->frames->len - 1);

  for (guint i = self->locals->len; i > start; i--)
    {
      TcLocal *local = &g_array_index (self->locals, TcLocal, i - 1);

      if (strcmp (local->name, name) == 0)
        {
          tc_val_clear (&local->value);
          local->value = value;
          return;
        }
    }
  g_array_append_vals (self->locals, &(TcLocal) { name, value }, 1);
}

/* The nearest scope that holds the name, else the current one; a variable of the context is shadowed for the whole template. */
void
tc_render_set (TcRender *self, const char *name, TcVal value)
{
  TcLocal *local = find_local (self, name);
  gboolean found = FALSE;
  TcVal    old = TC_VAL_INIT;

  if (local != NULL)
    {
      tc_val_clear (&local->value);
      local->value = value;
      return;
    }
  if (self->frames->len > 1 && !self->isolated && !self->inner && !tc_render_name (self, name, &old, &found))
    tc_render_forgive (self);
  tc_val_clear (&old);
  if (!found)
    {
      tc_render_declare (self, name, value);
      return;
    }
  g_array_insert_vals (self->locals, self->floor, &(TcLocal) { name, value }, 1);
  for (guint i = 1; i < self->frames->len; i++)
    if (g_array_index (self->frames, guint, i) >= self->floor)
      g_array_index (self->frames, guint, i)++;
}

void
tc_render_push_frame (TcRender *self)
{
  g_array_append_val (self->frames, self->locals->len);
}

void
tc_render_pop_frame (TcRender *self)
{
  guint start = g_array_index (self->frames, guint, self->frames->len - 1);

  for (guint i = start; i < self->locals->len; i++)
    tc_val_clear (&g_array_index (self->locals, TcLocal, i).value);
  g_array_set_size (self->locals, start);
  g_array_set_size (self->frames, self->frames->len - 1);
}

static void
kept_free (gpointer data)
{
  tc_val_clear (data);
  g_free (data);
}

/* A list that a filter changes in place: the template's own, or a copy that stands for the context's from now on. */
TcVal
tc_render_own_list (TcRender *self, const TcVal *list)
{
  TcVal copy;

  if (list->own)
    return tc_val_ref (list);
  copy = tc_val_copy (list);
  if (self->replaced == NULL)
    self->replaced = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) tc_value_unref, kept_free);
  if (tc_val_length (list) > 0)
    {
      TcVal *kept = g_new (TcVal, 1);

      *kept = tc_val_ref (&copy);
      g_hash_table_insert (self->replaced, tc_value_ref (list->value), kept);
    }
  return copy;
}

TcVal
tc_render_context (TcRender *self)
{
  TcVal         map = tc_val_container (TC_VAL_MAP, 0);
  g_autofree const char **names = self->scope->names != NULL && !self->isolated ? self->scope->names (self->scope) : NULL;

  map.box->linked = TRUE;
  for (size_t i = 0; names != NULL && names[i] != NULL; i++)
    {
      const TcValue *value = self->scope->variable (self->scope, names[i], NULL);

      if (value != NULL)
        tc_val_put (&map, tc_val_str (names[i]), tc_val_of (value));
    }
  for (guint i = self->floor; i < self->locals->len; i++)
    {
      TcLocal *local = &g_array_index (self->locals, TcLocal, i);

      tc_val_put (&map, tc_val_str (local->name), tc_val_snapshot (&local->value));
    }
  return map;
}

gboolean
tc_render_ask (TcRender *self, const char *name, const TcValue *args, TcVal *result, gboolean *found)
{
  g_autoptr (GError)  error = NULL;
  TcValue            *value;

  if (self->scope->call == NULL)
    return tc_render_fail_code (self, TC_EXPR_ERROR_CALL, "The function %s() needs a running task", name);
  value = self->scope->call (self->scope, name, args, &error);
  if (error != NULL)
    {
      g_clear_pointer (&value, tc_value_unref);
      return tc_render_fail_code (self, TC_EXPR_ERROR_CALL, "%s", error->message);
    }
  *found = value != NULL;
  *result = value != NULL ? tc_val_take (value) : tc_val_none;
  return TRUE;
}
