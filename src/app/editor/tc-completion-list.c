/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-completion-list.h"

struct _TcCompletionItem
{
  GObject           parent_instance;

  TcCompletionList *list;       /* keeps the proposal */
  const TcProposal *proposal;
};

static void
proposal_init (GtkSourceCompletionProposalInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TcCompletionItem, tc_completion_item, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL, proposal_init))

struct _TcCompletionList
{
  GObject        parent_instance;

  TcCompletion  *completion;
  GtkTextBuffer *buffer;
  uint32_t       behind;      /* characters of the range behind the caret */
  GPtrArray     *shown;       /* TcProposal* of the completion */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TcCompletionList, tc_completion_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
tc_completion_item_finalize (GObject *object)
{
  g_object_unref (TC_COMPLETION_ITEM (object)->list);
  G_OBJECT_CLASS (tc_completion_item_parent_class)->finalize (object);
}

static void
tc_completion_item_class_init (TcCompletionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_completion_item_finalize;
}

static void
tc_completion_item_init (TcCompletionItem *self)
{
}

const TcProposal *
tc_completion_item_get_proposal (TcCompletionItem *self)
{
  return self->proposal;
}

static GType
get_item_type (GListModel *model)
{
  return TC_TYPE_COMPLETION_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return TC_COMPLETION_LIST (model)->shown->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  TcCompletionList *self = TC_COMPLETION_LIST (model);
  TcCompletionItem *item;

  if (position >= self->shown->len)
    return NULL;
  item = g_object_new (TC_TYPE_COMPLETION_ITEM, NULL);
  item->list = g_object_ref (self);
  item->proposal = self->shown->pdata[position];
  return item;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
tc_completion_list_finalize (GObject *object)
{
  TcCompletionList *self = TC_COMPLETION_LIST (object);

  g_ptr_array_unref (self->shown);
  tc_completion_free (self->completion);
  g_object_unref (self->buffer);
  G_OBJECT_CLASS (tc_completion_list_parent_class)->finalize (object);
}

static void
tc_completion_list_class_init (TcCompletionListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_completion_list_finalize;
}

static void
tc_completion_list_init (TcCompletionList *self)
{
  self->shown = g_ptr_array_new ();
}

/* The range as it is now: what is typed since has moved its end along with the caret. FALSE: the caret has left it. */
static gboolean
get_range (TcCompletionList *self,
           GtkTextIter      *start,
           GtkTextIter      *caret,
           GtkTextIter      *end)
{
  gtk_text_buffer_get_iter_at_mark (self->buffer, caret, gtk_text_buffer_get_insert (self->buffer));
  gtk_text_buffer_get_iter_at_offset (self->buffer, start, (int) self->completion->start);
  *end = *caret;
  gtk_text_iter_forward_chars (end, (int) self->behind);
  return gtk_text_iter_compare (start, caret) <= 0 && gtk_text_iter_get_line (start) == gtk_text_iter_get_line (end);
}

char *
tc_completion_list_dup_typed (TcCompletionList *self)
{
  GtkTextIter start, caret, end;

  return get_range (self, &start, &caret, &end) ? gtk_text_buffer_get_text (self->buffer, &start, &caret, TRUE) : NULL;
}

/* A list of nothing but what stands there already would only take the Enter key. */
static gboolean
is_written (TcCompletionList *self,
            const GPtrArray  *found)
{
  GtkTextIter start, caret, end;
  g_autofree char *there = NULL;

  if (found->len != 1 || !get_range (self, &start, &caret, &end))
    return FALSE;
  there = gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
  return g_str_equal (((const TcProposal *) found->pdata[0])->text, there);
}

void
tc_completion_list_refilter (TcCompletionList *self)
{
  g_autofree char *typed = tc_completion_list_dup_typed (self);
  g_autoptr (GPtrArray) found = typed != NULL ? tc_completion_filter (self->completion, typed) : g_ptr_array_new ();
  const guint before = self->shown->len;

  if (is_written (self, found))
    g_ptr_array_set_size (found, 0);
  g_ptr_array_unref (self->shown);
  self->shown = g_steal_pointer (&found);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->shown->len);
}

TcCompletionList *
tc_completion_list_new (TcCompletion  *completion,
                        GtkTextBuffer *buffer,
                        uint32_t       place)
{
  TcCompletionList *self = g_object_new (TC_TYPE_COMPLETION_LIST, NULL);

  self->completion = completion;
  self->buffer = g_object_ref (buffer);
  self->behind = completion->end - place;
  tc_completion_list_refilter (self);
  return self;
}

void
tc_completion_list_insert (TcCompletionList *self,
                           const TcProposal *proposal)
{
  GtkTextIter start, caret, end;

  if (!get_range (self, &start, &caret, &end))
    return;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, proposal->text, -1);
  gtk_text_iter_backward_chars (&start, (int) proposal->back);
  gtk_text_buffer_place_cursor (self->buffer, &start);
  gtk_text_buffer_end_user_action (self->buffer);
}
