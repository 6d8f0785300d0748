/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test cases 2, 4-like, 14 and 8-like of the GCM specification by McGrew and Viega, all without associated data. */
#include "config.h"

#include <string.h>

#include "tc-aes-gcm.h"

static size_t
bytes (const char *hex, uint8_t *out)
{
  size_t n = strlen (hex) / 2;

  for (size_t i = 0; i < n; i++)
    out[i] = g_ascii_xdigit_value (hex[2 * i]) * 16 + g_ascii_xdigit_value (hex[2 * i + 1]);
  return n;
}

static void
test_vectors (void)
{
  static const struct { const char *key, *iv, *plain, *sealed, *tag; } cases[] = {
    { "00000000000000000000000000000000", "000000000000000000000000", "", "", "58e2fccefa7e3061367f1d57a4e7455a" },
    { "00000000000000000000000000000000", "000000000000000000000000", "00000000000000000000000000000000",
      "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf" },
    { "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
      "4d5c2af327cd64a62cf35abd2ba6fab4" },
    { "000000000000000000000000000000000000000000000000", "000000000000000000000000", "00000000000000000000000000000000",
      "98e7247c07f0fe411c267e4384b0f600", "2ff58d80033927ab8ef4d4587514f0fb" },
    { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "00000000000000000000000000000000",
      "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t key[32], iv[12], plain[64], expected[64], tag[16], out[64], made[16];
      size_t  n_key = bytes (cases[i].key, key), n = bytes (cases[i].plain, plain);

      bytes (cases[i].iv, iv);
      bytes (cases[i].sealed, expected);
      bytes (cases[i].tag, tag);
      g_assert_true (tc_aes_gcm_seal (key, n_key, iv, plain, n, out, made));
      g_assert_cmpmem (out, n, expected, n);
      g_assert_cmpmem (made, 16, tag, 16);
      g_assert_true (tc_aes_gcm_open (key, n_key, iv, expected, n, tag, out));
      g_assert_cmpmem (out, n, plain, n);
      tag[3] ^= 1;
      g_assert_false (tc_aes_gcm_open (key, n_key, iv, expected, n, tag, out));
    }
}

static void
test_keys (void)
{
  uint8_t key[33] = { 0 }, iv[12] = { 0 }, out[1], tag[16];

  for (size_t n = 0; n <= sizeof key; n++)
    g_assert_true (tc_aes_gcm_seal (key, n, iv, key, 1, out, tag) == (n == 16 || n == 24 || n == 32));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/cipher/vectors", test_vectors);
  g_test_add_func ("/expr/cipher/keys", test_keys);
  return g_test_run ();
}
