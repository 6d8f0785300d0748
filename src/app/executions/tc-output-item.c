/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-output-item.h"

#include "tc-json.h"

#define SHORT_CHARS 200

struct _TcOutputItem
{
  GObject  parent_instance;

  char    *name, *expression;
  TcValue *value;
};

G_DEFINE_FINAL_TYPE (TcOutputItem, tc_output_item, G_TYPE_OBJECT)

static void
tc_output_item_finalize (GObject *object)
{
  TcOutputItem *self = TC_OUTPUT_ITEM (object);

  g_free (self->name);
  g_free (self->expression);
  tc_value_unref (self->value);
  G_OBJECT_CLASS (tc_output_item_parent_class)->finalize (object);
}

static void
tc_output_item_class_init (TcOutputItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_output_item_finalize;
}

static void
tc_output_item_init (TcOutputItem *self)
{
}

TcOutputItem *
tc_output_item_new (const char    *name,
                    const TcValue *value,
                    const char    *expression)
{
  TcOutputItem *self = g_object_new (TC_TYPE_OUTPUT_ITEM, NULL);

  self->name = g_strdup (name);
  self->expression = g_strdup (expression);
  self->value = tc_value_ref (value);
  return self;
}

const char *
tc_output_item_get_name (TcOutputItem *self)
{
  return self->name;
}

const TcValue *
tc_output_item_get_value (TcOutputItem *self)
{
  return self->value;
}

const char *
tc_output_item_get_expression (TcOutputItem *self)
{
  return self->expression;
}

gboolean
tc_output_item_is_file (TcOutputItem *self)
{
  return tc_value_is (self->value, TC_VALUE_STRING) && g_str_has_prefix (tc_value_get_text (self->value), "kestra://");
}

char *
tc_output_item_get_full_text (TcOutputItem *self)
{
  GString *out;

  if (tc_value_is (self->value, TC_VALUE_STRING))
    return g_strdup (tc_value_get_text (self->value));
  out = g_string_new (NULL);
  tc_json_write_pretty (self->value, out);
  return g_string_free (out, FALSE);
}

char *
tc_output_item_get_text (TcOutputItem *self)
{
  g_autofree char *text = tc_value_is (self->value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (self->value))
                                                                     : tc_json_to_text (self->value);

  for (char *at = text; *at != '\0'; at++)
    if (*at == '\n' || *at == '\r' || *at == '\t')
      *at = ' ';
  if (g_utf8_strlen (text, -1) <= SHORT_CHARS)
    return g_steal_pointer (&text);
  *g_utf8_offset_to_pointer (text, SHORT_CHARS) = '\0';
  return g_strconcat (text, "…", NULL);
}

/* A key that is no name needs brackets in an expression. */
static char *
child_expression (const char *parent,
                  const char *key)
{
  if (parent == NULL)
    return NULL;
  if (g_regex_match_simple ("^[A-Za-z_][A-Za-z0-9_]*$", key, 0, 0))
    return g_strdup_printf ("%s.%s", parent, key);
  return strchr (key, '\'') == NULL ? g_strdup_printf ("%s['%s']", parent, key) : g_strdup_printf ("%s[\"%s\"]", parent, key);
}

GListModel *
tc_output_item_list_children (TcOutputItem *self)
{
  const gboolean map = tc_value_is (self->value, TC_VALUE_MAP);
  GListStore *store;

  if ((!map && !tc_value_is (self->value, TC_VALUE_LIST)) || tc_value_length (self->value) == 0)
    return NULL;
  store = g_list_store_new (TC_TYPE_OUTPUT_ITEM);
  for (size_t i = 0; i < tc_value_length (self->value); i++)
    {
      g_autofree char *number = g_strdup_printf ("%zu", i);
      const char *name = map ? tc_value_key (self->value, i) : number;
      g_autofree char *expression = map ? child_expression (self->expression, name)
                                        : self->expression != NULL ? g_strdup_printf ("%s[%zu]", self->expression, i) : NULL;
      g_autoptr (TcOutputItem) item = tc_output_item_new (name, tc_value_item (self->value, i), expression);

      g_list_store_append (store, item);
    }
  return G_LIST_MODEL (store);
}
