/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"
#include "tc-java-hash.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * pluginDefaults (spec/flow-language.md §1.6, Kestra: PluginDefaultService). A default matches a typed map if the map's type starts with
 * the default's, in the present or in the deprecated spelling of either. Of several of one type the first in the list counts; of several types
 * the one that comes first in a HashMap, or of forced ones last (goldens U03, U03b).
 */

void
tc_default_free (TcDefault *self)
{
  g_free (self->type);
  tc_value_unref (self->values);
  g_free (self);
}

static const char *
current_name (const TcRegistry *types,
              const char       *type)
{
  const char *alias_of = NULL;

  if (tc_registry_task (types, type, &alias_of) == NULL)
    tc_registry_trigger (types, type, &alias_of);
  return alias_of;
}

static gboolean
matches (const TcDefault *self,
         const char      *type,
         const char      *current)
{
  return g_str_has_prefix (type, self->type) ||
         (current != NULL && g_str_has_prefix (current, self->type)) ||
         (self->current != NULL && g_str_has_prefix (current != NULL ? current : type, self->current));
}

static gint
compare_places (gconstpointer a,
                gconstpointer b)
{
  const TcDefault *first = *(const TcDefault *const *) a;
  const TcDefault *second = *(const TcDefault *const *) b;

  return (first->place > second->place) - (first->place < second->place);
}

/* Gives the defaults that are @forced, or those that are not, their place by type. */
static void
place_by_type (GPtrArray *defaults,
               gboolean   forced)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  g_autofree size_t *order = NULL;
  g_autofree size_t *places = NULL;

  for (guint i = 0; i < defaults->len; i++)
    {
      const TcDefault *item = g_ptr_array_index (defaults, forced ? defaults->len - 1 - i : i);
      uint32_t hash = tc_java_hash_text (item->type);

      if (item->forced != forced || g_hash_table_contains (numbers, item->type))
        continue;
      g_hash_table_insert (numbers, item->type, GUINT_TO_POINTER (hashes->len));
      g_array_append_val (hashes, hash);
    }
  order = g_new (size_t, MAX (hashes->len, 1));
  places = g_new (size_t, MAX (hashes->len, 1));
  tc_java_hash_sort ((const uint32_t *) (void *) hashes->data, hashes->len, TC_HASH_MAP_BUCKETS, order);
  for (guint i = 0; i < hashes->len; i++)
    places[order[i]] = forced ? hashes->len - 1 - i : i;
  for (guint i = 0; i < defaults->len; i++)
    {
      TcDefault *item = g_ptr_array_index (defaults, i);

      if (item->forced == forced)
        item->place = places[GPOINTER_TO_UINT (g_hash_table_lookup (numbers, item->type))];
    }
}

static void
join_item (GPtrArray     *items,
           GHashTable    *seen,
           const TcValue *item)
{
  if (g_hash_table_add (seen, (gpointer) item))
    g_ptr_array_add (items, tc_value_ref (item));
}

/* Lists are joined, duplicates dropped. */
static TcValue *
join_lists (const TcValue *under,
            const TcValue *over)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new ((GHashFunc) (void (*) (void)) tc_value_hash,
                                                  (GEqualFunc) (void (*) (void)) tc_value_equal);

  for (size_t i = 0; i < tc_value_length (under); i++)
    join_item (items, seen, tc_value_item (under, i));
  for (size_t i = 0; i < tc_value_length (over); i++)
    join_item (items, seen, tc_value_item (over, i));
  return tc_value_list ((TcValue **) items->pdata, items->len);
}

static TcValue *
merge (const TcValue *under,
       const TcValue *over)
{
  g_autoptr (TcMapBuilder) map = NULL;

  if (under == NULL || tc_value_is (under, TC_VALUE_NULL))
    return tc_value_ref (over);
  if (tc_value_is (over, TC_VALUE_NULL))
    return tc_value_ref (under);
  if (tc_value_is (under, TC_VALUE_LIST) && tc_value_is (over, TC_VALUE_LIST))
    return join_lists (under, over);
  if (!tc_value_is (under, TC_VALUE_MAP) || !tc_value_is (over, TC_VALUE_MAP))
    return tc_value_ref (over);

  map = tc_map_builder_new ();
  for (size_t i = 0; i < tc_value_length (over); i++)
    {
      const char *key = tc_value_key (over, i);

      tc_map_builder_take (map, key, merge (tc_value_get (under, key), tc_value_item (over, i)));
    }
  for (size_t i = 0; i < tc_value_length (under); i++)
    {
      const char *key = tc_value_key (under, i);

      if (!tc_map_builder_has (map, key))
        tc_map_builder_take (map, key, tc_value_ref (tc_value_item (under, i)));
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* What all defaults of one type come to; most flows have few types and many tasks. */
typedef struct
{
  TcValue   *under, *over;    /* below and above the own values, or NULL */
  GPtrArray *nodes;           /* const TcYamlNode*: where the values stand */
} Applied;

static void
applied_free (gpointer data)
{
  Applied *self = data;

  tc_value_unref (self->under);
  tc_value_unref (self->over);
  g_ptr_array_unref (self->nodes);
  g_free (self);
}

GHashTable *
tc_defaults_by_type (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, applied_free);
}

static void
apply_one (TcValue      **slot,
           const TcValue *values)
{
  g_autoptr (TcValue) old = *slot;

  /* Earlier ones win over later ones. */
  *slot = old != NULL ? merge (values, old) : tc_value_ref (values);
}

static const Applied *
applied_to (const TcCompiler *self,
            const char       *type)
{
  Applied *applied = g_hash_table_lookup (self->by_type, type);
  const char *current;

  if (applied != NULL)
    return applied;
  current = current_name (self->types, type);
  applied = g_new0 (Applied, 1);
  applied->nodes = g_ptr_array_new ();
  for (guint i = 0; i < self->defaults->len; i++)
    {
      const TcDefault *item = g_ptr_array_index (self->defaults, i);

      if (!matches (item, type, current))
        continue;
      apply_one (item->forced ? &applied->over : &applied->under, item->values);
      g_ptr_array_add (applied->nodes, (gpointer) item->node);
    }
  g_hash_table_insert (self->by_type, g_strdup (type), applied);
  return applied;
}

static TcValue *
merge_defaults (const TcCompiler *self,
                TcValue          *map)
{
  const char *type = tc_value_get_str (map, "type");
  const Applied *applied;
  g_autoptr (TcValue) own = map;
  g_autoptr (TcValue) middle = NULL;

  if (type == NULL || self->defaults->len == 0)
    return g_steal_pointer (&own);
  applied = applied_to (self, type);
  middle = applied->under != NULL ? merge (applied->under, own) : tc_value_ref (own);
  return applied->over != NULL ? merge (middle, applied->over) : g_steal_pointer (&middle);
}

/* Whether applying would leave @value as it is: then it is shared instead of built anew. */
static gboolean
is_settled (const TcCompiler *self,
            const TcValue    *value)
{
  gboolean is_map = tc_value_is (value, TC_VALUE_MAP);

  if (!is_map && !tc_value_is (value, TC_VALUE_LIST))
    return TRUE;
  if (is_map && self->defaults->len > 0 && tc_value_get_str (value, "type") != NULL)
    return FALSE;
  for (size_t i = 0; i < tc_value_length (value); i++)
    {
      const TcValue *item = tc_value_item (value, i);

      if ((is_map && tc_value_is (item, TC_VALUE_NULL)) || !is_settled (self, item))
        return FALSE;
    }
  return TRUE;
}

static TcValue *
rebuild (const TcCompiler *self,
         const TcValue    *value)
{
  if (tc_value_is (value, TC_VALUE_LIST))
    {
      g_autoptr (TcListBuilder) list = tc_list_builder_new ();

      for (size_t i = 0; i < tc_value_length (value); i++)
        tc_list_builder_take (list, rebuild (self, tc_value_item (value, i)));
      return tc_list_builder_end (g_steal_pointer (&list));
    }
  if (tc_value_is (value, TC_VALUE_MAP))
    {
      g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

      for (size_t i = 0; i < tc_value_length (value); i++)
        {
          const TcValue *item = tc_value_item (value, i);

          if (!tc_value_is (item, TC_VALUE_NULL))
            tc_map_builder_take (map, tc_value_key (value, i), rebuild (self, item));
        }
      return merge_defaults (self, tc_map_builder_end (g_steal_pointer (&map)));
    }
  return tc_value_ref (value);
}

TcValue *
tc_defaults_apply (const TcCompiler *self,
                   const TcValue    *value)
{
  return is_settled (self, value) ? tc_value_ref (value) : rebuild (self, value);
}

void
tc_defaults_nodes (const TcCompiler *self,
                   const char       *type,
                   GPtrArray        *nodes)
{
  if (type != NULL && self->defaults->len > 0)
    g_ptr_array_extend (nodes, applied_to (self, type)->nodes, NULL, NULL);
}

/* Only a type that is known in full says which values it may have. */
static void
check_values (TcCompiler       *self,
              const char       *type,
              const TcYamlNode *values,
              const char       *path)
{
  const TcTaskClass *klass = tc_registry_task (self->types, type, NULL);
  const TcTypeInfo *info = klass != NULL ? &klass->info : tc_registry_trigger (self->types, type, NULL);

  if (info == NULL)
    info = tc_registry_runner (self->types, type);
  if (info == NULL)
    return;
  for (size_t i = 0; i < tc_yaml_length (values); i++)
    {
      const TcYamlNode *item = tc_yaml_item (values, i);
      const char *key = tc_yaml_key (item);
      g_autofree char *item_path = g_strdup_printf ("%s.values.%s", path, key);

      if (tc_props_find (info->props, key) == NULL &&
          (klass == NULL || tc_props_find (tc_task_base_props, key) == NULL))
        tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "default.key.unknown", tc_yaml_key_span (item), item_path,
                            _("Remove it, or see the properties of the type."),
                            _("The plugin default for “%s” sets “%s”, which that type does not have"), type, key);
    }
}

static void
compile_default (TcCompiler       *self,
                 const TcYamlNode *node,
                 const char       *path)
{
  g_autofree char *type = NULL;
  g_autoptr (TcValue) forced = NULL;
  g_autoptr (TcValue) raw = NULL;
  const TcYamlNode *values;
  TcDefault *item;

  if (tc_yaml_kind (node) != TC_YAML_MAPPING)
    {
      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "default.kind", tc_compile_head_span (node), path,
                          _("Write it as “type:” and “values:”."), _("A plugin default must be a map"));
      return;
    }
  type = tc_compile_string (node, "type");
  values = tc_yaml_get (node, "values");
  if (type == NULL || *type == '\0')
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "default.type.missing", tc_compile_head_span (node), path,
                        _("Add “type:” with a type or the beginning of one."), _("A plugin default has no type"));
  if (values == NULL || tc_yaml_kind (values) != TC_YAML_MAPPING)
    {
      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "default.values.missing", tc_compile_head_span (node), path,
                          _("Add “values:” with the properties to set."), _("A plugin default has no values"));
      return;
    }
  if (type == NULL || *type == '\0')
    return;
  check_values (self, type, values, path);

  if (tc_yaml_get (node, "forced") != NULL)
    forced = tc_yaml_to_value (tc_yaml_get (node, "forced"));
  raw = tc_yaml_to_value (values);
  item = g_new0 (TcDefault, 1);
  item->current = current_name (self->types, type);
  item->type = g_steal_pointer (&type);
  item->forced = tc_value_is (forced, TC_VALUE_BOOL) && tc_value_get_bool (forced);
  item->values = g_steal_pointer (&raw);
  item->node = values;
  g_ptr_array_add (self->defaults, item);
}

void
tc_compile_defaults (TcCompiler       *self,
                     const TcYamlNode *root)
{
  static const char *const keys[] = { "pluginDefaults", "taskDefaults" };

  for (gsize k = 0; k < G_N_ELEMENTS (keys); k++)
    {
      const TcYamlNode *list = tc_yaml_get (root, keys[k]);

      if (list == NULL || tc_yaml_kind (list) != TC_YAML_SEQUENCE)
        continue;
      for (size_t i = 0; i < tc_yaml_length (list); i++)
        {
          g_autofree char *path = g_strdup_printf ("%s[%zu]", keys[k], i);

          compile_default (self, tc_yaml_item (list, i), path);
        }
    }
  place_by_type (self->defaults, FALSE);
  place_by_type (self->defaults, TRUE);
  /* A stable sort: the first of the same type stays first. */
  g_ptr_array_sort (self->defaults, compare_places);
}
