/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"

#include <string.h>

G_DEFINE_QUARK (tc-schema-error-quark, tc_schema_error)

/* One table of types: by name, by deprecated name, and the names in order. */
typedef struct
{
  GHashTable  *by_name;       /* type → class or info */
  GHashTable  *by_alias;      /* deprecated type → type */
  const char **names;         /* sorted, NULL-ended */
} Table;

typedef struct
{
  gpointer       made;
  GDestroyNotify destroy;
} Owned;

struct _TcRegistry
{
  gatomicrefcount refs;
  Table           tasks, runners, triggers;
  GArray         *owned;      /* Owned: classes made from plugin files */
};

struct _TcRegistryBuilder
{
  TcRegistry *registry;
};

static void
table_init (Table *self)
{
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_alias = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
table_add (Table            *self,
           const TcTypeInfo *info,
           gconstpointer     item)
{
  g_hash_table_insert (self->by_name, (gpointer) info->type, (gpointer) item);
  for (size_t i = 0; info->aliases != NULL && info->aliases[i] != NULL; i++)
    g_hash_table_insert (self->by_alias, (gpointer) info->aliases[i], (gpointer) info->type);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
table_sort (Table *self)
{
  guint n;

  self->names = (const char **) g_hash_table_get_keys_as_array (self->by_name, &n);
  qsort (self->names, n, sizeof *self->names, compare_names);
}

static gconstpointer
table_find (const Table  *self,
            const char   *type,
            const char  **alias_of)
{
  const char *current = g_hash_table_contains (self->by_name, type) ? NULL : g_hash_table_lookup (self->by_alias, type);

  if (alias_of != NULL)
    *alias_of = current;
  return g_hash_table_lookup (self->by_name, current != NULL ? current : type);
}

static void
table_clear (Table *self)
{
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->by_alias);
  g_free (self->names);
}

static void
owned_clear (gpointer data)
{
  Owned *owned = data;

  owned->destroy (owned->made);
}

TcRegistryBuilder *
tc_registry_builder_new (void)
{
  TcRegistryBuilder *self = g_new0 (TcRegistryBuilder, 1);
  TcRegistry *registry = self->registry = g_new0 (TcRegistry, 1);

  g_atomic_ref_count_init (&registry->refs);
  table_init (&registry->tasks);
  table_init (&registry->runners);
  table_init (&registry->triggers);
  registry->owned = g_array_new (FALSE, FALSE, sizeof (Owned));
  g_array_set_clear_func (registry->owned, owned_clear);
  return self;
}

void
tc_registry_builder_free (TcRegistryBuilder *self)
{
  if (self != NULL)
    tc_registry_unref (tc_registry_builder_end (self));
}

void
tc_registry_builder_tasks (TcRegistryBuilder         *self,
                           const TcTaskClass *const *classes)
{
  for (; *classes != NULL; classes++)
    table_add (&self->registry->tasks, &(*classes)->info, *classes);
}

void
tc_registry_builder_runners (TcRegistryBuilder        *self,
                             const TcTypeInfo *const *runners)
{
  for (; *runners != NULL; runners++)
    table_add (&self->registry->runners, *runners, *runners);
}

void
tc_registry_builder_triggers (TcRegistryBuilder        *self,
                              const TcTypeInfo *const *triggers)
{
  for (; *triggers != NULL; triggers++)
    table_add (&self->registry->triggers, *triggers, *triggers);
}

void
tc_registry_builder_take_task (TcRegistryBuilder *self,
                               TcTaskClass       *made,
                               GDestroyNotify     free_made)
{
  Owned owned = { made, free_made };

  g_array_append_val (self->registry->owned, owned);
  table_add (&self->registry->tasks, &made->info, made);
}

TcRegistry *
tc_registry_builder_end (TcRegistryBuilder *self)
{
  TcRegistry *registry = self->registry;

  table_sort (&registry->tasks);
  table_sort (&registry->runners);
  table_sort (&registry->triggers);
  g_free (self);
  return registry;
}

TcRegistry *
tc_registry_ref (TcRegistry *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tc_registry_unref (TcRegistry *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  table_clear (&self->tasks);
  table_clear (&self->runners);
  table_clear (&self->triggers);
  g_array_unref (self->owned);
  g_free (self);
}

const TcTaskClass *
tc_registry_task (const TcRegistry  *self,
                  const char        *type,
                  const char       **alias_of)
{
  return table_find (&self->tasks, type, alias_of);
}

const TcTypeInfo *
tc_registry_runner (const TcRegistry *self,
                    const char       *type)
{
  return table_find (&self->runners, type, NULL);
}

const TcTypeInfo *
tc_registry_trigger (const TcRegistry  *self,
                     const char        *type,
                     const char       **alias_of)
{
  return table_find (&self->triggers, type, alias_of);
}

const char *const *
tc_registry_task_types (const TcRegistry *self)
{
  return self->tasks.names;
}

const char *const *
tc_registry_runner_types (const TcRegistry *self)
{
  return self->runners.names;
}

const char *const *
tc_registry_trigger_types (const TcRegistry *self)
{
  return self->triggers.names;
}
