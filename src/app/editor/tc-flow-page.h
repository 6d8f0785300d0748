/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow-buffer.h"
#include "tc-page.h"

G_BEGIN_DECLS

/**
 * TcFlowPage: a flow as text and topology side by side, following one selection, with the execution it started last. Main thread.
 *
 * Properties: view (string: "source", "both", "topology"), flow-id, flow-namespace (strings, of the text; NULL until known),
 *             runnable (boolean: the present text may be executed)
 * Signals:    caret-moved ()
 *             show-panel (const char *page)   the bottom panel should show "problems" or "execution"
 *             toast (const char *text)
 */
#define TC_TYPE_FLOW_PAGE (tc_flow_page_get_type ())
G_DECLARE_FINAL_TYPE (TcFlowPage, tc_flow_page, TC, FLOW_PAGE, TcPage)

/** tc_flow_page_new: an unsaved flow with @text. */
GtkWidget    *tc_flow_page_new           (TcSession *session, const char *text);
/** tc_flow_page_new_for_flow: a flow of the library. */
GtkWidget    *tc_flow_page_new_for_flow  (TcSession *session, const char *namespace_, const char *id);
/** tc_flow_page_new_for_file: a file from elsewhere with @text; it is saved there. */
GtkWidget    *tc_flow_page_new_for_file  (TcSession *session, GFile *file, const char *text);

TcFlowBuffer *tc_flow_page_get_buffer    (TcFlowPage *self);
GFile        *tc_flow_page_get_file      (TcFlowPage *self);                 /* or NULL */
/** tc_flow_page_is_flow: whether it shows this flow of the library. */
gboolean      tc_flow_page_is_flow       (TcFlowPage *self, const char *namespace_, const char *id);
const char   *tc_flow_page_get_namespace (TcFlowPage *self);                 /* of the text, or NULL */
gboolean      tc_flow_page_get_runnable  (TcFlowPage *self);
void          tc_flow_page_set_view      (TcFlowPage *self, const char *view);
void          tc_flow_page_get_caret     (TcFlowPage *self, int *line, int *column);   /* from 1 */
void          tc_flow_page_next_problem  (TcFlowPage *self, gboolean forward);
/** tc_flow_page_correct: offers the corrections for the line of the caret in a menu. */
void          tc_flow_page_correct       (TcFlowPage *self);
void          tc_flow_page_show_problem  (TcFlowPage *self, TcProblem *problem);
void          tc_flow_page_show_task     (TcFlowPage *self, const char *task_id);      /* caret to its lines */
void          tc_flow_page_zoom          (TcFlowPage *self, int direction);            /* 1, -1; 0: back to normal */
void          tc_flow_page_find          (TcFlowPage *self);                           /* opens the bar that finds text */
/** tc_flow_page_execute: runs the present text; asks for inputs in a dialog if it has some. */
void          tc_flow_page_execute       (TcFlowPage *self);

G_END_DECLS
