/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** TcMultipart: reads a multipart body (RFC 2046 §5.1) as its bytes come, cut anywhere, and keeps no more of it than a delimiter or the
 * headers of a part. One thread. */
typedef struct _TcMultipart TcMultipart;

/** TcMultipartFuncs: FALSE with @error set ends the reading. */
typedef struct
{
  gboolean (*begin)   (gpointer data, const char *headers, gsize length, GError **error);  /* CR LF, then the lines with theirs */
  gboolean (*content) (gpointer data, const char *bytes, gsize length, GError **error);    /* any number of times */
  gboolean (*end)     (gpointer data, GError **error);
} TcMultipartFuncs;

TcMultipart *tc_multipart_new    (const char *boundary, const TcMultipartFuncs *funcs, gpointer data);   /* @funcs lives longer */
void         tc_multipart_free   (TcMultipart *self);    /* NULL is allowed */
/** tc_multipart_feed: not again after FALSE. Errors: G_IO_ERROR_INVALID_DATA and those of the functions. */
gboolean     tc_multipart_feed   (TcMultipart *self, const char *bytes, gsize length, GError **error);
gboolean     tc_multipart_finish (TcMultipart *self, GError **error);     /* FALSE: it stopped before its end */

G_END_DECLS
