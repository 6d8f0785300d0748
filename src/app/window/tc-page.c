/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-page.h"

typedef struct
{
  char            *title, *subtitle;
  gboolean         modified;
  TcExecutionItem *execution;
} TcPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TcPage, tc_page, ADW_TYPE_BIN)

enum { PROP_0, PROP_TITLE, PROP_SUBTITLE, PROP_MODIFIED, PROP_EXECUTION, N_PROPS };
static GParamSpec *properties[N_PROPS];

static TcPagePrivate *
priv (TcPage *self)
{
  return tc_page_get_instance_private (self);
}

static void
tc_page_get_property (GObject    *object,
                      guint       id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  TcPagePrivate *page = priv (TC_PAGE (object));

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, page->title);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, page->subtitle);
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, page->modified);
      break;
    case PROP_EXECUTION:
      g_value_set_object (value, page->execution);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tc_page_finalize (GObject *object)
{
  TcPagePrivate *page = priv (TC_PAGE (object));

  g_free (page->title);
  g_free (page->subtitle);
  g_clear_object (&page->execution);
  G_OBJECT_CLASS (tc_page_parent_class)->finalize (object);
}

static void
tc_page_class_init (TcPageClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = tc_page_get_property;
  G_OBJECT_CLASS (klass)->finalize = tc_page_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, flags);
  properties[PROP_EXECUTION] = g_param_spec_object ("execution", NULL, NULL, TC_TYPE_EXECUTION_ITEM, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
tc_page_init (TcPage *self)
{
}

const char *
tc_page_get_title (TcPage *self)
{
  return priv (self)->title;
}

const char *
tc_page_get_subtitle (TcPage *self)
{
  return priv (self)->subtitle;
}

gboolean
tc_page_get_modified (TcPage *self)
{
  return priv (self)->modified;
}

TcExecutionItem *
tc_page_get_execution (TcPage *self)
{
  return priv (self)->execution;
}

void
tc_page_save_async (TcPage             *self,
                    GAsyncReadyCallback done,
                    gpointer            data)
{
  GTask *task = g_task_new (self, NULL, done, data);

  g_task_set_source_tag (task, tc_page_save_async);
  if (TC_PAGE_GET_CLASS (self)->save != NULL)
    {
      TC_PAGE_GET_CLASS (self)->save (self, task);
      return;
    }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

gboolean
tc_page_save_finish (TcPage       *self,
                     GAsyncResult *result,
                     GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
tc_page_focus_content (TcPage *self)
{
  if (TC_PAGE_GET_CLASS (self)->grab_focus != NULL)
    TC_PAGE_GET_CLASS (self)->grab_focus (self);
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

static void
set_text (TcPage     *self,
          char      **field,
          const char *text,
          int         property)
{
  if (g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
tc_page_set_title (TcPage     *self,
                   const char *title)
{
  set_text (self, &priv (self)->title, title, PROP_TITLE);
}

void
tc_page_set_subtitle (TcPage     *self,
                      const char *subtitle)
{
  set_text (self, &priv (self)->subtitle, subtitle, PROP_SUBTITLE);
}

void
tc_page_set_modified (TcPage  *self,
                      gboolean modified)
{
  if (priv (self)->modified == modified)
    return;
  priv (self)->modified = modified;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
}

void
tc_page_set_execution (TcPage          *self,
                       TcExecutionItem *execution)
{
  if (g_set_object (&priv (self)->execution, execution))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXECUTION]);
}
