/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The jq filter on libjq. A program sees its input and the time of the scope; the environment, modules and other files are
 * hidden by a prefix. Compiled programs belong to the thread that uses them: a jq state must not be shared.
 */
#include "config.h"
#include "tc-expr-jq.h"

#include <jq.h>
#include <math.h>
#include <string.h>

#include "tc-json.h"
#include "tc-limits.h"

#define PREFIX \
  "def env: {}; def input: error(\"input is not available\"); def inputs: empty; def debug: .; def debug(f): .; def stderr: .; " \
  "def modulemeta: error(\"modules are not available\"); def get_search_list: []; def input_filename: null; " \
  "{} as $ENV | .[1] as $__now | .[0] | def now: $__now; "

typedef struct
{
  char     *text;
  jq_state *jq;
} Program;

static void
program_free (gpointer data)
{
  Program *program = data;

  jq_teardown (&program->jq);
  g_free (program->text);
  g_free (program);
}

static void
programs_free (gpointer data)
{
  g_queue_free_full (data, program_free);
}

/* Most recently used first. */
static GPrivate programs_key = G_PRIVATE_INIT (programs_free);

static void
ignore_message (void *data, jv message)
{
  jv_free (message);
}

static Program *
compile (const char *text)
{
  g_autofree char *source = g_strconcat (PREFIX, *text != 0 ? text : ".", NULL);
  jq_state        *jq = jq_init ();
  Program         *program;

  if (jq == NULL)
    return NULL;
  jq_set_error_cb (jq, ignore_message, NULL);
  jq_set_debug_cb (jq, ignore_message, NULL);
  if (!jq_compile (jq, source))
    {
      jq_teardown (&jq);
      return NULL;
    }
  program = g_new (Program, 1);
  *program = (Program) { g_strdup (text), jq };
  return program;
}

void
tc_expr_thread_end (void)
{
  g_private_replace (&programs_key, NULL);
}

/* The program is taken out of the cache while it runs. */
static Program *
take_program (const char *text)
{
  GQueue *programs = g_private_get (&programs_key);

  for (GList *l = programs != NULL ? programs->head : NULL; l != NULL; l = l->next)
    {
      Program *program = l->data;

      if (strcmp (program->text, text) == 0)
        {
          g_queue_delete_link (programs, l);
          return program;
        }
    }
  return compile (text);
}

static void
give_program (Program *program)
{
  GQueue *programs = g_private_get (&programs_key);

  if (programs == NULL)
    {
      programs = g_queue_new ();
      g_private_set (&programs_key, programs);
    }
  g_queue_push_head (programs, program);
  if (programs->length > TC_EXPR_LIMIT_JQ_PROGRAMS)
    program_free (g_queue_pop_tail (programs));
}

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

/* jq has only doubles: whole ones within 2^53 are integers again. NULL: nested too deeply. */
static TcValue *
from_jv (jv value, int depth);

static TcValue *
list_from_jv (jv value, int depth)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  int n = jv_array_length (jv_copy (value));

  for (int i = 0; i < n; i++)
    {
      TcValue *item = from_jv (jv_array_get (jv_copy (value), i), depth + 1);

      if (item == NULL)
        return NULL;
      tc_list_builder_take (list, item);
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
map_from_jv (jv value, int depth)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (int i = jv_object_iter (value); jv_object_iter_valid (value, i); i = jv_object_iter_next (value, i))
    {
      jv       key = jv_object_iter_key (value, i);
      TcValue *item = from_jv (jv_object_iter_value (value, i), depth + 1);

      if (item != NULL)
        tc_map_builder_take (map, jv_string_value (key), item);
      jv_free (key);
      if (item == NULL)
        return NULL;
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcValue *
from_jv (jv value, int depth)
{
  TcValue *result = NULL;
  double   number;

  if (depth < TC_LIMIT_DEPTH - 1)
    switch (jv_get_kind (value))
      {
      case JV_KIND_FALSE:
      case JV_KIND_TRUE:
        result = tc_value_bool (jv_get_kind (value) == JV_KIND_TRUE);
        break;
      case JV_KIND_NUMBER:
        number = jv_number_value (value);
        result = number == floor (number) && fabs (number) <= 9007199254740992.0 ? tc_value_int ((int64_t) number)
                                                                                 : tc_value_double (number);
        break;
      case JV_KIND_STRING:
        result = tc_value_string_len (jv_string_value (value), jv_string_length_bytes (jv_copy (value)));
        break;
      case JV_KIND_ARRAY:
        result = list_from_jv (value, depth);
        break;
      case JV_KIND_OBJECT:
        result = map_from_jv (value, depth);
        break;
      default:
        result = tc_value_null ();
        break;
      }
  jv_free (value);
  return result;
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

/* The message of an invalid value, which is consumed; NULL: there was none, the program is at its end. */
static char *
failure_text (jq_state *jq, jv value)
{
  jv    message;
  char *text = NULL;

  if (!jv_invalid_has_msg (jv_copy (value)))
    {
      jv_free (value);
      return jq_halted (jq) ? g_strdup ("the program halted") : NULL;
    }
  message = jv_invalid_get_msg (value);
  if (jv_get_kind (message) != JV_KIND_STRING)
    message = jv_dump_string (message, 0);
  text = g_strdup (jv_string_value (message));
  jv_free (message);
  return text;
}

static gboolean
collect (TcRender *render, jq_state *jq, const TcVal *input, TcVal *list)
{
  g_autofree char *reason = NULL;
  jv               value;

  for (int n = 0; jv_is_valid (value = jq_next (jq)); n++)
    {
      TcValue *item = from_jv (value, 0);

      if (n >= TC_EXPR_LIMIT_JQ_RESULTS)
        {
          tc_value_unref (item);
          return tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT, "The jq program gives more than %d results (TC_EXPR_LIMIT_JQ_RESULTS)",
                                      TC_EXPR_LIMIT_JQ_RESULTS);
        }
      if (item == NULL || !tc_val_append (list, tc_val_take (item)))
        return tc_render_too_deep (render);
      if (!tc_render_steps (render, 10) || !tc_render_bytes (render, sizeof (TcVal)))
        return FALSE;
    }
  reason = failure_text (jq, value);
  return reason == NULL || unable (render, input, reason);
}

static gboolean
run (TcRender *render, Program *program, const TcVal *input, jv value, TcVal *result)
{
  g_auto (TcVal) list = tc_val_container (TC_VAL_LIST, 0);
  jv             pair = jv_array_append (jv_array (), value);
  gboolean       ok;

  pair = jv_array_append (pair, jv_number (tc_clock_now_us (render->scope->clock) / 1e6));
  jq_start (program->jq, pair, 0);
  ok = collect (render, program->jq, input, &list);
  /* Lets go of the input and of what is left on the program's stacks. */
  if (!jq_halted (program->jq))
    jq_start (program->jq, jv_null (), 0);
  if (ok)
    *result = tc_val_steal (&list);
  return ok;
}

gboolean
tc_jq_run (TcRender *render, const TcVal *input, const char *text, TcVal *result)
{
  g_auto (TcVal) value = tc_val_ref (input);
  Program       *program;
  gboolean       ok;

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
  program = take_program (text);
  if (program == NULL)
    return unable (render, input, "the program does not compile");
  ok = run (render, program, input, to_jv (&value), result);
  if (jq_halted (program->jq))
    program_free (program);
  else
    give_program (program);
  return ok;
}
