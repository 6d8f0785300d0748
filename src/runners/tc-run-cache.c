/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that runs with the same key may take from each other, such as a program's libraries: one tar archive a key. */
#include "config.h"

#include "tc-run-private.h"
#include "tc-tar.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRESH        ".fresh"
#define MOST_ARCHIVES 16

void
tc_run_cache_restore (const TcRunSpec *spec)
{
  g_autofree char *folder = spec->cache_file ? g_build_filename (spec->directory, spec->cache_path, NULL) : NULL;
  TcTarLimits limits = { .skip = FRESH };
  g_auto(TcFd) fd = folder ? open (spec->cache_file, O_RDONLY | O_CLOEXEC) : -1;

  if (fd < 0 || g_mkdir (folder, 0755) != 0)       /* a try before this one has left it there */
    return;
  if (tc_tar_unpack (fd, folder, &limits, NULL))
    futimens (fd, NULL);        /* used now */
  else
    {
      tc_run_directory_remove (folder);
      g_unlink (spec->cache_file);
    }
}

/* Those that were used last stay. */
static void
remove_oldest (const char *folder)
{
  for (;;)
    {
      g_autoptr(GDir) entries = g_dir_open (folder, 0, NULL);
      g_autofree char *oldest = NULL;
      time_t oldest_time = 0;
      const char *name;
      guint n = 0;

      while (entries && (name = g_dir_read_name (entries)))
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);
          struct stat info;

          if (stat (path, &info) != 0)
            continue;
          n++;
          if (oldest && info.st_mtime >= oldest_time)
            continue;
          g_free (oldest);
          oldest = g_steal_pointer (&path);
          oldest_time = info.st_mtime;
        }
      if (n <= MOST_ARCHIVES || g_unlink (oldest) != 0)
        return;
    }
}

void
tc_run_cache_store (const TcRunSpec *spec)
{
  g_autofree char *folder = spec->cache_file ? g_build_filename (spec->directory, spec->cache_path, NULL) : NULL;
  g_autofree char *fresh = folder ? g_build_filename (folder, FRESH, NULL) : NULL;
  g_autofree char *all = NULL, *made = NULL;
  TcTarPack what = { .directory = folder, .prefix = "." };
  g_auto(TcFd) fd = -1;

  if (!fresh || !g_file_test (fresh, G_FILE_TEST_EXISTS))
    return;
  all = g_path_get_dirname (spec->cache_file);
  made = g_strconcat (spec->cache_file, ".XXXXXX", NULL);
  if (g_mkdir_with_parents (all, 0700) != 0)
    return;
  fd = g_mkstemp_full (made, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  if (!tc_tar_pack (fd, &what, NULL) || fsync (fd) != 0 || g_rename (made, spec->cache_file) != 0)
    g_unlink (made);
  remove_oldest (all);
}
