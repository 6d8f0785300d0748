/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-java-decimal.h"

static void
test_compute (void)
{
  static const struct { TcOp op; const char *a, *b, *result; } cases[] = {
    { TC_OP_ADD, "1.10", "2.2", "3.30" }, { TC_OP_ADD, "-1", "1", "0" }, { TC_OP_ADD, "999", "1", "1000" },
    { TC_OP_ADD, "1E+3", "1", "1001" }, { TC_OP_SUBTRACT, "1", "2.5", "-1.5" }, { TC_OP_SUBTRACT, "0.1", "0.1", "0.0" },
    { TC_OP_MULTIPLY, "12345678901234567890", "98765432109876543210", "1219326311370217952237463801111263526900" },
    { TC_OP_MULTIPLY, "-0.5", "0.5", "-0.25" }, { TC_OP_DIVIDE, "1", "3", "0.3333333333333333333333333333333333" },
    { TC_OP_DIVIDE, "2", "3", "0.6666666666666666666666666666666667" }, { TC_OP_DIVIDE, "1", "8", "0.125" },
    { TC_OP_DIVIDE, "10", "2", "5" }, { TC_OP_DIVIDE, "1E+10", "1E-10", "1E+20" }, { TC_OP_DIVIDE, "0", "7", "0" },
    { TC_OP_MODULUS, "7.5", "2", "1.5" }, { TC_OP_MODULUS, "-7", "3", "-1" }, { TC_OP_DIVIDE, "1", "0", NULL },
    { TC_OP_MODULUS, "1", "0.0", NULL }, { TC_OP_ADD, "1E+20000", "1", NULL }, { TC_OP_MULTIPLY, "1E-7", "1", "1E-7" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tc_java_decimal_compute (cases[i].op, cases[i].a, cases[i].b);

      if (g_strcmp0 (text, cases[i].result) != 0)
        g_error ("%s, %s: %s, not %s", cases[i].a, cases[i].b, text, cases[i].result);
    }
}

static void
test_texts (void)
{
  static const struct { const char *text, *normal, *plain; } cases[] = {
    { "1.50", "1.50", "1.50" }, { "1E2", "1E+2", "100" }, { "123E-2", "1.23", "1.23" }, { "1E-10", "1E-10", "0.0000000001" },
    { "-0", "0", "-0" }, { "12E+3", "1.2E+4", "12000" }, { "007", "7", "007" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char    *normal = tc_java_decimal_normal (cases[i].text);
      g_autoptr (GString) plain = g_string_new (NULL);

      tc_java_append_plain_decimal (cases[i].text, plain);
      g_assert_cmpstr (normal, ==, cases[i].normal);
      g_assert_cmpstr (plain->str, ==, cases[i].plain);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/decimal/compute", test_compute);
  g_test_add_func ("/expr/decimal/texts", test_texts);
  return g_test_run ();
}
