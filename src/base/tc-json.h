/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

#define TC_JSON_ERROR (tc_json_error_quark ())
GQuark tc_json_error_quark (void);
typedef enum
{
  TC_JSON_ERROR_SYNTAX,   /* not JSON (RFC 8259); the message has line and column */
  TC_JSON_ERROR_LIMIT,    /* deeper than TC_LIMIT_DEPTH or longer than TC_LIMIT_JSON_BYTES */
} TcJsonError;

/**
 * tc_json_read: reads exactly one JSON text (RFC 8259). Integers beyond 64 bits become DECIMAL, duplicate keys: the last wins.
 * tc_json_read_prefix: reads the first complete value and tells where it ended (Jackson's readValue, used by `::{…}::` lines).
 * tc_json_write: compact, members in order, numbers as Java prints them, TIME and DURATION as ISO-8601 texts; never fails.
 * tc_json_write_pretty: indented by two spaces.
 */
TcValue *tc_json_read         (const char *text, size_t length, GError **error);
TcValue *tc_json_read_prefix  (const char *text, size_t length, size_t *end, GError **error);
void     tc_json_write        (const TcValue *self, GString *out);
void     tc_json_write_pretty (const TcValue *self, GString *out);
char    *tc_json_to_text      (const TcValue *self);         /* compact, caller frees */

G_END_DECLS
