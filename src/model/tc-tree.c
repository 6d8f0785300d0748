/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-limits.h"
#include "tc-tree-private.h"

struct _TcTree
{
  char       *key;
  TcValue    *own;        /* what the run at this place gave, or NULL */
  GPtrArray  *inner;      /* TcTree*, in order of appearance; NULL: none */
  GHashTable *index;      /* key → TcTree* */
};

static void
tree_free (gpointer data)
{
  TcTree *self = data;

  g_free (self->key);
  tc_value_unref (self->own);
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_clear_pointer (&self->inner, g_ptr_array_unref);
  g_free (self);
}

static TcTree *
tree_new (const char *key)
{
  TcTree *self = g_new0 (TcTree, 1);

  self->key = g_strdup (key);
  return self;
}

TcTree *
tc_tree_enter (TcTree     *self,
               const char *key)
{
  TcTree *inner;

  if (self->inner == NULL)
    {
      self->inner = g_ptr_array_new_with_free_func (tree_free);
      self->index = g_hash_table_new (g_str_hash, g_str_equal);
    }
  inner = g_hash_table_lookup (self->index, key);
  if (inner == NULL)
    {
      inner = tree_new (key);
      g_ptr_array_add (self->inner, inner);
      g_hash_table_insert (self->index, inner->key, inner);
    }
  return inner;
}

void
tc_tree_give (TcTree        *self,
              const TcValue *value)
{
  g_autoptr (TcValue) old = self->own;

  self->own = old != NULL ? tc_value_merge (old, value) : tc_value_ref (value);
}

/* As deep as loops or dotted names are nested, both bounded. */
static TcValue *
tree_to_value (const TcTree *self)
{
  g_autoptr (TcMapBuilder) map = NULL;
  g_autoptr (TcValue) inner = NULL;

  if (self->inner == NULL)
    return tc_value_ref (self->own);
  map = tc_map_builder_new ();
  for (guint i = 0; i < self->inner->len; i++)
    {
      const TcTree *branch = g_ptr_array_index (self->inner, i);

      tc_map_builder_take (map, branch->key, tree_to_value (branch));
    }
  inner = tc_map_builder_end (g_steal_pointer (&map));
  return self->own != NULL ? tc_value_merge (self->own, inner) : g_steal_pointer (&inner);
}

TcTree *
tc_tree_new (void)
{
  return tree_new (NULL);
}

TcValue *
tc_tree_end (TcTree *root)
{
  TcValue *value = root->inner != NULL ? tree_to_value (root) : tc_value_map_of (NULL, NULL);

  tree_free (root);
  return value;
}

static void
nest_one (TcTree        *root,
          const char    *key,
          const TcValue *value)
{
  g_auto (GStrv) parts = g_strsplit (key, ".", TC_LIMIT_DEPTH / 2);
  TcTree *at = root;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      at = tc_tree_enter (at, parts[i]);
      if (at->own != NULL)
        return;
    }
  if (at->inner == NULL)
    at->own = tc_value_ref (value);
}

TcValue *
tc_nest_dotted (const TcValue *flat)
{
  TcTree *root = tc_tree_new ();

  for (size_t i = 0; i < tc_value_length (flat); i++)
    nest_one (root, tc_value_key (flat, i), tc_value_item (flat, i));
  return tc_tree_end (root);
}
