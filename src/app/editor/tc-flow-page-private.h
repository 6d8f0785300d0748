/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-find-bar.h"
#include "tc-flow-page.h"
#include "tc-notice-bar.h"
#include "tc-source-view.h"
#include "tc-topology-view.h"

G_BEGIN_DECLS

/** What the files tc-flow-page*.c share: the page's fields, by concern. */
struct _TcFlowPage
{
  TcPage           parent_instance;

  TcSession       *session;
  TcFlowBuffer    *buffer;
  TcSourceView    *source;

  GtkBox          *source_pane;
  TcFindBar       *find;
  GtkScrolledWindow *source_scroller;
  GtkWidget       *topology_pane, *zoom_box, *fit_button, *problems_button;
  GtkStack        *topology_stack;
  GtkLabel        *stale_label, *problems_label;
  GtkImage        *problems_icon;
  AdwStatusPage   *topology_empty;
  TcNoticeBar     *notice;
  TcTopologyView  *topology;
  GSimpleActionGroup *actions;
  char            *view;

  char            *namespace, *flow_id;        /* of the text, or NULL */
  char            *origin_namespace, *origin_id;   /* of the library flow it came from, or NULL */
  GFile           *file;
  guint            fit_id;
  gboolean         has_graph;                  /* the topology shows one, new or stale */
  gboolean         runnable, loading, saving;
  gboolean         syncing;                    /* caret and node follow each other: not in a circle */
  gboolean         as_processes;               /* the user chose to do without containers */
  TcValue         *inputs;                     /* entered the last time, or NULL */
  gboolean         execute_pending;            /* Execute was asked for before the text was checked */
  char            *pull_task;                  /* node that shows an image pull */
};

void tc_flow_page_emit_toast   (TcFlowPage *self, const char *text);
void tc_flow_page_show_panel   (TcFlowPage *self, const char *panel);
void tc_flow_page_save         (TcPage *page, GTask *task);                 /* tc-flow-page-save.c */
void tc_flow_page_load_flow    (TcFlowPage *self);
void tc_flow_page_flow_changed (TcFlowPage *self, const char *namespace_, const char *id);
void tc_flow_page_saved_notice (TcFlowPage *self, const char *topic, int button);
void tc_flow_page_correct_action (GSimpleAction *action, GVariant *value, gpointer data);   /* tc-flow-page-fix.c */
void tc_flow_page_checked      (TcFlowPage *self);                          /* tc-flow-page-run.c */
void tc_flow_page_status_changed (TcFlowPage *self);
void tc_flow_page_run_notice   (TcFlowPage *self, const char *topic, int button);
void tc_flow_page_set_run      (TcFlowPage *self, TcExecutionItem *execution);

G_END_DECLS
