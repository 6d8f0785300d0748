/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"
#include <stdio.h>

G_BEGIN_DECLS

/** TcHttpTask: the properties that all HTTP tasks have (Kestra's AbstractHttp). */
typedef struct
{
  char    *uri, *method, *body, *content_type;
  TcValue *params, *form, *headers, *options, *ssl;
  gboolean allow_failed;
} TcHttpTask;

extern const TcProp tc_http_option_props[];

#define TC_HTTP_AT(type, field) (offsetof (type, http) + offsetof (TcHttpTask, field))
#define TC_HTTP_TASK_ROWS(type) \
  { "uri", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, TC_HTTP_AT (type, uri), NULL, NULL, N_("Address to ask.") }, \
  { "method", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_HTTP_AT (type, method), "GET", NULL, N_("HTTP method.") }, \
  { "params", TC_KIND_MAP, TC_PROP_DYNAMIC, TC_HTTP_AT (type, params), NULL, NULL, N_("Parameters for the query of the address; a list repeats the name.") }, \
  { "body", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_HTTP_AT (type, body), NULL, NULL, N_("Text to send.") }, \
  { "formData", TC_KIND_MAP, TC_PROP_DYNAMIC, TC_HTTP_AT (type, form), NULL, NULL, N_("Form to send; with the content type `multipart/form-data`, URIs and maps of `name` and `content` are files.") }, \
  { "contentType", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_HTTP_AT (type, content_type), NULL, NULL, N_("Kind of what is sent, `application/json` without it.") }, \
  { "headers", TC_KIND_MAP, TC_PROP_DYNAMIC, TC_HTTP_AT (type, headers), NULL, NULL, N_("Headers to send.") }, \
  { "options", TC_KIND_OBJECT, TC_PROP_DYNAMIC, TC_HTTP_AT (type, options), NULL, tc_http_option_props, N_("How to ask: authentication, timeouts, which answers are fine.") }, \
  { "allowFailed", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, TC_HTTP_AT (type, allow_failed), "false", NULL, N_("Use `options.allowFailed`.") }, \
  { "sslOptions", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, TC_HTTP_AT (type, ssl), NULL, NULL, N_("Use `options.ssl`.") }

/** TcHttpAnswer: the final answer, redirects followed. */
typedef struct
{
  int      status;
  TcValue *headers;         /* MAP of lower-case name → LIST */
  GString *body;            /* what was not written to @into */
  uint64_t length;
  char    *url;             /* first address, with parameters */
  gboolean has_body;        /* HEAD and 204 answers have none */
} TcHttpAnswer;

/** tc_http_task_ask: asks and waits; logs and counts each exchange; fails for an answer that is not fine. The body goes to @into if that
 * is not NULL (at most 19 MiB otherwise). Worker thread. */
gboolean tc_http_task_ask     (TcJob *job, const TcHttpTask *task, FILE *into, TcHttpAnswer *answer, GError **error);
gboolean tc_http_task_allows_failed (const TcHttpTask *task);
void     tc_http_answer_clear (TcHttpAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcHttpAnswer, tc_http_answer_clear)

/** tc_http_answer_text: the body as text: of the charset that the answer names, else of `defaultCharset`. What is no text of it stands as a
 * replacement character. NULL and @error: there is no such charset. */
TcValue *tc_http_answer_text  (const TcHttpTask *task, const TcHttpAnswer *answer, GError **error);

/* Parts of a request, in tc-http-form.c. */
char    *tc_http_url          (const char *uri, const TcValue *params, GError **error);
/** tc_http_charset: `defaultCharset`, or UTF-8. Borrowed. */
const char *tc_http_charset   (const TcHttpTask *task);
/** The bytes to send and their kind: a form, the body in that charset, or NULL. @content_type is set in any case. */
GString *tc_http_content      (TcJob *job, const TcHttpTask *task, char **content_type, GError **error);

G_END_DECLS
