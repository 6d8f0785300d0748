/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml.h"

/* In each source the value of `k` holds the word MARK once; the place found for it must be where the source says MARK. */
static const char *const sources[] = {
  "k: MARK\n",
  "k: some MARK text\n",
  "k: \u00e4\u00f6 MARK\n",
  "k: one\n  two\n  MARK three\n",
  "k: one\n\n  two\n\n\n    MARK\n",
  "k: 'one MARK'\n",
  "k: 'it''s MARK'\n",
  "k: 'a\n\n  b ''\n   MARK'\n",
  "k: \"a\\n\\t\\u00e4\\x41\\U0001F600 MARK\"\n",
  "k: \"a \\\n   MARK\"\n",
  "k: \"a  \n   b\\\\ \\\"\n\n  MARK\"\n",
  "k: \"a\\\n\n\n  MARK\"\n",
  "k: |\n  one\n  MARK\n",
  "k: |\n  one\n    two\n\n  MARK three\n",
  "k: |-\n\n\n  one\n   MARK\n",
  "k: |2\n    one\n    MARK\n",
  "k: | # note 7\n    one\n    MARK\n",
  "k: |+\n  MARK\n\n\n",
  "k: >\n  one\n  two\n  MARK\n",
  "k: >\n  one\n\n  two\n\n\n  MARK\n",
  "k: >\n  one\n    deep\n    deeper\n  MARK\n",
  "k: >\n  one\n\n    deep\n\n  two\n  MARK\n",
  "k: >-\n\n  one\n  \u00e4 MARK x\n",
  "k: >\r\n  one\r\n  two\r\n\r\n  MARK\r\n",
  "k: |\r\n  one\r\n  MARK\r\n",
  "k: &anchor !!str \"x MARK\"\n",
  "k: &anchor |\n  x\n  MARK\n",
  "a:\n  - b: 1\nk:\n  |\n  x\n  MARK\n",
  "\"k\": [1]\n",
};

static void
check (const char *source)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (source, strlen (source), found);
  const TcYamlNode *node = tc_yaml_get (tc_yaml_root (doc), "k");
  const char *text = tc_yaml_text (node, NULL), *mark = strstr (source, "MARK");
  TcSpan span;
  uint32_t line = 1;
  const char *start = source;

  g_test_message ("%s", source);
  g_assert_cmpuint (found->len, ==, 0);
  if (mark == NULL)
    return;
  g_assert_nonnull (strstr (text, "MARK"));
  span = tc_yaml_locate (node, (size_t) (strstr (text, "MARK") - text), 4);
  g_assert_cmpuint (span.offset, ==, (uint32_t) g_utf8_pointer_to_offset (source, mark));
  g_assert_cmpuint (span.length, ==, 4);
  for (const char *c = source; c < mark; c++)
    if (*c == '\n')
      {
        line++;
        start = c + 1;
      }
  g_assert_cmpuint (span.line, ==, line);
  g_assert_cmpuint (span.column, ==, (uint32_t) g_utf8_pointer_to_offset (start, mark) + 1);
}

static void
test_styles (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sources); i++)
    check (sources[i]);
}

/* Reads the whole text back, byte by byte, wherever source and text are the same byte. */
static void
test_every_byte (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autoptr (TcYamlDoc) doc = tc_yaml_read (sources[i], strlen (sources[i]), NULL);
      const TcYamlNode *node = tc_yaml_get (tc_yaml_root (doc), "k");
      size_t length;
      const char *text = tc_yaml_text (node, &length);
      uint32_t last = 0;

      for (size_t at = 0; text != NULL && at < length; at++)
        {
          TcSpan span = tc_yaml_locate (node, at, 1);
          char c = *g_utf8_offset_to_pointer (sources[i], span.offset);

          g_assert_cmpuint (span.offset, >=, last);
          last = span.offset;
          if (g_ascii_isalpha (text[at]) && c != '\\')
            g_assert_cmpint (c, ==, text[at]);
        }
    }
}

static void
test_beyond (void)
{
  const char *source = "k: 'abc'\nl: [1, 2]\n";
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (source, strlen (source), NULL);
  const TcYamlNode *root = tc_yaml_root (doc);

  g_assert_cmpuint (tc_yaml_locate (tc_yaml_get (root, "k"), 3, 5).offset, ==, 7);
  g_assert_cmpuint (tc_yaml_locate (tc_yaml_get (root, "k"), 2, 50).length, ==, 1);
  g_assert_cmpuint (tc_yaml_locate (tc_yaml_get (root, "k"), 0, 0).length, ==, 0);
  g_assert_cmpuint (tc_yaml_locate (tc_yaml_get (root, "l"), 1, 1).length, ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml-locate/styles", test_styles);
  g_test_add_func ("/yaml-locate/every-byte", test_every_byte);
  g_test_add_func ("/yaml-locate/beyond", test_beyond);
  return g_test_run ();
}
