/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-ndjson.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LINE_LIMIT (16u * 1024 * 1024)

struct _TcNdjson
{
  GString *line;
};

TcNdjson *
tc_ndjson_new (void)
{
  TcNdjson *self = g_new0 (TcNdjson, 1);

  self->line = g_string_new (NULL);
  return self;
}

void
tc_ndjson_free (TcNdjson *self)
{
  if (!self)
    return;
  g_string_free (self->line, TRUE);
  g_free (self);
}

gboolean
tc_ndjson_finish (TcNdjson    *self,
                  TcNdjsonFunc func,
                  gpointer     data,
                  GError     **error)
{
  g_autoptr(TcValue) value = NULL;

  if (strspn (self->line->str, " \t\r") < self->line->len)
    {
      value = tc_json_read (self->line->str, self->line->len, error);
      if (!value)
        return FALSE;
      func (data, value);
    }
  g_string_truncate (self->line, 0);
  return TRUE;
}

gboolean
tc_ndjson_feed (TcNdjson    *self,
                const char  *bytes,
                size_t       length,
                TcNdjsonFunc func,
                gpointer     data,
                GError     **error)
{
  while (length > 0)
    {
      const char *end = memchr (bytes, '\n', length);
      size_t n = end ? (size_t) (end - bytes) : length;

      if (self->line->len + n > LINE_LIMIT)
        {
          g_set_error (error, TC_JSON_ERROR, TC_JSON_ERROR_LIMIT, _("a line is longer than %u bytes"), LINE_LIMIT);
          return FALSE;
        }
      g_string_append_len (self->line, bytes, (gssize) n);
      if (!end)
        return TRUE;
      if (!tc_ndjson_finish (self, func, data, error))
        return FALSE;
      bytes += n + 1;
      length -= n + 1;
    }
  return TRUE;
}
