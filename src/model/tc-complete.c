/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete-private.h"
#include "tc-flow-private.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
proposal_free (gpointer data)
{
  TcProposal *self = data;

  g_free (self->label);
  g_free (self->text);
  g_free (self->detail);
  g_free (self->doc);
  g_free (self);
}

void
tc_completion_free (TcCompletion *self)
{
  if (self == NULL)
    return;
  g_free (self->typed);
  g_ptr_array_unref (self->proposals);
  g_free (self);
}

void
tc_completion_add (TcCompletion   *self,
                   TcProposalKind  kind,
                   const char     *label,
                   const char     *text,
                   unsigned        back,
                   const char     *detail,
                   const char     *doc)
{
  TcProposal *proposal;

  for (guint i = 0; (kind == TC_PROPOSAL_VARIABLE || kind == TC_PROPOSAL_KEY) && i < self->proposals->len; i++)
    if (strcmp (((TcProposal *) self->proposals->pdata[i])->label, label) == 0)
      return;
  proposal = g_new0 (TcProposal, 1);
  *proposal = (TcProposal) { kind, g_strdup (label), g_strdup (text), back, g_strdup (detail), g_strdup (doc) };
  g_ptr_array_add (self->proposals, proposal);
}

typedef struct
{
  TcCompletion         *completion;
  const TcOutline      *outline;
  const TcCaret        *caret;
  const TcCompleteHost *host;
  const char           *lead;       /* before each proposal: a missing space or dash */
} Writer;

/* Keys. */

static void
append_indent (GString *text,
               uint32_t columns)
{
  g_string_append_c (text, '\n');
  for (uint32_t i = 0; i < columns; i++)
    g_string_append_c (text, ' ');
}

/* The key, and behind it what its kind of value begins with. */
static char *
text_of_key (const Writer *self,
             const TcProp *prop)
{
  GString *text = g_string_new (self->lead);
  const uint32_t column = self->caret->column + (uint32_t) (self->caret->kind == TC_CARET_ITEM ? 2 : 0);

  g_string_append (text, prop->name);
  if (self->caret->has_colon)
    return g_string_free (text, FALSE);
  g_string_append_c (text, ':');
  if (self->caret->in_brackets || !(prop->kind >= TC_KIND_LIST && prop->kind < TC_KIND_ANY))
    g_string_append_c (text, ' ');
  else
    append_indent (text, column + 2);
  if (!self->caret->in_brackets && (prop->kind == TC_KIND_LIST || prop->kind == TC_KIND_TASKS))
    g_string_append (text, "- ");
  if (!self->caret->in_brackets && (prop->kind == TC_KIND_RUNNER || prop->kind == TC_KIND_TYPED))
    g_string_append (text, "type: ");
  return g_string_free (text, FALSE);
}

/* Whether the map at the caret has @key already, in another place than the caret's. */
static gboolean
has_key (const Writer *self,
         const char   *key)
{
  const TcOutline *outline = self->outline;

  for (int i = self->caret->node + 1; self->caret->kind == TC_CARET_KEY && i < (int) outline->n; i++)
    {
      const TcSketchNode *node = &outline->nodes[i];

      if (node->parent == self->caret->node && node->key != NULL && strcmp (node->key, key) == 0 &&
          !(node->key_start <= self->caret->at && self->caret->at <= node->key_end))
        return TRUE;
    }
  return FALSE;
}

static void
add_keys_of (const Writer *self,
             TcPropFlags   mask,
             TcPropFlags   flags)
{
  const TcOutlineSpot *spot = &self->caret->spot;

  for (gsize t = 0; t < G_N_ELEMENTS (spot->schema.tables); t++)
    for (const TcProp *prop = spot->schema.tables[t]; prop != NULL && prop->name != NULL; prop++)
      {
        g_autofree char *text = NULL, *detail = NULL, *doc = NULL;

        if ((prop->flags & mask) != flags || has_key (self, prop->name))
          continue;
        text = text_of_key (self, prop);
        detail = tc_schema_prop_value (prop);
        doc = tc_schema_prop_text (prop);
        tc_completion_add (self->completion, TC_PROPOSAL_KEY, prop->name, text, 0, detail, doc);
      }
}

/* What must be there first, what few need last. */
static void
add_keys (const Writer *self)
{
  const TcPropFlags ranks = TC_PROP_REQUIRED | TC_PROP_ADVANCED | TC_PROP_DEPRECATED | TC_PROP_HIDDEN;

  add_keys_of (self, ranks, TC_PROP_REQUIRED);
  add_keys_of (self, ranks, 0);
  add_keys_of (self, ranks, TC_PROP_ADVANCED);
}

/* Values. */

static void
add_value (const Writer   *self,
           TcProposalKind  kind,
           const char     *value,
           const char     *detail,
           const char     *doc)
{
  g_autofree char *text = g_strconcat (self->lead, value, NULL);

  tc_completion_add (self->completion, kind, value, text, 0, detail, doc);
}

static void
add_names (const Writer      *self,
           TcProposalKind     kind,
           const char *const *names,
           const char        *fallback)
{
  for (; names != NULL && *names != NULL; names++)
    add_value (self, kind, *names, g_strcmp0 (*names, fallback) == 0 ? _("default") : NULL, NULL);
}

static void
add_types (const Writer       *self,
           const TcSchemaSpot *around)
{
  g_autoptr (GPtrArray) infos = tc_schema_type_infos (self->outline->types, around);

  for (guint i = 0; i < infos->len; i++)
    {
      const TcTypeInfo *info = infos->pdata[i];
      g_autofree char *doc = tc_schema_type_text (info);

      add_value (self, TC_PROPOSAL_TYPE, info->type, info->title != NULL ? _(info->title) : NULL, doc);
    }
}

static void
add_input_types (const Writer *self)
{
  for (int type = TC_INPUT_STRING; type <= TC_INPUT_ARRAY; type++)
    if (tc_input_type_successor ((TcInputType) type) == NULL)
      add_value (self, TC_PROPOSAL_VALUE, tc_input_type_name ((TcInputType) type), NULL, NULL);
}

/* A default may name any type. */
static void
add_all_types (const Writer *self)
{
  static const TcTypeSet sets[] = { TC_TYPES_TASK, TC_TYPES_RUNNER, TC_TYPES_TRIGGER };

  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      const TcSchemaSpot spot = tc_schema_spot_of_types (sets[i]);

      add_types (self, &spot);
    }
}

static void
add_anchors (const Writer *self)
{
  for (size_t i = 0; i < self->outline->n; i++)
    {
      g_autofree char *alias = self->outline->nodes[i].anchor != NULL ? g_strconcat ("*", self->outline->nodes[i].anchor, NULL) : NULL;

      if (alias != NULL)
        add_value (self, TC_PROPOSAL_VALUE, alias, NULL, NULL);
    }
}

/* The map in which the list of the item or key at the caret stands, or -1. */
static int
map_around (const Writer *self)
{
  int node = self->caret->node;

  while (node >= 0 && self->outline->nodes[node].is_item)
    node = self->outline->nodes[node].parent;
  return node >= 0 ? self->outline->nodes[node].parent : -1;
}

/* Tasks of the other entries of a Dag. */
static void
add_other_tasks (const Writer *self,
                 int           entry)
{
  const TcOutline *outline = self->outline;

  for (int i = entry >= 0 ? outline->nodes[entry].parent + 1 : (int) outline->n; i < (int) outline->n; i++)
    {
      const int other = outline->spots[i].role == TC_ROLE_TASK ? outline->nodes[i].parent : -1;
      g_autofree char *id = NULL;

      if (other < 0 || other == entry || outline->nodes[other].parent != outline->nodes[entry].parent)
        continue;
      id = tc_outline_text (outline, i, "id");
      if (id != NULL)
        add_value (self, TC_PROPOSAL_VALUE, id, NULL, NULL);
    }
}

static void
add_inputs (const Writer *self)
{
  for (size_t i = 0; i < self->outline->n; i++)
    {
      g_autofree char *id = self->outline->spots[i].role == TC_ROLE_INPUT ? tc_outline_text (self->outline, (int) i, "id") : NULL;

      if (id != NULL)
        add_value (self, TC_PROPOSAL_VALUE, id, NULL, NULL);
    }
}

/* Values that names of this flow or its surroundings are. */
static void
add_known_names (const Writer *self,
                 const char   *key)
{
  const TcCompleteHost *host = self->host;
  const int around = map_around (self);

  if (strcmp (key, "dependsOn") == 0)
    add_other_tasks (self, around);
  else if (strcmp (key, "inputs") == 0 && around >= 0 && g_strcmp0 (self->outline->nodes[around].key, "dependsOn") == 0)
    add_inputs (self);
  else if (host != NULL && strcmp (key, "namespace") == 0)
    add_names (self, TC_PROPOSAL_VALUE, host->namespaces, NULL);
  else if (host != NULL && strcmp (key, "flowId") == 0)
    add_names (self, TC_PROPOSAL_VALUE, host->flows, NULL);
  else if (host != NULL && (strcmp (key, "include") == 0 || strcmp (key, "exclude") == 0))
    add_names (self, TC_PROPOSAL_FILE, host->files, NULL);
}

static void
add_values_of (const Writer *self,
               const TcProp *prop)
{
  static const char *const truths[] = { "true", "false", NULL };
  static const struct { const char *value, *detail; } durations[] = {
    { "PT10S", N_("10 seconds") }, { "PT1M", N_("a minute") }, { "PT10M", N_("10 minutes") }, { "PT1H", N_("an hour") }, { "P1D", N_("a day") },
  };

  if (prop->kind == TC_KIND_BOOL)
    add_names (self, TC_PROPOSAL_VALUE, truths, prop->fallback);
  else if (prop->kind == TC_KIND_ENUM)
    add_names (self, TC_PROPOSAL_VALUE, prop->of, prop->fallback);
  else if (prop->fallback != NULL && prop->kind <= TC_KIND_DURATION)
    add_value (self, TC_PROPOSAL_VALUE, prop->fallback, _("default"), NULL);
  for (gsize i = 0; prop->kind == TC_KIND_DURATION && i < G_N_ELEMENTS (durations); i++)
    add_value (self, TC_PROPOSAL_VALUE, durations[i].value, _(durations[i].detail), NULL);
}

static gboolean
names_type (const TcCaret *caret,
            const char    *key)
{
  return strcmp (key, "type") == 0 || (strcmp (key, "itemType") == 0 && caret->spot.schema.kind == TC_KIND_STRING);
}

static void
add_values (const Writer *self)
{
  const TcCaret *caret = self->caret;
  const char *key = caret->key != NULL ? caret->key : "";
  const gboolean is_member = caret->node >= 0 && !caret->is_new && !self->outline->nodes[caret->node].is_item;
  const TcOutlineSpot *around = tc_outline_spot (self->outline, is_member ? self->outline->nodes[caret->node].parent : -1);

  if (caret->start < caret->at && self->outline->text[caret->start] == '*')
    add_anchors (self);
  else if (is_member && names_type (caret, key))
    {
      if (around->role == TC_ROLE_INPUT || around->role == TC_ROLE_OUTPUT)
        add_input_types (self);
      else if (around->role == TC_ROLE_DEFAULT)
        add_all_types (self);
      else
        add_types (self, &around->schema);
    }
  if (self->completion->proposals->len == 0)
    add_known_names (self, key);
  if (caret->spot.schema.prop != NULL)
    add_values_of (self, caret->spot.schema.prop);
}

/* Paths in the lines of a script are words of their own. */
static gboolean
add_command_files (const Writer *self,
                   TcCaret      *caret)
{
  static const char *const keys[] = { "commands", "beforeCommands", "script", NULL };
  const char *text = self->outline->text;

  if (self->host == NULL || self->host->files == NULL || caret->key == NULL || !g_strv_contains (keys, caret->key) || caret->task < 0)
    return FALSE;
  while (caret->end < self->outline->length && strchr ("\"' \t\r\n;|&<>()", text[caret->end]) == NULL)
    caret->end++;
  caret->start = caret->at;
  while (caret->start > 0 && strchr ("\"' \t\r\n;|&<>()=", text[caret->start - 1]) == NULL)
    caret->start--;
  if (caret->start == caret->at)
    return FALSE;
  add_names (self, TC_PROPOSAL_FILE, self->host->files, NULL);
  return TRUE;
}

static void
write_proposals (TcCompletion         *completion,
                 const TcOutline      *outline,
                 TcCaret              *caret,
                 const TcCompleteHost *host)
{
  Writer writer = { completion, outline, caret, host, caret->tight ? " " : "" };

  if (caret->kind != TC_CARET_EXPRESSION && caret->kind != TC_CARET_KEY && add_command_files (&writer, caret))
    return;
  switch (caret->kind)
    {
    case TC_CARET_NOTHING:
      break;
    case TC_CARET_KEY:
      add_keys (&writer);
      break;
    case TC_CARET_ITEM:
      writer.lead = "- ";
      if (caret->spot.schema.tables[0] != NULL)
        add_keys (&writer);
      else
        add_values (&writer);
      break;
    case TC_CARET_VALUE:
      add_values (&writer);
      break;
    case TC_CARET_EXPRESSION:
      tc_complete_expression (completion, outline, caret, host);
      break;
    }
}

TcCompletion *
tc_complete (const char           *text,
             size_t                length,
             uint32_t              place,
             const TcRegistry     *types,
             const TcCompleteHost *host)
{
  g_autofree char *valid = tc_utf8_make_valid (text, length, &length);
  g_autoptr (TcOutline) outline = tc_outline_new (valid, length, types);
  g_auto (TcCaret) caret = { 0 };
  TcCompletion *self = g_new0 (TcCompletion, 1);

  self->proposals = g_ptr_array_new_with_free_func (proposal_free);
  tc_caret_find (&caret, outline, tc_outline_byte (outline, place));
  write_proposals (self, outline, &caret, host);
  self->typed = g_strndup (valid + caret.start, caret.at - caret.start);
  self->start = (uint32_t) tc_utf8_count (valid, caret.start);
  self->end = self->start + (uint32_t) tc_utf8_count (valid + caret.start, caret.end - caret.start);
  return self;
}

/* How well @label fits: 0 best, G_MAXINT not at all. Any part of a dotted name may be typed. */
static int
rank (const char *label,
      const char *typed)
{
  g_autofree char *folded = g_utf8_casefold (label, -1), *wanted = g_utf8_casefold (typed, -1);
  const char *found = strstr (folded, wanted), *dot = strrchr (folded, '.');

  if (g_str_has_prefix (label, typed))
    return 0;
  if (found == folded)
    return 1;
  if (dot != NULL && g_str_has_prefix (dot + 1, wanted))
    return 2;
  if (found != NULL && found[-1] == '.')
    return 3;
  return found != NULL ? 4 : G_MAXINT;
}

GPtrArray *
tc_completion_filter (const TcCompletion *self,
                      const char         *typed)
{
  GPtrArray *found = g_ptr_array_new ();

  typed += *typed == '.' ? 1 : 0;     /* the dot that a bracket replaces */
  for (int level = 0; level <= 4; level++)
    for (guint i = 0; i < self->proposals->len; i++)
      {
        TcProposal *proposal = self->proposals->pdata[i];

        if (rank (proposal->label, typed) == level)
          g_ptr_array_add (found, proposal);
      }
  return found;
}
