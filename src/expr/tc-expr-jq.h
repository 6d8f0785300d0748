/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-render.h"

G_BEGIN_DECLS

/** tc_jq_run: all results of @program on @input, as a list. What fails is told as Kestra's jq filter tells it. */
gboolean tc_jq_run (TcRender *render, const TcVal *input, const char *program, TcVal *result);

G_END_DECLS
