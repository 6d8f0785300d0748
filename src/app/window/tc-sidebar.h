/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-files-panel.h"
#include "tc-session.h"
#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TcSidebar: flows by namespace, the files of a namespace, and executions. Main thread.
 * Signals: open-flow (const char *namespace, const char *id), open-execution (const char *id), open-file (const char *path),
 *          namespace-selected (const char *namespace), toast (const char *text)
 */
#define TC_TYPE_SIDEBAR (tc_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (TcSidebar, tc_sidebar, TC, SIDEBAR, GtkWidget)

void        tc_sidebar_set_session   (TcSidebar *self, TcSession *session);
/** tc_sidebar_set_namespace: whose files are shown; NULL: none. */
void        tc_sidebar_set_namespace (TcSidebar *self, const char *namespace_);
void        tc_sidebar_set_page      (TcSidebar *self, const char *page);      /* "flows", "files", "executions" */
const char *tc_sidebar_get_page      (TcSidebar *self);

G_END_DECLS
