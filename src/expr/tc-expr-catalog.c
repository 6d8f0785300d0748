/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-catalog.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "tc-expr-tables.h"
#include "tc-java-number.h"

static const TcCallable *const tables[] = {
  tc_filters_string, tc_filters_list, tc_filters_number, tc_filters_date, tc_filters_encode, tc_filters_regex, tc_functions_core,
  tc_functions_parse, tc_functions_date, tc_functions_random, tc_functions_scope, tc_functions_output, tc_tests,
};

#define ENTRY(entry_role, entry_name, text, sample, printed) \
  { .role = entry_role, .name = entry_name, .doc = text, .example = sample, .result = printed }

static const TcExprEntry syntax[] = {
  ENTRY (TC_EXPR_TAG, "if", N_("Prints its body if the condition holds; `elseif` and `else` may follow."),
         "{% if 3 > 2 %}yes{% else %}no{% endif %}", "yes"),
  ENTRY (TC_EXPR_TAG, "for", N_("Repeats its body for each item; `loop.index`, `length`, `first`, `last` tell where it is."),
         "{% for i in [1, 2] %}<{{ i }}>{% else %}none{% endfor %}", "<1><2>"),
  ENTRY (TC_EXPR_TAG, "set", N_("Gives a value a name."), "{% set n = 2 %}{{ n + 1 }}", "3"),
  ENTRY (TC_EXPR_TAG, "macro", N_("A piece of template with arguments, called like a function; it sees only them."),
         "{% macro hi(name, mark=\"!\") %}Hi {{ name }}{{ mark }}{% endmacro %}{{ hi(\"Al\") }}", "Hi Al!"),
  ENTRY (TC_EXPR_TAG, "block", N_("A named piece that `block()` prints again."),
         "{% block b %}x{% endblock %}{{ block(\"b\") }}", "xx"),
  ENTRY (TC_EXPR_TAG, "filter", N_("Applies filters to the text of its body."), "{% filter upper %}abc{% endfilter %}", "ABC"),
  ENTRY (TC_EXPR_TAG, "raw", N_("Prints its body as it is written."), "{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
  ENTRY (TC_EXPR_TAG, "verbatim", N_("Prints its body as it is written, without the white space before it."),
         "{% verbatim %} {{ x }}{% endverbatim %}", "{{ x }}"),
  ENTRY (TC_EXPR_OPERATOR, "??", N_("The right side if the left one is null or does not exist."), "{{ missing ?? \"d\" }}", "d"),
  ENTRY (TC_EXPR_OPERATOR, "???", N_("The right side if the left one does not exist; null stays null."), "{{ missing ??? 1 }}", "1"),
  ENTRY (TC_EXPR_OPERATOR, "~", N_("Joins texts."), "{{ \"a\" ~ 1 }}", "a1"),
  ENTRY (TC_EXPR_OPERATOR, "..", N_("The numbers or letters from one to the other."), "{{ 1..3 }}", "[1,2,3]"),
  ENTRY (TC_EXPR_OPERATOR, "contains", N_("Is the right side an item, a key or a part of the left one?"),
         "{{ [\"a\"] contains \"a\" }}", "true"),
  ENTRY (TC_EXPR_OPERATOR, "isIn", N_("Is the left side, as text, an item, a key or a value of the right one?"),
         "{{ 1 isIn [\"1\"] }}", "true"),
  ENTRY (TC_EXPR_OPERATOR, "equals", N_("The same as `==`."), "{{ 1 equals 1.0 }}", "true"),
  ENTRY (TC_EXPR_OPERATOR, "and", N_("Both hold."), "{{ true and false }}", "false"),
  ENTRY (TC_EXPR_OPERATOR, "or", N_("One of them holds."), "{{ true or false }}", "true"),
  ENTRY (TC_EXPR_OPERATOR, "not", N_("The opposite."), "{{ not false }}", "true"),
  ENTRY (TC_EXPR_OPERATOR, "is", N_("Applies a test; `is not` the opposite."), "{{ 2 is even }}", "true"),
};

/* Calls @visit for every entry of @role until it returns FALSE. */
static void
visit (TcExprRole role, gboolean (*func) (const TcExprEntry *entry, gpointer data), gpointer data)
{
  for (size_t t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const TcCallable *row = tables[t]; row->entry.name != NULL && row->entry.role <= TC_EXPR_TEST; row++)
      if (row->entry.role == role && !func (&row->entry, data))
        return;
  for (size_t i = 0; i < G_N_ELEMENTS (syntax); i++)
    if (syntax[i].role == role && !func (&syntax[i], data))
      return;
}

static gboolean
collect (const TcExprEntry *entry, gpointer data)
{
  g_ptr_array_add (data, (gpointer) entry);
  return TRUE;
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  const TcExprEntry *const *x = a, *const *y = b;

  return strcmp ((*x)->name, (*y)->name);
}

const TcExprEntry **
tc_expr_catalog (TcExprRole role, size_t *n)
{
  GPtrArray *entries = g_ptr_array_new ();

  visit (role, collect, entries);
  g_ptr_array_sort (entries, by_name);
  *n = entries->len;
  return (const TcExprEntry **) g_ptr_array_free (entries, FALSE);
}

typedef struct
{
  const char        *name;
  const TcExprEntry *found;
} Search;

static gboolean
match (const TcExprEntry *entry, gpointer data)
{
  Search *search = data;

  if (strcmp (entry->name, search->name) != 0)
    return TRUE;
  search->found = entry;
  return FALSE;
}

const TcExprEntry *
tc_expr_lookup (TcExprRole role, const char *name)
{
  Search search = { name, NULL };

  visit (role, match, &search);
  return search.found;
}

const TcCallable *
tc_callable_find (TcExprRole role, const char *name)
{
  /* The entry is the first field of its row. */
  return (const TcCallable *) tc_expr_lookup (role, name);
}

size_t
tc_expr_args (const TcExprEntry *self)
{
  size_t n = 0;

  while (self->args != NULL && self->args[n].name != NULL)
    n++;
  return n;
}

char *
tc_expr_signature (const TcExprEntry *self)
{
  GString *text = g_string_new (self->name);
  size_t   n = tc_expr_args (self);

  if (n > 0 || self->role == TC_EXPR_FUNCTION)
    g_string_append_c (text, '(');
  for (size_t i = 0; i < n; i++)
    {
      const TcExprArg *arg = &self->args[i];

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", arg->name);
      if ((arg->flags & TC_EXPR_REQUIRED) == 0)
        g_string_append_printf (text, "=%s", arg->fallback != NULL ? arg->fallback : "null");
    }
  if (self->flags & TC_EXPR_VARIADIC)
    g_string_append (text, "…");
  if (n > 0 || self->role == TC_EXPR_FUNCTION)
    g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

const char *
tc_expr_nearest (TcExprRole role, const char *wrong)
{
  g_autoptr (GPtrArray)         names = g_ptr_array_new ();
  g_autofree const TcExprEntry **entries = NULL;
  size_t                        n;

  entries = tc_expr_catalog (role, &n);
  for (size_t i = 0; i < n; i++)
    g_ptr_array_add (names, (gpointer) entries[i]->name);
  g_ptr_array_add (names, NULL);
  return tc_nearest_name (wrong, (const char *const *) names->pdata);
}

/* Literals of the tables: a number, a quoted text, a boolean. */
TcVal
tc_literal_value (const char *text)
{
  if (*text == '\'')
    return tc_val_str_len (text + 1, strlen (text) - 2);
  if (strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
    return tc_val_bool (*text == 't');
  if (strcmp (text, "null") == 0)
    return tc_val_none;
  return tc_val_long (g_ascii_strtoll (text, NULL, 10));
}

static void
append_reference (GString *page, TcExprRole role, const char *title)
{
  g_autofree const TcExprEntry **entries = NULL;
  size_t n;

  entries = tc_expr_catalog (role, &n);
  g_string_append_printf (page, "## %s\n\n", title);
  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *signature = tc_expr_signature (entries[i]);

      g_string_append_printf (page, "### `%s`\n\n%s\n\n", signature, gettext (entries[i]->doc));
      for (size_t a = 0; a < tc_expr_args (entries[i]); a++)
        g_string_append_printf (page, "- `%s`: %s\n", entries[i]->args[a].name, gettext (entries[i]->args[a].doc));
      if (entries[i]->example != NULL)
        g_string_append_printf (page, "\n```\n%s\n```\n", entries[i]->example);
      if (entries[i]->result != NULL)
        g_string_append_printf (page, "\n```\n%s\n```\n", entries[i]->result);
      g_string_append_c (page, '\n');
    }
}

char *
tc_expr_reference (void)
{
  GString *page = g_string_new (NULL);

  append_reference (page, TC_EXPR_FILTER, _("Filters"));
  append_reference (page, TC_EXPR_FUNCTION, _("Functions"));
  append_reference (page, TC_EXPR_TEST, _("Tests"));
  append_reference (page, TC_EXPR_TAG, _("Tags"));
  append_reference (page, TC_EXPR_OPERATOR, _("Operators"));
  return g_string_free (page, FALSE);
}
