/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-follow.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

gboolean
tc_follow_wants_color (gboolean no_color)
{
  const char *environment = g_getenv ("NO_COLOR");

  return !no_color && (environment == NULL || *environment == '\0') && isatty (STDOUT_FILENO);
}

static const char *
color_of (TcLevel level)
{
  switch (level)
    {
    case TC_LEVEL_TRACE:
    case TC_LEVEL_DEBUG:
      return "\033[2m";
    case TC_LEVEL_INFO:
      return "\033[32m";
    case TC_LEVEL_WARN:
      return "\033[33m";
    case TC_LEVEL_ERROR:
      return "\033[31m";
    }
  return "";
}

static void
print_entry (const TcFollow *self,
             const TcValue  *entry)
{
  const char *task = tc_value_get_str (entry, "taskId"), *message = tc_value_get_str (entry, "message");
  const char *time = tc_value_get_str (entry, "timestamp"), *name = tc_value_get_str (entry, "level");
  TcLevel level = TC_LEVEL_INFO;

  if ((name != NULL && tc_level_parse (name, &level) && level < self->level) || self->quiet)
    return;
  printf ("%s %s%-5s%s %s%s%s\n", time != NULL ? time : "", self->color ? color_of (level) : "", tc_level_name (level),
          self->color ? "\033[0m" : "", task != NULL ? task : "", task != NULL ? " | " : "| ", message != NULL ? message : "");
}

gboolean
tc_follow_logs (TcFollow  *self,
                GError   **error)
{
  g_autoptr (TcValue) entries = NULL;

  if (self->quiet)
    return TRUE;
  entries = tc_backend_logs (self->backend, self->id, self->n_logs, error);
  if (entries == NULL)
    return FALSE;
  for (size_t i = 0; i < tc_value_length (entries); i++)
    print_entry (self, tc_value_item (entries, i));
  self->n_logs += tc_value_length (entries);
  fflush (stdout);
  return TRUE;
}

static gboolean
count_signal (gpointer data)
{
  (*(guint *) data)++;
  return G_SOURCE_CONTINUE;
}

static void
kill_execution (TcFollow   *self,
                const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) answer = NULL;

  g_printerr ("%s\n", why);
  answer = tc_backend_command (self->backend, self->id, "kill", NULL, &error);
  if (answer == NULL)
    g_printerr (_("it cannot be killed: %s\n"), error->message);
}

/* FALSE: leave. */
static gboolean
heed_signals (TcFollow *self,
              guint     before,
              guint     now)
{
  if (now == before)
    return TRUE;
  if (self->kill_on_signal && now == 1)
    {
      kill_execution (self, _("Killing the execution and waiting for its end; interrupt again to leave it to itself."));
      return TRUE;
    }
  self->left = TRUE;
  if (self->kill_on_signal)
    g_printerr (_("Left; the work of execution %s goes on.\n"), self->id);
  return FALSE;
}

gboolean
tc_follow_run (TcFollow  *self,
               GError   **error)
{
  guint signals = 0, heeded = 0, interrupt = g_unix_signal_add (SIGINT, count_signal, &signals);
  gint64 end = self->timeout_us > 0 ? g_get_monotonic_time () + self->timeout_us : G_MAXINT64;
  gboolean over = FALSE, done = TRUE;

  while (done && !over && heed_signals (self, heeded, signals))
    {
      heeded = signals;
      done = tc_backend_wait (self->backend, self->id, &over, error) && tc_follow_logs (self, error);
      if (!over && g_get_monotonic_time () >= end)
        {
          end = G_MAXINT64;
          kill_execution (self, _("The time given by --timeout is over: killing the execution."));
        }
    }
  g_source_remove (interrupt);
  return done;
}
