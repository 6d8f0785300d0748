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
  guchar bytes[KEY_BYTES];

  if (g_file_get_contents (path, &text, NULL, &problem))
    return g_strdup (g_strstrip (text));
  if (!g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _("No random numbers for a key: %s"), g_strerror (errno));
      return NULL;
    }
  text = g_base64_encode (bytes, sizeof bytes);
  explicit_bzero (bytes, sizeof bytes);
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
    return NULL;
  return g_steal_pointer (&text);
}

TcValue *
tc_sealed_close (TcOrder *order, const TcFlow *flow, const TcValue *inputs, GError **error)
{
  g_autoptr (TcValue) sealed = tc_value_ref (inputs);

  for (size_t i = 0; i < tc_flow_n_inputs (flow); i++)
    {
      const TcInput *input = tc_flow_input (flow, i);
      const char *text = input->type == TC_INPUT_SECRET ? tc_value_get_str (inputs, input->id) : NULL;
      g_autoptr (TcValue) cipher = NULL, closed = NULL, old = NULL;

      if (text == NULL || *text == '\0')
        continue;
      tc_order_hide_text (order, text);
      cipher = apply (order, "{{ encrypt(key, text) }}", text, error);
      if (cipher == NULL)
        return NULL;
      closed = tc_value_map_of ("type", tc_value_string (SEALED_TYPE), "value", g_steal_pointer (&cipher), NULL);
      old = g_steal_pointer (&sealed);
      sealed = tc_value_with (old, input->id, closed);
    }
  return g_steal_pointer (&sealed);
}

TcValue *
tc_sealed_open (TcOrder *order, const TcValue *inputs)
{
  g_autoptr (TcValue) open = NULL;

  for (size_t i = 0; inputs != NULL && i < tc_value_length (inputs); i++)
    {
      const TcValue *item = tc_value_item (inputs, i);
      const char *cipher = g_strcmp0 (tc_value_get_str (item, "type"), SEALED_TYPE) == 0 ? tc_value_get_str (item, "value") : NULL;
      g_autoptr (TcValue) text = cipher != NULL ? apply (order, "{{ decrypt(key, text) }}", cipher, NULL) : NULL;
      TcValue *with;

      if (text == NULL)
        continue;
      tc_order_hide_text (order, tc_value_get_text (text));
      with = tc_value_with (open != NULL ? open : inputs, tc_value_key (inputs, i), text);
      tc_value_unref (open);
      open = with;
    }
  return g_steal_pointer (&open);
}
