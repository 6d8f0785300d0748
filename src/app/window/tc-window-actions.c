/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-window-private.h"

#include "tc-execution-page.h"
#include "tc-file-page.h"
#include <glib/gi18n-lib.h>

static TcFlowPage *
flow_page (TcWindow *self)
{
  return TC_IS_FLOW_PAGE (self->page) ? TC_FLOW_PAGE (self->page) : NULL;
}

static void
new_flow_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  tc_window_new_flow (TC_WINDOW (widget));
}

static void
open_answered (TcWindow *self,
               int       response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (self->chooser));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          tc_window_open_file (self, file);
        }
    }
  g_clear_object (&self->chooser);
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcWindow *self = TC_WINDOW (widget);
  g_autoptr (GtkFileFilter) flows = gtk_file_filter_new (), all = gtk_file_filter_new ();

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Open Flows"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_filter_set_name (flows, _("Flows (YAML)"));
  gtk_file_filter_add_suffix (flows, "yaml");
  gtk_file_filter_add_suffix (flows, "yml");
  gtk_file_filter_set_name (all, _("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), flows);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (open_answered), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
save_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  /* The page itself shows what went wrong. */
  tc_page_save_finish (TC_PAGE (source), result, NULL);
}

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcWindow *self = TC_WINDOW (widget);

  if (self->page != NULL)
    tc_page_save_async (self->page, save_done, NULL);
}

static void
close_tab_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  TcWindow *self = TC_WINDOW (widget);
  AdwTabPage *tab = adw_tab_view_get_selected_page (self->tabs);

  if (tab != NULL)
    adw_tab_view_close_page (self->tabs, tab);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
execute_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  TcFlowPage *page = flow_page (TC_WINDOW (widget));

  if (page != NULL)
    tc_flow_page_execute (page);
}

static void
kill_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (TcWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) answer = tc_engine_command_finish (NULL, result, &error);

  if (answer == NULL && error != NULL && self->session != NULL)
    tc_window_toast (self, error->message);
}

/* What the question was about: another tab may be in view when it is answered. */
typedef struct
{
  TcWindow *window;
  char     *id;
} Killing;

static void
killing_free (gpointer   data,
              GClosure  *closure)
{
  Killing *killing = data;

  g_object_unref (killing->window);
  g_free (killing->id);
  g_free (killing);
}

static void
kill_answered (AdwMessageDialog *dialog,
               const char       *response,
               gpointer          data)
{
  Killing *killing = data;
  TcEngine *engine = killing->window->session != NULL ? tc_session_get_engine (killing->window->session) : NULL;

  if (g_str_equal (response, "kill") && engine != NULL)
    tc_engine_command_async (engine, killing->id, "kill", NULL, NULL, kill_done, g_object_ref (killing->window));
}

static void
kill_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcWindow *self = TC_WINDOW (widget);
  TcExecutionItem *item = self->page != NULL ? tc_page_get_execution (self->page) : NULL;
  GtkWidget *dialog;
  Killing *killing;

  if (item == NULL)
    return;
  killing = g_new0 (Killing, 1);
  killing->window = g_object_ref (self);
  killing->id = g_strdup (tc_execution_item_get_id (item));
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Kill the Execution?"),
                                   _("Its processes and containers are stopped; tasks that have not started are left out."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "kill", _("_Kill"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "kill", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "kill");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (kill_answered), killing, killing_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
next_problem_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  TcFlowPage *page = flow_page (TC_WINDOW (widget));

  if (page != NULL)
    tc_flow_page_next_problem (page, g_str_equal (name, "win.next-problem"));
}

static void
correct_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  TcFlowPage *page = flow_page (TC_WINDOW (widget));

  if (page != NULL)
    tc_flow_page_correct (page);
}

static void
find_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcWindow *self = TC_WINDOW (widget);

  if (TC_IS_FLOW_PAGE (self->page))
    tc_flow_page_find (TC_FLOW_PAGE (self->page));
  else if (TC_IS_FILE_PAGE (self->page))
    tc_file_page_find (TC_FILE_PAGE (self->page));
}

static void
zoom_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcWindow *self = TC_WINDOW (widget);
  const int direction = g_str_equal (name, "win.zoom-in") ? 1 : g_str_equal (name, "win.zoom-out") ? -1 : 0;

  if (TC_IS_FLOW_PAGE (self->page))
    tc_flow_page_zoom (TC_FLOW_PAGE (self->page), direction);
  else if (TC_IS_FILE_PAGE (self->page))
    tc_file_page_zoom (TC_FILE_PAGE (self->page), direction);
}

/* win.view: what Ctrl+1 to 8 show: a view of the flow, or one of its execution. */
static void
view_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcWindow *self = TC_WINDOW (widget);
  static const char *const flow_views[] = { "source", "topology", "both", NULL };
  const char *view = g_variant_get_string (parameter, NULL);

  if (g_strv_contains (flow_views, view))
    {
      if (flow_page (self) != NULL)
        tc_flow_page_set_view (flow_page (self), view);
    }
  else if (TC_IS_EXECUTION_PAGE (self->page))
    tc_execution_page_show (TC_EXECUTION_PAGE (self->page), view);
  else if (flow_page (self) != NULL)
    {
      tc_bottom_panel_show (self->bottom, view);
      tc_window_show_bottom (self, TRUE);
    }
}

static void
sidebar_toggled (TcWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "sidebar");

  if (action != NULL)
    g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (adw_flap_get_reveal_flap (self->flap)));
}

static void
toggle_sidebar (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  TcWindow *self = data;

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static void
toggle_bottom (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  TcWindow *self = data;

  tc_window_show_bottom (self, !gtk_widget_get_visible (GTK_WIDGET (self->bottom)));
}

static void
toggle_fullscreen (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       data)
{
  const gboolean full = gtk_window_is_fullscreen (GTK_WINDOW (data));

  if (full)
    gtk_window_unfullscreen (GTK_WINDOW (data));
  else
    gtk_window_fullscreen (GTK_WINDOW (data));
  g_simple_action_set_state (action, g_variant_new_boolean (!full));
}

static const GActionEntry toggles[] = {
  { .name = "sidebar", .activate = toggle_sidebar, .state = "true" },
  { .name = "bottom", .activate = toggle_bottom, .state = "true" },
  { .name = "fullscreen", .activate = toggle_fullscreen, .state = "false" },
};

static void
shortcuts_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/tiercel/Tiercel/window/shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (shortcuts, GTK_WINDOW (widget));
  gtk_window_present (shortcuts);
}

void
tc_window_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.show-help-overlay", NULL, shortcuts_action);
  gtk_widget_class_install_action (klass, "win.new-flow", NULL, new_flow_action);
  gtk_widget_class_install_action (klass, "win.open", NULL, open_action);
  gtk_widget_class_install_action (klass, "win.save", NULL, save_action);
  gtk_widget_class_install_action (klass, "win.close-tab", NULL, close_tab_action);
  gtk_widget_class_install_action (klass, "win.execute", NULL, execute_action);
  gtk_widget_class_install_action (klass, "win.kill", NULL, kill_action);
  gtk_widget_class_install_action (klass, "win.next-problem", NULL, next_problem_action);
  gtk_widget_class_install_action (klass, "win.previous-problem", NULL, next_problem_action);
  gtk_widget_class_install_action (klass, "win.correct", NULL, correct_action);
  gtk_widget_class_install_action (klass, "win.find", NULL, find_action);
  gtk_widget_class_install_action (klass, "win.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (klass, "win.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (klass, "win.zoom-normal", NULL, zoom_action);
  gtk_widget_class_install_action (klass, "win.view", "s", view_action);
}

/* Why Execute is not possible, or what it does. */
static const char *
execute_reason (TcWindow *self,
                gboolean *possible)
{
  TcFlowPage *page = flow_page (self);

  *possible = FALSE;
  if (page == NULL)
    return _("Open a flow to execute it");
  if (tc_session_get_state (self->session) == TC_SESSION_OPENING)
    return _("The engine is starting");
  if (tc_session_get_engine (self->session) == NULL)
    return tc_session_get_problem (self->session);
  if (!tc_flow_page_get_runnable (page))
    return _("The flow has errors: F4 goes to the first one");
  *possible = TRUE;
  return _("Execute the flow (Ctrl+E)");
}

void
tc_window_update_actions (TcWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  TcExecutionItem *item = self->page != NULL ? tc_page_get_execution (self->page) : NULL;
  GAction *bottom = g_action_map_lookup_action (G_ACTION_MAP (self), "bottom");
  gboolean possible;
  const char *reason = execute_reason (self, &possible);

  if (bottom == NULL)
    {
      g_action_map_add_action_entries (G_ACTION_MAP (self), toggles, G_N_ELEMENTS (toggles), self);
      g_signal_connect_object (self->flap, "notify::reveal-flap", G_CALLBACK (sidebar_toggled), self, G_CONNECT_SWAPPED);
      sidebar_toggled (self);
      bottom = g_action_map_lookup_action (G_ACTION_MAP (self), "bottom");
    }
  gtk_widget_action_set_enabled (widget, "win.execute", possible);
  /* Each change asks the display where the pointer is. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->execute_button), reason) != 0)
    gtk_widget_set_tooltip_text (self->execute_button, reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->execute_button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason, -1);
  gtk_widget_action_set_enabled (widget, "win.kill", item != NULL && tc_execution_item_is_live (item));
  gtk_widget_set_visible (self->kill_button, item != NULL && tc_execution_item_is_live (item));
  gtk_widget_action_set_enabled (widget, "win.save", TC_IS_FLOW_PAGE (self->page) || TC_IS_FILE_PAGE (self->page));
  gtk_widget_action_set_enabled (widget, "win.next-problem", flow_page (self) != NULL);
  gtk_widget_action_set_enabled (widget, "win.previous-problem", flow_page (self) != NULL);
  gtk_widget_action_set_enabled (widget, "win.correct", flow_page (self) != NULL);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (bottom), flow_page (self) != NULL);
  g_simple_action_set_state (G_SIMPLE_ACTION (bottom), g_variant_new_boolean (gtk_widget_get_visible (GTK_WIDGET (self->bottom))));
}
