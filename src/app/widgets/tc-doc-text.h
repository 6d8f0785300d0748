/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** tc_doc_markup: the Markdown that the tables of types and expressions use (headings, lists, `code`, indented code) as Pango markup. Caller
 * frees it. Pure. */
char *tc_doc_markup (const char *markdown);

G_END_DECLS
