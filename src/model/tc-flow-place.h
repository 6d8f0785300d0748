/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-yaml.h"

G_BEGIN_DECLS

/* TcPlace: finds many places in one scalar without reading it anew for each. Exact in short texts and in literal blocks of any length; in
 * other long texts every place is the beginning. On the stack of one compilation. */
typedef enum { TC_PLACE_FALLBACK, TC_PLACE_EXACT, TC_PLACE_LINES } TcPlaceMode;
typedef struct
{
  const TcYamlNode *node;       /* NULL: every place is the fallback */
  const GArray     *lines;      /* of the source, see tc_place_lines() */
  TcSpan            fallback;
  TcPlaceMode       mode;
  const char       *text;
  size_t            length, line_start;     /* where the line of the last place begins in the text */
  uint32_t          line, indent;           /* that line's number; the block's indentation */
} TcPlace;

void    tc_place_init   (TcPlace *self, const TcYamlNode *node, const GArray *lines, TcSpan fallback);
TcSpan  tc_place_locate (TcPlace *self, size_t offset, size_t length);
GArray *tc_place_lines  (const char *source, size_t length);      /* uint32_t: characters before each line */

G_END_DECLS
