/* SPDX-License-Identifier: GPL-3.0-or-later */
/* java.util.regex on GRegex: `\d \w \s` are ASCII, classes may hold classes, matching is bounded. */
#include "config.h"
#include "tc-java-string.h"

#include <string.h>

/* Java's predefined classes as members of a bracket expression; PCRE's own would follow Unicode. */
static const char *
class_members (char c)
{
  switch (c)
    {
    case 'd': return "0-9";
    case 'w': return "A-Za-z0-9_";
    case 's': return " \\t\\n\\x0B\\f\\r";
    default: return NULL;
    }
}

static const char *
posix_class (const char *name, size_t n)
{
  static const struct { const char *java, *pcre; } classes[] = {
    { "Lower", "a-z" }, { "Upper", "A-Z" }, { "ASCII", "\\x00-\\x7F" }, { "Alpha", "a-zA-Z" }, { "Digit", "0-9" },
    { "Alnum", "a-zA-Z0-9" }, { "Punct", "!-\\/:-@\\[-`{-~" }, { "Graph", "!-~" }, { "Print", " -~" }, { "Blank", " \\t" },
    { "Cntrl", "\\x00-\\x1F\\x7F" }, { "XDigit", "0-9a-fA-F" }, { "Space", " \\t\\n\\x0B\\f\\r" },
    { "javaLowerCase", "\\p{Ll}" }, { "javaUpperCase", "\\p{Lu}" }, { "IsAlphabetic", "\\p{L}\\p{Nl}" },
    { "IsLetter", "\\p{L}" }, { "IsDigit", "\\p{Nd}" }, { "IsUppercase", "\\p{Lu}" }, { "IsLowercase", "\\p{Ll}" },
    { "IsPunctuation", "\\p{P}" }, { "IsWhite_Space", "\\p{Z}\\t-\\r\\x{85}" }, { "IsLatin", "\\p{Latin}" },
    { "IsGreek", "\\p{Greek}" }, { "IsCyrillic", "\\p{Cyrillic}" }, { "InGreek", "\\x{370}-\\x{3FF}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strlen (classes[i].java) == n && strncmp (classes[i].java, name, n) == 0)
      return classes[i].pcre;
  return NULL;
}

/* One escape at @p (a backslash), inside or outside of brackets; returns where it ends. */
static const char *
translate_escape (const char *p, gboolean bracket, GString *out)
{
  const char *members = class_members (g_ascii_tolower (p[1]));
  gboolean    negated = g_ascii_isupper (p[1]);

  if (p[1] == 0)
    {
      g_string_append_c (out, *p);
      return p + 1;
    }
  if (members != NULL && !(bracket && negated))
    {
      g_string_append_printf (out, bracket ? "%s%s" : "[%s%s]", negated ? "^" : "", members);
      return p + 2;
    }
  if ((p[1] == 'p' || p[1] == 'P') && p[2] == '{')
    {
      const char *end = strchr (p, '}');

      members = end != NULL ? posix_class (p + 3, end - p - 3) : NULL;
      if (members != NULL && !(bracket && p[1] == 'P'))
        {
          g_string_append_printf (out, bracket ? "%s%s" : "[%s%s]", p[1] == 'P' ? "^" : "", members);
          return end + 1;
        }
    }
  if (p[1] == 'u' && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3]) && g_ascii_isxdigit (p[4]) && g_ascii_isxdigit (p[5]))
    {
      g_string_append_printf (out, "\\x{%.4s}", p + 2);
      return p + 6;
    }
  if (p[1] == 'Q' && !bracket)
    {
      const char *end = strstr (p, "\\E");

      end = end != NULL ? end + 2 : p + strlen (p);
      g_string_append_len (out, p, end - p);
      return end;
    }
  g_string_append_len (out, p, 1 + g_utf8_skip[(guchar) p[1]]);
  return p + 1 + g_utf8_skip[(guchar) p[1]];
}

/* A bracket expression: its members, with unions of nested ones; an intersection becomes a look-ahead before it. */
static const char *
translate_brackets (const char *p, GString *out, int level)
{
  g_autoptr (GString) before = g_string_new (NULL);
  g_autoptr (GString) members = g_string_new ("[");

  p++;
  if (*p == '^')
    {
      g_string_append_c (members, '^');
      p++;
    }
  for (gboolean first = TRUE; *p != 0 && (*p != ']' || first); first = FALSE)
    {
      if (*p == '\\')
        p = translate_escape (p, TRUE, members);
      else if (p[0] == '&' && p[1] == '&')
        {
          g_string_append_printf (before, "(?=%s])", members->str);
          g_string_truncate (members, 1);
          p += 2;
          if (*p == '[' && level < 16)
            {
              g_autoptr (GString) inner = g_string_new (NULL);

              p = translate_brackets (p, inner, level + 1);
              if (*p == ']')
                {
                  g_string_append_printf (out, "(?:%s%s)", before->str, inner->str);
                  return p + 1;
                }
              g_string_append_printf (before, "(?=%s)", inner->str);
            }
        }
      else if (*p == '[' && level < 16)
        {
          g_autoptr (GString) inner = g_string_new (NULL);

          p = translate_brackets (p, inner, level + 1);
          if (inner->len > 2 && inner->str[0] == '[' && inner->str[1] != '^')
            g_string_append_len (members, inner->str + 1, inner->len - 2);
        }
      else if (*p == '[')
        {
          g_string_append (members, "\\[");
          p++;
        }
      else
        {
          g_string_append_len (members, p, g_utf8_skip[(guchar) *p]);
          p += g_utf8_skip[(guchar) *p];
        }
    }
  if (*p == ']')
    p++;
  g_string_append_c (members, ']');
  if (before->len > 0)
    g_string_append_printf (out, "(?:%s%s)", before->str, members->str);
  else
    g_string_append (out, members->str);
  return p;
}

GRegex *
tc_java_regex (TcRender *render, const TcVal *pattern)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError)  error = NULL;
  const char *source = tc_val_text (pattern, NULL);
  GRegex     *regex;

  /* The limits stand at the head of the pattern: PCRE takes the lowest that is given. */
  g_string_append_printf (out, "(*LIMIT_MATCH=%d)(*LIMIT_DEPTH=%d)", TC_EXPR_LIMIT_BACKTRACKS, TC_EXPR_LIMIT_BACKTRACKS / 10);
  for (const char *p = source; *p != 0;)
    {
      if (*p == '\\')
        p = translate_escape (p, FALSE, out);
      else if (*p == '[')
        p = translate_brackets (p, out, 0);
      else
        {
          g_string_append_len (out, p, g_utf8_skip[(guchar) *p]);
          p += g_utf8_skip[(guchar) *p];
        }
    }
  regex = tc_render_steps (render, out->len) ? g_regex_new (out->str, 0, 0, &error) : NULL;
  if (error != NULL)
    tc_render_fail (render, "The regular expression “%s” is not valid: %s", source, error->message);
  return regex;
}

static gboolean
match_failed (TcRender *render, GError **error)
{
  gboolean failed = *error != NULL;

  if (failed)
    tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT, "The regular expression needs more than %d attempts (TC_EXPR_LIMIT_BACKTRACKS): %s",
                         TC_EXPR_LIMIT_BACKTRACKS, (*error)->message);
  g_clear_error (error);
  return failed;
}

gboolean
tc_java_find (TcRender *render, GRegex *regex, const TcVal *text, GMatchInfo **match, gboolean *found)
{
  GError     *error = NULL;
  size_t      length;
  const char *string = tc_val_text (text, &length);

  *found = g_regex_match_full (regex, string, length, 0, 0, match, &error);
  return !match_failed (render, &error) && tc_render_steps (render, length / 16 + 1);
}

static gboolean
next_match (TcRender *render, GMatchInfo *match, gboolean *found)
{
  GError *error = NULL;

  *found = g_match_info_next (match, &error);
  return !match_failed (render, &error) && tc_render_steps (render, 1);
}

/* `${name}` in a replacement; returns its end. */
static const char *
append_named_group (const char *p, GMatchInfo *match, GString *out)
{
  const char      *end = strchr (p, '}');
  g_autofree char *name = end != NULL ? g_strndup (p + 2, end - p - 2) : NULL;
  g_autofree char *group = NULL;

  if (name == NULL || g_regex_get_string_number (g_match_info_get_regex (match), name) < 0)
    return NULL;
  group = g_match_info_fetch_named (match, name);
  g_string_append (out, group != NULL ? group : "");
  return end + 1;
}

/* `$12` takes as many digits as name an existing group. */
static const char *
append_group (const char *p, GMatchInfo *match, GString *out)
{
  int              groups = g_regex_get_capture_count (g_match_info_get_regex (match));
  int              number = p[1] - '0';
  g_autofree char *group = NULL;

  if (number > groups)
    return NULL;
  for (p += 2; g_ascii_isdigit (*p) && number * 10 + (*p - '0') <= groups; p++)
    number = number * 10 + (*p - '0');
  group = g_match_info_fetch (match, number);
  g_string_append (out, group != NULL ? group : "");
  return p;
}

static gboolean
append_replacement (TcRender *render, const char *replacement, GMatchInfo *match, GString *out)
{
  for (const char *p = replacement; *p != 0;)
    {
      const char *next = p + 1;

      if (*p == '\\' && p[1] != 0)
        {
          g_string_append_len (out, p + 1, g_utf8_skip[(guchar) p[1]]);
          next = p + 1 + g_utf8_skip[(guchar) p[1]];
        }
      else if (*p == '\\')
        return tc_render_fail (render, "character to be escaped is missing");
      else if (*p == '$')
        next = g_ascii_isdigit (p[1]) ? append_group (p, match, out) : p[1] == '{' ? append_named_group (p, match, out) : NULL;
      else
        g_string_append_c (out, *p);
      if (next == NULL)
        return tc_render_fail (render, "Illegal group reference in the replacement “%s”", replacement);
      p = next;
    }
  return TRUE;
}

gboolean
tc_java_replace_all (TcRender *render, const TcVal *text, const TcVal *pattern, const TcVal *replacement, TcVal *result)
{
  g_autoptr (GRegex)     regex = tc_java_regex (render, pattern);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GString)    out = g_string_new (NULL);
  size_t      length;
  const char *string = tc_val_text (text, &length);
  gboolean    found;
  int         at = 0, start, end;

  if (regex == NULL || !tc_java_find (render, regex, text, &match, &found))
    return FALSE;
  while (found)
    {
      g_match_info_fetch_pos (match, 0, &start, &end);
      g_string_append_len (out, string + at, start - at);
      if (!append_replacement (render, tc_val_text (replacement, NULL), match, out))
        return FALSE;
      if (out->len > render->scope->bytes_left)
        return tc_render_bytes (render, out->len);
      at = end;
      if (!next_match (render, match, &found))
        return FALSE;
    }
  g_string_append_len (out, string + at, length - at);
  return tc_render_string (render, g_steal_pointer (&out), result);
}

static void
drop_trailing_empties (TcVal *parts)
{
  while (parts->box->n > 0 && tc_value_length (parts->box->items[parts->box->n - 1].value) == 0)
    tc_val_clear (&parts->box->items[--parts->box->n]);
}

/* String.split(): an empty match at the very start gives no part; without a limit trailing empty parts go away. */
gboolean
tc_java_split (TcRender *render, const TcVal *text, const TcVal *pattern, int64_t limit, TcVal *result)
{
  g_autoptr (GRegex)     regex = tc_java_regex (render, pattern);
  g_autoptr (GMatchInfo) match = NULL;
  g_auto (TcVal)         parts = tc_val_container (TC_VAL_ARRAY, 0);
  size_t      length;
  const char *string = tc_val_text (text, &length);
  gboolean    found;
  int         at = 0, start, end;

  if (regex == NULL || !tc_java_find (render, regex, text, &match, &found))
    return FALSE;
  while (found && (limit <= 0 || (int64_t) parts.box->n < limit - 1))
    {
      g_match_info_fetch_pos (match, 0, &start, &end);
      if (end > 0)
        {
          tc_val_append (&parts, tc_val_str_len (string + at, start - at));
          at = end;
        }
      if (!next_match (render, match, &found))
        return FALSE;
    }
  tc_val_append (&parts, tc_val_str_len (string + at, length - at));
  if (limit == 0 && parts.box->n > 1)
    drop_trailing_empties (&parts);
  *result = tc_val_steal (&parts);
  return tc_render_bytes (render, length);
}
