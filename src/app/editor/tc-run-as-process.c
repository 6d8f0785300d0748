/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-run-as-process.h"

#define ITEM \
  "  - type: io.kestra.plugin.scripts\n" \
  "    forced: true\n" \
  "    values:\n" \
  "      taskRunner:\n" \
  "        type: io.kestra.plugin.core.runner.Process\n"

char *
tc_run_as_process (const char   *text,
                   const TcFlow *flow)
{
  const TcYamlNode *defaults = tc_yaml_get (tc_yaml_root (tc_flow_document (flow)), "pluginDefaults");
  g_autofree char *list = NULL;
  const TcValue *own = tc_flow_value (flow, "pluginDefaults");
  GString *out = g_string_new (NULL);

  if (defaults == NULL)
    {
      g_string_append (out, text);
      if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append_c (out, '\n');
      g_string_append (out, "pluginDefaults:\n" ITEM);
    }
  else
    {
      const TcSpan key = tc_yaml_key_span (defaults), value = tc_yaml_span (defaults);
      const char *before_end = g_utf8_offset_to_pointer (text, key.offset);
      const char *after = g_utf8_offset_to_pointer (text, value.offset + value.length);

      /* The user's own defaults come after ours, written anew; the last forced one wins, so ours is repeated behind them. */
      list = own != NULL ? tc_yaml_write (own) : NULL;
      g_string_append_len (out, text, before_end - text);
      g_string_append (out, "pluginDefaults:\n");
      if (list != NULL)
        g_string_append (out, list);
      g_string_append (out, ITEM);
      g_string_append (out, after);
    }
  return g_string_free (out, FALSE);
}
