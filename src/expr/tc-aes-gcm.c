/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-aes-gcm.h"

#include <string.h>

typedef struct
{
  uint8_t  sbox[256];
  uint8_t  keys[15][16];
  int      rounds;
  uint64_t hash[2];           /* the hash key H, most significant word first */
} Cipher;

static uint8_t
times_two (uint8_t x)
{
  return (x << 1) ^ (x & 0x80 ? 0x1B : 0);
}

static uint8_t
rotate (uint8_t x, int n)
{
  return (x << n) | (x >> (8 - n));
}

/* The S-box: inverses in GF(2⁸), found by walking through powers of 3 and of its inverse, then the affine map. */
static void
make_sbox (uint8_t sbox[256])
{
  uint8_t p = 1, q = 1;

  do
    {
      p = p ^ times_two (p);
      q ^= q << 1;
      q ^= q << 2;
      q ^= q << 4;
      q ^= q & 0x80 ? 0x09 : 0;
      sbox[p] = q ^ rotate (q, 1) ^ rotate (q, 2) ^ rotate (q, 3) ^ rotate (q, 4) ^ 0x63;
    }
  while (p != 1);
  sbox[0] = 0x63;
}

static void
expand_key (Cipher *self, const uint8_t *key, size_t length)
{
  size_t   words = length / 4, total = 4 * (words + 7);
  uint8_t *w = &self->keys[0][0], factor = 1;

  self->rounds = words + 6;
  memcpy (w, key, length);
  for (size_t i = words; i < total; i++)
    {
      uint8_t t[4];

      memcpy (t, w + 4 * (i - 1), 4);
      if (i % words == 0)
        {
          uint8_t first = t[0];

          for (int j = 0; j < 3; j++)
            t[j] = self->sbox[t[j + 1]];
          t[3] = self->sbox[first];
          t[0] ^= factor;
          factor = times_two (factor);
        }
      else if (words > 6 && i % words == 4)
        for (int j = 0; j < 4; j++)
          t[j] = self->sbox[t[j]];
      for (int j = 0; j < 4; j++)
        w[4 * i + j] = w[4 * (i - words) + j] ^ t[j];
    }
}

static void
encrypt_block (const Cipher *self, const uint8_t in[16], uint8_t out[16])
{
  uint8_t s[16], t[16];

  for (int i = 0; i < 16; i++)
    s[i] = in[i] ^ self->keys[0][i];
  for (int round = 1; round <= self->rounds; round++)
    {
      for (int i = 0; i < 16; i++)
        t[i] = self->sbox[s[(i + 4 * (i % 4)) % 16]];
      for (int c = 0; c < 16; c += 4)
        {
          uint8_t all = t[c] ^ t[c + 1] ^ t[c + 2] ^ t[c + 3];

          for (int r = 0; r < 4; r++)
            s[c + r] = (round < self->rounds ? t[c + r] ^ all ^ times_two (t[c + r] ^ t[c + (r + 1) % 4]) : t[c + r])
                       ^ self->keys[round][c + r];
        }
    }
  memcpy (out, s, 16);
}

static uint64_t
get_word (const uint8_t *p)
{
  uint64_t word = 0;

  for (int i = 0; i < 8; i++)
    word = word << 8 | p[i];
  return word;
}

static void
put_word (uint64_t word, uint8_t *p)
{
  for (int i = 7; i >= 0; i--, word >>= 8)
    p[i] = word;
}

/* y ← (y ⊕ block) · H in GF(2¹²⁸), bit by bit. */
static void
hash_block (const Cipher *self, uint64_t y[2], const uint8_t block[16])
{
  uint64_t x[2] = { y[0] ^ get_word (block), y[1] ^ get_word (block + 8) };
  uint64_t v[2] = { self->hash[0], self->hash[1] };

  y[0] = y[1] = 0;
  for (int i = 0; i < 128; i++)
    {
      uint64_t bit = x[i / 64] >> (63 - i % 64) & 1, low = v[1] & 1;

      y[0] ^= v[0] & (0 - bit);
      y[1] ^= v[1] & (0 - bit);
      v[1] = v[1] >> 1 | v[0] << 63;
      v[0] = v[0] >> 1 ^ (0xE100000000000000u & (0 - low));
    }
}

static void
hash_text (const Cipher *self, const uint8_t *text, size_t length, uint64_t y[2])
{
  uint8_t block[16];

  y[0] = y[1] = 0;
  for (size_t i = 0; i < length; i += 16)
    {
      memset (block, 0, sizeof block);
      memcpy (block, text + i, MIN (16, length - i));
      hash_block (self, y, block);
    }
  memset (block, 0, 8);
  put_word ((uint64_t) length * 8, block + 8);
  hash_block (self, y, block);
}

static gboolean
cipher_init (Cipher *self, const uint8_t *key, size_t length)
{
  uint8_t zero[16] = { 0 }, h[16];

  if (length != 16 && length != 24 && length != 32)
    return FALSE;
  make_sbox (self->sbox);
  expand_key (self, key, length);
  encrypt_block (self, zero, h);
  self->hash[0] = get_word (h);
  self->hash[1] = get_word (h + 8);
  return TRUE;
}

/* The key stream of counter 2 and on is for the text, that of counter 1 for the tag. */
static void
stream (const Cipher *self, const uint8_t iv[TC_GCM_IV], uint32_t counter, const uint8_t *in, size_t length, uint8_t *out)
{
  uint8_t block[16], key[16];

  memcpy (block, iv, TC_GCM_IV);
  for (size_t i = 0; i < length; i++)
    {
      if (i % 16 == 0)
        {
          for (int j = 0; j < 4; j++)
            block[12 + j] = counter >> (24 - 8 * j);
          counter++;
          encrypt_block (self, block, key);
        }
      out[i] = in[i] ^ key[i % 16];
    }
}

static void
make_tag (const Cipher *self, const uint8_t iv[TC_GCM_IV], const uint8_t *sealed, size_t length, uint8_t tag[TC_GCM_TAG])
{
  uint64_t y[2];
  uint8_t  plain[TC_GCM_TAG];

  hash_text (self, sealed, length, y);
  put_word (y[0], plain);
  put_word (y[1], plain + 8);
  stream (self, iv, 1, plain, TC_GCM_TAG, tag);
}

gboolean
tc_aes_gcm_seal (const uint8_t *key, size_t key_length, const uint8_t iv[TC_GCM_IV], const uint8_t *in, size_t length, uint8_t *out,
                 uint8_t tag[TC_GCM_TAG])
{
  Cipher cipher;

  if (!cipher_init (&cipher, key, key_length))
    return FALSE;
  stream (&cipher, iv, 2, in, length, out);
  make_tag (&cipher, iv, out, length, tag);
  return TRUE;
}

gboolean
tc_aes_gcm_open (const uint8_t *key, size_t key_length, const uint8_t iv[TC_GCM_IV], const uint8_t *in, size_t length,
                 const uint8_t tag[TC_GCM_TAG], uint8_t *out)
{
  Cipher  cipher;
  uint8_t expected[TC_GCM_TAG], difference = 0;

  if (!cipher_init (&cipher, key, key_length))
    return FALSE;
  make_tag (&cipher, iv, in, length, expected);
  for (int i = 0; i < TC_GCM_TAG; i++)
    difference |= expected[i] ^ tag[i];
  memset (out, 0, length);
  if (difference != 0)
    return FALSE;
  stream (&cipher, iv, 2, in, length, out);
  return TRUE;
}
