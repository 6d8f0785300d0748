/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-input-field-private.h"

#include "tc-json.h"
#include <glib/gi18n-lib.h>
#include <gtksourceview/gtksource.h>

static char *
value_text (const TcValue *value)
{
  if (tc_value_is (value, TC_VALUE_STRING))
    return g_strdup (tc_value_get_text (value));
  if (tc_value_is (value, TC_VALUE_LIST) || tc_value_is (value, TC_VALUE_MAP))
    {
      GString *out = g_string_new (NULL);

      tc_json_write_pretty (value, out);
      return g_string_free (out, FALSE);
    }
  return tc_json_to_text (value);
}

static TcValue *
text_value (const char *text)
{
  return text != NULL && *text != '\0' ? tc_value_string (text) : NULL;
}

/* Entry: texts, numbers, times. */

static const char *
entry_hint (TcInputType type)
{
  switch ((int) type)
    {
    case TC_INPUT_DATE:
      return "2026-01-31";
    case TC_INPUT_TIME:
      return "14:30:00";
    case TC_INPUT_DATETIME:
      return "2026-01-31T14:30:00Z";
    case TC_INPUT_DURATION:
      return "PT1H30M";
    default:
      return NULL;
    }
}

static char *
entry_range (const TcInput *input)
{
  const TcValue *min = tc_value_get (input->props, "min"), *max = tc_value_get (input->props, "max");
  g_autofree char *low = min != NULL ? value_text (min) : NULL, *high = max != NULL ? value_text (max) : NULL;

  if (low != NULL && high != NULL)
    /* Translators: bounds of a number */
    return g_strdup_printf (_("%s to %s"), low, high);
  if (low != NULL)
    return g_strdup_printf (_("at least %s"), low);
  if (high != NULL)
    return g_strdup_printf (_("at most %s"), high);
  return NULL;
}

static void
day_chosen (TcInputField *self,
            GtkCalendar  *calendar)
{
  g_autoptr (GDateTime) date = gtk_calendar_get_date (calendar);
  g_autofree char *text = g_date_time_format (date, self->input->type == TC_INPUT_DATE ? "%Y-%m-%d" : "%Y-%m-%dT00:00:00Z");

  gtk_editable_set_text (GTK_EDITABLE (self->main), text);
}

static GtkWidget *
calendar_button (TcInputField *self)
{
  GtkWidget *button = gtk_menu_button_new (), *popover = gtk_popover_new (), *calendar = gtk_calendar_new ();

  gtk_popover_set_child (GTK_POPOVER (popover), calendar);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "x-office-calendar-symbolic");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Choose a day"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Choose a day"), -1);
  g_signal_connect_object (calendar, "day-selected", G_CALLBACK (day_chosen), self, G_CONNECT_SWAPPED);
  return button;
}

static GtkInputPurpose
entry_purpose (TcInputType type)
{
  switch ((int) type)
    {
    case TC_INPUT_INT:
    case TC_INPUT_FLOAT:
      return GTK_INPUT_PURPOSE_NUMBER;
    case TC_INPUT_EMAIL:
      return GTK_INPUT_PURPOSE_EMAIL;
    case TC_INPUT_URI:
      return GTK_INPUT_PURPOSE_URL;
    default:
      return GTK_INPUT_PURPOSE_FREE_FORM;
    }
}

static void
entry_build (TcInputField *self)
{
  const TcInput *input = self->input;
  const gboolean secret = input->type == TC_INPUT_SECRET;
  g_autofree char *title = tc_input_title (input), *range = entry_range (input);
  const char *hint = range != NULL ? range : entry_hint (input->type);

  self->row = secret ? adw_password_entry_row_new () : adw_entry_row_new ();
  self->main = self->row;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  if (!secret)
    adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (self->row), entry_purpose (input->type));
  if (hint != NULL)
    {
      GtkWidget *label = gtk_label_new (hint);

      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "numeric");
      adw_entry_row_add_suffix (ADW_ENTRY_ROW (self->row), label);
    }
  if (input->type == TC_INPUT_DATE || input->type == TC_INPUT_DATETIME)
    adw_entry_row_add_suffix (ADW_ENTRY_ROW (self->row), calendar_button (self));
  g_signal_connect_object (self->row, "changed", G_CALLBACK (tc_input_field_touched), self, G_CONNECT_SWAPPED);
}

static TcValue *
entry_get (TcInputField *self)
{
  return text_value (gtk_editable_get_text (GTK_EDITABLE (self->main)));
}

static void
entry_set (TcInputField  *self,
           const TcValue *value)
{
  g_autofree char *text = value_text (value);

  gtk_editable_set_text (GTK_EDITABLE (self->main), text);
}

/* Switch: a truth value that is always one of two. */

static void
switch_build (TcInputField *self)
{
  g_autofree char *title = tc_input_title (self->input);

  self->row = adw_action_row_new ();
  self->main = gtk_switch_new ();
  gtk_widget_set_valign (self->main, GTK_ALIGN_CENTER);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->row), self->main);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self->row), self->main);
  g_signal_connect_object (self->main, "notify::active", G_CALLBACK (tc_input_field_touched), self, G_CONNECT_SWAPPED);
}

static TcValue *
switch_get (TcInputField *self)
{
  return tc_value_bool (gtk_switch_get_active (GTK_SWITCH (self->main)));
}

static void
switch_set (TcInputField  *self,
            const TcValue *value)
{
  g_autofree char *text = value_text (value);

  gtk_switch_set_active (GTK_SWITCH (self->main), g_ascii_strcasecmp (text, "true") == 0);
}

/* Choice: one of several values, the first of which may be "not set". */

static gboolean
may_be_unset (const TcInput *input)
{
  return !input->required || input->defaults != NULL;
}

static void
choice_build (TcInputField *self)
{
  const TcInput *input = self->input;
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autofree char *title = tc_input_title (input);

  if (may_be_unset (input))
    gtk_string_list_append (list, _("(not set)"));
  for (size_t i = 0; i < tc_value_length (input->values); i++)
    gtk_string_list_take (list, value_text (tc_value_item (input->values, i)));
  if (input->values == NULL)
    {
      gtk_string_list_append (list, "true");
      gtk_string_list_append (list, "false");
    }
  self->row = self->main = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (self->row), G_LIST_MODEL (list));
  g_signal_connect_object (self->row, "notify::selected", G_CALLBACK (tc_input_field_touched), self, G_CONNECT_SWAPPED);
}

static TcValue *
choice_get (TcInputField *self)
{
  const guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->row));
  GtkStringList *list = GTK_STRING_LIST (adw_combo_row_get_model (ADW_COMBO_ROW (self->row)));

  if (selected == GTK_INVALID_LIST_POSITION || (selected == 0 && may_be_unset (self->input)))
    return NULL;
  return tc_value_string (gtk_string_list_get_string (list, selected));
}

static void
choice_set (TcInputField  *self,
            const TcValue *value)
{
  GtkStringList *list = GTK_STRING_LIST (adw_combo_row_get_model (ADW_COMBO_ROW (self->row)));
  g_autofree char *text = value_text (value);

  for (guint i = may_be_unset (self->input); i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    if (g_str_equal (gtk_string_list_get_string (list, i), text))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->row), i);
}

/* Choices: any number of several values. */

static void
choices_build (TcInputField *self)
{
  g_autofree char *title = tc_input_title (self->input);

  self->row = self->main = adw_expander_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->row), TRUE);
  for (size_t i = 0; i < tc_value_length (self->input->values); i++)
    {
      g_autofree char *text = value_text (tc_value_item (self->input->values, i));
      GtkWidget *row = adw_action_row_new (), *check = gtk_check_button_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (self->row), row);
      g_signal_connect_object (check, "toggled", G_CALLBACK (tc_input_field_touched), self, G_CONNECT_SWAPPED);
      g_object_set_qdata_full (G_OBJECT (self), g_quark_from_string (text), g_object_ref (check), g_object_unref);
    }
}

static GtkCheckButton *
choices_button (TcInputField *self,
                const char   *text)
{
  return g_object_get_qdata (G_OBJECT (self), g_quark_from_string (text));
}

static TcValue *
choices_get (TcInputField *self)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  guint n = 0;

  for (size_t i = 0; i < tc_value_length (self->input->values); i++)
    {
      g_autofree char *text = value_text (tc_value_item (self->input->values, i));

      if (!gtk_check_button_get_active (choices_button (self, text)))
        continue;
      tc_list_builder_take (list, tc_value_string (text));
      n++;
    }
  if (n == 0 && may_be_unset (self->input))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&list));
}

static void
choices_set (TcInputField  *self,
             const TcValue *value)
{
  for (size_t i = 0; tc_value_is (value, TC_VALUE_LIST) && i < tc_value_length (value); i++)
    {
      g_autofree char *text = value_text (tc_value_item (value, i));
      GtkCheckButton *button = choices_button (self, text);

      if (button != NULL)
        gtk_check_button_set_active (button, TRUE);
    }
}

/* File: chosen, dropped, or none. */

static void
file_take (TcInputField *self,
           GFile        *file)
{
  g_autofree char *name = file != NULL ? g_file_get_parse_name (file) : NULL;

  g_set_object (&self->file, file);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->row), name != NULL ? name : _("Drop a file here, or choose one"));
  tc_input_field_touched (self);
}

static void
file_chosen (TcInputField *self,
             int           response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      file_take (self, file);
    }
  g_clear_object (&self->chooser);
}

static void
file_choose (TcInputField *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Choose a File"), GTK_WINDOW (gtk_widget_get_root (self->row)),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (file_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
file_dropped (TcInputField *self,
              const GValue *value)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL)
    return FALSE;
  file_take (self, files->data);
  return TRUE;
}

static void
file_build (TcInputField *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_autofree char *title = tc_input_title (self->input);

  self->row = adw_action_row_new ();
  self->main = gtk_button_new_with_mnemonic (_("C_hoose…"));
  gtk_widget_set_valign (self->main, GTK_ALIGN_CENTER);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->row), _("Drop a file here, or choose one"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->row), self->main);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self->row), self->main);
  g_signal_connect_object (self->main, "clicked", G_CALLBACK (file_choose), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (file_dropped), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->row, GTK_EVENT_CONTROLLER (target));
}

static TcValue *
file_get (TcInputField *self)
{
  g_autofree char *path = self->file != NULL ? g_file_get_path (self->file) : NULL;

  return text_value (path);
}

static void
file_set (TcInputField  *self,
          const TcValue *value)
{
  g_autofree char *text = value_text (value);
  g_autoptr (GFile) file = g_path_is_absolute (text) ? g_file_new_for_path (text) : NULL;

  if (file != NULL)
    file_take (self, file);
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->row), text);
}

/* Text: structured values, several lines. */

static void
text_build (TcInputField *self)
{
  GtkSourceBuffer *buffer = gtk_source_buffer_new (NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *label, *scroller = gtk_scrolled_window_new ();
  g_autofree char *title = tc_input_title (self->input);

  label = gtk_label_new (title);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  self->main = gtk_source_view_new_with_buffer (buffer);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->main), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->main), FALSE);
  gtk_source_buffer_set_language (buffer, gtk_source_language_manager_get_language (
                                            gtk_source_language_manager_get_default (),
                                            self->input->type == TC_INPUT_YAML ? "yaml" : "json"));
  gtk_source_buffer_set_style_scheme (buffer, gtk_source_style_scheme_manager_get_scheme (
                                                gtk_source_style_scheme_manager_get_default (),
                                                adw_style_manager_get_dark (adw_style_manager_get_default ()) ? "Adwaita-dark" : "Adwaita"));
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 84);
  gtk_scrolled_window_set_has_frame (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->main);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_widget_add_css_class (box, "text-input");
  self->row = g_object_new (ADW_TYPE_PREFERENCES_ROW, "child", box, "activatable", FALSE, "focusable", FALSE, NULL);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (tc_input_field_touched), self, G_CONNECT_SWAPPED);
  g_object_unref (buffer);
}

static TcValue *
text_get (TcInputField *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->main));
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  return text_value (text);
}

static void
text_set (TcInputField  *self,
          const TcValue *value)
{
  g_autofree char *text = value_text (value);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->main)), text, -1);
}

static const TcFieldKind entry_kind = { entry_build, entry_get, entry_set };
static const TcFieldKind switch_kind = { switch_build, switch_get, switch_set };
static const TcFieldKind choice_kind = { choice_build, choice_get, choice_set };
static const TcFieldKind choices_kind = { choices_build, choices_get, choices_set };
static const TcFieldKind file_kind = { file_build, file_get, file_set };
static const TcFieldKind text_kind = { text_build, text_get, text_set };

const TcFieldKind *
tc_input_kind (const TcInput *input)
{
  switch (input->type)
    {
    case TC_INPUT_STRING:
    case TC_INPUT_EMAIL:
    case TC_INPUT_INT:
    case TC_INPUT_FLOAT:
    case TC_INPUT_DATETIME:
    case TC_INPUT_DATE:
    case TC_INPUT_TIME:
    case TC_INPUT_DURATION:
    case TC_INPUT_URI:
    case TC_INPUT_SECRET:
      return &entry_kind;
    case TC_INPUT_SELECT:
    case TC_INPUT_ENUM:
      /* Without literal values (an expression gives them), or with others allowed, the value is typed. */
      return input->values == NULL || !tc_value_is (input->values, TC_VALUE_LIST)
             || tc_value_get_flag (input->props, "allowCustomValue", FALSE) ? &entry_kind : &choice_kind;
    case TC_INPUT_MULTISELECT:
      return tc_value_is (input->values, TC_VALUE_LIST) ? &choices_kind : &text_kind;
    case TC_INPUT_BOOL:
    case TC_INPUT_BOOLEAN:
      return input->required || input->defaults != NULL ? &switch_kind : &choice_kind;
    case TC_INPUT_FILE:
      return &file_kind;
    case TC_INPUT_JSON:
    case TC_INPUT_YAML:
    case TC_INPUT_ARRAY:
      return &text_kind;
    }
  return &entry_kind;
}
