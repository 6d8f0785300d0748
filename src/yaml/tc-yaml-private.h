/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-arena.h"
#include "tc-yaml.h"
#include <stdbool.h>

G_BEGIN_DECLS

/* How a document is laid out. For the files of this folder only. Places are bytes of `source`; spans are made from them on demand. */

typedef enum { TC_YAML_NO_TAG, TC_YAML_TAG_STRING, TC_YAML_TAG_INT, TC_YAML_TAG_FLOAT, TC_YAML_TAG_BOOL, TC_YAML_TAG_NULL } TcYamlTag;

/** TcYamlMembers: the items of a collection. Mappings beyond eight members have `index`: hash of the key → number plus one. */
typedef struct
{
  uint32_t          n, mask;
  uint32_t         *index;
  const TcYamlNode *items[];
} TcYamlMembers;

struct _TcYamlNode
{
  uint8_t    kind, style, tag;
  uint8_t    open;              /* a collection that is still being read: an alias may not point at it */
  uint32_t   weight;            /* nodes in it with all aliases expanded, itself included */
  TcYamlDoc *doc;               /* owner, borrowed */
  const char *key;
  union
  {
    const char          *text;
    const TcYamlMembers *members;
  };
  uint32_t   length;            /* of the text */
  uint32_t   depth;             /* 0 for scalars, 1 + the deepest item for collections */
  uint32_t   start, end, key_start, key_end;
};

/* One sparse table turns bytes into characters and back: the number of characters before every CHARS_EVERYth byte. */
#define TC_YAML_CHARS_EVERY 64
struct _TcYamlDoc
{
  gatomicrefcount   refs;
  TcArena          *arena;
  char             *source;     /* valid UTF-8 */
  size_t            length;
  GArray           *lines;      /* uint32_t: byte at which each line begins */
  GArray           *chars;      /* uint32_t */
  const TcYamlNode *root;
};

TcYamlDoc        *tc_yaml_doc_new      (char *source, size_t length);                         /* takes @source */
uint32_t          tc_yaml_byte_of_char (const TcYamlDoc *self, size_t offset);
TcSpan            tc_yaml_span_of      (const TcYamlDoc *self, size_t start, size_t end);
const TcYamlNode *tc_yaml_find         (const TcYamlMembers *members, const char *key, size_t length);
uint32_t          tc_yaml_index_slot   (const TcYamlMembers *members, const char *key, size_t length);

/** tc_yaml_explain: what libyaml's @problem means to the author of the text at @at, and what to do. Caller frees both. */
void              tc_yaml_explain      (const TcYamlDoc *doc, const char *context, const char *problem, size_t at, char **message, char **hint);

G_END_DECLS
