/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-doc-text.h"

#include <string.h>

static void
append_escaped (GString    *out,
                const char *text,
                size_t      length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) length);

  g_string_append (out, escaped);
}

/* A backquote without its partner is a plain character. */
static void
append_spans (GString    *out,
              const char *text)
{
  for (const char *at = text; *at != '\0';)
    {
      const char *open = strchr (at, '`'), *close = open != NULL ? strchr (open + 1, '`') : NULL;

      if (close == NULL)
        {
          append_escaped (out, at, strlen (at));
          return;
        }
      append_escaped (out, at, (size_t) (open - at));
      g_string_append (out, "<tt>");
      append_escaped (out, open + 1, (size_t) (close - open - 1));
      g_string_append (out, "</tt>");
      at = close + 1;
    }
}

static void
append_line (GString    *out,
             const char *line)
{
  const size_t hashes = strspn (line, "#");

  if (g_str_has_prefix (line, "    "))
    {
      g_string_append (out, "<tt>");
      append_escaped (out, line + 4, strlen (line + 4));
      g_string_append (out, "</tt>");
    }
  else if (hashes > 0 && line[hashes] == ' ')
    {
      g_string_append (out, "<b>");
      append_spans (out, line + hashes + 1);
      g_string_append (out, "</b>");
    }
  else if (g_str_has_prefix (line, "- "))
    {
      g_string_append (out, "• ");
      append_spans (out, line + 2);
    }
  else
    append_spans (out, line);
}

char *
tc_doc_markup (const char *markdown)
{
  g_auto (GStrv) lines = g_strsplit (markdown, "\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, '\n');
      append_line (out, lines[i]);
    }
  return g_string_free (out, FALSE);
}
