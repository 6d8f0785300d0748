/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TcPage: what a tab of the window shows; base class of flow, file and execution pages. Main thread.
 * Properties (read-only outside of subclasses): title, subtitle (strings), modified (boolean), execution (TcExecutionItem: the execution in
 *                                               view, or NULL).
 */
#define TC_TYPE_PAGE (tc_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (TcPage, tc_page, TC, PAGE, AdwBin)

struct _TcPageClass
{
  AdwBinClass parent_class;

  void     (*save)       (TcPage *self, GTask *task);     /* takes @task and answers it with a boolean; NULL: nothing to save */
  void     (*grab_focus) (TcPage *self);                  /* to the main thing of the page */
};

const char      *tc_page_get_title     (TcPage *self);
const char      *tc_page_get_subtitle  (TcPage *self);
gboolean         tc_page_get_modified  (TcPage *self);
TcExecutionItem *tc_page_get_execution (TcPage *self);      /* borrowed, or NULL */
/** tc_page_save_async: writes what the user changed to where it came from, asking only if it would replace something else. */
void             tc_page_save_async    (TcPage *self, GAsyncReadyCallback done, gpointer data);
gboolean         tc_page_save_finish   (TcPage *self, GAsyncResult *result, GError **error);
void             tc_page_focus_content (TcPage *self);

/* For subclasses. */
void             tc_page_set_title     (TcPage *self, const char *title);
void             tc_page_set_subtitle  (TcPage *self, const char *subtitle);
void             tc_page_set_modified  (TcPage *self, gboolean modified);
void             tc_page_set_execution (TcPage *self, TcExecutionItem *execution);

G_END_DECLS
