/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-application.h"

#include "tc-format.h"
#include "tc-session.h"
#include "tc-tutorial.h"
#include "tc-window.h"
#include <glib/gi18n-lib.h>
#include <gtksourceview/gtksource.h>

#define RESOURCES "/io/github/tiercel/Tiercel/"

struct _TcApplication
{
  AdwApplication parent_instance;

  TcSession     *session;
  char          *directory;      /* --data, or NULL */
  gboolean       has_files;      /* the user said what to open */
  gboolean       greeted;        /* the first start was looked at */
  GtkCssProvider *dark_style, *contrast_style;
};

G_DEFINE_FINAL_TYPE (TcApplication, tc_application, ADW_TYPE_APPLICATION)

static TcWindow *
present_window (TcApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!TC_IS_WINDOW (window))
    window = GTK_WINDOW (tc_window_new (ADW_APPLICATION (self), self->session));
  gtk_window_present (window);
  return TC_WINDOW (window);
}

static void
open_if_empty (TcApplication *self,
               const char    *namespace_,
               const char    *id)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!self->has_files && TC_IS_WINDOW (window) && tc_window_is_empty (TC_WINDOW (window)))
    tc_window_open_flow (TC_WINDOW (window), namespace_, id);
}

/* First start: an empty library gets the tutorial, and its first flow opens. */

static void
tutorial_done (const char *namespace_,
               const char *id,
               gpointer    data)
{
  g_autoptr (TcApplication) self = data;

  if (namespace_ != NULL)
    open_if_empty (self, namespace_, id);
}

/* Later starts: the flow that was executed last, or else the one that was saved last. */

typedef struct
{
  TcApplication *application;
  TcValue       *flows;
} Greeting;

static const TcValue *
choose_flow (const TcValue *flows,
             const TcHead  *last)
{
  const TcValue *newest = NULL;

  for (size_t i = 0; i < tc_value_length (flows); i++)
    {
      const TcValue *flow = tc_value_item (flows, i);

      if (last != NULL && g_strcmp0 (tc_value_get_str (flow, "id"), last->flow_id) == 0
          && g_strcmp0 (tc_value_get_str (flow, "namespace"), last->namespace) == 0)
        return flow;
      if (newest == NULL || tc_value_get_i64 (flow, "updated_us", 0) > tc_value_get_i64 (newest, "updated_us", 0))
        newest = flow;
    }
  return newest;
}

static void
executions_found (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  Greeting *greeting = data;
  g_autoptr (TcApplication) self = greeting->application;
  g_autoptr (TcValue) flows = greeting->flows;
  g_autoptr (GPtrArray) heads = tc_engine_find_executions_finish (NULL, result, NULL);
  TcEngine *engine = self->session != NULL ? tc_session_get_engine (self->session) : NULL;

  g_free (greeting);
  if (heads == NULL || engine == NULL)
    return;
  if (tc_value_length (flows) > 0)
    {
      const TcValue *flow = choose_flow (flows, heads->len > 0 ? heads->pdata[0] : NULL);

      open_if_empty (self, tc_value_get_str (flow, "namespace"), tc_value_get_str (flow, "id"));
    }
  else if (heads->len == 0)
    tc_tutorial_install (engine, tutorial_done, g_object_ref (self));
}

static void
flows_listed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (TcApplication) self = data;
  TcValue *flows = tc_engine_list_flows_finish (NULL, result, NULL);
  TcEngine *engine = self->session != NULL ? tc_session_get_engine (self->session) : NULL;
  g_autoptr (TcValue) query = tc_value_map_of ("limit", tc_value_int (1), NULL);
  Greeting *greeting;

  if (flows == NULL || engine == NULL)
    {
      tc_value_unref (flows);
      return;
    }
  greeting = g_new0 (Greeting, 1);
  greeting->application = g_object_ref (self);
  greeting->flows = flows;
  tc_engine_find_executions_async (engine, query, NULL, executions_found, greeting);
}

static void
session_changed (TcApplication *self)
{
  if (tc_session_get_state (self->session) != TC_SESSION_READY || self->greeted)
    return;
  self->greeted = TRUE;
  tc_engine_list_flows_async (tc_session_get_engine (self->session), NULL, flows_listed, g_object_ref (self));
}

/* A notification for who is elsewhere: what ran long enough to look away from. */

#define NOTIFY_AFTER_US (10 * G_USEC_PER_SEC)

static gboolean
is_looked_at (TcApplication *self)
{
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (self)); item != NULL; item = item->next)
    if (gtk_window_is_active (item->data))
      return TRUE;
  return FALSE;
}

static void
execution_ended (TcApplication   *self,
                 TcExecutionItem *item)
{
  const TcHead *head = tc_execution_item_get_head (item);
  const TcState state = tc_head_state (head);
  g_autofree char *title = g_strdup_printf ("%s · %s", head->flow_id, tc_state_name (state));
  g_autofree char *duration = tc_format_duration (tc_execution_item_get_elapsed (item));
  g_autoptr (GNotification) notification = NULL;

  if (is_looked_at (self) || tc_execution_item_get_elapsed (item) < NOTIFY_AFTER_US)
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, head->error != NULL ? head->error : duration);
  g_notification_set_priority (notification, state == TC_STATE_FAILED ? G_NOTIFICATION_PRIORITY_HIGH : G_NOTIFICATION_PRIORITY_NORMAL);
  g_notification_set_default_action_and_target (notification, "app.show-execution", "s", head->id);
  g_application_send_notification (G_APPLICATION (self), head->id, notification);
}

/* Actions. */

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));

  /* Closing asks about unsaved changes; the last window that closes ends the program. */
  for (GList *item = windows; item != NULL; item = item->next)
    gtk_window_close (item->data);
  g_list_free (windows);
}

static void
new_window_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       data)
{
  TcApplication *self = data;

  gtk_window_present (GTK_WINDOW (tc_window_new (ADW_APPLICATION (self), self->session)));
}

static void
new_flow_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  tc_window_new_flow (present_window (data));
}

static void
show_execution_action (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       data)
{
  tc_window_open_execution (present_window (data), g_variant_get_string (parameter, NULL));
}

static void
try_again_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  TcApplication *self = data;
  const TcSessionState state = tc_session_get_state (self->session);

  if (state == TC_SESSION_LOCKED || state == TC_SESSION_FAILED)
    tc_session_open (self->session);
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  adw_show_about_window (gtk_application_get_active_window (data),
                         "application-name", "Tiercel",
                         "application-icon", TC_APP_ID,
                         "version", TC_VERSION,
                         "comments", _("Write, run and watch workflows of scripts. Kestra flows run as they are."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

static const GActionEntry actions[] = {
  { .name = "quit", .activate = quit_action },
  { .name = "new-window", .activate = new_window_action },
  { .name = "new-flow", .activate = new_flow_action },
  { .name = "show-execution", .activate = show_execution_action, .parameter_type = "s" },
  { .name = "try-again", .activate = try_again_action },
  { .name = "about", .activate = about_action },
};

static const struct { const char *action, *keys[3]; } accels[] = {
  { "app.quit", { "<Control>q" } },
  { "app.new-window", { "<Control><Shift>n" } },
  { "win.new-flow", { "<Control>n" } },
  { "win.open", { "<Control>o" } },
  { "win.save", { "<Control>s" } },
  { "win.close-tab", { "<Control>w" } },
  { "win.execute", { "<Control>e" } },
  { "win.kill", { "<Shift>F5" } },
  { "win.next-problem", { "F4" } },
  { "win.previous-problem", { "<Shift>F4" } },
  { "win.correct", { "<Control>period" } },
  { "win.find", { "<Control>f" } },
  { "win.sidebar", { "F9" } },
  { "win.bottom", { "<Control>F9" } },
  { "win.fullscreen", { "F11" } },
  { "win.view('source')", { "<Control>1" } },
  { "win.view('topology')", { "<Control>2" } },
  { "win.view('both')", { "<Control>3" } },
  { "win.view('gantt')", { "<Control>4" } },
  { "win.view('logs')", { "<Control>5" } },
  { "win.view('outputs')", { "<Control>6" } },
  { "win.view('metrics')", { "<Control>7" } },
  { "win.view('overview')", { "<Control>8" } },
  { "win.zoom-in", { "<Control>plus", "<Control>equal" } },
  { "win.zoom-out", { "<Control>minus" } },
  { "win.zoom-normal", { "<Control>0" } },
  { "win.show-help-overlay", { "<Control>question" } },
};

/* Application. */

static void
follow_style (GSettings  *settings,
              const char *key,
              gpointer    unused)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK };
  const int variant = g_settings_get_enum (settings, "style-variant");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[CLAMP (variant, 0, 2)]);
}

/* Resources. Where GtkApplication and AdwApplication find them by themselves, the theme of icons is read on a thread before all its paths are
 * known: libadwaita waits for that, and the theme is read again. So they have no base path, and what they would do is done here. */

static void
load_style (GtkCssProvider *provider,
            gboolean        wanted,
            const char     *path)
{
  if (wanted)
    gtk_css_provider_load_from_resource (provider, path);
  else
    gtk_css_provider_load_from_data (provider, "", 0);
}

static void
update_styles (TcApplication *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  load_style (self->dark_style, adw_style_manager_get_dark (manager), RESOURCES "style-dark.css");
  load_style (self->contrast_style, adw_style_manager_get_high_contrast (manager), RESOURCES "style-hc.css");
}

static GtkCssProvider *
add_style (void)
{
  GtkCssProvider *provider = gtk_css_provider_new ();

  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  return provider;
}

static void
add_resources (TcApplication *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autoptr (GtkCssProvider) style = add_style ();

  self->dark_style = add_style ();
  self->contrast_style = add_style ();
  gtk_css_provider_load_from_resource (style, RESOURCES "style.css");
  update_styles (self);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (update_styles), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (update_styles), self, G_CONNECT_SWAPPED);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()), RESOURCES "icons");
}

static void
tc_application_startup (GApplication *application)
{
  TcApplication *self = TC_APPLICATION (application);
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, TC_APP_ID, TRUE) : NULL;

  G_APPLICATION_CLASS (tc_application_parent_class)->startup (application);
  add_resources (self);
  gtk_source_init ();
  gtk_window_set_default_icon_name (TC_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, (const char *const *) accels[i].keys);
  if (schema != NULL)
    {
      GSettings *settings = g_settings_new (TC_APP_ID);

      g_signal_connect_object (settings, "changed::style-variant", G_CALLBACK (follow_style), self, 0);
      follow_style (settings, NULL, NULL);
      g_object_set_data_full (G_OBJECT (self), "settings", settings, g_object_unref);
    }
  self->session = tc_session_new (self->directory);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (session_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "ended", G_CALLBACK (execution_ended), self, G_CONNECT_SWAPPED);
  tc_session_open (self->session);
}

static void
tc_application_activate (GApplication *application)
{
  present_window (TC_APPLICATION (application));
}

static void
tc_application_open (GApplication *application,
                     GFile       **files,
                     int           n,
                     const char   *hint)
{
  TcWindow *window = present_window (TC_APPLICATION (application));

  TC_APPLICATION (application)->has_files = TRUE;
  for (int i = 0; i < n; i++)
    tc_window_open_file (window, files[i]);
}

static void
tc_application_shutdown (GApplication *application)
{
  TcApplication *self = TC_APPLICATION (application);

  if (self->session != NULL)
    tc_session_close (self->session);
  g_clear_object (&self->session);
  G_APPLICATION_CLASS (tc_application_parent_class)->shutdown (application);
}

static int
tc_application_local_options (GApplication *application,
                              GVariantDict *options)
{
  TcApplication *self = TC_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("tiercel %s\n", TC_VERSION);
      return 0;
    }
  g_variant_dict_lookup (options, "data", "^ay", &self->directory);
  return -1;
}

static void
tc_application_finalize (GObject *object)
{
  TcApplication *self = TC_APPLICATION (object);

  g_free (self->directory);
  g_clear_object (&self->dark_style);
  g_clear_object (&self->contrast_style);
  G_OBJECT_CLASS (tc_application_parent_class)->finalize (object);
}

static void
tc_application_class_init (TcApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tc_application_finalize;
  application_class->startup = tc_application_startup;
  application_class->activate = tc_application_activate;
  application_class->open = tc_application_open;
  application_class->shutdown = tc_application_shutdown;
  application_class->handle_local_options = tc_application_local_options;
}

static void
tc_application_init (TcApplication *self)
{
  const GOptionEntry options[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Use another data directory"), N_("DIR") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

TcApplication *
tc_application_new (void)
{
  TcApplication *self = g_object_new (TC_TYPE_APPLICATION, "application-id", TC_APP_ID, "flags", G_APPLICATION_HANDLES_OPEN, NULL);

  g_application_set_resource_base_path (G_APPLICATION (self), NULL);
  return self;
}
