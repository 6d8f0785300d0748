/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-state-icon.h"

#include "tc-state-look.h"

void
tc_state_icon_show (GtkImage *image,
                    TcState   state)
{
  gtk_image_set_from_icon_name (image, tc_state_look_icon (state));
  tc_state_look_apply (GTK_WIDGET (image), state);
  gtk_widget_set_tooltip_text (GTK_WIDGET (image), tc_state_name (state));
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, tc_state_name (state), -1);
}

void
tc_state_icon_clear (GtkImage *image)
{
  gtk_image_clear (image);
  gtk_image_set_pixel_size (image, 16);
  gtk_widget_set_tooltip_text (GTK_WIDGET (image), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
}
