/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-fd-set.h"
#include "tc-value.h"

G_BEGIN_DECLS

#define TC_HTTP_ERROR (tc_http_error_quark ())
GQuark tc_http_error_quark (void);
typedef enum
{
  TC_HTTP_ERROR_NO_SOCKET,   /* the Unix socket does not exist */
  TC_HTTP_ERROR_DENIED,      /* we may not open it */
  TC_HTTP_ERROR_REFUSED,     /* nobody listens there, or the host is unknown or unreachable */
  TC_HTTP_ERROR_TIMEOUT,     /* no answer in time */
  TC_HTTP_ERROR_BROKEN,      /* the connection broke, or the answer is not HTTP */
  TC_HTTP_ERROR_TLS,         /* no trust in the other side, or it has none in us */
  TC_HTTP_ERROR_LIMIT,       /* the answer is longer than allowed */
  TC_HTTP_ERROR_OTHER,
} TcHttpError;

/** TcHttp: a client: connections kept alive, any number of requests at once. Thread of its context. The program's first request loads
 * libcurl, which takes some milliseconds. */
typedef struct _TcHttp TcHttp;
typedef struct _TcHttpRequest TcHttpRequest;

/** TcHttpCall: what to ask for. Copied by tc_http_send(). */
typedef struct
{
  const char        *method, *url;
  const char        *socket_path;       /* Unix socket to connect to instead of the URL's host; or NULL */
  const char *const *headers;           /* "Name: value", NULL-ended; or NULL */
  const char        *body;              /* or NULL */
  size_t             body_length;
  int                body_fd;           /* 0: none; else a descriptor in non-blocking mode to stream the body from, closed by the request */
  ssize_t          (*read_body) (gpointer data, char *buffer, size_t size);     /* or a body that is made while it is sent; 0: its end, -1: give up */
  gpointer           read_data;
  int64_t            answer_timeout_us; /* until the headers; 0: 30 s, -1: none */
  size_t             limit;             /* of a body that is kept; 0: 16 MiB */
  const char        *ca_file, *cert_file, *key_file;    /* PEM, or NULL */
  gboolean           insecure;          /* any certificate will do */
  gboolean           follow;            /* redirects */
  int64_t            connect_timeout_us;        /* 0: 10 s */
  const char        *digest_user, *digest_password;     /* for DIGEST authentication, or NULL */
  const char        *proxy, *proxy_user, *proxy_password;  /* "http://HOST:PORT", "socks5h://…"; NULL: that of the environment */
  const char        *encodings;         /* Accept-Encoding to send; such answers are decoded; or NULL */
} TcHttpCall;

/** TcHttpFuncs: none is called from inside tc_http_send() or after tc_http_cancel(). Any may be NULL. */
typedef struct
{
  void     (*headers) (gpointer data, int status);      /* the final answer's status line and headers are complete */
  gboolean (*body)    (gpointer data, const char *bytes, size_t length);     /* FALSE: not now: the same bytes come again after tc_http_resume() */
  void     (*done)    (gpointer data, int status, const char *body, size_t length, const GError *error);  /* once, last; frees the request. body: what funcs.body
                                                           did not take; NUL-ended. @status 0 with @error. An error status alone is no error */
} TcHttpFuncs;

TcHttp        *tc_http_new    (TcFdSet *fds, GMainContext *context);
void           tc_http_free   (TcHttp *self);            /* cancels what goes on */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcHttp, tc_http_free)
TcFdSet       *tc_http_fds    (TcHttp *self);            /* borrowed */
TcHttpRequest *tc_http_send   (TcHttp *self, const TcHttpCall *call, const TcHttpFuncs *funcs, gpointer data);
void           tc_http_resume (TcHttpRequest *request);
void           tc_http_cancel (TcHttpRequest *request);  /* NULL is allowed; may be called in callbacks */
/** tc_http_header: value of a header of the answer, in callbacks; borrowed; NULL: none. */
const char    *tc_http_header (TcHttpRequest *request, const char *name);
/** tc_http_headers: all of them, in callbacks: MAP of lower-case name → LIST of texts. Caller owns. */
TcValue       *tc_http_headers (TcHttpRequest *request);
/** tc_http_header_bytes: length of the answer's status line and headers, in callbacks. */
size_t         tc_http_header_bytes (TcHttpRequest *request);
/** tc_http_is_sent: the whole request was handed to the system: only the answer is missing. */
gboolean       tc_http_is_sent (const TcHttpRequest *request);

G_END_DECLS
