/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-child.h"

#include "tc-flowable.h"

static char *
text_of (const TcValue *asked, const char *key)
{
  char *text = tc_flowable_text (asked != NULL ? tc_value_get (asked, key) : NULL);

  return text != NULL ? text : g_strdup ("");
}

char *
tc_child_link (const TcValue *asked, const char *execution_id)
{
  g_autofree char *flow_id = text_of (asked, "flowId"), *namespace = text_of (asked, "namespace");

  return g_strdup_printf ("[[link execution=\"%s\" flowId=\"%s\" namespace=\"%s\"]]", execution_id, flow_id, namespace);
}

void
tc_child_log_created (TcPass *pass, TcTaskRun *run, const TcValue *asked, const char *execution_id, int attempt, int attempt_before)
{
  const TcValue *unknown = pass->event->payload != NULL ? tc_value_get (pass->event->payload, "unknown") : NULL;
  g_autofree char *link = tc_child_link (asked, execution_id), *flow_id = text_of (asked, "flowId"), *namespace = text_of (asked, "namespace");

  tc_pass_log_attempt (pass, run, TC_LEVEL_INFO, attempt, "Created new execution %s", link);
  for (size_t i = 0; tc_value_is (unknown, TC_VALUE_LIST) && i < tc_value_length (unknown); i++)
    tc_pass_log_attempt (pass, run, TC_LEVEL_WARN, attempt_before,
                         "Input %s was provided by parent execution %s for subflow %s.%s but isn't declared at the subflow inputs",
                         tc_value_get_text (tc_value_item (unknown, i)), tc_pass_head (pass)->id, namespace, flow_id);
}
