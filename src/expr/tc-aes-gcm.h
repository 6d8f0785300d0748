/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

#define TC_GCM_IV  12
#define TC_GCM_TAG 16

/**
 * AES in Galois/Counter Mode (FIPS 197, NIST SP 800-38D) with a 96-bit IV, no associated data and a 128-bit tag. Kestra keeps
 * inputs of type SECRET this way. It is not constant in time: keys and texts are the user's own, on the user's own machine.
 * @key_length: 16, 24 or 32; else FALSE. @out has room for @length bytes.
 */
gboolean tc_aes_gcm_seal (const uint8_t *key, size_t key_length, const uint8_t iv[TC_GCM_IV], const uint8_t *in, size_t length,
                          uint8_t *out, uint8_t tag[TC_GCM_TAG]);
/** tc_aes_gcm_open: FALSE also if the tag does not fit; @out is then cleared. */
gboolean tc_aes_gcm_open (const uint8_t *key, size_t key_length, const uint8_t iv[TC_GCM_IV], const uint8_t *in, size_t length,
                          const uint8_t tag[TC_GCM_TAG], uint8_t *out);

G_END_DECLS
