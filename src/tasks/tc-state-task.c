/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-task.h"

#include <string.h>

/* Kestra's slug: blanks and underlines become dashes, other signs go, dashes do not repeat, lower case. */
static char *
slug (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    {
      char sign = g_ascii_isspace (*c) || *c == '_' || *c == '-' ? '-' : g_ascii_isalnum (*c) ? g_ascii_tolower (*c) : '\0';

      if (sign != '\0' && !(sign == '-' && out->len > 0 && out->str[out->len - 1] == '-'))
        g_string_append_c (out, sign);
    }
  return g_string_free (out, FALSE);
}

static uint64_t
mixed (uint64_t k)
{
  k = (k ^ (k >> 33)) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  k = (k ^ (k >> 33)) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return k ^ (k >> 33);
}

static uint64_t
rotated (uint64_t k,
         int      by)
{
  return (k << by) | (k >> (64 - by));
}

/* Up to eight bytes, the lowest first. */
static uint64_t
word_at (const char *bytes,
         size_t      n)
{
  uint64_t word = 0;

  for (size_t i = 0; i < MIN (n, 8); i++)
    word |= (uint64_t) (uint8_t) bytes[i] << (8 * i);
  return word;
}

/* MurmurHash3 x64 128 with seed 0, as Guava prints it: lowest byte first. */
static char *
murmur3 (const char *text)
{
  const uint64_t c1 = G_GUINT64_CONSTANT (0x87c37b91114253d5), c2 = G_GUINT64_CONSTANT (0x4cf5ad432745937f);
  size_t length = strlen (text), at = 0;
  uint64_t h1 = 0, h2 = 0;
  GString *hex = g_string_new (NULL);

  for (; at + 16 <= length; at += 16)
    {
      h1 ^= rotated (word_at (text + at, 8) * c1, 31) * c2;
      h1 = (rotated (h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= rotated (word_at (text + at + 8, 8) * c2, 33) * c1;
      h2 = (rotated (h2, 31) + h1) * 5 + 0x38495ab5;
    }
  if (length - at > 8)
    h2 ^= rotated (word_at (text + at + 8, length - at - 8) * c2, 33) * c1;
  if (length > at)
    h1 ^= rotated (word_at (text + at, length - at) * c1, 31) * c2;
  h1 = (h1 ^ length) + (h2 ^ length);
  h2 = (h2 ^ length) + h1;
  h1 = mixed (h1);
  h2 = mixed (h2);
  h1 += h2;
  h2 += h1;
  for (int i = 0; i < 16; i++)
    g_string_append_printf (hex, "%02x", (unsigned) (uint8_t) ((i < 8 ? h1 : h2) >> (8 * (i % 8))));
  return g_string_free (hex, FALSE);
}

char *
tc_state_key (TcJob             *job,
              const TcStateTask *task)
{
  const char *flow = tc_job_name (job, "flow.id"), *value = task->by_value ? tc_job_name (job, "taskrun.value") : NULL;
  g_autofree char *prefix = slug (task->whole_namespace || flow == NULL ? "" : flow);
  GString *key = g_string_new (prefix);

  g_string_append_printf (key, "%sstates_tasks-states_%s", *prefix == '\0' ? "" : "_", task->name);
  if (value != NULL && *value != '\0')
    {
      g_autofree char *hash = murmur3 (value);

      g_string_append_printf (key, "_%s", hash);
    }
  return g_string_free (key, FALSE);
}

TcValue *
tc_state_read (TcJob       *job,
               const char  *key,
               GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("key", tc_value_string (key), NULL);
  g_autoptr (TcValue) entry = tc_job_ask (job, "kv.get", args, error);
  const TcValue *value = tc_value_get (entry, "value");

  if (entry == NULL)
    return NULL;
  return tc_value_is (value, TC_VALUE_MAP) ? tc_value_ref (value) : tc_value_null ();
}
