/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define SEALED_TYPE "io.kestra.datatype:aes_encrypted"
#define KEY_BYTES   32

/* The cipher is the one of the functions encrypt() and decrypt(). */
static TcValue *
apply (TcOrder *order, const char *template, const char *text, GError **error)
{
  g_autoptr (TcValue) names = tc_value_map_of ("key", tc_value_string (order->site->key), "text", tc_value_string (text), NULL);
  TcScope scope;

  tc_scope_init_for_values (&scope, names);
  return tc_expr_render_text (template, &scope, error);
}

char *
tc_sealed_load_key (const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "key", NULL), *text = NULL;
  g_autoptr (GError) problem = NULL;

  if (g_file_get_contents (path, &text, NULL, &problem))
    return g_strdup (g_strstrip (text));
  if (!g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  text = tc_sealed_new_key (error);
  return text != NULL && tc_sealed_save_key (data_dir, text, error) ? g_steal_pointer (&text) : NULL;
}

char *
tc_sealed_new_key (GError **error)
{
  guchar bytes[KEY_BYTES];
  char *text;

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _("No random numbers for a key: %s"), g_strerror (errno));
      return NULL;
    }
  text = g_base64_encode (bytes, sizeof bytes);
  explicit_bzero (bytes, sizeof bytes);
  return text;
}

gboolean
tc_sealed_save_key (const char *data_dir, const char *key, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "key", NULL);

  return g_file_set_contents_full (path, key, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

TcValue *
tc_sealed_text (TcOrder *order, const char *text, GError **error)
{
  TcValue *cipher = apply (order, "{{ encrypt(key, text) }}", text, error);

  return cipher != NULL ? tc_value_map_of ("type", tc_value_string (SEALED_TYPE), "value", cipher, NULL) : NULL;
}

static TcValue *
close_text (TcOrder *order, const char *text, GError **error)
{
  tc_order_hide_text (order, text);
  return tc_sealed_text (order, text, error);
}

TcValue *
tc_sealed_close (TcOrder *order, const TcFlow *flow, const TcValue *inputs, GError **error)
{
  g_autoptr (TcValue) sealed = tc_value_ref (inputs);

  for (size_t i = 0; i < tc_flow_n_inputs (flow); i++)
    {
      const TcInput *input = tc_flow_input (flow, i);
      const char *text = input->type == TC_INPUT_SECRET ? tc_value_get_str (inputs, input->id) : NULL;
      g_autoptr (TcValue) closed = NULL, old = NULL;

      if (text == NULL || *text == '\0')
        continue;
      closed = close_text (order, text, error);
      if (closed == NULL)
        return NULL;
      old = g_steal_pointer (&sealed);
      sealed = tc_value_with (old, input->id, closed);
    }
  return g_steal_pointer (&sealed);
}

TcValue *
tc_sealed_close_output (TcOrder *order, const TcValue *values, GError **error)
{
  const char *id = tc_value_length (values) == 1 ? tc_value_key (values, 0) : NULL;

  for (size_t i = 0; id != NULL && i < tc_flow_n_outputs (order->flow); i++)
    {
      const TcInput *output = tc_flow_output (order->flow, i);
      g_autoptr (TcValue) text = NULL, closed = NULL;

      if (output->type != TC_INPUT_SECRET || strcmp (output->id, id) != 0 || tc_value_is (tc_value_item (values, 0), TC_VALUE_NULL))
        continue;
      text = tc_input_parse (output, tc_value_item (values, 0), error);
      closed = text != NULL ? close_text (order, tc_value_get_text (text), error) : NULL;
      return closed != NULL ? tc_value_with (values, id, closed) : NULL;
    }
  return tc_value_ref (values);
}

static const char *
cipher_of (const TcValue *value)
{
  return tc_value_is (value, TC_VALUE_MAP) && g_strcmp0 (tc_value_get_str (value, "type"), SEALED_TYPE) == 0
             ? tc_value_get_str (value, "value") : NULL;
}

static TcValue *
open_list (TcOrder *order, const TcValue *list)
{
  g_autoptr (TcListBuilder) items = tc_list_builder_new ();
  gboolean any = FALSE;

  for (size_t i = 0; i < tc_value_length (list); i++)
    {
      TcValue *open = tc_sealed_open (order, tc_value_item (list, i));

      any |= open != NULL;
      tc_list_builder_take (items, open != NULL ? open : tc_value_ref (tc_value_item (list, i)));
    }
  return any ? tc_list_builder_end (g_steal_pointer (&items)) : NULL;
}

static TcValue *
open_text (TcOrder *order, const TcValue *value)
{
  const char *cipher = cipher_of (value);

  return cipher != NULL ? apply (order, "{{ decrypt(key, text) }}", cipher, NULL) : NULL;
}

static TcValue *
open_map (TcOrder *order, const TcValue *map)
{
  g_autoptr (TcValue) whole = NULL;

  for (size_t i = 0; i < tc_value_length (map); i++)
    {
      gboolean is_body = strcmp (tc_value_key (map, i), "encryptedBody") == 0;
      g_autoptr (TcValue) open = (is_body ? open_text : tc_sealed_open) (order, tc_value_item (map, i)), old = NULL;

      if (open == NULL)
        continue;
      old = g_steal_pointer (&whole);
      whole = tc_value_with (old != NULL ? old : map, tc_value_key (map, i), open);
    }
  return g_steal_pointer (&whole);
}

TcValue *
tc_sealed_open (TcOrder *order, const TcValue *value)
{
  TcValue *text = open_text (order, value);

  if (text != NULL)
    {
      tc_order_hide_text (order, tc_value_get_text (text));
      return text;
    }
  return tc_value_is (value, TC_VALUE_MAP) ? open_map (order, value) : tc_value_is (value, TC_VALUE_LIST) ? open_list (order, value) : NULL;
}
