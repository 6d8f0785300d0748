/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"
#include "tc-util.h"

#include <string.h>

/*
 * Assertions are rendered before the first task and again after each task that ended; a maximum duration is a TIMER. Of a violation without
 * consequence (NONE) the head remembers that it was reported (memo "slaDone"). spec/flow-language.md §1.8.
 */

static const TcValue *
slas (const TcPass *pass)
{
  return tc_flow_value (pass->flow, "sla");
}

/* Ids may be given twice, so an SLA is known by its place: the name of what is rendered, or of a deadline. */
static char *
key_of (size_t place)
{
  return g_strdup_printf ("sla[%zu]", place);
}

static gboolean
is_done (const TcPass *pass, const char *key)
{
  const TcHead *head = tc_pass_head (pass);
  const TcValue *done = head->memo != NULL ? tc_value_get (head->memo, "slaDone") : NULL;

  return done != NULL && tc_value_get (done, key) != NULL;
}

/* TRUE: at least one assertion is being rendered. */
static gboolean
ask_assertions (TcPass *pass, const char *purpose)
{
  const TcValue *list = slas (pass);
  gboolean asked = FALSE;

  for (size_t i = 0; list != NULL && i < tc_value_length (list); i++)
    {
      const char *text = tc_value_get_str (tc_value_item (list, i), "assert");
      g_autofree char *key = key_of (i);

      if (text == NULL || is_done (pass, key))
        continue;
      tc_pass_ask (pass, TC_EFFECT_RENDER, NULL, purpose, 0, tc_value_map_of (key, tc_value_string (text), NULL));
      asked = TRUE;
    }
  return asked;
}

static gboolean
is_awaited (const TcPass *pass, const char *purpose)
{
  const TcValue *pending = tc_pass_pending (tc_pass_head (pass)->memo);

  for (size_t i = 0; pending != NULL && i < tc_value_length (pending); i++)
    if (g_strcmp0 (tc_value_get_str (tc_value_item (pending, i), "for"), purpose) == 0)
      return TRUE;
  return FALSE;
}

gboolean
tc_sla_begin (TcPass *pass)
{
  const TcValue *list = slas (pass);
  int64_t since = tc_pass_head (pass)->history.items[0].at_us, us;

  for (size_t i = 0; list != NULL && i < tc_value_length (list); i++)
    {
      const char *duration = tc_value_get_str (tc_value_item (list, i), "duration");
      g_autofree char *key = key_of (i);

      if (duration != NULL && tc_duration_parse (duration, &us))
        tc_pass_ask (pass, TC_EFFECT_TIMER, NULL, "sla", since + us, tc_value_map_of (key, tc_value_null (), NULL));
    }
  return ask_assertions (pass, "slaFirst");
}

void
tc_sla_check (TcPass *pass)
{
  if (slas (pass) != NULL && tc_pass_state (pass) == TC_STATE_RUNNING && !is_awaited (pass, "slaNext") && !is_awaited (pass, "slaFirst"))
    ask_assertions (pass, "slaNext");
}

/* The SLA that @entry, an awaited effect, is about; its key goes to @key. NULL: there is none. */
static const TcValue *
find_sla (const TcPass *pass, const TcValue *entry, const char **key)
{
  const TcValue *list = slas (pass), *asked = tc_value_get (entry, "payload");

  *key = asked != NULL && tc_value_length (asked) == 1 ? tc_value_key (asked, 0) : NULL;
  for (size_t i = 0; list != NULL && *key != NULL && i < tc_value_length (list); i++)
    {
      g_autofree char *name = key_of (i);

      if (strcmp (name, *key) == 0)
        return tc_value_item (list, i);
    }
  return NULL;
}

static void
add_labels (TcPass *pass, const TcValue *labels)
{
  size_t n = labels != NULL ? tc_value_length (labels) : 0;

  for (size_t i = 0; i < n; i++)
    {
      const TcValue *item = tc_value_item (labels, i);
      gboolean pair = !tc_value_is (labels, TC_VALUE_MAP);
      g_autofree char *text = tc_flowable_text (pair ? tc_value_get (item, "value") : item);
      const char *key = pair ? tc_value_get_str (item, "key") : tc_value_key (labels, i);

      if (key != NULL && text != NULL)
        tc_labels_set (pass, key, text);
    }
}

static void
remember_done (TcPass *pass, const char *key)
{
  const TcHead *head = tc_pass_head (pass);
  const TcValue *done = head->memo != NULL ? tc_value_get (head->memo, "slaDone") : NULL;
  g_autoptr (TcValue) none = tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) mark = tc_value_bool (TRUE);

  tc_pass_remember_head (pass, "slaDone", tc_value_with (done != NULL ? done : none, key, mark));
}

static void
violated (TcPass *pass, const TcValue *sla, const char *key, const char *reason)
{
  const char *id = tc_value_get_str (sla, "id"), *behavior = tc_value_get_str (sla, "behavior");

  tc_pass_log (pass, NULL, TC_LEVEL_WARN, "SLA '%s' violated: %s.", id, reason);
  add_labels (pass, tc_value_get (sla, "labels"));
  if (g_strcmp0 (behavior, "FAIL") == 0)
    {
      tc_pass_log (pass, NULL, TC_LEVEL_ERROR, "Execution failed due to SLA '%s' violated: %s", id, reason);
      tc_command_break_off (pass, TC_STATE_FAILED);
    }
  else if (g_strcmp0 (behavior, "CANCEL") == 0)
    tc_command_break_off (pass, TC_STATE_CANCELLED);
  else
    remember_done (pass, key);
}

static void
deadline_passed (TcPass *pass, const TcValue *entry)
{
  const char *key;
  const TcValue *sla = find_sla (pass, entry, &key);
  int64_t lasted = tc_pass_at (pass) - tc_pass_head (pass)->history.items[0].at_us;
  g_autofree char *took = tc_duration_format (lasted);
  g_autofree char *reason = NULL;

  if (sla == NULL)
    return;
  reason = g_strdup_printf ("execution duration of %s exceed the maximum duration of %s", took, tc_value_get_str (sla, "duration"));
  violated (pass, sla, key, reason);
}

static void
assertion_rendered (TcPass *pass, const TcValue *entry)
{
  const char *key;
  const TcValue *sla = find_sla (pass, entry, &key);
  const TcValue *value = sla != NULL && pass->event->payload != NULL ? tc_value_get (pass->event->payload, key) : NULL;
  g_autofree char *reason = NULL;

  if (sla == NULL)
    return;
  if (pass->event->error != NULL)
    tc_pass_log (pass, NULL, TC_LEVEL_ERROR, "Ignoring SLA '%s' because of the error: %s", tc_value_get_str (sla, "id"), pass->event->error);
  else if (value == NULL || !tc_expr_is_truthy (value))
    {
      reason = g_strdup_printf ("assertion is false: %s", tc_value_get_str (sla, "assert"));
      violated (pass, sla, key, reason);
    }
}

void
tc_sla_answer (TcPass *pass, const char *purpose, const TcValue *entry)
{
  gboolean first = strcmp (purpose, "slaFirst") == 0;

  if (tc_state_is_terminated (tc_pass_state (pass)) || tc_pass_state (pass) == TC_STATE_KILLING)
    return;
  if (strcmp (purpose, "sla") == 0)
    deadline_passed (pass, entry);
  else
    assertion_rendered (pass, entry);
  if (first && !tc_state_is_terminated (tc_pass_state (pass)) && !is_awaited (pass, "slaFirst"))
    tc_begin_open (pass);
}
