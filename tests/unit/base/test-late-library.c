/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-late-library.h"

#include <string.h>

#define FUNCTIONS(F) F (test, cosine)

/* What is in no library of this name. */
double test_cosine (double angle);

typedef struct
{
  FUNCTIONS (TC_LATE_MEMBER)
} Table;

static TC_LATE_LIBRARY_DEFINE (Table, missing_library, "libtiercel-none.so.0", FUNCTIONS)
static TC_LATE_LIBRARY_DEFINE (Table, missing_function, "libm.so.6", FUNCTIONS)

static void
test_load (void)
{
  static const char *const names[] = { "cos", "sin" };
  static TcLateLibrary library = { "libm.so.6", names, G_N_ELEMENTS (names), NULL };
  g_autoptr (GError) error = NULL;
  double (*const *table) (double) = tc_late_library_open (&library, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (table[0] (0), ==, 1);
  g_assert_cmpfloat (table[1] (0), ==, 0);
  g_assert_true (tc_late_library_open (&library, NULL) == table);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL, again = NULL;

  g_assert_null (missing_library (&error));
  g_assert_error (error, TC_LATE_LIBRARY_ERROR, TC_LATE_LIBRARY_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "libtiercel-none.so.0"));
  g_assert_null (missing_library (NULL));
  g_assert_null (missing_function (&again));
  g_assert_error (again, TC_LATE_LIBRARY_ERROR, TC_LATE_LIBRARY_ERROR_FUNCTION);
  g_assert_nonnull (strstr (again->message, "test_cosine"));
}

static gpointer
open_together (gpointer data)
{
  return (gpointer) tc_late_library_open (data, NULL);
}

static void
test_threads (void)
{
  static const char *const names[] = { "tan" };
  static TcLateLibrary library = { "libm.so.6", names, G_N_ELEMENTS (names), NULL };
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("open", open_together, &library);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (g_thread_join (threads[i]) == tc_late_library_open (&library, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/late-library/load", test_load);
  g_test_add_func ("/base/late-library/missing", test_missing);
  g_test_add_func ("/base/late-library/threads", test_threads);
  return g_test_run ();
}
