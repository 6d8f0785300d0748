/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/** TcEngine: the GObject. Its members are set before the engine's thread serves, and read by any thread from then on. */
struct _TcEngine
{
  GObject       parent_instance;
  TcCore       *core;
  GThread      *thread;
  GMainContext *owner;          /* signals are emitted there */
  GAsyncQueue  *ready;          /* one GError, or the core itself */
  gint          closed;         /* atomic */
};

/* tc-core.c: the engine's thread. */
TcCore  *tc_core_new       (const TcEngineOptions *options, GMainContext *owner, TcNewsFunc news, gpointer data);
gboolean tc_core_open      (TcCore *self, GError **error);        /* engine's thread */
void     tc_core_serve     (TcCore *self, GAsyncQueue *ready);    /* engine's thread: recovers, runs until tc_core_quit() */
void     tc_core_shut      (TcCore *self);                        /* any other thread: blocks until nothing of it runs */
void     tc_core_free      (TcCore *self);

/** tc_engine_task: a task for a call, or NULL and answered already if the engine is closed. */
GTask   *tc_engine_task    (TcEngine *self, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data, gpointer tag);

/** TcCall: what a call to the library, the keys or the secrets carries; each uses what it needs. The task owns it. */
typedef struct
{
  TcSite  *site;
  char    *action, *namespace, *name;
  char    *text;                  /* a source or a secret: cleared before it is freed */
  int      revision, known_revision;
  char    *known_source;
  TcFlow  *flow;
  TcValue *args, *now;
  gboolean deleting;
} TcCall;

/** tc_engine_call: tc_engine_task() with a TcCall for its data, into *@task; NULL like that. tc_engine_call_of: of such a task. */
TcCall  *tc_engine_call    (TcEngine *self, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data, gpointer tag, GTask **task);
TcCall  *tc_engine_call_of (gpointer task);
/** tc_engine_return: answers with @value, a TcValue, or if that is NULL with @error; takes both. */
void     tc_engine_return  (GTask *task, TcValue *value, GError *error);

/** Test-only: @func on the engine's thread at each point: "commit" when a batch became durable. Set before anything is executed. */
void     tc_engine_set_hook (TcEngine *self, void (*func) (gpointer data, const char *point), gpointer data);

G_END_DECLS
