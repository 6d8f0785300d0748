/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-util.h"

G_BEGIN_DECLS

/** tc_beneath_open_folder: the folder that holds the last component of @path below the open directory @root, made where missing. @path
 * has passed tc_path_is_inside(). No symbolic link is followed. @name: the last component, borrowed from @path. -1 and errno (ELOOP or
 * ENOTDIR: a part of the path is a link or a file). Blocks. */
int      tc_beneath_open_folder (int root, const char *path, const char **name);
/** tc_beneath_write: all of @length bytes. FALSE and errno. */
gboolean tc_beneath_write       (int fd, const void *bytes, size_t length);

G_END_DECLS
