/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-job.h"

#include "tc-json.h"
#include "tc-script.h"

#include <string.h>

#define PROCESS "taskRunner: {type: io.kestra.plugin.core.runner.Process}\n"
#define SHELL "id: t\ntype: io.kestra.plugin.scripts.shell.Commands\n" PROCESS

static TcRunSpec *
spec_of (FakeJob    *job,
         const char *yaml)
{
  g_autoptr (GError) error = NULL;
  TcRunSpec *spec = fake_job_spec (job, yaml, &error);

  g_assert_no_error (error);
  g_assert_nonnull (spec);
  return spec;
}

static const char *
arg (const TcRunSpec *spec,
     guint            i)
{
  g_assert_cmpuint (i, <, spec->argv->len);
  return spec->argv->pdata[i];
}

static const char *
variable (const TcRunSpec *spec,
          const char      *key)
{
  const char *found = NULL;

  for (guint i = 0; i < spec->env->len; i++)
    if (g_str_has_prefix (spec->env->pdata[i], key) && ((char *) spec->env->pdata[i])[strlen (key)] == '=')
      found = (char *) spec->env->pdata[i] + strlen (key) + 1;
  return found;
}

static const TcFileIn *
file (const TcRunSpec *spec,
      const char      *ending)
{
  for (guint i = 0; i < spec->files->len; i++)
    {
      const TcFileIn *in = spec->files->pdata[i];

      if (g_str_has_suffix (in->path, ending))
        return in;
    }
  return NULL;
}

static void
assert_fails (const char *yaml,
              const char *part)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TcRunSpec) spec = fake_job_spec (job, yaml, &error);

  g_assert_null (spec);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_shell_commands (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, SHELL "commands: ['echo {{ x }}', 'cd {{ workingDir }}']\nbeforeCommands: [set -u]\nenv: {A: '{{ x }}', N: 5, NO: null}\n");
  g_autofree char *text = g_strdup_printf ("set -e\nset -u\necho X\ncd %s", job->directory);

  g_assert_cmpuint (spec->argv->len, ==, 3);
  g_assert_cmpstr (arg (spec, 0), ==, "/bin/sh");
  g_assert_cmpstr (arg (spec, 1), ==, "-c");
  g_assert_cmpstr (arg (spec, 2), ==, text);
  g_assert_cmpstr (variable (spec, "A"), ==, "X");
  g_assert_cmpstr (variable (spec, "N"), ==, "5");
  g_assert_null (variable (spec, "NO"));
  g_assert_cmpstr (variable (spec, "WORKING_DIR"), ==, job->directory);
  g_assert_null (variable (spec, "OUTPUT_DIR"));
  g_assert_cmpstr (spec->directory, ==, job->directory);
  g_assert_true (spec->inherit_env);
  g_assert_null (spec->image);
  g_assert_nonnull (strstr (job->log->str, "DEBUG Using task runner 'io.kestra.plugin.core.runner.Process'"));
}

static void
test_default_runner (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.shell.Commands\ncommands: [ls]\n");
  g_autoptr (TcRunSpec) image = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.shell.Commands\ncommands: [ls]\ncontainerImage: 'a/{{ x }}'\n");

  g_assert_cmpstr (tc_value_get_str (spec->runner, "type"), ==, TC_RUNNER_DOCKER);
  g_assert_cmpstr (spec->image, ==, "ubuntu");
  g_assert_cmpstr (image->image, ==, "a/X");
  g_assert_false (spec->inherit_env);
}

static void
test_old_runners (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) process = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.shell.Commands\nrunner: PROCESS\ncommands: [ls]\n");
  g_autoptr (TcRunSpec) docker = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.shell.Commands\ndocker: {image: old, dockerHost: unix:///x}\ncontainerImage: new\ncommands: [ls]\n");

  g_assert_cmpstr (tc_value_get_str (process->runner, "type"), ==, TC_RUNNER_PROCESS);
  g_assert_nonnull (process->output_dir);
  g_assert_cmpstr (variable (process, "OUTPUT_DIR"), ==, process->output_dir);
  g_assert_true (g_file_test (process->output_dir, G_FILE_TEST_IS_DIR));
  g_assert_cmpstr (tc_value_get_str (docker->runner, "type"), ==, TC_RUNNER_DOCKER);
  g_assert_cmpstr (tc_value_get_str (docker->runner, "host"), ==, "unix:///x");
  g_assert_cmpstr (docker->image, ==, "old");
}

static void
test_interpreters (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) python = spec_of (job, SHELL "interpreter: [python3, -c]\nfailFast: false\ncommands: ['print(1)', 'print(2)']\n");
  g_autoptr (TcRunSpec) none = spec_of (job, SHELL "interpreter: []\ncommands: [ls, '{{ x }}']\n");
  g_autoptr (TcRunSpec) shell = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.powershell.Commands\n" PROCESS "commands: [ls]\n");
  g_autoptr (TcRunSpec) perl = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.perl.Commands\n" PROCESS "commands: [ls]\n");
  g_autoptr (TcRunSpec) empty = spec_of (job, SHELL "commands: []\n");

  g_assert_cmpstr (arg (python, 0), ==, "python3");
  g_assert_cmpstr (arg (python, 2), ==, "print(1)\nprint(2)");
  g_assert_cmpuint (none->argv->len, ==, 2);
  g_assert_cmpstr (arg (none, 1), ==, "X");
  g_assert_cmpstr (arg (shell, 0), ==, "pwsh");
  g_assert_cmpstr (arg (shell, 4), ==, "$ErrorActionPreference = 'Stop'\nls");
  g_assert_cmpstr (arg (perl, 2), ==, "ls");
  g_assert_cmpstr (arg (empty, 2), ==, "set -e");
}

static void
test_commands_as_expression (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, SHELL "commands: \"{{ ['echo one', 'echo two'] }}\"\noutputFiles: \"{{ ['a.txt', 'd/*.csv'] }}\"\n");

  g_assert_cmpstr (arg (spec, 2), ==, "set -e\necho one\necho two");
  g_assert_cmpuint (spec->outputs->len, ==, 2);
  assert_fails (SHELL "commands: '{{ x }}'\n", "commands");
}

static void
test_shell_script (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.shell.Script\n" PROCESS "script: |\n  echo {{ x }}\n  echo '{{ '{{ y }}' }}'\n");

  /* What an expression gives is not rendered a second time. */
  g_assert_cmpstr (arg (spec, 2), ==, "set -e\necho X\necho '{{ y }}'\n");
  g_assert_cmpuint (spec->files->len, ==, 0);
}

static void
test_large_script (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *filler = g_strnfill (140000, 'x'), *yaml = g_strdup_printf ("id: t\ntype: io.kestra.plugin.scripts.shell.Script\n" PROCESS "script: '# %s'\n", filler);
  g_autoptr (TcRunSpec) spec = spec_of (job, yaml);
  const TcFileIn *in = file (spec, ".sh");

  g_assert_cmpuint (spec->argv->len, ==, 2);
  g_assert_nonnull (in);
  g_assert_true (g_str_has_prefix (arg (spec, 1), job->directory) && g_str_has_suffix (arg (spec, 1), in->path));
  g_assert_cmpuint (tc_value_length (in->text), >, 140000);
}

static void
test_python (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.python.Script\nenv: {PYTHONUNBUFFERED: no, A: b}\nscript: 'print(\"{{ x }}\")'\n");
  const TcFileIn *in = file (spec, ".py");
  g_autofree char *line = g_strdup_printf ("set -e\nif [ -n \"$VIRTUAL_ENV\" ]; then \"$VIRTUAL_ENV/bin/python\" \"%s/%s\"; else \"python\" \"%s/%s\"; fi",
                                           job->directory, in->path, job->directory, in->path);

  g_assert_cmpstr (tc_value_get_text (in->text), ==, "true = True\nfalse = False\nnull = None\nprint(\"X\")");
  g_assert_cmpuint (strspn (in->path, "0123456789"), ==, strlen (in->path) - 3);
  g_assert_cmpstr (arg (spec, 2), ==, line);
  g_assert_cmpstr (spec->image, ==, "python:3.13-slim");
  g_assert_cmpstr (variable (spec, "PYTHONUNBUFFERED"), ==, "true");
  g_assert_cmpstr (variable (spec, "A"), ==, "b");
  g_assert_null (variable (spec, "PYTHONPATH"));
  g_assert_cmpuint (spec->files->len, ==, 1);
}

static void
test_python_dependencies (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.python.Commands\ndependencies: [requests, 'pandas>=2']\ncommands: [python a.py]\n");
  g_autoptr (TcRunSpec) local = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.python.Script\n" PROCESS "pythonVersion: '9.99'\nscript: x\n");

  g_assert_cmpstr (tc_value_get_text (file (spec, "requirements.txt")->text), ==, "requests\npandas>=2");
  g_assert_nonnull (strstr (arg (spec, 2), "pip install --quiet"));
  g_assert_true (g_str_has_suffix (arg (spec, 2), "fi\npython a.py"));
  g_assert_true (g_str_has_suffix (variable (spec, "PYTHONPATH"), "/.kestra_additional_python_lib"));
  g_assert_null (strstr (arg (local, 2), "python9.99"));
}

/* Installed packages are kept by what they depend on. */
static void
test_python_cache (void)
{
  static const char *const tasks[] = {
    "id: t\ntype: io.kestra.plugin.scripts.python.Commands\ndependencies: [a, b]\ncommands: [x]\n",
    "id: t\ntype: io.kestra.plugin.scripts.python.Commands\ndependencies: [a, c]\ncommands: [x]\n",
    "id: t\ntype: io.kestra.plugin.scripts.python.Commands\ndependencies: [a, b]\ncontainerImage: python:3.12\ncommands: [x]\n",
    "id: t\ntype: io.kestra.plugin.scripts.python.Commands\n" PROCESS "dependencies: [a, b]\ncommands: [x]\n",
  };
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (TcRunSpec) off = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.python.Commands\ndependencies: [a]\ndependencyCacheEnabled: false\ncommands: [x]\n");
  g_autoptr (TcRunSpec) none = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.python.Commands\ncommands: [x]\n");

  g_assert_null (off->cache_file);
  g_assert_null (none->cache_file);
  for (size_t i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_autoptr (TcRunSpec) spec = spec_of (job, tasks[i]), again = spec_of (job, tasks[i]);

      g_assert_cmpstr (spec->cache_path, ==, ".kestra_additional_python_lib");
      g_assert_cmpstr (spec->cache_file, ==, again->cache_file);
      g_assert_true (g_hash_table_add (seen, g_strdup (spec->cache_file)));
    }
}

static void
test_languages (void)
{
  static const struct { const char *language, *ending, *command, *image; } languages[] = {
    { "node", ".js", "node ", "node" }, { "r", ".R", "Rscript ", "r-base" }, { "julia", ".jl", "julia ", "julia" },
    { "ruby", ".rb", "ruby ", "ruby" }, { "go", ".go", "go run ", "golang" }, { "bun", ".ts", "bun run ", "oven/bun" },
    { "deno", ".ts", "deno run ", "denoland/deno" }, { "lua", ".lua", "lua ", "nickblah/lua" }, { "perl", ".pl", "perl ", "perl" },
    { "php", ".php", "php ", "php" }, { "groovy", ".groovy", "groovy ", "groovy" }, { "jbang", ".java", "jbang --quiet ", "jbangdev/jbang-action" },
    { "dotnet", ".csx", "dotnet-script ", "mcr.microsoft.com/dotnet/sdk:10.0" }, { "powershell", ".ps1", "", "ghcr.io/kestra-io/powershell:latest" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *script = g_strdup_printf ("id: t\ntype: io.kestra.plugin.scripts.%s.Script\nscript: text\n", languages[i].language);
      g_autofree char *commands = g_strdup_printf ("id: t\ntype: io.kestra.plugin.scripts.%s.Commands\ncommands: [one]\n", languages[i].language);
      g_autoptr (TcRunSpec) spec = spec_of (job, script), plain = spec_of (job, commands);
      const TcFileIn *in = file (spec, languages[i].ending);
      g_autofree char *line = NULL;

      g_test_message ("%s", languages[i].language);
      g_assert_nonnull (in);
      g_assert_cmpstr (tc_value_get_text (in->text), ==, "text");
      line = g_strdup_printf ("\n%s%s/%s", languages[i].command, job->directory, in->path);
      g_assert_true (g_str_has_suffix (arg (spec, spec->argv->len - 1), line));
      g_assert_cmpstr (spec->image, ==, languages[i].image);
      g_assert_true (g_str_has_suffix (arg (plain, plain->argv->len - 1), "one"));
    }
}

static void
test_plugin_runner_defaults (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.groovy.Commands\ncommands: [ls]\n");
  g_autoptr (TcRunSpec) process = spec_of (job, "id: t\ntype: io.kestra.plugin.scripts.groovy.Commands\n" PROCESS "commands: [ls]\n");

  g_assert_cmpstr (tc_value_get_str (spec->runner, "user"), ==, "root");
  g_assert_null (tc_value_get (process->runner, "user"));
}

static void
test_command_line_tools (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) aws = spec_of (job, "type: io.kestra.plugin.aws.cli.AwsCLI\ncommands: [aws s3 ls]\naccessKeyId: A\nregion: r\nstsRoleArn: arn\nenv: {AWS_ACCESS_KEY_ID: B}\n");
  g_autoptr (TcRunSpec) dbt = spec_of (job, "type: io.kestra.plugin.dbt.cli.DbtCLI\ncommands: [dbt build]\nprofiles: 'p: {{ x }}'\n");
  g_autoptr (TcRunSpec) azure = spec_of (job, "type: io.kestra.plugin.azure.cli.AzCLI\ncommands: [az version]\nusername: u\npassword: secret\ntenant: t\n");
  g_autoptr (TcRunSpec) cloud = spec_of (job, "type: io.kestra.plugin.gcp.cli.GCloudCLI\ncommands: [gcloud version]\nserviceAccount: '{}'\nprojectId: p\n");

  g_assert_cmpstr (arg (aws, 2), ==, "aws configure set role_arn arn\naws s3 ls");
  g_assert_cmpstr (variable (aws, "AWS_ACCESS_KEY_ID"), ==, "B");
  g_assert_cmpstr (variable (aws, "AWS_DEFAULT_REGION"), ==, "r");
  g_assert_cmpstr (variable (aws, "AWS_DEFAULT_OUTPUT"), ==, "json");
  g_assert_null (variable (aws, "AWS_SESSION_TOKEN"));
  g_assert_cmpstr (tc_value_get_text (file (dbt, "profiles.yml")->text), ==, "p: X");
  g_assert_nonnull (strstr (arg (azure, 2), "--password \"$AZ_LOGIN_PASSWORD\" --tenant"));
  g_assert_null (strstr (arg (azure, 2), "secret"));
  g_assert_cmpstr (tc_value_get_text (file (cloud, ".gcp-service-account.json")->text), ==, "{}");
}

static void
test_input_files (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = NULL, json = NULL;

  fake_job_answer (job, "uri.path", "\"/data/file\"");
  spec = spec_of (job, SHELL "commands: [ls]\ninputFiles: {a.txt: 'hi {{ x }}', 'd/{{ x }}.txt': 5, b: 'kestra:///n/f.csv', none: null, o: {k: [1]}}\n");
  g_assert_cmpuint (spec->files->len, ==, 4);
  g_assert_cmpstr (tc_value_get_text (file (spec, "a.txt")->text), ==, "hi X");
  g_assert_cmpstr (tc_value_get_text (file (spec, "d/X.txt")->text), ==, "5");
  g_assert_cmpstr (tc_value_get_text (file (spec, "o")->text), ==, "{\"k\":[1]}");
  g_assert_cmpstr (file (spec, "b")->source, ==, "/data/file");
  g_assert_null (file (spec, "b")->text);
  g_assert_nonnull (strstr (job->log->str, "TRACE Provided 5 input(s)."));
  json = spec_of (job, SHELL "commands: [ls]\ninputFiles: '{\"e.txt\": null, \"f.txt\": \"{{ x }}\"}'\n");
  g_assert_cmpstr (tc_value_get_text (file (json, "e.txt")->text), ==, "");
  g_assert_cmpstr (tc_value_get_text (file (json, "f.txt")->text), ==, "X");
  assert_fails (SHELL "commands: [ls]\ninputFiles: {../x: a}\n", "../x");
  assert_fails (SHELL "commands: [ls]\ninputFiles: {/etc/x: a}\n", "/etc/x");
  assert_fails (SHELL "commands: [ls]\ninputFiles: {a: 'kestra:///gone'}\n", "input file “a”");
}

static void
test_uris_in_commands (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = NULL;
  g_autofree char *text = NULL;

  fake_job_answer (job, "uri.path", "\"/data/file\"");
  spec = spec_of (job, SHELL "commands: ['cat kestra:///a/b%20c.csv, \"kestra:///x.csv\"']\nenv: {U: 'kestra:///e'}\n");
  g_assert_cmpuint (spec->files->len, ==, 2);
  text = g_strdup_printf ("set -e\ncat %s/%s, \"%s/%s\"", job->directory, ((TcFileIn *) spec->files->pdata[0])->path, job->directory,
                          ((TcFileIn *) spec->files->pdata[1])->path);
  g_assert_cmpstr (arg (spec, 2), ==, text);
  g_assert_cmpstr (variable (spec, "U"), ==, "kestra:///e");
  g_assert_cmpstr (job->calls->pdata[0], ==, "uri.path {\"uri\":\"kestra:///a/b%20c.csv\"}");
}

static void
test_output_files (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = spec_of (job, SHELL "outputFiles: [out.txt, '*.csv']\noutputDirectory: true\ncommands: ['echo > {{ outputFiles[\"out.txt\"] }}', 'ls {{ outputDir }}']\n");
  g_autofree char *text = g_strdup_printf ("set -e\necho > %s/out.txt\nls %s", job->directory, spec->output_dir);

  g_assert_cmpstr (arg (spec, 2), ==, text);
  g_assert_cmpstr (spec->outputs->pdata[1], ==, "*.csv");
}

static void
test_namespace_files (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcRunSpec) spec = NULL, kept = NULL, off = NULL;
  g_autofree char *there = g_build_filename (job->directory, "a.py", NULL);
  g_autoptr (GError) error = NULL;

  fake_job_answer (job, "namespace.files", "[{\"path\":\"a.py\",\"source\":\"/s/a\"},{\"path\":\"d/b.sql\",\"source\":\"/s/b\"}]");
  spec = spec_of (job, SHELL "commands: [ls]\nnamespaceFiles: {include: '*.py', exclude: [x]}\ninputFiles: {a.py: mine}\n");
  g_assert_cmpstr (job->calls->pdata[0], ==, "namespace.files {\"include\":[\"*.py\"],\"exclude\":[\"x\"],\"folderPerNamespace\":false}");
  g_assert_cmpuint (spec->files->len, ==, 2);
  g_assert_cmpstr (tc_value_get_text (file (spec, "a.py")->text), ==, "mine");
  g_assert_cmpstr (file (spec, "d/b.sql")->source, ==, "/s/b");
  g_assert_true (g_file_set_contents (there, "old", 3, NULL));
  kept = spec_of (job, SHELL "commands: [ls]\nnamespaceFiles: {ifExists: IGNORE}\n");
  g_assert_null (file (kept, "a.py"));
  g_assert_null (fake_job_spec (job, SHELL "commands: [ls]\nnamespaceFiles: {ifExists: FAIL}\n", &error));
  g_assert_nonnull (strstr (error->message, "a.py"));
  off = spec_of (job, SHELL "commands: [ls]\nnamespaceFiles: {enabled: false}\n");
  g_assert_cmpuint (off->files->len, ==, 0);
}

static void
test_errors (void)
{
  assert_fails (SHELL "commands: ['{{ nope.x }}']\n", "commands");
  assert_fails (SHELL "commands: [ls]\nenv: '{{ x }}'\n", "env");
  assert_fails (SHELL "commands: [ls]\nfailFast: maybe\n", "failFast");
  assert_fails ("id: t\ntype: io.kestra.plugin.scripts.python.Script\n" PROCESS "script: null\n", "script");
}

/* Every text of every type renders without its optional properties. */
static void
test_examples (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  guint n = 0;

  for (const char *const *type = tc_registry_task_types (job->types); *type != NULL; type++)
    {
      const TcTaskClass *klass = tc_registry_task (job->types, *type, NULL);

      for (size_t i = 0; klass->kind == TC_TASK_RUN && klass->info.examples != NULL && klass->info.examples[i] != NULL; i++, n++)
        {
          g_autoptr (FakeJob) fresh = fake_job_new ();
          g_autoptr (TcRunSpec) spec = NULL;
          g_autoptr (TcValue) flow = tc_value_map_of ("id", tc_value_string ("f"), NULL);
          TcValue *with = tc_value_with (fresh->context, "flow", flow);

          g_test_message ("%s", klass->info.examples[i]);
          tc_value_unref (fresh->context);
          fresh->context = with;
          fake_job_answer (fresh, "namespace.files", "[]");
          spec = spec_of (fresh, klass->info.examples[i]);
          g_assert_cmpuint (spec->argv->len, >, 0);
        }
    }
  g_assert_cmpuint (n, >=, 32);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/script/shell-commands", test_shell_commands);
  g_test_add_func ("/script/default-runner", test_default_runner);
  g_test_add_func ("/script/old-runners", test_old_runners);
  g_test_add_func ("/script/interpreters", test_interpreters);
  g_test_add_func ("/script/commands-as-expression", test_commands_as_expression);
  g_test_add_func ("/script/shell-script", test_shell_script);
  g_test_add_func ("/script/large-script", test_large_script);
  g_test_add_func ("/script/python", test_python);
  g_test_add_func ("/script/python-dependencies", test_python_dependencies);
  g_test_add_func ("/script/python-cache", test_python_cache);
  g_test_add_func ("/script/languages", test_languages);
  g_test_add_func ("/script/plugin-runner-defaults", test_plugin_runner_defaults);
  g_test_add_func ("/script/command-line-tools", test_command_line_tools);
  g_test_add_func ("/script/input-files", test_input_files);
  g_test_add_func ("/script/uris-in-commands", test_uris_in_commands);
  g_test_add_func ("/script/output-files", test_output_files);
  g_test_add_func ("/script/namespace-files", test_namespace_files);
  g_test_add_func ("/script/errors", test_errors);
  g_test_add_func ("/script/examples", test_examples);
  return g_test_run ();
}
