/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-order.h"

G_BEGIN_DECLS

/**
 * Values of SECRET inputs (onResume too) and of SECRET outputs of flows are kept encrypted, as {type: "io.kestra.datatype:aes_encrypted", value} (Kestra: EncryptedString), with the key of the
 * data directory. Expressions see the text; logs hide it.
 */
/** tc_sealed_load_key: reads DATA/key, or makes it. Base64. Blocks. */
char    *tc_sealed_load_key (const char *data_dir, GError **error);
/** tc_sealed_new_key: one that is not written yet; tc_sealed_save_key: as DATA/key (mode 0600). Blocks. */
char    *tc_sealed_new_key  (GError **error);
gboolean tc_sealed_save_key (const char *data_dir, const char *key, GError **error);
/** tc_sealed_close: @inputs with the SECRET ones of @flow encrypted; hides them in the log. Worker. */
TcValue *tc_sealed_close    (TcOrder *order, const TcFlow *flow, const TcValue *inputs, GError **error);
/** tc_sealed_close_output: the RENDERED @values of one flow output; encrypted if it is a SECRET. Hides it in the log. Worker. */
TcValue *tc_sealed_close_output (TcOrder *order, const TcValue *values, GError **error);
/** tc_sealed_text: @text encrypted. Worker. */
TcValue *tc_sealed_text     (TcOrder *order, const char *text, GError **error);
/** tc_sealed_open: @value in the clear at any depth, or NULL if nothing in it is encrypted. Hides what it opens, but bodies of answers
 * (`encryptedBody`), which Kestra encrypts at rest only. Worker. */
TcValue *tc_sealed_open     (TcOrder *order, const TcValue *value);

G_END_DECLS
