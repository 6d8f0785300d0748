/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"

G_BEGIN_DECLS

/** tc_catalog_load: the static tables of tasks and runners, the YAML plugin files of @directory (NULL: the places of the installation) and
 * of the user. A file that cannot be used is left out and named in @warnings (char*, may be NULL). Blocks. */
TcRegistry *tc_catalog_load (const char *directory, GPtrArray *warnings, GError **error);

G_END_DECLS
