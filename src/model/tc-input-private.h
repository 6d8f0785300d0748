/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow.h"

G_BEGIN_DECLS

/* tc-input-parse.c: @choices: LIST of STRING, or NULL: any. @given is not null. */
TcValue *tc_input_parse_with (const TcInput *input, const TcValue *choices, const TcValue *given, GError **error);

G_END_DECLS
