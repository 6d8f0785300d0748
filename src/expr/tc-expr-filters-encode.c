/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters that turn values into other notations, and back: base 64, URLs, hashes, JSON, YAML, Ion, jq. */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tc-expr-jq.h"
#include "tc-expr-yaml.h"
#include "tc-ion.h"

static gboolean
filter_base64_encode (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (input);

  return tc_render_take_text (render, g_base64_encode ((const guchar *) text->str, text->len), result);
}

/* Strict: GLib's decoder skips what it does not know. */
static gboolean
is_base64 (const char *text, size_t length)
{
  size_t n = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  size_t padding = length - n;

  if (strspn (text + n, "=") != padding || n % 4 == 1)
    return FALSE;
  return padding == 0 || (padding <= 2 && (n + padding) % 4 == 0);
}

static gboolean
filter_base64_decode (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GString)  padded = NULL;
  g_autofree guchar   *bytes = NULL;
  size_t               length, n;
  const char          *text;

  if (!tc_val_is_text (input))
    return tc_render_fail (render, "Please provide a correctly Base64 encoded string containing an UTF-8 string");
  text = tc_val_text (input, &length);
  padded = g_string_new_len (text, length);
  while (padded->len % 4 > 1)
    g_string_append_c (padded, '=');
  bytes = g_base64_decode (padded->str, &n);
  if (!is_base64 (text, length))
    return tc_render_fail (render, "Please provide a correctly Base64 encoded string containing an UTF-8 string");
  *result = tc_val_str_len ((const char *) bytes, n);
  return tc_render_bytes (render, n);
}

static gboolean
filter_url_encode (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  GString    *out;
  size_t      length;
  const char *text;

  if (!tc_val_is_text (input))
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.lang.String", tc_val_class_name (input));
  text = tc_val_text (input, &length);
  out = g_string_sized_new (length);
  for (size_t i = 0; i < length; i++)
    if (g_ascii_isalnum (text[i]) || (text[i] != 0 && strchr ("*-._", text[i]) != NULL))
      g_string_append_c (out, text[i]);
    else if (text[i] == ' ')
      g_string_append_c (out, '+');
    else
      g_string_append_printf (out, "%%%02X", (guchar) text[i]);
  return tc_render_string (render, out, result);
}

static gboolean
filter_url_decode (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  GString    *out;
  size_t      length;
  const char *text;

  if (!tc_val_is_text (input))
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.lang.String", tc_val_class_name (input));
  text = tc_val_text (input, &length);
  out = g_string_sized_new (length);
  for (size_t i = 0; i < length; i++)
    if (text[i] == '+')
      g_string_append_c (out, ' ');
    else if (text[i] != '%')
      g_string_append_c (out, text[i]);
    else if (i + 2 < length && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]))
      {
        g_string_append_c (out, g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2]));
        i += 2;
      }
    else
      {
        g_string_free (out, TRUE);
        return tc_render_fail (render, "IllegalArgumentException: URLDecoder: Illegal hex characters in escape (%%) pattern");
      }
  return tc_render_string (render, out, result);
}

static gboolean
hash (TcRender *render, const TcVal *input, GChecksumType type, TcVal *result)
{
  size_t      length;
  const char *text;

  if (!tc_val_is_text (input))
    return tc_render_fail (render, "Need a string to hash");
  text = tc_val_text (input, &length);
  return tc_render_steps (render, length / 16)
         && tc_render_take_text (render, g_compute_checksum_for_data (type, (const guchar *) text, length), result);
}

static gboolean
filter_md5 (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return hash (render, input, G_CHECKSUM_MD5, result);
}

static gboolean
filter_sha1 (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return hash (render, input, G_CHECKSUM_SHA1, result);
}

static gboolean
filter_sha256 (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return hash (render, input, G_CHECKSUM_SHA256, result);
}

static gboolean
filter_sha512 (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return hash (render, input, G_CHECKSUM_SHA512, result);
}

static gboolean
filter_to_json (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  GString *out = g_string_new (NULL);

  tc_val_to_json (input, out);
  return tc_render_string (render, out, result);
}

static gboolean
filter_yaml (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  GString *out = g_string_new (NULL);

  if (input->type == TC_VAL_NULL)
    g_string_append (out, "null");
  else
    tc_expr_yaml_write (input, out);
  return tc_render_string (render, out, result);
}

static gboolean
filter_to_ion (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  GString *out = g_string_new (NULL);

  tc_ion_write (input, out);
  return tc_render_string (render, out, result);
}

static gboolean
filter_jq (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return tc_jq_run (render, input, tc_val_text (&args[0], NULL), result);
}

static const TcExprArg jq_args[] = {
  { "expression", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A jq program."), "The 'jq' filter expects an argument 'expression'." },
  { 0 }
};

#define PLAIN (TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED)

const TcCallable tc_filters_encode[] = {
  { TC_FILTER ("base64decode", filter_base64_decode, PLAIN, NULL),
    TC_DOC (N_("Reads Base64."), "{{ \"aGF3aw==\" | base64decode }}", "hawk") },
  { TC_FILTER ("base64encode", filter_base64_encode, PLAIN, NULL),
    TC_DOC (N_("Writes Base64."), "{{ \"hawk\" | base64encode }}", "aGF3aw==") },
  { TC_FILTER ("jq", filter_jq, TC_EXPR_NULL_IS_NULL, jq_args),
    TC_DOC (N_("Runs a jq program on a value or a JSON text; always gives a list."), "{{ [9, 8] | jq(\".[0]\") | first }}", "9") },
  { TC_FILTER ("json", filter_to_json, TC_EXPR_UNDECLARED | TC_EXPR_DEPRECATED, NULL),
    TC_DOC (N_("The old name of `toJson`."), "{{ [1] | json }}", "[1]") },
  { TC_FILTER ("md5", filter_md5, PLAIN, NULL), TC_DOC (N_("The MD5 sum of a text."), "{{ \"\" | md5 }}", "d41d8cd98f00b204e9800998ecf8427e") },
  { TC_FILTER ("sha1", filter_sha1, PLAIN, NULL),
    TC_DOC (N_("The SHA-1 sum of a text."), "{{ \"hawk\" | sha1 }}", "62fac2f438bb80e18b3f6aa563e5ae0fa8eeefb9") },
  { TC_FILTER ("sha256", filter_sha256, PLAIN, NULL),
    TC_DOC (N_("The SHA-256 sum of a text."), "{{ \"hawk\" | sha256 | abbreviate(12) }}", "0139bc5de...") },
  { TC_FILTER ("sha512", filter_sha512, PLAIN, NULL),
    TC_DOC (N_("The SHA-512 sum of a text."), "{{ \"hawk\" | sha512 | abbreviate(12) }}", "d8af77859...") },
  { TC_FILTER ("toIon", filter_to_ion, TC_EXPR_UNDECLARED, NULL), TC_DOC (N_("Writes Ion text."), "{{ {\"a\": 1} | toIon }}", "{a:1}") },
  { TC_FILTER ("toJson", filter_to_json, TC_EXPR_UNDECLARED, NULL), TC_DOC (N_("Writes JSON."), "{{ [1, \"a\"] | toJson }}", "[1,\"a\"]") },
  { TC_FILTER ("urldecode", filter_url_decode, PLAIN, NULL), TC_DOC (N_("Reads a form-encoded text."), "{{ \"a+b\" | urldecode }}", "a b") },
  { TC_FILTER ("urlencode", filter_url_encode, PLAIN, NULL), TC_DOC (N_("Writes a text form-encoded."), "{{ \"a b&c\" | urlencode }}", "a+b%26c") },
  { TC_FILTER ("yaml", filter_yaml, TC_EXPR_UNDECLARED, NULL), TC_DOC (N_("Writes YAML."), "{{ {\"a\": 1} | yaml }}", "a: 1\n") },
  { { 0 } }
};
