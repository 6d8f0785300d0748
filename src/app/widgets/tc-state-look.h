/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * How a state is shown everywhere: shape (icon), word (its name) and colour (style class). All results are static.
 * The colours belong to the classes `state-neutral`, `state-running`, `state-success`, `state-warning`, `state-failed`, `state-paused`,
 * `state-killed` and stand in style.css and style-dark.css as the named colours `tc_neutral`, `tc_running` ….
 */
const char *tc_state_look_icon  (TcState state);     /* "tc-state-success-symbolic" */
const char *tc_state_look_class (TcState state);     /* "state-success" */
const char *tc_state_look_color (TcState state);     /* "tc_success": for gtk_style_context_lookup_color() */
/** tc_state_look_apply: gives @widget the class of @state and takes away those of all others. */
void        tc_state_look_apply (GtkWidget *widget, TcState state);

G_END_DECLS
