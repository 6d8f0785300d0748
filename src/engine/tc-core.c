/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-recovery.h"
#include "private/tc-scheduler.h"
#include "private/tc-sealed.h"
#include "private/tc-status.h"
#include "private/tc-triggering.h"
#include "private/tc-submit.h"
#include "private/tc-waiters.h"
#include "private/tc-work.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define MESSAGES_A_TURN 64
#define LEAST_PARALLEL  8
#define SWEEP_DELAY_US  G_USEC_PER_SEC      /* the window comes first */
#define SERVER_URL      "http://localhost:8080"     /* what {{ kestra.url }} is where nothing else is configured */



typedef struct
{
  TcFlushFunc func;
  gpointer    data;
} Token;

typedef struct
{
  Token        *token;
  TcCheckpoint *checkpoint;
  char         *id;
  uint64_t      n;
  TcValue      *vars, *metrics;
  GError       *error;
} Report;

static void
report_free (gpointer data)
{
  Report *self = data;

  g_free (self->token);
  tc_checkpoint_free (self->checkpoint);
  g_free (self->id);
  tc_value_unref (self->vars);
  tc_value_unref (self->metrics);
  g_clear_error (&self->error);
  g_free (self);
}

static void
take_checkpoint (TcCore *core, gpointer data)
{
  Report *report = data;
  TcBatch *batch = tc_batch_new ();

  /* Of an execution that is gone already there is nothing to be recorded. */
  if (g_hash_table_contains (core->live, report->checkpoint->execution_id))
    tc_core_settle_checkpoint (core, g_steal_pointer (&report->checkpoint), batch);
  tc_core_commit (core, batch);
  report_free (report);
}

static void
on_checkpoint (gpointer data, TcCheckpoint *checkpoint)
{
  Report *report = g_new0 (Report, 1);

  report->checkpoint = checkpoint;
  tc_site_post (&((TcCore *) data)->site, take_checkpoint, report, report_free);
}

static void
take_available (TcCore *core, gpointer data)
{
  Report *report = data;

  tc_bus_logs (core->bus, report->id, report->n);
  report_free (report);
}

static void
on_available (gpointer data, const char *execution_id, uint64_t n)
{
  Report *report = g_new0 (Report, 1);

  report->id = g_strdup (execution_id);
  report->n = n;
  tc_site_post (&((TcCore *) data)->site, take_available, report, report_free);
}

static void
take_drained (TcCore *core, gpointer data)
{
  Report *report = data;

  tc_engine_work_drained (core, report->id, report->vars, report->metrics, report->error);
  report_free (report);
}

static void
on_drained (gpointer data, const char *effect_id, TcValue *vars, TcValue *metrics, const GError *error)
{
  Report *report = g_new0 (Report, 1);

  report->id = g_strdup (effect_id);
  report->vars = vars;
  report->metrics = metrics;
  report->error = error != NULL ? g_error_copy (error) : NULL;
  tc_site_post (&((TcCore *) data)->site, take_drained, report, report_free);
}

static void
take_flushed (TcCore *core, gpointer data)
{
  Report *report = data;

  report->token->func (core, report->token->data, g_steal_pointer (&report->checkpoint));
  report_free (report);
}

static void
on_flushed (gpointer data, gpointer token, TcCheckpoint *checkpoint)
{
  Report *report = g_new0 (Report, 1);

  report->token = token;
  report->checkpoint = checkpoint;
  tc_site_post (&((TcCore *) data)->site, take_flushed, report, report_free);
}

static void
take_trouble (TcCore *core, gpointer data)
{
  Report *report = data;

  tc_status_trouble (core, &core->log_trouble, report->error);
  report_free (report);
}

static void
on_trouble (gpointer data, const GError *error)
{
  Report *report = g_new0 (Report, 1);

  report->error = error != NULL ? g_error_copy (error) : NULL;
  tc_site_post (&((TcCore *) data)->site, take_trouble, report, report_free);
}

static const TcHubFuncs hub_funcs = { on_checkpoint, on_available, on_drained, on_flushed, on_trouble };

void
tc_site_flush (TcSite *site, const char *execution_id, TcFlushFunc func, gpointer data)
{
  Token *token = g_new (Token, 1);

  *token = (Token) { func, data };
  tc_hub_flush (site->hub, execution_id, token);
}



/* `envs` of expressions: variables ENV_NAME and KESTRA_NAME, in lower case, without the prefix (expressions.md §16). */
static TcValue *
environment (void)
{
  g_auto (GStrv) names = g_listenv ();
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; names[i] != NULL; i++)
    {
      size_t skip = g_str_has_prefix (names[i], "ENV_") ? 4 : g_str_has_prefix (names[i], "KESTRA_") ? 7 : 0;
      g_autofree char *lower = g_ascii_strdown (names[i] + skip, -1);

      if (skip > 0 && *lower != '\0')
        tc_map_builder_str (map, lower, g_getenv (names[i]));
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static const char *
runner_type (const char *name)
{
  if (g_strcmp0 (name, "process") == 0)
    return "io.kestra.plugin.core.runner.Process";
  return g_strcmp0 (name, "docker") == 0 ? "io.kestra.plugin.scripts.runner.docker.Docker" : NULL;
}

/* Read once, before the engine's thread begins: programs without installed settings, and tests, take what is usual. */
static void
read_settings (TcCore *self, const TcEngineOptions *options)
{
  TcSite *site = &self->site;
  GSettingsSchemaSource *source = options->test ? NULL : g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, TC_APP_ID, TRUE) : NULL;
  g_autoptr (GSettings) settings = schema != NULL ? g_settings_new (TC_APP_ID) : NULL;
  guint wanted = settings != NULL ? g_settings_get_uint (settings, "max-parallel-tasks") : 0;

  self->most_admitted = wanted > 0 ? wanted : MAX (LEAST_PARALLEL, 4 * g_get_num_processors ());
  if (settings == NULL)
    return;
  site->container_host = g_settings_get_string (settings, "container-socket");
  site->container_engine = g_settings_get_string (settings, "container-engine");
  /* Settings may have been installed by an earlier version. */
  site->container_volumes = g_settings_schema_has_key (schema, "container-volumes") && g_settings_get_boolean (settings, "container-volumes");
}

TcCore *
tc_core_new (const TcEngineOptions *options, GMainContext *owner, TcNewsFunc news, gpointer data)
{
  TcCore *self = g_new0 (TcCore, 1);
  TcSite *site = &self->site;
  g_autofree char *directory = options->data_directory != NULL ? g_strdup (options->data_directory) : tc_engine_default_data_directory ();

  site->data_dir = g_canonicalize_filename (directory, NULL);
  site->log_dir = g_build_filename (site->data_dir, "logs", NULL);
  site->work_dir = g_build_filename (site->data_dir, "work", NULL);
  site->globals = options->globals != NULL ? tc_value_ref (options->globals) : tc_value_map_of (NULL, NULL);
  site->envs = environment ();
  site->names = tc_value_map_of ("kestra", tc_value_map_of ("url", tc_value_string (SERVER_URL), NULL), NULL);
  site->runner = g_strdup (runner_type (options->runner));
  site->key_ring = !options->test;
  site->types = options->registry != NULL ? tc_registry_ref (options->registry) : NULL;
  site->ephemeral = options->ephemeral;
  self->plugins = g_strdup (options->plugin_directory);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  site->mailbox = tc_mailbox_new (self->context, MESSAGES_A_TURN, tc_site_take_message, self, tc_site_drop_message);
  self->bus = tc_bus_new (self->context, owner, news, data);
  self->live = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tc_live_unref);
  self->flows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, tc_flow_entry_free);
  self->triggers = tc_triggers_new (options->scheduling);
  self->works = g_hash_table_new (g_str_hash, g_str_equal);
  self->waiters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  read_settings (self, options);
  g_queue_init (&self->admission);
  return self;
}

static gboolean
make_directories (TcSite *site, GError **error)
{
  const char *const folders[] = { site->data_dir, site->log_dir, site->work_dir };

  for (size_t i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_mkdir_with_parents (folders[i], 0700) != 0)
      {
        int code = errno;

        g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("The data directory '%s' cannot be made: %s: %s"), folders[i],
                     g_strerror (code), code == ENOSPC || code == EDQUOT ? _("make room on that disk")
                                                                         : _("allow this account to write there, or choose another one"));
        return FALSE;
      }
  return TRUE;
}

static void
on_store_trouble (gpointer data, const GError *error)
{
  TcCore *core = data;

  tc_status_trouble (core, &core->store_trouble, error);
}

/* Callers know our codes only; the store's text says what to do. */
static void
translate (GError **error, GError *problem)
{
  int code = g_error_matches (problem, TC_STORE_ERROR, TC_STORE_ERROR_LOCKED) ? TC_ENGINE_ERROR_LOCKED : TC_ENGINE_ERROR_STORE;
  const char *hint = g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? _(": make room on that disk") : "";

  g_set_error (error, TC_ENGINE_ERROR, code, "%s%s", problem->message, hint);
  g_error_free (problem);
}

gboolean
tc_core_open (TcCore *self, GError **error)
{
  TcSite *site = &self->site;
  TcRunnerHostSettings settings = { .context = self->context, .data_dir = site->data_dir, .sweep_delay_us = SWEEP_DELAY_US };
  GError *problem = NULL;

  if (!make_directories (site, error))
    return FALSE;
  site->key = site->ephemeral ? tc_sealed_new_key (&problem) : tc_sealed_load_key (site->data_dir, &problem);
  if (site->key == NULL)
    {
      translate (error, problem);
      return FALSE;
    }
  if (site->types == NULL)
    site->types = tc_engine_load_registry (self->plugins, error);
  if (site->types == NULL)
    return FALSE;
  site->store = (site->ephemeral ? tc_store_open_memory : tc_store_open) (site->data_dir, self->context, &problem);
  if (site->store == NULL)
    {
      translate (error, problem);
      return FALSE;
    }
  tc_store_set_trouble_func (site->store, on_store_trouble, self);
  site->hub = tc_hub_new (site->log_dir, !site->ephemeral, &hub_funcs, self);
  self->fds = tc_fd_set_new (self->context);
  settings.fds = self->fds;
  settings.engine_host = site->container_host;
  settings.engine_kind = site->container_engine;
  settings.volumes = site->container_volumes;
  self->host = tc_runner_host_new (&settings, &self->host_error);
  tc_site_start_pools (site);
  return TRUE;
}

static void
on_recovered (TcCore *self, const GError *error)
{
  g_async_queue_push (self->ready, error != NULL ? (gpointer) g_error_copy (error) : (gpointer) self);
}

/* What was in memory only goes where the next engine looks for it. */
static void
keep_directory (TcSite *site)
{
  g_autoptr (GError) error = NULL;

  tc_store_keep (site->store);
  if (!tc_sealed_save_key (site->data_dir, site->key, &error))
    g_warning ("%s", error->message);
}

void
tc_core_serve (TcCore *self, GAsyncQueue *ready)
{
  self->ready = ready;
  tc_recover (self, on_recovered);
  g_main_loop_run (self->loop);
  /* Last words of the log thread, and the commits that they ask for. */
  g_clear_pointer (&self->host, tc_runner_host_free);
  g_clear_pointer (&self->site.hub, tc_hub_free);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  tc_engine_work_free_all (self);
  g_hash_table_remove_all (self->live);
  if (g_atomic_int_get (&self->keep))
    keep_directory (&self->site);
  g_clear_pointer (&self->site.store, tc_store_close);
  g_clear_pointer (&self->fds, tc_fd_set_free);
  tc_mailbox_close (self->site.mailbox);
}

static void
begin_to_close (TcCore *self, gpointer data)
{
  g_autoptr (GError) error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closing"));
  GHashTableIter iter;
  gpointer live;

  self->closing = TRUE;
  tc_engine_work_release_all (self);
  tc_scheduler_close (self);
  g_hash_table_iter_init (&iter, self->live);
  while (g_hash_table_iter_next (&iter, NULL, &live))
    tc_live_cancel_renders (live);
  tc_waiters_fail (self, NULL, error);
  g_async_queue_push (data, self);
}

static void
quit (TcCore *self, gpointer data)
{
  g_main_loop_quit (self->loop);
}

/* Workers may wait for the engine's thread, so it serves until the last of them has ended. */
void
tc_core_shut (TcCore *self)
{
  g_autoptr (GAsyncQueue) closing = g_async_queue_new ();

  tc_site_post (&self->site, begin_to_close, closing, NULL);
  g_async_queue_pop (closing);
  tc_site_stop_pools (&self->site);
  tc_site_post (&self->site, quit, NULL, NULL);
}

void
tc_core_free (TcCore *self)
{
  TcSite *site = &self->site;

  tc_bus_free (self->bus);
  g_hash_table_unref (self->live);
  g_hash_table_unref (self->flows);
  tc_triggers_free (self->triggers);
  g_hash_table_unref (self->works);
  g_hash_table_unref (self->waiters);
  tc_mailbox_unref (site->mailbox);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  tc_registry_unref (site->types);
  tc_value_unref (site->globals);
  tc_value_unref (site->envs);
  tc_value_unref (site->names);
  g_clear_error (&self->host_error);
  g_free (self->store_trouble);
  g_free (self->log_trouble);
  g_free (self->plugins);
  g_free (site->container_host);
  g_free (site->container_engine);
  g_free (site->runner);
  g_free (site->key);
  g_free (site->data_dir);
  g_free (site->log_dir);
  g_free (site->work_dir);
  g_free (self);
}
