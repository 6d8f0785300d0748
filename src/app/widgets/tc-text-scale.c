/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-text-scale.h"

#define USUAL_DPI 96

double
tc_text_scale (GtkWidget *widget)
{
  int dpi = 0;

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? (double) dpi / PANGO_SCALE / USUAL_DPI : 1;
}
