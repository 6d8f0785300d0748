/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-arena.h"

#include <stdint.h>
#include <string.h>

static void
test_pieces (void)
{
  g_autoptr (TcArena) arena = tc_arena_new ();
  char *pieces[2000];

  /* Pieces of all sizes, some larger than a block: none may overlap another. */
  for (size_t i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      size_t size = i % 50 == 0 ? i * 100 + 1 : i % 97 + 1;

      pieces[i] = tc_arena_alloc (arena, size);
      g_assert_cmpuint ((uintptr_t) pieces[i] % 8, ==, 0);
      memset (pieces[i], (int) (i % 251), size);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      size_t size = i % 50 == 0 ? i * 100 + 1 : i % 97 + 1;

      g_assert_cmpint ((unsigned char) pieces[i][0], ==, (int) (i % 251));
      g_assert_cmpint ((unsigned char) pieces[i][size - 1], ==, (int) (i % 251));
    }
}

static void
test_texts (void)
{
  g_autoptr (TcArena) arena = tc_arena_new ();
  char *text = tc_arena_text (arena, "hello world", 5);

  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpstr (tc_arena_text (arena, "", 0), ==, "");
  tc_arena_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arena/pieces", test_pieces);
  g_test_add_func ("/arena/texts", test_texts);
  return g_test_run ();
}
