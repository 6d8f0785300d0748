/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-value-private.h"
#include "tc-limits.h"

#include <string.h>

static const TcListValue empty_list = { .head = { .refs = 1, .kind = TC_VALUE_LIST, .flags = TC_VALUE_IMMORTAL, .depth = 1 } };

struct _TcListBuilder
{
  TcValue **items;
  size_t    n, room;
};

void
tc_value_list_free (TcListValue *self)
{
  for (size_t i = 0; i < self->n; i++)
    tc_value_unref (self->items[i]);
  g_free (self);
}

TcValue *
tc_value_list (TcValue **items,
               size_t    n)
{
  TcListValue *self;
  unsigned depth = 0;

  if (n == 0)
    return (TcValue *) &empty_list.head;
  self = g_malloc (sizeof *self + n * sizeof (TcValue *));
  tc_value_init (&self->head, TC_VALUE_LIST);
  self->n = n;
  memcpy (self->items, items, n * sizeof (TcValue *));
  for (size_t i = 0; i < n; i++)
    depth = MAX (depth, items[i]->depth);
  g_assert (depth < TC_LIMIT_DEPTH);
  self->head.depth = (uint16_t) (depth + 1);
  return &self->head;
}

TcListBuilder *
tc_list_builder_new (void)
{
  return g_new0 (TcListBuilder, 1);
}

void
tc_list_builder_take (TcListBuilder *self,
                      TcValue       *item)
{
  g_return_if_fail (item != NULL);
  if (self->n == self->room)
    {
      self->room = MAX (8, self->room * 2);
      self->items = g_renew (TcValue *, self->items, self->room);
    }
  self->items[self->n++] = item;
}

TcValue *
tc_list_builder_end (TcListBuilder *self)
{
  TcValue *list = tc_value_list (self->items, self->n);

  g_free (self->items);
  g_free (self);
  return list;
}

void
tc_list_builder_free (TcListBuilder *self)
{
  if (self == NULL)
    return;
  for (size_t i = 0; i < self->n; i++)
    tc_value_unref (self->items[i]);
  g_free (self->items);
  g_free (self);
}
