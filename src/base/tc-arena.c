/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-arena.h"

#include <stdint.h>
#include <string.h>

#define FIRST_BLOCK 4096
#define LARGEST_BLOCK (1024 * 1024)

typedef struct _Block Block;
struct _Block
{
  Block   *before;
  uint64_t bytes[];
};

struct _TcArena
{
  Block *blocks;
  char  *at;
  size_t left, next_size;
};

TcArena *
tc_arena_new (void)
{
  TcArena *self = g_new0 (TcArena, 1);

  self->next_size = FIRST_BLOCK;
  return self;
}

void
tc_arena_free (TcArena *self)
{
  if (self == NULL)
    return;
  while (self->blocks != NULL)
    {
      Block *before = self->blocks->before;

      g_free (self->blocks);
      self->blocks = before;
    }
  g_free (self);
}

static char *
add_block (TcArena *self,
           size_t   size)
{
  Block *block = g_malloc (sizeof *block + size);

  block->before = self->blocks;
  self->blocks = block;
  return (char *) block->bytes;
}

gpointer
tc_arena_alloc (TcArena *self,
                size_t   size)
{
  char *given;

  size = (size + 7) & ~(size_t) 7;
  if (size > self->left)
    {
      if (size > self->next_size / 4)
        return add_block (self, size);      /* its own block: the rest of the present one stays in use */
      self->at = add_block (self, self->next_size);
      self->left = self->next_size;
      self->next_size = MIN (self->next_size * 2, LARGEST_BLOCK);
    }
  given = self->at;
  self->at += size;
  self->left -= size;
  return given;
}

char *
tc_arena_text (TcArena    *self,
               const char *text,
               size_t      length)
{
  char *copy = tc_arena_alloc (self, length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}
