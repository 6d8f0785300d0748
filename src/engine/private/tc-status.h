/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/** tc_status_trouble: a writer is in trouble (@error) or out of it (NULL): @place remembers its text; the status is published. Engine's thread. */
void     tc_status_trouble (TcCore *core, char **place, const GError *error);
/** tc_status_now: {store, running, queued}: what the engine's thread knows. */
TcValue *tc_status_now     (TcCore *core);
/** tc_status_docker: what answers on the sockets of container engines. Blocks: worker. */
TcValue *tc_status_docker  (void);
/** tc_doctor: LIST of {name, state, text, hint}. Blocks: worker. */
TcValue *tc_doctor         (TcSite *site);

G_END_DECLS
