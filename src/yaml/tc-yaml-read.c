/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml-private.h"
#include "tc-limits.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <yaml.h>

/* A collection that is open. Its finished items wait in `pending` from `base` on. */
typedef struct
{
  TcYamlNode *node;
  guint       base;
  bool        has_key;                /* of a mapping: the next node is a value */
  bool        bad_key;                /* … which is dropped, because its key is not a text */
  bool        double_brace;           /* "{{": what is read may be an expression without quotes */
  const char *key;
  uint32_t    key_start, key_end;
} Frame;

typedef struct
{
  yaml_parser_t parser;
  TcYamlDoc    *doc;
  GPtrArray    *found;                /* findings, or NULL */
  GArray       *frames;
  GPtrArray    *pending;
  GHashTable   *anchors;              /* name → TcYamlNode */
  uint64_t      nodes, expanded;
  uint32_t      bom;                  /* bytes that libyaml does not see */
  bool          over;                 /* a limit was met, or the first document has ended */
  bool          unfinished;           /* what is open is closed by an error, not by the text */
} Reader;

static Frame *
top (Reader *self)
{
  return self->frames->len == 0 ? NULL : &g_array_index (self->frames, Frame, self->frames->len - 1);
}

/* "tasks[2].commands" for what is being read now. */
static char *
path_now (Reader *self)
{
  GString *path = g_string_new (NULL);

  for (guint i = 0; i < self->frames->len; i++)
    {
      const Frame *frame = &g_array_index (self->frames, Frame, i);
      guint next = i + 1 < self->frames->len ? g_array_index (self->frames, Frame, i + 1).base : self->pending->len;

      if (frame->node->kind == TC_YAML_SEQUENCE)
        g_string_append_printf (path, "[%u]", next - frame->base);
      else if (frame->key != NULL)
        g_string_append_printf (path, "%s%s", path->len > 0 ? "." : "", frame->key);
    }
  return g_string_free (path, FALSE);
}

static void
report (Reader     *self,
        TcSeverity  severity,
        const char *code,
        uint32_t    start,
        uint32_t    end,
        const char *hint,
        const char *message)
{
  g_autofree char *path = path_now (self);

  tc_diagnostics_add (self->found, severity, code, tc_yaml_span_of (self->doc, start, end), path, hint, "%s", message);
}

static uint32_t
byte_of (Reader            *self,
         const yaml_mark_t *mark)
{
  /* The table counts the byte order mark as a character, libyaml does not. */
  return tc_yaml_byte_of_char (self->doc, mark->index + (self->bom > 0));
}

static TcYamlNode *
add_node (Reader             *self,
          TcYamlKind          kind,
          const yaml_event_t *event)
{
  TcYamlNode *node = tc_arena_alloc (self->doc->arena, sizeof *node);

  *node = (TcYamlNode) { .kind = kind, .doc = self->doc, .weight = 1, .text = "" };
  node->start = byte_of (self, &event->start_mark);
  node->end = byte_of (self, &event->end_mark);
  if (++self->nodes > TC_LIMIT_YAML_NODES)
    {
      g_autofree char *message = g_strdup_printf (_("more than %d values in one file"), TC_LIMIT_YAML_NODES);

      report (self, TC_SEVERITY_ERROR, "yaml.limit.nodes", node->start, node->end, _("Split the file, or load the data at run time."), message);
      self->over = true;
    }
  return node;
}

static void
set_anchor (Reader            *self,
            const yaml_char_t *name,
            TcYamlNode        *node)
{
  if (name != NULL)
    g_hash_table_insert (self->anchors, tc_arena_text (self->doc->arena, (const char *) name, strlen ((const char *) name)), node);
}

static void
key_is_not_text (Reader           *self,
                 const TcYamlNode *key)
{
  Frame *frame = top (self);

  frame->bad_key = true;
  if (self->doc->source[frame->node->start] == '{' && frame->node->start + 1 == key->start)
    {
      frame->double_brace = true;     /* told when the outer braces are closed */
      return;
    }
  report (self, TC_SEVERITY_ERROR, "yaml.key.complex", key->start, key->end,
          _("Write the key as a text; put it in quotes if it begins with a bracket or brace."), _("a key must be a text"));
}

static void
take_key (Reader           *self,
          const TcYamlNode *key)
{
  Frame *frame = top (self);

  frame->has_key = true;
  frame->bad_key = false;
  frame->key = key->kind == TC_YAML_SCALAR ? key->text : "";
  frame->key_start = key->start;
  frame->key_end = key->end;
  if (key->kind != TC_YAML_SCALAR)
    key_is_not_text (self, key);
}

/* A finished node goes to the collection that is open, as a key or an item; without one it is the root. */
static void
give (Reader     *self,
      TcYamlNode *node)
{
  Frame *frame = top (self);

  if (frame == NULL)
    {
      self->doc->root = node;
      return;
    }
  if (frame->node->kind == TC_YAML_MAPPING && !frame->has_key)
    {
      take_key (self, node);
      return;
    }
  frame->has_key = false;
  if (frame->bad_key)
    return;
  if (frame->node->kind == TC_YAML_MAPPING)
    {
      node->key = frame->key;
      node->key_start = frame->key_start;
      node->key_end = frame->key_end;
    }
  g_ptr_array_add (self->pending, node);
  frame->key = NULL;
}

static TcYamlTag
tag_of (const yaml_char_t *tag)
{
  static const struct { const char *name; TcYamlTag tag; } tags[] = {
    { "str", TC_YAML_TAG_STRING }, { "int", TC_YAML_TAG_INT }, { "float", TC_YAML_TAG_FLOAT }, { "bool", TC_YAML_TAG_BOOL },
    { "null", TC_YAML_TAG_NULL }, { "binary", TC_YAML_TAG_STRING },
  };
  const char *name = (const char *) tag;

  if (tag == NULL)
    return TC_YAML_NO_TAG;
  if (g_str_has_prefix (name, "tag:yaml.org,2002:"))
    for (size_t i = 0; i < G_N_ELEMENTS (tags); i++)
      if (strcmp (name + strlen ("tag:yaml.org,2002:"), tags[i].name) == 0)
        return tags[i].tag;
  return TC_YAML_TAG_STRING;
}

/* libyaml ends a block scalar where the next thing begins. */
static void
trim_end (TcYamlNode *node)
{
  while (node->end > node->start && strchr (" \t\r\n", node->doc->source[node->end - 1]) != NULL)
    node->end--;
}

static void
on_scalar (Reader             *self,
           const yaml_event_t *event)
{
  static const TcYamlStyle styles[] = {
    [YAML_PLAIN_SCALAR_STYLE] = TC_YAML_PLAIN, [YAML_SINGLE_QUOTED_SCALAR_STYLE] = TC_YAML_SINGLE_QUOTED,
    [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = TC_YAML_DOUBLE_QUOTED, [YAML_LITERAL_SCALAR_STYLE] = TC_YAML_LITERAL,
    [YAML_FOLDED_SCALAR_STYLE] = TC_YAML_FOLDED,
  };
  TcYamlNode *node = add_node (self, TC_YAML_SCALAR, event);

  node->style = (uint8_t) styles[event->data.scalar.style];
  node->tag = (uint8_t) tag_of (event->data.scalar.tag);
  node->length = (uint32_t) event->data.scalar.length;
  node->text = tc_arena_text (self->doc->arena, (const char *) event->data.scalar.value, node->length);
  if (node->style == TC_YAML_LITERAL || node->style == TC_YAML_FOLDED)
    trim_end (node);
  set_anchor (self, event->data.scalar.anchor, node);
  give (self, node);
}

static void
report_depth (Reader           *self,
              const TcYamlNode *node)
{
  g_autofree char *message = g_strdup_printf (_("more than %d levels of nesting"), TC_LIMIT_DEPTH);

  report (self, TC_SEVERITY_ERROR, "yaml.limit.depth", node->start, node->end, _("Use fewer levels."), message);
  self->over = true;
}

static void
on_alias (Reader             *self,
          const yaml_event_t *event)
{
  const char *name = (const char *) event->data.alias.anchor;
  const TcYamlNode *target = g_hash_table_lookup (self->anchors, name);
  TcYamlNode *node = add_node (self, TC_YAML_SCALAR, event);
  g_autofree char *message = NULL;

  if (target == NULL)
    {
      g_autofree char *hint = NULL;
      g_autofree const char **names = (const char **) g_hash_table_get_keys_as_array (self->anchors, NULL);
      const char *near = tc_nearest_name (name, names);

      message = g_strdup_printf (_("there is no anchor “&%s” above this alias"), name);
      hint = near != NULL ? g_strdup_printf (_("Did you mean “*%s”? Put a text that begins with “*” in quotes."), near)
                          : g_strdup (_("Put a text that begins with “*” in quotes."));
      report (self, TC_SEVERITY_ERROR, "yaml.alias.unknown", node->start, node->end, hint, message);
    }
  else if (target->open)
    report (self, TC_SEVERITY_ERROR, "yaml.alias.cycle", node->start, node->end, _("Write the inner part out."),
            _("this alias stands inside of what it points at"));
  else if (self->expanded + target->weight > TC_LIMIT_YAML_ALIASES)
    {
      message = g_strdup_printf (_("the aliases of this file expand to more than %d values"), TC_LIMIT_YAML_ALIASES);
      report (self, TC_SEVERITY_ERROR, "yaml.limit.aliases", node->start, node->end, _("Use variables or pluginDefaults instead."), message);
      self->over = true;
    }
  else if (self->frames->len + target->depth > TC_LIMIT_DEPTH)
    report_depth (self, node);
  else
    {
      uint32_t start = node->start, end = node->end;

      self->expanded += target->weight;
      *node = *target;
      node->key = NULL;
      node->start = start;
      node->end = end;
    }
  give (self, node);
}

static void
on_start (Reader             *self,
          TcYamlKind          kind,
          const yaml_event_t *event)
{
  static const TcYamlMembers none = { 0 };
  TcYamlNode *node = add_node (self, kind, event);
  Frame frame = { .node = node, .base = self->pending->len };

  if (self->frames->len >= TC_LIMIT_DEPTH)
    {
      report_depth (self, node);
      return;
    }
  node->members = &none;
  node->open = 1;
  set_anchor (self, kind == TC_YAML_MAPPING ? event->data.mapping_start.anchor : event->data.sequence_start.anchor, node);
  g_array_append_val (self->frames, frame);
}

static void
add_member (TcYamlMembers    *members,
            const TcYamlNode *node)
{
  members->items[members->n++] = node;
  if (members->index != NULL)
    members->index[tc_yaml_index_slot (members, node->key, strlen (node->key))] = members->n;
}

static void
make_index (Reader        *self,
            TcYamlMembers *members,
            size_t         room)
{
  uint32_t size = 32;

  if (room <= 8)
    return;
  while (size < room * 2)
    size *= 2;
  members->mask = size - 1;
  members->index = tc_arena_alloc (self->doc->arena, size * sizeof (uint32_t));
  memset (members->index, 0, size * sizeof (uint32_t));
}

static bool
is_merge (const TcYamlNode *node)
{
  /* In quotes it is a key like any other. */
  return strcmp (node->key, "<<") == 0 && node->doc->source[node->key_start] == '<';
}

/* Members of @from that the mapping does not name itself. */
static void
merge_from (Reader           *self,
            TcYamlMembers    *members,
            const TcYamlNode *from)
{
  for (uint32_t i = 0; i < from->members->n; i++)
    {
      const TcYamlNode *item = from->members->items[i];

      if (tc_yaml_find (members, item->key, strlen (item->key)) == NULL)
        add_member (members, item);
    }
}

static size_t
merged_room (const TcYamlNode *node)
{
  size_t room = 0;

  if (node->kind == TC_YAML_MAPPING)
    return node->members->n;
  for (uint32_t i = 0; node->kind == TC_YAML_SEQUENCE && i < node->members->n; i++)
    if (node->members->items[i]->kind == TC_YAML_MAPPING)
      room += node->members->items[i]->members->n;
  return room;
}

static void
merge (Reader           *self,
       TcYamlMembers    *members,
       const TcYamlNode *node)
{
  bool wrong = node->kind == TC_YAML_SCALAR;

  if (node->kind == TC_YAML_MAPPING)
    merge_from (self, members, node);
  for (uint32_t i = 0; node->kind == TC_YAML_SEQUENCE && i < node->members->n; i++)
    {
      if (node->members->items[i]->kind == TC_YAML_MAPPING)
        merge_from (self, members, node->members->items[i]);
      else
        wrong = true;
    }
  if (wrong)
    report (self, TC_SEVERITY_ERROR, "yaml.merge", node->start, node->end, _("Write “<<: *name” with the anchor of a map, or a list of those."),
            _("“<<” can only merge maps"));
}

static void
report_duplicate (Reader           *self,
                  const TcYamlNode *node,
                  const TcYamlNode *first)
{
  g_autofree char *message = g_strdup_printf (_("Duplicate field '%s'"), node->key);
  g_autofree char *hint = g_strdup_printf (_("It is already set on line %u: remove one of the two."), tc_yaml_key_span (first).line);

  report (self, TC_SEVERITY_ERROR, "yaml.key.duplicate", node->key_start, node->key_end, hint, message);
}

static TcYamlMembers *
new_members (Reader *self,
             size_t  room)
{
  TcYamlMembers *members = tc_arena_alloc (self->doc->arena, sizeof *members + room * sizeof (TcYamlNode *));

  *members = (TcYamlMembers) { 0 };
  return members;
}

static const TcYamlMembers *
finish_mapping (Reader            *self,
                TcYamlNode *const *items,
                size_t             n)
{
  size_t room = n;
  TcYamlMembers *members;

  for (size_t i = 0; i < n; i++)
    if (is_merge (items[i]))
      room += merged_room (items[i]);
  members = new_members (self, room);
  make_index (self, members, room);
  for (size_t i = 0; i < n; i++)
    {
      const TcYamlNode *first = is_merge (items[i]) ? NULL : tc_yaml_find (members, items[i]->key, strlen (items[i]->key));

      if (first != NULL)
        report_duplicate (self, items[i], first);
      else if (!is_merge (items[i]))
        add_member (members, items[i]);
    }
  for (size_t i = 0; i < n; i++)
    if (is_merge (items[i]))
      merge (self, members, items[i]);
  return members;
}

static const TcYamlMembers *
finish_sequence (Reader            *self,
                 TcYamlNode *const *items,
                 size_t             n)
{
  TcYamlMembers *members = new_members (self, n);

  members->n = (uint32_t) n;
  for (size_t i = 0; i < n; i++)
    members->items[i] = items[i];
  return members;
}

/* An expression without quotes reads as a map with a map as its key. What was meant is the text, so that is what remains. */
static void
take_as_expression (Reader     *self,
                    TcYamlNode *node)
{
  const char *text = self->doc->source + node->start;

  node->kind = TC_YAML_SCALAR;
  node->style = TC_YAML_PLAIN;
  node->tag = TC_YAML_TAG_STRING;
  node->length = node->end - node->start;
  node->text = tc_arena_text (self->doc->arena, text, node->length);
  report (self, TC_SEVERITY_ERROR, "yaml.expression.quotes", node->start, node->end,
          _("Put the whole text in double quotes: \"{{ … }}\"."), _("without quotes, an expression reads as a map"));
}

/* Block collections end with their last item; libyaml's mark stands where the next thing begins. */
static void
close_collection (Reader *self,
                  bool    flow,
                  uint32_t end)
{
  Frame frame = *top (self);
  TcYamlNode *node = frame.node;
  TcYamlNode **items = (TcYamlNode **) self->pending->pdata + frame.base;
  size_t n = self->pending->len - frame.base;
  uint64_t weight = 1;

  top (self)->key = NULL;
  node->end = MAX (node->end, flow ? end : node->start);
  for (size_t i = 0; i < n; i++)
    node->end = MAX (node->end, MAX (items[i]->end, items[i]->key_end));
  if (!flow && frame.has_key)
    node->end = MAX (node->end, frame.key_end);
  if (frame.double_brace && !self->unfinished)
    take_as_expression (self, node);
  else
    {
      node->members = node->kind == TC_YAML_MAPPING ? finish_mapping (self, items, n) : finish_sequence (self, items, n);
      for (uint32_t i = 0; i < node->members->n; i++)
        {
          weight += node->members->items[i]->weight;
          node->depth = MAX (node->depth, node->members->items[i]->depth);
        }
      node->depth++;
      node->weight = (uint32_t) MIN (weight, UINT32_MAX);
    }
  node->open = 0;
  g_ptr_array_set_size (self->pending, (int) frame.base);
  g_array_set_size (self->frames, self->frames->len - 1);
  give (self, node);
}

static bool
is_flow (const Frame *frame)
{
  return strchr ("{[", frame->node->doc->source[frame->node->start]) != NULL;
}

static void
on_document_end (Reader *self)
{
  yaml_event_t event;

  /* What follows is only looked at to tell that it will not be read. */
  self->over = true;
  if (!yaml_parser_parse (&self->parser, &event))
    return;
  if (event.type == YAML_DOCUMENT_START_EVENT)
    {
      uint32_t at = byte_of (self, &event.start_mark);

      report (self, TC_SEVERITY_WARNING, "yaml.document.second", at, at + 3, _("Put each document in a file of its own."),
              _("only the first document of a file is read"));
    }
  yaml_event_delete (&event);
}

static void
on_event (Reader             *self,
          const yaml_event_t *event)
{
  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      on_scalar (self, event);
      break;
    case YAML_ALIAS_EVENT:
      on_alias (self, event);
      break;
    case YAML_MAPPING_START_EVENT:
      on_start (self, TC_YAML_MAPPING, event);
      break;
    case YAML_SEQUENCE_START_EVENT:
      on_start (self, TC_YAML_SEQUENCE, event);
      break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      close_collection (self, is_flow (top (self)), byte_of (self, &event->end_mark));
      break;
    case YAML_DOCUMENT_END_EVENT:
      on_document_end (self);
      break;
    case YAML_STREAM_END_EVENT:
      self->over = true;
      break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_START_EVENT:
      break;
    }
}

/* An expression without quotes and with text behind it was told as such already. */
static bool
is_told (Reader  *self,
         uint32_t at)
{
  const TcDiagnostic *last;

  if (self->found == NULL || self->found->len == 0)
    return false;
  last = self->found->pdata[self->found->len - 1];
  return strcmp (last->code, "yaml.expression.quotes") == 0 && last->span.line == tc_yaml_span_of (self->doc, at, at).line;
}

static void
on_syntax_error (Reader *self)
{
  const yaml_parser_t *parser = &self->parser;
  g_autofree char *message = NULL, *hint = NULL;
  uint32_t at;

  if (parser->error == YAML_READER_ERROR)     /* has no mark, but the byte */
    at = (uint32_t) MIN (parser->problem_offset + self->bom, self->doc->length);
  else
    at = byte_of (self, &parser->problem_mark);
  /* A quote that is never closed is found at the end of the file, but belongs where it was opened. */
  if (parser->error == YAML_SCANNER_ERROR && parser->context != NULL && strstr (parser->context, "quoted scalar") != NULL
      && strstr (parser->problem, "end of stream") != NULL)
    at = byte_of (self, &parser->context_mark);
  if (is_told (self, at))
    return;
  tc_yaml_explain (self->doc, parser->context, parser->problem, at, &message, &hint);
  report (self, TC_SEVERITY_ERROR, "yaml.syntax", at, at + 1, hint, message);
}

static void
read_events (Reader *self)
{
  yaml_event_t event;

  while (!self->over)
    {
      if (!yaml_parser_parse (&self->parser, &event))
        {
          on_syntax_error (self);
          break;
        }
      on_event (self, &event);
      yaml_event_delete (&event);
    }
  /* What was open when an error came is kept as far as it got: completion lives on it. */
  self->unfinished = self->frames->len > 0;
  while (self->frames->len > 0)
    close_collection (self, false, 0);
}

/* Takes over the text, with U+FFFD for what is not UTF-8, and says where the first such byte is. */
static TcYamlDoc *
make_document (const char *text,
               size_t      length,
               GPtrArray  *diagnostics)
{
  size_t good = tc_utf8_check (text, length);
  TcYamlDoc *doc;
  char *source;

  if (good == length)
    return tc_yaml_doc_new (memcpy (g_malloc0 (length + 1), text, length), length);
  source = tc_utf8_make_valid (text, length, &length);
  doc = tc_yaml_doc_new (source, length);
  tc_diagnostics_add (diagnostics, TC_SEVERITY_ERROR, "yaml.utf8", tc_yaml_span_of (doc, good, good + 3), NULL,
                      _("Save the file with the encoding UTF-8."), _("byte 0x%02X is not valid UTF-8"), (unsigned char) text[good]);
  return doc;
}

static void
reader_clear (Reader *self)
{
  yaml_parser_delete (&self->parser);
  g_array_unref (self->frames);
  g_ptr_array_unref (self->pending);
  g_hash_table_unref (self->anchors);
}

TcYamlDoc *
tc_yaml_read (const char *text,
              size_t      length,
              GPtrArray  *diagnostics)
{
  Reader reader = { .found = diagnostics };

  if (length > TC_LIMIT_FLOW_BYTES)
    {
      tc_diagnostics_add (diagnostics, TC_SEVERITY_ERROR, "yaml.limit.bytes", (TcSpan) { .line = 1, .column = 1 }, NULL,
                          _("Move large data into a namespace file."), _("the text is longer than %u bytes"), TC_LIMIT_FLOW_BYTES);
      return NULL;
    }
  reader.doc = make_document (text, length, diagnostics);
  if (!yaml_parser_initialize (&reader.parser))
    g_error ("out of memory");
  reader.frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  reader.pending = g_ptr_array_sized_new (64);
  reader.anchors = g_hash_table_new (g_str_hash, g_str_equal);
  reader.bom = g_str_has_prefix (reader.doc->source, "\xEF\xBB\xBF") ? 3 : 0;
  yaml_parser_set_encoding (&reader.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&reader.parser, (const unsigned char *) reader.doc->source + reader.bom, reader.doc->length - reader.bom);
  read_events (&reader);
  reader_clear (&reader);
  return reader.doc;
}
