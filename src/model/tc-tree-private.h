/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/* TcTree: a nested map under construction, changed in place; a member keeps the place in which it was first entered. */
typedef struct _TcTree TcTree;

TcTree  *tc_tree_new   (void);
TcTree  *tc_tree_enter (TcTree *self, const char *key);              /* borrowed; made if it is not there */
void     tc_tree_give  (TcTree *self, const TcValue *value);         /* merged deeply over what was given before */
TcValue *tc_tree_end   (TcTree *root);                               /* frees the tree; a map */

/* tc_nest_dotted: {"a.b": x} becomes {"a": {"b": x}} (Kestra: MapUtils.flattenToNestedMap). Where a key is both a value and a map, the first
 * one stays. */
TcValue *tc_nest_dotted (const TcValue *flat);

G_END_DECLS
