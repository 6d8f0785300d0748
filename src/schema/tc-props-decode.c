/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include "tc-json.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#define FIELD(type, target, prop) (*(type *) (gpointer) ((char *) (target) + (prop)->offset))

static char *
text_of (const TcValue *value)
{
  g_autofree char *json = NULL;
  size_t length;

  if (tc_value_is (value, TC_VALUE_STRING))
    return g_strdup (tc_value_get_text (value));
  json = tc_json_to_text (value);
  if (!tc_value_is (value, TC_VALUE_TIME) && !tc_value_is (value, TC_VALUE_DURATION))
    return g_steal_pointer (&json);
  length = strlen (json);
  return g_strndup (json + 1, length - 2);    /* JSON has them in quotes */
}

static gboolean
fail (const TcProp   *prop,
      const TcValue  *value,
      const char     *wanted,
      GError        **error)
{
  g_autofree char *text = text_of (value);

  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “%s”: “%s” is not %s"), prop->name, text, wanted);
  return FALSE;
}

static gboolean
decode_bool (const TcProp   *prop,
             const TcValue  *value,
             gpointer        target,
             GError        **error)
{
  g_autofree char *text = text_of (value);

  if (g_ascii_strcasecmp (g_strstrip (text), "true") == 0)
    FIELD (gboolean, target, prop) = TRUE;
  else if (g_ascii_strcasecmp (text, "false") == 0)
    FIELD (gboolean, target, prop) = FALSE;
  else
    return fail (prop, value, _("true or false"), error);
  return TRUE;
}

static gboolean
decode_int (const TcProp   *prop,
            const TcValue  *value,
            gpointer        target,
            GError        **error)
{
  g_autofree char *text = text_of (value);
  char *end = NULL;
  int64_t number;
  double real;

  errno = 0;
  number = g_ascii_strtoll (g_strstrip (text), &end, 10);
  if (end != text && *end == '\0' && errno == 0)
    {
      FIELD (int64_t, target, prop) = number;
      return TRUE;
    }
  real = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(fabs (real) < 0x1p53) || trunc (real) != real)
    return fail (prop, value, _("a whole number"), error);
  FIELD (int64_t, target, prop) = (int64_t) real;
  return TRUE;
}

static gboolean
decode_double (const TcProp   *prop,
               const TcValue  *value,
               gpointer        target,
               GError        **error)
{
  g_autofree char *text = text_of (value);
  char *end = NULL;
  double number = g_ascii_strtod (g_strstrip (text), &end);

  if (end == text || *end != '\0')
    return fail (prop, value, _("a number"), error);
  FIELD (double, target, prop) = number;
  return TRUE;
}

static gboolean
decode_duration (const TcProp   *prop,
                 const TcValue  *value,
                 gpointer        target,
                 GError        **error)
{
  g_autofree char *text = text_of (value);
  int64_t us;

  if (tc_value_is (value, TC_VALUE_DOUBLE) && fabs (tc_value_get_double (value)) < 1e12)
    us = llround (tc_value_get_double (value) * 1e6);
  else if (!tc_duration_parse (g_strstrip (text), &us))
    return fail (prop, value, _("a duration such as PT30S, or a number of seconds"), error);
  FIELD (int64_t, target, prop) = us;
  return TRUE;
}

static gboolean
decode_enum (const TcProp   *prop,
             const TcValue  *value,
             gpointer        target,
             GError        **error)
{
  const char *const *names = prop->of;
  g_autofree char *text = text_of (value), *all = NULL, *wanted = NULL;

  for (int i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], text) == 0)
      {
        FIELD (int, target, prop) = i;
        return TRUE;
      }
  all = g_strjoinv (", ", (char **) names);
  wanted = g_strdup_printf (_("one of %s"), all);
  return fail (prop, value, wanted, error);
}

/* Lists and maps, also written as JSON in a text, as an expression gives them. */
static gboolean
decode_collection (const TcProp   *prop,
                   const TcValue  *value,
                   TcValueKind     kind,
                   const char     *wanted,
                   gpointer        target,
                   GError        **error)
{
  g_autoptr (TcValue) parsed = NULL;

  if (tc_value_is (value, TC_VALUE_STRING) && (prop->flags & TC_PROP_LATE))
    {
      FIELD (TcValue *, target, prop) = tc_value_ref (value);     /* an expression still: the task renders it */
      return TRUE;
    }
  if (tc_value_is (value, TC_VALUE_STRING))
    {
      size_t length;
      const char *text = tc_value_get_string (value, &length);

      parsed = tc_json_read (text, length, NULL);
      if (tc_value_is (parsed, TC_VALUE_NULL))
        return TRUE;
      if (!tc_value_is (parsed, kind))
        return fail (prop, value, wanted, error);
      FIELD (TcValue *, target, prop) = g_steal_pointer (&parsed);
      return TRUE;
    }
  if (!tc_value_is (value, kind))
    return fail (prop, value, wanted, error);
  FIELD (TcValue *, target, prop) = tc_value_ref (value);
  return TRUE;
}

static gboolean
decode_row (const TcProp   *prop,
            const TcValue  *value,
            gpointer        target,
            GError        **error)
{
  switch (prop->kind)
    {
    case TC_KIND_STRING:
      FIELD (char *, target, prop) = text_of (value);
      return TRUE;
    case TC_KIND_BOOL:
      return decode_bool (prop, value, target, error);
    case TC_KIND_INT:
      return decode_int (prop, value, target, error);
    case TC_KIND_DOUBLE:
      return decode_double (prop, value, target, error);
    case TC_KIND_DURATION:
      return decode_duration (prop, value, target, error);
    case TC_KIND_ENUM:
      return decode_enum (prop, value, target, error);
    case TC_KIND_LIST:
    case TC_KIND_TASKS:
      return decode_collection (prop, value, TC_VALUE_LIST, _("a list"), target, error);
    case TC_KIND_MAP:
    case TC_KIND_OBJECT:
    case TC_KIND_TASK:
    case TC_KIND_RUNNER:
    case TC_KIND_TYPED:
      return decode_collection (prop, value, TC_VALUE_MAP, _("a map"), target, error);
    case TC_KIND_FILES:
    case TC_KIND_ANY:
      FIELD (TcValue *, target, prop) = tc_value_ref (value);
      return TRUE;
    }
  return TRUE;
}

TcValue *
tc_props_default (const TcProp *prop)
{
  g_autoptr (TcYamlDoc) doc = NULL;

  if (prop->fallback == NULL)
    return NULL;
  if (prop->kind == TC_KIND_STRING || prop->kind == TC_KIND_ENUM)
    return tc_value_string (prop->fallback);
  doc = tc_yaml_read (prop->fallback, strlen (prop->fallback), NULL);
  return doc == NULL || tc_yaml_root (doc) == NULL ? NULL : tc_yaml_to_value (tc_yaml_root (doc));
}

gboolean
tc_props_decode (const TcProp   *table,
                 const TcValue  *rendered,
                 gpointer        target,
                 size_t          size,
                 GError        **error)
{
  if (size == 0)
    return TRUE;
  memset (target, 0, size);
  for (const TcProp *prop = table; prop->name != NULL; prop++)
    {
      const TcValue *given = tc_value_get (rendered, prop->name);
      g_autoptr (TcValue) value = NULL;

      value = given == NULL || tc_value_is (given, TC_VALUE_NULL) ? tc_props_default (prop) : tc_value_ref (given);
      if (value == NULL && (prop->flags & TC_PROP_REQUIRED))
        g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “%s” is required, but null"), prop->name);
      if ((value == NULL && (prop->flags & TC_PROP_REQUIRED)) || (value != NULL && !decode_row (prop, value, target, error)))
        {
          tc_props_clear (table, target);
          memset (target, 0, size);
          return FALSE;
        }
    }
  return TRUE;
}

void
tc_props_clear (const TcProp *table,
                gpointer      target)
{
  for (const TcProp *prop = table; prop->name != NULL; prop++)
    switch (prop->kind)
      {
      case TC_KIND_STRING:
        g_clear_pointer (&FIELD (char *, target, prop), g_free);
        break;
      case TC_KIND_BOOL:
      case TC_KIND_INT:
      case TC_KIND_DOUBLE:
      case TC_KIND_DURATION:
      case TC_KIND_ENUM:
        break;
      case TC_KIND_LIST:
      case TC_KIND_MAP:
      case TC_KIND_OBJECT:
      case TC_KIND_TASK:
      case TC_KIND_TASKS:
      case TC_KIND_RUNNER:
      case TC_KIND_FILES:
      case TC_KIND_TYPED:
      case TC_KIND_ANY:
        g_clear_pointer (&FIELD (TcValue *, target, prop), tc_value_unref);
        break;
      }
}
