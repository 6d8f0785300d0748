/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-order.h"

G_BEGIN_DECLS

/** TcOrderScope: what renderings of an order see: its context, further names on top, the functions that need the engine. One worker. */
typedef struct
{
  TcScope        base;          /* first: callbacks get a pointer to it */
  TcOrder       *order;
  const TcValue *extra;         /* map, borrowed, or NULL */
  const TcValue *(*variable) (TcScope *scope, const char *name, GError **error);   /* of the context */
} TcOrderScope;

void     tc_order_scope      (TcOrder *order, TcOrderScope *scope, const TcValue *extra);
/** tc_scope_call: read, kv, secret, fileExists, fileSize, isFileEmpty, fileURI, errorLogs, tasksWithState (expressions.md §14). */
TcValue *tc_scope_call       (TcScope *scope, const char *name, const TcValue *args, GError **error);

G_END_DECLS
