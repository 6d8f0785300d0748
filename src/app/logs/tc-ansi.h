/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

/**
 * tc_ansi_plain: @text without terminal control sequences and with line ends made visible. What SGR sequences say (colours, bold, italic,
 * underline) is added to @attributes for the plain text, which will stand at byte @offset of a longer one. @dark: colours for a dark
 * background. @attributes may be NULL. Caller frees. Pure.
 */
char *tc_ansi_plain (const char *text, PangoAttrList *attributes, guint offset, gboolean dark);

G_END_DECLS
