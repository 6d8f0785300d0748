/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* libyaml's texts are for people who know the grammar. Each row: what they contain, what it means to an author, and what to do. */
typedef struct
{
  const char *context, *problem;      /* parts of libyaml's texts; NULL: any */
  const char *message, *hint;
} Explanation;

static const Explanation explanations[] = {
  { NULL, "mapping values are not allowed", N_("“:” may not stand here"),
    N_("Indent this line like the other keys of its block, or put the text in quotes if the colon belongs to it.") },
  { "block mapping", "did not find expected key", N_("a key is missing here, or the line is indented wrongly"),
    N_("Indent this line exactly like the other keys of its block. A text that begins with a quote ends at the closing one.") },
  { "block collection", "did not find expected '-'", N_("a list item is missing here, or the line is indented wrongly"),
    N_("Begin each item of the list with “- ” in the same column.") },
  { NULL, "could not find expected ':'", N_("“:” is missing after this key"),
    N_("Write “key: value” with a blank after the colon; indent continued text deeper than its key.") },
  { "flow sequence", "did not find expected ',' or ']'", N_("“,” or “]” is missing here"),
    N_("Close the list with “]”, or put the text in quotes if it begins with a bracket.") },
  { "flow mapping", "did not find expected ',' or '}'", N_("“,” or “}” is missing here"),
    N_("Close the map with “}”, or put the text in quotes if it begins with a brace.") },
  { "quoted scalar", "unexpected end of stream", N_("this quote is never closed"), N_("Add the closing quote at the end of the text.") },
  { "quoted scalar", "unexpected document indicator", N_("a document separator stands inside of quoted text"), N_("Close the quote before it.") },
  { "quoted scalar", "unknown escape", N_("unknown escape sequence in double-quoted text"),
    N_("Write “\\\\” for a backslash, or use single quotes, where backslashes are ordinary.") },
  { "quoted scalar", "expected hexdecimal", N_("\\x, \\u and \\U need 2, 4 and 8 hexadecimal digits"), N_("Complete the digits.") },
  { NULL, "control characters are not allowed", N_("a control character may not stand in YAML"), N_("Delete it, or write it as \\xNN in double quotes.") },
  { "block scalar", "tab character", N_("a tab indents this block of text"), N_("Indent with blanks.") },
  { "block scalar", NULL, N_("this is no header of a block of text"), N_("Begin the block with “|” or “>” alone on the line.") },
  { "tag", NULL, N_("this is no valid tag"), N_("Put the text in quotes if it begins with “!”.") },
  { "anchor", NULL, N_("an anchor needs a name of letters and digits"), N_("Put the text in quotes if it begins with “&”.") },
  { "alias", NULL, N_("an alias needs a name of letters and digits"), N_("Put the text in quotes if it begins with “*”.") },
  { "node", "did not find expected node content", N_("a value is missing here"), N_("Put the text in quotes if it begins with a sign like , ] } % @ `.") },
  { "directive", NULL, N_("a line that begins with “%” is a directive"), N_("Put the text in quotes.") },
  { NULL, "did not find expected <document start>", N_("this line is indented less than what it belongs to, or follows the end of the document"),
    N_("Indent the keys of one block alike; put a text that begins with a quote into quotes as a whole.") },
  { NULL, "block sequence entries are not allowed", N_("a list item may not stand here"), N_("Begin the list on a line of its own below its key.") },
  { NULL, "block mapping entries are not allowed", N_("a key may not stand here"), N_("Begin the map on a line of its own.") },
  { NULL, "block mapping keys are not allowed", N_("a key may not stand here"), N_("Put the text in quotes if it begins with “?”.") },
};

static bool
matches (const char *part,
         const char *text)
{
  return part == NULL || (text != NULL && strstr (text, part) != NULL);
}

static bool
line_has_expression (const TcYamlDoc *doc,
                     size_t           at)
{
  size_t start = MIN (at, doc->length), end = start;

  while (start > 0 && doc->source[start - 1] != '\n')
    start--;
  while (end < doc->length && doc->source[end] != '\n')
    end++;
  return g_strstr_len (doc->source + start, (gssize) (end - start), "{{") != NULL
         && g_strstr_len (doc->source + start, (gssize) (end - start), "\"") == NULL;
}

static void
explain_start (char   sign,
               char **message,
               char **hint)
{
  if (sign == '\t')
    {
      *message = g_strdup (_("a tab may not indent a line"));
      *hint = g_strdup (_("Indent with blanks."));
    }
  else
    {
      *message = g_strdup_printf (_("a text may not begin with “%c”"), sign);
      *hint = g_strdup (_("Put the text in quotes."));
    }
}

void
tc_yaml_explain (const TcYamlDoc  *doc,
                 const char       *context,
                 const char       *problem,
                 size_t            at,
                 char            **message,
                 char            **hint)
{
  if (matches ("cannot start any token", problem))
    {
      explain_start (doc->source[MIN (at, doc->length)], message, hint);
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (explanations); i++)
    if (matches (explanations[i].context, context) && matches (explanations[i].problem, problem))
      {
        *message = g_strdup (_(explanations[i].message));
        *hint = g_strdup (_(explanations[i].hint));
        break;
      }
  if (*message == NULL)
    {
      *message = g_strdup_printf (_("this is not valid YAML: %s"), problem);
      *hint = g_strdup (_("Check the indentation and the quotes of this line and the one above."));
    }
  if (line_has_expression (doc, at))
    {
      g_free (*hint);
      *hint = g_strdup (_("Put the whole text with the expression in double quotes: key: \"{{ … }}\"."));
    }
}
