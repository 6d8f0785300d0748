/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TcGlob: a compiled pattern in the dialect of java.nio.file.PathMatcher: `*` any run without `/`, `**` any run, `?` one character that is
 * not `/`, `[a-z]` and `[!a]`, `{a,b}` (not nested), `\` escapes. A leading dot is an ordinary character. `glob:` and `regex:` may be in front.
 * Immutable, any thread. A match that would exceed PCRE2's limits is none.
 */
typedef struct _TcGlob TcGlob;

TcGlob   *tc_glob_compile (const char *pattern, GError **error);       /* G_REGEX_ERROR */
gboolean  tc_glob_match   (const TcGlob *self, const char *path);      /* the whole of @path */
void      tc_glob_free    (TcGlob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcGlob, tc_glob_free)

/**
 * tc_glob_walk: relative paths of all regular files below @root, sorted; symbolic links are neither followed nor listed; names that are not
 * UTF-8 are left out. Blocks. Error: @root cannot be read; unreadable folders below are left out.
 */
GPtrArray *tc_glob_walk    (const char *root, GError **error);
/** tc_glob_collect: those that a pattern of @patterns (char*) matches. A pattern without prefix is relative to @root (spec §1.8). */
GPtrArray *tc_glob_collect (const char *root, GPtrArray *patterns, GError **error);

G_END_DECLS
