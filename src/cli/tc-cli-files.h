/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/** Namespace files as plain files below DATA/library (design/cli.md §2), whoever has the data directory. Block. */
char      *tc_cli_files_directory (const char *data, const char *namespace_, GError **error);     /* NULL: no name of a namespace */
/** tc_cli_file_path: where @name stands, checked: no `..`, no way out by links. */
char      *tc_cli_file_path       (const char *data, const char *namespace_, const char *name, GError **error);
gboolean   tc_cli_put_file        (const char *data, const char *namespace_, const char *source, const char *name, GError **error);
/** tc_cli_import_files: copies all plain files below @directory; links that lead out of it are left behind. */
gboolean   tc_cli_import_files    (const char *data, const char *namespace_, const char *directory, GError **error);
GPtrArray *tc_cli_list_files      (const char *directory, GError **error);                        /* char*: relative paths, sorted */
void       tc_cli_remove_tree     (const char *directory);

G_END_DECLS
