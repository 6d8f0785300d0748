/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-buffer.h"
#include "tc-topology-view.h"

#define CHECK_DELAY_MS 150

struct _TcFlowBuffer
{
  GtkSourceBuffer parent_instance;

  TcSession      *session;
  GListStore     *problems;
  TcFlowCheck    *check;
  guint           delay_id;
  guint64         serial, checked_serial;   /* of the text; of the text that @check is about */
  gboolean        checking;
  GtkTextTag     *tags[TC_SEVERITY_ERROR + 1];
};

G_DEFINE_FINAL_TYPE (TcFlowBuffer, tc_flow_buffer, GTK_SOURCE_TYPE_BUFFER)

enum { CHECKED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const categories[] = { "tc-hint", "tc-warning", "tc-error" };

void
tc_flow_buffer_get_span (TcFlowBuffer *self,
                         const TcSpan *span,
                         GtkTextIter  *start,
                         GtkTextIter  *end)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self);

  gtk_text_buffer_get_iter_at_offset (buffer, start, (int) span->offset);
  gtk_text_buffer_get_iter_at_offset (buffer, end, (int) (span->offset + span->length));
  if (span->line == 0)
    gtk_text_buffer_get_start_iter (buffer, start);
  if (gtk_text_iter_get_line (start) == gtk_text_iter_get_line (end) && !gtk_text_iter_equal (start, end))
    return;
  /* Nothing to underline, or a whole block: the line where it starts stands for it. */
  if (gtk_text_iter_equal (start, end))
    gtk_text_iter_set_line_offset (start, 0);
  *end = *start;
  if (!gtk_text_iter_ends_line (end))
    gtk_text_iter_forward_to_line_end (end);
  while (!gtk_text_iter_equal (start, end) && g_unichar_isspace (gtk_text_iter_get_char (start)))
    gtk_text_iter_forward_char (start);
}

static void
clear_marks (TcFlowBuffer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self), &start, &end);
  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    {
      gtk_text_buffer_remove_tag (GTK_TEXT_BUFFER (self), self->tags[i], &start, &end);
      gtk_source_buffer_remove_source_marks (GTK_SOURCE_BUFFER (self), &start, &end, categories[i]);
    }
}

static void
mark_problem (TcFlowBuffer       *self,
              const TcDiagnostic *diagnostic)
{
  GtkTextIter start, end, line;

  tc_flow_buffer_get_span (self, &diagnostic->span, &start, &end);
  gtk_text_buffer_apply_tag (GTK_TEXT_BUFFER (self), self->tags[diagnostic->severity], &start, &end);
  line = start;
  gtk_text_iter_set_line_offset (&line, 0);
  gtk_source_buffer_create_source_mark (GTK_SOURCE_BUFFER (self), NULL, categories[diagnostic->severity], &line);
}

static void
show_problems (TcFlowBuffer *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  clear_marks (self);
  for (guint i = 0; i < self->check->diagnostics->len; i++)
    {
      TcDiagnostic *diagnostic = self->check->diagnostics->pdata[i];
      const TcTask *task = self->check->flow != NULL && diagnostic->span.line > 0
                           ? tc_flow_task_at (self->check->flow, diagnostic->span.offset) : NULL;

      mark_problem (self, diagnostic);
      g_ptr_array_add (items, tc_problem_new (diagnostic, task != NULL ? task->id : NULL));
    }
  g_list_store_splice (self->problems, 0, g_list_model_get_n_items (G_LIST_MODEL (self->problems)), items->pdata, items->len);
  g_ptr_array_unref (items);
}

typedef struct
{
  GWeakRef buffer;
  guint64  serial;
} Pending;

static void start_check (TcFlowBuffer *self);

static void
check_done (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Pending *pending = data;
  g_autoptr (TcFlowBuffer) self = g_weak_ref_get (&pending->buffer);
  g_autoptr (TcFlowCheck) check = tc_flow_check_finish (result, NULL);
  const guint64 serial = pending->serial;

  g_weak_ref_clear (&pending->buffer);
  g_free (pending);
  if (self == NULL)
    return;
  self->checking = FALSE;
  if (serial != self->serial)
    {
      if (self->delay_id == 0)
        start_check (self);
      return;
    }
  g_clear_pointer (&self->check, tc_flow_check_free);
  self->check = g_steal_pointer (&check);
  self->checked_serial = serial;
  show_problems (self);
  g_signal_emit (self, signals[CHECKED], 0);
}

/* One check at a time: a slow one must not pile up behind fast typing. */
static void
start_check (TcFlowBuffer *self)
{
  TcRegistry *registry = tc_session_get_registry (self->session);
  g_autofree char *text = NULL;
  Pending *pending;

  if (registry == NULL || self->checking)
    return;
  text = tc_flow_buffer_get_text (self);
  pending = g_new0 (Pending, 1);
  g_weak_ref_init (&pending->buffer, self);
  pending->serial = self->serial;
  self->checking = TRUE;
  tc_flow_check_async (text, registry, tc_topology_view_metrics (), NULL, check_done, pending);
}

static gboolean
delay_over (gpointer data)
{
  TcFlowBuffer *self = data;

  self->delay_id = 0;
  start_check (self);
  return G_SOURCE_REMOVE;
}

static void
tc_flow_buffer_changed (GtkTextBuffer *buffer)
{
  TcFlowBuffer *self = TC_FLOW_BUFFER (buffer);

  GTK_TEXT_BUFFER_CLASS (tc_flow_buffer_parent_class)->changed (buffer);
  self->serial++;
  g_clear_handle_id (&self->delay_id, g_source_remove);
  self->delay_id = g_timeout_add (CHECK_DELAY_MS, delay_over, self);
}

static void
registry_changed (TcFlowBuffer *self)
{
  self->serial++;
  tc_flow_buffer_check_now (self);
}

static void
tc_flow_buffer_dispose (GObject *object)
{
  TcFlowBuffer *self = TC_FLOW_BUFFER (object);

  g_clear_handle_id (&self->delay_id, g_source_remove);
  g_clear_object (&self->session);
  g_clear_object (&self->problems);
  g_clear_pointer (&self->check, tc_flow_check_free);
  G_OBJECT_CLASS (tc_flow_buffer_parent_class)->dispose (object);
}

/* Here, and not in init: the table of tags is a construct property. */
static void
tc_flow_buffer_constructed (GObject *object)
{
  static const char *const colors[] = { "#3584e4", "#e5a50a", "#e01b24" };
  TcFlowBuffer *self = TC_FLOW_BUFFER (object);

  G_OBJECT_CLASS (tc_flow_buffer_parent_class)->constructed (object);
  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    {
      GdkRGBA color;

      gdk_rgba_parse (&color, colors[i]);
      self->tags[i] = gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (self), categories[i], "underline", PANGO_UNDERLINE_ERROR,
                                                  "underline-rgba", &color, NULL);
    }
}

static void
tc_flow_buffer_class_init (TcFlowBufferClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tc_flow_buffer_constructed;
  G_OBJECT_CLASS (klass)->dispose = tc_flow_buffer_dispose;
  GTK_TEXT_BUFFER_CLASS (klass)->changed = tc_flow_buffer_changed;
  signals[CHECKED] = g_signal_new ("checked", TC_TYPE_FLOW_BUFFER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tc_flow_buffer_init (TcFlowBuffer *self)
{
  self->problems = g_list_store_new (TC_TYPE_PROBLEM);
  self->serial = 1;
}

TcFlowBuffer *
tc_flow_buffer_new (TcSession *session)
{
  TcFlowBuffer *self = g_object_new (TC_TYPE_FLOW_BUFFER, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::registry", G_CALLBACK (registry_changed), self, G_CONNECT_SWAPPED);
  return self;
}

char *
tc_flow_buffer_get_text (TcFlowBuffer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self), &start, &end);
  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self), &start, &end, TRUE);
}

void
tc_flow_buffer_load (TcFlowBuffer *self,
                     const char   *text)
{
  GtkTextIter start;

  gtk_text_buffer_begin_irreversible_action (GTK_TEXT_BUFFER (self));
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self), text, -1);
  gtk_text_buffer_end_irreversible_action (GTK_TEXT_BUFFER (self));
  gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self), FALSE);
  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (self), &start);
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (self), &start);
  tc_flow_buffer_check_now (self);
}

void
tc_flow_buffer_check_now (TcFlowBuffer *self)
{
  g_clear_handle_id (&self->delay_id, g_source_remove);
  start_check (self);
}

const TcFlowCheck *
tc_flow_buffer_get_check (TcFlowBuffer *self)
{
  return self->check;
}

gboolean
tc_flow_buffer_is_checked (TcFlowBuffer *self)
{
  return self->check != NULL && self->checked_serial == self->serial;
}

GListModel *
tc_flow_buffer_get_problems (TcFlowBuffer *self)
{
  return G_LIST_MODEL (self->problems);
}

void
tc_flow_buffer_count (TcFlowBuffer *self,
                      guint        *errors,
                      guint        *warnings)
{
  *errors = *warnings = 0;
  for (guint i = 0; self->check != NULL && i < self->check->diagnostics->len; i++)
    {
      const TcDiagnostic *diagnostic = self->check->diagnostics->pdata[i];

      *errors += diagnostic->severity == TC_SEVERITY_ERROR;
      *warnings += diagnostic->severity == TC_SEVERITY_WARNING;
    }
}

TcProblem *
tc_flow_buffer_find_problem (TcFlowBuffer *self,
                             gboolean      forward)
{
  GListModel *model = G_LIST_MODEL (self->problems);
  const guint n = g_list_model_get_n_items (model);
  GtkTextIter caret;
  int offset;

  gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self), &caret, gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self)));
  offset = gtk_text_iter_get_offset (&caret);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TcProblem) problem = g_list_model_get_item (model, forward ? i : n - 1 - i);
      GtkTextIter start, end;

      tc_flow_buffer_get_span (self, &tc_problem_get_diagnostic (problem)->span, &start, &end);
      if (forward ? gtk_text_iter_get_offset (&start) > offset : gtk_text_iter_get_offset (&start) < offset)
        return problem;
    }
  if (n > 0)
    {
      g_autoptr (TcProblem) around = g_list_model_get_item (model, forward ? 0 : n - 1);

      return around;
    }
  return NULL;
}

void
tc_flow_buffer_correct (TcFlowBuffer       *self,
                        const TcDiagnostic *diagnostic)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self);
  GtkTextIter start, end, from, to;

  if (diagnostic->right == NULL)
    return;
  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) diagnostic->span.offset);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, (int) (diagnostic->span.offset + diagnostic->span.length));
  if (!gtk_text_iter_forward_search (&start, diagnostic->wrong, 0, &from, &to, &end))
    return;
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &from, &to);
  gtk_text_buffer_insert (buffer, &from, diagnostic->right, -1);
  gtk_text_buffer_end_user_action (buffer);
}
