/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/** TcNdjson: cuts a stream into JSON texts, one a line, however the bytes arrive. Blank lines are skipped. */
typedef struct _TcNdjson TcNdjson;
typedef void (*TcNdjsonFunc) (gpointer data, const TcValue *value);

TcNdjson *tc_ndjson_new    (void);
void      tc_ndjson_free   (TcNdjson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcNdjson, tc_ndjson_free)
/** tc_ndjson_feed: gives the values that @bytes complete. FALSE and @error (TC_JSON_ERROR): a line is not JSON or longer than 16 MiB. */
gboolean  tc_ndjson_feed   (TcNdjson *self, const char *bytes, size_t length, TcNdjsonFunc func, gpointer data, GError **error);
/** tc_ndjson_finish: the last line need not end. */
gboolean  tc_ndjson_finish (TcNdjson *self, TcNdjsonFunc func, gpointer data, GError **error);

G_END_DECLS
