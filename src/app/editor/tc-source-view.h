/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/**
 * TcSourceView: a source view set up as all of ours are: line numbers, two spaces, current line, a scheme that follows light and dark,
 * problem marks in the gutter, zoom. Main thread.
 * Property: zoom (double, 0.5 to 4; the size of the text).
 */
#define TC_TYPE_SOURCE_VIEW (tc_source_view_get_type ())
G_DECLARE_FINAL_TYPE (TcSourceView, tc_source_view, TC, SOURCE_VIEW, GtkSourceView)

GtkWidget *tc_source_view_new          (const char *name);                       /* accessible name, translated */
void       tc_source_view_set_zoom     (TcSourceView *self, double zoom);
double     tc_source_view_get_zoom     (TcSourceView *self);
/** tc_source_view_set_language: language id ("kestra-flow", "python" …), or NULL: guessed from @file_name. */
void       tc_source_view_set_language (TcSourceView *self, const char *id, const char *file_name);
/** tc_source_view_show_offset: puts the caret there and scrolls to it. */
void       tc_source_view_show_offset  (TcSourceView *self, guint offset);

G_END_DECLS
