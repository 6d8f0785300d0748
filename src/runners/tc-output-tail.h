/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-output-file.h"

G_BEGIN_DECLS

/**
 * TcOutputTail: follows many output files on one thread: one inotify descriptor in one GSource of @context for all of them.
 * Each read gives at most a budget of lines, files in turn, so that a flood in one does not starve the others; a line waits at most 50 ms.
 */
typedef struct _TcOutputTail TcOutputTail;
typedef struct _TcOutputTailItem TcOutputTailItem;
typedef struct
{
  void (*line)    (gpointer data, const TcOutputLine *line);
  void (*batch)   (gpointer data, const TcOutputMark *mark);         /* after a series of lines; may be NULL */
  void (*drained) (gpointer data, const GError *error);              /* once, last: after finish, or when the file cannot be read */
} TcOutputTailFuncs;

TcOutputTail     *tc_output_tail_new    (GMainContext *context);
void              tc_output_tail_free   (TcOutputTail *self);         /* items still there are dropped without a call */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcOutputTail, tc_output_tail_free)
TcOutputTailItem *tc_output_tail_add    (TcOutputTail *self, const char *path, const TcOutputMark *from,
                                         const TcOutputTailFuncs *funcs, gpointer data);
/** tc_output_tail_finish: the run has ended: read to the end, give the last lines, then drained. */
void              tc_output_tail_finish (TcOutputTailItem *item);
/** tc_output_tail_drop: no call follows. Not needed after drained, which frees the item. */
void              tc_output_tail_drop   (TcOutputTailItem *item);

G_END_DECLS
