/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"
#include "tc-flow.h"
#include "tc-input-private.h"
#include "tc-json.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Values of inputs and flow outputs by type (spec/flow-language.md §2.2, Kestra: FlowInputOutput.parseType and the Input classes). */

static void set_cause (GError **error, const char *format, va_list args) G_GNUC_PRINTF (2, 0);

static void
set_cause (GError    **error,
           const char *format,
           va_list     args)
{
  if (error != NULL)
    *error = g_error_new_valist (TC_MODEL_ERROR, TC_MODEL_ERROR_INPUT, format, args);
}

static TcValue *refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static TcValue *
refuse (GError    **error,
        const char *format,
        ...)
{
  va_list args;

  va_start (args, format);
  set_cause (error, format, args);
  va_end (args);
  return NULL;
}

static char *
text_of (const TcValue *value)
{
  return tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
}

static TcValue *
parse_bool (const TcValue *given)
{
  g_autofree char *text = text_of (given);

  return tc_value_bool (g_ascii_strcasecmp (text, "true") == 0);
}

static TcValue *
parse_int (const TcValue *given,
           GError       **error)
{
  g_autofree char *text = text_of (given);
  gboolean is_text = tc_value_is (given, TC_VALUE_STRING) || tc_value_is (given, TC_VALUE_INT);
  char *end = NULL;
  gint64 number;

  number = g_ascii_strtoll (text, &end, 10);
  if (!is_text || g_ascii_isspace (*text) || end == text || *end != '\0')
    return refuse (error, _("“%s” is not a whole number"), text);
  if (number < G_MININT32 || number > G_MAXINT32)
    return refuse (error, _("“%s” is beyond the numbers from %d to %d"), text, G_MININT32, G_MAXINT32);
  return tc_value_int (number);
}

/* The shortest text that reads as the same 32-bit number, as Java writes it; a whole number without trailing zeros is shown as such. */
static TcValue *
float_value (float number)
{
  char text[32];
  double shown;

  /* JSON has no such number, so Kestra stores it as a text: nothing can be computed with it (golden U11g). */
  if (isnan (number))
    return tc_value_string ("NaN");
  if (isinf (number))
    return tc_value_string (number > 0 ? "Infinity" : "-Infinity");
  for (int digits = 1; digits <= 9; digits++)
    {
      g_snprintf (text, sizeof text, "%.*g", digits, (double) number);
      if (strtof (text, NULL) == number)
        break;
    }
  shown = g_ascii_strtod (text, NULL);
  if (shown == 0)
    return tc_value_double (0);
  if (fabs (shown) >= 1e7 && fabs (shown) < 1e10 && fmod (shown, 10) != 0)
    return tc_value_int ((int64_t) shown);
  return tc_value_double (shown);
}

static TcValue *
parse_float (const TcValue *given,
             GError       **error)
{
  g_autofree char *raw = text_of (given);
  const char *text = g_strstrip (raw);
  char *end = NULL;
  double number;
  gboolean named = g_str_equal (text, "NaN") || g_str_equal (text, "Infinity") || g_str_equal (text, "-Infinity");

  number = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || (!named && text[strspn (text, "0123456789+-.eE")] != '\0') ||
      tc_value_is (given, TC_VALUE_BOOL))
    return refuse (error, _("“%s” is not a number"), text);
  return float_value ((float) number);
}

static gboolean
read_datetime (const TcValue *given,
               TcTime        *time)
{
  if (tc_value_is (given, TC_VALUE_TIME))
    {
      *time = tc_value_get_time (given);
      return TRUE;
    }
  return tc_value_is (given, TC_VALUE_STRING) && tc_time_parse (tc_value_get_text (given), time);
}

static TcValue *
parse_datetime (const TcValue *given,
                GError       **error)
{
  TcTime time;
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;

  if (read_datetime (given, &time))
    date = g_date_time_new_from_unix_utc (time.seconds);
  if (date == NULL)
    {
      text = text_of (given);
      return refuse (error, _("“%s” is no date with time and zone, such as 2026-01-31T08:00:00Z"), text);
    }
  return tc_value_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", g_date_time_get_year (date), g_date_time_get_month (date),
                          g_date_time_get_day_of_month (date), g_date_time_get_hour (date), g_date_time_get_minute (date),
                          g_date_time_get_second (date), time.nanos / 1000);
}

/* @pattern: 'd' stands for a digit, all else for itself. */
static gboolean
has_shape (const char *text,
           const char *pattern)
{
  for (; *pattern != '\0'; pattern++, text++)
    {
      if (*pattern == 'd' ? !g_ascii_isdigit (*text) : *text != *pattern)
        return FALSE;
    }
  return TRUE;
}

/* The number that @n digits make. */
static int
read_digits (const char *text,
             int         n)
{
  int number = 0;

  for (int i = 0; i < n; i++)
    number = number * 10 + g_ascii_digit_value (text[i]);
  return number;
}

static TcValue *
parse_date (const TcValue *given,
            GError       **error)
{
  g_autofree char *text = text_of (given);

  if (strlen (text) != 10 || !has_shape (text, "dddd-dd-dd") ||
      !g_date_valid_dmy ((GDateDay) read_digits (text + 8, 2), (GDateMonth) read_digits (text + 5, 2),
                         (GDateYear) read_digits (text, 4)))
    return refuse (error, _("“%s” is no date such as 2026-01-31"), text);
  return tc_value_string (text);
}

/* 03:04, 03:04:05 or 03:04:05.678; always with seconds, the fraction without trailing zeros. NULL: no time of day. */
static char *
normal_time (const char *text)
{
  GString *normal;
  size_t digits = 0;

  if (!has_shape (text, "dd:dd") || read_digits (text, 2) > 23 || read_digits (text + 3, 2) > 59)
    return NULL;
  if (text[5] == '\0')
    return g_strconcat (text, ":00", NULL);
  if (!has_shape (text + 5, ":dd") || read_digits (text + 6, 2) > 59)
    return NULL;
  if (text[8] == '.')
    digits = strspn (text + 9, "0123456789");
  if (text[8] != '\0' && (digits == 0 || digits > 9 || text[9 + digits] != '\0'))
    return NULL;
  normal = g_string_new (text);
  while (digits > 0 && normal->str[normal->len - 1] == '0')
    g_string_truncate (normal, normal->len - 1);
  if (normal->str[normal->len - 1] == '.')
    g_string_truncate (normal, normal->len - 1);
  return g_string_free (normal, FALSE);
}

static TcValue *
parse_time (const TcValue *given,
            GError       **error)
{
  g_autofree char *text = text_of (given);
  char *normal = normal_time (text);

  return normal != NULL ? tc_value_string_take (normal) : refuse (error, _("“%s” is no time of day such as 08:30:00"), text);
}

static gboolean
read_iso_duration (const char *text,
                   int64_t    *us)
{
  const char *start = *text == '-' || *text == '+' ? text + 1 : text;

  return g_ascii_toupper (*start) == 'P' && tc_duration_parse (text, us);
}

static TcValue *
parse_duration (const TcValue *given,
                GError       **error)
{
  g_autofree char *text = text_of (given);
  int64_t us;

  if (tc_value_is (given, TC_VALUE_DURATION))
    {
      int32_t nanos;
      int64_t seconds = tc_value_get_duration (given, &nanos);

      return tc_value_double ((double) seconds + nanos / 1e9);
    }
  if (!read_iso_duration (text, &us))
    return refuse (error, _("“%s” is no duration such as PT1H30M"), text);
  return tc_value_double ((double) us / G_USEC_PER_SEC);
}

static TcValue *
parse_json (const TcValue *given,
            GError       **error)
{
  g_autoptr (GError) problem = NULL;
  size_t length;
  const char *text;
  TcValue *value;

  if (!tc_value_is (given, TC_VALUE_STRING))
    return tc_value_ref (given);
  text = tc_value_get_string (given, &length);
  value = tc_json_read (text, length, &problem);
  return value != NULL ? value : refuse (error, _("It is no JSON: %s"), problem->message);
}

static TcValue *
parse_yaml (const TcValue *given,
            GError       **error)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) document = NULL;
  size_t length;
  const char *text;

  if (!tc_value_is (given, TC_VALUE_STRING))
    return tc_value_ref (given);
  text = tc_value_get_string (given, &length);
  document = tc_yaml_read (text, length, found);
  for (guint i = 0; i < found->len; i++)
    {
      const TcDiagnostic *item = g_ptr_array_index (found, i);

      if (item->severity == TC_SEVERITY_ERROR)
        return refuse (error, _("It is no YAML: line %u: %s"), item->span.line, item->message);
    }
  if (document == NULL || tc_yaml_root (document) == NULL)
    return tc_value_null ();
  return tc_yaml_to_value (tc_yaml_root (document));
}

static TcValue *
parse_uri (const TcValue *given,
           GError       **error)
{
  g_autofree char *text = text_of (given);
  g_autofree char *scheme = g_uri_parse_scheme (text);

  if (scheme == NULL || strchr (text, ' ') != NULL)
    return refuse (error, _("“%s” is no URI: it must begin with a scheme, such as https:"), text);
  return tc_value_string (text);
}

static TcValue *
parse_email (const TcValue *given,
             GError       **error)
{
  g_autofree char *text = text_of (given);

  if (!g_regex_match_simple ("^$|^[a-zA-Z0-9_!#$%&’*+/=?`{|}~^.-]+@[a-zA-Z0-9.-]+\\z", text, 0, 0))
    return refuse (error, _("“%s” is no valid e-mail address"), text);
  return tc_value_string (text);
}

static TcValue *
parse_item (TcInputType    type,
            const TcValue *given,
            GError       **error)
{
  switch (type)
    {
    case TC_INPUT_BOOL:
    case TC_INPUT_BOOLEAN: return parse_bool (given);
    case TC_INPUT_INT: return parse_int (given, error);
    case TC_INPUT_FLOAT: return parse_float (given, error);
    case TC_INPUT_DATETIME: return parse_datetime (given, error);
    case TC_INPUT_DATE: return parse_date (given, error);
    case TC_INPUT_TIME: return parse_time (given, error);
    case TC_INPUT_DURATION: return parse_duration (given, error);
    case TC_INPUT_JSON: return parse_json (given, error);
    case TC_INPUT_YAML: return parse_yaml (given, error);
    case TC_INPUT_URI: return parse_uri (given, error);
    case TC_INPUT_EMAIL: return parse_email (given, error);
    case TC_INPUT_STRING:
    case TC_INPUT_SECRET:
    case TC_INPUT_FILE:
    case TC_INPUT_SELECT:
    case TC_INPUT_ENUM:
    case TC_INPUT_MULTISELECT:
    case TC_INPUT_ARRAY:
      break;
    }
  return tc_value_string_take (text_of (given));
}

static TcValue *
parse_list (TcInputType    item_type,
            const TcValue *given,
            GError       **error)
{
  g_autoptr (TcValue) list = parse_json (given, NULL);
  g_autoptr (TcListBuilder) items = tc_list_builder_new ();

  if (!tc_value_is (list, TC_VALUE_LIST))
    return refuse (error, _("It is no list, nor a text that holds a JSON array"));
  for (size_t i = 0; i < tc_value_length (list); i++)
    {
      g_autoptr (GError) problem = NULL;
      TcValue *item = parse_item (item_type, tc_value_item (list, i), &problem);

      if (item == NULL)
        return refuse (error, _("Item %zu is no %s: %s"), i + 1, tc_input_type_name (item_type), problem->message);
      tc_list_builder_take (items, item);
    }
  return tc_list_builder_end (g_steal_pointer (&items));
}

/* Checks of a value that has its type */

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError    **error,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  set_cause (error, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
check_pattern (const TcInput *input,
               const TcValue *value,
               GError       **error)
{
  const char *pattern = tc_value_get_str (input->props, "validator");
  g_autofree char *whole = pattern != NULL ? g_strdup_printf ("\\A(?:%s)\\z", pattern) : NULL;
  g_autoptr (GRegex) regex = whole != NULL ? g_regex_new (whole, 0, 0, NULL) : NULL;

  if (regex == NULL || g_regex_match_full (regex, tc_value_get_text (value), -1, 0, 0, NULL, NULL))
    return TRUE;
  return fail (error, _("it must match the pattern “%s”"), pattern);
}

static gboolean
is_choice (const TcValue *choices,
           const TcValue *value)
{
  g_autofree char *text = text_of (value);

  for (size_t i = 0; i < tc_value_length (choices); i++)
    {
      if (g_str_equal (tc_value_get_text (tc_value_item (choices, i)), text))
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_choice (const TcInput *input,
              const TcValue *choices,
              const TcValue *value,
              GError       **error)
{
  g_autofree char *all = NULL;

  if (choices == NULL || !input->required || tc_value_get_flag (input->props, "allowCustomValue", FALSE) ||
      is_choice (choices, value))
    return TRUE;
  all = tc_json_to_text (choices);
  return fail (error, _("it must be one of %s"), all);
}

static gboolean
check_choices (const TcInput *input,
               const TcValue *choices,
               const TcValue *value,
               GError       **error)
{
  if (choices == NULL || tc_value_get_flag (input->props, "allowCustomValue", FALSE))
    return TRUE;
  for (size_t i = 0; i < tc_value_length (value); i++)
    {
      g_autofree char *text = NULL;

      if (is_choice (choices, tc_value_item (value, i)))
        continue;
      text = text_of (tc_value_item (value, i));
      return fail (error, _("“%s” is none of the values to choose from"), text);
    }
  return TRUE;
}

/* FALSE: no such bound, or one that is no number. */
static gboolean
read_bound (const TcInput *input,
            const char    *key,
            double        *bound,
            char         **text)
{
  const TcValue *value = tc_value_get (input->props, key);
  char *end = NULL;
  int64_t us;

  if (value == NULL)
    return FALSE;
  *text = text_of (value);
  if (input->type == TC_INPUT_DURATION && tc_duration_parse (*text, &us))
    *bound = (double) us / G_USEC_PER_SEC;
  else
    *bound = g_ascii_strtod (*text, &end);
  return end == NULL || (end != *text && *end == '\0');
}

static gboolean
check_bounds (const TcInput *input,
              const TcValue *value,
              GError       **error)
{
  gboolean named = tc_value_is (value, TC_VALUE_STRING);      /* NaN, Infinity; NaN is more than any number, as in Java */
  double number = named ? g_ascii_strtod (tc_value_get_text (value), NULL) : tc_value_get_double (value), bound;
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  if (read_bound (input, "min", &bound, &low) && number < bound)
    return fail (error, _("it must be more than %s"), low);
  if (read_bound (input, "max", &bound, &high) && !(number <= bound))
    return fail (error, _("it must be less than %s"), high);
  return TRUE;
}

/* A bound of the type of its input, in the form in which two of them compare as texts. */
static char *
time_bound (const TcInput *input,
            const char    *key)
{
  const TcValue *value = tc_value_get (input->props, key);
  g_autoptr (TcValue) parsed = value != NULL ? parse_item (input->type, value, NULL) : NULL;

  return parsed != NULL ? g_strdup (tc_value_get_text (parsed)) : NULL;
}

static gboolean
check_times (const TcInput *input,
             const TcValue *value,
             GError       **error)
{
  g_autofree char *after = time_bound (input, "after");
  g_autofree char *before = time_bound (input, "before");

  if (after != NULL && strcmp (tc_value_get_text (value), after) < 0)
    return fail (error, _("it must be after %s"), after);
  if (before != NULL && strcmp (tc_value_get_text (value), before) > 0)
    return fail (error, _("it must be before %s"), before);
  return TRUE;
}

/* Only a name that has an ending can have a wrong one: what is stored under a made-up name is not judged. */
static gboolean
check_extension (const TcInput *input,
                 const TcValue *value,
                 GError       **error)
{
  const TcValue *allowed = tc_value_get (input->props, "allowedFileExtensions");
  const char *slash = strrchr (tc_value_get_text (value), '/');
  const char *dot = slash != NULL ? strrchr (slash, '.') : NULL;
  g_autofree char *all = NULL;

  if (!tc_value_is (allowed, TC_VALUE_LIST) || dot == NULL || g_str_equal (dot, ".upl") || g_str_equal (dot, ".tmp"))
    return TRUE;
  for (size_t i = 0; i < tc_value_length (allowed); i++)
    {
      g_autofree char *text = text_of (tc_value_item (allowed, i));

      if (g_ascii_strcasecmp (*text == '.' ? text + 1 : text, dot + 1) == 0)
        return TRUE;
    }
  all = tc_json_to_text (allowed);
  return fail (error, _("files of this kind are not allowed; accepted are %s"), all);
}

static gboolean
check_value (const TcInput *input,
             const TcValue *choices,
             const TcValue *value,
             GError       **error)
{
  switch (input->type)
    {
    case TC_INPUT_STRING:
    case TC_INPUT_SECRET: return check_pattern (input, value, error);
    case TC_INPUT_SELECT:
    case TC_INPUT_ENUM: return check_choice (input, choices, value, error);
    case TC_INPUT_MULTISELECT: return check_choices (input, choices, value, error);
    case TC_INPUT_INT:
    case TC_INPUT_FLOAT:
    case TC_INPUT_DURATION: return check_bounds (input, value, error);
    case TC_INPUT_DATETIME:
    case TC_INPUT_DATE:
    case TC_INPUT_TIME: return check_times (input, value, error);
    case TC_INPUT_FILE: return check_extension (input, value, error);
    case TC_INPUT_EMAIL:
    case TC_INPUT_BOOL:
    case TC_INPUT_BOOLEAN:
    case TC_INPUT_JSON:
    case TC_INPUT_YAML:
    case TC_INPUT_URI:
    case TC_INPUT_ARRAY:
      break;
    }
  return TRUE;
}

TcValue *
tc_input_parse_with (const TcInput *input,
                     const TcValue *choices,
                     const TcValue *given,
                     GError       **error)
{
  g_autoptr (TcValue) value = NULL;

  if (input->type == TC_INPUT_ARRAY || input->type == TC_INPUT_MULTISELECT)
    value = parse_list (input->item_type, given, error);
  else
    value = parse_item (input->type, given, error);
  if (value == NULL || !check_value (input, choices, value, error))
    return NULL;
  return g_steal_pointer (&value);
}

TcValue *
tc_input_parse (const TcInput *input,
                const TcValue *given,
                GError       **error)
{
  g_return_val_if_fail (input != NULL && given != NULL, NULL);

  if (tc_value_is (given, TC_VALUE_NULL))
    return tc_value_null ();
  return tc_input_parse_with (input, input->values, given, error);
}
