/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-graph.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/** TcFlowCheck: what compiling one text gave. Immutable once it is handed out. */
typedef struct
{
  TcFlow    *flow;             /* NULL: not usable at all */
  TcGraph   *graph;            /* laid out, or NULL */
  double     width, height;    /* of the laid out graph */
  GPtrArray *diagnostics;      /* TcDiagnostic*, by place */
} TcFlowCheck;
void         tc_flow_check_free   (TcFlowCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcFlowCheck, tc_flow_check_free)

/**
 * tc_flow_check_async: compiles @text and lays its graph out on a worker. @text is copied; the answer comes in the caller's context.
 * @metrics must live as long as the program.
 */
void         tc_flow_check_async  (const char *text, const TcRegistry *registry, const TcLayoutMetrics *metrics, GCancellable *cancellable,
                                   GAsyncReadyCallback done, gpointer data);
TcFlowCheck *tc_flow_check_finish (GAsyncResult *result, GError **error);     /* NULL only if cancelled */

G_END_DECLS
