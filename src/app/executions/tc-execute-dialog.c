/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execute-dialog.h"

#include "tc-input-field.h"
#include "tc-notice-bar.h"
#include <glib/gi18n-lib.h>

struct _TcExecuteDialog
{
  AdwWindow            parent_instance;

  AdwWindowTitle      *heading;
  AdwPreferencesGroup *group;
  TcNoticeBar         *notice;
  GtkWidget           *execute_button;
  GPtrArray           *fields;            /* TcInputField */

  TcEngine            *engine;
  TcFlow              *flow;              /* NULL: no input depends on another */
  GCancellable        *settling;          /* the engine is looking at the values as they were */
  gboolean             unsettled;         /* they changed meanwhile */
  gboolean             execute_pending;
};

G_DEFINE_FINAL_TYPE (TcExecuteDialog, tc_execute_dialog, ADW_TYPE_WINDOW)

enum { EXECUTE, N_SIGNALS };
static guint signals[N_SIGNALS];

typedef enum { COLLECT_KEPT, COLLECT_ENTERED, COLLECT_SENT } Collected;

/* What is kept for the next time is without secrets; what is sent, without the inputs that others switch off. */
static TcValue *
collect (TcExecuteDialog *self,
         Collected        what)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (guint i = 0; i < self->fields->len; i++)
    {
      const TcInput *input = tc_input_field_get_input (self->fields->pdata[i]);
      g_autoptr (TcValue) value = tc_input_field_get_value (self->fields->pdata[i]);

      if (value == NULL || (what == COLLECT_SENT && !tc_input_field_get_enabled (self->fields->pdata[i])))
        continue;
      if (what != COLLECT_KEPT || input->type != TC_INPUT_SECRET)
        tc_map_builder_take (map, input->id, g_steal_pointer (&value));
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

TcValue *
tc_execute_dialog_get_values (TcExecuteDialog *self)
{
  return collect (self, COLLECT_KEPT);
}

static void
set_busy (TcExecuteDialog *self,
          gboolean         busy)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->group), !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.execute", !busy);
}

static void
execute (TcExecuteDialog *self)
{
  TcInputField *wrong = NULL;
  g_autoptr (TcValue) values = NULL;

  self->execute_pending = self->settling != NULL;
  if (self->execute_pending)
    return;
  for (guint i = 0; i < self->fields->len; i++)
    if (!tc_input_field_check (self->fields->pdata[i], TRUE) && wrong == NULL)
      wrong = self->fields->pdata[i];
  if (wrong != NULL)
    {
      tc_input_field_focus (wrong);
      return;
    }
  tc_notice_bar_hide (self->notice, NULL);
  values = collect (self, COLLECT_SENT);
  set_busy (self, TRUE);
  g_signal_emit (self, signals[EXECUTE], 0, values);
}

static void
execute_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  execute (TC_EXECUTE_DIALOG (widget));
}

/* Which inputs others switch off, asked of the engine at each change: conditions are expressions. */

static gboolean
names (const TcValue *ids,
       const char    *id)
{
  for (size_t i = 0; i < tc_value_length (ids); i++)
    if (g_strcmp0 (tc_value_get_text (tc_value_item (ids, i)), id) == 0)
      return TRUE;
  return FALSE;
}

static void settle (TcExecuteDialog *self);

static void
settled (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) off = tc_engine_disabled_inputs_finish (NULL, result, &error);
  TcExecuteDialog *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->settling);
  for (guint i = 0; i < self->fields->len; i++)
    tc_input_field_set_enabled (self->fields->pdata[i], !names (off, tc_input_field_get_input (self->fields->pdata[i])->id));
  if (self->unsettled)
    settle (self);
  else if (self->execute_pending)
    execute (self);
}

static void
settle (TcExecuteDialog *self)
{
  g_autoptr (TcValue) values = NULL;

  self->unsettled = self->settling != NULL;
  if (self->unsettled || self->flow == NULL)
    return;
  values = collect (self, COLLECT_ENTERED);
  self->settling = g_cancellable_new ();
  tc_engine_disabled_inputs_async (self->engine, self->flow, values, self->settling, settled, self);
}

static TcInputField *
find_field (TcExecuteDialog *self,
            const char      *path)
{
  const char *id = path != NULL && g_str_has_prefix (path, "inputs.") ? path + strlen ("inputs.") : path;

  for (guint i = 0; id != NULL && i < self->fields->len; i++)
    if (g_str_equal (tc_input_field_get_input (self->fields->pdata[i])->id, id))
      return self->fields->pdata[i];
  return NULL;
}

void
tc_execute_dialog_refused (TcExecuteDialog *self,
                           GPtrArray       *findings,
                           const char      *message)
{
  TcInputField *first = NULL;

  set_busy (self, FALSE);
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TcDiagnostic *finding = findings->pdata[i];
      TcInputField *field = find_field (self, finding->path);

      if (field != NULL)
        tc_input_field_set_error (field, finding->message);
      if (first == NULL)
        first = field;
    }
  if (first != NULL)
    tc_input_field_focus (first);
  else
    tc_notice_bar_show (self->notice, "refused", GTK_MESSAGE_ERROR, message, NULL, NULL);
}

static void
tc_execute_dialog_dispose (GObject *object)
{
  TcExecuteDialog *self = TC_EXECUTE_DIALOG (object);

  g_cancellable_cancel (self->settling);
  g_clear_object (&self->settling);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->flow, tc_flow_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  G_OBJECT_CLASS (tc_execute_dialog_parent_class)->dispose (object);
}

static void
tc_execute_dialog_class_init (TcExecuteDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_execute_dialog_dispose;
  g_type_ensure (TC_TYPE_NOTICE_BAR);
  signals[EXECUTE] = g_signal_new ("execute", TC_TYPE_EXECUTE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   TC_TYPE_VALUE);
  gtk_widget_class_install_action (widget_class, "dialog.execute", NULL, execute_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "dialog.execute", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "dialog.execute", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/executions/tc-execute-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TcExecuteDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, TcExecuteDialog, group);
  gtk_widget_class_bind_template_child (widget_class, TcExecuteDialog, notice);
  gtk_widget_class_bind_template_child (widget_class, TcExecuteDialog, execute_button);
}

static void
tc_execute_dialog_init (TcExecuteDialog *self)
{
  self->fields = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

TcExecuteDialog *
tc_execute_dialog_new (GtkWindow     *parent,
                       TcEngine      *engine,
                       TcFlow        *flow,
                       const TcValue *values)
{
  TcExecuteDialog *self = g_object_new (TC_TYPE_EXECUTE_DIALOG, "transient-for", parent, NULL);
  g_autofree char *title = g_strdup_printf (_("Execute %s"), tc_flow_id (flow));

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->heading, title);
  adw_window_title_set_subtitle (self->heading, tc_flow_namespace (flow));
  self->engine = g_object_ref (engine);
  for (size_t i = 0; i < tc_flow_n_inputs (flow); i++)
    {
      const TcInput *input = tc_flow_input (flow, i);
      TcInputField *field = tc_input_field_new (flow, input);
      const TcValue *value = tc_value_get (values, input->id);

      if (tc_value_get (input->props, "dependsOn") != NULL && self->flow == NULL)
        self->flow = tc_flow_ref (flow);
      if (value != NULL)
        tc_input_field_set_value (field, value);
      tc_input_field_add_to (field, self->group);
      g_ptr_array_add (self->fields, field);
      g_signal_connect_object (field, "changed", G_CALLBACK (settle), self, G_CONNECT_SWAPPED);
    }
  settle (self);
  if (self->fields->len > 0)
    tc_input_field_focus (self->fields->pdata[0]);
  return self;
}
