/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/** TcOutputItem: a name and a value in the tree of outputs; immutable. Main thread. */
#define TC_TYPE_OUTPUT_ITEM (tc_output_item_get_type ())
G_DECLARE_FINAL_TYPE (TcOutputItem, tc_output_item, TC, OUTPUT_ITEM, GObject)

/** tc_output_item_new: @expression: what a flow writes to get it ("outputs.a.b"), or NULL. */
TcOutputItem  *tc_output_item_new            (const char *name, const TcValue *value, const char *expression);
const char    *tc_output_item_get_name       (TcOutputItem *self);
const TcValue *tc_output_item_get_value      (TcOutputItem *self);
const char    *tc_output_item_get_expression (TcOutputItem *self);
gboolean       tc_output_item_is_file        (TcOutputItem *self);      /* its value is the address of a stored file */
/** tc_output_item_get_text: the value in one line, shortened; and in full. Caller frees. */
char          *tc_output_item_get_text       (TcOutputItem *self);
char          *tc_output_item_get_full_text  (TcOutputItem *self);
/** tc_output_item_list_children: (transfer full): TcOutputItem of a map or list; NULL: a leaf. */
GListModel    *tc_output_item_list_children  (TcOutputItem *self);

G_END_DECLS
