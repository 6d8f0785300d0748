/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *   NEW ──worker──▶ FINDING ──▶ CONNECTING (one address after the other) ──▶ READY
 *    ▲                │              └── none answers ──▶ all who wait are told, NEW
 *    └────────────────┴──────────────── lost ────────────────────────────────┘
 */
#include "config.h"

#include "tc-docker-engines.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#define REMOVAL_MS 5000

typedef enum { NEW, FINDING, CONNECTING, READY } EngineState;

typedef struct
{
  TcDockerEngineFunc func;
  gpointer           data;
} Waiter;

typedef struct
{
  TcDockerEngines *engines;
  char            *host;            /* "": the default one */
  EngineState      state;
  GPtrArray       *addresses;       /* still to be tried, from `at` on */
  guint            at;
  TcDocker        *docker;
  GPtrArray       *old;             /* TcDocker that were lost: runs may still hold them */
  GArray          *waiters;
  GString         *tried;
  GError          *best;            /* the most telling of the errors so far */
} Engine;

struct _TcDockerEngines
{
  int           refs;               /* of the host and of workers that have not come back */
  TcRunnerHost *host;               /* NULL once it is gone */
  TcHttp       *http;
  GHashTable   *by_host;            /* host → Engine */
  GPtrArray    *removals;           /* Removal: without an answer as yet */
  GPtrArray    *sweeps;             /* ContainerSweep under way: a request that is cancelled at the end tells nobody */
};

typedef struct
{
  TcDockerEngines *engines;
  TcDockerRequest *request;
} Removal;

static void try_next (Engine *engine);
static void container_sweep_free (gpointer data);

static void
engine_free (Engine *self)
{
  g_clear_pointer (&self->docker, tc_docker_free);
  g_ptr_array_unref (self->old);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_array_unref (self->waiters);
  g_string_free (self->tried, TRUE);
  g_clear_error (&self->best);
  g_free (self->host);
  g_free (self);
}

TcDockerEngines *
tc_docker_engines_new (TcRunnerHost *host)
{
  TcDockerEngines *self = g_new0 (TcDockerEngines, 1);

  self->refs = 1;
  self->host = host;
  self->http = tc_http_new (host->fds, host->context);
  self->removals = g_ptr_array_new_with_free_func (g_free);
  self->sweeps = g_ptr_array_new_with_free_func (container_sweep_free);
  self->by_host = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) engine_free);
  return self;
}

static void
engines_unref (TcDockerEngines *self)
{
  if (--self->refs == 0)
    g_free (self);
}

static gboolean
on_patience_over (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
have_unsure_removals (const TcDockerEngines *self)
{
  for (guint i = 0; i < self->removals->len; i++)
    if (!tc_docker_is_underway (((Removal *) self->removals->pdata[i])->request))
      return TRUE;
  return FALSE;
}

/* A short-lived engine (one flow from the command line) must not leave its containers behind, but need not see them go. */
static void
wait_for_removals (TcDockerEngines *self)
{
  GMainContext *context = self->host->context;
  GSource *patience = g_timeout_source_new (REMOVAL_MS);
  gboolean over = FALSE;

  g_source_set_callback (patience, on_patience_over, &over, NULL);
  g_source_attach (patience, context);
  while (have_unsure_removals (self) && !over)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (patience);
  g_source_unref (patience);
}

void
tc_docker_engines_free (TcDockerEngines *self)
{
  if (!self)
    return;
  wait_for_removals (self);
  self->host = NULL;
  g_clear_pointer (&self->by_host, g_hash_table_unref);
  g_clear_pointer (&self->http, tc_http_free);
  g_clear_pointer (&self->removals, g_ptr_array_unref);
  g_clear_pointer (&self->sweeps, g_ptr_array_unref);
  engines_unref (self);
}

static void
on_removed (gpointer       data,
            const TcValue *answer,
            const GError  *error)
{
  Removal *self = data;

  g_ptr_array_remove_fast (self->engines->removals, self);
}

void
tc_docker_engines_remove (TcDockerEngines *self,
                          TcDocker        *docker,
                          const char      *container)
{
  Removal *removal = g_new0 (Removal, 1);

  removal->engines = self;
  removal->request = tc_docker_act (docker, TC_DOCKER_REMOVE, container, on_removed, removal);
  g_ptr_array_add (self->removals, removal);
}

/* Tells all who wait. Each may ask again at once, which begins anew. */
static void
tell (Engine       *self,
      const GError *error)
{
  g_autoptr(GArray) waiters = g_steal_pointer (&self->waiters);
  TcDocker *docker = error ? NULL : self->docker;

  self->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  self->state = error ? NEW : READY;
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter waiter = g_array_index (waiters, Waiter, i);

      waiter.func (waiter.data, docker, error);
    }
}

static int
weight (const GError *error)
{
  switch ((TcRunError) error->code)
    {
    case TC_RUN_ERROR_ENGINE_VERSION: return 4;
    case TC_RUN_ERROR_ENGINE_DENIED: return 3;
    case TC_RUN_ERROR_ENGINE_DOWN: return 2;
    default: return 1;
    }
}

static void
tell_none (Engine *self)
{
  g_autoptr(GError) error = g_steal_pointer (&self->best);
  g_autofree char *text = NULL;

  if (!error || (error->code == TC_RUN_ERROR_ENGINE_NONE && self->addresses->len > 1))
    {
      g_clear_error (&error);
      text = tc_docker_explain_none (self->tried->str);
      error = g_error_new_literal (TC_RUN_ERROR, TC_RUN_ERROR_ENGINE_NONE, text);
    }
  tell (self, error);
}

GError *
tc_docker_run_error (const GError *error,
                     TcDocker     *docker,
                     TcRunError    code,
                     const char   *what)
{
  g_autofree char *text = tc_docker_explain (error, docker, what);

  if (error->domain == TC_DOCKER_ERROR)
    switch ((TcDockerError) error->code)
      {
      case TC_DOCKER_ERROR_NO_SOCKET: code = TC_RUN_ERROR_ENGINE_NONE; break;
      case TC_DOCKER_ERROR_SOCKET: code = TC_RUN_ERROR_ENGINE_DENIED; break;
      case TC_DOCKER_ERROR_DOWN: code = TC_RUN_ERROR_ENGINE_DOWN; break;
      case TC_DOCKER_ERROR_BROKEN: code = TC_RUN_ERROR_ENGINE_LOST; break;
      case TC_DOCKER_ERROR_VERSION: code = TC_RUN_ERROR_ENGINE_VERSION; break;
      case TC_DOCKER_ERROR_NOT_FOUND:
      case TC_DOCKER_ERROR_DENIED:
      case TC_DOCKER_ERROR_CONFLICT:
      case TC_DOCKER_ERROR_BAD:
      case TC_DOCKER_ERROR_FAILED:
        break;
      }
  return g_error_new_literal (TC_RUN_ERROR, (int) code, text);
}

static void
on_connected (gpointer       data,
              const TcValue *answer,
              const GError  *error)
{
  Engine *self = data;
  TcDockerAddress *address = self->addresses->pdata[self->at];
  GError *wrapped;

  if (!error)
    {
      g_clear_error (&self->best);
      tell (self, NULL);
      return;
    }
  g_string_append_printf (self->tried, "%s%s%s%s%s", self->tried->len ? ", " : "", address->host, address->origin ? " (" : "",
                          address->origin ? address->origin : "", address->origin ? ")" : "");
  wrapped = tc_docker_run_error (error, self->docker, TC_RUN_ERROR_ENGINE_REFUSED, _("connecting"));
  if (wrapped->code == TC_RUN_ERROR_ENGINE_LOST)
    wrapped->code = TC_RUN_ERROR_ENGINE_DOWN;      /* it never was there */
  if (self->best && weight (self->best) >= weight (wrapped))
    g_error_free (wrapped);
  else
    {
      g_clear_error (&self->best);
      self->best = wrapped;
    }
  g_clear_pointer (&self->docker, tc_docker_free);
  self->at++;
  try_next (self);
}

static void
try_next (Engine *self)
{
  self->state = CONNECTING;
  if (self->at >= self->addresses->len)
    {
      tell_none (self);
      return;
    }
  self->docker = tc_docker_new (self->engines->http, self->addresses->pdata[self->at]);
  tc_docker_connect (self->docker, on_connected, self);
}

typedef struct
{
  char *key, *setting, *kind;
} Find;

static void
find_free (Find *self)
{
  g_free (self->key);
  g_free (self->setting);
  g_free (self->kind);
  g_free (self);
}

static void
find_on_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  const Find *self = data;
  GError *error = NULL;
  GPtrArray *addresses = tc_docker_find (self->setting, self->kind, &error);

  if (addresses)
    g_task_return_pointer (task, addresses, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_found (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  TcDockerEngines *engines = data;
  const Find *find = g_task_get_task_data (G_TASK (result));
  Engine *self = engines->host ? g_hash_table_lookup (engines->by_host, find->key) : NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) addresses = g_task_propagate_pointer (G_TASK (result), &error);

  engines_unref (engines);
  if (!self)
    return;
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  self->addresses = g_steal_pointer (&addresses);
  self->at = 0;
  g_string_truncate (self->tried, 0);
  g_clear_error (&self->best);
  if (self->addresses)
    try_next (self);
  else
    {
      g_autoptr(GError) wrapped = g_error_new_literal (TC_RUN_ERROR, TC_RUN_ERROR_ENGINE_NONE, error->message);

      tell (self, wrapped);
    }
}

static void
find (Engine *self)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, on_found, self->engines);
  Find *data = g_new0 (Find, 1);

  self->state = FINDING;
  self->engines->refs++;
  data->key = g_strdup (self->host);
  data->kind = g_strdup (self->engines->host->engine_kind);
  data->setting = g_strdup (*self->host ? self->host : self->engines->host->engine_host);
  g_task_set_task_data (task, data, (GDestroyNotify) find_free);
  g_task_run_in_thread (task, find_on_worker);
}

void
tc_docker_engines_get (TcDockerEngines   *self,
                       const char        *host,
                       TcDockerEngineFunc func,
                       gpointer           data)
{
  Engine *engine = g_hash_table_lookup (self->by_host, host ? host : "");
  Waiter waiter = { func, data };

  if (!engine)
    {
      engine = g_new0 (Engine, 1);
      engine->engines = self;
      engine->host = g_strdup (host ? host : "");
      engine->old = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_docker_free);
      engine->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
      engine->tried = g_string_new (NULL);
      g_hash_table_insert (self->by_host, engine->host, engine);
    }
  if (engine->state == READY)
    {
      func (data, engine->docker, NULL);
      return;
    }
  g_array_append_val (engine->waiters, waiter);
  if (engine->state == NEW)
    find (engine);
}

void
tc_docker_engines_forget (TcDockerEngines *self,
                          gpointer         data)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->by_host);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      GArray *waiters = ((Engine *) item)->waiters;

      for (guint i = waiters->len; i > 0; i--)
        if (g_array_index (waiters, Waiter, i - 1).data == data)
          g_array_remove_index (waiters, i - 1);
    }
}

void
tc_docker_engines_lost (TcDockerEngines *self,
                        TcDocker        *docker)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->by_host);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      Engine *engine = item;

      if (engine->state == READY && engine->docker == docker)
        {
          g_ptr_array_add (engine->old, g_steal_pointer (&engine->docker));
          engine->state = NEW;
        }
    }
}

typedef struct
{
  TcDockerEngines *engines;
  TcDocker        *docker;
  GHashTable      *live;
  TcFdSet         *fds;
  guint            delay;           /* deadline, or 0 */
} ContainerSweep;

static void
container_sweep_free (gpointer data)
{
  ContainerSweep *self = data;

  tc_fd_set_remove_deadline (self->fds, self->delay);
  g_hash_table_unref (self->live);
  g_free (self);
}

static void
on_containers (gpointer       data,
               const TcValue *answer,
               const GError  *error)
{
  ContainerSweep *self = data;

  for (size_t i = 0; tc_value_is (answer, TC_VALUE_LIST) && i < tc_value_length (answer); i++)
    {
      const TcValue *container = tc_value_item (answer, i), *labels = tc_value_get (container, "Labels");
      const char *effect = labels ? tc_value_get_str (labels, "tiercel.effect") : NULL, *id = tc_value_get_str (container, "Id");

      if (effect && id && !tc_value_get (labels, "tiercel.keep") && !g_hash_table_contains (self->live, effect)
          && !g_hash_table_contains (self->engines->host->runs, effect))
        tc_docker_engines_remove (self->engines, self->docker, id);
    }
  g_ptr_array_remove_fast (self->engines->sweeps, self);
}

static void
on_sweep_engine (gpointer      data,
                 TcDocker     *docker,
                 const GError *error)
{
  ContainerSweep *self = data;
  g_autofree char *label = NULL;

  if (!docker)
    {
      g_ptr_array_remove_fast (self->engines->sweeps, self);
      return;
    }
  label = g_strconcat ("tiercel.data=", self->engines->host->data_dir, NULL);
  self->docker = docker;
  tc_docker_list (docker, label, on_containers, self);
}

static void
begin_sweep (gpointer data)
{
  ContainerSweep *self = data;

  self->delay = 0;
  tc_docker_engines_get (self->engines, NULL, on_sweep_engine, self);
}

void
tc_docker_engines_sweep (TcDockerEngines *self,
                         GHashTable      *live)
{
  ContainerSweep *sweep = g_new0 (ContainerSweep, 1);
  GHashTableIter iter;
  gpointer id;

  sweep->engines = self;
  sweep->live = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, live);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (sweep->live, g_strdup (id));
  sweep->fds = self->host->fds;
  g_ptr_array_add (self->sweeps, sweep);
  if (self->host->sweep_delay_us > 0)
    sweep->delay = tc_fd_set_add_deadline (sweep->fds, tc_clock_now_us (tc_clock_system ()) + self->host->sweep_delay_us, begin_sweep, sweep);
  else
    begin_sweep (sweep);
}
