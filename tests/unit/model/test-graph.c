/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "flow-fixture.h"
#include "tc-graph.h"

#include <math.h>
#include <string.h>

#define HEAD "id: f\nnamespace: a.b\n"

/* Draws a laid-out graph with one character a unit: groups as boxes with their title, tasks as [id], edges as dots, dashed ones as !. */
typedef struct
{
  int    width, height;
  char **rows;
} Picture;

static void
set (Picture *self,
     double   x,
     double   y,
     char     c)
{
  int column = (int) floor (x), row = (int) floor (y);

  if (column >= 0 && row >= 0 && column < self->width && row < self->height)
    self->rows[row][column] = c;
}

static void
write_text (Picture    *self,
            double      x,
            double      y,
            const char *text,
            double      room)
{
  for (int i = 0; text[i] != '\0' && i < room; i++)
    set (self, x + i, y, text[i]);
}

static void
draw_group (Picture           *self,
            const TcGraphNode *node)
{
  for (int x = 0; x < node->width; x++)
    {
      set (self, node->x + x, node->y, '-');
      set (self, node->x + x, node->y + node->height - 1, '-');
    }
  for (int y = 0; y < node->height; y++)
    {
      set (self, node->x, node->y + y, '|');
      set (self, node->x + node->width - 1, node->y + y, '|');
    }
  write_text (self, node->x + 1, node->y, node->title, node->width - 2);
}

static void
draw_edge (Picture           *self,
           const TcGraphEdge *edge)
{
  for (size_t i = 0; i + 1 < edge->n_points; i++)
    {
      const double *from = edge->points + 2 * i, *to = from + 2;
      int steps = (int) (fabs (to[0] - from[0]) + fabs (to[1] - from[1])) * 2 + 1;

      /* Orthogonal: one of the two differences is zero. */
      g_assert_true (fabs (to[0] - from[0]) < 0.01 || fabs (to[1] - from[1]) < 0.01);
      for (int k = 0; k <= steps; k++)
        set (self, from[0] + (to[0] - from[0]) * k / steps, from[1] + (to[1] - from[1]) * k / steps,
             edge->kind == TC_EDGE_ERROR ? '!' : '.');
    }
}

static char *
draw (TcGraph  *graph,
      gboolean  across)
{
  const TcLayoutMetrics metrics = { 5, 1, 2, 2, 1, 1, across };
  double width, height;
  Picture picture = { 0 };
  GString *text = g_string_new (NULL);

  tc_graph_layout (graph, &metrics, &width, &height);
  picture.width = (int) width;
  picture.height = (int) height;
  picture.rows = g_new0 (char *, picture.height + 1);
  for (int y = 0; y < picture.height; y++)
    picture.rows[y] = g_strnfill (picture.width, ' ');
  for (size_t i = 0; i < tc_graph_n_nodes (graph); i++)
    {
      const TcGraphNode *node = tc_graph_node (graph, i);

      if (node->kind == TC_NODE_GROUP || node->kind == TC_NODE_BRANCH)
        draw_group (&picture, node);
    }
  for (size_t i = 0; i < tc_graph_n_edges (graph); i++)
    draw_edge (&picture, tc_graph_edge (graph, i));
  for (size_t i = 0; i < tc_graph_n_nodes (graph); i++)
    {
      const TcGraphNode *node = tc_graph_node (graph, i);
      g_autofree char *label = g_strdup_printf (node->kind == TC_NODE_TRIGGER ? "(%-3.3s)" : "[%-3.3s]", node->title);

      if (node->kind == TC_NODE_TASK || node->kind == TC_NODE_TRIGGER)
        write_text (&picture, node->x, node->y, label, 5);
    }
  for (int y = 0; y < picture.height; y++)
    {
      g_strchomp (picture.rows[y]);
      if (*picture.rows[y] != '\0')
        g_string_append_printf (text, "%s\n", picture.rows[y]);
    }
  g_strfreev (picture.rows);
  return g_string_free (text, FALSE);
}

static void
assert_picture (const char *source,
                gboolean    across,
                const char *expected)
{
  g_autoptr (TcFlow) flow = fixture_flow (source);
  g_autoptr (TcGraph) graph = tc_graph_new (flow);
  g_autofree char *picture = draw (graph, across);

  g_test_message ("\n%s", picture);
  g_assert_cmpstr (picture, ==, expected);
}

#define TASK(id) "{id: " id ", type: test.Log, message: x}"

static void
test_sequence (void)
{
  const char *source = HEAD "triggers: [{id: s, type: test.Schedule}, {id: r, type: test.Schedule}]\ntasks: [" TASK ("a") ", " TASK ("b") "]\n"
                       "errors: [" TASK ("e") "]\nfinally: [" TASK ("f") "]\n";

  assert_picture (source, FALSE,
    " (s  )  (r  )\n"
    "   .      .\n"
    "   ........\n"
    "    [a  ]\n"
    "       .\n"
    "       .\n"
    "    [b  ]\n"
    "       !\n"
    "       !\n"
    "   |err!r|\n"
    "   |     |\n"
    "   |[e  ]|\n"
    "   |-----|\n"
    "       .\n"
    "       .\n"
    "   |fin.l|\n"
    "   |     |\n"
    "   |[f  ]|\n"
    "   |-----|\n");
  assert_picture (source, TRUE,
    " (s  )..              |error|  |final|\n"
    "       .[a  ]  [b  ]  |     |  |     |\n"
    "       ..    ...    !!![e  ]|...[f  ]|\n"
    " (r  )..              |-----|  |-----|\n");
}

static void
test_parallel (void)
{
  assert_picture (HEAD "tasks: [{id: p, type: test.Parallel, tasks: [" TASK ("a") ", {id: s, type: test.Sequential, tasks: [" TASK ("b") ", "
                  TASK ("c") "]}], errors: [" TASK ("e") "]}, " TASK ("z") "]\n", FALSE,
    " |p-------------|\n"
    " |       .      |\n"
    " |  .........   |\n"
    " |[a  ]  |s-.--||\n"
    " |       |     ||\n"
    " |       |[b  ]||\n"
    " |       |  .  ||\n"
    " |       |  .  ||\n"
    " |       |[c  ]||\n"
    " |       |-----||\n"
    " |          !   |\n"
    " |       !!!!   |\n"
    " |   |err!r|    |\n"
    " |   |     |    |\n"
    " |   |[e  ]|    |\n"
    " |   |-----|    |\n"
    " |--------------|\n"
    "         .\n"
    "         .\n"
    "      [z  ]\n");
}

static void
test_branches (void)
{
  assert_picture (HEAD "tasks: [{id: i, type: test.If, condition: 'true', then: [" TASK ("a") "], else: [" TASK ("b") ", " TASK ("c") "]}]\n", FALSE,
    " |i---------------|\n"
    " |        .       |\n"
    " |   ..........   |\n"
    " ||th.n-|  |el.e-||\n"
    " ||     |  |     ||\n"
    " ||[a  ]|  |[b  ]||\n"
    " ||-----|  |  .  ||\n"
    " |         |  .  ||\n"
    " |         |[c  ]||\n"
    " |         |-----||\n"
    " |----------------|\n");
}

static void
test_dag (void)
{
  const char *source = HEAD "tasks:\n- id: d\n  type: test.Dag\n  tasks:\n"
    "  - task: " TASK ("a") "\n"
    "  - task: " TASK ("b") "\n    dependsOn: [a]\n"
    "  - task: " TASK ("c") "\n    dependsOn: [a]\n"
    "  - task: " TASK ("e") "\n    dependsOn: [b, c]\n"
    "  - task: " TASK ("g") "\n    dependsOn: [a, e]\n";

  assert_picture (source, FALSE,
    " |d-------------|\n"
    " |              |\n"
    " |      [a  ]   |\n"
    " |        .     |\n"
    " |  .............\n"
    " |[b  ]  [c  ]  .\n"
    " |  .....  .    .\n"
    " |      .........\n"
    " |   [e  ]  .   |\n"
    " |      ... .   |\n"
    " |        ...   |\n"
    " |     [g  ]    |\n"
    " |--------------|\n");
  assert_picture (source, TRUE,
    " |d-------------------------|\n"
    " |                          |\n"
    " |      .[b  ].             |\n"
    " |      .     . [e  ]       |\n"
    " |[a  ] .     ...    . [g  ]|\n"
    " |     ..[c  ]..     ...    |\n"
    " |      .      ........     |\n"
    " |      .      .            |\n"
    " |------........------------|\n");
}

/* The edges of a bad order cross; ordering by barycenter undoes that. */
static void
test_crossings (void)
{
  assert_picture (HEAD "tasks:\n- id: d\n  type: test.Dag\n  tasks:\n"
    "  - task: " TASK ("a") "\n"
    "  - task: " TASK ("b") "\n"
    "  - task: " TASK ("c") "\n    dependsOn: [b]\n"
    "  - task: " TASK ("e") "\n    dependsOn: [a]\n", FALSE,
    " |d-----------|\n"
    " |            |\n"
    " |[a  ]  [b  ]|\n"
    " |  .      .  |\n"
    " |  .      .  |\n"
    " |[e  ]  [c  ]|\n"
    " |------------|\n");
}

static void
test_nodes (void)
{
  g_autoptr (TcFlow) flow = fixture_flow (HEAD "triggers: [{id: s, type: test.Schedule, cron: x}]\ntasks:\n"
    "- {id: i, type: test.If, condition: x, then: [" TASK ("a") "], errors: [" TASK ("e") "]}\n"
    "- {id: l, type: test.ForEach, values: [1], tasks: [{id: n, type: test.Log, message: x, disabled: true}]}\n"
    "afterExecution: [" TASK ("z") "]\n");
  g_autoptr (TcGraph) graph = tc_graph_new (flow);
  const TcGraphNode *group = tc_graph_node (graph, tc_graph_find (graph, "i"));
  const TcGraphNode *branch = tc_graph_node (graph, tc_graph_find (graph, "i/then"));
  const TcGraphNode *errors = tc_graph_node (graph, tc_graph_find (graph, "i/errors"));

  g_assert_cmpint (tc_graph_node (graph, 0)->kind, ==, TC_NODE_TRIGGER);
  g_assert_cmpint (group->kind, ==, TC_NODE_GROUP);
  g_assert_cmpint (group->lane, ==, TC_LANE_BRANCH);
  g_assert_cmpstr (group->type, ==, "test.If");
  g_assert_cmpint (branch->kind, ==, TC_NODE_BRANCH);
  g_assert_cmpint (branch->parent, ==, tc_graph_find (graph, "i"));
  g_assert_cmpstr (branch->title, ==, "then");
  g_assert_cmpint (errors->lane, ==, TC_LANE_ERRORS);
  g_assert_cmpint (tc_graph_node (graph, tc_graph_find (graph, "l"))->lane, ==, TC_LANE_LOOP);
  g_assert_true (tc_graph_node (graph, tc_graph_find (graph, "n"))->disabled);
  g_assert_cmpint (tc_graph_node (graph, tc_graph_find (graph, "/afterExecution"))->lane, ==, TC_LANE_AFTER);
  g_assert_cmpint (tc_graph_find (graph, "nope"), ==, -1);
  for (size_t i = 0; i < tc_graph_n_nodes (graph); i++)
    g_assert_cmpint (tc_graph_node (graph, i)->parent, <, (int) i);
}

/* Every child lies inside its group, and no two siblings overlap. */
static void
assert_sound (const TcGraph *graph)
{
  for (size_t i = 0; i < tc_graph_n_nodes (graph); i++)
    {
      const TcGraphNode *node = tc_graph_node (graph, i);
      const TcGraphNode *group = node->parent >= 0 ? tc_graph_node (graph, node->parent) : NULL;

      if (group != NULL)
        g_assert_true (node->x >= group->x && node->y >= group->y && node->x + node->width <= group->x + group->width + 0.01 &&
                       node->y + node->height <= group->y + group->height + 0.01);
      for (size_t k = i + 1; k < tc_graph_n_nodes (graph); k++)
        {
          const TcGraphNode *other = tc_graph_node (graph, k);

          if (other->parent == node->parent)
            g_assert_true (node->x + node->width <= other->x + 0.01 || other->x + other->width <= node->x + 0.01 ||
                           node->y + node->height <= other->y + 0.01 || other->y + other->height <= node->y + 0.01);
        }
    }
}

static char *
random_dag (GRand *random,
            guint  n)
{
  GString *text = g_string_new (HEAD "tasks:\n- id: d\n  type: test.Dag\n  tasks:\n");

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (text, "  - task: {id: t%u, type: test.Log, message: x}\n    dependsOn: [", i);
      for (guint k = 0; k < 3 && i > 0; k++)
        g_string_append_printf (text, "t%d,", g_rand_int_range (random, 0, (int) i));
      g_string_append (text, "]\n");
    }
  return g_string_free (text, FALSE);
}

static void
test_random_dags (void)
{
  const TcLayoutMetrics metrics = { 220, 56, 24, 32, 28, 12, FALSE };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 20; round++)
    {
      g_autofree char *source = random_dag (random, 40);
      g_autoptr (TcFlow) flow = fixture_flow (source);
      g_autoptr (TcGraph) graph = tc_graph_new (flow);
      g_autoptr (TcGraph) again = tc_graph_new (flow);

      tc_graph_layout (graph, &metrics, NULL, NULL);
      tc_graph_layout (again, &metrics, NULL, NULL);
      assert_sound (graph);
      for (size_t i = 0; i < tc_graph_n_nodes (graph); i++)
        g_assert_cmpfloat (tc_graph_node (graph, i)->x, ==, tc_graph_node (again, i)->x);
    }
}

/* A cycle is an error of the flow, and is drawn all the same. */
static void
test_cycle (void)
{
  const TcLayoutMetrics metrics = { 220, 56, 24, 32, 28, 12, FALSE };
  TcFlow *compiled = NULL;
  g_autofree char *findings = fixture_findings (HEAD "tasks:\n- id: d\n  type: test.Dag\n  tasks:\n"
    "  - task: " TASK ("a") "\n    dependsOn: [b, a]\n  - task: " TASK ("b") "\n    dependsOn: [a]\n  - task: " TASK ("c") "\n    dependsOn: [b]\n",
    &compiled);
  g_autoptr (TcFlow) flow = compiled;
  g_autoptr (TcGraph) graph = tc_graph_new (flow);

  g_assert_nonnull (strstr (findings, "dag.cycle"));
  tc_graph_layout (graph, &metrics, NULL, NULL);
  assert_sound (graph);
}

static void
test_empty (void)
{
  const TcLayoutMetrics metrics = { 220, 56, 24, 32, 28, 12, FALSE };
  TcFlow *compiled = NULL;
  g_autofree char *findings = fixture_findings (HEAD "tasks: []\n", &compiled);
  g_autoptr (TcFlow) flow = compiled;
  g_autoptr (TcGraph) graph = tc_graph_new (flow);
  double width, height;

  g_assert_nonnull (findings);
  tc_graph_layout (graph, &metrics, &width, &height);
  g_assert_cmpuint (tc_graph_n_nodes (graph), ==, 0);
  g_assert_cmpfloat (width, ==, 24);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/graph/sequence", test_sequence);
  g_test_add_func ("/model/graph/parallel", test_parallel);
  g_test_add_func ("/model/graph/branches", test_branches);
  g_test_add_func ("/model/graph/dag", test_dag);
  g_test_add_func ("/model/graph/crossings", test_crossings);
  g_test_add_func ("/model/graph/nodes", test_nodes);
  g_test_add_func ("/model/graph/random-dags", test_random_dags);
  g_test_add_func ("/model/graph/cycle", test_cycle);
  g_test_add_func ("/model/graph/empty", test_empty);
  return g_test_run ();
}
