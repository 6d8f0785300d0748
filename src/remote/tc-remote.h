/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

#define TC_REMOTE_ERROR (tc_remote_error_quark ())
GQuark tc_remote_error_quark (void);
typedef enum
{
  TC_REMOTE_ERROR_ABSENT,      /* nobody answers there */
  TC_REMOTE_ERROR_NOT_FOUND,   /* 404 */
  TC_REMOTE_ERROR_REFUSED,     /* 409, 413, 422: see tc_remote_findings() */
  TC_REMOTE_ERROR_FAILED,      /* any other answer, or a broken connection */
} TcRemoteError;

/** TcRemote: a client of the REST API (spec/core-tasks-and-triggers.md §7–8). Blocking; one thread at a time. */
typedef struct _TcRemote TcRemote;

/** tc_remote_new: asks /ping first, so that a socket without an engine behind it is an ABSENT error here. */
TcRemote *tc_remote_new       (const char *socket_path, GError **error);
void      tc_remote_free      (TcRemote *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcRemote, tc_remote_free)

/**
 * tc_remote_call: one request; @path is below /api/v1/main, already escaped where needed (tc_remote_path()). @body may be NULL.
 * Returns: the JSON of the answer, a STRING if it is no JSON, null if it is empty.
 */
TcValue  *tc_remote_call      (TcRemote *self, const char *method, const char *path, const char *content_type, const char *body, gsize length,
                               GError **error);
/** tc_remote_findings: of the last REFUSED error: LIST of findings as design/cli.md §3 prints them, or NULL. Borrowed. */
const TcValue *tc_remote_findings (TcRemote *self);
/** tc_remote_path: printf of a path whose arguments are escaped as segments. */
char     *tc_remote_path      (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* The same in the words of the engine. Values are Kestra's JSON. */
TcValue  *tc_remote_save_flow (TcRemote *self, const char *source, GError **error);                     /* flow with revision */
/* @inputs: texts; a key that is in @files holds the path of a file to upload. */
TcValue  *tc_remote_execute   (TcRemote *self, const char *namespace_, const char *flow_id, int revision, const TcValue *inputs,
                               const TcValue *files, const TcValue *labels, GError **error);            /* execution */
TcValue  *tc_remote_execution (TcRemote *self, const char *id, GError **error);
TcValue  *tc_remote_logs      (TcRemote *self, const char *id, guint64 offset, GError **error);         /* LIST of entries from @offset on */
TcValue  *tc_remote_metrics   (TcRemote *self, const char *id, GError **error);                         /* LIST */
TcValue  *tc_remote_command   (TcRemote *self, const char *id, const char *command, const TcValue *args, GError **error);

G_END_DECLS
