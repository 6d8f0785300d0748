/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-execution.h"

/* Kestra's Slugify: blanks become -, anything but word characters and - goes, _ becomes -, runs of - become one, lower case. */
static char *
slug (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      char c = *text == '_' || g_ascii_isspace (*text) ? '-' : (char) g_ascii_tolower (*text);

      if (c == '-' ? out->len > 0 && out->str[out->len - 1] != '-' : g_ascii_isalnum (c))
        g_string_append_c (out, c);
    }
  if (out->len > 0 && out->str[out->len - 1] == '-')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

char *
tc_head_files_path (const TcHead *self)
{
  g_autofree char *namespace_ = g_strdelimit (g_strdup (self->namespace), ".", '/'), *flow = slug (self->flow_id);

  return g_strdup_printf ("/%s/%s/executions/%s", namespace_, flow, self->id);
}

char *
tc_task_run_files_path (const TcTaskRun *self, const TcHead *head)
{
  g_autofree char *execution = tc_head_files_path (head), *task = slug (self->task_id);

  return g_strdup_printf ("%s/tasks/%s/%s", execution, task, self->id);
}

char *
tc_task_run_log_uri (const TcTaskRun *self, const TcHead *head, int attempt)
{
  g_autofree char *path = tc_task_run_files_path (self, head);

  return g_strdup_printf ("kestra://%s/log-%d.txt", path, attempt);
}
