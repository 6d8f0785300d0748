/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-order.h"

G_BEGIN_DECLS

/** tc_poll_http: asks as http.Trigger says; the variables of the execution that it starts, or NULL: it starts none, with @error: it cannot be
 * asked. @order: the names of that execution; what it logs should go nowhere. Worker of the job pool. Source: Kestra's http.Trigger. */
TcValue *tc_poll_http (TcOrder *order, const TcValue *trigger, GError **error);

G_END_DECLS
