/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "trigger-fixture.h"

#include "tc-json.h"
#include "tc-triggers.h"
#include "tc-util.h"

#include <string.h>

static const TcProp log_props[] = {
  { "message", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { 0 }
};
static const TcTaskClass log_class = { .info = { .type = "test.Log", .props = log_props }, .kind = TC_TASK_JOB };
static const TcTaskClass *const classes[] = { &log_class, NULL };

static TcValue *
render (gpointer self, const char *text, const TcValue *extra, GError **error)
{
  const TriggerFixture *fixture = self;
  g_autoptr (TcValue) names = extra != NULL ? tc_value_merge (fixture->names, extra) : tc_value_ref (fixture->names);
  TcScope scope;

  tc_scope_init_for_values (&scope, names);
  return tc_expr_render_text (text, &scope, error);
}

TriggerFixture *
trigger_fixture_new (const char *triggers)
{
  TriggerFixture *self = g_new0 (TriggerFixture, 1);
  TcRegistryBuilder *builder = tc_registry_builder_new ();
  g_autofree char *source = g_strdup_printf ("id: listener\nnamespace: test.down\ntasks: [{id: t, type: test.Log}]\ntriggers:\n%s\n",
                                             triggers);
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcRegistry) types = NULL;

  tc_registry_builder_tasks (builder, classes);
  tc_registry_builder_triggers (builder, tc_trigger_types);
  types = tc_registry_builder_end (builder);
  self->flow = tc_flow_compile (source, strlen (source), types, found);
  for (guint i = 0; i < found->len; i++)
    g_test_message ("%s", ((TcDiagnostic *) g_ptr_array_index (found, i))->message);
  g_assert_true (self->flow != NULL && tc_flow_is_runnable (self->flow));
  self->names = tc_value_map_of ("vars", tc_value_map_of ("on", tc_value_bool (TRUE), NULL), NULL);
  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_task_run_unref);
  self->world = (TcConditionWorld) { .render = render, .self = self, .flow = self->flow, .runs = self->runs };
  trigger_fixture_upstream (self, "source", TC_STATE_SUCCESS, NULL);
  return self;
}

void
trigger_fixture_free (TriggerFixture *self)
{
  tc_flow_unref (self->flow);
  tc_head_unref (self->head);
  g_ptr_array_unref (self->runs);
  tc_value_unref (self->names);
  g_free (self);
}

const TcValue *
trigger_fixture_trigger (TriggerFixture *self, size_t index)
{
  return tc_value_item (tc_flow_value (self->flow, "triggers"), index);
}

void
trigger_fixture_upstream (TriggerFixture *self, const char *flow_id, TcState state, const char *outputs)
{
  static const char labels[] = "[{\"key\":\"team\",\"value\":\"a\"},{\"key\":\"n\",\"value\":\"1\"},"
                               "{\"key\":\"system.correlationId\",\"value\":\"c\"}]";

  tc_head_unref (self->head);
  self->head = tc_head_new ("E1", "test.up", flow_id, 3, 0);
  tc_value_unref (self->head->labels);
  self->head->labels = tc_json_read (labels, strlen (labels), NULL);
  self->head->outputs = outputs != NULL ? tc_json_read (outputs, strlen (outputs), NULL) : NULL;
  self->world.head = self->head;
  self->world.state = state;
}

int64_t
trigger_fixture_time (const char *text)
{
  TcTime time;

  g_assert_true (tc_time_parse (text, &time));
  return time.seconds * G_USEC_PER_SEC + time.nanos / 1000;
}
