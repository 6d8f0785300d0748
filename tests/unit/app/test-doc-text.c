/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-doc-text.h"

static void
test_markup (void)
{
  static const struct { const char *markdown, *markup; } cases[] = {
    { "", "" },
    { "plain & <b>", "plain &amp; &lt;b&gt;" },
    { "# Log `x`\n\nText.", "<b>Log <tt>x</tt></b>\n\nText." },
    { "`a<b`: c", "<tt>a&lt;b</tt>: c" },
    { "one ` quote", "one ` quote" },
    { "- item\n    code & `x`", "• item\n<tt>code &amp; `x`</tt>" },
    { "#no heading", "#no heading" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *markup = tc_doc_markup (cases[i].markdown);

      g_assert_cmpstr (markup, ==, cases[i].markup);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/doc-text/markup", test_markup);
  return g_test_run ();
}
