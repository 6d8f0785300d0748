/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-input-field-private.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (TcInputField, tc_input_field, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
tc_input_field_dispose (GObject *object)
{
  TcInputField *self = TC_INPUT_FIELD (object);

  g_clear_object (&self->row);
  g_clear_object (&self->error_row);
  g_clear_object (&self->file);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->flow, tc_flow_unref);
  G_OBJECT_CLASS (tc_input_field_parent_class)->dispose (object);
}

static void
tc_input_field_class_init (TcInputFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tc_input_field_dispose;
  signals[CHANGED] = g_signal_new ("changed", TC_TYPE_INPUT_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tc_input_field_init (TcInputField *self)
{
}

char *
tc_input_title (const TcInput *input)
{
  return g_strconcat (input->display_name != NULL ? input->display_name : input->id,
                      input->required && input->defaults == NULL ? " *" : "", NULL);
}

void
tc_input_field_touched (TcInputField *self)
{
  if (self->quiet)
    return;
  tc_input_field_check (self, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
build_error_row (TcInputField *self)
{
  self->error_label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->error_label, TRUE);
  gtk_label_set_xalign (self->error_label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->error_label), "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->error_label), "caption");
  self->error_row = g_object_ref_sink (g_object_new (ADW_TYPE_PREFERENCES_ROW, "child", self->error_label, "activatable", FALSE,
                                                     "focusable", FALSE, "visible", FALSE, "css-name", "row", NULL));
  gtk_widget_add_css_class (self->error_row, "error-row");
}

/* A default is shown in the field if it says what will be used; one with an expression is not known yet. */
static void
show_default (TcInputField *self)
{
  const TcValue *value = self->input->prefill != NULL ? self->input->prefill : self->input->defaults;

  if (value == NULL || tc_value_is (value, TC_VALUE_NULL) || self->input->type == TC_INPUT_SECRET)
    return;
  if (tc_value_is (value, TC_VALUE_STRING) && strstr (tc_value_get_text (value), "{{") != NULL)
    return;
  tc_input_field_set_value (self, value);
}

TcInputField *
tc_input_field_new (TcFlow        *flow,
                    const TcInput *input)
{
  TcInputField *self = g_object_new (TC_TYPE_INPUT_FIELD, NULL);
  g_autofree char *title = tc_input_title (input);

  self->flow = tc_flow_ref (flow);
  self->input = input;
  self->kind = tc_input_kind (input);
  self->kind->build (self);
  g_object_ref_sink (self->row);
  if (input->description != NULL)
    gtk_widget_set_tooltip_text (self->row, input->description);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->main), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  build_error_row (self);
  show_default (self);
  return self;
}

const TcInput *
tc_input_field_get_input (TcInputField *self)
{
  return self->input;
}

void
tc_input_field_add_to (TcInputField        *self,
                       AdwPreferencesGroup *group)
{
  adw_preferences_group_add (group, self->row);
  adw_preferences_group_add (group, self->error_row);
}

TcValue *
tc_input_field_get_value (TcInputField *self)
{
  return self->kind->get (self);
}

void
tc_input_field_set_value (TcInputField  *self,
                          const TcValue *value)
{
  self->quiet = TRUE;
  self->kind->set (self, value);
  self->quiet = FALSE;
}

void
tc_input_field_set_error (TcInputField *self,
                          const char   *text)
{
  gtk_widget_set_visible (self->error_row, text != NULL);
  gtk_label_set_text (self->error_label, text != NULL ? text : "");
  if (text != NULL)
    {
      gtk_widget_add_css_class (self->row, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->main), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->main), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
    }
  else
    {
      gtk_widget_remove_css_class (self->row, "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (self->main), GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_property (GTK_ACCESSIBLE (self->main), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    }
}

void
tc_input_field_set_enabled (TcInputField *self,
                            gboolean      enabled)
{
  self->disabled = !enabled;
  gtk_widget_set_visible (self->row, enabled);
  if (!enabled)
    tc_input_field_set_error (self, NULL);
}

gboolean
tc_input_field_get_enabled (TcInputField *self)
{
  return !self->disabled;
}

gboolean
tc_input_field_check (TcInputField *self,
                      gboolean      complete)
{
  g_autoptr (TcValue) value = tc_input_field_get_value (self);
  g_autoptr (TcValue) parsed = NULL;
  g_autoptr (GError) error = NULL;

  if (self->disabled)
    return TRUE;
  if (value == NULL)
    {
      const gboolean missing = complete && self->input->required && self->input->defaults == NULL;

      tc_input_field_set_error (self, missing ? _("This input is required.") : NULL);
      return !missing;
    }
  /* A file becomes a stored file first; a text with an expression has no value yet. */
  if (self->input->type == TC_INPUT_FILE
      || (tc_value_is (value, TC_VALUE_STRING) && strstr (tc_value_get_text (value), "{{") != NULL))
    {
      tc_input_field_set_error (self, NULL);
      return TRUE;
    }
  parsed = tc_input_parse (self->input, value, &error);
  tc_input_field_set_error (self, error != NULL ? error->message : NULL);
  return error == NULL;
}

void
tc_input_field_focus (TcInputField *self)
{
  if (!gtk_widget_grab_focus (self->main))
    gtk_widget_child_focus (self->row, GTK_DIR_TAB_FORWARD);
}
