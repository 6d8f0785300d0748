/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fuzz.h"

#include <glib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  tc_fuzz (data, size);
  return 0;
}

#ifndef TC_LIBFUZZER
/* Without libFuzzer: every file named, then some thousand random inputs, so that the target is a normal test too. */
int
main (int argc, char **argv)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  uint8_t noise[400];

  for (int i = 1; i < argc; i++)
    {
      g_autofree char *text = NULL;
      gsize length;

      if (g_file_get_contents (argv[i], &text, &length, NULL))
        tc_fuzz ((const uint8_t *) text, length);
    }
  for (int i = 0; i < 1500; i++)
    {
      size_t size = (size_t) g_rand_int_range (random, 0, sizeof noise);

      for (size_t j = 0; j < size; j++)
        noise[j] = (uint8_t) g_rand_int_range (random, 0, 256);
      tc_fuzz (noise, size);
    }
  return 0;
}
#endif
