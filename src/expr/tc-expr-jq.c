/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The jq filter: what goes to libjq and comes from it. A program sees its input and the time of the scope. */
#include "config.h"
#include "tc-expr-jq.h"

#include <string.h>

#include "tc-expr-jq-runner.h"
#include "tc-json.h"
#include "tc-limits.h"

static jv to_jv (const TcVal *value);

static jv
container_to_jv (const TcVal *value)
{
  gboolean map = value->type == TC_VAL_MAP || value->type == TC_VAL_ENTRY;
  size_t   n = tc_val_length (value);
  jv       result = map ? jv_object () : jv_array_sized (MIN (n, G_MAXINT / 32));

  for (size_t i = 0; i < n; i++)
    {
      g_auto (TcVal) item = tc_val_item (value, i);

      if (map)
        {
          g_auto (TcVal)      key = tc_val_key (value, i);
          g_autoptr (GString) text = tc_render_to_text (&key);

          /* Kestra's mapper leaves out null members. */
          if (item.type != TC_VAL_NULL)
            result = jv_object_set (result, jv_string_sized (text->str, text->len), to_jv (&item));
        }
      else
        result = jv_array_append (result, to_jv (&item));
    }
  return result;
}

static jv
to_jv (const TcVal *value)
{
  size_t      length;
  const char *text;

  switch ((TcValType) value->type)
    {
    case TC_VAL_NULL:
      return jv_null ();
    case TC_VAL_BOOL:
      return jv_bool (value->b);
    case TC_VAL_INT:
    case TC_VAL_LONG:
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
    case TC_VAL_BIG_INT:
    case TC_VAL_BIG_DEC:
      return jv_number (tc_val_number (value));
    case TC_VAL_STRING:
    case TC_VAL_CHAR:
    case TC_VAL_SAFE:
      text = tc_val_text (value, &length);
      return jv_string_sized (text, MIN (length, G_MAXINT / 4));
    case TC_VAL_TIME:
    case TC_VAL_DURATION:
      {
        g_autofree char *json = tc_json_to_text (value->value);

        return jv_string_sized (json + 1, strlen (json) - 2);
      }
    default:
      return container_to_jv (value);
    }
}

static gboolean
unable (TcRender *render, const TcVal *input, const char *reason)
{
  g_autoptr (GString) text = tc_render_to_text (input);

  if (render->failure.code == TC_EXPR_ERROR_LIMIT)
    return FALSE;
  if (text->len > 200)
    {
      const char *end = g_utf8_find_prev_char (text->str, text->str + 200);

      g_string_truncate (text, end != NULL ? end - text->str : 0);
      g_string_append (text, "…");
    }
  return tc_render_fail (render, "Unable to parse jq value '%s' with type '%s': %s", text->str, tc_val_class_name (input), reason);
}

static gboolean
take_results (TcRender *render, const TcJqJob *job, TcVal *result)
{
  g_auto (TcVal) list = tc_val_container (TC_VAL_LIST, job->results->len);

  for (guint i = 0; i < job->results->len; i++)
    if (!tc_val_append (&list, tc_val_take (tc_value_ref (job->results->pdata[i]))))
      return tc_render_too_deep (render);
  *result = tc_val_steal (&list);
  return TRUE;
}

static gboolean
tell (TcRender *render, const TcVal *input, const TcJqJob *job, TcVal *result)
{
  if (!tc_render_steps (render, job->used_steps + 10 * job->results->len)
      || !tc_render_bytes (render, job->used_bytes + job->results->len * sizeof (TcVal)))
    return FALSE;
  switch (job->verdict)
    {
    case TC_JQ_DONE:
    case TC_JQ_BUDGET:
      return take_results (render, job, result);
    case TC_JQ_COMPILE:
      return unable (render, input, "the program does not compile");
    case TC_JQ_RAISED:
      return unable (render, input, job->reason);
    case TC_JQ_DEPTH:
      return tc_render_too_deep (render);
    case TC_JQ_RESULTS:
      return tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT, "The jq program gives more than %d results (TC_EXPR_LIMIT_JQ_RESULTS)",
                                  TC_EXPR_LIMIT_JQ_RESULTS);
    case TC_JQ_TIME:
      return tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT, "The jq program runs longer than %d ms (TC_EXPR_LIMIT_JQ_TIME)",
                                  TC_EXPR_LIMIT_JQ_TIME);
    case TC_JQ_BYTES:
      return tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT, "The jq program takes more memory than %u bytes (TC_EXPR_LIMIT_JQ_BYTES)",
                                  TC_EXPR_LIMIT_JQ_BYTES);
    case TC_JQ_LEFT:
      return tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT,
                                  "No jq program can be run: %d are still in operations that do not end (TC_EXPR_LIMIT_JQ_LEFT). "
                                  "Correct those that ran longer than %d ms, then close the program and start it again",
                                  TC_EXPR_LIMIT_JQ_LEFT, TC_EXPR_LIMIT_JQ_TIME);
    case TC_JQ_CANCELLED:
      return tc_render_fail_code (render, TC_EXPR_ERROR_CALL, "The rendering was cancelled");
    }
  g_assert_not_reached ();
}

gboolean
tc_jq_run (TcRender *render, const TcVal *input, const char *text, TcVal *result)
{
  g_auto (TcVal)      value = tc_val_ref (input);
  g_autoptr (TcJqJob) job = NULL;
  TcScope            *scope = render->scope;
  jv                  pair;

  if (tc_val_is_text (input))
    {
      size_t      length, end;
      const char *json = tc_val_text (input, &length);
      TcValue    *read = tc_json_read_prefix (json, length, &end, NULL);

      if (read == NULL)
        return unable (render, input, "the text is not JSON");
      tc_val_clear (&value);
      value = tc_val_take (read);
    }
  pair = jv_array_append (jv_array (), to_jv (&value));
  pair = jv_array_append (pair, jv_number (tc_clock_now_us (scope->clock) / 1e6));
  job = tc_jq_job_run (text, pair, scope->steps_left, scope->bytes_left, TC_EXPR_LIMIT_JQ_TIME, scope->cancellable);
  return tell (render, input, job, result);
}
