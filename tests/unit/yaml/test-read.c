/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-limits.h"
#include "tc-yaml.h"

#include <sys/resource.h>

typedef struct
{
  TcYamlDoc *doc;
  GPtrArray *found;
} Read;

static Read *
read_text (const char *text)
{
  Read *self = g_new0 (Read, 1);

  self->found = tc_diagnostics_new ();
  self->doc = tc_yaml_read (text, strlen (text), self->found);
  return self;
}

static void
read_free (Read *self)
{
  tc_yaml_doc_unref (self->doc);
  g_ptr_array_unref (self->found);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Read, read_free)

static void
assert_json (const Read *read,
             const char *expected)
{
  const TcYamlNode *root = tc_yaml_root (read->doc);
  g_autoptr (TcValue) value = root == NULL ? tc_value_null () : tc_yaml_to_value (root);
  g_autofree char *text = tc_json_to_text (value);

  g_assert_cmpstr (text, ==, expected);
}

static const TcDiagnostic *
only (const Read *read,
      const char *code)
{
  const TcDiagnostic *found;

  for (guint i = 0; i < read->found->len; i++)
    {
      found = read->found->pdata[i];
      g_test_message ("%u:%u %s (%s) [%s]", found->span.line, found->span.column, found->message, found->hint, found->code);
    }
  g_assert_cmpuint (read->found->len, ==, 1);
  found = read->found->pdata[0];
  g_assert_cmpstr (found->code, ==, code);
  g_assert_nonnull (found->hint);
  return found;
}

static void
assert_place (TcSpan   span,
              uint32_t line,
              uint32_t column,
              uint32_t length)
{
  g_assert_cmpuint (span.line, ==, line);
  g_assert_cmpuint (span.column, ==, column);
  g_assert_cmpuint (span.length, ==, length);
}

static void
test_tree (void)
{
  g_autoptr (Read) read = read_text ("id: \u00e4\u00f6 # note\ntasks:\n  - id: a\n    list: [1, 'x']\n  - id: b\n    text: |\n      one\n      two\n\nend: {k: v}\n");
  const TcYamlNode *root = tc_yaml_root (read->doc), *tasks = tc_yaml_get (root, "tasks"), *text;

  g_assert_cmpuint (read->found->len, ==, 0);
  assert_json (read, "{\"id\":\"\u00e4\u00f6\",\"tasks\":[{\"id\":\"a\",\"list\":[1,\"x\"]},{\"id\":\"b\",\"text\":\"one\\ntwo\\n\"}],\"end\":{\"k\":\"v\"}}");
  assert_place (tc_yaml_span (tc_yaml_get (root, "id")), 1, 5, 2);
  assert_place (tc_yaml_key_span (tasks), 2, 1, 5);
  assert_place (tc_yaml_span (tc_yaml_item (tasks, 1)), 5, 5, 37);
  text = tc_yaml_get (tc_yaml_item (tasks, 1), "text");
  g_assert_cmpint (tc_yaml_style (text), ==, TC_YAML_LITERAL);
  assert_place (tc_yaml_span (text), 6, 11, 21);
  g_assert_cmpuint (tc_yaml_span (text).offset, ==, 70);
  assert_place (tc_yaml_span (tc_yaml_get (root, "end")), 10, 6, 6);
  g_assert_cmpstr (tc_yaml_key (tc_yaml_item (root, 2)), ==, "end");
  g_assert_null (tc_yaml_get (root, "nope"));
  g_assert_null (tc_yaml_get (tasks, "id"));
  g_assert_null (tc_yaml_text (tasks, NULL));
}

static void
test_line_ends (void)
{
  g_autoptr (Read) read = read_text ("a: 1\r\nb: 2\rc: 3\n");

  assert_json (read, "{\"a\":1,\"b\":2,\"c\":3}");
  assert_place (tc_yaml_span (tc_yaml_get (tc_yaml_root (read->doc), "b")), 2, 4, 1);
  g_assert_cmpuint (tc_yaml_span (tc_yaml_get (tc_yaml_root (read->doc), "b")).offset, ==, 9);
  assert_place (tc_yaml_span (tc_yaml_get (tc_yaml_root (read->doc), "c")), 3, 4, 1);
}

static void
test_byte_order_mark (void)
{
  g_autoptr (Read) read = read_text ("\uFEFFa: 1\nb: x\n");

  assert_json (read, "{\"a\":1,\"b\":\"x\"}");
  assert_place (tc_yaml_span (tc_yaml_get (tc_yaml_root (read->doc), "b")), 2, 4, 1);
  g_assert_cmpuint (tc_yaml_span (tc_yaml_get (tc_yaml_root (read->doc), "a")).offset, ==, 4);
}

static void
test_empty (void)
{
  static const char *const texts[] = { "", "\n\n", "# only a note\n", "---\n", "   ", "\uFEFF" };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (Read) read = read_text (texts[i]);

      g_assert_nonnull (read->doc);
      g_assert_cmpuint (read->found->len, ==, 0);
      assert_json (read, "null");
    }
}

static void
test_second_document (void)
{
  g_autoptr (Read) read = read_text ("---\na: 1\n---\nb: 2\n");
  g_autoptr (Read) ended = read_text ("a: 1\n...\n");

  assert_place (only (read, "yaml.document.second")->span, 3, 1, 3);
  assert_json (read, "{\"a\":1}");
  g_assert_cmpuint (ended->found->len, ==, 0);
}

static void
test_duplicates (void)
{
  g_autoptr (Read) read = read_text ("a: 1\nb:\n  - x: 1\n    y: 2\n    x: 3\n");
  g_autoptr (GString) big = g_string_new (NULL);
  g_autoptr (Read) many = NULL;

  assert_place (only (read, "yaml.key.duplicate")->span, 5, 5, 1);
  g_assert_cmpstr (only (read, "yaml.key.duplicate")->path, ==, "b[0]");
  g_assert_nonnull (strstr (only (read, "yaml.key.duplicate")->message, "'x'"));
  assert_json (read, "{\"a\":1,\"b\":[{\"x\":1,\"y\":2}]}");
  for (int i = 0; i < 100; i++)
    g_string_append_printf (big, "k%d: %d\n", i % 90, i);
  many = read_text (big->str);
  g_assert_cmpuint (many->found->len, ==, 10);
  g_assert_cmpuint (tc_yaml_length (tc_yaml_root (many->doc)), ==, 90);
  g_assert_nonnull (tc_yaml_get (tc_yaml_root (many->doc), "k89"));
}

static void
test_anchors (void)
{
  g_autoptr (Read) read = read_text ("base: &b {x: 1, y: [1]}\nother: &o {y: 2, z: 3}\nuse: *b\none:\n  <<: *b\n  x: 5\ntwo:\n  <<: [*b, *o]\n\"k\": &t text\n*t : v\n");

  g_assert_cmpuint (read->found->len, ==, 0);
  assert_json (read, "{\"base\":{\"x\":1,\"y\":[1]},\"other\":{\"y\":2,\"z\":3},\"use\":{\"x\":1,\"y\":[1]},\"one\":{\"x\":5,\"y\":[1]},"
                     "\"two\":{\"x\":1,\"y\":[1],\"z\":3},\"k\":\"text\",\"text\":\"v\"}");
  assert_place (tc_yaml_span (tc_yaml_get (tc_yaml_root (read->doc), "use")), 3, 6, 2);
}

static void
test_wrong_aliases (void)
{
  static const struct { const char *text, *code; uint32_t line, column; } cases[] = {
    { "a: *nope\n", "yaml.alias.unknown", 1, 4 },
    { "a: &x\n  b: *x\n", "yaml.alias.cycle", 2, 6 },
    { "a: &x [1]\nb:\n  <<: 5\n", "yaml.merge", 3, 7 },
    { "a: &x [1]\nb:\n  <<: *x\n", "yaml.merge", 3, 7 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Read) read = read_text (cases[i].text);
      const TcDiagnostic *found = only (read, cases[i].code);

      g_assert_cmpuint (found->span.line, ==, cases[i].line);
      g_assert_cmpuint (found->span.column, ==, cases[i].column);
    }
}

static void
test_syntax (void)
{
  static const struct { const char *text; uint32_t line, column; const char *message, *hint; } cases[] = {
    { "a: b: c\n", 1, 5, "may not stand here", "quotes" },
    { "a:\n\tb: 1\n", 2, 1, "tab", "blanks" },
    { "a: [1, 2\nb: 3\n", 2, 2, "missing here", "]" },
    { "a: {x: 1\n", 2, 1, "“}”", "}" },
    { "a: \"open\nb: 1\n", 1, 4, "never closed", "quote" },
    { "a: 'open\n", 1, 4, "never closed", "quote" },
    { "a: @x\n", 1, 4, "begin with “@”", "quotes" },
    { "a: \"\\q\"\n", 1, 5, "escape", "single quotes" },
    { "a: 1\n  b: 2\n", 2, 4, "may not stand here", "Indent" },
    { "a:\n  - x\n b: 1\n", 3, 2, "indented", "block" },
    { "a: [1, {{ x\nb: 1\n", 2, 2, NULL, NULL },
    { "a: x {{ y: 1 }}\n", 1, 10, NULL, "double quotes" },
    { "a: x\x01\n", 1, 5, "control character", "Delete" },
    { "a\n- b\nc: 1\n", 3, 2, "“:”", "Indent" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Read) read = NULL;
      const TcDiagnostic *found;

      g_test_message ("%s", cases[i].text);
      read = read_text (cases[i].text);
      found = only (read, "yaml.syntax");
      g_assert_cmpuint (found->span.line, ==, cases[i].line);
      g_assert_cmpuint (found->span.column, ==, cases[i].column);
      if (cases[i].message != NULL)
        g_assert_nonnull (strstr (found->message, cases[i].message));
      if (cases[i].hint != NULL)
        g_assert_nonnull (strstr (found->hint, cases[i].hint));
    }
}

static void
test_tree_before_error (void)
{
  g_autoptr (Read) read = read_text ("id: f\ntasks:\n  - id: a\n    type: Log\n    message: \"open\n");

  only (read, "yaml.syntax");
  assert_json (read, "{\"id\":\"f\",\"tasks\":[{\"id\":\"a\",\"type\":\"Log\"}]}");
}

static void
test_bare_expression (void)
{
  g_autoptr (Read) read = read_text ("a:\n  b: {{ inputs.x }}\nc: 1\n");
  g_autoptr (Read) more = read_text ("a: {{ x }} y\n");
  g_autoptr (Read) key = read_text ("? [a]\n: 1\n");

  assert_place (only (read, "yaml.expression.quotes")->span, 2, 6, 14);
  g_assert_cmpstr (only (read, "yaml.expression.quotes")->path, ==, "a.b");
  assert_json (read, "{\"a\":{\"b\":\"{{ inputs.x }}\"},\"c\":1}");
  only (more, "yaml.expression.quotes");
  only (key, "yaml.key.complex");
}

static void
test_invalid_utf8 (void)
{
  g_autoptr (Read) read = read_text ("a: \u00e4\nb: x\xFFy\n");
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) nul = NULL;

  assert_place (only (read, "yaml.utf8")->span, 2, 5, 1);
  assert_json (read, "{\"a\":\"\u00e4\",\"b\":\"x\uFFFDy\"}");
  nul = tc_yaml_read ("a: b\0c", 6, found);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpuint (((TcDiagnostic *) found->pdata[0])->span.column, ==, 5);
}

static char *
bomb (void)
{
  GString *text = g_string_new ("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");

  for (int i = 1; i < 30; i++)
    g_string_append_printf (text, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1, i - 1, i - 1,
                            i - 1, i - 1, i - 1, i - 1, i - 1);
  return g_string_free (text, FALSE);
}

static long
peak_kilobytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/* Ten times the budget, as the machine may be busy; sanitizers look at each of the millions of accesses. */
#ifdef __SANITIZE_ADDRESS__
#define TIME_LIMIT 150
#else
#define TIME_LIMIT 10
#endif

static void
assert_hostile (const char *text,
                size_t      length,
                const char *code)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = NULL;
  gboolean seen = code == NULL;
  double seconds;

  g_test_timer_start ();
  doc = tc_yaml_read (text, length, found);
  if (doc != NULL && tc_yaml_root (doc) != NULL)
    tc_value_unref (tc_yaml_to_value (tc_yaml_root (doc)));
  seconds = g_test_timer_elapsed ();
  g_test_message ("%s: %.2f s, %ld kB, %u findings", code, seconds, peak_kilobytes (), found->len);
  for (guint i = 0; i < found->len && !seen; i++)
    seen = g_strcmp0 (((TcDiagnostic *) found->pdata[i])->code, code) == 0;
  g_assert_true (seen);
  g_assert_cmpuint (found->len, <, 5);
  g_assert_cmpfloat (seconds, <, TIME_LIMIT);
}

static void
test_hostile (void)
{
  g_autofree char *aliases = bomb ();
  g_autofree char *brackets = g_strnfill (5000000, '['), *dashes = g_strnfill (4000000, '-'), *braces = g_strnfill (5000000, '{');
  g_autoptr (GString) flat = g_string_new ("[");
  g_autoptr (GString) keys = g_string_new (NULL);
  g_autoptr (GString) indents = g_string_new (NULL);

  assert_hostile (aliases, strlen (aliases), "yaml.limit.aliases");
  assert_hostile (brackets, strlen (brackets), "yaml.limit.depth");
  assert_hostile (braces, strlen (braces), "yaml.limit.depth");
  for (size_t i = 1; i < 4000000; i += 2)
    dashes[i] = ' ';
  assert_hostile (dashes, strlen (dashes), "yaml.limit.depth");
  for (int i = 0; i < 2000000; i++)
    g_string_append (flat, "a,\n");
  assert_hostile (flat->str, flat->len, "yaml.limit.nodes");
  for (int i = 0; i < 200000; i++)
    g_string_append_printf (keys, "key-%d: 1\n", i);
  assert_hostile (keys->str, keys->len, NULL);
  for (int i = 0; i < 3000; i++)
    {
      for (int j = 0; j < i; j++)
        g_string_append_c (indents, ' ');
      g_string_append (indents, "k:\n");
    }
  assert_hostile (indents->str, indents->len, "yaml.limit.depth");
}

static void
test_large (void)
{
  g_autoptr (GString) text = g_string_new ("tasks:\n");
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = NULL;
  g_autofree char *huge = NULL;
  const TcYamlNode *tasks;

  while (text->len < 10 * 1000 * 1000)
    g_string_append_printf (text, "  - id: task-%zu\n    type: io.kestra.plugin.core.log.Log\n    message: |\n      a line of text\n      and another one\n", text->len);
  g_test_timer_start ();
  doc = tc_yaml_read (text->str, text->len, found);
  g_test_message ("10 MB: %.2f s", g_test_timer_elapsed ());
  g_assert_cmpuint (found->len, ==, 0);
  tasks = tc_yaml_get (tc_yaml_root (doc), "tasks");
  g_assert_cmpuint (tc_yaml_length (tasks), >, 80000);
  assert_place (tc_yaml_span (tc_yaml_get (tc_yaml_item (tasks, 70000), "type")), 2 + 70000 * 5 + 1, 11, 29);
  huge = g_strnfill (TC_LIMIT_FLOW_BYTES + 1, 'a');
  g_assert_null (tc_yaml_read (huge, strlen (huge), found));
  g_assert_cmpstr (((TcDiagnostic *) found->pdata[0])->code, ==, "yaml.limit.bytes");
}

static void
assert_node_at (const Read *read,
                uint32_t    offset,
                const char *key)
{
  const TcYamlNode *node = tc_yaml_node_at (read->doc, offset);

  g_test_message ("%u", offset);
  g_assert_cmpstr (node == NULL ? "none" : tc_yaml_key (node), ==, key);
}

static void
test_node_at (void)
{
  /*                                       0         1           2             3              4          5 */
  g_autoptr (Read) read = read_text ("id: f\ntasks:\n  - id: a\n    props:\n      x: 1\n      \n    \nend: [1, {k: v}]\n");

  assert_node_at (read, 0, "id");
  assert_node_at (read, 4, "id");
  assert_node_at (read, 8, "tasks");
  assert_node_at (read, 19, "id");
  assert_node_at (read, 28, "props");
  assert_node_at (read, 40, "x");
  assert_node_at (read, 51, "props");       /* a blank line as deep as x */
  assert_node_at (read, 56, NULL);          /* as deep as props: the task, an item without key */
  assert_node_at (read, 57, "end");
  assert_node_at (read, 67, "k");
}

static void
test_random_text (void)
{
  static const char *const parts[] = { "a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "\"", "'", "|\n", ">\n", "#", "&x ", "*x", "<<: ", "{{ ", " }}", "\t", "\xC3\xA4", "\xFF", "?", "!!str ", "%", "---\n", "\\" };

  for (int round = 0; round < 20000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) found = tc_diagnostics_new ();
      g_autoptr (TcYamlDoc) doc = NULL;

      for (int i = g_test_rand_int_range (1, 14); i > 0; i--)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      doc = tc_yaml_read (text->str, text->len, found);
      if (tc_yaml_root (doc) != NULL)
        tc_value_unref (tc_yaml_to_value (tc_yaml_root (doc)));
      for (uint32_t at = 0; at <= text->len; at++)
        {
          const TcYamlNode *node = tc_yaml_node_at (doc, at);

          if (node != NULL)
            tc_yaml_locate (node, at, 1);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml/tree", test_tree);
  g_test_add_func ("/yaml/line-ends", test_line_ends);
  g_test_add_func ("/yaml/byte-order-mark", test_byte_order_mark);
  g_test_add_func ("/yaml/empty", test_empty);
  g_test_add_func ("/yaml/second-document", test_second_document);
  g_test_add_func ("/yaml/duplicates", test_duplicates);
  g_test_add_func ("/yaml/anchors", test_anchors);
  g_test_add_func ("/yaml/wrong-aliases", test_wrong_aliases);
  g_test_add_func ("/yaml/syntax", test_syntax);
  g_test_add_func ("/yaml/tree-before-error", test_tree_before_error);
  g_test_add_func ("/yaml/bare-expression", test_bare_expression);
  g_test_add_func ("/yaml/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/yaml/hostile", test_hostile);
  g_test_add_func ("/yaml/large", test_large);
  g_test_add_func ("/yaml/node-at", test_node_at);
  g_test_add_func ("/yaml/random-text", test_random_text);
  return g_test_run ();
}
