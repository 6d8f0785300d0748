/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>

#include "tc-java-string.h"

static gboolean
filter_match (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GRegex)     regex = tc_java_regex (render, &args[0]);
  g_autoptr (GMatchInfo) match = NULL;
  g_auto (TcVal)         text = TC_VAL_INIT;
  gboolean               found = FALSE;

  if (regex == NULL)
    return FALSE;
  if (input->type != TC_VAL_NULL
      && (!tc_render_as_string (render, input, &text) || !tc_java_find (render, regex, &text, &match, &found)))
    return FALSE;
  *result = tc_val_bool (found);
  return TRUE;
}

static gboolean
filter_regex_replace (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcVal) text = TC_VAL_INIT;

  return tc_render_as_string (render, input, &text)
         && tc_java_replace_all (render, &text, &args[0], &args[1], result);
}

static gboolean
filter_extract (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GRegex)     regex = tc_java_regex (render, &args[0]);
  g_autoptr (GMatchInfo) match = NULL;
  g_auto (TcVal)         text = TC_VAL_INIT;
  gboolean               found = FALSE;
  int                    start, end;

  if (regex == NULL || !tc_render_as_string (render, input, &text)
      || !tc_java_find (render, regex, &text, &match, &found))
    return FALSE;
  if (args[1].i < 0 || args[1].i > g_regex_get_capture_count (regex))
    return tc_render_fail (render, "No group %" G_GINT64_FORMAT, (gint64) args[1].i);
  if (found && g_match_info_fetch_pos (match, args[1].i, &start, &end) && start >= 0)
    *result = tc_val_str_len (tc_val_text (&text, NULL) + start, end - start);
  return TRUE;
}

#define REGEX_ARG { "regex", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A regular expression as in Java."), "The argument 'regex' is required." }

static const TcExprArg match_args[] = { REGEX_ARG, { 0 } };
static const TcExprArg replace_args[] = {
  REGEX_ARG,
  { "replacement", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("The new text; `$1` is the first group."),
    "The argument 'replacement' is required." }, { 0 }
};
static const TcExprArg extract_args[] = { REGEX_ARG, { "group", TC_EXPR_INTEGER, 0, "0", N_("Which group; 0 is the whole match.") }, { 0 } };

const TcCallable tc_filters_regex[] = {
  { TC_FILTER ("regexExtract", filter_extract, TC_EXPR_NULL_IS_NULL, extract_args), .entry.since = "1.3",
    TC_DOC (N_("The first match, or one of its groups; null if there is none."), "{{ \"inv-0042-b\" | regexExtract(\"[0-9]+\") }}", "0042") },
  { TC_FILTER ("regexMatch", filter_match, 0, match_args), .entry.since = "1.3",
    TC_DOC (N_("Is there a match anywhere in the text?"), "{{ \"peregrine\" | regexMatch(\"gri\") }}", "true") },
  { TC_FILTER ("regexReplace", filter_regex_replace, TC_EXPR_NULL_IS_NULL, replace_args), .entry.since = "1.3",
    TC_DOC (N_("Replaces all matches."), "{{ \"John Smith\" | regexReplace(\"(\\w+) (\\w+)\", \"$2 $1\") }}", "Smith John") },
  { { 0 } }
};
