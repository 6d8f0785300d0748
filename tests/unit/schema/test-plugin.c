/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-plugin.h"

#include <string.h>

typedef struct
{
  char    *image;
  gboolean fail_fast;
} BaseProps;

static TcRunSpec *
no_spec (TcJob       *job,
         const void  *props,
         GError     **error)
{
  return NULL;
}

static const TcProp base_props[] = {
  { "containerImage", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (BaseProps, image), NULL, NULL, NULL },
  { "failFast", TC_KIND_BOOL, 0, offsetof (BaseProps, fail_fast), "true", NULL, NULL },
  { 0 },
};
static const TcPluginBase base = { "script", base_props, NULL, sizeof (BaseProps), no_spec };
static const TcPluginBase *const bases[] = { &base, NULL };

static TcRegistry *
read_plugin (const char  *text,
             GError     **error)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();

  if (tc_plugin_read (builder, bases, "my.yaml", text, strlen (text), error))
    return tc_registry_builder_end (builder);
  tc_registry_builder_free (builder);
  return NULL;
}

static void
test_compiled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcRegistry) types = read_plugin (
    "extends: script\nimage: common\nenv: {A: '1', B: '2'}\n"
    "types:\n"
    "  - type: my.Greet\n    title: Greet\n    aliases: [my.Hello]\n    image: own\n    env: {B: '3'}\n"
    "    commands: ['echo {{ props.name }}']\n    files: {a.txt: '{{ props.name }}'}\n"
    "    programs: {python: {container: python, process: [python3, python]}}\n"
    "    props:\n"
    "      name: {kind: text, required: true, doc: Whom.}\n"
    "      times: {kind: int, default: 3, doc: How often.}\n"
    "      mood: {kind: enum, values: [GOOD, BAD], default: GOOD, static: true, doc: How.}\n"
    "      script: {kind: text, late: true, secret: true, doc: What.}\n"
    "      failFast: {kind: text, doc: Another one.}\n"
    "  - {type: my.Second, title: Second}\n", &error);
  const TcTaskClass *greet, *second;
  const TcPlugin *plugin;
  const TcProp *row;
  g_autoptr (TcValue) props = NULL, given = NULL;
  const char *alias;

  g_assert_no_error (error);
  greet = tc_registry_task (types, "my.Hello", &alias);
  second = tc_registry_task (types, "my.Second", NULL);
  g_assert_cmpstr (alias, ==, "my.Greet");
  plugin = greet->data;
  g_assert_cmpint (greet->kind, ==, TC_TASK_RUN);
  g_assert_true (greet->spec == no_spec);
  g_assert_cmpstr (plugin->image, ==, "own");
  g_assert_cmpstr (((const TcPlugin *) second->data)->image, ==, "common");
  g_assert_cmpstr (tc_value_get_str (plugin->env, "A"), ==, "1");
  g_assert_cmpstr (tc_value_get_str (plugin->env, "B"), ==, "3");
  g_assert_cmpstr (plugin->commands[0], ==, "echo {{ props.name }}");
  g_assert_cmpstr (plugin->programs[0].names[1], ==, "python");
  g_assert_null (((const TcPlugin *) second->data)->commands);
  row = tc_props_find (greet->info.props, "name");
  g_assert_cmpint (row->flags, ==, TC_PROP_REQUIRED | TC_PROP_DYNAMIC);
  g_assert_cmpuint (row->offset, >=, sizeof (BaseProps));
  g_assert_cmpint (tc_props_find (greet->info.props, "script")->flags, ==, TC_PROP_LATE | TC_PROP_SECRET);
  g_assert_cmpint (tc_props_find (greet->info.props, "mood")->flags, ==, 0);
  g_assert_cmpint (tc_props_find (greet->info.props, "failFast")->kind, ==, TC_KIND_STRING);
  g_assert_cmpint (tc_props_find (second->info.props, "failFast")->kind, ==, TC_KIND_BOOL);
  given = tc_value_map_of ("name", tc_value_string ("Bo"), "times", tc_value_null (), NULL);
  props = tc_plugin_props (greet, given);
  g_assert_cmpstr (tc_value_get_str (props, "name"), ==, "Bo");
  g_assert_cmpint (tc_value_get_i64 (props, "times", 0), ==, 3);
  g_assert_cmpstr (tc_value_get_str (props, "mood"), ==, "GOOD");
  g_assert_true (tc_value_is (tc_value_get (props, "containerImage"), TC_VALUE_NULL));
}

static void
test_decodes (void)
{
  g_autoptr (TcRegistry) types = read_plugin ("extends: script\ntypes:\n  - {type: t, title: T, props: {n: {kind: int, default: 5, doc: d}, s: {kind: text, doc: d}}}\n", NULL);
  const TcTaskClass *klass = tc_registry_task (types, "t", NULL);
  g_autoptr (TcValue) given = tc_value_map_of ("s", tc_value_string ("x"), "containerImage", tc_value_string ("i"), NULL);
  g_autofree BaseProps *fields = g_malloc0 (klass->info.props_size);

  g_assert_true (tc_props_decode (klass->info.props, given, fields, klass->info.props_size, NULL));
  g_assert_cmpstr (fields->image, ==, "i");
  g_assert_true (fields->fail_fast);
  tc_props_clear (klass->info.props, fields);
}

static void
test_errors (void)
{
  static const struct { const char *text, *part; } cases[] = {
    { "", "my.yaml:1:1: error: the file is empty" },
    { "types: [", "my.yaml:" },
    { "extends: script\n", "“types” is missing" },
    { "types:\n  - {type: t, title: T}\n", "extends" },
    { "extends: nothing\ntypes:\n  - {type: t, title: T}\n", "my.yaml:3:5" },
    { "extends: script\ntypes:\n  - {title: T}\n", "“type” is missing" },
    { "extends: script\ntypes:\n  - {type: t, title: T, comands: [x]}\n", "Did you mean “commands”?" },
    { "extends: script\ntypes:\n  - {type: t, title: T, props: {x: {kind: strng, doc: d}}}\n", "types[0]" },
    { "extends: script\ntypes:\n  - {type: t, title: T, props: {x: {kind: text}}}\n", "“doc” is missing" },
    { "extends: script\ntypes: {}\n", "types" },
    { "extends: script\ntypes: [x]\n", "map" },
    { "[]\n", "map" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_plugin (cases[i].text, &error));
      g_assert_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_PLUGIN);
      g_test_message ("%s", error->message);
      if (strcmp (cases[i].part, "types[0]") != 0)
        g_assert_nonnull (strstr (error->message, cases[i].part));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plugin/compiled", test_compiled);
  g_test_add_func ("/plugin/decodes", test_decodes);
  g_test_add_func ("/plugin/errors", test_errors);
  return g_test_run ();
}
