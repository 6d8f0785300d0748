/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml-sketch.h"

#include <string.h>

/* "key" or "-" of each node from the top, with the form of the last one's value. */
static void
write_path (GString            *out,
            const TcSketchNode *nodes,
            int                 node)
{
  if (node < 0)
    return;
  write_path (out, nodes, nodes[node].parent);
  g_string_append_printf (out, "/%s", nodes[node].is_item ? "-" : nodes[node].key);
}

static char *
shape_of (const char *text)
{
  static const char *const forms[] = { "", "plain", "quoted", "block", "alias", "list", "map" };
  g_autoptr (TcYamlSketch) sketch = tc_yaml_sketch_new (text, strlen (text), strlen (text));
  GString *out = g_string_new (NULL);
  size_t n;
  const TcSketchNode *nodes = tc_yaml_sketch_nodes (sketch, &n);

  for (size_t i = 0; i < n; i++)
    {
      write_path (out, nodes, (int) i);
      g_string_append_printf (out, "=%s ", forms[nodes[i].form]);
    }
  return g_string_free (out, FALSE);
}

static void
test_shapes (void)
{
  static const struct { const char *text, *shape; } cases[] = {
    { "", "" },
    { "a: 1\n", "/a=plain " },
    { "a:\n- b: 1\n  c: 2\n- d\n", "/a= /a/-= /a/-/b=plain /a/-/c=plain /a/-=plain " },
    { "a:\n  - - x\n    - y\n", "/a= /a/-= /a/-/-=plain /a/-/-=plain " },
    { "a: |\n  b: c\n\n  # no comment\nd: >-\n  e\n", "/a=block /d=block " },
    { "- |\n  b: c\n- d\n", "/-=block /-=plain " },
    { "a: 'it''s: x' # y: z\nb: \"q\\\": r\"\n", "/a=quoted /b=quoted " },
    { "a: \"open\nb: 1\n", "/a=quoted /b=plain " },
    { "a: \"two\n  lines: x\"\nb: 1\n", "/a=quoted /b=plain " },
    { "a: [x, y: 1, {z: 2, w}, \"v\"]\n", "/a=list /a/-=plain /a/-= /a/-/y=plain /a/-=map /a/-/z=plain /a/-/w= /a/-=quoted " },
    { "a: [\n  x,\n  y\n]\nb: 1\n", "/a=list /a/-=plain /a/-=plain /b=plain " },
    { "a: {b: [1\nc: 2\n", "/a=map /a/b=list /a/b/-=plain /c=plain " },
    { "a: {{ b }}\nc: {% if x: y %}\n", "/a=plain /c=plain " },
    { "a: &n !t\n  b: 1\nc: *n\n", "/a= /a/b=plain /c=alias " },
    { "---\na: 1\n---\nb: 2\n", "/a=plain /b=plain " },
    { "a:\n  'b c': 1\n  \"d\": 2\n", "/a= /a/b c=plain /a/d=plain " },
    { "a: b\n  c d\n  e\nf: 1\n", "/a=plain /f=plain " },
    { "a: 1\r\nb:\r\n  - c: 2\r\nd: |\r\n  e\r\nf: 3\r\n", "/a=plain /b= /b/-= /b/-/c=plain /d=block /f=plain " },
    { "u: http://x\n- a: b:c\n", "/u=plain /u/-= /u/-/a=plain " },
    { "tasks:\n  - id: a\n    typ\n    x: 1\n", "/tasks= /tasks/-= /tasks/-/id=plain /tasks/-/x=plain " },
    { "a: ]\nb: [ }\nc: 1\n", "/a=plain /b=list /c=plain " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shape = shape_of (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (shape, ==, cases[i].shape);
    }
}

/* Where reading up to the mark ends: "where path start-of-token flags". */
static char *
end_of (const char *marked)
{
  static const char *const wheres[] = { "nothing", "key", "value", "text" };
  const char *mark = strstr (marked, "\u00a6");
  const size_t upto = (size_t) (mark - marked);
  g_autofree char *before = g_strndup (marked, upto), *text = g_strconcat (before, mark + strlen ("\u00a6"), NULL);
  g_autoptr (TcYamlSketch) sketch = tc_yaml_sketch_new (text, strlen (text), upto);
  const TcSketchEnd *end = tc_yaml_sketch_end (sketch);
  GString *out = g_string_new (wheres[end->where]);
  size_t n;

  g_string_append_c (out, ' ');
  if (end->where != TC_SKETCH_AT_NOTHING)
    write_path (out, tc_yaml_sketch_nodes (sketch, &n), end->node);
  if (end->where != TC_SKETCH_AT_NOTHING)
    g_string_append_printf (out, " <%.*s>", (int) (upto - end->start), text + end->start);
  g_string_append_printf (out, "%s%s%s%s", end->fresh ? " fresh" : "", end->dashed ? " dashed" : "", end->in_brackets ? " brackets" : "",
                          end->tight ? " tight" : "");
  if (end->quote != 0)
    g_string_append_printf (out, " %c", end->quote);
  return g_string_free (out, FALSE);
}

static void
test_ends (void)
{
  static const struct { const char *text, *end; } cases[] = {
    { "\u00a6", "key  <>" },
    { "na\u00a6", "key  <na>" },
    { "na\u00a6me: x\n", "key  <na>" },
    { "a:\u00a6", "value /a <> tight" },
    { "a: \u00a6\nb: 1\n", "value /a <>" },
    { "a: b c\u00a6d\n", "value /a <b c>" },
    { "a: b # c\u00a6", "nothing " },
    { "# a: \u00a6", "nothing " },
    { "a:\n  \u00a6\nb: 1\n", "key /a <>" },
    { "a:\n- \u00a6", "key /a/- <> fresh dashed" },
    { "a:\n-\u00a6", "key /a/- <> fresh dashed tight" },
    { "a:\n- b\u00a6", "key /a/- <b> fresh dashed" },
    { "a:\n- b: 1\n  c\u00a6", "key /a/- <c>" },
    { "a:\n- b: 1\n\u00a6", "key  <>" },
    { "a: |\n  b: \u00a6\n", "text /a <  b: >" },
    { "a: |\n  b\n    \u00a6\nc: 1\n", "text /a <  b\n    >" },
    { "a: |\n  b\n\u00a6\nc: 1\n", "key  <>" },
    { "a: \"b \u00a6\nc: 1\n", "value /a <b > \"" },
    { "a: 'b'\u00a6\n", "nothing " },
    { "a: [b, \u00a6]\n", "key /a/- <> fresh brackets" },
    { "a: {b\u00a6}\n", "key /a <b> brackets" },
    { "a: {b: \u00a6}\n", "value /a/b <> brackets" },
    { "a: {b: 'c\u00a6'}\n", "value /a/b <c> brackets '" },
    { "a: b\n  c \u00a6\n", "text /a <b\n  c >" },
    { "a: {{ x.\u00a6\n", "value /a <{{ x.>" },
    { "a: http:\u00a6//x\n", "value /a <http:>" },
    { "a: &x\u00a6\n", "nothing " },
    { "a:\n  \"b\u00a6\n", "value /a <b> \"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *end = end_of (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (end, ==, cases[i].end);
    }
}

static void
test_members (void)
{
  static const char text[] = "base: &b\n  type: 'x y'\na:\n  <<: *b\n  id: 1\nc: *b\nd: &e\n  <<: *e\n";
  g_autoptr (TcYamlSketch) sketch = tc_yaml_sketch_new (text, strlen (text), strlen (text));
  const int a = tc_yaml_sketch_find (sketch, -1, "a"), c = tc_yaml_sketch_find (sketch, -1, "c");
  const int type = tc_yaml_sketch_find (sketch, a, "type");
  g_autofree char *value = tc_yaml_sketch_text (sketch, type);

  g_assert_cmpstr (value, ==, "x y");
  g_assert_cmpint (tc_yaml_sketch_find (sketch, c, "type"), ==, type);
  g_assert_cmpint (tc_yaml_sketch_find (sketch, a, "none"), ==, -1);
  g_assert_cmpint (tc_yaml_sketch_find (sketch, tc_yaml_sketch_find (sketch, -1, "d"), "none"), ==, -1);
  g_assert_null (tc_yaml_sketch_text (sketch, a));
}

static void
write_tree (GString          *out,
            const TcYamlNode *node,
            const char       *path)
{
  for (size_t i = 0; tc_yaml_kind (node) != TC_YAML_SCALAR && i < tc_yaml_length (node); i++)
    {
      const TcYamlNode *item = tc_yaml_item (node, i);
      g_autofree char *inner = g_strdup_printf ("%s/%s", path, tc_yaml_key (item) != NULL ? tc_yaml_key (item) : "-");

      g_string_append_printf (out, "%s\n", inner);
      write_tree (out, item, inner);
    }
}

/* What parses has the same shape in both readers. */
static void
test_like_the_reader (void)
{
  static const char text[] =
    "id: x   # one\nnamespace: a.b\ndescription: |\n  # Title: y\n\n  text: more\nlabels: {a: 1, \"b\": [c, d: e]}\ninputs:\n"
    "  - id: i\n    type: SELECT\n    values: [ a, 'b, c', \"d: e\" ]\n  -\n    id: j\n    defaults: '{{ a: b }}'\nvariables:\n"
    "  \"k l\": >\n    folded: no\n  m:\n    n: plain\n      text goes on\n    o: \"quoted\n      goes: on\"\ntasks:\n- id: t\n  type: a.b.C\n"
    "  commands:\n  - echo \"a\"\n  - |\n    one: 1\n    two\n  - 'x: y'\n  retry: {type: constant,\n    interval: PT1S}\n- id: u\n";
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (text, strlen (text), NULL);
  g_autoptr (TcYamlSketch) sketch = tc_yaml_sketch_new (text, strlen (text), strlen (text));
  g_autoptr (GString) expected = g_string_new (NULL), got = g_string_new (NULL);
  size_t n;
  const TcSketchNode *nodes = tc_yaml_sketch_nodes (sketch, &n);

  write_tree (expected, tc_yaml_root (doc), "");
  for (size_t i = 0; i < n; i++)
    {
      write_path (got, nodes, (int) i);
      g_string_append_c (got, '\n');
    }
  g_assert_cmpstr (got->str, ==, expected->str);
}

/* Whatever is typed: it ends, and stays inside the text. */
static void
test_anything (void)
{
  static const char *const pieces[] = { "a", ": ", ":", "- ", "-", "\n", "\r\n", "  ", "\"", "'", "[", "]", "{", "}", ",", "{{ ", " }}", "|", ">", "#",
                                        " # ", "&x ", "*x", "!t ", "<<: *x", "\\", "\u00e4", "\xf0\x9f\x98\x80", "---", "\t", "? ", "%" };
  g_autoptr (GRand) dice = g_rand_new_with_seed (7);

  for (int round = 0; round < 4000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (int i = g_rand_int_range (dice, 0, 30); i > 0; i--)
        g_string_append (text, pieces[g_rand_int_range (dice, 0, G_N_ELEMENTS (pieces))]);
      for (size_t upto = 0; upto <= text->len; upto++)
        {
          g_autoptr (TcYamlSketch) sketch = tc_yaml_sketch_new (text->str, text->len, upto);
          const TcSketchEnd *end = tc_yaml_sketch_end (sketch);
          size_t n;
          const TcSketchNode *nodes = tc_yaml_sketch_nodes (sketch, &n);

          if (end->start > upto || end->node >= (int) n)
            g_error ("%zu of %s", upto, text->str);
          for (size_t i = 0; i < n; i++)
            {
              g_assert_cmpint (nodes[i].parent, <, (int) i);
              g_assert_cmpuint (nodes[i].value_start, <=, nodes[i].value_end);
              g_assert_cmpuint (nodes[i].value_end, <=, upto);
            }
          tc_yaml_sketch_find (sketch, -1, "a");
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml/sketch/shapes", test_shapes);
  g_test_add_func ("/yaml/sketch/ends", test_ends);
  g_test_add_func ("/yaml/sketch/members", test_members);
  g_test_add_func ("/yaml/sketch/like-the-reader", test_like_the_reader);
  g_test_add_func ("/yaml/sketch/anything", test_anything);
  return g_test_run ();
}
