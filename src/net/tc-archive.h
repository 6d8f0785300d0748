/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-late-library.h"
#include <archive.h>
#include <archive_entry.h>

G_BEGIN_DECLS

/** TcArchive: the functions of libarchive and what it brings (libxml2, ICU), loaded at their first use. */
#define TC_ARCHIVE_FUNCTIONS(F) \
  F (archive, entry_clear) F (archive, entry_filetype) F (archive, entry_free) \
  F (archive, entry_hardlink) F (archive, entry_new) F (archive, entry_pathname) \
  F (archive, entry_perm) F (archive, entry_set_gid) F (archive, entry_set_mode) \
  F (archive, entry_set_mtime) F (archive, entry_set_pathname) \
  F (archive, entry_set_pathname_utf8) F (archive, entry_set_size) F (archive, entry_set_symlink) \
  F (archive, entry_set_uid) F (archive, entry_size) F (archive, entry_symlink) \
  F (archive, error_string) F (archive, read_data_block) F (archive, read_free) \
  F (archive, read_new) F (archive, read_next_header) F (archive, read_open_fd) \
  F (archive, read_set_options) F (archive, read_support_format_empty) \
  F (archive, read_support_format_tar) F (archive, set_error) F (archive, write_close) \
  F (archive, write_data) F (archive, write_fail) F (archive, write_finish_entry) \
  F (archive, write_free) F (archive, write_header) F (archive, write_new) F (archive, write_open) \
  F (archive, write_set_bytes_in_last_block) F (archive, write_set_bytes_per_block) \
  F (archive, write_set_format_pax_restricted) F (archive, write_set_options)

typedef struct
{
  TC_ARCHIVE_FUNCTIONS (TC_LATE_MEMBER)
} TcArchive;

/** tc_archive: any thread; blocks while it loads the library; NULL and @error if that is not there. */
const TcArchive *tc_archive (GError **error);

G_END_DECLS
