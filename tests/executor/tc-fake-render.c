/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fake-world.h"

#include "tc-context.h"
#include "tc-json.h"

#include <string.h>

static TcValue *
render_all (const TcValue *value, TcScope *scope, GError **error)
{
  size_t n = tc_value_length (value);

  if (tc_value_is (value, TC_VALUE_STRING))
    return strstr (tc_value_get_text (value), "{{") == NULL && strstr (tc_value_get_text (value), "{%") == NULL
             ? tc_value_ref (value) : tc_expr_render_text (tc_value_get_text (value), scope, error);
  if (tc_value_is (value, TC_VALUE_LIST))
    {
      g_autoptr (TcListBuilder) list = tc_list_builder_new ();

      for (size_t i = 0; i < n; i++)
        {
          TcValue *item = render_all (tc_value_item (value, i), scope, error);

          if (item == NULL)
            return NULL;
          tc_list_builder_take (list, item);
        }
      return tc_list_builder_end (g_steal_pointer (&list));
    }
  if (tc_value_is (value, TC_VALUE_MAP))
    {
      g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

      for (size_t i = 0; i < n; i++)
        {
          g_autoptr (TcValue) raw_key = tc_value_string (tc_value_key (value, i));
          g_autoptr (TcValue) key = render_all (raw_key, scope, error);
          TcValue *item = key != NULL ? render_all (tc_value_item (value, i), scope, error) : NULL;

          if (item == NULL)
            return NULL;
          tc_map_builder_take (map, tc_value_get_text (key), item);
        }
      return tc_map_builder_end (g_steal_pointer (&map));
    }
  return tc_value_ref (value);
}

/* A scope with what its calls need; `self` belongs to the context. */
typedef struct
{
  TcScope     scope;
  TcFakePlay *play;
  TcContext  *context;
  TcValue    *taskrun;      /* instead of the context's, or NULL */
  const TcValue *(*variable) (TcScope *scope, const char *name, GError **error);
} FakeScope;

static const TcValue *
variable (TcScope *scope, const char *name, GError **error)
{
  FakeScope *self = (FakeScope *) scope;

  return strcmp (name, "taskrun") == 0 ? self->taskrun : self->variable (scope, name, error);
}

/* The ERROR lines of the execution, as errorLogs() lists them. */
static TcValue *
error_logs (TcFakePlay *play)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (guint i = 0; i < play->logs->len; i++)
    {
      g_auto (GStrv) parts = g_strsplit (g_ptr_array_index (play->logs, i), " ERROR ", 2);

      if (parts[1] != NULL)
        tc_list_builder_take (list, tc_value_map_of ("taskId", tc_value_string (parts[0]), "message", tc_value_string (parts[1]), NULL));
    }
  return tc_list_builder_end (list);
}

static TcValue *
call (TcScope *scope, const char *name, const TcValue *args, GError **error)
{
  FakeScope *self = (FakeScope *) scope;

  if (strcmp (name, "errorLogs") == 0)
    return error_logs (self->play);
  g_set_error (error, TC_EXPR_ERROR, TC_EXPR_ERROR_CALL, "%s() is not played here", name);
  return NULL;
}

TcValue *
tc_fake_render (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, const TcValue *value, GError **error)
{
  g_autoptr (TcContext) context = tc_context_new (play->flow, play->execution, task, run, NULL, 0, NULL);
  TcValue *result;
  FakeScope self = { .play = play, .context = context };
  const TcValue *over = tc_value_get (value, TC_EFFECT_TASKRUN);
  g_autoptr (TcValue) bare = over != NULL ? tc_value_without (value, TC_EFFECT_TASKRUN) : tc_value_ref (value);

  tc_scope_init (&self.scope);
  tc_context_bind (context, &self.scope);
  self.scope.call = call;
  if (over != NULL)
    {
      self.taskrun = tc_value_merge (tc_context_get (context, "taskrun"), over);
      self.variable = self.scope.variable;
      self.scope.variable = variable;
    }
  result = render_all (bare, &self.scope, error);
  tc_value_unref (self.taskrun);
  return result;
}

static gboolean
is_type (const TcTask *task, const char *name)
{
  return g_str_has_suffix (task->klass->info.type, name);
}

/* The outputs of one core task, or NULL and @error. */
static TcValue *
outputs_of (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, GError **error)
{
  g_autoptr (TcValue) props = tc_fake_render (play, task, run, task->props, error);
  const TcValue *item;

  if (props == NULL)
    return NULL;
  if (is_type (task, ".Return"))
    {
      item = tc_value_get (props, "format");
      if (item == NULL)
        return tc_value_map_of (NULL, NULL);
      return tc_value_map_of ("value", tc_value_is (item, TC_VALUE_STRING) ? tc_value_ref (item) : tc_value_string_take (tc_json_to_text (item)), NULL);
    }
  item = tc_value_get (props, "values");
  if (is_type (task, ".OutputValues") && item != NULL)
    return tc_value_map_of ("values", tc_value_ref (item), NULL);
  return tc_value_map_of (NULL, NULL);
}

int64_t
tc_fake_core_work (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, TcEvent *end, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) outputs = outputs_of (play, task, run, &error);

  if (outputs == NULL)
    {
      end->state = TC_STATE_FAILED;
      end->error = g_strdup (error->message);
    }
  else if (tc_value_length (outputs) > 0)
    end->payload = tc_value_ref (outputs);
  return 1000;
}
