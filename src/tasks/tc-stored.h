/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"
#include <stdio.h>

G_BEGIN_DECLS

/* What the tasks on stored files share. Worker thread; NULL, FALSE or -1 with @error. */

/** tc_stored_open: reads a kestra:// file. Other and missing schemes are refused. */
FILE    *tc_stored_open      (TcJob *job, const char *uri, GError **error);
/** tc_stored_path: the local path of a kestra:// file. Caller frees. */
char    *tc_stored_path      (TcJob *job, const char *uri, GError **error);
/** tc_stored_extension: ending of the last segment of @uri with its dot, or ".tmp". Caller frees. */
char    *tc_stored_extension (const char *uri);
/** tc_stored_line: the next line without its end (\n, \r\n or \r). FALSE at the end of the file. */
gboolean tc_stored_line      (FILE *file, GString *line);

/** tc_stored_namespace_files: LIST of {path, source} of a namespace that match @patterns: a glob, or a LIST of globs. */
TcValue *tc_stored_namespace_files (TcJob *job, const char *namespace_, const TcValue *patterns, GError **error);

/** TcStoredOut: a file on its way into storage. Freed without tc_stored_out_end(), it is removed. */
typedef struct
{
  FILE *file;
  char *path, *name;
} TcStoredOut;
TcStoredOut *tc_stored_out_new  (TcJob *job, const char *extension, GError **error);     /* a name of digits; NULL: ".tmp"; the dot may be missing */
TcStoredOut *tc_stored_out_named (TcJob *job, const char *name, GError **error);
void         tc_stored_out_free (TcStoredOut *self);
char        *tc_stored_out_end  (TcJob *job, TcStoredOut *self, GError **error);         /* its kestra:// URI; frees @self in any case */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcStoredOut, tc_stored_out_free)

static inline void
tc_stored_close (FILE *file)
{
  if (file != NULL)
    fclose (file);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FILE, tc_stored_close)

G_END_DECLS
