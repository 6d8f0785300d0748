/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow.h"

G_BEGIN_DECLS

/**
 * tc_run_as_process: @text of @flow changed so that its script tasks run as processes of this machine: a forced plugin default for their
 * package. For one run; the user's text stays as it is. Caller frees. Pure.
 */
char *tc_run_as_process (const char *text, const TcFlow *flow);

G_END_DECLS
