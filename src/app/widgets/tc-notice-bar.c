/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-notice-bar.h"

struct _TcNoticeBar
{
  GtkWidget   parent_instance;

  GtkInfoBar *bar;
  GtkLabel   *label;
  GtkButton  *first, *second;
  char       *topic;
};

G_DEFINE_FINAL_TYPE (TcNoticeBar, tc_notice_bar, GTK_TYPE_WIDGET)

enum { RESPONSE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
bar_response (TcNoticeBar *self,
              int          response)
{
  g_autofree char *topic = g_strdup (self->topic);

  tc_notice_bar_hide (self, topic);
  if (response > 0)
    g_signal_emit (self, signals[RESPONSE], 0, topic, response);
}

static void
tc_notice_bar_dispose (GObject *object)
{
  TcNoticeBar *self = TC_NOTICE_BAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_pointer (&self->topic, g_free);
  G_OBJECT_CLASS (tc_notice_bar_parent_class)->dispose (object);
}

static void
tc_notice_bar_class_init (TcNoticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_notice_bar_dispose;
  signals[RESPONSE] = g_signal_new ("response", TC_TYPE_NOTICE_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                    G_TYPE_STRING, G_TYPE_INT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/widgets/tc-notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TcNoticeBar, bar);
  gtk_widget_class_bind_template_child (widget_class, TcNoticeBar, label);
  gtk_widget_class_bind_template_child (widget_class, TcNoticeBar, first);
  gtk_widget_class_bind_template_child (widget_class, TcNoticeBar, second);
  gtk_widget_class_bind_template_callback (widget_class, bar_response);
}

static void
tc_notice_bar_init (TcNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tc_notice_bar_new (void)
{
  return g_object_new (TC_TYPE_NOTICE_BAR, NULL);
}

static void
show_button (GtkButton  *button,
             const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (button), text != NULL);
  if (text != NULL)
    gtk_button_set_label (button, text);
  gtk_button_set_use_underline (button, TRUE);
}

void
tc_notice_bar_show (TcNoticeBar   *self,
                    const char    *topic,
                    GtkMessageType type,
                    const char    *text,
                    const char    *first,
                    const char    *second)
{
  g_return_if_fail (TC_IS_NOTICE_BAR (self));

  if (topic != self->topic)
    {
      g_free (self->topic);
      self->topic = g_strdup (topic);
    }
  gtk_info_bar_set_message_type (self->bar, type);
  gtk_label_set_text (self->label, text);
  show_button (self->first, first);
  show_button (self->second, second);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), TRUE);
  gtk_info_bar_set_revealed (self->bar, TRUE);
}

void
tc_notice_bar_hide (TcNoticeBar *self,
                    const char  *topic)
{
  g_return_if_fail (TC_IS_NOTICE_BAR (self));

  if (topic != NULL && g_strcmp0 (topic, self->topic) != 0)
    return;
  gtk_info_bar_set_revealed (self->bar, FALSE);
  /* What is slid in would still be read out. */
  gtk_widget_set_visible (GTK_WIDGET (self->bar), FALSE);
  g_clear_pointer (&self->topic, g_free);
}

const char *
tc_notice_bar_get_topic (TcNoticeBar *self)
{
  g_return_val_if_fail (TC_IS_NOTICE_BAR (self), NULL);

  return self->topic;
}
