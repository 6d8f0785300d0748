/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"
#include "tc-job-world.h"

G_BEGIN_DECLS

/** tc_webhook: tc_engine_webhook_async(), on the engine's thread. @answered (@data, …) is called once. */
void tc_webhook (TcCore *core, const char *namespace_, const char *flow_id, const char *key, const TcValue *request, TcSiteAnswered answered,
                 gpointer data);

G_END_DECLS
