/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** TcArena: memory that is freed all at once, for parsers. One thread at a time. What it gives is aligned to 8 bytes and not zeroed. */
typedef struct _TcArena TcArena;

TcArena *tc_arena_new   (void);
void     tc_arena_free  (TcArena *self);                                        /* NULL is allowed */
gpointer tc_arena_alloc (TcArena *self, size_t size);
char    *tc_arena_text  (TcArena *self, const char *text, size_t length);       /* a copy, NUL-ended */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcArena, tc_arena_free)

G_END_DECLS
