/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a flow. Whatever comes: no crash, every finding is UTF-8 and lies within the text, compiling again gives the same findings,
 * the graph has a layout, and the inputs have an answer.
 */
#include "config.h"

#include "../unit/model/flow-fixture.h"
#include "tc-fuzz.h"
#include "tc-graph.h"

#include <math.h>
#include <string.h>

#define MAX_SIZE 20000

static void
check_finding (const TcDiagnostic *item,
               uint32_t            length)
{
  g_assert_true (g_utf8_validate (item->message, -1, NULL));
  g_assert_true (g_utf8_validate (item->path, -1, NULL));
  g_assert_true (item->hint == NULL || g_utf8_validate (item->hint, -1, NULL));
  g_assert_cmpuint (item->span.offset, <=, length);
  g_assert_cmpuint (item->span.length, <=, length - item->span.offset);
}

static void
check_graph (const TcFlow *flow,
             gboolean      across)
{
  const TcLayoutMetrics metrics = { 220, 56, 24, 32, 28, 12, across };
  g_autoptr (TcGraph) graph = tc_graph_new (flow);
  double width, height;

  tc_graph_layout (graph, &metrics, &width, &height);
  for (size_t i = 0; i < tc_graph_n_nodes (graph); i++)
    {
      const TcGraphNode *node = tc_graph_node (graph, i);

      g_assert_cmpint (node->parent, <, (int) i);
      g_assert_true (node->x >= 0 && node->y >= 0 && node->x + node->width <= width + 0.01 && node->y + node->height <= height + 0.01);
    }
  for (size_t i = 0; i < tc_graph_n_edges (graph); i++)
    g_assert_cmpuint (tc_graph_edge (graph, i)->n_points, >=, 2);
}

static void
check_flow (const TcFlow *flow,
            size_t        size)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcValue) inputs = NULL;
  TcScope scope;

  check_graph (flow, FALSE);
  check_graph (flow, TRUE);
  for (size_t i = 0; i < tc_flow_n_tasks (flow); i++)
    g_assert_cmpuint (tc_flow_task (flow, i)->ordinal, ==, i);
  for (size_t at = 0; at < size; at += 1 + size / 16)
    tc_flow_task_at (flow, (uint32_t) at);
  tc_scope_init (&scope);
  scope.steps_left = 20000;
  scope.bytes_left = 1 << 20;
  inputs = tc_inputs_resolve (flow, NULL, &scope, found);
  g_assert_true (inputs != NULL || tc_diagnostics_have_error (found));
}

void
tc_fuzz (const uint8_t *data,
         size_t         size)
{
  g_autoptr (TcRegistry) types = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (TcFlow) flow = NULL;
  g_autoptr (TcFlow) other = NULL;

  if (size > MAX_SIZE)
    return;
  types = fixture_registry ();
  found = tc_diagnostics_new ();
  again = tc_diagnostics_new ();
  flow = tc_flow_compile ((const char *) data, size, types, found);
  other = tc_flow_compile ((const char *) data, size, types, again);
  g_assert_cmpuint (found->len, ==, again->len);
  for (guint i = 0; i < found->len; i++)
    {
      const TcDiagnostic *item = g_ptr_array_index (found, i);

      check_finding (item, (uint32_t) size + 1);
      g_assert_cmpstr (item->message, ==, ((TcDiagnostic *) g_ptr_array_index (again, i))->message);
    }
  if (flow != NULL)
    check_flow (flow, size);
  else
    g_assert_true (tc_diagnostics_have_error (found));
}
