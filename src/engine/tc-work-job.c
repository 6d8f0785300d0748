/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order-scope.h"

#include "private/tc-job-calls.h"
#include "private/tc-markers.h"
#include "tc-library.h"
#include "tc-engine.h"
#include "tc-json.h"
#include "tc-util.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* What a running task of the class tables may do (TcJob). One worker thread. */
typedef struct
{
  TcJob    base;
  TcOrder *order;
  char    *attempt;
  TcValue *extra;       /* workingDir … */
} Job;

static void
job_log (TcJob *base, TcLevel level, const char *message)
{
  TcOrder *order = ((Job *) base)->order;

  tc_hub_write (order->site->hub, order->label, level, tc_clock_now_us (tc_clock_system ()), message);
}

static void
job_metric (TcJob *base, TcMetricKind kind, const char *name, double value, const TcValue *tags)
{
  /* Tasks tell the time in seconds; it is kept in milliseconds, as Kestra does. */
  g_autoptr (TcValue) metric = tc_metric_new (kind, name, kind == TC_METRIC_TIMER ? value * 1000 : value, tags);

  tc_metrics_add (((Job *) base)->order->metrics, metric);
}

static TcValue *
job_render (TcJob *base, const char *text, const TcValue *extra, GError **error)
{
  Job *self = (Job *) base;
  g_autoptr (TcValue) names = extra != NULL ? tc_value_merge (self->extra, extra) : tc_value_ref (self->extra);
  TcOrderScope scope;

  tc_order_scope (self->order, &scope, names);
  return tc_expr_render_text (text, &scope.base, error);
}

static TcValue *
job_render_typed (TcJob *base, const char *text, const TcValue *extra, GError **error)
{
  Job *self = (Job *) base;
  g_autoptr (TcValue) names = extra != NULL ? tc_value_merge (self->extra, extra) : tc_value_ref (self->extra);
  g_autoptr (TcTemplate) template = tc_template_compile (text, strlen (text), NULL, NULL, NULL, NULL);
  TcOrderScope scope;

  if (template == NULL)
    return job_render (base, text, extra, error);      /* which says what is wrong with it */
  tc_order_scope (self->order, &scope, names);
  return tc_template_render_typed (template, &scope.base, error);
}

static gboolean
make_directory (TcOrder *order, GError **error)
{
  if (g_mkdir_with_parents (order->directory, 0700) == 0)
    return TRUE;
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Making the working directory '%s': %s"), order->directory, g_strerror (errno));
  return FALSE;
}

static const char *
job_name (TcJob *base, const char *what)
{
  Job *self = (Job *) base;
  TcOrder *order = self->order;
  const struct { const char *name, *value; } names[] = {
    { "workingDir", order->directory }, { "taskrun.id", order->run != NULL ? order->run->id : NULL },
    { "taskrun.value", order->run != NULL ? order->run->value : NULL }, { "taskrun.attempt", self->attempt },
    { "task.id", order->task != NULL ? order->task->id : NULL }, { "task.type", order->task != NULL ? order->task->type : NULL },
    { "flow.id", order->head->flow_id }, { "flow.namespace", order->head->namespace }, { "execution.id", order->head->id },
    { "execution.state", tc_state_name (tc_head_state (order->head)) }, { "effect.id", order->effect_id },
    { "container.host", order->site->container_host }, { "container.engine", order->site->container_engine },
    { "runner", order->site->runner }, { "dataDir", order->site->data_dir },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].name, what) == 0)
      {
        /* Whoever asks for it is going to use it. */
        if (i == 0 && base->task_class->kind == TC_TASK_JOB)
          make_directory (order, NULL);
        return names[i].value;
      }
  return NULL;
}

static int
job_open_uri (TcJob *base, const char *uri, GError **error)
{
  g_autofree char *path = tc_order_uri_path (((Job *) base)->order, uri, error);
  int fd = path != NULL ? g_open (path, O_RDONLY | O_CLOEXEC, 0) : -1;

  if (path != NULL && fd < 0)
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, "%s: %s", uri, g_strerror (errno));
  return fd;
}

static char *
job_store_file (TcJob *base, const char *path, const char *name, gboolean move, GError **error)
{
  g_autofree char *prefix = tc_task_run_files_path (((Job *) base)->order->run, ((Job *) base)->order->head);

  return tc_storage_put (((Job *) base)->order->site->data_dir, prefix, path, name, move, error);
}

static TcValue *
job_call (TcJob *base, const char *what, const TcValue *args, GError **error)
{
  return tc_order_call (((Job *) base)->order, what, args, error);
}

static const TcJobClass job_class = {
  job_log, job_metric, job_render, job_name, job_open_uri, job_store_file, job_call, job_render_typed
};

/* A list or map may be given as one expression that yields its JSON (expressions.md §8). A text that is none is left to the decoder. */
static TcValue *
render_prop (Job *self, const TcProp *prop, const TcValue *value, GError **error)
{
  g_autoptr (TcValue) rendered = tc_order_render (self->order, value, self->extra, error);
  gboolean whole = prop->kind == TC_KIND_LIST || prop->kind == TC_KIND_MAP || prop->kind == TC_KIND_OBJECT;
  TcValue *parsed;

  if (rendered == NULL || !whole || !tc_value_is (rendered, TC_VALUE_STRING))
    return g_steal_pointer (&rendered);
  parsed = tc_json_read (tc_value_get_text (rendered), tc_value_length (rendered), NULL);
  return parsed != NULL ? parsed : g_steal_pointer (&rendered);
}

/* The rule of the settings or of the command line: every program runs there. Properties of another runner would not fit. */
static TcValue *
overridden (Job *self, const TcProp *prop, const TcValue *value)
{
  const char *runner = self->order->site->runner;

  if (runner == NULL || self->base.task_class->kind != TC_TASK_RUN)
    return NULL;
  if (strcmp (prop->name, "runner") == 0 || strcmp (prop->name, "docker") == 0)
    return tc_value_null ();
  if (strcmp (prop->name, "taskRunner") != 0 || g_strcmp0 (value != NULL ? tc_value_get_str (value, "type") : NULL, runner) == 0)
    return NULL;
  return tc_value_map_of ("type", tc_value_string (runner), NULL);
}

static TcValue *
render_props (Job *self, GError **error)
{
  const TcTask *task = self->order->task;
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (const TcProp *prop = task->klass->info.props; prop != NULL && prop->name != NULL; prop++)
    {
      const TcValue *value = tc_value_get (task->props, prop->name);
      gboolean now = (prop->flags & TC_PROP_DYNAMIC) && !(prop->flags & TC_PROP_LATE);
      g_autoptr (TcValue) other = overridden (self, prop, value);
      TcValue *rendered;

      if (value == NULL && other == NULL)
        continue;
      if (other != NULL)
        rendered = tc_value_is (other, TC_VALUE_NULL) ? NULL : tc_value_ref (other);
      else
        rendered = now ? render_prop (self, prop, value, error) : tc_value_ref (value);
      if (rendered == NULL && other == NULL)
        return NULL;
      if (rendered != NULL)
        tc_map_builder_take (map, prop->name, rendered);
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static Job *
job_new (TcOrder *order)
{
  Job *self = g_new0 (Job, 1);

  self->base.klass = &job_class;
  self->base.cancellable = order->cancellable;
  self->base.task_class = order->task != NULL ? order->task->klass : NULL;      /* of a trigger: said by tc_job_call() */
  self->order = order;
  self->attempt = g_strdup_printf ("%d", order->attempt);
  self->extra = tc_value_map_of ("workingDir", tc_value_string (order->directory), NULL);
  return self;
}

static void
job_free (Job *self)
{
  tc_value_unref (self->base.props);
  tc_value_unref (self->extra);
  g_free (self->attempt);
  g_free (self);
}

/* Renders and decodes. The caller clears and frees what it gets. */
static gpointer
decode (Job *self, GError **error)
{
  const TcTypeInfo *info = &self->base.task_class->info;
  g_autofree gpointer props = NULL;

  self->base.props = render_props (self, error);
  if (self->base.props == NULL)
    return NULL;
  props = g_malloc0 (MAX (1, info->props_size));
  if (!tc_props_decode (info->props, self->base.props, props, info->props_size, error))
    return NULL;
  return g_steal_pointer (&props);
}

static void
free_props (Job *self, gpointer props)
{
  if (props != NULL)
    tc_props_clear (self->base.task_class->info.props, props);
  g_free (props);
}

TcEvent *
tc_order_failed (TcOrder *self, const GError *error)
{
  TcEvent *event = tc_event_new (TC_EVENT_ENDED, tc_clock_now_us (tc_clock_system ()), self->effect_id);

  event->exit_code = -1;
  event->state = g_cancellable_is_cancelled (self->cancellable) ? TC_STATE_KILLED : TC_STATE_FAILED;
  if (event->state == TC_STATE_FAILED)
    event->error = tc_order_hide (self, error->message);
  return event;
}

TcEvent *
tc_job_run (TcOrder *order)
{
  Job *self = job_new (order);
  g_autoptr (GError) error = NULL;
  gpointer props = decode (self, &error);
  g_autoptr (TcValue) outputs = props != NULL ? order->task->klass->job (&self->base, props, &error) : NULL;
  TcEvent *event;

  if (outputs == NULL)
    event = tc_order_failed (order, error);
  else
    {
      event = tc_event_new (TC_EVENT_ENDED, tc_clock_now_us (tc_clock_system ()), order->effect_id);
      event->exit_code = -1;
      event->state = TC_STATE_SUCCESS;
      event->payload = tc_value_is (outputs, TC_VALUE_MAP) ? g_steal_pointer (&outputs) : NULL;
    }
  free_props (self, props);
  job_free (self);
  return event;
}

TcValue *
tc_job_call (TcOrder *order, const TcTaskClass *klass, const TcValue *rendered, GError **error)
{
  const TcTypeInfo *info = &klass->info;
  Job *self = job_new (order);
  g_autofree gpointer props = g_malloc0 (MAX (1, info->props_size));
  TcValue *outputs = NULL;

  self->base.task_class = klass;
  self->base.props = tc_value_ref (rendered);
  if (tc_props_decode (info->props, rendered, props, info->props_size, error))
    {
      outputs = klass->job (&self->base, props, error);
      tc_props_clear (info->props, props);
    }
  job_free (self);
  return outputs;
}

/* Kestra: ScriptService.labels(). */
static TcValue *
labels_of (const TcOrder *order)
{
  return tc_value_map_of ("kestra.io/namespace", tc_value_string (order->head->namespace), "kestra.io/flow-id", tc_value_string (order->head->flow_id),
                          "kestra.io/task-id", tc_value_string (order->task->id), "kestra.io/execution-id", tc_value_string (order->head->id),
                          "kestra.io/taskrun-id", tc_value_string (order->run != NULL ? order->run->id : ""),
                          "kestra.io/taskrun-attempt", tc_value_printf ("%d", order->attempt), NULL);
}

TcRunSpec *
tc_job_spec (TcOrder *order, GError **error)
{
  Job *self = job_new (order);
  TcRunSpec *spec = NULL;
  gpointer props;

  props = decode (self, error);
  if (props != NULL)
    spec = order->task->klass->spec (&self->base, props, error);
  if (spec != NULL)
    {
      spec->directory = spec->directory != NULL ? spec->directory : g_strdup (order->directory);
      /* Attempts share the directory too, so what a retry could meet has to come back. */
      spec->private_directory = !order->shares_directory && order->task->retry == NULL && tc_flow_retry (order->flow) == NULL;
      spec->labels = spec->labels != NULL ? spec->labels : labels_of (order);
    }
  free_props (self, props);
  job_free (self);
  return spec;
}
