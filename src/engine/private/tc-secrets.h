/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Secrets: `SECRET_NAME` of the environment, in base64 as Kestra reads them, then the key ring (Secret Service or the Flatpak portal), where a
 * namespace inherits from its parents. All functions block: worker threads. @key_ring FALSE: the environment only.
 */
/** tc_secret_find: NULL and TC_ENGINE_ERROR_NOT_FOUND: there is none; G_IO_ERROR_CANCELLED. The caller frees the text with secret care:
 * tc_secret_free(). */
char     *tc_secret_find   (const char *namespace_, const char *name, gboolean key_ring, GCancellable *cancellable, GError **error);
void      tc_secret_free   (char *secret);
gboolean  tc_secret_store  (const char *namespace_, const char *name, const char *value, GError **error);   /* NULL value: delete */
TcValue  *tc_secret_list   (gboolean key_ring, GError **error);                  /* LIST of {name, source, namespace?} */
/** tc_secret_service_works: whether a key ring answers. */
gboolean  tc_secret_service_works (GError **error);

G_END_DECLS
