/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-run-id.h"

#include <string.h>

static void
digest_of (const char *text, size_t length, uint8_t digest[32])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 32;

  g_checksum_update (sum, (const guchar *) text, (gssize) length);
  g_checksum_get_digest (sum, digest, &size);
}

/* 128 bits in base 62: at most 22 digits. */
static char *
base62 (const uint8_t digest[16])
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  unsigned __int128 number = 0;
  char text[23];
  int at = 22;

  for (int i = 0; i < 16; i++)
    number = number << 8 | digest[i];
  text[at] = '\0';
  do
    {
      text[--at] = digits[number % 62];
      number /= 62;
    }
  while (number > 0);
  return g_strdup (text + at);
}

char *
tc_run_id (const TcHead *head, const char *task_id, const char *parent_id, const char *value, int iteration)
{
  int64_t generation = head->memo != NULL ? tc_value_get_i64 (head->memo, "generation", 0) : 0;
  g_autofree char *place = g_strdup_printf ("%s\n%s\n%s\n%s%s\n%d\n%" G_GINT64_FORMAT, head->id, parent_id != NULL ? parent_id : "", task_id,
                                            value != NULL ? "=" : "", value != NULL ? value : "", iteration, generation);
  uint8_t digest[32];

  digest_of (place, strlen (place), digest);
  return base62 (digest);
}

uint64_t
tc_run_hash (const char *text, int n)
{
  g_autofree char *seed = g_strdup_printf ("%s\n%d", text, n);
  uint8_t digest[32];
  uint64_t hash;

  digest_of (seed, strlen (seed), digest);
  memcpy (&hash, digest, sizeof hash);
  return GUINT64_FROM_LE (hash);
}

char *
tc_run_id_from (const char *one, const char *other)
{
  g_autofree char *place = g_strconcat (one, "\n", other, NULL);
  uint8_t digest[32];

  digest_of (place, strlen (place), digest);
  return base62 (digest);
}
