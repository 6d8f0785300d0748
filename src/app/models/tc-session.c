/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-session.h"
#include "tc-api.h"
#include "tc-session-lists.h"

#include <glib/gi18n-lib.h>

struct _TcSession
{
  GObject          parent_instance;

  char            *directory, *problem;
  TcSessionState   state;
  TcEngine        *engine;
  TcApi           *api;          /* lets the command line and other programs in; NULL: it could not be served */
  TcRegistry      *registry;
  TcValue         *status;
  TcFlowList      *flows;
  TcExecutionList *executions;
};

G_DEFINE_FINAL_TYPE (TcSession, tc_session, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, PROP_REGISTRY, PROP_STATUS, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { FLOW_CHANGED, ENDED, COUNTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
tc_session_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  TcSession *self = TC_SESSION (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_REGISTRY:
      g_value_set_pointer (value, self->registry);
      break;
    case PROP_STATUS:
      g_value_set_boxed (value, self->status);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tc_session_finalize (GObject *object)
{
  TcSession *self = TC_SESSION (object);

  tc_session_close (self);
  g_free (self->directory);
  g_free (self->problem);
  g_clear_pointer (&self->registry, tc_registry_unref);
  tc_value_unref (self->status);
  tc_flow_list_free (self->flows);
  tc_execution_list_free (self->executions);
  G_OBJECT_CLASS (tc_session_parent_class)->finalize (object);
}

static void
tc_session_class_init (TcSessionClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = tc_session_get_property;
  G_OBJECT_CLASS (klass)->finalize = tc_session_finalize;
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, TC_SESSION_OPENING, TC_SESSION_FAILED, TC_SESSION_OPENING, flags);
  properties[PROP_REGISTRY] = g_param_spec_pointer ("registry", NULL, NULL, flags);
  properties[PROP_STATUS] = g_param_spec_boxed ("status", NULL, NULL, TC_TYPE_VALUE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[FLOW_CHANGED] = g_signal_new ("flow-changed", TC_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                        G_TYPE_STRING, G_TYPE_STRING);
  signals[ENDED] = g_signal_new ("ended", TC_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 TC_TYPE_EXECUTION_ITEM);
  signals[COUNTED] = g_signal_new ("counted", TC_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tc_session_init (TcSession *self)
{
  self->flows = tc_flow_list_new ();
  self->executions = tc_execution_list_new ();
}

TcSession *
tc_session_new (const char *data_directory)
{
  TcSession *self = g_object_new (TC_TYPE_SESSION, NULL);

  self->directory = data_directory != NULL ? g_strdup (data_directory) : tc_engine_default_data_directory ();
  return self;
}

/* Opening: the registry first, as the editor can check flows with it while the engine still recovers. */

typedef struct
{
  char       *directory;
  GWeakRef    session;
  TcRegistry *registry;
} Opening;

static void
opening_free (Opening *opening)
{
  g_free (opening->directory);
  g_weak_ref_clear (&opening->session);
  g_clear_pointer (&opening->registry, tc_registry_unref);
  g_free (opening);
}

static void
set_registry (TcSession  *self,
              TcRegistry *registry)
{
  g_clear_pointer (&self->registry, tc_registry_unref);
  self->registry = tc_registry_ref (registry);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REGISTRY]);
}

typedef struct
{
  GWeakRef    session;
  TcRegistry *registry;
} EarlyRegistry;

static gboolean
registry_ready (gpointer data)
{
  EarlyRegistry *early = data;
  g_autoptr (TcSession) self = g_weak_ref_get (&early->session);

  if (self != NULL && self->registry == NULL)
    set_registry (self, early->registry);
  return G_SOURCE_REMOVE;
}

static void
early_registry_free (gpointer data)
{
  EarlyRegistry *early = data;

  g_weak_ref_clear (&early->session);
  tc_registry_unref (early->registry);
  g_free (early);
}

/* What opening gives. */
typedef struct
{
  TcEngine *engine;
  TcApi    *api;
} Opened;

static void
opened_free (Opened *opened)
{
  g_clear_pointer (&opened->api, tc_api_stop);
  if (opened->engine != NULL)
    tc_engine_close (opened->engine);
  g_clear_object (&opened->engine);
  g_free (opened);
}

static void
open_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcRegistry) registry = tc_engine_load_registry (NULL, NULL);
  const TcEngineOptions options = { .data_directory = opening->directory, .registry = registry, .scheduling = TRUE };
  Opened *opened;

  if (registry != NULL)
    {
      EarlyRegistry *early = g_new0 (EarlyRegistry, 1);
      g_autoptr (TcSession) self = g_weak_ref_get (&opening->session);

      g_weak_ref_init (&early->session, self);
      early->registry = tc_registry_ref (registry);
      g_idle_add_full (G_PRIORITY_DEFAULT, registry_ready, early, early_registry_free);
      g_weak_ref_set (&opening->session, NULL);
    }
  opened = g_new0 (Opened, 1);
  opened->engine = tc_engine_new (&options, &error);
  if (opened->engine == NULL)
    {
      opened_free (opened);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  opened->api = tc_api_start (opened->engine, &error);
  if (opened->api == NULL)
    g_warning ("the command line cannot reach this program: %s", error->message);
  g_task_return_pointer (task, opened, (GDestroyNotify) opened_free);
}

static void
set_state (TcSession     *self,
           TcSessionState state,
           const char    *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
flow_changed (TcSession  *self,
              const char *namespace_,
              const char *id)
{
  tc_flow_list_refresh (self->flows);
  g_signal_emit (self, signals[FLOW_CHANGED], 0, namespace_, id);
}

static void
execution_changed (TcSession    *self,
                   const TcHead *head,
                   GPtrArray    *runs)
{
  TcExecutionItem *item = tc_execution_list_find (self->executions, head->id);
  const gboolean same = item != NULL && tc_execution_item_get_state (item) == tc_head_state (head);
  const gboolean live = item != NULL && tc_execution_item_is_live (item);

  tc_execution_list_update (self->executions, head, runs);
  if (!same)
    g_signal_emit (self, signals[COUNTED], 0);
  if (live && tc_state_is_terminated (tc_head_state (head)))
    g_signal_emit (self, signals[ENDED], 0, item);
  tc_flow_list_set_state (self->flows, head->namespace, head->flow_id, tc_head_state (head));
}

static void
logs_available (TcSession  *self,
                const char *execution_id,
                guint64     n)
{
  TcExecutionItem *item = tc_execution_list_find (self->executions, execution_id);

  if (item != NULL)
    tc_execution_item_set_n_logs (item, n);
}

static void
pull_changed (TcSession     *self,
              const TcValue *pull)
{
  TcExecutionItem *item = tc_execution_list_find (self->executions, tc_value_get_str (pull, "executionId"));

  if (item != NULL)
    tc_execution_item_set_pull (item, pull);
}

static void
status_changed (TcSession     *self,
                const TcValue *status)
{
  const TcValue *docker = tc_value_get (self->status, "docker");
  /* What the engine tells by itself says nothing of container engines: what is known of them still holds. */
  TcValue *whole = docker != NULL && tc_value_get (status, "docker") == NULL ? tc_value_with (status, "docker", docker) : tc_value_ref (status);

  tc_value_unref (self->status);
  self->status = whole;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

static void
take_engine (TcSession *self,
             TcEngine  *engine)
{
  g_autoptr (TcRegistry) registry = tc_engine_registry (engine);

  self->engine = engine;
  set_registry (self, registry);
  g_signal_connect_object (engine, "flow-changed", G_CALLBACK (flow_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "execution-changed", G_CALLBACK (execution_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "logs-available", G_CALLBACK (logs_available), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "pull-changed", G_CALLBACK (pull_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "status-changed", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  tc_flow_list_set_engine (self->flows, engine);
  tc_execution_list_set_engine (self->executions, engine);
  tc_session_refresh_status (self);
  set_state (self, TC_SESSION_READY, NULL);
}

static void
open_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  GWeakRef *weak = data;
  g_autoptr (TcSession) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  Opened *opened = g_task_propagate_pointer (G_TASK (result), &error);

  g_weak_ref_clear (weak);
  g_free (weak);
  if (self == NULL)
    g_clear_pointer (&opened, opened_free);
  else if (opened != NULL)
    {
      self->api = g_steal_pointer (&opened->api);
      take_engine (self, g_steal_pointer (&opened->engine));
      opened_free (opened);
    }
  else
    set_state (self, g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_LOCKED) ? TC_SESSION_LOCKED : TC_SESSION_FAILED,
               error->message);
}

void
tc_session_open (TcSession *self)
{
  g_autoptr (GTask) task = NULL;
  Opening *opening = g_new0 (Opening, 1);
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_return_if_fail (TC_IS_SESSION (self) && self->engine == NULL);

  set_state (self, TC_SESSION_OPENING, NULL);
  opening->directory = g_strdup (self->directory);
  g_weak_ref_init (&opening->session, self);
  g_weak_ref_init (weak, self);
  task = g_task_new (NULL, NULL, open_done, weak);
  g_task_set_source_tag (task, tc_session_open);
  g_task_set_task_data (task, opening, (GDestroyNotify) opening_free);
  g_task_run_in_thread (task, open_thread);
}

void
tc_session_close (TcSession *self)
{
  if (self->engine == NULL)
    return;
  tc_flow_list_set_engine (self->flows, NULL);
  tc_execution_list_set_engine (self->executions, NULL);
  g_clear_pointer (&self->api, tc_api_stop);
  tc_engine_close (self->engine);
  g_clear_object (&self->engine);
}

TcSessionState
tc_session_get_state (TcSession *self)
{
  return self->state;
}

const char *
tc_session_get_problem (TcSession *self)
{
  return self->problem;
}

const char *
tc_session_get_directory (TcSession *self)
{
  return self->directory;
}

TcEngine *
tc_session_get_engine (TcSession *self)
{
  return self->engine;
}

TcRegistry *
tc_session_get_registry (TcSession *self)
{
  return self->registry;
}

const TcValue *
tc_session_get_status (TcSession *self)
{
  return self->status;
}

static void
status_done (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (TcSession) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) status = tc_engine_status_finish (NULL, result, &error);

  if (status != NULL)
    status_changed (self, status);
  else if (!g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED))
    g_debug ("status: %s", error->message);
}

void
tc_session_refresh_status (TcSession *self)
{
  if (self->engine != NULL)
    tc_engine_status_async (self->engine, NULL, status_done, g_object_ref (self));
}

GListModel *
tc_session_get_namespaces (TcSession *self)
{
  return tc_flow_list_get_namespaces (self->flows);
}

gboolean
tc_session_has_flow (TcSession  *self,
                     const char *namespace_,
                     const char *id)
{
  return tc_flow_list_find (self->flows, namespace_, id) != NULL;
}

gboolean
tc_session_get_flows_listed (TcSession *self)
{
  return tc_flow_list_is_listed (self->flows);
}

void
tc_session_count (TcSession        *self,
                  TcExecutionCount *count)
{
  tc_execution_list_count (self->executions, count);
}

GListModel *
tc_session_get_executions (TcSession *self)
{
  return tc_execution_list_get_model (self->executions);
}

void
tc_session_load_more_executions (TcSession *self)
{
  tc_execution_list_load_more (self->executions);
}

TcExecutionItem *
tc_session_get_execution (TcSession  *self,
                          const char *id)
{
  TcExecutionItem *item = tc_execution_list_ensure (self->executions, id);

  if (self->engine != NULL)
    tc_execution_item_load (item, self->engine);
  return item;
}
