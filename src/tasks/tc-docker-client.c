/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-client.h"

#include "tc-docker-auth.h"
#include "tc-docker-pull.h"
#include "tc-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _TcDockerClient
{
  TcJob           *job;
  GMainContext    *context;
  TcFdSet         *fds;
  TcHttp          *http;
  TcDocker        *docker;
  GSource         *cancelled;
  TcDockerLineFunc line;
  gpointer         line_data;
  gboolean         done;
  TcValue         *answer;
  GError          *error;
};

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  return G_SOURCE_REMOVE;      /* it has woken the loop: that is all */
}

void
tc_docker_client_done (gpointer       data,
                       const TcValue *answer,
                       const GError  *error)
{
  TcDockerClient *self = data;

  self->done = TRUE;
  self->answer = answer == NULL ? NULL : tc_value_ref ((TcValue *) answer);
  self->error = error == NULL ? NULL : g_error_copy (error);
}

void
tc_docker_client_line (gpointer       data,
                       const TcValue *line,
                       const GError  *error)
{
  TcDockerClient *self = data;

  if (self->line != NULL)
    self->line (self->line_data, line);
}

void
tc_docker_client_lines (TcDockerClient  *self,
                        TcDockerLineFunc func,
                        gpointer         data)
{
  self->line = func;
  self->line_data = data;
}

TcDocker *
tc_docker_client_docker (TcDockerClient *self)
{
  return self->docker;
}

TcValue *
tc_docker_client_wait (TcDockerClient  *self,
                       TcDockerRequest *request,
                       const char      *what,
                       GError         **error)
{
  g_autofree char *text = NULL;

  g_clear_error (&self->error);
  self->done = FALSE;
  while (!self->done && !g_cancellable_is_cancelled (self->job->cancellable))
    g_main_context_iteration (self->context, TRUE);
  if (!self->done)
    {
      tc_docker_cancel (request);
      g_cancellable_set_error_if_cancelled (self->job->cancellable, error);
      return NULL;
    }
  if (self->error == NULL)
    return g_steal_pointer (&self->answer);
  text = tc_docker_explain (self->error, self->docker, what);
  g_set_error_literal (error, TC_DOCKER_ERROR, self->error->code, text);
  return NULL;
}

TcValue *
tc_docker_client_ask (TcDockerClient  *self,
                      const char      *method,
                      const char      *path,
                      const char      *what,
                      GError         **error)
{
  return tc_docker_client_wait (self, tc_docker_ask (self->docker, method, path, tc_docker_client_done, self), what, error);
}

static gboolean
connect_to (TcDockerClient         *self,
            const TcDockerAddress  *address,
            GError                **error)
{
  g_autoptr (TcValue) answer = NULL;

  g_clear_pointer (&self->docker, tc_docker_free);
  self->docker = tc_docker_new (self->http, address);
  answer = tc_docker_client_wait (self, tc_docker_connect (self->docker, tc_docker_client_done, self), _("connecting"), error);
  return answer != NULL;
}

/* The first that answers; else the most telling error: a socket that is there says more than one that is missing. */
static gboolean
find_engine (TcDockerClient  *self,
             const char      *host,
             GError         **error)
{
  const char *given = host != NULL && *host != '\0' ? host : tc_job_name (self->job, "container.host");
  g_autoptr (GPtrArray) addresses = tc_docker_find (given, tc_job_name (self->job, "container.engine"), error);
  g_autoptr (GError) best = NULL;
  g_autoptr (GString) tried = g_string_new (NULL);
  g_autofree char *none = NULL;

  if (addresses == NULL)
    return FALSE;
  for (guint i = 0; i < addresses->len; i++)
    {
      const TcDockerAddress *address = addresses->pdata[i];
      g_autoptr (GError) wrong = NULL;

      if (connect_to (self, address, &wrong))
        return TRUE;
      g_string_append_printf (tried, "%s%s", i > 0 ? ", " : "", address->host);
      if (best == NULL || g_error_matches (best, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NO_SOCKET))
        {
          g_clear_error (&best);
          best = g_steal_pointer (&wrong);
        }
      if (g_cancellable_is_cancelled (self->job->cancellable))
        break;
    }
  if (addresses->len > 1 && g_error_matches (best, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NO_SOCKET))
    {
      none = tc_docker_explain_none (tried->str);
      g_set_error_literal (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NO_SOCKET, none);
    }
  else
    g_propagate_error (error, g_steal_pointer (&best));
  return FALSE;
}

TcDockerClient *
tc_docker_client_new (TcJob               *job,
                      const TcDockerTask  *task,
                      GError             **error)
{
  g_autoptr (TcDockerClient) self = g_new0 (TcDockerClient, 1);

  self->job = job;
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->fds = tc_fd_set_new (self->context);
  self->http = tc_http_new (self->fds, self->context);
  self->cancelled = g_cancellable_source_new (job->cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), NULL, NULL);
  g_source_attach (self->cancelled, self->context);
  return find_engine (self, task->host, error) ? g_steal_pointer (&self) : NULL;
}

void
tc_docker_client_free (TcDockerClient *self)
{
  if (self == NULL)
    return;
  g_source_destroy (self->cancelled);
  g_source_unref (self->cancelled);
  tc_docker_free (self->docker);
  tc_http_free (self->http);
  tc_fd_set_free (self->fds);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  tc_value_unref (self->answer);
  g_clear_error (&self->error);
  g_free (self);
}

typedef struct
{
  TcJob        *job;
  TcDockerPull *sum;
  uint64_t      bytes;
} Push;

static void
on_push_line (gpointer       data,
              const TcValue *line)
{
  Push *self = data;
  const char *id = tc_value_get_str (line, "id"), *status = tc_value_get_str (line, "status");
  const TcValue *detail = tc_value_get (line, "progressDetail");
  gboolean progress = tc_value_is (detail, TC_VALUE_MAP) && tc_value_length (detail) > 0;
  TcDockerPullSum sum;

  tc_docker_pull_take (self->sum, line, &sum);
  self->bytes = sum.bytes_total;
  if (status != NULL)
    tc_job_log (self->job, progress ? TC_LEVEL_DEBUG : TC_LEVEL_INFO, "%s%s%s", id == NULL ? "" : id, id == NULL ? "" : ": ", status);
}

static gboolean
push (TcDockerClient      *self,
      const TcDockerTask  *task,
      const char          *tag,
      GError             **error)
{
  g_autofree char *auth = tc_docker_auth_find (tag, task->credentials, task->config), *registry = tc_docker_image_registry (tag);
  g_autofree char *what = g_strdup_printf (_("pushing the image “%s”"), tag);
  g_autoptr (TcDockerPull) sum = tc_docker_pull_new ();
  g_autoptr (TcValue) answer = NULL;
  Push state = { .job = self->job, .sum = sum };

  tc_docker_client_lines (self, on_push_line, &state);
  answer = tc_docker_client_wait (self, tc_docker_push (self->docker, tag, auth, tc_docker_client_line, tc_docker_client_done, self), what, error);
  tc_docker_client_lines (self, NULL, NULL);
  if (answer == NULL && g_error_matches (self->error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DENIED))
    {
      g_clear_error (error);
      g_set_error (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DENIED,
                   _("The image “%s” may not be pushed: %s. Set `credentials` of the task, or log in (docker login %s)"), tag, self->error->message,
                   registry);
    }
  if (answer != NULL)
    tc_job_metric (self->job, TC_METRIC_COUNTER, "bytes", (double) state.bytes, NULL);
  return answer != NULL;
}

gboolean
tc_docker_client_push_all (TcDockerClient      *self,
                           const TcDockerTask  *task,
                           const TcValue       *tags,
                           GError             **error)
{
  for (size_t i = 0; i < tc_value_length (tags); i++)
    if (!push (self, task, tc_docker_tag_of (tc_value_get_text (tc_value_item (tags, i))), error))
      return FALSE;
  return TRUE;
}

char *
tc_docker_client_refusal (const TcDockerClient *self,
                          const char           *image)
{
  return self->error == NULL ? NULL : tc_docker_explain_pull (self->error, image);
}

char *
tc_docker_client_path (const char *format,
                       ...)
{
  GString *path = g_string_new (NULL);
  const char *text;
  va_list args;

  va_start (args, format);
  for (const char *sign; (sign = strstr (format, "%s")) != NULL; format = sign + 2)
    {
      g_string_append_len (path, format, sign - format);
      text = va_arg (args, const char *);
      /* A name of an image has slashes, which stay in a path, unless they would lead out of it. */
      g_string_append_uri_escaped (path, text, strchr (path->str, '?') != NULL || strstr (text, "..") != NULL ? NULL : "/:@", FALSE);
    }
  va_end (args);
  g_string_append (path, format);
  return g_string_free (path, FALSE);
}

TcValue *
tc_docker_client_one (const char *text)
{
  TcValue *items[] = { tc_value_string (text) };

  return tc_value_list (items, 1);
}

char *
tc_docker_client_filters (const TcValue *filters)
{
  g_autofree char *text = tc_json_to_text (filters), *escaped = g_uri_escape_string (text, NULL, FALSE);

  return g_strconcat ("filters=", escaped, NULL);
}

const char *
tc_docker_tag_of (const char *text)
{
  const char *scheme = g_str_has_prefix (text, "http://") || g_str_has_prefix (text, "https://") ? strstr (text, "://") : NULL;

  return scheme == NULL ? text : scheme + 3;
}
