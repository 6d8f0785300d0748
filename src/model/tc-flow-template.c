/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"

#include <string.h>

/* A list joined from several ones is searched for the text; longer ones than this are not placed exactly. */
#define SEARCH_LIMIT 1000

static TcSpan
locate (gconstpointer place,
        size_t        offset,
        size_t        length)
{
  return tc_place_locate ((TcPlace *) place, offset, length);
}

static TcSpan
locate_at_fallback (gconstpointer data,
                    size_t        offset,
                    size_t        length)
{
  return *(const TcSpan *) data;
}

static gboolean
has_delimiter (const char *text,
               size_t      length)
{
  const char *end = text + length;

  for (const char *at = text; (at = memchr (at, '{', end - at)) != NULL; at++)
    {
      if (at + 1 < end && (at[1] == '{' || at[1] == '%' || at[1] == '#'))
        return TRUE;
    }
  return FALSE;
}

static const TcYamlNode *
node_with_text (const GPtrArray *nodes,
                const char      *text,
                size_t           length)
{
  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    {
      const TcYamlNode *node = g_ptr_array_index (nodes, i);
      size_t own_length = 0;
      const char *own = tc_yaml_text (node, &own_length);

      if (own != NULL && own_length == length && memcmp (own, text, length) == 0)
        return node;
    }
  return NULL;
}

/* Kestra accepts every expression on save and fails when it renders it, so what is wrong with one never blocks a flow. */
static void
adopt_findings (TcCompiler *compiler,
                GPtrArray  *found)
{
  for (guint i = 0; i < found->len; i++)
    {
      TcDiagnostic *item = g_ptr_array_index (found, i);

      if (item->severity == TC_SEVERITY_ERROR)
        {
          g_ptr_array_add (compiler->diagnostics,
                           tc_diagnostic_new (TC_SEVERITY_WARNING, item->code, item->span, item->path, item->message, item->hint));
          tc_diagnostics_correct (compiler->diagnostics, item->wrong, item->right);
        }
      else
        g_ptr_array_add (compiler->diagnostics, tc_diagnostic_ref (item));
    }
}

static char *
join_path (const char *base,
           const char *path)
{
  return *base == '\0' ? g_strdup (path) : g_strdup_printf ("%s.%s", base, path);
}

TcTemplate *
tc_compile_text (const TcTexts   *self,
                 const TcValue   *text,
                 const GPtrArray *nodes,
                 const char      *path)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *full_path = NULL;
  TcTemplate *template;
  TcPlace place;
  size_t length;
  const char *source = tc_value_get_string (text, &length);

  if (!has_delimiter (source, length))
    return NULL;
  found = tc_diagnostics_new ();
  full_path = join_path (self->base, path);
  tc_place_init (&place, node_with_text (nodes, source, length), self->compiler->lines, self->fallback);
  template = tc_template_compile (source, length, locate, &place, full_path, found);
  adopt_findings (self->compiler, found);
  tc_compile_references (self->compiler, source, length, &place, full_path);
  return template;
}

TcTemplate *
tc_compile_plain (const char *text,
                  TcSpan      span)
{
  g_autoptr (GPtrArray) ignored = tc_diagnostics_new ();

  return tc_template_compile (text, strlen (text), locate_at_fallback, &span, "", ignored);
}

static void
keep_text (const TcTexts   *self,
           const TcValue   *text,
           const GPtrArray *nodes,
           const char      *path)
{
  TcTemplate *template = tc_compile_text (self, text, nodes, path);

  if (template != NULL)
    g_hash_table_replace (self->templates, g_strdup (path), template);
}

static GPtrArray *
member_nodes (const GPtrArray *nodes,
              const char      *key,
              size_t           index)
{
  GPtrArray *members = g_ptr_array_new ();

  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    {
      const TcYamlNode *node = g_ptr_array_index (nodes, i);
      const TcYamlNode *member = NULL;

      if (tc_yaml_kind (node) != TC_YAML_MAPPING)
        continue;
      /* Most often the node and the value have their members in step; a look-up by name in a long map is not for free. */
      if (index < tc_yaml_length (node) && g_strcmp0 (tc_yaml_key (tc_yaml_item (node, index)), key) == 0)
        member = tc_yaml_item (node, index);
      else
        member = tc_yaml_get (node, key);
      if (member != NULL)
        g_ptr_array_add (members, (gpointer) member);
    }
  return members;
}

/* The node at the same index first; in a joined list it may stand at another one. */
static GPtrArray *
item_nodes (const GPtrArray *nodes,
            size_t           index)
{
  GPtrArray *items = g_ptr_array_new ();

  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    {
      const TcYamlNode *node = g_ptr_array_index (nodes, i);
      size_t n = tc_yaml_length (node);

      if (tc_yaml_kind (node) != TC_YAML_SEQUENCE)
        continue;
      if (index < n)
        g_ptr_array_add (items, (gpointer) tc_yaml_item (node, index));
      for (size_t k = 0; nodes->len > 1 && n <= SEARCH_LIMIT && k < n; k++)
        g_ptr_array_add (items, (gpointer) tc_yaml_item (node, k));
    }
  return items;
}

void
tc_compile_text_tree (const TcTexts   *self,
                      const TcValue   *value,
                      const GPtrArray *nodes,
                      const char      *path)
{
  gboolean is_map = tc_value_is (value, TC_VALUE_MAP);

  if (tc_value_is (value, TC_VALUE_STRING))
    {
      keep_text (self, value, nodes, path);
      return;
    }
  if (!is_map && !tc_value_is (value, TC_VALUE_LIST))
    return;
  for (size_t i = 0; i < tc_value_length (value); i++)
    {
      const TcValue *item = tc_value_item (value, i);
      g_autoptr (GPtrArray) inner = NULL;
      g_autofree char *inner_path = NULL;

      if (tc_value_length (item) == 0)
        continue;
      inner = is_map ? member_nodes (nodes, tc_value_key (value, i), i) : item_nodes (nodes, i);
      inner_path = is_map ? g_strdup_printf ("%s.%s", path, tc_value_key (value, i)) : g_strdup_printf ("%s[%zu]", path, i);
      tc_compile_text_tree (self, item, inner, inner_path);
    }
}

static const TcProp *
find_prop (const TcProp *const *tables,
           const char          *name)
{
  for (guint i = 0; tables[i] != NULL; i++)
    {
      const TcProp *prop = tc_props_find (tables[i], name);

      if (prop != NULL)
        return prop;
    }
  return NULL;
}

/* The table of a typed object: a runner of the registry, or one of the types that the property lists. */
static const TcProp *
typed_props (const TcTexts *self,
             const TcProp  *prop,
             const char    *type)
{
  const TcTypeInfo *info = NULL;

  if (type == NULL)
    return NULL;
  if (prop->kind == TC_KIND_RUNNER)
    info = tc_registry_runner (self->compiler->types, type);
  for (const TcTypeInfo *const *at = prop->of; prop->kind == TC_KIND_TYPED && at != NULL && *at != NULL && info == NULL; at++)
    {
      if (strcmp ((*at)->type, type) == 0 || ((*at)->aliases != NULL && g_strv_contains ((*at)->aliases, type)))
        info = *at;
    }
  return info != NULL ? info->props : NULL;
}

static void
compile_items (const TcTexts   *self,
               const TcProp    *items,
               const TcValue   *value,
               const GPtrArray *nodes,
               const char      *path)
{
  gboolean is_map = tc_value_is (value, TC_VALUE_MAP);

  for (size_t i = 0; (is_map || tc_value_is (value, TC_VALUE_LIST)) && i < tc_value_length (value); i++)
    {
      const TcValue *item = tc_value_item (value, i);
      g_autoptr (GPtrArray) inner = is_map ? member_nodes (nodes, tc_value_key (value, i), i) : item_nodes (nodes, i);
      g_autofree char *inner_path = is_map ? g_strdup_printf ("%s.%s", path, tc_value_key (value, i))
                                           : g_strdup_printf ("%s[%zu]", path, i);

      if (*items->name == '\0')
        tc_compile_prop_texts (self, items, item, inner, inner_path);
      else
        tc_compile_texts (self, (const TcProp *const[]) { items, NULL }, item, inner, inner_path);
    }
}

void
tc_compile_prop_texts (const TcTexts   *self,
                       const TcProp    *prop,
                       const TcValue   *value,
                       const GPtrArray *nodes,
                       const char      *path)
{
  const TcProp *props = NULL;

  if ((prop->flags & (TC_PROP_DYNAMIC | TC_PROP_LATE)) != 0)
    {
      tc_compile_text_tree (self, value, nodes, path);
      return;
    }
  if (prop->kind == TC_KIND_RUNNER || prop->kind == TC_KIND_TYPED)
    props = typed_props (self, prop, tc_value_get_str (value, "type"));
  else if (prop->kind == TC_KIND_OBJECT)
    props = prop->of;
  else if ((prop->kind == TC_KIND_LIST || prop->kind == TC_KIND_MAP) && prop->of != NULL)
    compile_items (self, prop->of, value, nodes, path);
  if (props != NULL)
    tc_compile_texts (self, (const TcProp *const[]) { props, NULL }, value, nodes, path);
}

void
tc_compile_texts (const TcTexts       *self,
                  const TcProp *const *tables,
                  const TcValue       *value,
                  const GPtrArray     *nodes,
                  const char          *path)
{
  if (!tc_value_is (value, TC_VALUE_MAP))
    return;
  for (size_t i = 0; i < tc_value_length (value); i++)
    {
      const char *key = tc_value_key (value, i);
      const TcProp *prop = find_prop (tables, key);
      g_autoptr (GPtrArray) inner = NULL;
      g_autofree char *inner_path = NULL;

      if (prop == NULL)
        continue;
      inner = member_nodes (nodes, key, i);
      inner_path = join_path (path, key);
      tc_compile_prop_texts (self, prop, tc_value_item (value, i), inner, inner_path);
    }
}
