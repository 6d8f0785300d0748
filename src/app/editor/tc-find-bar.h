/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/** TcFindBar: finds text in a source view: Enter and Shift+Enter step through the matches, Escape gives the view its focus back. Main thread. */
#define TC_TYPE_FIND_BAR (tc_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (TcFindBar, tc_find_bar, TC, FIND_BAR, GtkWidget)

GtkWidget *tc_find_bar_new  (GtkSourceView *view);
/** tc_find_bar_open: shows the bar; text selected in the view is looked for. */
void       tc_find_bar_open (TcFindBar *self);

G_END_DECLS
