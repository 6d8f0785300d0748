/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-secrets.h"

#include "tc-engine.h"
#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#define PREFIX "SECRET_"

static const SecretSchema *
schema (void)
{
  static const SecretSchema table = {
    TC_APP_ID, SECRET_SCHEMA_NONE,
    { { "namespace", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "name", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
    0, 0, 0, 0, 0, 0, 0, 0
  };

  return &table;
}

/* Kestra looks a key up in upper case. A text that is no base64 is not a secret. */
static char *
from_environment (const char *name)
{
  g_autofree char *upper = g_ascii_strup (name, -1);
  g_autofree char *variable = g_strconcat (PREFIX, upper, NULL);
  const char *encoded = g_getenv (variable);
  gsize length;
  guchar *bytes;
  char *text;

  if (encoded == NULL)
    return NULL;
  bytes = g_base64_decode (encoded, &length);
  text = g_strndup ((const char *) bytes, length);
  explicit_bzero (bytes, length);
  g_free (bytes);
  return text;
}

static char *
from_key_ring (const char *namespace_, const char *name, GError **error)
{
  g_autofree char *space = g_strdup (namespace_ != NULL ? namespace_ : "");

  for (;;)
    {
      char *dot = strrchr (space, '.'), *found;
      GError *problem = NULL;

      found = secret_password_lookup_sync (schema (), NULL, &problem, "namespace", space, "name", name, NULL);
      if (found != NULL || problem != NULL)
        {
          if (problem != NULL)
            g_propagate_prefixed_error (error, problem, _("Reading secret '%s' from the key ring: "), name);
          return found;
        }
      if (*space == '\0')
        return NULL;
      *(dot != NULL ? dot : space) = '\0';
    }
}

char *
tc_secret_find (const char *namespace_, const char *name, gboolean key_ring, GError **error)
{
  char *found = from_environment (name);
  GError *problem = NULL;

  if (found == NULL && key_ring)
    found = from_key_ring (namespace_, name, &problem);
  if (found != NULL)
    return found;
  if (problem != NULL)
    g_propagate_error (error, problem);
  else
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND,
                 _("Cannot find secret for key '%s'. Set it in Settings → Secrets, or as the variable SECRET_%s in base64."), name, name);
  return NULL;
}

void
tc_secret_free (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

gboolean
tc_secret_store (const char *namespace_, const char *name, const char *value, GError **error)
{
  g_autofree char *label = g_strdup_printf ("Tiercel: %s", name);
  const char *space = namespace_ != NULL ? namespace_ : "";

  if (value == NULL)
    {
      GError *problem = NULL;

      secret_password_clear_sync (schema (), NULL, &problem, "namespace", space, "name", name, NULL);
      if (problem != NULL)
        g_propagate_error (error, problem);
      return problem == NULL;
    }
  return secret_password_store_sync (schema (), SECRET_COLLECTION_DEFAULT, label, value, NULL, error, "namespace", space, "name", name, NULL);
}

static void
list_environment (TcListBuilder *list)
{
  g_auto (GStrv) names = g_listenv ();

  for (size_t i = 0; names[i] != NULL; i++)
    if (g_str_has_prefix (names[i], PREFIX) && names[i][strlen (PREFIX)] != '\0')
      tc_list_builder_take (list, tc_value_map_of ("name", tc_value_string (names[i] + strlen (PREFIX)),
                                                   "source", tc_value_string ("environment"), NULL));
}

TcValue *
tc_secret_list (gboolean key_ring, GError **error)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  GList *items = NULL;
  GError *problem = NULL;

  list_environment (list);
  if (key_ring)
    {
      items = secret_password_search_sync (schema (), SECRET_SEARCH_ALL, NULL, &problem, NULL);
      if (problem != NULL)
        {
          g_propagate_error (error, problem);
          return NULL;
        }
    }
  for (GList *l = items; l != NULL; l = l->next)
    {
      g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (l->data);
      const char *name = g_hash_table_lookup (attributes, "name"), *space = g_hash_table_lookup (attributes, "namespace");

      tc_list_builder_take (list, tc_value_map_of ("name", tc_value_string (name != NULL ? name : ""),
                                                   "namespace", tc_value_string (space != NULL ? space : ""),
                                                   "source", tc_value_string ("keyring"), NULL));
    }
  g_list_free_full (items, g_object_unref);
  return tc_list_builder_end (g_steal_pointer (&list));
}

gboolean
tc_secret_service_works (GError **error)
{
  g_autoptr (SecretService) service = secret_service_get_sync (SECRET_SERVICE_NONE, NULL, error);

  return service != NULL;
}
