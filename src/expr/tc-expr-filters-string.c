/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tc-java-string.h"

static gboolean
need_text (TcRender *render, const TcVal *input)
{
  return tc_val_is_text (input)
         || tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.lang.String", tc_val_class_name (input));
}

static gboolean
filter_abbreviate (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  int64_t length = args[0].i;
  size_t  units;
  GString *text;
  TcVal    part;

  if (!need_text (render, input))
    return FALSE;
  if (length < 0)
    return tc_render_fail (render, "Invalid argument to abbreviate filter; must be greater than zero");
  units = tc_java_length (input);
  if (units < (uint64_t) length || units <= 3)
    {
      *result = tc_val_ref (input);
      return TRUE;
    }
  if (length <= 3)
    {
      *result = tc_java_substring (input, 0, length);
      return TRUE;
    }
  part = tc_java_substring (input, 0, length - 3);
  text = tc_render_to_text (&part);
  tc_val_clear (&part);
  return tc_render_string (render, g_string_append (text, "..."), result);
}

static gboolean
filter_capitalize (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  const char *text, *p;
  GString    *out;

  if (!need_text (render, input))
    return FALSE;
  text = tc_val_text (input, NULL);
  for (p = text; *p != 0 && g_unichar_isspace (g_utf8_get_char (p)); p = g_utf8_next_char (p))
    ;
  out = g_string_new_len (text, p - text);
  if (*p != 0)
    {
      g_string_append_unichar (out, g_unichar_totitle (g_utf8_get_char (p)));
      g_string_append (out, g_utf8_next_char (p));
    }
  return tc_render_string (render, out, result);
}

static gboolean
filter_title (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  gboolean start = TRUE;
  GString *out;

  if (!need_text (render, input))
    return FALSE;
  out = g_string_new (NULL);
  for (const char *p = tc_val_text (input, NULL); *p != 0; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (out, start ? g_unichar_totitle (c) : c);
      start = g_unichar_isspace (c);
    }
  return tc_render_string (render, out, result);
}

static gboolean
filter_upper (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return tc_render_take_text (render, tc_java_upper (input), result);
}

static gboolean
filter_lower (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return tc_render_take_text (render, tc_java_lower (input), result);
}

static gboolean
filter_trim (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  if (!need_text (render, input))
    return FALSE;
  *result = tc_java_trim (input);
  return TRUE;
}

static gboolean
filter_starts_with (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (input);
  g_autoptr (GString) part = tc_render_to_text (&args[0]);

  if (input->type == TC_VAL_NULL)
    return tc_render_fail (render, "NullPointerException: the input of startsWith is null");
  *result = tc_val_bool (text->len >= part->len && memcmp (text->str, part->str, part->len) == 0);
  return TRUE;
}

static gboolean
filter_ends_with (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (input);
  g_autoptr (GString) part = tc_render_to_text (&args[0]);

  if (input->type == TC_VAL_NULL)
    return tc_render_fail (render, "NullPointerException: the input of endsWith is null");
  *result = tc_val_bool (text->len >= part->len && memcmp (text->str + text->len - part->len, part->str, part->len) == 0);
  return TRUE;
}

/* Which part of the text a separator cuts out. */
typedef enum { BEFORE, BEFORE_LAST, AFTER, AFTER_LAST } Cut;

static const char *
find_last (const char *text, size_t length, const char *part, size_t n)
{
  for (const char *p = text + length - n; n <= length && p >= text; p--)
    if (memcmp (p, part, n) == 0)
      return p;
  return NULL;
}

static gboolean
cut (TcRender *render, const TcVal *input, const TcVal *separator, Cut how, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (input);
  g_autoptr (GString) part = tc_render_to_text (separator);
  gboolean    last = how == BEFORE_LAST || how == AFTER_LAST, before = how == BEFORE || how == BEFORE_LAST;
  const char *at;

  if (!tc_render_bytes (render, text->len))
    return FALSE;
  if (part->len == 0)
    {
      gboolean empty = how == BEFORE || how == AFTER_LAST;

      *result = tc_val_str_len (text->str, empty ? 0 : text->len);
      return TRUE;
    }
  at = last ? find_last (text->str, text->len, part->str, part->len) : memmem (text->str, text->len, part->str, part->len);
  if (at == NULL)
    *result = tc_val_str_len (text->str, before ? text->len : 0);
  else if (before)
    *result = tc_val_str_len (text->str, at - text->str);
  else
    *result = tc_val_str_len (at + part->len, text->str + text->len - at - part->len);
  return TRUE;
}

static gboolean
filter_before (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return cut (render, input, &args[0], BEFORE, result);
}

static gboolean
filter_before_last (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return cut (render, input, &args[0], BEFORE_LAST, result);
}

static gboolean
filter_after (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return cut (render, input, &args[0], AFTER, result);
}

static gboolean
filter_after_last (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return cut (render, input, &args[0], AFTER_LAST, result);
}

/* White space to `-`, marks and other signs dropped, `-` never doubled nor at an end: the slug of slugify libraries. */
static gboolean
filter_slugify (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (input);
  g_autofree char    *plain = NULL;
  GString            *out = g_string_new (NULL);

  plain = g_utf8_normalize (text->str, text->len, G_NORMALIZE_NFD);
  for (const char *p = plain != NULL ? plain : ""; *p != 0; p = g_utf8_next_char (p))
    {
      char c = g_unichar_isspace (g_utf8_get_char (p)) || *p == '_' ? '-' : *p;

      if (c == '-' ? out->len > 0 && out->str[out->len - 1] != '-' : g_ascii_isalnum (c))
        g_string_append_c (out, g_ascii_tolower (c));
    }
  if (out->len > 0 && out->str[out->len - 1] == '-')
    g_string_truncate (out, out->len - 1);
  return tc_render_string (render, out, result);
}

/* The line break of a text: the first of CR LF, LF CR, LF, CR that it holds. */
static const char *
line_break (const char *text)
{
  static const char *const breaks[] = { "\r\n", "\n\r", "\n", "\r" };

  for (size_t i = 0; i < G_N_ELEMENTS (breaks); i++)
    if (strstr (text, breaks[i]) != NULL)
      return breaks[i];
  return "\n";
}

static gboolean
indent (TcRender *render, const TcVal *input, const TcVal *args, const char *filter, gboolean nested, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (input);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) prefix = g_string_new (NULL);
  const char *unit = args[1].type == TC_VAL_NULL ? " " : tc_val_text (&args[1], NULL);
  const char *newline = line_break (text->str);
  size_t      breaks = 1;

  if (args[0].i < 0)
    return tc_render_fail (render, "The '%s' filter expects a positive integer >=0 as argument 'amount'.", filter);
  for (const char *p = text->str; (p = strstr (p, newline)) != NULL; p += strlen (newline))
    breaks++;
  if (text->len == 0)
    {
      *result = tc_val_str ("");
      return TRUE;
    }
  if ((uint64_t) args[0].i > render->scope->bytes_left || !tc_render_bytes (render, text->len + breaks * args[0].i * strlen (unit)))
    return render->failure.code >= 0 ? FALSE : tc_render_bytes (render, G_MAXUINT64);
  for (int64_t i = 0; i < args[0].i; i++)
    g_string_append (prefix, unit);
  if (nested)
    g_string_append_printf (out, "%s%s", newline, prefix->str);
  for (const char *p = text->str, *next;; p = next)
    {
      next = strstr (p, newline);
      g_string_append_len (out, p, next != NULL ? next - p : (gssize) strlen (p));
      if (next == NULL)
        break;
      next += strlen (newline);
      g_string_append_printf (out, "%s%s", newline, prefix->str);
    }
  *result = tc_val_str_len (out->str, out->len);
  return TRUE;
}

static gboolean
filter_indent (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return indent (render, input, args, "indent", FALSE, result);
}

static gboolean
filter_nindent (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return indent (render, input, args, "nindent", TRUE, result);
}

/* Applies a text function to a text, or to the texts inside lists and maps. */
typedef gboolean (*TextFunc) (TcRender *render, const TcVal *text, gconstpointer data, TcVal *result);

static gboolean
map_texts (TcRender *render, const TcVal *input, TextFunc func, gconstpointer data, TcVal *result)
{
  g_auto (TcVal) copy = TC_VAL_INIT;

  if (tc_val_is_text (input))
    return func (render, input, data, result);
  if (!tc_val_is_sequence (input) && input->type != TC_VAL_MAP)
    {
      *result = tc_val_ref (input);
      return TRUE;
    }
  copy = tc_val_copy (input);
  if (!tc_render_steps (render, copy.box->n))
    return FALSE;
  for (size_t i = 0; i < copy.box->n; i++)
    {
      TcVal item = TC_VAL_INIT;

      if (!map_texts (render, &copy.box->items[i], func, data, &item))
        {
          tc_val_clear (&item);
          return FALSE;
        }
      tc_val_clear (&copy.box->items[i]);
      copy.box->items[i] = item;
    }
  *result = tc_val_steal (&copy);
  return TRUE;
}

static gboolean
escape_text (TcRender *render, const TcVal *text, gconstpointer data, TcVal *result)
{
  const char *const *pair = data;
  g_auto (TcVal) from = tc_val_str (pair[0]);
  g_auto (TcVal) to = tc_val_str (pair[1]);

  return tc_render_string (render, tc_java_replace (text, &from, &to), result);
}

static gboolean
filter_escape_char (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  static const struct { const char *type, *pair[2]; } types[] = {
    { "single", { "'", "\\'" } }, { "double", { "\"", "\\\"" } }, { "shell", { "'", "'\\''" } },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (tc_val_text (&args[0], NULL), types[i].type) == 0)
      return map_texts (render, input, escape_text, types[i].pair, result);
  return tc_render_fail (render, "The 'escapeChar' filter expects an argument 'type' that is 'single', 'double' or 'shell'.");
}

static gboolean
replace_text (TcRender *render, const TcVal *text, gconstpointer data, TcVal *result)
{
  const TcVal   *args = data;
  g_auto (TcVal) current = tc_val_ref (text);

  for (size_t i = 0; i < tc_val_length (&args[0]); i++)
    {
      g_auto (TcVal) key = tc_val_key (&args[0], i);
      g_auto (TcVal) item = tc_val_item (&args[0], i);
      g_auto (TcVal) from = TC_VAL_INIT;
      g_auto (TcVal) to = TC_VAL_INIT;
      TcVal          next = TC_VAL_INIT;
      gboolean       ok;

      if (!tc_render_as_string (render, &key, &from) || !tc_render_as_string (render, &item, &to))
        return FALSE;
      ok = args[1].type == TC_VAL_BOOL && args[1].b ? tc_java_replace_all (render, &current, &from, &to, &next)
                                                    : tc_render_string (render, tc_java_replace (&current, &from, &to), &next);
      tc_val_clear (&current);
      current = next;
      if (!ok)
        return FALSE;
    }
  *result = tc_val_steal (&current);
  return TRUE;
}

static gboolean
filter_replace (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcVal) text = TC_VAL_INIT;

  if (args[0].type != TC_VAL_MAP)
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.util.Map; "
                           "write replace({\"from\": \"to\"})", tc_val_class_name (&args[0]));
  if (tc_val_is_sequence (input) || input->type == TC_VAL_MAP)
    return map_texts (render, input, replace_text, args, result);
  return tc_render_as_string (render, input, &text) && replace_text (render, &text, args, result);
}

static gboolean
filter_split (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return need_text (render, input) && tc_java_split (render, input, &args[0], args[1].type == TC_VAL_NULL ? 0 : args[1].i, result);
}

static const TcExprArg length_args[] = {
  { "length", TC_EXPR_INTEGER, TC_EXPR_REQUIRED, NULL, N_("Longest length, in UTF-16 units.") }, { 0 }
};
static const TcExprArg value_args[] = { { "value", TC_EXPR_ANY, TC_EXPR_REQUIRED, NULL, N_("The text to look for.") }, { 0 } };
static const TcExprArg separator_args[] = {
  { "separator", TC_EXPR_ANY, TC_EXPR_REQUIRED, NULL, N_("The text at which to cut.") }, { 0 }
};
static const TcExprArg type_args[] = {
  { "type", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("`single`, `double` or `shell`.") }, { 0 }
};
static const TcExprArg indent_args[] = {
  { "amount", TC_EXPR_INTEGER, TC_EXPR_REQUIRED, NULL, N_("How many prefixes."),
    "The 'indent' filter expects an integer as argument 'amount'." },
  { "prefix", TC_EXPR_STRING, 0, "' '", N_("What is repeated.") }, { 0 }
};
static const TcExprArg nindent_args[] = {
  { "amount", TC_EXPR_INTEGER, TC_EXPR_REQUIRED, NULL, N_("How many prefixes."),
    "The 'nindent' filter expects an integer as argument 'amount'." },
  { "prefix", TC_EXPR_STRING, 0, "' '", N_("What is repeated.") }, { 0 }
};
static const TcExprArg replace_args[] = {
  { "replace_pairs", TC_EXPR_ANY, TC_EXPR_REQUIRED, NULL, N_("A map: what to replace → with what."),
    "The argument 'replace_pairs' is required." },
  { "regexp", TC_EXPR_BOOLEAN, 0, "false", N_("Are the keys regular expressions?") }, { 0 }
};
static const TcExprArg split_args[] = {
  { "delimiter", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A regular expression.") },
  { "limit", TC_EXPR_INTEGER, 0, NULL, N_("At most so many parts; negative: keep empty parts at the end.") }, { 0 }
};

const TcCallable tc_filters_string[] = {
  { TC_FILTER ("abbreviate", filter_abbreviate, TC_EXPR_NULL_IS_NULL, length_args),
    TC_DOC (N_("Shortens a text, with `...` at its end."), "{{ \"the quick brown fox\" | abbreviate(9) }}", "the qu...") },
  { TC_FILTER ("capitalize", filter_capitalize, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Makes the first letter a capital."), "{{ \"red apple\" | capitalize }}", "Red apple") },
  { TC_FILTER ("endsWith", filter_ends_with, 0, value_args),
    TC_DOC (N_("Does the text end with another one?"), "{{ \"file.csv\" | endsWith(\".csv\") }}", "true") },
  { TC_FILTER ("escapeChar", filter_escape_char, TC_EXPR_NULL_IS_NULL, type_args),
    TC_DOC (N_("Escapes quotes, also inside lists and maps."), "{{ \"it's\" | escapeChar(\"shell\") }}", "it'\\''s") },
  { TC_FILTER ("indent", filter_indent, TC_EXPR_NULL_IS_NULL, indent_args),
    TC_DOC (N_("Indents all lines but the first."), "{{ \"a\nb\" | indent(2) }}", "a\n  b") },
  { TC_FILTER ("lower", filter_lower, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Makes all letters small."), "{{ \"ABC É\" | lower }}", "abc é") },
  { TC_FILTER ("nindent", filter_nindent, TC_EXPR_NULL_IS_NULL, nindent_args),
    TC_DOC (N_("Begins a new line and indents all lines."), "{{ \"a\nb\" | nindent(2) }}", "\n  a\n  b") },
  { TC_FILTER ("replace", filter_replace, TC_EXPR_NULL_IS_NULL, replace_args),
    TC_DOC (N_("Replaces texts one after another, also inside lists and maps."), "{{ \"a.b\" | replace({\".\": \"/\"}) }}", "a/b") },
  { TC_FILTER ("slugify", filter_slugify, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Makes a text fit for an address."), "{{ \"Élan vital_2\" | slugify }}", "elan-vital-2") },
  { TC_FILTER ("split", filter_split, TC_EXPR_NULL_IS_NULL, split_args),
    TC_DOC (N_("Splits a text at a regular expression."), "{{ \"a,b\" | split(\",\") }}", "[\"a\",\"b\"]") },
  { TC_FILTER ("startsWith", filter_starts_with, 0, value_args),
    TC_DOC (N_("Does the text start with another one?"), "{{ \"tiercel\" | startsWith(\"tier\") }}", "true") },
  { TC_FILTER ("substringAfter", filter_after, TC_EXPR_NULL_IS_NULL, separator_args),
    TC_DOC (N_("What follows the first separator."), "{{ \"x/y/z\" | substringAfter(\"/\") }}", "y/z") },
  { TC_FILTER ("substringAfterLast", filter_after_last, TC_EXPR_NULL_IS_NULL, separator_args),
    TC_DOC (N_("What follows the last separator."), "{{ \"x/y/z\" | substringAfterLast(\"/\") }}", "z") },
  { TC_FILTER ("substringBefore", filter_before, TC_EXPR_NULL_IS_NULL, separator_args),
    TC_DOC (N_("What precedes the first separator."), "{{ \"x/y/z\" | substringBefore(\"/\") }}", "x") },
  { TC_FILTER ("substringBeforeLast", filter_before_last, TC_EXPR_NULL_IS_NULL, separator_args),
    TC_DOC (N_("What precedes the last separator."), "{{ \"x/y/z\" | substringBeforeLast(\"/\") }}", "x/y") },
  { TC_FILTER ("title", filter_title, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Makes the first letter of each word a capital."), "{{ \"hello big WORLD\" | title }}", "Hello Big WORLD") },
  { TC_FILTER ("trim", filter_trim, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Takes white space off both ends."), "[{{ \"  a b \" | trim }}]", "[a b]") },
  { TC_FILTER ("upper", filter_upper, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Makes all letters capitals."), "{{ \"abc ß\" | upper }}", "ABC SS") },
  { { 0 } }
};
