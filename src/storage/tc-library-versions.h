/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-library.h"

G_BEGIN_DECLS

/**
 * Old versions of namespace files (Kestra: NamespaceFile versions). A file that tc_library_put_file() overwrites or tc_library_delete_file()
 * deletes becomes a version, numbered from 1; the file itself has the next number. Of each file the last hundred stay. All block; errors as in
 * tc-library.h.
 */
typedef struct
{
  char    *path;            /* of the file, below the namespace */
  int      version;
  int64_t  updated_us;      /* when it was written */
  gboolean current;         /* the file itself */
  gboolean purged;          /* private: only its number is left */
} TcFileVersion;
/** tc_library_versions: TcFileVersion* by path, newest first; those of deleted files too. Caller unrefs; NULL and @error. */
GPtrArray *tc_library_versions      (const char *data, const char *namespace_, GError **error);
/** tc_library_version_path: local path of a version, or of the file if it is the newest; NULL and @error: there is none, or it was deleted. */
char      *tc_library_version_path  (const char *data, const char *namespace_, const char *path, int version, GError **error);
/** tc_library_purge_version: deletes it for good; the file itself, if it is that version. None is fine. */
gboolean   tc_library_purge_version (const char *data, const char *namespace_, const char *path, int version, GError **error);

/** tc_library_keep_version: makes a version of the file, before it is overwritten or, with @gone, deleted. No file is fine. */
gboolean   tc_library_keep_version  (const char *data, const char *namespace_, const char *path, gboolean gone, GError **error);

G_END_DECLS
