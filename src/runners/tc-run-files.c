/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Input files of a run. Their paths come from flows, and the directory may hold what an earlier task left there, so nothing is followed:
 * each folder on the way is opened by name below its parent, and a symbolic link among them is an error.
 */
#include "config.h"

#include "tc-beneath.h"
#include "tc-run-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ARGUMENT_BYTES (128u * 1024)      /* Linux: MAX_ARG_STRLEN, the end included */

static gboolean
fail (GError    **error,
      const char *path,
      int         code)
{
  g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("The input file “%s” could not be written: %s"), path,
               code == ELOOP || code == ENOTDIR ? _("a part of its path is a file or a symbolic link") : g_strerror (code));
  return FALSE;
}

static gboolean
copy_all (int from,
          int to)
{
  char buffer[65536];
  ssize_t n;

  while ((n = copy_file_range (from, NULL, to, NULL, 1 << 30, 0)) > 0)
    continue;
  if (n == 0)
    return TRUE;
  if (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
    return FALSE;
  while ((n = read (from, buffer, sizeof buffer)) > 0)
    if (!tc_beneath_write (to, buffer, (size_t) n))
      return FALSE;
  return n == 0;
}

static gboolean
put_file (int             root,
          const TcFileIn *file,
          GError        **error)
{
  const char *name;
  g_auto(TcFd) folder = -1;
  g_auto(TcFd) to = -1;
  g_auto(TcFd) from = -1;

  if (!tc_path_is_inside (file->path))
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES,
                   _("The input file “%s” would be outside of the working directory: use a relative path without “..”"), file->path);
      return FALSE;
    }
  folder = tc_beneath_open_folder (root, file->path, &name);
  if (folder < 0 || (unlinkat (folder, name, 0) != 0 && errno != ENOENT))
    return fail (error, file->path, errno);
  to = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file->mode ? (mode_t) file->mode : 0644);
  if (to < 0)
    return fail (error, file->path, errno);
  if (file->source)
    {
      from = open (file->source, O_RDONLY | O_CLOEXEC);
      return from >= 0 && copy_all (from, to) ? TRUE : fail (error, file->path, errno);
    }
  if (file->text)
    {
      size_t length;
      const char *text = tc_value_get_string (file->text, &length);

      return tc_beneath_write (to, text, length) ? TRUE : fail (error, file->path, errno);
    }
  return TRUE;
}

gboolean
tc_run_files_put (const TcRunSpec *spec,
                  GError         **error)
{
  g_auto(TcFd) root = -1;

  if (spec->directory && g_path_is_absolute (spec->directory) && g_mkdir_with_parents (spec->directory, 0700) == 0)
    root = open (spec->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("The working directory “%s” cannot be used: %s"),
                   spec->directory ? spec->directory : "", g_strerror (errno));
      return FALSE;
    }
  tc_run_cache_restore (spec);
  for (guint i = 0; spec->files && i < spec->files->len; i++)
    if (!put_file (root, spec->files->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* A shell's text that is too long for one argument goes into a file beside: `sh -c TEXT` becomes `sh FILE`. */
gboolean
tc_run_spec_shorten (TcRunSpec  *spec,
                     const char *directory,
                     GError    **error)
{
  static const char *const shells[] = { "sh", "bash", "dash", "ash", "ksh", "zsh", NULL };
  GPtrArray *argv = spec->argv;
  g_autofree char *shell = argv->len == 3 ? g_path_get_basename (argv->pdata[0]) : NULL;
  g_autofree char *path = NULL;
  g_auto(TcFd) fd = -1;

  if (!shell || !g_strv_contains (shells, shell) || !g_str_equal (argv->pdata[1], "-c")
      || strlen (argv->pdata[2]) < MAX_ARGUMENT_BYTES)
    return TRUE;
  path = g_build_filename (directory, ".tiercel-script.sh", NULL);
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0 || !tc_beneath_write (fd, argv->pdata[2], strlen (argv->pdata[2])))
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("“%s” could not be written: %s"), path, g_strerror (errno));
      return FALSE;
    }
  g_ptr_array_remove_index (argv, 2);
  g_free (argv->pdata[1]);
  argv->pdata[1] = g_steal_pointer (&path);
  return TRUE;
}
