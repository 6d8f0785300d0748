/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"
#include "tc-soup.h"
#include "tc-upload.h"

G_BEGIN_DECLS

/** TcApiCall: one request on its way; lives until it is answered. Server thread only. Exactly one tc_api_answer… per call frees it. */
typedef struct
{
  const TcSoup      *soup;
  TcEngine          *engine;
  SoupServerMessage *message;
  GHashTable        *query;          /* name → value, or NULL */
  TcUpload          *upload;         /* of a multipart body, or NULL; the message's */
  char             **arguments;      /* what stood for each `*` of the route, in order */
  gboolean           gone;           /* the client hung up */
  gpointer           state;          /* of the handler; freed by state_free */
  GDestroyNotify     state_free;
} TcApiCall;

typedef void (*TcApiHandler) (TcApiCall *call);
/** TcApiRoute: @path below /api/v1[/main]; a segment `*` is an argument. */
typedef struct
{
  const char  *method, *path;
  TcApiHandler handler;
} TcApiRoute;

extern const TcApiRoute tc_api_flow_routes[], tc_api_execution_routes[], tc_api_namespace_routes[], tc_api_trigger_routes[], tc_api_webhook_routes[];   /* end with a zero row */

void        tc_api_answer        (TcApiCall *call, guint status, TcValue *value);                       /* takes @value; NULL: no body */
void        tc_api_answer_text   (TcApiCall *call, guint status, const char *type, const char *text, gssize length);
void        tc_api_answer_error  (TcApiCall *call, const GError *error);
void        tc_api_answer_status (TcApiCall *call, guint status, const char *format, ...) G_GNUC_PRINTF (3, 4);
const char *tc_api_query         (TcApiCall *call, const char *name);                                   /* or NULL */
gint64      tc_api_query_int     (TcApiCall *call, const char *name, gint64 fallback);
char       *tc_api_body          (TcApiCall *call, gsize *length);                                      /* NUL-ended; caller frees */
/** A page as Kestra answers: {"results": items, "total": n}. Takes @items, a LIST. */
TcValue    *tc_api_page          (TcValue *items);

G_END_DECLS
