/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-value.h"

G_BEGIN_DECLS

/* Amazon Ion, text form (amazon-ion.github.io/ion-docs). */
/** tc_ion_read: the value at *@at of @text, which moves behind it. NULL without @problem: nothing but space is left. Caller frees. */
TcValue *tc_ion_read  (const char *text, size_t length, size_t *at, char **problem);
void     tc_ion_write (const TcVal *value, GString *out);

G_END_DECLS
