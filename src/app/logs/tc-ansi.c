/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-ansi.h"

#include <glib.h>

/* The eight colours twice, chosen to be readable on each background. */
static const guint32 palette[2][8] = {
  { 0x191317, 0xa51d2d, 0x1a7f37, 0x8f5902, 0x1c4fb4, 0x813d9c, 0x0f6b74, 0x5e5c64 },
  { 0xc0bfbc, 0xf66151, 0x8ff0a4, 0xf9c74f, 0x99c1f1, 0xdc8add, 0x7bdfe6, 0xffffff },
};

typedef struct
{
  int      color;           /* 0 to 7, -1: none */
  gboolean bold, italic, underline;
} Look;

static void
add (PangoAttrList  *list,
     PangoAttribute *attribute,
     guint           start,
     guint           end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
add_look (PangoAttrList *list,
          const Look    *look,
          guint          start,
          guint          end,
          gboolean       dark)
{
  if (list == NULL || start == end)
    return;
  if (look->color >= 0)
    {
      const guint32 rgb = palette[dark][look->color];

      add (list, pango_attr_foreground_new ((guint16) (rgb >> 16 & 255) * 257, (guint16) (rgb >> 8 & 255) * 257, (guint16) (rgb & 255) * 257), start, end);
    }
  if (look->bold)
    add (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  if (look->italic)
    add (list, pango_attr_style_new (PANGO_STYLE_ITALIC), start, end);
  if (look->underline)
    add (list, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
}

static void
apply_code (Look *look,
            int   code)
{
  if (code == 0)
    *look = (Look) { -1, FALSE, FALSE, FALSE };
  else if (code == 1)
    look->bold = TRUE;
  else if (code == 3)
    look->italic = TRUE;
  else if (code == 4)
    look->underline = TRUE;
  else if (code == 22)
    look->bold = FALSE;
  else if (code == 23)
    look->italic = FALSE;
  else if (code == 24)
    look->underline = FALSE;
  else if (code >= 30 && code <= 37)
    look->color = code - 30;
  else if (code >= 90 && code <= 97)
    look->color = code - 90;
  else if (code == 39)
    look->color = -1;
}

/* The numbers of "ESC [ 1 ; 31 m"; a 256-colour or RGB choice is skipped with its arguments. */
static void
apply_sgr (Look       *look,
           const char *from,
           const char *to)
{
  int code = 0;

  if (from == to)
    apply_code (look, 0);
  for (const char *at = from; at < to; at++)
    {
      for (code = 0; at < to && g_ascii_isdigit (*at) && code < 1000; at++)
        code = code * 10 + (*at - '0');
      if (code == 38 || code == 48)
        return;
      apply_code (look, code);
    }
}

/* After ESC: the end of the sequence, or NULL if it is cut off. */
static const char *
skip_sequence (const char *at,
               Look       *look)
{
  const char *from = at + 1;

  if (*at == ']')
    {
      while (*at != '\0' && *at != '\a' && !(at[0] == '\033' && at[1] == '\\'))
        at++;
      return *at == '\0' ? at : at + (*at == '\a' ? 1 : 2);
    }
  if (*at != '[')
    return *at != '\0' ? at + 1 : at;
  at++;
  while (*at >= 0x20 && *at <= 0x3f)
    at++;
  if (*at == 'm')
    apply_sgr (look, from, at);
  return *at >= 0x40 && *at <= 0x7e ? at + 1 : at;
}

char *
tc_ansi_plain (const char    *text,
               PangoAttrList *attributes,
               guint          offset,
               gboolean       dark)
{
  GString *out = g_string_new (NULL);
  Look look = { -1, FALSE, FALSE, FALSE };
  gsize begin = 0;

  for (const char *at = text; *at != '\0';)
    {
      const unsigned char c = (unsigned char) *at;

      if (c == 033)
        {
          add_look (attributes, &look, offset + (guint) begin, offset + (guint) out->len, dark);
          begin = out->len;
          at = skip_sequence (at + 1, &look);
          continue;
        }
      if (c == '\n')
        g_string_append (out, at[1] != '\0' ? " ⏎ " : "");
      else if (c == '\t')
        g_string_append (out, "    ");
      else if (c >= 0x20 && c != 0x7f)
        g_string_append_c (out, *at);
      at++;
    }
  add_look (attributes, &look, offset + (guint) begin, offset + (guint) out->len, dark);
  return g_string_free (out, FALSE);
}
