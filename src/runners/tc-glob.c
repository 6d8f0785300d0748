/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-glob.h"

#include <errno.h>
#include <fts.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

struct _TcGlob
{
  GRegex *regex;
};

/* A `[…]` of the glob, @at behind the bracket. Returns the place behind its end. */
static const char *
translate_class (const char *at,
                 GString    *out)
{
  g_string_append (out, "(?!/)[");
  if (*at == '!')
    {
      g_string_append_c (out, '^');
      at++;
    }
  else if (*at == '^')
    g_string_append_c (out, '\\');
  for (gboolean first = TRUE; *at && (*at != ']' || first); at++, first = FALSE)
    {
      if (strchr ("\\[]&~", *at))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *at);
    }
  g_string_append_c (out, ']');
  return *at ? at + 1 : NULL;
}

/* java.nio.file.FileSystem.getPathMatcher(): the glob rules. NULL: a bracket or brace is not closed. */
static char *
translate (const char *glob)
{
  g_autoptr(GString) out = g_string_new ("\\A(?:");
  gboolean in_group = FALSE;
  const char *at = glob;

  while (at && *at)
    {
      char c = *at++;

      if (c == '*')
        {
          gboolean two = *at == '*';

          g_string_append (out, two ? ".*" : "[^/]*");
          at += two;
        }
      else if (c == '?')
        g_string_append (out, "[^/]");
      else if (c == '[')
        at = translate_class (at, out);
      else if (c == '{' && !in_group)
        {
          g_string_append (out, "(?:");
          in_group = TRUE;
        }
      else if (c == '}' && in_group)
        {
          g_string_append_c (out, ')');
          in_group = FALSE;
        }
      else if (c == ',' && in_group)
        g_string_append_c (out, '|');
      else
        {
          if (c == '\\' && *at)
            c = *at++;
          if (g_ascii_ispunct (c))
            g_string_append_c (out, '\\');
          g_string_append_c (out, c);
        }
    }
  g_string_append (out, ")\\z");
  return at && !in_group ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

TcGlob *
tc_glob_compile (const char *pattern,
                 GError    **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GRegex) regex = NULL;
  TcGlob *self;

  if (g_str_has_prefix (pattern, "regex:"))
    text = g_strdup_printf ("\\A(?:%s)\\z", pattern + strlen ("regex:"));
  else
    text = translate (g_str_has_prefix (pattern, "glob:") ? pattern + strlen ("glob:") : pattern);
  if (!text)
    {
      g_set_error (error, G_REGEX_ERROR, G_REGEX_ERROR_UNTERMINATED_CHARACTER_CLASS,
                   _("The pattern “%s” has a bracket or brace that is not closed: close it, or write \\ before it"), pattern);
      return NULL;
    }
  regex = g_regex_new (text, G_REGEX_DOTALL | G_REGEX_OPTIMIZE, 0, error);
  if (!regex)
    {
      g_prefix_error (error, _("The pattern “%s” is wrong: "), pattern);
      return NULL;
    }
  self = g_new0 (TcGlob, 1);
  self->regex = g_steal_pointer (&regex);
  return self;
}

gboolean
tc_glob_match (const TcGlob *self,
               const char   *path)
{
  return g_regex_match (self->regex, path, 0, NULL);
}

void
tc_glob_free (TcGlob *self)
{
  if (!self)
    return;
  g_regex_unref (self->regex);
  g_free (self);
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
tc_glob_walk (const char *root,
              GError    **error)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *copy = g_strdup (root);
  char *roots[] = { copy, NULL };
  FTS *walk = fts_open (roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
  FTSENT *entry;
  int failed = 0;

  while (walk && (entry = fts_read (walk)))
    {
      if (entry->fts_level == 0 && entry->fts_info != FTS_D && entry->fts_info != FTS_DP)
        failed = entry->fts_errno ? entry->fts_errno : ENOTDIR;
      else if (entry->fts_info == FTS_F && S_ISREG (entry->fts_statp->st_mode)
               && g_utf8_validate (entry->fts_path + strlen (root), -1, NULL))
        {
          const char *path = entry->fts_path + strlen (root);

          g_ptr_array_add (paths, g_strdup (path + strspn (path, "/")));
        }
    }
  if (!walk)
    failed = errno;
  else
    fts_close (walk);
  if (failed)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (failed), _("Could not read the directory “%s”: %s"), root,
                   g_strerror (failed));
      return NULL;
    }
  g_ptr_array_sort (paths, compare_paths);
  return g_steal_pointer (&paths);
}

GPtrArray *
tc_glob_collect (const char *root,
                 GPtrArray  *patterns,
                 GError    **error)
{
  g_autoptr(GPtrArray) globs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_glob_free);
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) paths = NULL;

  for (guint i = 0; i < patterns->len; i++)
    {
      TcGlob *glob = tc_glob_compile (patterns->pdata[i], error);

      if (!glob)
        return NULL;
      g_ptr_array_add (globs, glob);
    }
  paths = tc_glob_walk (root, error);
  for (guint i = 0; paths && i < paths->len; i++)
    {
      const char *path = paths->pdata[i];
      g_autofree char *absolute = g_build_filename (root, path, NULL);
      gboolean matches = FALSE;

      for (guint j = 0; j < globs->len && !matches; j++)
        {
          const char *pattern = patterns->pdata[j];
          gboolean whole = g_str_has_prefix (pattern, "glob:") || g_str_has_prefix (pattern, "regex:");

          matches = tc_glob_match (globs->pdata[j], whole ? absolute : path);
        }
      if (matches)
        g_ptr_array_add (found, g_strdup (path));
    }
  return paths ? g_steal_pointer (&found) : NULL;
}
