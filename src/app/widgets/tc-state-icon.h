/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** tc_state_icon_show: makes @image show @state: shape, colour, and its name as tooltip and accessible name. Main thread. */
void tc_state_icon_show  (GtkImage *image, TcState state);
/** tc_state_icon_clear: an empty place of the same size. */
void tc_state_icon_clear (GtkImage *image);

G_END_DECLS
