/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a container engine streams: frames and JSON lines, cut anywhere. However they are cut, the same comes out. */
#include "config.h"

#include "tc-docker-frames.h"
#include "tc-fuzz.h"
#include "tc-json.h"
#include "tc-ndjson.h"

static void
add_frame (gpointer data, int stream, int64_t time_ns, const char *bytes, size_t length)
{
  g_string_append_printf (data, "%d %" G_GINT64_FORMAT " ", stream, time_ns);
  g_string_append_len (data, bytes, (gssize) length);
}

static void
add_value (gpointer data, const TcValue *value)
{
  g_autofree char *text = tc_json_to_text (value);

  g_string_append_printf (data, "%s\n", text);
}

static GString *
take (const uint8_t *data, size_t size, size_t step)
{
  GString *got = g_string_new (NULL);
  g_autoptr (TcDockerFrames) frames = tc_docker_frames_new (TRUE);
  g_autoptr (TcNdjson) lines = tc_ndjson_new ();
  gboolean good = TRUE;

  for (size_t at = 0; at < size && good; at += step)
    good = tc_docker_frames_feed (frames, (const char *) data + at, MIN (step, size - at), add_frame, got);
  good = TRUE;
  for (size_t at = 0; at < size && good; at += step)
    good = tc_ndjson_feed (lines, (const char *) data + at, MIN (step, size - at), add_value, got, NULL);
  if (good)
    tc_ndjson_finish (lines, add_value, got, NULL);
  return got;
}

void
tc_fuzz (const uint8_t *data, size_t size)
{
  g_autoptr (GString) whole = take (data, size, MAX (size, 1)), pieces = take (data, size, 3);

  g_assert_true (g_string_equal (whole, pieces));
}
