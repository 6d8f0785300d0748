/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-http-task.h"
#include "tc-json.h"
#include "tc-script-private.h"
#include "tc-stored.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
add_param (GString        *url,
           const char     *name,
           const TcValue  *value,
           GError        **error)
{
  if (!tc_value_is (value, TC_VALUE_STRING))
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Unsupported param type: %s of “%s”: put it in quotes, or give a list of texts"),
                   tc_value_kind_name (tc_value_kind (value)), name);
      return FALSE;
    }
  g_string_append_c (url, strchr (url->str, '?') == NULL ? '?' : '&');
  g_string_append_uri_escaped (url, name, NULL, FALSE);
  g_string_append_c (url, '=');
  g_string_append_uri_escaped (url, tc_value_get_text (value), NULL, FALSE);
  return TRUE;
}

char *
tc_http_url (const char     *uri,
             const TcValue  *params,
             GError        **error)
{
  g_autoptr (GString) url = g_string_new (uri);

  g_string_replace (url, " ", "%20", 0);
  for (size_t i = 0; params != NULL && i < tc_value_length (params); i++)
    {
      const TcValue *value = tc_value_item (params, i);
      gboolean list = tc_value_is (value, TC_VALUE_LIST);

      for (size_t j = 0; j < (list ? tc_value_length (value) : 1); j++)
        if (!add_param (url, tc_value_key (params, i), list ? tc_value_item (value, j) : value, error))
          return NULL;
    }
  return g_string_free (g_steal_pointer (&url), FALSE);
}

static GString *
urlencoded (const TcValue *form)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < tc_value_length (form); i++)
    {
      g_autofree char *value = tc_script_text_of (tc_value_item (form, i));

      g_string_append_printf (text, "%s", i > 0 ? "&" : "");
      g_string_append_uri_escaped (text, tc_value_key (form, i), " ", FALSE);
      g_string_append_c (text, '=');
      g_string_append_uri_escaped (text, value, " ", FALSE);
    }
  g_string_replace (text, " ", "+", 0);
  return text;
}

static gboolean
append_file (TcJob       *job,
             GString     *body,
             const char  *uri,
             GError     **error)
{
  g_autoptr (FILE) in = tc_stored_open (job, uri, error);
  char buffer[16384];
  size_t n;

  while (in != NULL && (n = fread (buffer, 1, sizeof buffer, in)) > 0)
    g_string_append_len (body, buffer, (gssize) n);
  return in != NULL;
}

static gboolean
append_part (TcJob          *job,
             GString        *body,
             const char     *name,
             const TcValue  *value,
             GError        **error)
{
  const char *content = tc_value_get_str (value, "content"), *file = tc_value_get_str (value, "name");
  g_autofree char *text = tc_script_text_of (value), *random = NULL;

  if (tc_value_is (value, TC_VALUE_STRING) && g_str_has_prefix (text, "kestra://"))
    {
      content = text;
      file = random = tc_script_random_name (".tmp");
    }
  g_string_append_printf (body, "Content-Disposition: form-data; name=\"%s\"", name);
  if (file != NULL && content != NULL)
    {
      g_string_append_printf (body, "; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n", file);
      return append_file (job, body, content, error);
    }
  g_string_append_printf (body, "\r\nContent-Type: %s\r\n\r\n%s", tc_value_is (value, TC_VALUE_STRING) ? "text/plain" : "application/json", text);
  return TRUE;
}

static GString *
multipart (TcJob          *job,
           const TcValue  *form,
           char          **content_type,
           GError        **error)
{
  g_autofree char *id = tc_id_new (), *boundary = g_strdup_printf ("httpclient_boundary_%s", id);
  g_autoptr (GString) body = g_string_new (NULL);

  for (size_t i = 0; i < tc_value_length (form); i++)
    {
      g_string_append_printf (body, "--%s\r\n", boundary);
      if (!append_part (job, body, tc_value_key (form, i), tc_value_item (form, i), error))
        return NULL;
      g_string_append (body, "\r\n");
    }
  g_string_append_printf (body, "--%s--\r\n", boundary);
  *content_type = g_strdup_printf ("multipart/form-data; charset=ISO-8859-1; boundary=%s", boundary);
  return g_steal_pointer (&body);
}

GString *
tc_http_content (TcJob             *job,
                 const TcHttpTask  *task,
                 char             **content_type,
                 GError           **error)
{
  const char *type = task->content_type != NULL ? task->content_type : "application/json";

  if (task->form != NULL && strcmp (type, "multipart/form-data") == 0)
    return multipart (job, task->form, content_type, error);
  if (task->form != NULL)
    {
      *content_type = g_strdup ("application/x-www-form-urlencoded; charset=ISO-8859-1");
      return urlencoded (task->form);
    }
  if (task->body != NULL)
    {
      *content_type = strchr (type, ';') != NULL ? g_strdup (type) : g_strdup_printf ("%s; charset=UTF-8", type);
      return g_string_new (task->body);
    }
  *content_type = g_strdup (type);
  return NULL;
}
