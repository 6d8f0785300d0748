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
#define N_NOISE   1500
#define N_MUTANTS 150

/* Cuts a piece out, doubles one, or changes some bytes. */
static void
mutate (GByteArray *bytes, GRand *random)
{
  guint from = (guint) g_rand_int_range (random, 0, (int) bytes->len);
  guint wanted = (guint) g_rand_int_range (random, 1, 40), length = MIN (wanted, bytes->len - from);
  g_autofree uint8_t *piece = g_memdup2 (bytes->data + from, length);

  switch (g_rand_int_range (random, 0, 3))
    {
    case 0:
      g_byte_array_remove_range (bytes, from, length);
      break;
    case 1:
      g_byte_array_append (bytes, piece, length);
      break;
    default:
      bytes->data[from] = (uint8_t) g_rand_int_range (random, 0, 256);
    }
}

static void
fuzz_file (const char *path, GRand *random)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    g_error ("cannot read %s", path);
  tc_fuzz ((const uint8_t *) text, length);
  for (int i = 0; i < N_MUTANTS; i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, (const uint8_t *) text, (guint) length);
      for (int changes = g_rand_int_range (random, 1, 5); changes > 0 && bytes->len > 0; changes--)
        mutate (bytes, random);
      tc_fuzz (bytes->data, bytes->len);
    }
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Without libFuzzer the target is a normal test: the files of a corpus, mutants of them, and noise. */
static void
fuzz_folder (const char *path, GRand *random)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    fuzz_file (g_ptr_array_index (names, i), random);
}

int
main (int argc, char **argv)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  uint8_t noise[400];

  for (int i = 1; i < argc; i++)
    fuzz_folder (argv[i], random);
  for (int i = 0; i < N_NOISE; i++)
    {
      size_t size = (size_t) g_rand_int_range (random, 0, sizeof noise);

      for (size_t j = 0; j < size; j++)
        noise[j] = (uint8_t) g_rand_int_range (random, 0, 256);
      tc_fuzz (noise, size);
    }
  return 0;
}
#endif
