/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-look.h"

typedef struct
{
  const char *icon, *family;
} Look;

#define LOOK(icon, family) { "tc-state-" icon "-symbolic", family }

static const Look looks[TC_N_STATES] = {
  [TC_STATE_CREATED]     = LOOK ("created", "neutral"),
  [TC_STATE_SUBMITTED]   = LOOK ("created", "neutral"),
  [TC_STATE_RUNNING]     = LOOK ("running", "running"),
  [TC_STATE_PAUSED]      = LOOK ("paused", "paused"),
  [TC_STATE_QUEUED]      = LOOK ("queued", "neutral"),
  [TC_STATE_BREAKPOINT]  = LOOK ("breakpoint", "paused"),
  [TC_STATE_RESTARTED]   = LOOK ("restarted", "running"),
  [TC_STATE_RETRYING]    = LOOK ("retrying", "warning"),
  [TC_STATE_KILLING]     = LOOK ("killing", "killed"),
  [TC_STATE_SUCCESS]     = LOOK ("success", "success"),
  [TC_STATE_WARNING]     = LOOK ("warning", "warning"),
  [TC_STATE_FAILED]      = LOOK ("failed", "failed"),
  [TC_STATE_KILLED]      = LOOK ("killed", "killed"),
  [TC_STATE_CANCELLED]   = LOOK ("cancelled", "neutral"),
  [TC_STATE_SKIPPED]     = LOOK ("skipped", "neutral"),
  [TC_STATE_RETRIED]     = LOOK ("retried", "warning"),
  [TC_STATE_RESUBMITTED] = LOOK ("retried", "warning"),
};

static const char *const classes[] = {
  "state-neutral", "state-running", "state-success", "state-warning", "state-failed", "state-paused", "state-killed",
};
static const char *const colors[] = {
  "tc_neutral", "tc_running", "tc_success", "tc_warning", "tc_failed", "tc_paused", "tc_killed",
};

const char *
tc_state_look_icon (TcState state)
{
  return looks[state].icon;
}

static const char *
find_suffix (const char *const *names, size_t n, size_t prefix, TcState state)
{
  for (size_t i = 0; i < n; i++)
    if (g_str_equal (names[i] + prefix, looks[state].family))
      return names[i];
  g_assert_not_reached ();
}

const char *
tc_state_look_class (TcState state)
{
  return find_suffix (classes, G_N_ELEMENTS (classes), strlen ("state-"), state);
}

const char *
tc_state_look_color (TcState state)
{
  return find_suffix (colors, G_N_ELEMENTS (colors), strlen ("tc_"), state);
}

void
tc_state_look_apply (GtkWidget  *widget,
                     TcState     state)
{
  const char *wanted = tc_state_look_class (state);

  if (gtk_widget_has_css_class (widget, wanted))
    return;
  for (size_t i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (widget, classes[i]);
  gtk_widget_add_css_class (widget, wanted);
}
