/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-masker.h"

#include "tc-json.h"
#include <string.h>

/* Escaped forms shorter than this would hide ordinary text. */
#define SHORTEST_FORM 4

struct _TcMasker
{
  GPtrArray *forms;     /* char*, longest first, so that a secret inside another one does not uncover it */
};

TcMasker *
tc_masker_new (void)
{
  TcMasker *self = g_new0 (TcMasker, 1);

  self->forms = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
tc_masker_free (TcMasker *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->forms);
  g_free (self);
}

static void
take_form (TcMasker *self, char *form, size_t shortest)
{
  size_t length = strlen (form);
  guint place = 0;

  if (length < shortest || g_ptr_array_find_with_equal_func (self->forms, form, g_str_equal, NULL))
    {
      g_free (form);
      return;
    }
  while (place < self->forms->len && strlen (g_ptr_array_index (self->forms, place)) >= length)
    place++;
  g_ptr_array_insert (self->forms, (int) place, form);
}

static char *
json_form (const char *secret)
{
  g_autoptr (TcValue) value = tc_value_string (secret);
  g_autofree char *quoted = tc_json_to_text (value);

  return g_strndup (quoted + 1, strlen (quoted) - 2);
}

void
tc_masker_add (TcMasker *self, const char *secret)
{
  g_auto (GStrv) lines = g_strsplit_set (secret, "\r\n", -1);

  take_form (self, g_strdup (secret), 1);
  take_form (self, g_base64_encode ((const guchar *) secret, strlen (secret)), SHORTEST_FORM);
  take_form (self, g_uri_escape_string (secret, NULL, FALSE), SHORTEST_FORM);
  take_form (self, json_form (secret), SHORTEST_FORM);
  /* A log entry is one line: of a key in PEM form each line must be known. */
  for (size_t i = 0; lines[i] != NULL && lines[1] != NULL; i++)
    take_form (self, g_strdup (lines[i]), SHORTEST_FORM);
}

char *
tc_masker_apply (const TcMasker *self, const char *text)
{
  char *masked = NULL;

  for (guint i = 0; i < self->forms->len; i++)
    {
      const char *form = g_ptr_array_index (self->forms, i);
      const char *present = masked != NULL ? masked : text;

      if (strstr (present, form) != NULL)
        {
          GString *next = g_string_new (present);

          g_string_replace (next, form, "******", 0);
          g_free (masked);
          masked = g_string_free (next, FALSE);
        }
    }
  return masked;
}
