/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete-private.h"
#include "tc-flow-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Lists of tasks that no row of their task's table declares as such. */
static const TcProp case_items[] = { { "", TC_KIND_TASKS, 0, 0, NULL, NULL, NULL }, { 0 } };
static const TcProp dag_props[] = {
  { "task", TC_KIND_TASK, TC_PROP_REQUIRED, 0, NULL, NULL, N_("The task.") },
  { "dependsOn", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Ids of the tasks that it waits for.") },
  { 0 }
};

static gboolean
is_flowable (const TcOutline     *self,
             const TcOutlineSpot *spot,
             const char          *name)
{
  const TcTaskClass *klass = spot->schema.info != NULL ? tc_registry_task (self->types, spot->schema.info->type, NULL) : NULL;

  return klass != NULL && klass->kind == TC_TASK_FLOWABLE && strcmp (klass->flowable, name) == 0;
}

static TcRole
role_of_member (const TcOutline     *self,
                const TcOutlineSpot *around,
                const char          *key)
{
  static const struct { TcRole around; const char *key; TcRole role; const char *flowable; } roles[] = {
    { TC_ROLE_ROOT, "inputs", TC_ROLE_INPUTS, NULL },           { TC_ROLE_ROOT, "outputs", TC_ROLE_OUTPUTS, NULL },
    { TC_ROLE_ROOT, "triggers", TC_ROLE_TRIGGERS, NULL },       { TC_ROLE_ROOT, "pluginDefaults", TC_ROLE_DEFAULTS, NULL },
    { TC_ROLE_ROOT, "taskDefaults", TC_ROLE_DEFAULTS, NULL },   { TC_ROLE_TASK, "cases", TC_ROLE_CASES, "Switch" },
    { TC_ROLE_TASK, "tasks", TC_ROLE_DAG, "Dag" },              { TC_ROLE_TASK, "onResume", TC_ROLE_INPUTS, "Pause" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (roles[i].around == around->role && strcmp (roles[i].key, key) == 0 &&
        (roles[i].flowable == NULL || is_flowable (self, around, roles[i].flowable)))
      return roles[i].role;
  return TC_ROLE_OTHER;
}

static TcOutlineSpot
item_of (const TcOutlineSpot *around)
{
  switch (around->role)
    {
    case TC_ROLE_INPUTS:
      return (TcOutlineSpot) { tc_schema_spot_of_tables (tc_input_base_props, NULL), TC_ROLE_INPUT };
    case TC_ROLE_OUTPUTS:
      return (TcOutlineSpot) { tc_schema_spot_of_tables (tc_output_props, NULL), TC_ROLE_OUTPUT };
    case TC_ROLE_TRIGGERS:
      return (TcOutlineSpot) { tc_schema_spot_of_types (TC_TYPES_TRIGGER), TC_ROLE_TRIGGER };
    case TC_ROLE_DEFAULTS:
      return (TcOutlineSpot) { tc_schema_spot_item (&around->schema), TC_ROLE_DEFAULT };
    case TC_ROLE_DAG:
      return (TcOutlineSpot) { tc_schema_spot_of_tables (dag_props, NULL), TC_ROLE_OTHER };
    case TC_ROLE_OTHER:
    case TC_ROLE_ROOT:
    case TC_ROLE_TASK:
    case TC_ROLE_TRIGGER:
    case TC_ROLE_INPUT:
    case TC_ROLE_OUTPUT:
    case TC_ROLE_CASES:
    case TC_ROLE_DEFAULT:
      break;
    }
  return (TcOutlineSpot) { tc_schema_spot_item (&around->schema), TC_ROLE_OTHER };
}

TcOutlineSpot
tc_outline_child (const TcOutline     *self,
                  const TcOutlineSpot *around,
                  const char          *key)
{
  TcOutlineSpot spot;

  if (key == NULL)
    spot = item_of (around);
  else
    {
      spot = (TcOutlineSpot) { tc_schema_spot_member (&around->schema, key), role_of_member (self, around, key) };
      if (around->role == TC_ROLE_CASES)
        spot.schema = (TcSchemaSpot) { .prop = case_items, .kind = TC_KIND_TASKS };
    }
  if (spot.schema.types == TC_TYPES_TASK)
    spot.role = TC_ROLE_TASK;
  return spot;
}

const TcOutlineSpot *
tc_outline_spot (const TcOutline *self,
                 int              node)
{
  return node < 0 ? &self->root : &self->spots[node];
}

char *
tc_outline_text (const TcOutline *self,
                 int              node,
                 const char      *key)
{
  const int member = tc_yaml_sketch_find (self->sketch, node, key);

  return member >= 0 ? tc_yaml_sketch_text (self->sketch, member) : NULL;
}

/* What a map may hold depends on its type, which may stand anywhere in it. */
static void
use_type (TcOutline     *self,
          TcOutlineSpot *spot,
          int            type_node)
{
  g_autofree char *type = type_node >= 0 ? tc_yaml_sketch_text (self->sketch, type_node) : NULL;
  TcInputType input;

  if (type == NULL)
    return;
  tc_schema_spot_set_type (&spot->schema, self->types, type);
  if (spot->role == TC_ROLE_INPUT && tc_input_type_parse (type, &input))
    spot->schema.tables[1] = tc_input_type_props (input);
  if (spot->role == TC_ROLE_DEFAULT)
    spot->schema.info = tc_schema_type_info (self->types, type);
}

/* `type` of each map; a map that merges another one is asked for it. */
static int *
find_types (const TcOutline *self)
{
  int *types = g_new (int, MAX (self->n, 1));

  memset (types, 0xff, self->n * sizeof *types);
  for (int i = (int) self->n - 1; i >= 0; i--)
    {
      const TcSketchNode *node = &self->nodes[i];

      if (node->form == TC_SKETCH_ALIAS)
        types[i] = tc_yaml_sketch_find (self->sketch, i, "type");
      if (node->parent < 0 || node->key == NULL)
        continue;
      if (strcmp (node->key, "type") == 0)
        types[node->parent] = i;
      else if (strcmp (node->key, "<<") == 0 && types[node->parent] < 0)
        types[node->parent] = types[i];
    }
  return types;
}

/* `values` of a default are properties of its type. */
static void
use_default_type (const TcOutline     *self,
                  const TcOutlineSpot *around,
                  TcOutlineSpot       *spot,
                  const char          *key)
{
  const TcTypeInfo *info = around->schema.info;

  if (around->role != TC_ROLE_DEFAULT || info == NULL || key == NULL || strcmp (key, "values") != 0)
    return;
  spot->schema = tc_schema_spot_of_tables (info->props, tc_registry_task (self->types, info->type, NULL) != NULL ? tc_task_base_props : NULL);
}

TcOutline *
tc_outline_new (const char       *text,
                size_t            length,
                const TcRegistry *types)
{
  TcOutline *self = g_new0 (TcOutline, 1);
  g_autofree int *type_nodes = NULL;

  self->types = types;
  self->text = text;
  self->length = length;
  self->sketch = tc_yaml_sketch_new (text, length, length);
  self->nodes = tc_yaml_sketch_nodes (self->sketch, &self->n);
  self->root = (TcOutlineSpot) { tc_schema_spot_of_tables (tc_flow_props, NULL), TC_ROLE_ROOT };
  self->spots = g_new0 (TcOutlineSpot, MAX (self->n, 1));
  type_nodes = find_types (self);
  for (size_t i = 0; i < self->n; i++)
    {
      const TcSketchNode *node = &self->nodes[i];
      const TcOutlineSpot *around = tc_outline_spot (self, node->parent);

      self->spots[i] = tc_outline_child (self, around, node->is_item ? NULL : node->key);
      use_default_type (self, around, &self->spots[i], node->key);
      use_type (self, &self->spots[i], type_nodes[i]);
    }
  return self;
}

void
tc_outline_free (TcOutline *self)
{
  if (self == NULL)
    return;
  tc_yaml_sketch_free (self->sketch);
  g_free (self->spots);
  g_free (self);
}

size_t
tc_outline_byte (const TcOutline *self,
                 uint32_t         place)
{
  const char *at = self->text, *end = self->text + self->length;

  for (uint32_t i = 0; i < place && at < end; i++)
    at = g_utf8_next_char (at);
  return (size_t) (at - self->text);
}

int
tc_outline_find_task (const TcOutline *self,
                      const char      *id)
{
  for (size_t i = 0; i < self->n; i++)
    {
      g_autofree char *found = self->spots[i].role == TC_ROLE_TASK ? tc_outline_text (self, (int) i, "id") : NULL;

      if (g_strcmp0 (found, id) == 0)
        return (int) i;
    }
  return -1;
}
