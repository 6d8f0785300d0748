/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow.h"
#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TcInputField: one input of a flow as a form row that fits its type, with a row below for what is wrong with it. Main thread.
 * Signals: changed ()
 */
#define TC_TYPE_INPUT_FIELD (tc_input_field_get_type ())
G_DECLARE_FINAL_TYPE (TcInputField, tc_input_field, TC, INPUT_FIELD, GObject)

/** tc_input_field_new: @input is borrowed from @flow, which the field keeps. */
TcInputField  *tc_input_field_new       (TcFlow *flow, const TcInput *input);
const TcInput *tc_input_field_get_input (TcInputField *self);
/** tc_input_field_add_to: adds the field's rows to @group. */
void           tc_input_field_add_to    (TcInputField *self, AdwPreferencesGroup *group);
/** tc_input_field_get_value: (transfer full): what to give the engine; NULL: not set, the default holds. */
TcValue       *tc_input_field_get_value (TcInputField *self);
void           tc_input_field_set_value (TcInputField *self, const TcValue *value);
/** tc_input_field_set_error: shown below the row, and told to assistive technology; NULL: all is well. */
void           tc_input_field_set_error (TcInputField *self, const char *text);
/** tc_input_field_set_enabled: FALSE: `dependsOn` switches the input off; its rows are hidden, what was entered stays, nothing is wrong with it. */
void           tc_input_field_set_enabled (TcInputField *self, gboolean enabled);
gboolean       tc_input_field_get_enabled (TcInputField *self);
/** tc_input_field_check: looks at the value alone (type, bounds); shows and returns whether it is acceptable. */
gboolean       tc_input_field_check     (TcInputField *self, gboolean complete);
void           tc_input_field_focus     (TcInputField *self);

G_END_DECLS
