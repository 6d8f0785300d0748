/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fake-world.h"

#include "tc-tasks.h"

#include <string.h>

TcRegistry *
tc_fake_types (void)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();

  tc_registry_builder_tasks (builder, tc_task_types);
  return tc_registry_builder_end (builder);
}

TcFlow *
tc_fake_flow (const char *yaml)
{
  g_autoptr (TcRegistry) types = tc_fake_types ();
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  TcFlow *flow = tc_flow_compile (yaml, strlen (yaml), types, findings);

  for (guint i = 0; i < findings->len; i++)
    {
      const TcDiagnostic *finding = g_ptr_array_index (findings, i);

      if (finding->severity == TC_SEVERITY_ERROR)
        g_error ("%s: %s\n%s", finding->path, finding->message, yaml);
    }
  g_assert_nonnull (flow);
  return flow;
}
