/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-format.h"

#include <glib/gi18n-lib.h>

char *
tc_format_duration (int64_t us)
{
  int64_t seconds;

  us = MAX (us, 0);
  if (us < 60 * G_USEC_PER_SEC)
    /* Translators: a duration in seconds */
    return g_strdup_printf (_("%.1f s"), (double) us / G_USEC_PER_SEC);
  seconds = us / G_USEC_PER_SEC;
  if (seconds < 3600)
    /* Translators: minutes and seconds */
    return g_strdup_printf (_("%d min %02d s"), (int) (seconds / 60), (int) (seconds % 60));
  /* Translators: hours and minutes */
  return g_strdup_printf (_("%d h %02d min"), (int) (seconds / 3600), (int) (seconds / 60 % 60));
}

static GDateTime *
local_time (int64_t us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (us / G_USEC_PER_SEC);

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

char *
tc_format_time (int64_t us)
{
  g_autoptr (GDateTime) then = local_time (us);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (then == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (then) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    return g_date_time_format (then, "%H:%M:%S");
  return g_date_time_format (then, "%Y-%m-%d %H:%M");
}

char *
tc_format_clock (int64_t us)
{
  g_autoptr (GDateTime) then = local_time (us);
  g_autofree char *text = then != NULL ? g_date_time_format (then, "%H:%M:%S") : g_strdup ("");

  return g_strdup_printf ("%s.%03d", text, (int) (us / 1000 % 1000));
}

char *
tc_format_pull (const TcValue *pull)
{
  const int64_t layers = tc_value_get_i64 (pull, "layers", 0), layers_done = tc_value_get_i64 (pull, "layersDone", 0);
  const int64_t bytes = tc_value_get_i64 (pull, "bytes", 0), bytes_done = tc_value_get_i64 (pull, "bytesDone", 0);
  const char *text = tc_value_get_str (pull, "text");
  g_autofree char *of_layers = NULL, *size = NULL, *size_done = NULL;

  if (layers <= 0)
    return g_strdup (text != NULL && *text != '\0' ? text : _("Pulling the image"));
  of_layers = g_strdup_printf (ngettext ("%d of %d layer", "%d of %d layers", (gulong) layers), (int) layers_done, (int) layers);
  if (bytes <= 0)
    return g_steal_pointer (&of_layers);
  size = g_format_size ((guint64) bytes);
  size_done = g_format_size ((guint64) bytes_done);
  /* Translators: an image pull: percent, "18.4 MB" of "30.1 MB", "2 of 5 layers" */
  return g_strdup_printf (_("%d %% · %s of %s · %s"), (int) (100 * MIN (bytes_done, bytes) / bytes), size_done, size, of_layers);
}
