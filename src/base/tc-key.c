/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-value-private.h"

#include <string.h>

/* Where this lies differs from run to run, so nobody can prepare keys that collide. */
static const char seed_place = 0;

static uint64_t
mix (uint64_t a,
     uint64_t b)
{
  unsigned __int128 product = (unsigned __int128) a * b;

  return (uint64_t) product ^ (uint64_t) (product >> 64);
}

uint64_t
tc_text_hash (const char *text,
             size_t      length)
{
  uint64_t hash = (uintptr_t) &seed_place * 0x9E3779B97F4A7C15u ^ length, word;

  for (; length >= 8; text += 8, length -= 8)
    {
      memcpy (&word, text, 8);
      hash = mix (hash ^ word, 0xA0761D6478BD642Fu);
    }
  word = 0;
  memcpy (&word, text, length);
  return mix (hash ^ word, 0xE7037ED1A0B428DBu);
}

TcKey *
tc_key_new (const char *text,
            size_t      length,
            uint64_t    hash)
{
  TcKey *self = g_malloc (sizeof *self + length + 1);

  g_assert (length <= UINT32_MAX);
  atomic_init (&self->refs, 1);
  self->length = (uint32_t) length;
  self->hash = hash;
  memcpy (self->text, text, length);
  self->text[length] = '\0';
  return self;
}

TcKey *
tc_key_ref (TcKey *self)
{
  atomic_fetch_add_explicit (&self->refs, 1, memory_order_relaxed);
  return self;
}

void
tc_key_unref (TcKey *self)
{
  if (atomic_fetch_sub_explicit (&self->refs, 1, memory_order_release) != 1)
    return;
  (void) atomic_load_explicit (&self->refs, memory_order_acquire);
  g_free (self);
}

bool
tc_key_is (const TcKey *self,
           const char  *text,
           size_t       length,
           uint64_t     hash)
{
  return self->hash == hash && self->length == length && memcmp (self->text, text, length) == 0;
}
