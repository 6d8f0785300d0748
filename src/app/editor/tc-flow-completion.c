/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-completion.h"

#include "tc-completion-list.h"
#include "tc-doc-text.h"
#include "tc-file-ops.h"
#include "tc-flow-buffer.h"
#include "tc-flow-item.h"

#include <string.h>

#define MAX_FILES 1000

struct _TcFlowCompletion
{
  GObject    parent_instance;

  TcSession *session;
};

static void provider_init (GtkSourceCompletionProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TcFlowCompletion, tc_flow_completion, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROVIDER, provider_init))

typedef struct
{
  GtkTextBuffer *buffer;
  TcRegistry    *types;
  char          *text;
  GStrv          namespaces, flows;
  GFile         *files;         /* folder of the namespace's files, or NULL */
  uint32_t       place;
} Request;

static void
request_free (Request *self)
{
  g_object_unref (self->buffer);
  tc_registry_unref (self->types);
  g_free (self->text);
  g_strfreev (self->namespaces);
  g_strfreev (self->flows);
  g_clear_object (&self->files);
  g_free (self);
}

static void
read_library (TcSession *session,
              Request   *request)
{
  GListModel *model = tc_session_get_namespaces (session);
  g_autoptr (GStrvBuilder) namespaces = g_strv_builder_new (), flows = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (TcNamespaceItem) item = g_list_model_get_item (model, i);
      GListModel *inside = G_LIST_MODEL (tc_namespace_item_get_flows (item));

      g_strv_builder_add (namespaces, tc_namespace_item_get_id (item));
      for (guint k = 0; k < g_list_model_get_n_items (inside); k++)
        {
          g_autoptr (TcFlowItem) flow = g_list_model_get_item (inside, k);

          g_strv_builder_add (flows, tc_flow_item_get_id (flow));
        }
    }
  request->namespaces = g_strv_builder_end (namespaces);
  request->flows = g_strv_builder_end (flows);
}

/* By the newest namespace that the text was seen to have. */
static GFile *
folder_of (TcSession     *session,
           GtkTextBuffer *buffer)
{
  const TcFlowCheck *check = TC_IS_FLOW_BUFFER (buffer) ? tc_flow_buffer_get_check (TC_FLOW_BUFFER (buffer)) : NULL;
  TcEngine *engine = tc_session_get_engine (session);
  g_autofree char *directory = NULL;

  if (engine == NULL || check == NULL || check->flow == NULL || *tc_flow_namespace (check->flow) == '\0')
    return NULL;
  directory = tc_engine_namespace_directory (engine, tc_flow_namespace (check->flow));
  return directory != NULL ? g_file_new_for_path (directory) : NULL;
}

static void
complete_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  const Request *request = data;
  g_auto (GStrv) files = request->files != NULL ? tc_file_ops_list (request->files, MAX_FILES) : NULL;
  const TcCompleteHost host = { .files = (const char *const *) files, .namespaces = (const char *const *) request->namespaces,
                                .flows = (const char *const *) request->flows };

  g_task_return_pointer (task, tc_complete (request->text, strlen (request->text), request->place, request->types, &host),
                         (GDestroyNotify) tc_completion_free);
}

/* Back on the main thread: the caller's task gets the list, by what is typed by now. */
static void
completed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  const Request *request = g_task_get_task_data (G_TASK (result));
  TcCompletion *completion = g_task_propagate_pointer (G_TASK (result), NULL);

  if (completion == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else
    g_task_return_pointer (task, tc_completion_list_new (completion, request->buffer, request->place), g_object_unref);
}

static void
tc_flow_completion_populate_async (GtkSourceCompletionProvider *provider,
                                   GtkSourceCompletionContext  *context,
                                   GCancellable                *cancellable,
                                   GAsyncReadyCallback          callback,
                                   gpointer                     data)
{
  TcFlowCompletion *self = TC_FLOW_COMPLETION (provider);
  GTask *task = g_task_new (self, cancellable, callback, data);
  TcRegistry *types = tc_session_get_registry (self->session);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context));
  g_autoptr (GTask) work = NULL;
  GtkTextIter start, end, caret;
  Request *request;

  g_task_set_source_tag (task, tc_flow_completion_populate_async);
  if (types == NULL)
    {
      g_task_return_pointer (task, g_list_store_new (TC_TYPE_COMPLETION_ITEM), g_object_unref);
      g_object_unref (task);
      return;
    }
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  request = g_new0 (Request, 1);
  request->buffer = g_object_ref (buffer);
  request->types = tc_registry_ref (types);
  request->text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  request->place = (uint32_t) gtk_text_iter_get_offset (&caret);
  request->files = folder_of (self->session, buffer);
  read_library (self->session, request);
  work = g_task_new (self, cancellable, completed, task);
  g_task_set_task_data (work, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (work, complete_thread);
}

static GListModel *
tc_flow_completion_populate_finish (GtkSourceCompletionProvider  *provider,
                                    GAsyncResult                 *result,
                                    GError                      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
tc_flow_completion_refilter (GtkSourceCompletionProvider *provider,
                             GtkSourceCompletionContext  *context,
                             GListModel                  *model)
{
  if (TC_IS_COMPLETION_LIST (model))
    tc_completion_list_refilter (TC_COMPLETION_LIST (model));
}

/* A name begins behind a dot, a blank behind what opens a value, a quote or bracket. */
static gboolean
tc_flow_completion_is_trigger (GtkSourceCompletionProvider *provider,
                               const GtkTextIter           *iter,
                               gunichar                     ch)
{
  GtkTextIter before = *iter;

  if (ch == '.' || ch == '|')
    return TRUE;
  if (!gtk_text_iter_backward_char (&before))
    return FALSE;
  if (gtk_text_iter_get_char (&before) == ch && !gtk_text_iter_backward_char (&before))
    return FALSE;
  if (ch == ' ')
    return g_utf8_strchr (":|{%", -1, gtk_text_iter_get_char (&before)) != NULL;
  return (ch == '\'' || ch == '"') && g_utf8_strchr ("[(", -1, gtk_text_iter_get_char (&before)) != NULL;
}

static TcCompletionList *
list_of (TcFlowCompletion           *self,
         GtkSourceCompletionContext *context)
{
  GListModel *model = gtk_source_completion_context_get_proposals_for_provider (context, GTK_SOURCE_COMPLETION_PROVIDER (self));

  return TC_IS_COMPLETION_LIST (model) ? TC_COMPLETION_LIST (model) : NULL;
}

static void
show_label (TcFlowCompletion           *self,
            GtkSourceCompletionContext *context,
            const char                 *label,
            GtkSourceCompletionCell    *cell)
{
  TcCompletionList *list = list_of (self, context);
  g_autofree char *typed = list != NULL ? tc_completion_list_dup_typed (list) : NULL;
  g_autofree char *folded = typed != NULL ? g_utf8_casefold (typed, -1) : NULL;
  PangoAttrList *attributes = folded != NULL ? gtk_source_completion_fuzzy_highlight (label, folded) : NULL;

  gtk_source_completion_cell_set_text_with_attributes (cell, label, attributes);
  g_clear_pointer (&attributes, pango_attr_list_unref);
}

static void
tc_flow_completion_display (GtkSourceCompletionProvider *provider,
                            GtkSourceCompletionContext  *context,
                            GtkSourceCompletionProposal *item,
                            GtkSourceCompletionCell     *cell)
{
  const TcProposal *proposal = tc_completion_item_get_proposal (TC_COMPLETION_ITEM (item));
  g_autofree char *markup = NULL;

  switch (gtk_source_completion_cell_get_column (cell))
    {
    case GTK_SOURCE_COMPLETION_COLUMN_TYPED_TEXT:
      show_label (TC_FLOW_COMPLETION (provider), context, proposal->label, cell);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_AFTER:
      gtk_source_completion_cell_set_text (cell, proposal->detail);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_COMMENT:
      markup = proposal->doc != NULL ? tc_doc_markup (proposal->doc) : NULL;
      gtk_source_completion_cell_set_markup (cell, markup);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_DETAILS:
    case GTK_SOURCE_COMPLETION_COLUMN_ICON:
    case GTK_SOURCE_COMPLETION_COLUMN_BEFORE:
      gtk_source_completion_cell_set_text (cell, NULL);
      break;
    }
}

static void
tc_flow_completion_activate (GtkSourceCompletionProvider *provider,
                             GtkSourceCompletionContext  *context,
                             GtkSourceCompletionProposal *item)
{
  TcCompletionList *list = list_of (TC_FLOW_COMPLETION (provider), context);

  if (list != NULL)
    tc_completion_list_insert (list, tc_completion_item_get_proposal (TC_COMPLETION_ITEM (item)));
}

static void
provider_init (GtkSourceCompletionProviderInterface *iface)
{
  iface->populate_async = tc_flow_completion_populate_async;
  iface->populate_finish = tc_flow_completion_populate_finish;
  iface->refilter = tc_flow_completion_refilter;
  iface->is_trigger = tc_flow_completion_is_trigger;
  iface->display = tc_flow_completion_display;
  iface->activate = tc_flow_completion_activate;
}

static void
tc_flow_completion_finalize (GObject *object)
{
  g_object_unref (TC_FLOW_COMPLETION (object)->session);
  G_OBJECT_CLASS (tc_flow_completion_parent_class)->finalize (object);
}

static void
tc_flow_completion_class_init (TcFlowCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_flow_completion_finalize;
}

static void
tc_flow_completion_init (TcFlowCompletion *self)
{
}

GtkSourceCompletionProvider *
tc_flow_completion_new (TcSession *session)
{
  TcFlowCompletion *self = g_object_new (TC_TYPE_FLOW_COMPLETION, NULL);

  self->session = g_object_ref (session);
  return GTK_SOURCE_COMPLETION_PROVIDER (self);
}
