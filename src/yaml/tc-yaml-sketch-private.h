/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-yaml-sketch.h"

#include <string.h>

G_BEGIN_DECLS

/* The inside of a sketch while it is read: shared by the tc-yaml-sketch*.c files, seen by no other. */
struct _TcYamlSketch
{
  GArray     *nodes;
  TcSketchEnd end;
  char       *text;
  const char *source;
  size_t      length, limit, at, line;    /* whole text; where to stop; where we are; where the line begins */
  int         open;                       /* the innermost node that may have children in further lines */
  gboolean    stopped;
};

static inline TcSketchNode *
tc_sketch_node_at (const TcYamlSketch *self,
                   int                 index)
{
  return &g_array_index (self->nodes, TcSketchNode, index);
}

/* The character at @at, also behind the limit; the end of the text is the end of a line. */
static inline char
tc_sketch_peek (const TcYamlSketch *self,
                size_t              at)
{
  return at < self->length ? self->source[at] : '\n';
}

static inline gboolean
tc_sketch_is_line_end (char c)
{
  return c == '\n' || c == '\r';
}

static inline gboolean
tc_sketch_is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static inline gboolean
tc_sketch_is_one_of (char        c,
                     const char *set)
{
  return c != '\0' && strchr (set, c) != NULL;
}

static inline gboolean
tc_sketch_is_gap (char c)
{
  return tc_sketch_is_blank (c) || tc_sketch_is_line_end (c);
}

static inline gboolean
tc_sketch_at_limit (const TcYamlSketch *self)
{
  return self->at >= self->limit;
}

static inline gboolean
tc_sketch_at_line_end (const TcYamlSketch *self)
{
  return tc_sketch_at_limit (self) || tc_sketch_is_line_end (self->source[self->at]);
}

/* tc-yaml-sketch.c */
void     tc_sketch_stop           (TcYamlSketch *self, TcSketchWhere where, int node, size_t start);     /* the first call counts */
void     tc_sketch_skip_blanks    (TcYamlSketch *self);
void     tc_sketch_skip_line      (TcYamlSketch *self);      /* the rest of the line means nothing */
int      tc_sketch_add_node       (TcYamlSketch *self, int parent, gboolean is_item, size_t column, size_t start, size_t end);
void     tc_sketch_set_value      (TcYamlSketch *self, int index, TcSketchForm form, size_t start, size_t end);
gboolean tc_sketch_goes_on_below  (const TcYamlSketch *self, size_t line_end, uint32_t column, const char *closing);
size_t   tc_sketch_end_of_line    (const TcYamlSketch *self, size_t at);
size_t   tc_sketch_end_of_quoted  (const TcYamlSketch *self, size_t at, uint32_t column);
size_t   tc_sketch_trim           (const TcYamlSketch *self, size_t start, size_t end);
gboolean tc_sketch_is_colon       (const TcYamlSketch *self, size_t at, const char *closing);
gboolean tc_sketch_is_template    (const TcYamlSketch *self, size_t at);
/* tc-yaml-sketch-brackets.c: the value of @node is a collection in brackets that opens here. */
void     tc_sketch_read_brackets  (TcYamlSketch *self, int node);
/* tc-yaml-sketch-lines.c: reads the line that begins here. */
void     tc_sketch_read_line      (TcYamlSketch *self);

G_END_DECLS
