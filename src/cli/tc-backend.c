/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-backend.h"

G_DEFINE_QUARK (tc-backend-error-quark, tc_backend_error)

TcBackend *
tc_backend_open_with (const TcEngineOptions  *options,
                      GError                **error)
{
  const char *data = options->data_directory;
  g_autofree char *directory = data != NULL ? g_canonicalize_filename (data, NULL) : tc_engine_default_data_directory ();
  g_autoptr (GError) cause = NULL;
  TcEngineOptions full = *options;
  TcBackend *self;

  full.data_directory = directory;
  self = tc_backend_local_new (&full, &cause);
  if (self == NULL && g_error_matches (cause, TC_ENGINE_ERROR, TC_ENGINE_ERROR_LOCKED))
    return tc_backend_remote_new (directory, error);
  if (self == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return self;
}

TcBackend *
tc_backend_open (const char  *data,
                 const char  *runner,
                 GError     **error)
{
  return tc_backend_open_with (&(TcEngineOptions) { .data_directory = data, .runner = runner }, error);
}

void
tc_backend_free (TcBackend *self)
{
  if (self == NULL)
    return;
  g_free (self->data);
  self->klass->free (self);
}

void
tc_backend_keep (TcBackend *self)
{
  if (self->klass->keep != NULL)
    self->klass->keep (self);
}

int
tc_backend_save_flow (TcBackend   *self,
                      const char  *source,
                      GError     **error)
{
  return self->klass->save_flow (self, source, error);
}

char *
tc_backend_execute (TcBackend               *self,
                    const TcExecuteRequest  *request,
                    const TcValue           *files,
                    GError                 **error)
{
  return self->klass->execute (self, request, files, error);
}

TcValue *
tc_backend_execution (TcBackend   *self,
                      const char  *id,
                      gboolean     with_runs,
                      GError     **error)
{
  return self->klass->execution (self, id, with_runs, error);
}

TcValue *
tc_backend_logs (TcBackend   *self,
                 const char  *id,
                 uint64_t     offset,
                 GError     **error)
{
  return self->klass->logs (self, id, offset, error);
}

TcValue *
tc_backend_metrics (TcBackend   *self,
                    const char  *id,
                    GError     **error)
{
  return self->klass->metrics (self, id, error);
}

gboolean
tc_backend_wait (TcBackend   *self,
                 const char  *id,
                 gboolean    *over,
                 GError     **error)
{
  return self->klass->wait (self, id, over, error);
}

TcValue *
tc_backend_command (TcBackend      *self,
                    const char     *id,
                    const char     *command,
                    const TcValue  *args,
                    GError        **error)
{
  return self->klass->command (self, id, command, args, error);
}

TcValue *
tc_backend_find (TcBackend      *self,
                 const TcValue  *query,
                 GError        **error)
{
  return self->klass->find (self, query, error);
}

TcValue *
tc_backend_flows (TcBackend  *self,
                  GError    **error)
{
  return self->klass->flows (self, error);
}

char *
tc_backend_flow (TcBackend   *self,
                 const char  *namespace_,
                 const char  *id,
                 int          revision,
                 GError     **error)
{
  return self->klass->flow (self, namespace_, id, revision, error);
}

gboolean
tc_backend_delete_flow (TcBackend   *self,
                        const char  *namespace_,
                        const char  *id,
                        GError     **error)
{
  return self->klass->delete_flow (self, namespace_, id, error);
}

TcValue *
tc_backend_kv (TcBackend      *self,
               const char     *action,
               const char     *namespace_,
               const char     *key,
               const TcValue  *args,
               GError        **error)
{
  return self->klass->kv (self, action, namespace_, key, args, error);
}

TcValue *
tc_backend_triggers (TcBackend      *self,
                     const char     *action,
                     const char     *namespace_,
                     const char     *flow_id,
                     const char     *trigger_id,
                     const TcValue  *args,
                     GError        **error)
{
  return self->klass->triggers (self, action, namespace_, flow_id, trigger_id, args, error);
}

TcValue *
tc_backend_secrets (TcBackend  *self,
                    GError    **error)
{
  return self->klass->secrets (self, error);
}

gboolean
tc_backend_set_secret (TcBackend   *self,
                       const char  *namespace_,
                       const char  *name,
                       const char  *value,
                       GError     **error)
{
  return self->klass->set_secret (self, namespace_, name, value, error);
}

TcValue *
tc_backend_eval (TcBackend   *self,
                 const char  *id,
                 const char  *task_run_id,
                 const char  *text,
                 GError     **error)
{
  return self->klass->eval (self, id, task_run_id, text, error);
}
