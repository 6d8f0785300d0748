/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TcMasker: replaces the secrets that an execution has read by `******`, in every entry of its log. Knows each secret as it is, line by line,
 * in base64, escaped for URLs and escaped for JSON. Bound to one thread. Kestra: RunContextLogger.replaceSecret().
 */
typedef struct _TcMasker TcMasker;

TcMasker *tc_masker_new   (void);
void      tc_masker_free  (TcMasker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcMasker, tc_masker_free)
void      tc_masker_add   (TcMasker *self, const char *secret);       /* empty ones are ignored */
char     *tc_masker_apply (const TcMasker *self, const char *text);   /* (nullable): NULL if nothing had to be hidden */

G_END_DECLS
