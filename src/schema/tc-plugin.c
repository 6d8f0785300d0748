/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-plugin.h"
#include "tc-arena.h"

#include <glib/gi18n-lib.h>
#include <stdbool.h>
#include <string.h>

/* A plugin file is checked by the same tables that it declares for others: these are its own. */
static const char *const kind_names[] = { "text", "bool", "int", "number", "duration", "enum", "list", "map", "any", NULL };
static const TcKind kinds[] = { TC_KIND_STRING, TC_KIND_BOOL, TC_KIND_INT, TC_KIND_DOUBLE, TC_KIND_DURATION, TC_KIND_ENUM, TC_KIND_LIST,
                                TC_KIND_MAP, TC_KIND_ANY };

static const TcProp prop_props[] = {
  { "kind", TC_KIND_ENUM, TC_PROP_REQUIRED, 0, NULL, kind_names, N_("What values it takes.") },
  { "doc", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Markdown; the first sentence is shown on hovering.") },
  { "required", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether a flow without it is refused.") },
  { "default", TC_KIND_ANY, 0, 0, NULL, NULL, N_("Its value if it is not given.") },
  { "values", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("The names, for kind `enum`.") },
  { "late", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether it is rendered only when the working directory is known.") },
  { "static", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether it is never rendered.") },
  { "secret", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether its value is masked in logs.") },
  { "deprecated", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether its use is a warning.") },
  { "advanced", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether it is shown last.") },
  { 0 },
};

static const TcProp program_props[] = {
  { "container", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Its name in a container.") },
  { "process", TC_KIND_LIST, TC_PROP_REQUIRED, 0, NULL, tc_items_string, N_("Templates of names; the first that exists on this machine is used.") },
  { 0 },
};

static const TcProp common_props[] = {
  { "extends", TC_KIND_STRING, 0, 0, NULL, NULL, N_("What the type builds upon.") },
  { "image", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Default container image.") },
  { "source", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Property that holds a program to be written into a file.") },
  { "extension", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Template: ending of that file, with its dot.") },
  { "prepend", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Text before the program.") },
  { "interpreter", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Default of `interpreter`.") },
  { "failFastLine", TC_KIND_STRING, 0, 0, NULL, NULL, N_("What makes the interpreter stop at the first error; empty: nothing.") },
  { "setup", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Templates of commands before the user's own.") },
  { "commands", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Templates of the commands.") },
  { "env", TC_KIND_MAP, 0, 0, NULL, tc_items_string, N_("Templates of variables that win over the task's own.") },
  { "defaultEnv", TC_KIND_MAP, 0, 0, NULL, tc_items_string, N_("Templates of variables over which the task's own win.") },
  { "files", TC_KIND_MAP, 0, 0, NULL, tc_items_string, N_("Path to template of content.") },
  { "cacheFolder", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Folder that runs take over from earlier ones.") },
  { "cacheKey", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Template: what such runs have in common; empty: nothing is taken over.") },
  { "runner", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Defaults of the task runner's properties.") },
  { "programs", TC_KIND_MAP, 0, 0, NULL, program_props, N_("Programs that go by different names.") },
  { "props", TC_KIND_MAP, 0, 0, NULL, prop_props, N_("Properties of the type.") },
  { 0 },
};

static const TcProp file_props[] = { { "types", TC_KIND_LIST, TC_PROP_REQUIRED, 0, NULL, NULL, N_("The types that the file declares.") }, { 0 } };

static const TcProp type_props[] = {
  { "type", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name of the type.") },
  { "title", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("What it does, in a few words.") },
  { "doc", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Markdown text about it.") },
  { "aliases", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Deprecated names.") },
  { "examples", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Tasks as YAML.") },
  { 0 },
};

/* A class from a file with all that it points at. */
typedef struct
{
  TcTaskClass klass;
  TcPlugin    plugin;
  TcArena    *arena;
} Made;

static void
made_free (gpointer data)
{
  Made *self = data;

  tc_value_unref (self->plugin.env);
  tc_value_unref (self->plugin.default_env);
  tc_value_unref (self->plugin.files);
  tc_value_unref (self->plugin.runner);
  tc_arena_free (self->arena);
  g_free (self);
}

static char *
copy_text (Made          *self,
           const TcValue *value)
{
  g_autofree char *json = NULL;
  const char *text;

  if (value == NULL || tc_value_is (value, TC_VALUE_NULL))
    return NULL;
  if (tc_value_is (value, TC_VALUE_STRING))
    text = tc_value_get_text (value);
  else
    text = json = tc_yaml_write (value);
  if (json != NULL)
    g_strchomp (json);
  return tc_arena_text (self->arena, text, strlen (text));
}

static char **
copy_texts (Made          *self,
            const TcValue *list)
{
  size_t n = list == NULL ? 0 : tc_value_length (list);
  char **texts;

  if (list == NULL)
    return NULL;
  texts = tc_arena_alloc (self->arena, (n + 1) * sizeof (char *));
  for (size_t i = 0; i < n; i++)
    texts[i] = copy_text (self, tc_value_item (list, i));
  texts[n] = NULL;
  return texts;
}

static TcValue *
copy_map (const TcValue *map)
{
  return map == NULL ? tc_value_map_of (NULL, NULL) : tc_value_ref (map);
}

static TcKind
kind_of (const char *name)
{
  for (size_t i = 0; kind_names[i] != NULL; i++)
    if (strcmp (kind_names[i], name) == 0)
      return kinds[i];
  return TC_KIND_ANY;
}

static void
make_prop (Made          *self,
           TcProp        *prop,
           const char    *name,
           const TcValue *declared,
           size_t         offset)
{
  static const struct { const char *key; TcPropFlags flag; } flags[] = {
    { "required", TC_PROP_REQUIRED }, { "secret", TC_PROP_SECRET }, { "deprecated", TC_PROP_DEPRECATED }, { "advanced", TC_PROP_ADVANCED },
  };
  int set = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (flags); i++)
    if (tc_value_get_flag (declared, flags[i].key, FALSE))
      set |= (int) flags[i].flag;
  if (tc_value_get_flag (declared, "late", FALSE))
    set |= TC_PROP_LATE;
  else if (!tc_value_get_flag (declared, "static", FALSE))
    set |= TC_PROP_DYNAMIC;
  *prop = (TcProp) {
    .name = tc_arena_text (self->arena, name, strlen (name)),
    .kind = kind_of (tc_value_get_str (declared, "kind")),
    .flags = (TcPropFlags) set,
    .offset = offset,
    .fallback = copy_text (self, tc_value_get (declared, "default")),
    .of = copy_texts (self, tc_value_get (declared, "values")),
    .doc = copy_text (self, tc_value_get (declared, "doc")),
  };
}

/* The base's rows, but for those that the file declares itself, then the file's own. */
static void
make_props (Made               *self,
            const TcPluginBase *base,
            const TcValue      *declared)
{
  size_t n_base = 0, n_own = declared == NULL ? 0 : tc_value_length (declared), n = 0;
  size_t offset = (base->props_size + 7) & ~(size_t) 7;
  TcProp *props;

  while (base->props[n_base].name != NULL)
    n_base++;
  props = tc_arena_alloc (self->arena, (n_base + n_own + 1) * sizeof (TcProp));
  for (size_t i = 0; i < n_own; i++, offset += 8)
    make_prop (self, &props[n++], tc_value_key (declared, i), tc_value_item (declared, i), offset);
  for (size_t i = 0; i < n_base; i++)
    if (declared == NULL || tc_value_get (declared, base->props[i].name) == NULL)
      props[n++] = base->props[i];
  props[n] = (TcProp) { 0 };
  self->klass.info.props = props;
  self->klass.info.props_size = offset;
}

static void
make_programs (Made          *self,
               const TcValue *declared)
{
  TcPlugin *plugin = &self->plugin;

  plugin->n_programs = declared == NULL ? 0 : tc_value_length (declared);
  plugin->programs = tc_arena_alloc (self->arena, (plugin->n_programs + 1) * sizeof (TcPluginProgram));
  for (size_t i = 0; i < plugin->n_programs; i++)
    {
      const TcValue *item = tc_value_item (declared, i);
      const char *key = tc_value_key (declared, i);

      plugin->programs[i] = (TcPluginProgram) {
        .key = tc_arena_text (self->arena, key, strlen (key)),
        .container = copy_text (self, tc_value_get (item, "container")),
        .names = copy_texts (self, tc_value_get (item, "process")),
      };
    }
}

static Made *
make_class (const TcValue      *type,
            const TcPluginBase *base)
{
  Made *self = g_new0 (Made, 1);
  TcPlugin *plugin = &self->plugin;
  TcTypeInfo *info = &self->klass.info;

  self->arena = tc_arena_new ();
  info->type = copy_text (self, tc_value_get (type, "type"));
  info->title = copy_text (self, tc_value_get (type, "title"));
  info->doc = copy_text (self, tc_value_get (type, "doc"));
  info->aliases = (const char *const *) copy_texts (self, tc_value_get (type, "aliases"));
  info->examples = (const char *const *) copy_texts (self, tc_value_get (type, "examples"));
  info->outputs = base->outputs;
  make_props (self, base, tc_value_get (type, "props"));
  plugin->base = base;
  plugin->image = copy_text (self, tc_value_get (type, "image"));
  plugin->source = copy_text (self, tc_value_get (type, "source"));
  plugin->extension = copy_text (self, tc_value_get (type, "extension"));
  plugin->prepend = copy_text (self, tc_value_get (type, "prepend"));
  plugin->interpreter = copy_texts (self, tc_value_get (type, "interpreter"));
  plugin->fail_fast = copy_text (self, tc_value_get (type, "failFastLine"));
  plugin->setup = copy_texts (self, tc_value_get (type, "setup"));
  plugin->commands = copy_texts (self, tc_value_get (type, "commands"));
  plugin->env = copy_map (tc_value_get (type, "env"));
  plugin->default_env = copy_map (tc_value_get (type, "defaultEnv"));
  plugin->files = copy_map (tc_value_get (type, "files"));
  plugin->cache_folder = copy_text (self, tc_value_get (type, "cacheFolder"));
  plugin->cache_key = copy_text (self, tc_value_get (type, "cacheKey"));
  plugin->runner = copy_map (tc_value_get (type, "runner"));
  make_programs (self, tc_value_get (type, "programs"));
  self->klass.kind = TC_TASK_RUN;
  self->klass.spec = base->spec;
  self->klass.data = plugin;
  return self;
}

static const TcPluginBase *
find_base (const TcPluginBase *const *bases,
           const char                *name)
{
  for (; name != NULL && *bases != NULL; bases++)
    if (strcmp ((*bases)->name, name) == 0)
      return *bases;
  return NULL;
}

/* What the file says for all of its types lies under what each says for itself. */
static TcValue *
with_common (const TcYamlNode *root,
             const TcYamlNode *type)
{
  g_autoptr (TcValue) all = tc_yaml_to_value (root), own = tc_yaml_to_value (type), common = tc_value_without (all, "types");

  return tc_value_merge (common, own);
}

static void
check_type (const TcYamlNode          *type,
            const TcValue             *merged,
            const TcPluginBase *const *bases,
            const char                *path,
            GPtrArray                 *found)
{
  const TcProp *const tables[] = { type_props, common_props, NULL };
  const char *name = tc_value_get_str (merged, "extends");

  tc_props_check (NULL, tables, type, path, found);
  if (find_base (bases, name) == NULL)
    tc_diagnostics_add (found, TC_SEVERITY_ERROR, "plugin.base.unknown", tc_yaml_span (type), path, _("Write “extends: script”."),
                        _("“extends” names nothing that a type can build upon: %s"), name == NULL ? "null" : name);
}

static gboolean
fail (GPtrArray   *found,
      const char  *file,
      GError     **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  tc_diagnostics_sort (found);
  for (guint i = 0; i < found->len; i++)
    {
      g_autofree char *line = tc_diagnostic_to_text (found->pdata[i], file);

      g_string_append_printf (text, "%s%s", i == 0 ? "" : "\n", line);
    }
  g_set_error_literal (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_PLUGIN, text->str);
  return FALSE;
}

gboolean
tc_plugin_read (TcRegistryBuilder          *builder,
                const TcPluginBase *const  *bases,
                const char                 *file,
                const char                 *text,
                size_t                      length,
                GError                    **error)
{
  const TcProp *const tables[] = { file_props, common_props, NULL };
  g_autoptr (GPtrArray) found = tc_diagnostics_new (), made = g_ptr_array_new_with_free_func (made_free);
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (text, length, found);
  const TcYamlNode *root = doc == NULL ? NULL : tc_yaml_root (doc), *types;

  if (root == NULL && !tc_diagnostics_have_error (found))
    tc_diagnostics_add (found, TC_SEVERITY_ERROR, "plugin.empty", (TcSpan) { .line = 1, .column = 1 }, NULL, _("Declare “types”."), _("the file is empty"));
  if (tc_diagnostics_have_error (found))
    return fail (found, file, error);
  tc_props_check (NULL, tables, root, "", found);
  types = tc_yaml_get (root, "types");
  for (size_t i = 0; types != NULL && i < tc_yaml_length (types) && !tc_diagnostics_have_error (found); i++)
    {
      const TcYamlNode *type = tc_yaml_item (types, i);
      g_autoptr (TcValue) merged = with_common (root, type);
      g_autofree char *path = g_strdup_printf ("types[%zu]", i);

      check_type (type, merged, bases, path, found);
      if (!tc_diagnostics_have_error (found))
        g_ptr_array_add (made, make_class (merged, find_base (bases, tc_value_get_str (merged, "extends"))));
    }
  if (tc_diagnostics_have_error (found))
    return fail (found, file, error);
  while (made->len > 0)
    tc_registry_builder_take_task (builder, g_ptr_array_steal_index (made, 0), made_free);
  return TRUE;
}

TcValue *
tc_plugin_props (const TcTaskClass *klass,
                 const TcValue     *props)
{
  TcMapBuilder *map = tc_map_builder_new ();

  for (const TcProp *row = klass->info.props; row->name != NULL; row++)
    {
      const TcValue *given = tc_value_get (props, row->name);
      TcValue *value = given == NULL || tc_value_is (given, TC_VALUE_NULL) ? tc_props_default (row) : tc_value_ref (given);

      tc_map_builder_take (map, row->name, value != NULL ? value : tc_value_null ());
    }
  return tc_map_builder_end (map);
}
