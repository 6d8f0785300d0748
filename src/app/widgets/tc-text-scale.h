/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** tc_text_scale: how much larger than usual text is to be on the display of @widget: 2 for 200 %. For sizes in pixels that hold text. Main thread. */
double tc_text_scale (GtkWidget *widget);

G_END_DECLS
