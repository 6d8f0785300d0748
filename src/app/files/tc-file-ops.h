/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum { TC_FILE_COPY, TC_FILE_MOVE } TcFileVerb;
typedef enum { TC_CONFLICT_REFUSE, TC_CONFLICT_REPLACE, TC_CONFLICT_SKIP, TC_CONFLICT_KEEP_BOTH } TcConflict;

/** TcFileReport: what a transfer did. */
typedef struct
{
  guint n_done, n_skipped;     /* files and folders named by the caller */
  guint n_links;               /* links to folders, left out: they may lead anywhere, also in circles */
} TcFileReport;

/**
 * tc_file_ops_transfer_async: copies or moves @sources (GFile*) into @folder on a worker; folders whole. A link to a file becomes a copy of
 * that file. With TC_CONFLICT_REFUSE nothing is touched if a name exists: G_IO_ERROR_EXISTS. A folder is never put into itself.
 */
void     tc_file_ops_transfer_async  (GPtrArray *sources, GFile *folder, TcFileVerb verb, TcConflict conflict, GCancellable *cancellable,
                                      GAsyncReadyCallback done, gpointer data);
gboolean tc_file_ops_transfer_finish (GAsyncResult *result, TcFileReport *report, GError **error);
/** tc_file_ops_create_async: makes an empty file, or a folder, at @name (may hold `/`) below @folder; parents are made. */
void     tc_file_ops_create_async    (GFile *folder, const char *name, gboolean is_folder, GAsyncReadyCallback done, gpointer data);
GFile   *tc_file_ops_create_finish   (GAsyncResult *result, GError **error);      /* what was made; caller owns */
/** tc_file_ops_list: paths of the files below @folder, relative to it, at most @limit; links to folders are not followed. Blocks: for workers.
 * Caller frees the array; what cannot be read is left out. */
GStrv    tc_file_ops_list            (GFile *folder, guint limit);

G_END_DECLS
