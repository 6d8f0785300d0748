/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete-private.h"
#include "tc-context-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What expressions of a flow can name: the roots, and below them what the text declares and what the tables of its types say. */

typedef struct
{
  const TcOutline *outline;
  TcNameFunc       func;
  gpointer         data;
} Names;

static void
give_props (const Names  *self,
            const TcProp *table)
{
  for (; table != NULL && table->name != NULL; table++)
    if (table->name[0] != '\0' && !(table->flags & TC_PROP_DEPRECATED))
      self->func (self->data, table->name, tc_prop_expected (table), table->doc != NULL ? _(table->doc) : NULL);
}

/* Along @base from @from on. Names that are only known later stand for one step of a list, and for nothing else. */
static const TcProp *
descend (const TcProp    *table,
         const GPtrArray *base,
         guint            from)
{
  for (guint i = from; table != NULL && i < base->len; i++)
    {
      const char *name = base->pdata[i];
      const TcProp *prop = strcmp (name, "*") == 0 ? NULL : tc_props_find (table, name);

      if (prop != NULL)
        table = prop->of != NULL && ((const TcProp *) prop->of)->name[0] == '\0' ? NULL : prop->of;
      else if (strcmp (name, "*") != 0)
        return NULL;
    }
  return table;
}

static void
give_tasks (const Names *self,
            int          own)
{
  const TcOutline *outline = self->outline;

  for (int round = 0; round < 2; round++)
    for (int i = 0; i < (int) outline->n; i++)
      {
        g_autofree char *id = NULL;
        const TcTypeInfo *info = outline->spots[i].schema.info;

        /* Tasks further up have run before. */
        if (outline->spots[i].role != TC_ROLE_TASK || i == own || (i < own || own < 0) != (round == 0))
          continue;
        id = tc_outline_text (outline, i, "id");
        if (id != NULL)
          self->func (self->data, id, info != NULL ? info->type : NULL, info != NULL && info->title != NULL ? _(info->title) : NULL);
      }
}

static void
give_outputs (const Names     *self,
              const GPtrArray *base,
              int              own)
{
  const int task = base->len > 1 ? tc_outline_find_task (self->outline, base->pdata[1]) : -1;
  const TcTypeInfo *info = task >= 0 ? self->outline->spots[task].schema.info : NULL;

  if (base->len == 1)
    give_tasks (self, own);
  else if (info != NULL)
    give_props (self, descend (info->outputs, base, 2));
}

/* An id with dots makes nested maps. */
static void
give_ids (const Names     *self,
          const char      *list,
          const GPtrArray *base)
{
  const TcOutline *outline = self->outline;
  const int node = tc_yaml_sketch_find (outline->sketch, -1, list);
  g_autoptr (GString) prefix = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 1; i < base->len; i++)
    g_string_append_printf (prefix, "%s.", (char *) base->pdata[i]);
  for (int i = node + 1; node >= 0 && i < (int) outline->n; i++)
    {
      g_autofree char *id = outline->nodes[i].parent == node ? tc_outline_text (outline, i, "id") : NULL;
      g_autofree char *type = id != NULL ? tc_outline_text (outline, i, "type") : NULL;
      g_autofree char *doc = id != NULL ? tc_outline_text (outline, i, "description") : NULL;
      char *name;

      if (id == NULL || !g_str_has_prefix (id, prefix->str))
        continue;
      name = g_strndup (id + prefix->len, strcspn (id + prefix->len, "."));
      if (g_hash_table_add (seen, name))
        self->func (self->data, name, type, doc);
    }
}

/* The keys of a map in the text, as of `variables`. */
static void
give_keys (const Names     *self,
           const char      *map,
           const GPtrArray *base)
{
  const TcOutline *outline = self->outline;
  int node = tc_yaml_sketch_find (outline->sketch, -1, map);

  for (guint i = 1; node >= 0 && i < base->len; i++)
    node = tc_yaml_sketch_find (outline->sketch, node, base->pdata[i]);
  for (int i = node + 1; node >= 0 && i < (int) outline->n; i++)
    {
      g_autofree char *value = NULL, *key = NULL;

      if (outline->nodes[i].parent != node)
        continue;
      value = tc_yaml_sketch_text (outline->sketch, i);
      key = outline->nodes[i].is_item ? tc_outline_text (outline, i, "key") : NULL;     /* labels as a list */
      if (key != NULL || outline->nodes[i].key != NULL)
        self->func (self->data, key != NULL ? key : outline->nodes[i].key, value, NULL);
    }
}

/* What any of the flow's triggers may give. */
static void
give_trigger (const Names     *self,
              const GPtrArray *base)
{
  const TcOutline *outline = self->outline;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (size_t i = 0; i < outline->n; i++)
    {
      const TcTypeInfo *info = outline->spots[i].role == TC_ROLE_TRIGGER ? outline->spots[i].schema.info : NULL;

      if (info != NULL && g_hash_table_add (seen, (gpointer) info->type))
        give_props (self, descend (info->outputs, base, 1));
    }
}

static void
give_state (const Names     *self,
            const GPtrArray *base,
            int              own)
{
  static const TcProp state[] = { { "state", TC_KIND_STRING, 0, 0, NULL, NULL, N_("State of the task.") }, { 0 } };

  if (base->len == 1)
    give_tasks (self, own);
  else
    give_props (self, state);
}

static const TcProp *
find_root (const char *name,
           int        *root)
{
  const TcProp *const others[] = { tc_context_extra_roots, tc_context_loop_roots };
  const TcProp *found = tc_props_find (tc_context_roots, name);

  *root = found != NULL ? (int) (found - tc_context_roots) : -1;
  for (gsize i = 0; i < G_N_ELEMENTS (others) && found == NULL; i++)
    found = tc_props_find (others[i], name);
  return found;
}

void
tc_outline_names (const TcOutline *outline,
                  int              task,
                  const GPtrArray *base,
                  TcNameFunc       func,
                  gpointer         data)
{
  const Names self = { outline, func, data };
  const TcProp *found;
  int root;

  if (base == NULL || base->len == 0)
    {
      give_props (&self, tc_context_roots);
      give_props (&self, tc_context_extra_roots);
      return;
    }
  found = find_root (base->pdata[0], &root);
  if (root == TC_CONTEXT_OUTPUTS)
    give_outputs (&self, base, task);
  else if (root == TC_CONTEXT_TASKS)
    give_state (&self, base, task);
  else if (root == TC_CONTEXT_INPUTS)
    give_ids (&self, "inputs", base);
  else if (root == TC_CONTEXT_VARS)
    give_keys (&self, "variables", base);
  else if (root == TC_CONTEXT_LABELS)
    give_keys (&self, "labels", base);
  else if (root == TC_CONTEXT_TRIGGER || root == TC_CONTEXT_SCHEDULE)
    give_trigger (&self, base);
  else if (found != NULL)
    give_props (&self, descend (found->of, base, 1));
}
