/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-diagnostic.h"

G_BEGIN_DECLS

/** TcYamlDoc: one YAML document with positions, or what could be read of it. Immutable, reference counted, any thread. */
typedef struct _TcYamlDoc  TcYamlDoc;
typedef struct _TcYamlNode TcYamlNode;      /* borrowed from its document */
typedef enum { TC_YAML_SCALAR, TC_YAML_SEQUENCE, TC_YAML_MAPPING } TcYamlKind;
typedef enum { TC_YAML_PLAIN, TC_YAML_SINGLE_QUOTED, TC_YAML_DOUBLE_QUOTED, TC_YAML_LITERAL, TC_YAML_FOLDED } TcYamlStyle;

/**
 * tc_yaml_read: @text need not be NUL-ended nor valid UTF-8 (invalid bytes are a finding with a place). Findings are appended to
 * @diagnostics: syntax, duplicate keys, limits (aliases, depth, nodes). Anchors, aliases and merge keys are resolved.
 * Returns: (transfer full): NULL only if there is no usable tree.
 */
TcYamlDoc        *tc_yaml_read       (const char *text, size_t length, GPtrArray *diagnostics);
TcYamlDoc        *tc_yaml_doc_ref    (TcYamlDoc *self);
void              tc_yaml_doc_unref  (TcYamlDoc *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcYamlDoc, tc_yaml_doc_unref)
const TcYamlNode *tc_yaml_root       (const TcYamlDoc *self);       /* NULL: an empty document */

TcYamlKind        tc_yaml_kind       (const TcYamlNode *self);
TcYamlStyle       tc_yaml_style      (const TcYamlNode *self);
TcSpan            tc_yaml_span       (const TcYamlNode *self);      /* of the node itself */
TcSpan            tc_yaml_key_span   (const TcYamlNode *self);      /* of its key, for a member of a mapping */
const char       *tc_yaml_key        (const TcYamlNode *self);      /* key under which it stands, or NULL */
const char       *tc_yaml_text       (const TcYamlNode *self, size_t *length);   /* of a scalar, unescaped; NULL otherwise */
size_t            tc_yaml_length     (const TcYamlNode *self);
const TcYamlNode *tc_yaml_item       (const TcYamlNode *self, size_t index);     /* of a sequence or mapping, in order */
const TcYamlNode *tc_yaml_get        (const TcYamlNode *self, const char *key);
/** tc_yaml_locate: the place in the source of byte @offset of the scalar's text, also inside block and quoted scalars. */
TcSpan            tc_yaml_locate     (const TcYamlNode *self, size_t offset, size_t length);
/** tc_yaml_node_at: the innermost node whose lines hold character @offset of the source. */
const TcYamlNode *tc_yaml_node_at    (const TcYamlDoc *self, uint32_t offset);

/** tc_yaml_to_value: YAML 1.1 scalars as Jackson over SnakeYAML reads them (dates stay texts). Caller owns. */
TcValue          *tc_yaml_to_value   (const TcYamlNode *self);
/** tc_yaml_write: a value as block YAML, for new files and snippets. */
char             *tc_yaml_write      (const TcValue *value);

/** TcTextEdit: replace @length characters at @offset. Lists are sorted by offset and do not overlap. */
typedef struct { uint32_t offset, length; char *replacement; } TcTextEdit;

G_END_DECLS
