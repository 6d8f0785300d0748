/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-window-private.h"

#include "tc-execution-page.h"
#include "tc-file-page.h"
#include "tc-state-look.h"
#include <glib/gi18n-lib.h>

#define MAX_FLOW_BYTES (16 * 1024 * 1024)
#define OPENING_MS 300

G_DEFINE_FINAL_TYPE (TcWindow, tc_window, ADW_TYPE_APPLICATION_WINDOW)

void
tc_window_toast (TcWindow   *self,
                 const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, 4);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* The page in view. */

static void
update_title (TcWindow *self)
{
  const char *title = self->page != NULL ? tc_page_get_title (self->page) : NULL;
  const gboolean modified = self->page != NULL && tc_page_get_modified (self->page);
  g_autofree char *shown = title != NULL ? g_strconcat (title, modified ? " ●" : "", NULL) : g_strdup ("Tiercel");

  adw_window_title_set_title (self->title, shown);
  adw_window_title_set_subtitle (self->title, self->page != NULL ? tc_page_get_subtitle (self->page) : NULL);
  gtk_window_set_title (GTK_WINDOW (self), shown);
}

static void
update_caret (TcWindow *self)
{
  int line = 0, column = 0;

  if (TC_IS_FLOW_PAGE (self->page))
    tc_flow_page_get_caret (TC_FLOW_PAGE (self->page), &line, &column);
  tc_status_strip_set_caret (self->strip, line, column);
}

static void
update_namespace (TcWindow *self)
{
  if (TC_IS_FLOW_PAGE (self->page) && tc_flow_page_get_namespace (TC_FLOW_PAGE (self->page)) != NULL)
    tc_sidebar_set_namespace (self->sidebar, tc_flow_page_get_namespace (TC_FLOW_PAGE (self->page)));
}

static void
watch_execution (TcWindow *self)
{
  TcExecutionItem *item = self->page != NULL ? tc_page_get_execution (self->page) : NULL;

  if (self->watched == item)
    return;
  if (self->watched != NULL)
    g_signal_handlers_disconnect_by_func (self->watched, tc_window_update_actions, self);
  g_set_object (&self->watched, item);
  if (item != NULL)
    g_signal_connect_object (item, "notify::head", G_CALLBACK (tc_window_update_actions), self, G_CONNECT_SWAPPED);
}

static void
page_changed (TcWindow *self)
{
  watch_execution (self);
  update_title (self);
  update_namespace (self);
  tc_window_update_actions (self);
}

static void
show_panel (TcWindow   *self,
            const char *what)
{
  tc_bottom_panel_show (self->bottom, what);
  tc_window_show_bottom (self, TRUE);
}

static void
disconnect_page (TcWindow *self)
{
  if (self->page == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->page, page_changed, self);
  g_signal_handlers_disconnect_by_func (self->page, update_caret, self);
  g_signal_handlers_disconnect_by_func (self->page, show_panel, self);
  g_clear_object (&self->page);
}

static void
connect_page (TcWindow *self,
              TcPage   *page)
{
  self->page = g_object_ref (page);
  g_signal_connect_object (page, "notify", G_CALLBACK (page_changed), self, G_CONNECT_SWAPPED);
  if (!TC_IS_FLOW_PAGE (page))
    return;
  g_signal_connect_object (page, "caret-moved", G_CALLBACK (update_caret), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "show-panel", G_CALLBACK (show_panel), self, G_CONNECT_SWAPPED);
}

/* The tab view keeps other pages mapped out but visible: assistive technology would read all of them. */
static void
show_only (TcWindow *self,
           TcPage   *page)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  const gboolean follow = focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->tabs));

  if (self->page != NULL && self->page != page)
    gtk_widget_set_visible (GTK_WIDGET (self->page), FALSE);
  if (page == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (page), TRUE);
  if (follow)
    tc_page_focus_content (page);
}

static void
show_tabs_or_home (TcWindow *self)
{
  GtkWidget *stack = gtk_widget_get_parent (GTK_WIDGET (self->tabs));

  gtk_stack_set_visible_child_name (GTK_STACK (stack), self->page != NULL || self->opening ? "tabs" : "home");
}

static void
selected_page_changed (TcWindow *self)
{
  AdwTabPage *tab = self->tabs != NULL ? adw_tab_view_get_selected_page (self->tabs) : NULL;
  TcPage *page = tab != NULL ? TC_PAGE (adw_tab_page_get_child (tab)) : NULL;

  if (self->tabs == NULL || gtk_widget_in_destruction (GTK_WIDGET (self)))
    return;
  show_only (self, page);
  disconnect_page (self);
  if (page != NULL)
    connect_page (self, page);
  show_tabs_or_home (self);
  tc_bottom_panel_set_page (self->bottom, TC_IS_FLOW_PAGE (page) ? TC_FLOW_PAGE (page) : NULL);
  tc_window_show_bottom (self, self->bottom_wanted);
  page_changed (self);
  update_caret (self);
}

/* The panel belongs to flows: other pages use the room themselves. */
void
tc_window_show_bottom (TcWindow *self,
                       gboolean  shown)
{
  self->bottom_wanted = shown;
  gtk_widget_set_visible (GTK_WIDGET (self->bottom), shown && TC_IS_FLOW_PAGE (self->page));
  tc_window_update_actions (self);
}

static void
hide_panel (TcWindow *self)
{
  tc_window_show_bottom (self, FALSE);
}

static void
problem_activated (TcWindow  *self,
                   TcProblem *problem)
{
  if (TC_IS_FLOW_PAGE (self->page))
    tc_flow_page_show_problem (TC_FLOW_PAGE (self->page), problem);
}

static void
task_selected (TcWindow   *self,
               const char *task_id)
{
  if (TC_IS_FLOW_PAGE (self->page))
    tc_flow_page_show_task (TC_FLOW_PAGE (self->page), task_id);
}

/* Tabs. */

static void
show_tab_state (AdwTabPage *tab,
                GParamSpec *pspec,
                TcExecutionItem *item)
{
  const TcState state = tc_execution_item_get_state (item);
  g_autoptr (GIcon) icon = g_themed_icon_new (tc_state_look_icon (state));

  adw_tab_page_set_icon (tab, icon);
  adw_tab_page_set_loading (tab, tc_execution_item_is_live (item));
  adw_tab_page_set_needs_attention (tab, state == TC_STATE_FAILED && !adw_tab_page_get_selected (tab));
}

static void
head_changed (AdwTabPage *tab)
{
  TcExecutionItem *item = tc_page_get_execution (TC_PAGE (adw_tab_page_get_child (tab)));

  if (item != NULL)
    show_tab_state (tab, NULL, item);
}

static void
tab_execution_changed (AdwTabPage *tab)
{
  TcExecutionItem *item = tc_page_get_execution (TC_PAGE (adw_tab_page_get_child (tab)));

  if (item == NULL)
    return;
  g_signal_handlers_disconnect_by_func (item, head_changed, tab);
  g_signal_connect_object (item, "notify::head", G_CALLBACK (head_changed), tab, G_CONNECT_SWAPPED);
  head_changed (tab);
}

static void
tab_title_changed (AdwTabPage *tab)
{
  TcPage *page = TC_PAGE (adw_tab_page_get_child (tab));
  g_autofree char *title = g_strconcat (tc_page_get_title (page), tc_page_get_modified (page) ? " ●" : "", NULL);

  adw_tab_page_set_title (tab, title);
  adw_tab_page_set_tooltip (tab, tc_page_get_subtitle (page));
}

void
tc_window_add_page (TcWindow  *self,
                    GtkWidget *page)
{
  AdwTabPage *tab = adw_tab_view_append (self->tabs, page);

  /* A text can be read and saved as a file even when the engine is in trouble. */
  gtk_stack_set_visible_child_name (self->content, "main");
  g_signal_connect_object (page, "notify::title", G_CALLBACK (tab_title_changed), tab, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::subtitle", G_CALLBACK (tab_title_changed), tab, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::modified", G_CALLBACK (tab_title_changed), tab, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::execution", G_CALLBACK (tab_execution_changed), tab, G_CONNECT_SWAPPED);
  if (g_signal_lookup ("toast", G_OBJECT_TYPE (page)) != 0)
    g_signal_connect_object (page, "toast", G_CALLBACK (tc_window_toast), self, G_CONNECT_SWAPPED);
  if (TC_IS_EXECUTION_PAGE (page))
    g_signal_connect_object (page, "open-flow", G_CALLBACK (tc_window_open_flow), self, G_CONNECT_SWAPPED);
  tab_title_changed (tab);
  tab_execution_changed (tab);
  adw_tab_view_set_selected_page (self->tabs, tab);
  tc_page_focus_content (TC_PAGE (page));
}

static AdwTabView *
create_window (TcWindow *self)
{
  TcWindow *window = tc_window_new (ADW_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), self->session);

  gtk_window_present (GTK_WINDOW (window));
  return window->tabs;
}

typedef gboolean (*PageMatch) (GtkWidget *page, gconstpointer a, gconstpointer b);

static gboolean
select_existing (TcWindow     *self,
                 PageMatch     match,
                 gconstpointer a,
                 gconstpointer b)
{
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tabs); i++)
    {
      AdwTabPage *tab = adw_tab_view_get_nth_page (self->tabs, i);

      if (match (adw_tab_page_get_child (tab), a, b))
        {
          adw_tab_view_set_selected_page (self->tabs, tab);
          tc_page_focus_content (TC_PAGE (adw_tab_page_get_child (tab)));
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_flow (GtkWidget    *page,
         gconstpointer namespace_,
         gconstpointer id)
{
  return TC_IS_FLOW_PAGE (page) && tc_flow_page_is_flow (TC_FLOW_PAGE (page), namespace_, id);
}

static gboolean
is_file (GtkWidget    *page,
         gconstpointer file,
         gconstpointer unused)
{
  GFile *own = TC_IS_FILE_PAGE (page) ? tc_file_page_get_file (TC_FILE_PAGE (page))
               : TC_IS_FLOW_PAGE (page) ? tc_flow_page_get_file (TC_FLOW_PAGE (page)) : NULL;

  return own != NULL && g_file_equal (own, (GFile *) file);
}

static gboolean
is_execution (GtkWidget    *page,
              gconstpointer id,
              gconstpointer unused)
{
  return TC_IS_EXECUTION_PAGE (page) && g_str_equal (tc_execution_item_get_id (tc_page_get_execution (TC_PAGE (page))), id);
}

void
tc_window_open_flow (TcWindow   *self,
                     const char *namespace_,
                     const char *id)
{
  if (!select_existing (self, is_flow, namespace_, id))
    tc_window_add_page (self, tc_flow_page_new_for_flow (self->session, namespace_, id));
}

void
tc_window_open_execution (TcWindow   *self,
                          const char *id)
{
  g_autoptr (TcExecutionItem) item = NULL;

  if (select_existing (self, is_execution, id, NULL))
    return;
  item = tc_session_get_execution (self->session, id);
  tc_window_add_page (self, tc_execution_page_new (self->session, item));
}

/* A new flow has a name that is not taken, and something to run. */
void
tc_window_new_flow (TcWindow *self)
{
  g_autofree char *namespace_ = self->settings != NULL ? g_settings_get_string (self->settings, "default-namespace") : NULL;
  const char *ns = namespace_ != NULL && *namespace_ != '\0' ? namespace_ : "company.team";
  g_autofree char *id = g_strdup ("new_flow"), *text = NULL;

  for (int i = 2; tc_session_has_flow (self->session, ns, id); i++)
    {
      g_free (id);
      id = g_strdup_printf ("new_flow_%d", i);
    }
  text = g_strdup_printf ("id: %s\nnamespace: %s\n\ntasks:\n  - id: hello\n    type: io.kestra.plugin.core.log.Log\n"
                          "    message: Hello from {{ flow.id }}\n", id, ns);
  tc_window_add_page (self, tc_flow_page_new (self->session, text));
}

typedef struct
{
  GWeakRef window;
  GFile   *file;
} Opening;

/* A flow is known by its content: a mapping with `id` and `tasks` at the margin. */
static gboolean
looks_like_flow (const char *name,
                 const char *text)
{
  return (g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml"))
         && g_regex_match_simple ("^id\\s*:", text, G_REGEX_MULTILINE, 0)
         && g_regex_match_simple ("^(tasks|namespace)\\s*:", text, G_REGEX_MULTILINE, 0);
}

static void
file_read (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Opening *opening = data;
  g_autoptr (TcWindow) self = g_weak_ref_get (&opening->window);
  g_autoptr (GFile) file = opening->file;
  g_autofree char *text = NULL, *name = g_file_get_basename (file);
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_weak_ref_clear (&opening->window);
  g_free (opening);
  if (!g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, &error))
    {
      if (self != NULL)
        tc_window_toast (self, error->message);
    }
  else if (self != NULL)
    {
      const gboolean flow = length <= MAX_FLOW_BYTES && g_utf8_validate_len (text, length, NULL) && looks_like_flow (name, text);

      tc_window_add_page (self, flow ? tc_flow_page_new_for_file (self->session, file, text) : tc_file_page_new (file, NULL));
    }
}

void
tc_window_open_file (TcWindow *self,
                     GFile    *file)
{
  Opening *opening;

  if (select_existing (self, is_file, file, NULL))
    return;
  opening = g_new0 (Opening, 1);
  g_weak_ref_init (&opening->window, self);
  opening->file = g_object_ref (file);
  g_file_load_contents_async (file, NULL, file_read, opening);
}

static void
sidebar_open_file (TcWindow   *self,
                   const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  tc_window_open_file (self, file);
}

static void
sidebar_namespace (TcWindow   *self,
                   const char *namespace_)
{
  tc_sidebar_set_namespace (self->sidebar, namespace_);
}

gboolean
tc_window_is_empty (TcWindow *self)
{
  return adw_tab_view_get_n_pages (self->tabs) == 0;
}

/* Files dropped beside the source open as tabs. */
static gboolean
files_dropped (TcWindow     *self,
               const GValue *value)
{
  for (GSList *item = g_value_get_boxed (value); item != NULL; item = item->next)
    tc_window_open_file (self, item->data);
  return TRUE;
}

static void
take_drops (TcWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_object (target, "drop", G_CALLBACK (files_dropped), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->toasts), GTK_EVENT_CONTROLLER (target));
}

/* Engine. */

/* A start opens a flow soon after the engine is there: until then nothing is shown that says there is none. */
static gboolean
opening_over (gpointer data)
{
  TcWindow *self = data;

  self->opening_id = 0;
  self->opening = FALSE;
  show_tabs_or_home (self);
  return G_SOURCE_REMOVE;
}

static void
session_changed (TcWindow *self)
{
  const TcSessionState state = tc_session_get_state (self->session);
  const gboolean trouble = state == TC_SESSION_LOCKED || state == TC_SESSION_FAILED;
  g_autofree char *text = NULL;

  if (self->opening && state != TC_SESSION_OPENING && self->opening_id == 0)
    self->opening_id = g_timeout_add (OPENING_MS, opening_over, self);
  if (trouble)
    {
      text = g_markup_printf_escaped ("%s\n%s", tc_session_get_problem (self->session),
                                      state == TC_SESSION_LOCKED ? _("Close the other program, or start this one as: tiercel --data DIRECTORY")
                                                                 : _("Mend that and try again, or start as: tiercel --data DIRECTORY"));
      adw_status_page_set_title (self->trouble, state == TC_SESSION_LOCKED ? _("Another Tiercel Is at Work") : _("The Library Cannot Be Used"));
      adw_status_page_set_description (self->trouble, text);
    }
  if (trouble && !tc_window_is_empty (self))
    tc_notice_bar_show (self->notice, "session", GTK_MESSAGE_ERROR, tc_session_get_problem (self->session), _("_Try Again"), NULL);
  else
    tc_notice_bar_hide (self->notice, "session");
  /* With tabs open the text stays in view and can be saved elsewhere. */
  gtk_stack_set_visible_child_name (self->content, trouble && tc_window_is_empty (self) ? "trouble" : "main");
  tc_window_update_actions (self);
}

/* A disk that is full, or not writable any more, while the engine is at work: it goes on trying, and tells when it succeeds. */
static void
status_changed (TcWindow *self)
{
  const TcValue *store = tc_value_get (tc_session_get_status (self->session), "store");
  const char *hint = tc_value_get_str (store, "hint");
  g_autofree char *text = NULL;

  if (g_strcmp0 (tc_value_get_str (store, "state"), "trouble") != 0)
    {
      tc_notice_bar_hide (self->notice, "store");
      return;
    }
  text = g_strdup_printf (_("Executions wait, as nothing can be recorded: %s"), hint);
  tc_notice_bar_show (self->notice, "store", GTK_MESSAGE_ERROR, text, NULL, NULL);
}

static void
notice_response (TcWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.try-again", NULL);
}

/* Object. */

static void
restore_size (TcWindow *self)
{
  int width = 1280, height = 800;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, TC_APP_ID, TRUE) : NULL;

  self->bottom_wanted = TRUE;
  if (schema != NULL)
    {
      self->settings = g_settings_new (TC_APP_ID);
      g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
      if (g_settings_get_boolean (self->settings, "window-maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
      self->bottom_wanted = g_settings_get_boolean (self->settings, "bottom-visible");
      adw_flap_set_reveal_flap (self->flap, g_settings_get_boolean (self->settings, "sidebar-visible"));
    }
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  gtk_paned_set_position (self->paned, height * 58 / 100);
}

static void
tc_window_unmap (GtkWidget *widget)
{
  TcWindow *self = TC_WINDOW (widget);
  int width, height;

  if (self->settings != NULL)
    {
      gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
      if (!gtk_window_is_maximized (GTK_WINDOW (self)))
        g_settings_set (self->settings, "window-size", "(ii)", width, height);
      g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
      g_settings_set_boolean (self->settings, "bottom-visible", self->bottom_wanted);
      g_settings_set_boolean (self->settings, "sidebar-visible", adw_flap_get_reveal_flap (self->flap));
      g_settings_set_string (self->settings, "sidebar-page", tc_sidebar_get_page (self->sidebar));
    }
  GTK_WIDGET_CLASS (tc_window_parent_class)->unmap (widget);
}

static void
tc_window_dispose (GObject *object)
{
  TcWindow *self = TC_WINDOW (object);

  disconnect_page (self);
  if (self->watched != NULL)
    g_signal_handlers_disconnect_by_func (self->watched, tc_window_update_actions, self);
  g_clear_handle_id (&self->opening_id, g_source_remove);
  g_clear_object (&self->watched);
  g_clear_object (&self->chooser);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tc_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/window/tc-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TcWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, tabs);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, title);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, content);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, trouble);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, paned);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, execute_button);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, kill_button);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, bottom);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, TcWindow, notice);
  gtk_widget_class_bind_template_callback (widget_class, tc_window_open_flow);
  gtk_widget_class_bind_template_callback (widget_class, tc_window_open_execution);
  gtk_widget_class_bind_template_callback (widget_class, tc_window_toast);
  gtk_widget_class_bind_template_callback (widget_class, tc_window_close_page);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_open_file);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_namespace);
  gtk_widget_class_bind_template_callback (widget_class, selected_page_changed);
  gtk_widget_class_bind_template_callback (widget_class, create_window);
  gtk_widget_class_bind_template_callback (widget_class, problem_activated);
  gtk_widget_class_bind_template_callback (widget_class, task_selected);
  gtk_widget_class_bind_template_callback (widget_class, hide_panel);
}

static void
tc_window_class_init (TcWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tc_window_dispose;
  GTK_WIDGET_CLASS (klass)->unmap = tc_window_unmap;
  GTK_WINDOW_CLASS (klass)->close_request = tc_window_close_request;
  g_type_ensure (TC_TYPE_SIDEBAR);
  g_type_ensure (TC_TYPE_BOTTOM_PANEL);
  g_type_ensure (TC_TYPE_STATUS_STRIP);
  g_type_ensure (TC_TYPE_NOTICE_BAR);
  bind_template (GTK_WIDGET_CLASS (klass));
  tc_window_install_actions (GTK_WIDGET_CLASS (klass));
}

static void
tc_window_init (TcWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

TcWindow *
tc_window_new (AdwApplication *application,
               TcSession      *session)
{
  TcWindow *self = g_object_new (TC_TYPE_WINDOW, "application", application, NULL);

  self->session = g_object_ref (session);
  self->opening = tc_session_get_state (session) == TC_SESSION_OPENING;
  restore_size (self);
  tc_sidebar_set_session (self->sidebar, session);
  tc_bottom_panel_set_session (self->bottom, session);
  tc_status_strip_set_session (self->strip, session);
  if (self->settings != NULL)
    {
      g_autofree char *page = g_settings_get_string (self->settings, "sidebar-page");

      tc_sidebar_set_page (self->sidebar, page);
    }
  take_drops (self);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (session_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::status", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notice, "response", G_CALLBACK (notice_response), self, G_CONNECT_SWAPPED);
  session_changed (self);
  status_changed (self);
  selected_page_changed (self);
  return self;
}
