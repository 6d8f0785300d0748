/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow.h"
#include "tc-triggers.h"

#include <string.h>

static const TcProp log_props[] = {
  { "message", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { 0 }
};
static const TcTaskClass log_class = { .info = { .type = "test.Log", .props = log_props }, .kind = TC_TASK_JOB };
static const TcTaskClass *const classes[] = { &log_class, NULL };

/* "severity:code:path\n" of each finding about the triggers, given as flow-style YAML. */
static char *
findings (const char *triggers)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();
  g_autofree char *source = g_strdup_printf ("id: f\nnamespace: a\ntasks: [{id: t, type: test.Log}]\ntriggers:\n%s\n", triggers);
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcRegistry) types = NULL;
  g_autoptr (TcFlow) flow = NULL;
  GString *text = g_string_new (NULL);

  tc_registry_builder_tasks (builder, classes);
  tc_registry_builder_triggers (builder, tc_trigger_types);
  types = tc_registry_builder_end (builder);
  flow = tc_flow_compile (source, strlen (source), types, found);
  for (guint i = 0; i < found->len; i++)
    {
      const TcDiagnostic *item = g_ptr_array_index (found, i);

      g_string_append_printf (text, "%s:%s:%s\n", tc_severity_name (item->severity), item->code, item->path);
    }
  return g_string_free (text, FALSE);
}

static void
check_table (const TcTypeInfo *info)
{
  g_assert_nonnull (info->title);
  for (const TcProp *prop = info->props; prop->name != NULL; prop++)
    {
      g_assert_nonnull (prop->doc);
      g_assert_true (tc_props_find (prop + 1, prop->name) == NULL);
    }
}

static void
test_tables (void)
{
  for (guint i = 0; tc_trigger_types[i] != NULL; i++)
    {
      check_table (tc_trigger_types[i]);
      g_assert_nonnull (tc_props_find (tc_trigger_types[i]->props, "id"));
      g_assert_nonnull (tc_trigger_types[i]->doc);
    }
  for (guint i = 0; tc_condition_types[i] != NULL; i++)
    check_table (tc_condition_types[i]);
}

static void
test_examples (void)
{
  for (guint i = 0; tc_trigger_types[i] != NULL; i++)
    {
      for (const char *const *example = tc_trigger_types[i]->examples; example != NULL && *example != NULL; example++)
        {
          g_autofree char *text = findings (*example);

          g_assert_cmpstr (text, ==, "");
        }
    }
}

static const struct { const char *triggers, *findings; } cases[] = {
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule}", "error:prop.missing:triggers[0].cron\n" },
  { "- {id: s, type: io.kestra.core.models.triggers.types.Schedule, cron: '* * * * *'}", "hint:trigger.type.deprecated:triggers[0].type\n" },
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily', recoverMissedSchedules: SOME}",
    "error:prop.value:triggers[0].recoverMissedSchedules\n" },
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily', stopAfter: [FAILD]}",
    "error:prop.value:triggers[0].stopAfter[0]\n" },
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily', when: x}", "error:prop.unknown:triggers[0].when\n" },
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily', inputs: {a: '{{ inputs.nope }}'}}",
    "warning:expression.input.unknown:triggers[0].inputs.a\n" },
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '61 * * * *'}", "error:trigger.cron.invalid:triggers[0].cron\n" },
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '* * * * *', withSeconds: true}",
    "error:trigger.cron.invalid:triggers[0].cron\n" },
  { "- {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 * * * * *', withSeconds: true, timezone: Europe/Pariss}",
    "error:trigger.timezone.invalid:triggers[0].timezone\n" },
  { "- {id: w, type: io.kestra.plugin.core.trigger.Webhook}", "error:prop.missing:triggers[0].key\n" },
  { "- {id: w, type: io.kestra.plugin.core.trigger.Flow, conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: x}]}",
    "error:prop.missing:triggers[0].conditions[0].flowId\n" },
  { "- {id: w, type: io.kestra.plugin.core.trigger.Flow, conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlw}]}",
    "error:prop.type.unknown:triggers[0].conditions[0]\n" },
  { "- {id: w, type: io.kestra.plugin.core.trigger.Flow, conditions: [{type: io.kestra.plugin.core.condition.Not,"
    " conditions: [{type: io.kestra.plugin.core.condition.WeekendCondition, day: 1}]}]}",
    "error:prop.unknown:triggers[0].conditions[0].conditions[0].day\n" },
  { "- {id: w, type: io.kestra.plugin.core.trigger.Flow, preconditions: {id: p, flows: [{flowId: x}]}}",
    "error:prop.missing:triggers[0].preconditions.flows[0].namespace\n" },
  { "- {id: w, type: io.kestra.plugin.core.trigger.Flow, preconditions: {id: p, where: [{id: a, filters: [{field: STATE, type: IN, values: [x]}]}]}}", "" },
  { "- {id: h, type: io.kestra.plugin.core.http.Trigger, uri: 'http://x', interval: PT10S}", "" },
};

static void
test_findings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = findings (cases[i].triggers);

      g_test_message ("%s", cases[i].triggers);
      g_assert_cmpstr (text, ==, cases[i].findings);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/triggers/types/tables", test_tables);
  g_test_add_func ("/triggers/types/examples", test_examples);
  g_test_add_func ("/triggers/types/findings", test_findings);
  return g_test_run ();
}
