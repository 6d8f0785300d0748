/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-item.h"

struct _TcFlowItem
{
  GObject parent_instance;

  char   *namespace, *id;
  int     revision, last_state;
};

G_DEFINE_FINAL_TYPE (TcFlowItem, tc_flow_item, G_TYPE_OBJECT)

enum { PROP_0, PROP_NAMESPACE, PROP_ID, PROP_REVISION, PROP_LAST_STATE, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
tc_flow_item_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TcFlowItem *self = TC_FLOW_ITEM (object);

  switch (id)
    {
    case PROP_NAMESPACE:
      g_value_set_string (value, self->namespace);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_REVISION:
      g_value_set_int (value, self->revision);
      break;
    case PROP_LAST_STATE:
      g_value_set_int (value, self->last_state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tc_flow_item_finalize (GObject *object)
{
  TcFlowItem *self = TC_FLOW_ITEM (object);

  g_free (self->namespace);
  g_free (self->id);
  G_OBJECT_CLASS (tc_flow_item_parent_class)->finalize (object);
}

static void
tc_flow_item_class_init (TcFlowItemClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = tc_flow_item_get_property;
  G_OBJECT_CLASS (klass)->finalize = tc_flow_item_finalize;
  properties[PROP_NAMESPACE] = g_param_spec_string ("namespace", NULL, NULL, NULL, flags);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_REVISION] = g_param_spec_int ("revision", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_LAST_STATE] = g_param_spec_int ("last-state", NULL, NULL, -1, TC_N_STATES - 1, -1, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
tc_flow_item_init (TcFlowItem *self)
{
  self->last_state = -1;
}

TcFlowItem *
tc_flow_item_new (const char *namespace_,
                  const char *id)
{
  TcFlowItem *self = g_object_new (TC_TYPE_FLOW_ITEM, NULL);

  self->namespace = g_strdup (namespace_);
  self->id = g_strdup (id);
  return self;
}

const char *
tc_flow_item_get_namespace (TcFlowItem *self)
{
  return self->namespace;
}

const char *
tc_flow_item_get_id (TcFlowItem *self)
{
  return self->id;
}

int
tc_flow_item_get_revision (TcFlowItem *self)
{
  return self->revision;
}

int
tc_flow_item_get_last_state (TcFlowItem *self)
{
  return self->last_state;
}

void
tc_flow_item_update (TcFlowItem *self,
                     int         revision,
                     int         last_state)
{
  if (self->revision != revision)
    {
      self->revision = revision;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVISION]);
    }
  if (self->last_state != last_state)
    {
      self->last_state = last_state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_STATE]);
    }
}

struct _TcNamespaceItem
{
  GObject     parent_instance;

  char       *id;
  GListStore *flows;
};

G_DEFINE_FINAL_TYPE (TcNamespaceItem, tc_namespace_item, G_TYPE_OBJECT)

static void
tc_namespace_item_finalize (GObject *object)
{
  TcNamespaceItem *self = TC_NAMESPACE_ITEM (object);

  g_free (self->id);
  g_object_unref (self->flows);
  G_OBJECT_CLASS (tc_namespace_item_parent_class)->finalize (object);
}

static void
tc_namespace_item_class_init (TcNamespaceItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_namespace_item_finalize;
}

static void
tc_namespace_item_init (TcNamespaceItem *self)
{
  self->flows = g_list_store_new (TC_TYPE_FLOW_ITEM);
}

TcNamespaceItem *
tc_namespace_item_new (const char *id)
{
  TcNamespaceItem *self = g_object_new (TC_TYPE_NAMESPACE_ITEM, NULL);

  self->id = g_strdup (id);
  return self;
}

const char *
tc_namespace_item_get_id (TcNamespaceItem *self)
{
  return self->id;
}

GListStore *
tc_namespace_item_get_flows (TcNamespaceItem *self)
{
  return self->flows;
}
