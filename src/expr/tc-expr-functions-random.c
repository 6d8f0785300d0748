/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identifiers, random numbers and encryption; all chance comes from the seed of the scope. */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tc-aes-gcm.h"

#define KSUID_EPOCH 1400000000
#define LONGEST_ID  100000

static void
random_bytes (TcRender *render, uint8_t *bytes, size_t n)
{
  for (size_t i = 0; i < n; i += 8)
    {
      uint64_t word = tc_render_random (render);

      memcpy (bytes + i, &word, MIN (8, n - i));
    }
}

static void
random_uuid (TcRender *render, uint8_t bytes[16])
{
  random_bytes (render, bytes, 16);
  bytes[6] = (bytes[6] & 0x0F) | 0x40;
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
}

/* Big-endian bytes in base 62; @width 0: as many digits as needed. */
static char *
base62 (const uint8_t *bytes, size_t n, int width)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  g_autofree uint8_t *rest = g_memdup2 (bytes, n);
  GString            *out = g_string_new (NULL);
  gboolean            more = TRUE;

  while (more || (int) out->len < width)
    {
      int remainder = 0;

      more = FALSE;
      for (size_t i = 0; i < n; i++)
        {
          int value = remainder * 256 + rest[i];

          rest[i] = value / 62;
          remainder = value % 62;
          more |= rest[i] != 0;
        }
      g_string_prepend_c (out, digits[remainder]);
    }
  return g_string_free (out, FALSE);
}

static gboolean
function_uuid (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  uint8_t  b[16];
  GString *text = g_string_new (NULL);

  random_uuid (render, b);
  for (int i = 0; i < 16; i++)
    g_string_append_printf (text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
  return tc_render_string (render, text, result);
}

static gboolean
function_id (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  uint8_t bytes[16];

  random_uuid (render, bytes);
  return tc_render_take_text (render, base62 (bytes, sizeof bytes, 0), result);
}

static gboolean
function_ksuid (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  uint32_t seconds = tc_clock_now_us (render->scope->clock) / 1000000 - KSUID_EPOCH;
  uint8_t  bytes[20];

  random_bytes (render, bytes, sizeof bytes);
  for (int i = 0; i < 4; i++)
    bytes[i] = seconds >> (24 - 8 * i);
  return tc_render_take_text (render, base62 (bytes, sizeof bytes, 27), result);
}

static gboolean
function_nano_id (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  const char *alphabet = tc_val_text (&args[1], NULL);
  glong       letters = g_utf8_strlen (alphabet, -1);
  GString    *text;

  if (args[0].i <= 0 || args[0].i > LONGEST_ID)
    return tc_render_fail (render, "The 'nanoId()' function expects an argument 'length' from 1 to %d.", LONGEST_ID);
  if (letters == 0)
    return tc_render_fail (render, "The 'nanoId()' function expects an argument 'alphabet' that is not empty.");
  text = g_string_new (NULL);
  for (int64_t i = 0; i < args[0].i; i++)
    {
      const char *letter = g_utf8_offset_to_pointer (alphabet, tc_render_random (render) % letters);

      g_string_append_len (text, letter, g_utf8_skip[(guchar) *letter]);
    }
  return tc_render_steps (render, args[0].i) && tc_render_string (render, text, result);
}

static gboolean
function_random_int (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  uint64_t range;

  if (args[1].i < args[0].i)
    return tc_render_fail (render, "upper is less than lower");
  range = (uint64_t) args[1].i - (uint64_t) args[0].i;
  *result = tc_val_long ((int64_t) ((uint64_t) args[0].i + (range > 0 ? tc_render_random (render) % range : 0)));
  return TRUE;
}

static guchar *
read_key (const TcVal *key, size_t *length)
{
  return g_base64_decode (tc_val_text (key, NULL), length);
}

/* IV, sealed text and tag, in base 64: the layout of Kestra's EncryptionService. */
static gboolean
function_encrypt (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  size_t              length, key_length;
  const char         *text = tc_val_text (&args[1], &length);
  g_autofree guchar  *key = read_key (&args[0], &key_length);
  g_autofree uint8_t *out = NULL;

  if (length == 0)
    {
      *result = tc_val_ref (&args[1]);
      return TRUE;
    }
  if (!tc_render_steps (render, length))
    return FALSE;
  out = g_malloc (TC_GCM_IV + length + TC_GCM_TAG);
  random_bytes (render, out, TC_GCM_IV);
  if (!tc_aes_gcm_seal (key, key_length, out, (const uint8_t *) text, length, out + TC_GCM_IV, out + TC_GCM_IV + length))
    return tc_render_fail (render, "Invalid AES key length: %zu bytes; it has to be 16, 24 or 32, in Base64", key_length);
  return tc_render_take_text (render, g_base64_encode (out, TC_GCM_IV + length + TC_GCM_TAG), result);
}

static gboolean
function_decrypt (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  size_t              length, key_length;
  g_autofree guchar  *key = read_key (&args[0], &key_length);
  g_autofree guchar  *in = NULL;
  g_autofree uint8_t *out = NULL;

  if (*tc_val_text (&args[1], NULL) == 0)
    {
      *result = tc_val_ref (&args[1]);
      return TRUE;
    }
  in = g_base64_decode (tc_val_text (&args[1], NULL), &length);
  if (length < TC_GCM_IV + TC_GCM_TAG)
    return tc_render_fail (render, "The text to decrypt is too short");
  length -= TC_GCM_IV + TC_GCM_TAG;
  if (!tc_render_steps (render, length))
    return FALSE;
  out = g_malloc (length + 1);
  if (!tc_aes_gcm_open (key, key_length, in, in + TC_GCM_IV, length, in + TC_GCM_IV + length, out))
    return tc_render_fail (render, "The text cannot be decrypted: another key encrypted it, or it was changed (Tag mismatch)");
  *result = tc_val_str_len ((const char *) out, length);
  return tc_render_bytes (render, length);
}

#define NANO_ALPHABET "'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-'"
#define ENCRYPT_MISSING "The 'encrypt' function expects two arguments 'key' and 'plaintext'."
#define DECRYPT_MISSING "The 'decrypt' function expects two arguments 'key' and 'encrypted'."

static const TcExprArg nano_args[] = {
  { "length", TC_EXPR_INTEGER, 0, "21", N_("How many letters.") },
  { "alphabet", TC_EXPR_STRING, 0, NANO_ALPHABET, N_("The letters to choose from.") }, { 0 }
};
static const TcExprArg random_args[] = {
  { "lower", TC_EXPR_INTEGER, TC_EXPR_REQUIRED, NULL, N_("The least number.") },
  { "upper", TC_EXPR_INTEGER, TC_EXPR_REQUIRED, NULL, N_("The number after the greatest.") }, { 0 }
};
static const TcExprArg encrypt_args[] = {
  { "key", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A key of 16, 24 or 32 bytes, in Base64."), ENCRYPT_MISSING },
  { "plaintext", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("The text to encrypt."), ENCRYPT_MISSING }, { 0 }
};
static const TcExprArg decrypt_args[] = {
  { "key", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("The key, in Base64."), DECRYPT_MISSING },
  { "encrypted", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("What `encrypt` gave."), DECRYPT_MISSING }, { 0 }
};

#define SAMPLE_KEY "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\""

const TcCallable tc_functions_random[] = {
  { TC_FUNCTION ("decrypt", function_decrypt, 0, decrypt_args),
    TC_DOC (N_("Decrypts a text."), "{{ decrypt(" SAMPLE_KEY ", encrypt(" SAMPLE_KEY ", \"x\")) }}", "x") },
  { TC_FUNCTION ("encrypt", function_encrypt, TC_EXPR_VOLATILE, encrypt_args),
    TC_DOC (N_("Encrypts a text with AES-GCM."), "{{ encrypt(" SAMPLE_KEY ", \"x\") }}", NULL) },
  { TC_FUNCTION ("id", function_id, TC_EXPR_VOLATILE | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("A random identifier as Kestra makes them."), "{{ id() }}", NULL) },
  { TC_FUNCTION ("ksuid", function_ksuid, TC_EXPR_VOLATILE | TC_EXPR_UNDECLARED, NULL), .entry.since = "1.2",
    TC_DOC (N_("A random identifier that sorts by time."), "{{ ksuid() | length }}", "27") },
  { TC_FUNCTION ("nanoId", function_nano_id, TC_EXPR_VOLATILE, nano_args), .entry.since = "0.24",
    TC_DOC (N_("A random text of some letters."), "{{ nanoId(10) | length }}", "10") },
  { TC_FUNCTION ("randomInt", function_random_int, TC_EXPR_VOLATILE, random_args), .entry.since = "0.22",
    TC_DOC (N_("A random number."), "{{ randomInt(5, 6) }}", "5") },
  { TC_FUNCTION ("uuid", function_uuid, TC_EXPR_VOLATILE | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("A random UUID."), "{{ uuid() | length }}", "36") },
  { { 0 } }
};
