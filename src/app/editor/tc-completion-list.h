/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-complete.h"
#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/** TcCompletionItem: one proposal, as GtkSourceView lists it. Main thread. */
#define TC_TYPE_COMPLETION_ITEM (tc_completion_item_get_type ())
G_DECLARE_FINAL_TYPE (TcCompletionItem, tc_completion_item, TC, COMPLETION_ITEM, GObject)
const TcProposal *tc_completion_item_get_proposal (TcCompletionItem *self);

/**
 * TcCompletionList: the proposals for one place of a buffer that what is typed there fits; a list model of TcCompletionItem. Stays right while
 * the text grows behind the place where the replaced range begins. Main thread.
 */
#define TC_TYPE_COMPLETION_LIST (tc_completion_list_get_type ())
G_DECLARE_FINAL_TYPE (TcCompletionList, tc_completion_list, TC, COMPLETION_LIST, GObject)

/** tc_completion_list_new: takes @completion, which was made for the character @place of the text of @buffer. */
TcCompletionList *tc_completion_list_new      (TcCompletion *completion, GtkTextBuffer *buffer, uint32_t place);
void              tc_completion_list_refilter (TcCompletionList *self);            /* by the text before the caret */
/** tc_completion_list_insert: replaces the range by the proposal as one undo step, and puts the caret where it wants it. */
void              tc_completion_list_insert   (TcCompletionList *self, const TcProposal *proposal);
char             *tc_completion_list_dup_typed (TcCompletionList *self);           /* from the beginning of the range to the caret */

G_END_DECLS
