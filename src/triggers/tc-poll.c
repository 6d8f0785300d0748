/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-poll.h"

#include "tc-flow-trigger.h"
#include "tc-json.h"
#include "tc-util.h"

#define SECOND   INT64_C (1000000)
#define INTERVAL (60 * SECOND)

gboolean
tc_poll_is (const TcValue *trigger)
{
  return tc_trigger_is (trigger, ".http.Trigger");
}

/* Never more often than each second. */
static int64_t
interval_of (const TcValue *trigger)
{
  const char *text = tc_value_get_str (trigger, "interval");
  int64_t us;

  return text != NULL && tc_duration_parse (text, &us) ? MAX (us, SECOND) : INTERVAL;
}

TcValue *
tc_poll_begin (const TcValue *trigger,
               const TcValue *state,
               int64_t        now_us)
{
  g_autofree char *text = tc_json_to_text (trigger), *definition = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autoptr (TcValue) written = tc_value_string (definition), now = tc_value_int (now_us), known = NULL, fresh = NULL;
  gboolean same = g_strcmp0 (tc_value_get_str (state, "definition"), definition) == 0;

  known = state != NULL ? tc_value_with (state, "definition", written) : tc_value_map_of ("definition", tc_value_ref (written), NULL);
  if (tc_value_get_flag (known, "disabled", FALSE))
    return tc_value_without (known, "nextExecutionDate");
  if (same && tc_value_get (known, "nextExecutionDate") != NULL)
    return g_steal_pointer (&known);
  fresh = tc_value_without (known, "error");
  return tc_value_with (fresh, "nextExecutionDate", now);
}

TcValue *
tc_poll_after (const TcValue *trigger,
               const TcValue *state,
               const char    *error,
               int64_t        now_us)
{
  g_autoptr (TcValue) looked = tc_value_int (now_us), next = tc_value_int (now_us + interval_of (trigger));
  g_autoptr (TcValue) dated = tc_value_with (state, "date", looked), planned = tc_value_with (dated, "nextExecutionDate", next);
  g_autoptr (TcValue) reason = error != NULL ? tc_value_string (error) : NULL;

  return reason != NULL ? tc_value_with (planned, "error", reason) : tc_value_without (planned, "error");
}
