/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-hover.h"

#include "tc-complete.h"
#include "tc-doc-text.h"

#include <string.h>

#define WIDTH_CHARS 60

struct _TcFlowHover
{
  GObject    parent_instance;

  TcSession *session;
};

static void provider_init (GtkSourceHoverProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TcFlowHover, tc_flow_hover, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_HOVER_PROVIDER, provider_init))

typedef struct
{
  GtkSourceHoverDisplay *display;
  TcRegistry            *types;
  char                  *text;
  uint32_t               place;
} Request;

static void
request_free (Request *self)
{
  g_object_unref (self->display);
  tc_registry_unref (self->types);
  g_free (self->text);
  g_free (self);
}

static void
describe_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  const Request *request = data;

  g_task_return_pointer (task, tc_describe_at (request->text, strlen (request->text), request->place, request->types),
                         (GDestroyNotify) tc_description_free);
}

static GtkWidget *
label_of (const char *text)
{
  g_autofree char *markup = tc_doc_markup (text);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDTH_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "hover-text");
  return label;
}

static void
described (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  const Request *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (TcDescription) description = g_task_propagate_pointer (G_TASK (result), NULL);

  if (description == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "nothing to say");
      return;
    }
  gtk_source_hover_display_append (request->display, label_of (description->text));
  g_task_return_boolean (task, TRUE);
}

static void
tc_flow_hover_populate_async (GtkSourceHoverProvider *provider,
                              GtkSourceHoverContext  *context,
                              GtkSourceHoverDisplay  *display,
                              GCancellable           *cancellable,
                              GAsyncReadyCallback     callback,
                              gpointer                data)
{
  TcFlowHover *self = TC_FLOW_HOVER (provider);
  GTask *task = g_task_new (self, cancellable, callback, data);
  TcRegistry *types = tc_session_get_registry (self->session);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (gtk_source_hover_context_get_buffer (context));
  g_autoptr (GTask) work = NULL;
  GtkTextIter start, end, place;
  Request *request;

  g_task_set_source_tag (task, tc_flow_hover_populate_async);
  if (types == NULL || !gtk_source_hover_context_get_iter (context, &place))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "nothing to say");
      g_object_unref (task);
      return;
    }
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  request = g_new0 (Request, 1);
  request->display = g_object_ref (display);
  request->types = tc_registry_ref (types);
  request->text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  request->place = (uint32_t) gtk_text_iter_get_offset (&place);
  work = g_task_new (self, cancellable, described, task);
  g_task_set_task_data (work, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (work, describe_thread);
}

static gboolean
tc_flow_hover_populate_finish (GtkSourceHoverProvider  *provider,
                               GAsyncResult            *result,
                               GError                 **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
provider_init (GtkSourceHoverProviderInterface *iface)
{
  iface->populate_async = tc_flow_hover_populate_async;
  iface->populate_finish = tc_flow_hover_populate_finish;
}

static void
tc_flow_hover_finalize (GObject *object)
{
  g_object_unref (TC_FLOW_HOVER (object)->session);
  G_OBJECT_CLASS (tc_flow_hover_parent_class)->finalize (object);
}

static void
tc_flow_hover_class_init (TcFlowHoverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_flow_hover_finalize;
}

static void
tc_flow_hover_init (TcFlowHover *self)
{
}

GtkSourceHoverProvider *
tc_flow_hover_new (TcSession *session)
{
  TcFlowHover *self = g_object_new (TC_TYPE_FLOW_HOVER, NULL);

  self->session = g_object_ref (session);
  return GTK_SOURCE_HOVER_PROVIDER (self);
}
