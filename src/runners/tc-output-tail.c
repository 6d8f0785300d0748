/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-output-tail.h"
#include "tc-util.h"

#include <glib-unix.h>
#include <sys/inotify.h>
#include <unistd.h>

#define READ_BYTES (256u * 1024)    /* of one file before the next one's turn */
#define GATHER_MS  5                /* between the first sign of growth and reading */
#define POLL_MS    50               /* files that inotify cannot watch (its limit is reached) */

struct _TcOutputTailItem
{
  TcOutputTail     *tail;
  TcOutputReader   *reader;
  TcOutputTailFuncs funcs;
  gpointer          data;
  int               watch;          /* -1: polled */
  gboolean          dirty, ending, reading, dropped;
};

struct _TcOutputTail
{
  GMainContext *context;
  TcFd          inotify;
  GSource      *growth, *turn, *poll;
  gboolean      gathering;          /* turn waits for more growth */
  GHashTable   *by_watch;           /* watch → item */
  GPtrArray    *items;              /* of TcOutputTailItem, owned */
  guint         polled;
  gboolean      in_turn;            /* items dropped meanwhile leave NULL */
};

static gboolean on_turn (gpointer data);

static void
clear_source (GSource **source)
{
  if (!*source)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
schedule (TcOutputTail *self,
          guint         ms)
{
  if (self->turn && (ms || !self->gathering))
    return;
  clear_source (&self->turn);
  self->gathering = ms > 0;
  self->turn = ms ? g_timeout_source_new (ms) : g_idle_source_new ();
  g_source_set_priority (self->turn, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->turn, on_turn, self, NULL);
  g_source_attach (self->turn, self->context);
}

static void
item_free (TcOutputTailItem *item)
{
  TcOutputTail *tail = item->tail;

  if (item->watch >= 0)
    {
      inotify_rm_watch (tail->inotify, item->watch);
      g_hash_table_remove (tail->by_watch, GINT_TO_POINTER (item->watch));
    }
  else if (--tail->polled == 0)
    clear_source (&tail->poll);
  tc_output_reader_free (item->reader);
  g_free (item);
}

void
tc_output_tail_drop (TcOutputTailItem *item)
{
  GPtrArray *items = item->tail->items;
  guint index;

  if (item->reading)
    {
      item->dropped = TRUE;
      return;
    }
  if (!g_ptr_array_find (items, item, &index))
    g_return_if_reached ();
  if (item->tail->in_turn)
    items->pdata[index] = NULL;
  else
    g_ptr_array_remove_index_fast (items, index);
  item_free (item);
}

static void
on_line (gpointer            data,
         const TcOutputLine *line)
{
  TcOutputTailItem *item = data;

  if (!item->dropped)
    item->funcs.line (item->data, line);
}

/* One turn of one file. FALSE: there is nothing more to read now, or the item is gone. */
static gboolean
read_item (TcOutputTail     *self,
           guint             index)
{
  TcOutputTailItem *item = self->items->pdata[index];
  g_autoptr(GError) error = NULL;
  TcOutputMark mark;
  TcOutputTailFuncs funcs = item->funcs;
  gpointer data = item->data;
  gboolean more = FALSE, read, over;

  item->reading = TRUE;
  read = tc_output_reader_read (item->reader, READ_BYTES, on_line, item, &more, &error);
  over = !read || (item->ending && !more);
  if (read && over)
    tc_output_reader_finish (item->reader, on_line, item);
  item->dirty = more;
  tc_output_reader_mark (item->reader, &mark);
  if (funcs.batch && !item->dropped)
    funcs.batch (data, &mark);
  item->reading = FALSE;
  if (!over && !item->dropped)
    return more;
  self->items->pdata[index] = NULL;
  over = !item->dropped;
  item_free (item);
  if (over && funcs.drained)
    funcs.drained (data, error);
  return FALSE;
}

static gboolean
on_turn (gpointer data)
{
  TcOutputTail *self = data;
  gboolean more = FALSE;

  clear_source (&self->turn);
  self->in_turn = TRUE;
  for (guint i = 0; i < self->items->len; i++)
    {
      TcOutputTailItem *item = self->items->pdata[i];

      if (item && item->dirty)
        more |= read_item (self, i);
    }
  self->in_turn = FALSE;
  for (guint i = self->items->len; i > 0; i--)
    if (!self->items->pdata[i - 1])
      g_ptr_array_remove_index_fast (self->items, i - 1);
  if (more)
    schedule (self, 0);
  return G_SOURCE_REMOVE;
}

static gboolean
on_growth (int          fd,
           GIOCondition condition,
           gpointer     data)
{
  TcOutputTail *self = data;
  char buffer[16384] __attribute__ ((aligned (__alignof__ (struct inotify_event))));
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    for (char *at = buffer; at < buffer + n;)
      {
        const struct inotify_event *event = (gconstpointer) at;
        TcOutputTailItem *item = g_hash_table_lookup (self->by_watch, GINT_TO_POINTER (event->wd));

        if (item)
          item->dirty = TRUE;
        if (event->mask & IN_Q_OVERFLOW)
          for (guint i = 0; i < self->items->len; i++)
            if (self->items->pdata[i])
              ((TcOutputTailItem *) self->items->pdata[i])->dirty = TRUE;
        at += sizeof *event + event->len;
      }
  schedule (self, GATHER_MS);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_poll (gpointer data)
{
  TcOutputTail *self = data;

  for (guint i = 0; i < self->items->len; i++)
    {
      TcOutputTailItem *item = self->items->pdata[i];

      if (item && item->watch < 0)
        item->dirty = TRUE;
    }
  schedule (self, 0);
  return G_SOURCE_CONTINUE;
}

TcOutputTail *
tc_output_tail_new (GMainContext *context)
{
  TcOutputTail *self = g_new0 (TcOutputTail, 1);

  self->context = g_main_context_ref (context);
  self->by_watch = g_hash_table_new (NULL, NULL);
  self->items = g_ptr_array_new ();
  self->inotify = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (self->inotify >= 0)
    {
      self->growth = g_unix_fd_source_new (self->inotify, G_IO_IN);
      g_source_set_callback (self->growth, G_SOURCE_FUNC (on_growth), self, NULL);
      g_source_attach (self->growth, context);
    }
  return self;
}

void
tc_output_tail_free (TcOutputTail *self)
{
  if (!self)
    return;
  for (guint i = 0; i < self->items->len; i++)
    if (self->items->pdata[i])
      item_free (self->items->pdata[i]);
  clear_source (&self->growth);
  clear_source (&self->turn);
  clear_source (&self->poll);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->by_watch);
  tc_fd_clear (&self->inotify);
  g_main_context_unref (self->context);
  g_free (self);
}

TcOutputTailItem *
tc_output_tail_add (TcOutputTail            *self,
                    const char              *path,
                    const TcOutputMark      *from,
                    const TcOutputTailFuncs *funcs,
                    gpointer                 data)
{
  TcOutputTailItem *item = g_new0 (TcOutputTailItem, 1);

  item->tail = self;
  item->reader = tc_output_reader_new (path, from);
  item->funcs = *funcs;
  item->data = data;
  item->dirty = TRUE;
  item->watch = self->inotify < 0 ? -1 : inotify_add_watch (self->inotify, path, IN_MODIFY);
  if (item->watch >= 0)
    g_hash_table_insert (self->by_watch, GINT_TO_POINTER (item->watch), item);
  else if (self->polled++ == 0)
    {
      self->poll = g_timeout_source_new (POLL_MS);
      g_source_set_callback (self->poll, on_poll, self, NULL);
      g_source_attach (self->poll, self->context);
    }
  g_ptr_array_add (self->items, item);
  schedule (self, 0);
  return item;
}

void
tc_output_tail_finish (TcOutputTailItem *item)
{
  item->ending = item->dirty = TRUE;
  schedule (item->tail, 0);
}
