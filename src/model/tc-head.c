/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"
#include "tc-json.h"
#include "tc-model-private.h"
#include "tc-tree-private.h"

G_DEFINE_BOXED_TYPE (TcHead, tc_head, tc_head_ref, tc_head_unref)

TcHead *
tc_head_new (const char *id,
             const char *namespace_,
             const char *flow_id,
             int         revision,
             int64_t     at_us)
{
  TcHead *self;

  g_return_val_if_fail (id != NULL && namespace_ != NULL && flow_id != NULL, NULL);

  self = g_new0 (TcHead, 1);
  g_atomic_ref_count_init (&self->refs);
  self->id = g_strdup (id);
  self->namespace = g_strdup (namespace_);
  self->flow_id = g_strdup (flow_id);
  self->flow_revision = revision;
  self->original_id = g_strdup (id);
  self->attempt_number = 1;
  self->created_us = at_us;
  self->labels = tc_value_list (NULL, 0);
  tc_history_add (&self->history, TC_STATE_CREATED, at_us);
  return self;
}

TcHead *
tc_head_ref (const TcHead *self)
{
  TcHead *shared = (TcHead *) self;

  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

void
tc_head_unref (TcHead *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->id);
  g_free (self->namespace);
  g_free (self->flow_id);
  g_free (self->history.items);
  tc_value_unref (self->inputs);
  tc_value_unref (self->outputs);
  tc_value_unref (self->variables);
  tc_value_unref (self->labels);
  tc_value_unref (self->trigger);
  g_free (self->parent_id);
  g_free (self->original_id);
  g_free (self->kind);
  tc_value_unref (self->breakpoints);
  tc_value_unref (self->memo);
  g_free (self->error);
  g_free (self);
}

TcHead *
tc_head_copy (const TcHead *self)
{
  TcHead *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  g_atomic_ref_count_init (&copy->refs);
  copy->id = g_strdup (self->id);
  copy->namespace = g_strdup (self->namespace);
  copy->flow_id = g_strdup (self->flow_id);
  copy->history = tc_history_dup (&self->history);
  copy->inputs = tc_value_ref_or_null (self->inputs);
  copy->outputs = tc_value_ref_or_null (self->outputs);
  copy->variables = tc_value_ref_or_null (self->variables);
  copy->labels = tc_value_ref_or_null (self->labels);
  copy->trigger = tc_value_ref_or_null (self->trigger);
  copy->parent_id = g_strdup (self->parent_id);
  copy->original_id = g_strdup (self->original_id);
  copy->kind = g_strdup (self->kind);
  copy->breakpoints = tc_value_ref_or_null (self->breakpoints);
  copy->memo = tc_value_ref_or_null (self->memo);
  copy->error = g_strdup (self->error);
  return copy;
}

TcHead *
tc_head_with_state (const TcHead *self,
                    TcState       state,
                    int64_t       at_us)
{
  TcHead *copy = tc_head_copy (self);

  if (copy != NULL && tc_head_state (copy) != state)
    tc_history_add (&copy->history, state, at_us);
  return copy;
}

TcState
tc_head_state (const TcHead *self)
{
  g_return_val_if_fail (self != NULL && self->history.n > 0, TC_STATE_CREATED);
  return self->history.items[self->history.n - 1].state;
}

TcValue *
tc_head_labels (const TcHead *self)
{
  g_autoptr (TcMapBuilder) map = NULL;
  g_autoptr (TcValue) flat = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  map = tc_map_builder_new ();
  for (size_t i = 0; self->labels != NULL && i < tc_value_length (self->labels); i++)
    {
      const TcValue *item = tc_value_item (self->labels, i);
      const char *key = tc_value_get_str (item, "key");
      const TcValue *value = tc_value_get (item, "value");

      if (key != NULL && value != NULL && !tc_map_builder_has (map, key))
        tc_map_builder_take (map, key, tc_value_ref (value));
    }
  flat = tc_map_builder_end (g_steal_pointer (&map));
  return tc_nest_dotted (flat);
}

static gboolean
has_label (const TcHead *self,
           const char   *key,
           const char   *value)
{
  for (size_t i = 0; self->labels != NULL && i < tc_value_length (self->labels); i++)
    {
      const TcValue *label = tc_value_item (self->labels, i);

      if (g_strcmp0 (tc_value_get_str (label, "key"), key) == 0 && g_strcmp0 (tc_value_get_str (label, "value"), value) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
tc_head_has_labels (const TcHead  *self,
                    const TcValue *wanted)
{
  gboolean is_map = tc_value_is (wanted, TC_VALUE_MAP);

  g_return_val_if_fail (self != NULL, FALSE);

  for (size_t i = 0; wanted != NULL && i < tc_value_length (wanted); i++)
    {
      const TcValue *item = tc_value_item (wanted, i), *value = is_map ? item : tc_value_get (item, "value");
      const char *key = is_map ? tc_value_key (wanted, i) : tc_value_get_str (item, "key");
      g_autofree char *text = NULL;

      if (value == NULL)
        continue;
      text = tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
      if (!has_label (self, key, text))
        return FALSE;
    }
  return TRUE;
}
