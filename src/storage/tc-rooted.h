/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-store.h"

G_BEGIN_DECLS

/**
 * Private to this folder: files below a directory that nobody can lead out of, whatever links or `..` a path holds, also while others
 * change the tree (openat2 with RESOLVE_BENEATH; where a kernel or sandbox lacks it, no link is followed at all). All block. The root
 * itself may be a link: it is the user's own choice. Names are checked by tc_path_is_inside() first. Errors: TC_STORE_ERROR.
 */
int      tc_rooted_open   (const char *root, const char *path, int flags, GError **error);         /* an existing file; -1 and @error */
/** tc_rooted_create: makes the folders above @path, and a temporary file beside it, to be ended by commit or abandon. */
typedef struct
{
  int   folder, fd;       /* where it will stand; the file itself, to be written to */
  char *name, *temporary;
  char *shown;            /* the whole path, for messages */
} TcRootedFile;
gboolean tc_rooted_create  (const char *root, const char *path, TcRootedFile *file, GError **error);
gboolean tc_rooted_commit  (TcRootedFile *file, GError **error);       /* fsync, rename, fsync of the folder; releases @file in any case */
void     tc_rooted_abandon (TcRootedFile *file);
gboolean tc_rooted_write_all   (const char *root, const char *path, const char *content, size_t length, GError **error);
/** tc_rooted_remove: a file, or a folder with all in it; links are removed, not followed. What does not exist is fine. */
gboolean tc_rooted_remove  (const char *root, const char *path, GError **error);
/** tc_rooted_list: relative paths of all plain files, sorted; links count only if they stay inside, linked folders are not entered. */
gboolean tc_rooted_list    (const char *root, GPtrArray *paths, GError **error);
gboolean tc_rooted_copy    (int from, const char *shown, TcRootedFile *file, GError **error);     /* the rest of @from */

G_END_DECLS
