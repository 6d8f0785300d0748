/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order-scope.h"

#include "private/tc-masker.h"
#include "private/tc-sealed.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>

static TcValue *
ref_or_null (const TcValue *value)
{
  return value != NULL ? tc_value_ref (value) : NULL;
}

/* Where the task works: the directory of a WorkingDirectory around it, or one of its own for each attempt. */
static void
set_directory (TcOrder *self, const TcEffect *effect)
{
  const char *shared = self->payload != NULL ? tc_value_get_str (self->payload, "directory") : NULL;
  g_autofree char *execution = tc_site_work_directory (self->site, self->head->id);
  g_autofree char *own = effect != NULL ? g_strdelimit (g_strdup (effect->id), "/", '-') : g_strdup ("eval");

  self->shares_directory = shared != NULL;
  self->directory = g_build_filename (execution, shared != NULL ? shared : own, NULL);
}

/* Whether a text inside may ask for what other tasks gave: only then their records are taken along. A word too many costs time, none too few. */
static gboolean
reads_runs (const TcValue *value)
{
  static const char *const words[] = { "output", "tasks", "render", "ontext", "State", "terationOutput" };
  const char *text;

  if (value == NULL)
    return FALSE;
  if (!tc_value_is (value, TC_VALUE_STRING))
    {
      for (size_t i = 0; i < tc_value_length (value); i++)
        if (reads_runs (tc_value_item (value, i)) || (tc_value_is (value, TC_VALUE_MAP) && strchr (tc_value_key (value, i), '{') != NULL))
          return TRUE;
      return FALSE;
    }
  text = tc_value_get_text (value);
  for (size_t i = 0; strchr (text, '{') != NULL && i < G_N_ELEMENTS (words); i++)
    if (strstr (text, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
needs_runs (const TcTask *task, const TcEffect *effect)
{
  if (effect == NULL || task == NULL)
    return TRUE;
  return reads_runs (effect->payload) || (effect->kind == TC_EFFECT_WORK && reads_runs (task->props));
}

/* What a job or program says, not the phases of a flowable. The attempt is not in the record yet, but has its number. */
static char *
log_file_of (const TcOrder *self, const TcEffect *effect)
{
  const TcTask *task = self->task;
  gboolean works = effect != NULL && effect->kind == TC_EFFECT_WORK && self->run != NULL && task != NULL && task->klass != NULL
                   && (task->klass->kind == TC_TASK_JOB || task->klass->kind == TC_TASK_RUN);

  return works && task->log_to_file ? tc_task_run_log_uri (self->run, self->head, self->attempt) : NULL;
}

TcOrder *
tc_order_new (TcSite *site, const TcFlow *flow, const TcExecution *execution, const TcTask *task, const TcTaskRun *run, const TcEffect *effect)
{
  TcOrder *self = g_new0 (TcOrder, 1);
  static const TcTemplate *const nothing[] = { NULL };
  TcContextHost host = { site->envs, site->globals, site->names };
  g_autofree char *file = NULL;

  g_atomic_ref_count_init (&self->refs);
  self->site = site;
  self->flow = tc_flow_ref (flow);
  self->head = tc_head_ref (tc_execution_head (execution));
  self->run = run != NULL ? tc_task_run_ref (run) : NULL;
  self->task = task;
  self->payload = effect != NULL ? ref_or_null (effect->payload) : NULL;
  self->effect_id = g_strdup (effect != NULL ? effect->id : NULL);
  self->attempt = effect != NULL ? effect->attempt : 0;
  file = log_file_of (self, effect);
  self->label = tc_label_new (self->head->id, run != NULL ? run->task_id : task != NULL ? task->id : NULL, run != NULL ? run->id : NULL,
                              run != NULL ? run->value : NULL, self->attempt, task != NULL ? task->log_level : TC_LEVEL_TRACE, file);
  self->cancellable = g_cancellable_new ();
  self->context = tc_context_new (flow, execution, task, run, needs_runs (task, effect) ? NULL : nothing, 0, &host);
  self->secrets = g_ptr_array_new_with_free_func (g_free);
  self->secret_names = g_ptr_array_new_with_free_func (g_free);
  self->metrics = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  self->taken = g_ptr_array_new_with_free_func (g_free);
  set_directory (self, effect);
  return self;
}

TcOrder *
tc_order_ref (TcOrder *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tc_order_unref (TcOrder *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  tc_context_free (self->context);
  tc_flow_unref (self->flow);
  tc_head_unref (self->head);
  tc_task_run_unref (self->run);
  tc_value_unref (self->payload);
  tc_value_unref (self->inputs);
  tc_value_unref (self->outputs);
  tc_label_unref (self->label);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->secrets);
  g_ptr_array_unref (self->secret_names);
  g_ptr_array_unref (self->metrics);
  g_ptr_array_unref (self->taken);
  g_free (self->effect_id);
  g_free (self->directory);
  g_free (self);
}

void
tc_order_log (TcOrder *self, TcLevel level, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tc_hub_write (self->site->hub, self->label, level, tc_clock_now_us (tc_clock_system ()), text);
}

void
tc_order_hide_text (TcOrder *self, const char *secret)
{
  tc_hub_mask (self->site->hub, self->head->id, secret);
  g_ptr_array_add (self->secrets, g_strdup (secret));
}

void
tc_order_secret (TcOrder *self, const char *namespace_, const char *name, const char *secret)
{
  tc_order_hide_text (self, secret);
  g_ptr_array_add (self->secret_names, g_strconcat (namespace_, "/", name, NULL));
}

char *
tc_order_hide (TcOrder *self, const char *text)
{
  g_autoptr (TcMasker) masker = NULL;
  char *masked;

  if (self->secrets->len == 0)
    return g_strdup (text);
  masker = tc_masker_new ();
  for (guint i = 0; i < self->secrets->len; i++)
    tc_masker_add (masker, g_ptr_array_index (self->secrets, i));
  masked = tc_masker_apply (masker, text);
  return masked != NULL ? masked : g_strdup (text);
}

void
tc_order_clean (TcOrder *self)
{
  const char *phase = self->payload != NULL ? tc_value_get_str (self->payload, "phase") : NULL;

  if (!self->shares_directory || g_strcmp0 (phase, "close") == 0)
    tc_site_remove_tree (self->directory, NULL);
  tc_order_unref (self);
}

static const TcValue *
open_inputs (TcOrder *self)
{
  if (!self->inputs_known)
    self->inputs = tc_sealed_open (self, self->head->inputs);
  self->inputs_known = TRUE;
  return self->inputs;
}

/* Sealed are outputs of a subflow, and what a Pause was given. */
static const TcValue *
open_outputs (TcOrder *self)
{
  if (!self->outputs_known)
    self->outputs = tc_sealed_open (self, tc_context_get (self->context, "outputs"));
  self->outputs_known = TRUE;
  return self->outputs;
}

static const TcValue *
variable (TcScope *scope, const char *name, GError **error)
{
  TcOrderScope *self = (TcOrderScope *) scope;
  const TcValue *value = self->extra != NULL ? tc_value_get (self->extra, name) : NULL;

  if (value == NULL && strcmp (name, "inputs") == 0)
    value = open_inputs (self->order);
  else if (value == NULL && strcmp (name, "outputs") == 0)
    value = open_outputs (self->order);
  return value != NULL ? value : self->variable (scope, name, error);
}

void
tc_order_scope (TcOrder *order, TcOrderScope *scope, const TcValue *extra)
{
  memset (scope, 0, sizeof *scope);
  tc_scope_init (&scope->base);
  tc_context_bind (order->context, &scope->base);
  scope->order = order;
  scope->extra = extra;
  scope->variable = scope->base.variable;
  scope->base.variable = variable;
  scope->base.call = tc_scope_call;
  scope->base.clock = tc_clock_system ();
  scope->base.cancellable = order->cancellable;
  scope->base.random_seed = ((uint64_t) g_random_int () << 32) | g_random_int ();
}

static TcValue *
render_value (const TcValue *value, TcScope *scope, GError **error)
{
  switch (tc_value_kind (value))
    {
    case TC_VALUE_STRING:
      return tc_expr_render_text (tc_value_get_text (value), scope, error);
    case TC_VALUE_LIST:
      {
        g_autoptr (TcListBuilder) list = tc_list_builder_new ();

        for (size_t i = 0; i < tc_value_length (value); i++)
          {
            TcValue *item = render_value (tc_value_item (value, i), scope, error);

            if (item == NULL)
              return NULL;
            tc_list_builder_take (list, item);
          }
        return tc_list_builder_end (g_steal_pointer (&list));
      }
    case TC_VALUE_MAP:
      {
        g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

        for (size_t i = 0; i < tc_value_length (value); i++)
          {
            g_autoptr (TcValue) key = tc_expr_render_text (tc_value_key (value, i), scope, error);
            TcValue *item = key != NULL ? render_value (tc_value_item (value, i), scope, error) : NULL;

            if (item == NULL)
              return NULL;
            /* Of keys that become equal the first stays (expressions.md §8). */
            if (tc_map_builder_has (map, tc_value_get_text (key)))
              tc_value_unref (item);
            else
              tc_map_builder_take (map, tc_value_get_text (key), item);
          }
        return tc_map_builder_end (g_steal_pointer (&map));
      }
    case TC_VALUE_NULL: case TC_VALUE_BOOL: case TC_VALUE_INT: case TC_VALUE_DOUBLE: case TC_VALUE_DECIMAL: case TC_VALUE_TIME:
    case TC_VALUE_DURATION:
      break;
    }
  return tc_value_ref (value);
}

TcValue *
tc_order_render (TcOrder *self, const TcValue *value, const TcValue *extra, GError **error)
{
  TcOrderScope scope;

  tc_order_scope (self, &scope, extra);
  return render_value (value, &scope.base, error);
}

void
tc_order_labels (TcOrder *self, const TcValue *labels, const TcValue *extra, TcMapBuilder *map)
{
  gboolean is_map = tc_value_is (labels, TC_VALUE_MAP);

  for (size_t i = 0; labels != NULL && i < tc_value_length (labels); i++)
    {
      const TcValue *item = tc_value_item (labels, i), *value = is_map ? item : tc_value_get (item, "value");
      const char *key = is_map ? tc_value_key (labels, i) : tc_value_get_str (item, "key");
      g_autoptr (GError) error = NULL;
      TcValue *rendered = key != NULL && value != NULL ? tc_order_render (self, value, extra, &error) : NULL;

      if (rendered != NULL)
        tc_map_builder_take (map, key, rendered);
      else if (error != NULL)
        tc_order_log (self, TC_LEVEL_WARN, _("The label %s is left out: %s"), key, error->message);
    }
}

TcValue *
tc_order_render_typed (TcOrder *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcTemplate) template = tc_template_compile (text, strlen (text), NULL, NULL, "", findings);
  TcOrderScope scope;

  if (template == NULL || tc_diagnostics_have_error (findings))
    {
      const TcDiagnostic *first = findings->len > 0 ? g_ptr_array_index (findings, 0) : NULL;

      g_set_error (error, TC_EXPR_ERROR, TC_EXPR_ERROR_SYNTAX, "%s", first != NULL ? first->message : text);
      return NULL;
    }
  tc_order_scope (self, &scope, NULL);
  return tc_template_render_typed (template, &scope.base, error);
}
