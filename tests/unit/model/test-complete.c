/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete.h"
#include "tc-flow.h"
#include "tc-plugin.h"
#include "tc-runner.h"
#include "tc-script.h"
#include "tc-tasks.h"
#include "tc-triggers.h"
#include "tc-util.h"

#include <string.h>

/* Over the real tables: what is proposed is what is checked and evaluated. The mark ¦ in a text is the caret. */

#define MARK "\u00a6"
#define HEAD "id: f\nnamespace: a.b\n"
#define LOG "type: io.kestra.plugin.core.log.Log\n"
#define SHELL "type: io.kestra.plugin.scripts.shell.Commands\n"
#define FLOW(type) "type: io.kestra.plugin.core.flow." type "\n"

static TcRegistry *types;

static TcRegistry *
load_types (void)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "shell.yaml", NULL), *text = NULL;
  TcRegistryBuilder *builder = tc_registry_builder_new ();
  g_autoptr (GError) error = NULL;
  size_t length;

  tc_registry_builder_tasks (builder, tc_task_types);
  tc_registry_builder_runners (builder, tc_runner_infos);
  tc_registry_builder_triggers (builder, tc_trigger_types);
  g_file_get_contents (file, &text, &length, &error);
  g_assert_no_error (error);
  tc_plugin_read (builder, tc_plugin_bases, file, text, length, &error);
  g_assert_no_error (error);
  return tc_registry_builder_end (builder);
}

static char *
unmark (const char *marked,
        uint32_t   *place)
{
  const char *mark = strstr (marked, MARK);
  g_autofree char *before = NULL;

  g_assert_nonnull (mark);
  before = g_strndup (marked, (gsize) (mark - marked));
  *place = (uint32_t) tc_utf8_count (before, strlen (before));
  return g_strconcat (before, mark + strlen (MARK), NULL);
}

static TcCompletion *
complete (const char *marked)
{
  static const char *const files[] = { "data/in.csv", "scripts/clean.py", NULL };
  static const char *const namespaces[] = { "a.b", "company.team", NULL };
  const TcCompleteHost host = { files, namespaces, NULL };
  uint32_t place;
  g_autofree char *text = unmark (marked, &place);
  TcCompletion *completion = tc_complete (text, strlen (text), place, types, &host);

  g_assert_cmpuint (completion->start, <=, place);
  g_assert_cmpuint (completion->end, >=, place);
  return completion;
}

static gboolean
has_label (const GPtrArray *proposals,
           const char      *label)
{
  for (guint i = 0; i < proposals->len; i++)
    if (strcmp (((const TcProposal *) proposals->pdata[i])->label, label) == 0)
      return TRUE;
  return FALSE;
}

static char *
labels_of (const GPtrArray *proposals)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < proposals->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", ((const TcProposal *) proposals->pdata[i])->label);
  return g_string_free (text, FALSE);
}

/* All that is wrong is said at once. */
static void G_GNUC_PRINTF (1, 2)
report (const char *format,
        ...)
{
  va_list values;
  g_autofree char *text = NULL;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  g_test_message ("%s", text);
  g_test_fail ();
}

/* @expected: "= a b": exactly these; "^ a b": these first; else a b are among them and !c is not. */
static void
assert_labels (const char      *text,
               const GPtrArray *proposals,
               const char      *expected)
{
  g_autofree char *got = labels_of (proposals);
  g_auto (GStrv) words = g_strsplit (expected, " ", -1);

  if (words[0] != NULL && strcmp (words[0], "=") == 0)
    {
      g_autofree char *all = g_strjoinv (" ", words + 1);

      if (strcmp (got, all) != 0)
        report ("%s\ngives: %s\ninstead of: %s", text, got, all);
      return;
    }
  for (guint i = 0, first = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      const gboolean unwanted = words[i][0] == '!', leading = strcmp (words[0], "^") == 0 && !unwanted;

      if (strcmp (words[i], "^") == 0)
        continue;
      if (leading && (first >= proposals->len || strcmp (((const TcProposal *) proposals->pdata[first++])->label, words[i]) != 0))
        report ("%s\ngives: %s\nand not among the first: %s", text, got, words[i]);
      else if (has_label (proposals, words[i] + unwanted) == unwanted)
        report ("%s\ngives: %s\nbut: %s", text, got, words[i]);
    }
}

static const struct { const char *text, *expected; } places[] = {
  /* Top level. */
  { MARK, "^ id namespace description" },
  { "i" MARK, "^ id inputs" },
  { HEAD MARK, "description tasks inputs triggers variables labels !id !namespace !taskDefaults" },
  { HEAD "ta" MARK "\n", "= tasks" },
  { HEAD "ta" MARK "sks:\n- id: a\n", "tasks !id" },
  { HEAD "tasks:\n- id: a\n  " LOG MARK, "errors finally !tasks" },
  { HEAD "\n" MARK "\n\ntasks:\n", "inputs !tasks" },
  { "# c\n" HEAD "dis" MARK, "= disabled" },
  { HEAD "disabled: " MARK, "= true false" },
  { HEAD "disabled: f" MARK "alse # why\n", "= false" },
  { HEAD "concurrency:\n  " MARK, "^ limit behavior" },
  { HEAD "concurrency:\n  behavior: " MARK "\n", "= QUEUE CANCEL FAIL" },
  { HEAD "concurrency: {" MARK "}\n", "^ limit behavior" },
  { HEAD "concurrency: {limit: 1, behavior: C" MARK "}\n", "= CANCEL" },
  { HEAD "sla:\n  - id: x\n    type: " MARK, "= MAX_DURATION EXECUTION_ASSERTION" },
  { HEAD "retry:\n  type: " MARK, "= constant exponential random" },
  { "id: f\nnamespace: " MARK, "= a.b company.team" },
  { "id: f\r\nnamespace: a.b\r\nta" MARK "\r\n", "= tasks" },
  { "description: \"\xf0\x9f\x98\x80 \xf0\x9f\x98\x80\"\nna" MARK "\n", "^ namespace" },
  { "---\nna" MARK "\n", "^ namespace" },
  /* Nothing is to be proposed. */
  { HEAD "# ta" MARK, "=" },
  { HEAD "description: so" MARK, "=" },
  { HEAD "description: |\n  ta" MARK "\n", "=" },
  { HEAD "description: |\n  one\n" MARK "\n  two\n", "=" },
  { HEAD "description: one\n  ta" MARK "\n", "=" },
  { HEAD "variables:\n  " MARK, "=" },
  { HEAD "nonsense:\n  " MARK, "=" },
  { HEAD "  " MARK "  tasks: x\n", "=" },
  { HEAD "disabled: true " MARK "\n", "=" },
  { HEAD "variables: &ba" MARK "\n", "=" },
  /* Tasks. */
  { HEAD "tasks:\n  " MARK, "^ id type" },
  { HEAD "tasks:\n  - " MARK, "^ id type" },
  { HEAD "tasks:\n- " MARK "\n", "^ id type" },
  { HEAD "tasks:\n  - id: a\n    " MARK, "^ type description disabled !id" },
  { HEAD "tasks:\n  - id: a\n    ty" MARK, "^ type" },
  { HEAD "tasks:\n  - id: a\n    ty" MARK ": x\n", "^ type" },
  { HEAD "tasks:\n  - id: a\n    type: log.L" MARK "\n", "^ io.kestra.plugin.core.log.Log" },
  { HEAD "tasks:\n  - id: a\n    type: " MARK "\n    message: x\n", "io.kestra.plugin.core.flow.Parallel io.kestra.plugin.scripts.shell.Commands !io.kestra.plugin.core.trigger.Schedule" },
  { HEAD "tasks:\n  - id: a\n    type: \"log.L" MARK "\"\n", "^ io.kestra.plugin.core.log.Log" },
  { HEAD "tasks:\n  - id: a\n    type:" MARK "\n", "io.kestra.plugin.core.log.Log" },
  { HEAD "tasks:\n  - id: a\n    " LOG "    " MARK, "^ message !type" },
  { HEAD "tasks:\n  - id: a\n    " MARK "\n    " LOG, "^ message" },
  { HEAD "tasks:\n  - id: a\n    " LOG "    level: " MARK "\n", "^ TRACE DEBUG INFO" },
  { HEAD "tasks:\n  - id: a\n    " LOG "    level:\n      " MARK "\n", "^ TRACE DEBUG INFO" },
  { HEAD "tasks:\n  - id: a\n    " LOG "    timeout: " MARK "\n", "^ PT10S PT1M" },
  { HEAD "tasks:\n  - id: a\n    " LOG "    retry:\n      " MARK, "^ type maxAttempts" },
  { HEAD "tasks:\n  - id: a\n    " LOG "    retry:\n      behavior: R" MARK, "^ RETRY_FAILED_TASK" },
  { HEAD "tasks:\n  - id: a\n    " LOG "  " MARK, "^ id type" },
  { HEAD "tasks:\n  - {id: a, " MARK "}\n", "^ type" },
  { HEAD "tasks:\n  - {id: a, type: Log" MARK "}\n", "io.kestra.plugin.core.log.Log" },
  { HEAD "base: &b\n  " LOG "tasks:\n  - <<: *b\n    " MARK, "message" },
  { HEAD "base: &b\n  x: 1\nvariables: *" MARK, "= *b" },
  { HEAD "tasks:\n  - id: a\n    " SHELL "    taskRunner:\n      " MARK, "^ type" },
  { HEAD "tasks:\n  - id: a\n    " SHELL "    taskRunner:\n      type: " MARK, "io.kestra.plugin.core.runner.Process !io.kestra.plugin.core.log.Log" },
  { HEAD "tasks:\n  - id: a\n    " SHELL "    taskRunner:\n      type: io.kestra.plugin.scripts.runner.docker.Docker\n      pull" MARK, "^ pullPolicy" },
  { HEAD "tasks:\n  - id: a\n    " SHELL "    namespaceFiles:\n      " MARK, "enabled include exclude" },
  { HEAD "tasks:\n  - id: a\n    " SHELL "    namespaceFiles:\n      include:\n        - " MARK, "= data/in.csv scripts/clean.py" },
  { HEAD "tasks:\n  - id: a\n    " SHELL "    commands:\n      - python scr" MARK "\n", "= scripts/clean.py" },
  { HEAD "tasks:\n  - id: a\n    " SHELL "    commands:\n      - |\n        cat da" MARK " | sort\n", "= data/in.csv" },
  /* Tasks in tasks. */
  { HEAD "tasks:\n  - id: a\n    " FLOW ("Parallel") "    tasks:\n      - id: b\n        " LOG "        " MARK, "^ message" },
  { HEAD "tasks:\n  - id: a\n    " FLOW ("If") "    then:\n      " MARK, "^ id type" },
  { HEAD "tasks:\n  - id: a\n    " FLOW ("If") "    " MARK, "condition then else !tasks" },
  { HEAD "tasks:\n  - id: a\n    " FLOW ("Switch") "    cases:\n      x:\n        - " MARK, "^ id type" },
  { HEAD "tasks:\n  - id: a\n    " FLOW ("Dag") "    tasks:\n      - " MARK, "= task dependsOn" },
  { HEAD "tasks:\n  - id: a\n    " FLOW ("Dag") "    tasks:\n      - task:\n          id: b\n          " LOG "      - task:\n          id: c\n        dependsOn:\n          - " MARK, "= b" },
  { HEAD "tasks:\n  - id: a\n    " FLOW ("Dag") "    tasks:\n      - task:\n          " MARK, "^ id type" },
  { HEAD "tasks:\n  - id: a\n    " FLOW ("Pause") "    onResume:\n      - id: x\n        type: B" MARK, "^ BOOL" },
  { HEAD "errors:\n  - id: e\n    " LOG "    mess" MARK, "= message" },
  /* Inputs, outputs, triggers, defaults. */
  { HEAD "inputs:\n  - " MARK, "^ id" },
  { HEAD "inputs:\n  - id: x\n    type: " MARK, "STRING SELECT FILE !ENUM !BOOLEAN" },
  { HEAD "inputs:\n  - id: x\n    type: SELECT\n    " MARK, "values defaults required !min !type" },
  { HEAD "inputs:\n  - id: x\n    type: INT\n    m" MARK, "^ min max" },
  { HEAD "inputs:\n  - id: x\n    type: INT\n  - id: y\n    type: INT\n    dependsOn:\n      inputs: [" MARK "]\n", "x y" },
  { HEAD "outputs:\n  - id: x\n    type: ST" MARK, "= STRING" },
  { HEAD "triggers:\n  - id: t\n    " MARK, "^ type" },
  { HEAD "triggers:\n  - id: t\n    type: " MARK, "io.kestra.plugin.core.trigger.Schedule !io.kestra.plugin.core.log.Log" },
  { HEAD "triggers:\n  - id: t\n    type: io.kestra.plugin.core.trigger.Schedule\n    cr" MARK, "^ cron" },
  { HEAD "triggers:\n  - id: t\n    type: io.kestra.plugin.core.trigger.Flow\n    conditions:\n      - type: " MARK, "io.kestra.plugin.core.condition.Expression" },
  { HEAD "triggers:\n  - id: t\n    type: io.kestra.plugin.core.trigger.Schedule\n    stopAfter: [S" MARK "]\n", "SUCCESS" },
  { HEAD "pluginDefaults:\n  - type: log.Log" MARK, "^ io.kestra.plugin.core.log.Log" },
  { HEAD "pluginDefaults:\n  - " LOG "    values:\n      " MARK, "message level" },
  /* Expressions. */
  { HEAD "description: \"{{ " MARK "\"\n", "inputs outputs vars trigger flow execution taskrun now secret !upper" },
  { HEAD "description: \"{{ in" MARK " }}\"\n", "^ inputs" },
  { HEAD "description: {{ in" MARK, "^ inputs" },
  { HEAD "inputs:\n  - id: one\n    type: INT\n  - id: a.b\n    type: INT\ndescription: '{{ inputs." MARK "'\n", "= one a" },
  { HEAD "inputs:\n  - id: a.b\n    type: INT\ndescription: '{{ inputs.a." MARK "'\n", "= b" },
  { HEAD "inputs:\n  - id: one\n    type: INT\ndescription: \"{{ inputs['" MARK "'] }}\"\n", "= one" },
  { HEAD "variables:\n  v:\n    w: 1\ndescription: '{{ vars." MARK "'\n", "= v" },
  { HEAD "variables:\n  v:\n    w: 1\ndescription: '{{ vars.v." MARK "'\n", "= w" },
  { HEAD "labels:\n  team: x\ndescription: '{{ labels." MARK "'\n", "= team" },
  { HEAD "description: '{{ flow." MARK "'\n", "= id namespace revision" },
  { HEAD "description: '{{ parent.task." MARK "'\n", "= id" },
  { HEAD "description: '{{ parents[0].taskrun." MARK "'\n", "= value" },
  { HEAD "tasks:\n  - id: one\n    " SHELL "  - id: two\n    " LOG "    message: \"{{ outputs." MARK "\n  - id: three\n    " LOG, "= one three" },
  { HEAD "tasks:\n  - id: one\n    " SHELL "  - id: two\n    " LOG "    message: \"{{ outputs.one." MARK "\n", "exitCode vars outputFiles" },
  { HEAD "tasks:\n  - id: one\n    " SHELL "  - id: two\n    " LOG "    message: |\n      a\n      {{ outputs['one'].ex" MARK "\n", "= exitCode" },
  { HEAD "tasks:\n  - id: one\n    " SHELL "  - id: two\n    " LOG "    message:\n      - x\n      - '{{ outputs.one[taskrun.value].ex" MARK "\n", "= exitCode" },
  { HEAD "tasks:\n  - id: one\n    " SHELL "    commands:\n      - echo \xf0\x9f\x98\x80 {{ task." MARK " }}\n", "= id type" },
  { HEAD "triggers:\n  - id: t\n    type: io.kestra.plugin.core.trigger.Schedule\ndescription: '{{ trigger." MARK "'\n", "date" },
  { HEAD "description: '{{ x | " MARK "'\n", "upper jq default !now !inputs" },
  { HEAD "description: '{{ x | up" MARK "'\n", "= upper" },
  { HEAD "description: '{{ x is " MARK "'\n", "even defined !upper" },
  { HEAD "description: '{{ x is not e" MARK "'\n", "^ empty even !upper" },
  { HEAD "description: '{{ x " MARK "'\n", "and or is !upper !inputs" },
  { HEAD "description: '{{ x and " MARK "'\n", "inputs !upper" },
  { HEAD "description: '{% " MARK "'\n", "if for set !endif" },
  { HEAD "description: '{% if a %}x{% " MARK "'\n", "^ endif elseif else" },
  { HEAD "description: '{% for each in vars %}{{ " MARK "'\n", "^ each loop" },
  { HEAD "description: '{% for each in vars %}{{ loop." MARK "'\n", "index length first last" },
  { HEAD "description: '{{ read(\"" MARK "\") }}'\n", "= data/in.csv scripts/clean.py" },
  { HEAD "description: '{{ \"in" MARK "\" }}'\n", "=" },
  { HEAD "description: '{{ a }} in" MARK "'\n", "=" },
  { HEAD "description: '{# in" MARK "'\n", "=" },
  { HEAD "description: \"{{ inputs[\\\"x\\\"] | up" MARK "\"\n", "= upper" },
};

static void
test_places (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (TcCompletion) completion = complete (places[i].text);
      g_autoptr (GPtrArray) found = tc_completion_filter (completion, completion->typed);

      assert_labels (places[i].text, found, places[i].expected);
    }
}

/* What the text is after the first proposal was taken; the mark is where the caret goes. */
static void
test_inserts (void)
{
  static const struct { const char *text, *after; } cases[] = {
    { "i" MARK, "id: " MARK },
    { "ta" MARK "sks:\n", "tasks" MARK ":\n" },
    { HEAD "con" MARK "\n", HEAD "concurrency:\n  " MARK "\n" },
    { HEAD "tas" MARK "\n", HEAD "tasks:\n  - " MARK "\n" },
    { HEAD "tasks:\n  " MARK, HEAD "tasks:\n  - id: " MARK },
    { HEAD "tasks:\n- id: a\n  " SHELL "  taskR" MARK, HEAD "tasks:\n- id: a\n  " SHELL "  taskRunner:\n    type: " MARK },
    { HEAD "tasks:\n  - id: a\n    type: core.log.L" MARK "ax\n", HEAD "tasks:\n  - id: a\n    type: io.kestra.plugin.core.log.Log" MARK "\n" },
    { HEAD "tasks:\n  - id: a\n    type: core.log.L" MARK "\n", HEAD "tasks:\n  - id: a\n    type: io.kestra.plugin.core.log.Log" MARK "\n" },
    { HEAD "disabled:" MARK "\n", HEAD "disabled: true" MARK "\n" },
    { HEAD "disabled: " MARK "false # x\n", HEAD "disabled: true" MARK " # x\n" },
    { HEAD "disabled: 'fa" MARK "lse'\n", HEAD "disabled: 'false" MARK "'\n" },
    { "description: \"\xf0\x9f\x98\x80\"\nnames" MARK "\n", "description: \"\xf0\x9f\x98\x80\"\nnamespace: " MARK "\n" },
    { HEAD "description: '{{ sec" MARK " }}'\n", HEAD "description: '{{ secret(" MARK ") }}'\n" },
    { HEAD "description: '{{ sec" MARK "(1) }}'\n", HEAD "description: '{{ secret" MARK "(1) }}'\n" },
    { HEAD "description: '{{ x | upp" MARK " }}'\n", HEAD "description: '{{ x | upper" MARK " }}'\n" },
    { HEAD "inputs:\n  - id: a-b\n    type: INT\ndescription: '{{ inputs.a" MARK " }}'\n",
      HEAD "inputs:\n  - id: a-b\n    type: INT\ndescription: '{{ inputs['a-b']" MARK " }}'\n" },
    { HEAD "tasks:\n  - id: a\n    " SHELL "    commands:\n      - cat da" MARK "\n", HEAD "tasks:\n  - id: a\n    " SHELL "    commands:\n      - cat data/in.csv" MARK "\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint32_t place;
      g_autofree char *text = unmark (cases[i].text, &place);
      g_autoptr (TcCompletion) completion = complete (cases[i].text);
      g_autoptr (GPtrArray) found = tc_completion_filter (completion, completion->typed);
      const TcProposal *first = found->len > 0 ? found->pdata[0] : NULL;
      const char *start = g_utf8_offset_to_pointer (text, completion->start), *end = g_utf8_offset_to_pointer (text, completion->end);
      g_autofree char *before = g_strndup (text, (gsize) (start - text)), *after = NULL;
      const char *caret;

      g_test_message ("%s", cases[i].text);
      g_assert_nonnull (first);
      caret = g_utf8_offset_to_pointer (first->text, g_utf8_strlen (first->text, -1) - (glong) first->back);
      after = g_strdup_printf ("%s%.*s" MARK "%s%s", before, (int) (caret - first->text), first->text, caret, end);
      g_assert_cmpstr (after, ==, cases[i].after);
    }
}

static void
test_descriptions (void)
{
  static const struct { const char *text, *word, *part; } cases[] = {
    { "i" MARK "d: f\n", "id", "Name of the flow" },
    { HEAD "tasks:\n  - id: a\n    ty" MARK "pe: io.kestra.plugin.core.log.Log\n", "type", "What the task does" },
    { HEAD "tasks:\n  - id: a\n    type: io.kestra.plu" MARK "gin.core.log.Log\n", "io.kestra.plugin.core.log.Log", "Log a message" },
    { HEAD "tasks:\n  - id: a\n    " LOG "    le" MARK "vel: INFO\n", "level", "one of TRACE, DEBUG" },
    { HEAD "description: '\xf0\x9f\x98\x80 {{ x | up" MARK "per }}'\n", "upper", "upper" },
    { HEAD "description: '{{ no" MARK "w() }}'\n", "now", "now(" },
    { HEAD "description: '{{ x is ev" MARK "en }}'\n", "even", "even" },
    { HEAD "description: '{{ exec" MARK "ution.id }}'\n", "execution", "The execution." },
    { HEAD "description: '{{ execution.i" MARK "d }}'\n", "id", "Id of the execution." },
    { HEAD "inputs:\n  - id: one\n    type: INT\n    description: How many\ndescription: '{{ inputs.o" MARK "ne }}'\n", "one", "How many" },
    { HEAD "description: so" MARK "me\n", NULL, NULL },
    { HEAD "# i" MARK "d: f\n", NULL, NULL },
    { HEAD "x" MARK "x: f\n", NULL, NULL },
    { MARK, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint32_t place;
      g_autofree char *text = unmark (cases[i].text, &place), *word = NULL;
      g_autoptr (TcDescription) found = tc_describe_at (text, strlen (text), place, types);

      g_test_message ("%s", cases[i].text);
      g_assert_true ((found == NULL) == (cases[i].word == NULL));
      if (found == NULL)
        continue;
      word = g_utf8_substring (text, found->start, found->end);
      g_assert_cmpstr (word, ==, cases[i].word);
      if (strstr (found->text, cases[i].part) == NULL)
        g_error ("%s\nsays: %s\nwithout: %s", cases[i].text, found->text, cases[i].part);
    }
}

/* At every place of every text of the table: it ends, and what it replaces holds the caret. */
static void
test_everywhere (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      uint32_t mark;
      g_autofree char *text = unmark (places[i].text, &mark);
      const uint32_t n = (uint32_t) tc_utf8_count (text, strlen (text));

      for (uint32_t place = 0; place <= n; place++)
        {
          g_autoptr (TcCompletion) completion = tc_complete (text, strlen (text), place, types, NULL);
          g_autoptr (TcDescription) description = tc_describe_at (text, strlen (text), place, types);

          g_assert_cmpuint (completion->start, <=, place);
          g_assert_cmpuint (completion->end, >=, place);
          g_assert_cmpuint (completion->end, <=, n);
          if (description != NULL)
            g_assert_cmpuint (description->end, <=, n);
        }
    }
}

/* While a long flow is typed, an answer must come within a few frames. */
static void
test_long_flow (void)
{
  g_autoptr (GString) text = g_string_new (HEAD "tasks:\n");
  g_autoptr (TcCompletion) completion = NULL;

  for (int i = 0; i < 1500; i++)
    g_string_append_printf (text, "  - id: task%d\n    " LOG "    message: \"{{ outputs.task%d.value }} # no comment\"\n", i, i);
  g_string_append (text, "  - id: last\n    " LOG "    message: '{{ outputs.");
  completion = tc_complete (text->str, text->len, (uint32_t) text->len, types, NULL);
  g_assert_cmpuint (completion->proposals->len, ==, 1500);
}

/* What the findings of a flow say to write instead: "wrong>right" each; the wrong word stands in the finding's span. */
static char *
corrections (const char *text)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcFlow) flow = tc_flow_compile (text, strlen (text), types, found);
  GString *out = g_string_new (NULL);

  g_assert_nonnull (flow);
  for (guint i = 0; i < found->len; i++)
    {
      const TcDiagnostic *item = found->pdata[i];
      g_autofree char *place = NULL;

      if (item->right == NULL)
        continue;
      place = g_utf8_substring (text, item->span.offset, item->span.offset + item->span.length);
      if (strstr (place, item->wrong) == NULL)
        report ("%s\n“%s” is not in “%s”", text, item->wrong, place);
      g_string_append_printf (out, "%s%s>%s", out->len > 0 ? " " : "", item->wrong, item->right);
    }
  return g_string_free (out, FALSE);
}

static void
test_corrections (void)
{
  static const struct { const char *text, *corrections; } cases[] = {
    { HEAD "tasks:\n  - id: a\n    " LOG "    mesage: x\n", "mesage>message" },
    { HEAD "descripton: \xf0\x9f\x98\x80\ntasks:\n  - id: a\n    type: \"io.kestra.plugin.core.log.Lg\"\n",
      "descripton>description io.kestra.plugin.core.log.Lg>io.kestra.plugin.core.log.Log" },
    { HEAD "tasks:\n  - id: a\n    type: io.kestra.core.tasks.log.Log\n    message: x\n", "io.kestra.core.tasks.log.Log>io.kestra.plugin.core.log.Log" },
    { HEAD "tasks:\n  - id: a\n    " LOG "    message: x\n    level: INFOO\n", "INFOO>INFO" },
    { HEAD "tasks:\n  - id: a\n    " LOG "    message: '{{ x | uper }} {{ nov() }} {{ x is evn }}'\n", "uper>upper nov>now evn>even" },
    { HEAD "inputs:\n  - id: name\n    type: STRNG\ntasks:\n  - id: a\n    " LOG "    message: '{{ inputs.nme }}'\n",
      "STRNG>STRING nme>name" },
    { HEAD "inputs:\n  - id: name\n    type: BOOLEAN\ntasks:\n  - id: a\n    " LOG "    message: x\n", "BOOLEAN>BOOL" },
    { HEAD "tasks:\n  - id: a\n    " LOG "    message: x\ntaskDefaults: []\n", "taskDefaults>pluginDefaults" },
    { HEAD "tasks:\n  - id: a\n    " LOG "    message: x\ntriggers:\n  - id: t\n    type: io.kestra.plugin.core.trigger.Schedul\n",
      "io.kestra.plugin.core.trigger.Schedul>io.kestra.plugin.core.trigger.Schedule" },
    { HEAD "tasks:\n  - id: a\n    " SHELL "    commands: [a]\n    taskRunner:\n      type: io.kestra.plugin.core.runner.Proces\n",
      "io.kestra.plugin.core.runner.Proces>io.kestra.plugin.core.runner.Process" },
    { HEAD "tasks:\n  - id: a\n    " LOG "    message: x\n    zzzzzz: 1\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = corrections (cases[i].text);

      if (strcmp (got, cases[i].corrections) != 0)
        report ("%s\ngives: %s\ninstead of: %s", cases[i].text, got, cases[i].corrections);
    }
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  types = load_types ();
  g_test_add_func ("/model/complete/places", test_places);
  g_test_add_func ("/model/complete/inserts", test_inserts);
  g_test_add_func ("/model/complete/descriptions", test_descriptions);
  g_test_add_func ("/model/complete/corrections", test_corrections);
  g_test_add_func ("/model/complete/everywhere", test_everywhere);
  g_test_add_func ("/model/complete/long-flow", test_long_flow);
  result = g_test_run ();
  tc_registry_unref (types);
  return result;
}
