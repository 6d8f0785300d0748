/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"

/*
 * The end: tasks, errors and finally are over → flow outputs are rendered (one RENDER each, so that an optional one may fail alone) → the state
 * is fixed → listeners and afterExecution, one by one → what a failed Parallel left at work has ended → over. Head's memo: "final" (state to
 * come), "left" (answers to come), "outputs", "outputError", "late" (runs still at work), "over".
 */

static gboolean
is_after_list (const TcTaskList *list)
{
  return g_strcmp0 (list->name, "afterExecution") == 0 || g_str_has_prefix (list->name, "listeners");
}

gboolean
tc_finish_is_after (const TcTask *task)
{
  while (task->parent != NULL)
    task = task->parent;
  return task->list != NULL && is_after_list (task->list);
}

void
tc_finish_now (TcPass *pass, TcState state)
{
  static const char *const keys[] = { "final", "left", "outputs", "outputError", "waiting" };

  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    if (tc_pass_head (pass)->memo != NULL && tc_value_get (tc_pass_head (pass)->memo, keys[i]) != NULL)
      tc_pass_remember_head (pass, keys[i], NULL);
  tc_pass_set_state (pass, state);
  tc_pass_forget (pass, NULL);
  tc_resolve_close (pass, NULL, state);
  tc_pass_queue_group (pass, NULL);
}

void
tc_finish (TcPass *pass, TcState state)
{
  size_t n = tc_flow_n_outputs (pass->flow);

  if (tc_pass_head (pass)->memo != NULL && tc_value_get (tc_pass_head (pass)->memo, "final") != NULL)
    return;
  if (n == 0 || state == TC_STATE_KILLED || state == TC_STATE_CANCELLED)
    {
      tc_finish_now (pass, state);
      return;
    }
  tc_pass_remember_head (pass, "final", tc_value_string (tc_state_name (state)));
  tc_pass_remember_head (pass, "left", tc_value_int ((int64_t) n));
  for (size_t i = 0; i < n; i++)
    {
      const TcInput *output = tc_flow_output (pass->flow, i);
      const TcValue *value = output->props != NULL ? tc_value_get (output->props, "value") : NULL;

      tc_pass_ask (pass, TC_EFFECT_RENDER, NULL, "output", 0,
                   tc_value_map_of (output->id, value != NULL ? tc_value_ref (value) : tc_value_null (), NULL));
    }
}

static const TcInput *
find_output (const TcPass *pass, const char *id)
{
  for (size_t i = 0; i < tc_flow_n_outputs (pass->flow); i++)
    if (g_strcmp0 (tc_flow_output (pass->flow, i)->id, id) == 0)
      return tc_flow_output (pass->flow, i);
  return NULL;
}

static void
fail_output (TcPass *pass, const TcInput *output, const char *message)
{
  if (!output->required)
    tc_pass_log (pass, NULL, TC_LEVEL_WARN, "Failed to render optional flow output '%s'. Output is ignored.", output->id);
  else if (tc_value_get (tc_pass_head (pass)->memo, "outputError") == NULL)
    tc_pass_remember_head (pass, "outputError", tc_value_string (message));
}

static void
take_output (TcPass *pass, const TcInput *output)
{
  const TcValue *rendered = pass->event->payload != NULL ? tc_value_get (pass->event->payload, output->id) : NULL;
  const TcValue *so_far;
  g_autoptr (TcValue) none = tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) value = NULL;
  g_autoptr (GError) error = NULL;

  if (pass->event->error != NULL)
    {
      fail_output (pass, output, pass->event->error);
      return;
    }
  if (rendered == NULL || tc_value_is (rendered, TC_VALUE_NULL))
    return;
  /* A SECRET comes checked and encrypted. */
  value = output->type == TC_INPUT_SECRET && tc_value_is (rendered, TC_VALUE_MAP) ? tc_value_ref (rendered) : tc_input_parse (output, rendered, &error);
  if (value == NULL)
    {
      g_autofree char *message = g_strdup_printf ("Invalid value for output `%s`. Cause: %s", output->id, error->message);

      fail_output (pass, output, message);
      return;
    }
  so_far = tc_value_get (tc_pass_head (pass)->memo, "outputs");
  tc_pass_remember_head (pass, "outputs", tc_value_with (so_far != NULL ? so_far : none, output->id, value));
}

/* In the order of declaration, whatever order the answers came in. */
static TcValue *
outputs_in_order (const TcPass *pass)
{
  const TcValue *values = tc_value_get (tc_pass_head (pass)->memo, "outputs");
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();

  if (values == NULL)
    return NULL;
  for (size_t i = 0; i < tc_flow_n_outputs (pass->flow); i++)
    {
      const char *id = tc_flow_output (pass->flow, i)->id;

      if (tc_value_get (values, id) != NULL)
        tc_map_builder_take (builder, id, tc_value_ref (tc_value_get (values, id)));
    }
  return tc_map_builder_end (g_steal_pointer (&builder));
}

static void
complete (TcPass *pass)
{
  g_autofree char *message = g_strdup (tc_value_get_str (tc_pass_head (pass)->memo, "outputError"));
  TcState state = TC_STATE_FAILED;

  tc_state_parse (tc_value_get_str (tc_pass_head (pass)->memo, "final"), &state);
  if (message == NULL)
    {
      TcValue *outputs = outputs_in_order (pass);
      TcHead *head = tc_pass_edit_head (pass);

      tc_value_unref (head->outputs);
      head->outputs = outputs;
    }
  tc_finish_now (pass, state);
  if (message != NULL)
    {
      /* Kestra fixes the state first and fails then (golden J21). */
      tc_pass_log (pass, NULL, TC_LEVEL_ERROR, "Failed to render output values: %s", message);
      tc_pass_set_state (pass, TC_STATE_FAILED);
    }
}

void
tc_finish_rendered (TcPass *pass, const TcValue *entry)
{
  const TcHead *head = tc_pass_head (pass);
  const TcValue *asked = tc_value_get (entry, "payload");
  const TcInput *output = asked != NULL && tc_value_length (asked) == 1 ? find_output (pass, tc_value_key (asked, 0)) : NULL;
  int64_t left;

  if (head->memo == NULL || tc_value_get (head->memo, "final") == NULL || tc_pass_state (pass) == TC_STATE_KILLING)
    return;
  if (output != NULL)
    take_output (pass, output);
  left = tc_value_get_i64 (tc_pass_head (pass)->memo, "left", 1) - 1;
  tc_pass_remember_head (pass, "left", tc_value_int (left));
  if (left <= 0)
    complete (pass);
}

static void
set_over (TcPass *pass)
{
  tc_pass_remember_head (pass, "over", tc_value_bool (TRUE));
  pass->step->over = TRUE;
}

void
tc_finish_after (TcPass *pass)
{
  const TcValue *memo = tc_pass_head (pass)->memo;
  TcGroup group = { 0 };
  guint late;

  if (memo != NULL && (tc_value_get_flag (memo, "over", FALSE) || tc_value_get (memo, "late") != NULL))
    return;
  for (int i = 0;; i++)
    {
      g_autofree char *listener = g_strdup_printf ("listeners[%d]", i);

      group.tasks = tc_flow_list (pass->flow, listener);
      if (group.tasks == NULL)
        break;
      if (tc_next_in_order (pass, &group, group.tasks, -1))
        return;
    }
  group.tasks = tc_flow_list (pass->flow, "afterExecution");
  if (group.tasks != NULL && tc_next_in_order (pass, &group, group.tasks, -1))
    return;
  late = tc_command_count_open (pass);
  if (late > 0)
    tc_pass_remember_head (pass, "late", tc_value_int (late));
  else
    set_over (pass);
}

void
tc_finish_late (TcPass *pass)
{
  const TcHead *head = tc_pass_head (pass);
  int64_t late = head->memo != NULL ? tc_value_get_i64 (head->memo, "late", 0) : 0;

  if (late <= 0)
    return;
  tc_pass_remember_head (pass, "late", late > 1 ? tc_value_int (late - 1) : NULL);
  if (late == 1)
    set_over (pass);
}
