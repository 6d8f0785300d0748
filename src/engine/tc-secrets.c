/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-secrets.h"

#include "tc-engine.h"
#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#define PREFIX "SECRET_"
#define PATIENCE_S 30      /* a key ring that waits for its password, or hangs, must not hold a task for ever */

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

typedef struct
{
  GCancellable *cancellable;
  const char   *space, *name;
  char         *found;
  GError       *error;
  gboolean      over, done;
} Lookup;

static void
on_searched (GObject *source, GAsyncResult *result, gpointer data)
{
  Lookup *self = data;
  GList *items = secret_password_search_finish (result, &self->error);

  if (items != NULL)
    g_set_error_literal (&self->error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("it is locked"));
  g_list_free_full (items, g_object_unref);
  self->done = TRUE;
}

/* A password that stays locked, as its prompt was dismissed or cannot be shown, is not found; only a search tells it from one that is not there. */
static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Lookup *self = data;

  self->found = secret_password_lookup_finish (result, &self->error);
  self->done = self->found != NULL || self->error != NULL;
  if (!self->done)
    secret_password_search (schema (), SECRET_SEARCH_NONE, self->cancellable, on_searched, self, "namespace", self->space, "name", self->name, NULL);
}

static gboolean
on_patience_over (gpointer data)
{
  Lookup *self = data;

  self->over = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_stopped (GCancellable *stop, gpointer data)
{
  Lookup *self = data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/* One password, within PATIENCE_S. The blocking call of libsecret has no limit: it waits for a prompt until somebody answers it. */
static char *
look_up (const char *space, const char *name, GCancellable *stop, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) patience = g_timeout_source_new_seconds (PATIENCE_S), stopped = g_cancellable_source_new (stop);
  Lookup self = { .cancellable = cancellable, .space = space, .name = name };

  g_main_context_push_thread_default (context);
  g_source_set_callback (patience, on_patience_over, &self, NULL);
  g_source_attach (patience, context);
  g_source_set_callback (stopped, G_SOURCE_FUNC (on_stopped), &self, NULL);
  g_source_attach (stopped, context);
  secret_password_lookup (schema (), cancellable, on_found, &self, "namespace", space, "name", name, NULL);
  while (!self.done)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (patience);
  g_source_destroy (stopped);
  g_main_context_pop_thread_default (context);
  if (self.over && self.error != NULL)
    {
      g_clear_error (&self.error);
      g_set_error (&self.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("it did not answer within %d seconds"), PATIENCE_S);
    }
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return self.found;
}

/* Takes @problem of the key ring. */
static void
set_unreadable (const char *name, GError *problem, GError **error)
{
  g_autofree char *upper = g_ascii_strup (name, -1);

  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_prefixed_error (error, problem, _("Looking for the secret '%s' in the key ring: "), name);
      return;
    }
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND,
               _("Cannot find secret for key '%s': the variable SECRET_%s is not set, and the key ring could not be read: %s. "
                 "Unlock the key ring or start its service, or set the variable to the secret in base64."),
               name, upper, problem->message);
  g_error_free (problem);
}

static char *
from_key_ring (const char *namespace_, const char *name, GCancellable *cancellable, GError **error)
{
  g_autofree char *space = g_strdup (namespace_ != NULL ? namespace_ : "");

  for (;;)
    {
      char *dot = strrchr (space, '.'), *found;
      GError *problem = NULL;

      found = look_up (space, name, cancellable, &problem);
      if (problem != NULL)
        set_unreadable (name, problem, error);
      if (found != NULL || problem != NULL || *space == '\0')
        return found;
      *(dot != NULL ? dot : space) = '\0';
    }
}

char *
tc_secret_find (const char *namespace_, const char *name, gboolean key_ring, GCancellable *cancellable, GError **error)
{
  const char *space = namespace_ != NULL ? namespace_ : "";
  char *found = from_environment (name);
  g_autofree char *upper = NULL;
  GError *problem = NULL;

  if (found == NULL && key_ring)
    found = from_key_ring (space, name, cancellable, &problem);
  if (found != NULL)
    return found;
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return NULL;
    }
  upper = g_ascii_strup (name, -1);
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND,
               _("Cannot find secret for key '%s'. Neither the key ring has it, for namespace '%s' or one above, nor the variable SECRET_%s. "
                 "Set it with “tiercel-cli secrets set %s %s”, or with “secret-tool store --label=%s xdg:schema %s namespace %s name %s”, "
                 "or set that variable to the secret in base64."),
               name, space, upper, *space != '\0' ? space : "''", name, name, TC_APP_ID, *space != '\0' ? space : "''", name);
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
