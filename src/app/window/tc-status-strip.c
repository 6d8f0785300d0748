/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-status-strip.h"

#include <glib/gi18n-lib.h>

struct _TcStatusStrip
{
  GtkWidget  parent_instance;

  GtkImage  *docker_icon, *process_icon;
  GtkLabel  *docker_label, *process_label, *count_label, *caret_label;
  TcSession *session;
};

G_DEFINE_FINAL_TYPE (TcStatusStrip, tc_status_strip, GTK_TYPE_WIDGET)

static void
tc_status_strip_dispose (GObject *object)
{
  TcStatusStrip *self = TC_STATUS_STRIP (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tc_status_strip_parent_class)->dispose (object);
}

static void
tc_status_strip_class_init (TcStatusStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_status_strip_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/window/tc-status-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, TcStatusStrip, docker_icon);
  gtk_widget_class_bind_template_child (widget_class, TcStatusStrip, docker_label);
  gtk_widget_class_bind_template_child (widget_class, TcStatusStrip, process_icon);
  gtk_widget_class_bind_template_child (widget_class, TcStatusStrip, process_label);
  gtk_widget_class_bind_template_child (widget_class, TcStatusStrip, count_label);
  gtk_widget_class_bind_template_child (widget_class, TcStatusStrip, caret_label);
}

static void
tc_status_strip_init (TcStatusStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_health (GtkImage   *icon,
             GtkLabel   *label,
             const char *text,
             const char *hint,
             gboolean    known,
             gboolean    well)
{
  gtk_widget_set_css_classes (GTK_WIDGET (icon), (const char *[]) { !known ? "dim-label" : well ? "state-success" : "state-failed", NULL });
  gtk_image_set_from_icon_name (icon, !known || well ? "tc-dot-symbolic" : "tc-ring-symbolic");
  gtk_label_set_text (label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), hint);
}

static char *
docker_text (const TcValue *docker,
             const char    *state)
{
  const char *version = tc_value_get_str (docker, "version"), *socket = tc_value_get_str (docker, "socket");
  const char *name = socket != NULL && strstr (socket, "podman") != NULL ? "Podman" : "Docker";

  if (state == NULL)
    return g_strdup (_("Containers"));
  if (g_str_equal (state, "ok"))
    return g_strdup_printf ("%s %s", name, version != NULL ? version : "");
  if (g_str_equal (state, "denied"))
    /* Translators: %s is Docker or Podman */
    return g_strdup_printf (_("%s: access denied"), name);
  if (g_str_equal (state, "down"))
    return g_strdup_printf (_("%s does not answer"), name);
  return g_strdup (_("No container engine"));
}

static void
status_changed (TcStatusStrip *self)
{
  const TcValue *status = tc_session_get_status (self->session);
  const TcValue *docker = tc_value_get (status, "docker"), *process = tc_value_get (status, "process");
  const char *docker_state = tc_value_get_str (docker, "state"), *process_state = tc_value_get_str (process, "state");
  g_autofree char *text = docker_text (docker, docker_state);

  show_health (self->docker_icon, self->docker_label, text, tc_value_get_str (docker, "hint"), docker_state != NULL,
               g_strcmp0 (docker_state, "ok") == 0);
  show_health (self->process_icon, self->process_label, _("Processes"), tc_value_get_str (process, "hint"), status != NULL,
               process_state == NULL || g_str_equal (process_state, "ok"));
}

static void
add_part (GPtrArray *parts,
          guint      n,
          char      *text)
{
  if (n > 0)
    g_ptr_array_add (parts, text);
  else
    g_free (text);
}

/* What is zero is not worth a word. */
static void
counted (TcStatusStrip *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  TcExecutionCount count;

  tc_session_count (self->session, &count);
  /* Translators: number of executions */
  add_part (parts, count.running, g_strdup_printf (_("%u running"), count.running));
  /* Translators: number of executions */
  add_part (parts, count.paused, g_strdup_printf (_("%u paused"), count.paused));
  /* Translators: number of executions that wait for their turn */
  add_part (parts, count.queued, g_strdup_printf (_("%u queued"), count.queued));
  add_part (parts, parts->len == 0, g_strdup (_("Nothing is running")));
  g_ptr_array_add (parts, NULL);
  text = g_strjoinv (" · ", (char **) parts->pdata);
  gtk_label_set_text (self->count_label, text);
}

void
tc_status_strip_set_session (TcStatusStrip *self,
                             TcSession     *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::status", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "counted", G_CALLBACK (counted), self, G_CONNECT_SWAPPED);
  status_changed (self);
  counted (self);
}

void
tc_status_strip_set_caret (TcStatusStrip *self,
                           int            line,
                           int            column)
{
  g_autofree char *text = line > 0 ? g_strdup_printf (_("Ln %d, Col %d"), line, column) : NULL;

  gtk_label_set_text (self->caret_label, text != NULL ? text : "");
}
