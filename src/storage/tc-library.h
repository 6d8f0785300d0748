/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-store.h"

G_BEGIN_DECLS

/**
 * The namespace library (DATA/library/NAMESPACE/_flows/ID.yaml and _files/…) and internal storage (kestra:// URIs, spec/scripts-and-runners.md §8)
 * as plain files below the data directory. All functions block and are for worker threads (path functions are pure). Names with `..`, absolute
 * ones and links that lead out are refused with TC_STORE_ERROR_PATH.
 */
char     *tc_library_namespace_dir (const char *data, const char *namespace_);                 /* …/library/NS/_files; need not exist */
char     *tc_library_flow_path     (const char *data, const char *namespace_, const char *id);
gboolean  tc_library_write_flow    (const char *data, const char *namespace_, const char *id, const char *source, GError **error);   /* atomic */
/* What is overwritten or deleted becomes a version (tc-library-versions.h). */
gboolean  tc_library_put_file      (const char *data, const char *namespace_, const char *path, const char *content, size_t length, GError **error);
gboolean  tc_library_delete_flow (const char *data, const char *namespace_, const char *id, GError **error);        /* the file only; none is fine */
gboolean  tc_library_delete_file (const char *data, const char *namespace_, const char *path, GError **error);      /* or a folder with all in it */
int       tc_library_open_file     (const char *data, const char *namespace_, const char *path, GError **error);   /* descriptor; caller closes */
GPtrArray *tc_library_list_files   (const char *data, const char *namespace_, GError **error); /* char* relative paths, sorted; links are not followed out */
GPtrArray *tc_library_list_namespaces (const char *data, GError **error);
gboolean  tc_library_import        (const char *data, const char *namespace_, const char *directory, GError **error);   /* run --files DIR */

/** tc_storage_put: moves or copies @path to kestra:///NS/FLOW/executions/EXEC/tasks/TASK/RUN/NAME; durable when it returns. Returns the URI. */
char     *tc_storage_put           (const char *data, const char *prefix, const char *path, const char *name, gboolean move, GError **error);
char     *tc_storage_put_bytes     (const char *data, const char *prefix, const char *content, size_t length, const char *name, GError **error);
char     *tc_storage_path          (const char *data, const char *uri, GError **error);        /* local path of a kestra:// URI, checked */
/** tc_storage_append: opens the file of a kestra:// URI to write at its end; makes it, and the folders above. Caller closes. -1 and @error.
 * tc_storage_append_text: @uri is for the message; all of @text or nothing of it is written. */
int       tc_storage_append        (const char *data, const char *uri, GError **error);
gboolean  tc_storage_append_text   (int fd, const char *uri, const char *text, size_t length, GError **error);
/** tc_storage_list_execution: char* URIs of all files of an execution and of the folders that hold them, what is inside before its folder. */
GPtrArray *tc_storage_list_execution  (const char *data, const TcHead *head, GError **error);
gboolean  tc_storage_remove_execution (const char *data, const TcHead *head, GError **error);

G_END_DECLS
