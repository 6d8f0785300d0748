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

const char *
tc_http_charset (const TcHttpTask *task)
{
  const char *given = tc_value_get_str (task->options, "defaultCharset");

  return given != NULL && *given != '\0' ? given : "UTF-8";
}

static GString *
encoded (const TcHttpTask  *task,
         GError           **error)
{
  gsize length;
  g_autofree char *bytes = g_convert_with_fallback (task->body, -1, tc_http_charset (task), "UTF-8", "?", NULL, &length, error);

  return bytes != NULL ? g_string_new_len (bytes, (gssize) length) : NULL;
}

/* The parameter `charset` of a content type; NULL: it names none. */
static char *
named_charset (const TcHttpAnswer *answer)
{
  const TcValue *types = tc_value_get (answer->headers, "content-type");
  const char *type = types != NULL && tc_value_length (types) > 0 ? tc_value_get_text (tc_value_item (types, 0)) : "";
  g_auto (GStrv) parts = g_strsplit (type, ";", -1);

  for (size_t i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    if (g_ascii_strncasecmp (g_strstrip (parts[i]), "charset=", strlen ("charset=")) == 0)
      return g_strdelimit (g_strstrip (g_strdup (parts[i] + strlen ("charset="))), "\"'", ' ');
  return NULL;
}

TcValue *
tc_http_answer_text (const TcHttpTask    *task,
                     const TcHttpAnswer  *answer,
                     GError             **error)
{
  g_autofree char *named = named_charset (answer), *text = NULL;
  const char *charset = named != NULL && *g_strstrip (named) != '\0' ? named : tc_http_charset (task);
  gsize length;

  if (g_ascii_strcasecmp (charset, "UTF-8") == 0)
    return tc_value_string_len (answer->body->str, answer->body->len);
  text = g_convert_with_fallback (answer->body->str, (gssize) answer->body->len, "UTF-8", charset, "\357\277\275", NULL, &length, error);
  return text != NULL ? tc_value_string_len (text, length) : NULL;
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
      *content_type = strchr (type, ';') != NULL ? g_strdup (type) : g_strdup_printf ("%s; charset=%s", type, tc_http_charset (task));
      return encoded (task, error);
    }
  *content_type = g_strdup (type);
  return NULL;
}
