/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-yaml.h"

G_BEGIN_DECLS

/**
 * TcYamlSketch: what a text that is being typed looks like as YAML. Read line by line from indentation, dashes and colons alone, so that it
 * never fails; where the text is right, it has the shape of the real tree. Block scalars, quoted texts over several lines and collections
 * in brackets are followed; a quote or bracket that is never closed ends with its line. Immutable, any thread. All places are bytes.
 */
typedef struct _TcYamlSketch TcYamlSketch;

typedef enum
{
  TC_SKETCH_EMPTY,      /* nothing behind the key or dash: children may follow */
  TC_SKETCH_PLAIN, TC_SKETCH_QUOTED, TC_SKETCH_BLOCK, TC_SKETCH_ALIAS,
  TC_SKETCH_LIST, TC_SKETCH_MAP,      /* in brackets */
} TcSketchForm;

typedef struct
{
  int           parent;                   /* index of the node around it; -1: top level */
  gboolean      is_item;                  /* of a list; else a member of a map */
  char         *key, *anchor;             /* or NULL */
  uint32_t      column;                   /* indentation; inside brackets that of the line's owner */
  uint32_t      key_start, key_end;       /* the key with its quotes, or the dash */
  TcSketchForm  form;
  uint32_t      value_start, value_end;   /* with quotes or brackets; of a block scalar its content */
} TcSketchNode;

typedef enum
{
  TC_SKETCH_AT_NOTHING,   /* in a comment, a tag, behind a finished value */
  TC_SKETCH_AT_KEY,       /* a member of `node` begins at `start`, or the whole item if `fresh` */
  TC_SKETCH_AT_VALUE,     /* the value of `node` begins at `start` */
  TC_SKETCH_AT_TEXT,      /* in a block scalar, or in a further line of a plain text, of `node` that begins at `start` */
} TcSketchWhere;

/** TcSketchEnd: what stood open where reading ended. */
typedef struct
{
  TcSketchWhere where;
  int           node;           /* -1: top level */
  uint32_t      start;          /* behind the quote */
  uint32_t      column;         /* of a key: where it begins in its line */
  gboolean      fresh;          /* first thing of its item: may be the item itself or the first key of a map */
  gboolean      dashed;         /* behind a dash of the same line */
  gboolean      in_brackets;
  gboolean      tight;          /* right behind a colon or dash: a space is missing */
  char          quote;          /* ' or " if it is inside one, else 0 */
} TcSketchEnd;

/** tc_yaml_sketch_new: reads the first @upto of @length bytes; what lies behind is only looked at to tell what an open quote belongs to. */
TcYamlSketch       *tc_yaml_sketch_new   (const char *text, size_t length, size_t upto);
void                tc_yaml_sketch_free  (TcYamlSketch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcYamlSketch, tc_yaml_sketch_free)
const TcSketchNode *tc_yaml_sketch_nodes (const TcYamlSketch *self, size_t *n);            /* in the order of the text; borrowed */
const TcSketchEnd  *tc_yaml_sketch_end   (const TcYamlSketch *self);
/** tc_yaml_sketch_find: the member @key of the map @node (-1: top level), also of an alias or a merged map; -1: none. */
int                 tc_yaml_sketch_find  (const TcYamlSketch *self, int node, const char *key);
/** tc_yaml_sketch_text: the text of a plain or quoted value without its quotes, as far as one line goes; NULL: it has none. Caller frees. */
char               *tc_yaml_sketch_text  (const TcYamlSketch *self, int node);

G_END_DECLS
