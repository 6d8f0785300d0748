/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"

G_BEGIN_DECLS

/** A real engine in a directory of its own, and blocking forms of its calls. */
typedef struct
{
  char     *directory;
  TcEngine *engine;
  gboolean  scheduling, ephemeral;                                  /* of the next engine that is opened */
} Fixture;

void     fixture_set_up    (Fixture *self, gconstpointer data);
void     fixture_tear_down (Fixture *self, gconstpointer data);
void     fixture_restart   (Fixture *self);                        /* closes the engine and opens another one on the directory */

char    *fixture_execute   (Fixture *self, const char *source, const TcValue *inputs, GError **error);
TcHead  *fixture_run       (Fixture *self, const char *source);    /* executes, waits for the end */
TcValue *fixture_command   (Fixture *self, const char *id, const char *command, const TcValue *args, GError **error);
int      fixture_save      (Fixture *self, const char *source, GError **error);
/** fixture_executions: heads of all executions of test.engine/@flow_id, newest first. Caller unrefs. */
GPtrArray *fixture_executions (Fixture *self, const char *flow_id);
TcValue *fixture_trigger   (Fixture *self, const char *action, const char *flow_id, const char *trigger_id, const TcValue *args, GError **error);
TcValue *fixture_kv        (Fixture *self, const char *action, const char *key, const TcValue *args, GError **error);
TcValue *fixture_eval      (Fixture *self, const char *id, const char *text, GError **error);
TcValue *fixture_disabled  (Fixture *self, const char *source, const TcValue *given);
TcHead  *fixture_wait      (Fixture *self, const char *id);
void     fixture_await     (Fixture *self, const char *id, const char *task, TcState state);   /* until the newest run of @task is in @state */
/** "task[value]=STATE …" in order of creation. */
char    *fixture_runs      (Fixture *self, const char *id);
const TcValue *fixture_outputs (Fixture *self, const char *id, const char *task, GPtrArray **runs);   /* of its newest run; free *runs */
/** "LEVEL message" a line, of @task (NULL: all) at INFO and above. */
char    *fixture_logs      (Fixture *self, const char *id, const char *task);
void     fixture_put_file  (Fixture *self, const char *namespace_, const char *path, const char *content);

G_END_DECLS
