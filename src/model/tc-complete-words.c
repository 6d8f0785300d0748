/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete-private.h"
#include "tc-context-private.h"
#include "tc-expr-catalog.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Proposals inside {{ }} and {% %}. */

typedef struct
{
  TcCompletion    *completion;
  const TcOutline *outline;
  const TcCaret   *caret;
  gboolean         has_call;      /* a bracket of a call follows the word already */
  gboolean         in_brackets;   /* names are written inside of ['…'] */
} Words;

/* A name that is no plain word is written in brackets, instead of behind the dot that stands there. */
static void
add_name (gpointer    data,
          const char *name,
          const char *detail,
          const char *doc)
{
  const Words *self = data;

  tc_completion_add (self->completion, TC_PROPOSAL_VARIABLE, name, name, 0, detail, doc);
}

static gboolean
takes_arguments (const TcExprEntry *entry)
{
  return tc_expr_args (entry) > 0 || (entry->flags & TC_EXPR_VARIADIC) != 0;
}

static char *
doc_of_entry (const TcExprEntry *entry)
{
  GString *doc = g_string_new (gettext (entry->doc));

  if (entry->example != NULL)
    g_string_append_printf (doc, "\n\n    %s", entry->example);
  if (entry->example != NULL && entry->result != NULL)
    g_string_append_printf (doc, "\n    → %s", entry->result);
  return g_string_free (doc, FALSE);
}

static void
add_entry (const Words       *self,
           TcProposalKind     kind,
           const TcExprEntry *entry)
{
  const gboolean required = entry->args != NULL && (entry->args[0].flags & TC_EXPR_REQUIRED) != 0;
  const gboolean call = !self->has_call && (entry->role == TC_EXPR_FUNCTION || required);
  g_autofree char *text = g_strconcat (entry->name, call ? "()" : "", NULL);
  g_autofree char *detail = takes_arguments (entry) || entry->role == TC_EXPR_FUNCTION ? tc_expr_signature (entry) : NULL;
  g_autofree char *doc = doc_of_entry (entry);

  tc_completion_add (self->completion, kind, entry->name, text, call && takes_arguments (entry) ? 1 : 0, detail, doc);
}

static void
add_entries (const Words    *self,
             TcExprRole      role,
             TcProposalKind  kind)
{
  g_autofree const TcExprEntry **entries = NULL;
  size_t n;

  entries = tc_expr_catalog (role, &n);
  for (size_t i = 0; i < n; i++)
    if (!(entries[i]->flags & TC_EXPR_DEPRECATED))
      add_entry (self, kind, entries[i]);
}

/* The next word behind @at, of @length characters. */
static const char *
word_behind (const char *text,
             size_t      at,
             size_t      upto,
             size_t     *length)
{
  while (at < upto && (g_ascii_isspace (text[at]) || text[at] == '-'))
    at++;
  for (*length = 0; at + *length < upto && (g_ascii_isalnum (text[at + *length]) || text[at + *length] == '_'); ++*length)
    ;
  return text + at;
}

typedef void (*TagFunc) (gpointer data, const char *tag, const char *rest, size_t left);

/* Calls @func for every tag between the beginning of the text and the caret's. */
static void
visit_tags (const Words *self,
            TagFunc      func,
            gpointer     data)
{
  const char *text = self->outline->text;
  const size_t upto = self->caret->expression;

  for (size_t at = self->caret->text_start; at + 3 < upto; at++)
    {
      size_t length;
      const char *word;
      g_autofree char *tag = NULL;

      if (text[at] != '{' || text[at + 1] != '%')
        continue;
      word = word_behind (text, at + 2, upto, &length);
      tag = g_strndup (word, length);
      func (data, tag, word + length, (size_t) (text + upto - word) - length);
    }
}

static void
follow_tag (gpointer    data,
            const char *tag,
            const char *rest,
            size_t      left)
{
  static const char *const blocks[] = { "if", "for", "macro", "block", "filter", "raw", "verbatim", NULL };
  GPtrArray *open = data;

  if (g_str_has_prefix (tag, "end") && open->len > 0)
    g_ptr_array_set_size (open, (int) open->len - 1);
  else if (g_strv_contains (blocks, tag))
    g_ptr_array_add (open, g_strdup (tag));
}

static void
add_tags (const Words *self)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_free);
  const char *innermost;

  visit_tags (self, follow_tag, open);
  innermost = open->len > 0 ? open->pdata[open->len - 1] : NULL;
  if (innermost != NULL)
    {
      g_autofree char *end = g_strconcat ("end", innermost, NULL);

      tc_completion_add (self->completion, TC_PROPOSAL_TAG, end, end, 0, NULL, NULL);
    }
  if (g_strcmp0 (innermost, "if") == 0)
    tc_completion_add (self->completion, TC_PROPOSAL_TAG, "elseif", "elseif", 0, NULL, NULL);
  if (g_strcmp0 (innermost, "if") == 0 || g_strcmp0 (innermost, "for") == 0)
    tc_completion_add (self->completion, TC_PROPOSAL_TAG, "else", "else", 0, NULL, NULL);
  add_entries (self, TC_EXPR_TAG, TC_PROPOSAL_TAG);
}

/* What `set` and `for` have given a name before. */
static void
add_local (gpointer    data,
           const char *tag,
           const char *rest,
           size_t      left)
{
  const Words *self = data;
  g_autofree char *name = NULL;
  size_t length;
  const char *word;

  if (strcmp (tag, "set") != 0 && strcmp (tag, "for") != 0)
    return;
  word = word_behind (rest, 0, left, &length);
  name = g_strndup (word, length);
  if (length > 0)
    tc_completion_add (self->completion, TC_PROPOSAL_VARIABLE, name, name, 0, tag, NULL);
  if (strcmp (tag, "for") == 0)
    tc_completion_add (self->completion, TC_PROPOSAL_VARIABLE, "loop", "loop", 0, NULL, _(tc_context_loop_roots[0].doc));
}

static void
add_roots (const Words *self)
{
  visit_tags (self, add_local, (gpointer) self);
  tc_outline_names (self->outline, self->caret->task, NULL, add_name, (gpointer) self);
  add_entries (self, TC_EXPR_FUNCTION, TC_PROPOSAL_FUNCTION);
}

static void
add_files (const Words          *self,
           const char           *function,
           const TcCompleteHost *host)
{
  static const char *const readers[] = { "read", "fileURI", "fileExists", "fileSize", "isFileEmpty", NULL };

  if (host == NULL || host->files == NULL || !g_strv_contains (readers, function))
    return;
  for (const char *const *file = host->files; *file != NULL; file++)
    tc_completion_add (self->completion, TC_PROPOSAL_FILE, *file, *file, 0, NULL, NULL);
}

/* Behind a dot, `a-b` would be a subtraction: the dot becomes a bracket. */
static void
bracket_names (TcCompletion *completion,
               TcCaret      *caret,
               const char   *text)
{
  gboolean any = FALSE;

  if (caret->start == 0 || text[caret->start - 1] != '.')
    return;
  for (guint i = 0; i < completion->proposals->len; i++)
    {
      const TcProposal *proposal = completion->proposals->pdata[i];

      any |= strspn (proposal->label, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") != strlen (proposal->label);
    }
  if (!any)
    return;
  caret->start--;
  for (guint i = 0; i < completion->proposals->len; i++)
    {
      TcProposal *proposal = completion->proposals->pdata[i];
      const gboolean plain = strspn (proposal->label, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") == strlen (proposal->label);

      g_free (proposal->text);
      proposal->text = plain ? g_strconcat (".", proposal->label, NULL) : g_strdup_printf ("['%s']", proposal->label);
    }
}

void
tc_complete_expression (TcCompletion         *completion,
                        const TcOutline      *outline,
                        TcCaret              *caret,
                        const TcCompleteHost *host)
{
  g_auto (TcExpressionPlace) place = { 0 };
  Words self = { .completion = completion, .outline = outline, .caret = caret };

  tc_expression_place (&place, outline->text, caret->expression, caret->at, caret->in_tag);
  caret->start = place.start;
  while (caret->end < outline->length && (g_ascii_isalnum (outline->text[caret->end]) || outline->text[caret->end] == '_'))
    caret->end++;
  self.has_call = caret->end < outline->length && outline->text[caret->end] == '(';
  switch (place.kind)
    {
    case TC_EXPRESSION_NOTHING:
      break;
    case TC_EXPRESSION_ROOT:
      add_roots (&self);
      break;
    case TC_EXPRESSION_MEMBER:
      tc_outline_names (outline, caret->task, place.base, add_name, &self);
      if (!place.quoted)
        bracket_names (completion, caret, outline->text);
      break;
    case TC_EXPRESSION_FILTER:
      add_entries (&self, TC_EXPR_FILTER, TC_PROPOSAL_FILTER);
      break;
    case TC_EXPRESSION_TEST:
      add_entries (&self, TC_EXPR_TEST, TC_PROPOSAL_TEST);
      break;
    case TC_EXPRESSION_TAG:
      add_tags (&self);
      break;
    case TC_EXPRESSION_OPERATOR:
      add_entries (&self, TC_EXPR_OPERATOR, TC_PROPOSAL_OPERATOR);
      break;
    case TC_EXPRESSION_ARGUMENT:
      add_files (&self, place.function, host);
      break;
    }
}
