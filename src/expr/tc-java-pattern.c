/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patterns of java.time.format.DateTimeFormatter, and the named formats of Kestra's date filter. */
#include "config.h"
#include "tc-java-pattern.h"

#include <string.h>

/* Letters, and the most that may stand in a row. */
static const struct { char letter; int most; } letters[] = {
  { 'G', 5 }, { 'u', 19 }, { 'y', 19 }, { 'Y', 19 }, { 'D', 3 }, { 'M', 5 }, { 'L', 5 }, { 'd', 2 }, { 'Q', 5 }, { 'q', 5 },
  { 'w', 2 }, { 'W', 1 }, { 'E', 5 }, { 'e', 5 }, { 'c', 5 }, { 'F', 1 }, { 'a', 1 }, { 'h', 2 }, { 'K', 2 }, { 'k', 2 },
  { 'H', 2 }, { 'm', 2 }, { 's', 2 }, { 'S', 9 }, { 'A', 19 }, { 'n', 19 }, { 'N', 19 }, { 'V', 2 }, { 'v', 4 }, { 'z', 4 },
  { 'O', 4 }, { 'X', 5 }, { 'x', 5 }, { 'Z', 5 },
};

/* Bytes below 10 in these patterns are the elements of the same number. */
static const struct { const char *name, *pattern; gboolean utc; } named[] = {
  { "iso", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", FALSE },
  { "iso_sec", "yyyy-MM-dd'T'HH:mm:ssXXX", FALSE },
  { "sql", "yyyy-MM-dd HH:mm:ss.SSSSSS", FALSE },
  { "sql_sec", "yyyy-MM-dd HH:mm:ss", FALSE },
  { "sql_seq", "yyyy-MM-dd HH:mm:ss", FALSE },
  { "iso_date_time", "uuuu-MM-dd'T'HH:mm:ss\2XXX\4", FALSE },
  { "iso_zoned_date_time", "uuuu-MM-dd'T'HH:mm:ss\2XXX\4", FALSE },
  { "iso_offset_date_time", "uuuu-MM-dd'T'HH:mm:ss\2XXX", FALSE },
  { "iso_local_date_time", "uuuu-MM-dd'T'HH:mm:ss\2", FALSE },
  { "iso_local_date", "uuuu-MM-dd", FALSE },
  { "iso_local_time", "HH:mm:ss\2", FALSE },
  { "iso_date", "uuuu-MM-ddXXX", FALSE },
  { "iso_offset_date", "uuuu-MM-ddXXX", FALSE },
  { "iso_time", "HH:mm:ss\2XXX", FALSE },
  { "iso_offset_time", "HH:mm:ss\2XXX", FALSE },
  { "iso_instant", "uuuu-MM-dd'T'HH:mm:ss\3'Z'", TRUE },
  { "iso_ordinal_date", "uuuu-DDDXXX", FALSE },
  { "iso_week_date", "\5XXX", FALSE },
  { "basic_iso_date", "uuuuMMddXX", FALSE },
  { "rfc_1123_date_time", "EEE, d MMM uuuu HH:mm:ss \6", FALSE },
};

static void
add_element (TcDatePattern *self, int letter, int count, const char *text, size_t length)
{
  TcDateElement element = { letter, count, NULL, length };

  if (text != NULL)
    element.text = g_string_chunk_insert_len (self->texts, text, length);
  g_array_append_val (self->elements, element);
}

static const char *
read_quoted (TcDatePattern *self, const char *p, char **problem)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char         *start = p++;

  for (; *p != 0; p++)
    {
      if (*p == '\'' && p[1] == '\'')
        p++;
      else if (*p == '\'')
        break;
      g_string_append_c (text, *p);
    }
  if (*p == 0)
    {
      *problem = g_strdup_printf ("Pattern ends with an incomplete string literal: %s", start);
      return NULL;
    }
  if (text->len == 0)
    g_string_append_c (text, '\'');
  add_element (self, TC_DATE_LITERAL, 0, text->str, text->len);
  return p + 1;
}

static const char *
read_letters (TcDatePattern *self, const char *p, char **problem)
{
  int count = 1;

  while (p[count] == *p)
    count++;
  for (size_t i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i].letter == *p)
      {
        if (count > letters[i].most)
          *problem = g_strdup_printf ("Too many pattern letters: %c", *p);
        else if (*p == 'V' && count != 2)
          *problem = g_strdup_printf ("Pattern letter count must be 2: %c", *p);
        else
          add_element (self, *p, count, NULL, 0);
        return *problem == NULL ? p + count : NULL;
      }
  *problem = g_strdup_printf ("Unknown pattern letter: %c", *p);
  return NULL;
}

static gboolean
read_pattern (TcDatePattern *self, const char *p, char **problem)
{
  int open = 0;

  while (p != NULL && *p != 0)
    {
      if (*p == '\'')
        p = read_quoted (self, p, problem);
      else if (g_ascii_isalpha (*p))
        p = read_letters (self, p, problem);
      else if (*p == '[' || *p == ']')
        {
          open += *p == '[' ? 1 : -1;
          if (open < 0)
            *problem = g_strdup ("Pattern invalid as it contains ] without previous [");
          add_element (self, *p == '[' ? TC_DATE_OPEN : TC_DATE_CLOSE, 0, NULL, 0);
          p = open < 0 ? NULL : p + 1;
        }
      else if (*p == '{' || *p == '}' || *p == '#')
        {
          *problem = g_strdup_printf ("Pattern includes reserved character: '%c'", *p);
          p = NULL;
        }
      else if (*p > 0 && *p < 10 && *p != '\t')
        add_element (self, *p, 0, NULL, 0), p++;
      else
        {
          add_element (self, TC_DATE_LITERAL, 0, p, g_utf8_skip[(guchar) *p]);
          p += g_utf8_skip[(guchar) *p];
        }
    }
  return p != NULL;
}

gboolean
tc_date_pattern_read (const char *format, const TcDateNames *names, TcDatePattern *self, char **problem)
{
  static const char *const styles[] = { "full", "long", "medium", "short" };

  *self = (TcDatePattern) { g_array_new (FALSE, FALSE, sizeof (TcDateElement)), g_string_chunk_new (64), FALSE };
  *problem = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_ascii_strcasecmp (format, styles[i]) == 0)
      return read_pattern (self, names->styles[i], problem);
  for (size_t i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_ascii_strcasecmp (format, named[i].name) == 0)
      {
        self->utc = named[i].utc;
        return read_pattern (self, named[i].pattern, problem);
      }
  for (const char *p = format; *p != 0; p++)
    if (*p > 0 && *p < 10 && *p != '\t')
      {
        *problem = g_strdup ("Pattern includes a control character");
        return FALSE;
      }
  return read_pattern (self, format, problem);
}

void
tc_date_pattern_clear (TcDatePattern *self)
{
  g_clear_pointer (&self->elements, g_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}
