/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-backend.h"

G_BEGIN_DECLS

/** TcFollow: how an execution is followed on a terminal. */
typedef struct
{
  TcBackend  *backend;
  const char *id;
  gboolean    quiet;           /* no log entries */
  gboolean    color;
  TcLevel     level;           /* entries below are not printed */
  int64_t     timeout_us;      /* then the execution is killed, as a user would; 0: never */
  gboolean    kill_on_signal;  /* SIGINT kills the execution first, and leaves at the second time; else it only leaves */

  uint64_t    n_logs;          /* entries printed so far */
  gboolean    left;            /* ended by a signal; the execution goes on */
} TcFollow;

/** tc_follow_run: prints log entries until the execution is over, or until the user leaves. FALSE and @error: it cannot be followed. */
gboolean tc_follow_run    (TcFollow *self, GError **error);
/** tc_follow_logs: prints entries that are new since the last call, all levels from self->level on. */
gboolean tc_follow_logs   (TcFollow *self, GError **error);
gboolean tc_follow_wants_color (gboolean no_color);

G_END_DECLS
