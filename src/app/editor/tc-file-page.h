/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-page.h"

G_BEGIN_DECLS

/** TcFilePage: a text file of a namespace in a tab, with the language that its name suggests. Main thread. Signals: toast (const char *). */
#define TC_TYPE_FILE_PAGE (tc_file_page_get_type ())
G_DECLARE_FINAL_TYPE (TcFilePage, tc_file_page, TC, FILE_PAGE, TcPage)

GtkWidget *tc_file_page_new      (GFile *file, const char *namespace_);
GFile     *tc_file_page_get_file (TcFilePage *self);
void       tc_file_page_find     (TcFilePage *self);
void       tc_file_page_zoom     (TcFilePage *self, int direction);      /* 1, -1; 0: back to normal */

G_END_DECLS
