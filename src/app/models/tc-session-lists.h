/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include "tc-flow-item.h"

G_BEGIN_DECLS

/* The two mirrors that TcSession owns. Main thread; they hold a borrowed engine between set_engine(engine) and set_engine(NULL). */

/** TcFlowList: the library as namespaces with flows. Listing again only touches what changed, so views keep their place. */
typedef struct _TcFlowList TcFlowList;
TcFlowList *tc_flow_list_new            (void);
void        tc_flow_list_free           (TcFlowList *self);
void        tc_flow_list_set_engine     (TcFlowList *self, TcEngine *engine);
void        tc_flow_list_refresh        (TcFlowList *self);      /* calls while one is under way are joined */
void        tc_flow_list_set_state      (TcFlowList *self, const char *namespace_, const char *id, TcState state);
GListModel *tc_flow_list_get_namespaces (TcFlowList *self);
TcFlowItem *tc_flow_list_find           (TcFlowList *self, const char *namespace_, const char *id);     /* borrowed, or NULL */
gboolean    tc_flow_list_is_listed      (TcFlowList *self);

/** TcExecutionList: executions newest first, read in pages; one object per id for all views. */
typedef struct _TcExecutionList TcExecutionList;
TcExecutionList *tc_execution_list_new        (void);
void             tc_execution_list_free       (TcExecutionList *self);
void             tc_execution_list_set_engine (TcExecutionList *self, TcEngine *engine);
void             tc_execution_list_update     (TcExecutionList *self, const TcHead *head, GPtrArray *runs);
void             tc_execution_list_load_more  (TcExecutionList *self);
TcExecutionItem *tc_execution_list_find       (TcExecutionList *self, const char *id);      /* borrowed, or NULL */
TcExecutionItem *tc_execution_list_ensure     (TcExecutionList *self, const char *id);      /* transfer full */
void             tc_execution_list_count      (TcExecutionList *self, TcExecutionCount *count);
GListModel      *tc_execution_list_get_model  (TcExecutionList *self);

G_END_DECLS
