/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-archive.h"

TC_LATE_LIBRARY_DEFINE (TcArchive, tc_archive, TC_ARCHIVE_SONAME, TC_ARCHIVE_FUNCTIONS)
