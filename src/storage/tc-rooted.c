/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-rooted.h"
#include "tc-log-blocks.h"
#include "tc-store-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TEMPORARY_PREFIX ".tc-new-"
#define COPY_BYTES (256u * 1024)

static gboolean
check_path (const char  *path,
            GError     **error)
{
  if (path != NULL && tc_path_is_inside (path))
    return TRUE;
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH,
               _("“%s” is not a path inside the folder: no leading “/”, no “..”, no empty part"), path != NULL ? path : "");
  return FALSE;
}

/* The walk for kernels without openat2: each folder on the way without following links. */
static int
open_step_by_step (int         root,
                   const char *path,
                   int         flags)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_auto (TcFd) at = fcntl (root, F_DUPFD_CLOEXEC, 0);

  for (guint i = 0; at >= 0 && parts[i] != NULL; i++)
    {
      int how = parts[i + 1] != NULL ? O_PATH | O_DIRECTORY | O_CLOEXEC : flags;
      int next = openat (at, parts[i], how | O_NOFOLLOW);

      tc_fd_clear (&at);
      at = next;
    }
  return tc_fd_steal (&at);
}

static int
open_at (int         root,
         const char *path,
         int         flags)
{
  struct open_how how = { .flags = (uint64_t) (flags | O_CLOEXEC), .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
  int fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);

  if (fd < 0 && (errno == ENOSYS || errno == EPERM))
    fd = open_step_by_step (root, path, flags | O_CLOEXEC);
  return fd;
}

static int
open_root (const char  *root,
           gboolean     create,
           GError     **error)
{
  int fd = create && g_mkdir_with_parents (root, 0700) < 0 ? -1 : open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    tc_store_errno (errno, _("opening"), root, error);
  return fd;
}

int
tc_rooted_open (const char  *root,
                const char  *path,
                int          flags,
                GError     **error)
{
  g_auto (TcFd) folder = -1;
  g_autofree char *shown = NULL;
  int fd;

  if (!check_path (path, error))
    return -1;
  folder = open_root (root, FALSE, error);
  if (folder < 0)
    return -1;
  fd = open_at (folder, path, flags);
  if (fd >= 0)
    return fd;
  shown = g_build_filename (root, path, NULL);
  tc_store_errno (errno, _("opening"), shown, error);
  return -1;
}

/* The folder that @path stands in, made if need be; each new one is durable in the one above. */
static int
open_folder (int         root,
             const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_autoptr (GString) below = g_string_new (NULL);
  g_auto (TcFd) at = fcntl (root, F_DUPFD_CLOEXEC, 0);

  for (guint i = 0; at >= 0 && parts[i] != NULL && parts[i + 1] != NULL; i++)
    {
      int next;

      if (mkdirat (at, parts[i], 0700) == 0)
        fsync (at);
      else if (errno != EEXIST)
        return -1;
      g_string_append_printf (below, "%s%s", i > 0 ? "/" : "", parts[i]);
      next = open_at (root, below->str, O_RDONLY | O_DIRECTORY);
      tc_fd_clear (&at);
      at = next;
    }
  return tc_fd_steal (&at);
}

static void
release (TcRootedFile *file)
{
  tc_fd_clear (&file->fd);
  tc_fd_clear (&file->folder);
  g_clear_pointer (&file->name, g_free);
  g_clear_pointer (&file->temporary, g_free);
  g_clear_pointer (&file->shown, g_free);
}

gboolean
tc_rooted_create (const char     *root,
                  const char     *path,
                  TcRootedFile  *file,
                  GError        **error)
{
  g_auto (TcFd) top = -1;
  g_autofree char *unique = tc_id_new ();

  if (!check_path (path, error))
    return FALSE;
  top = open_root (root, TRUE, error);
  if (top < 0)
    return FALSE;
  *file = (TcRootedFile) { .folder = open_folder (top, path), .fd = -1, .name = g_path_get_basename (path),
                            .temporary = g_strconcat (TEMPORARY_PREFIX, unique, NULL), .shown = g_build_filename (root, path, NULL) };
  if (file->folder >= 0)
    file->fd = openat (file->folder, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file->fd >= 0)
    return TRUE;
  tc_store_errno (errno, _("writing"), file->shown, error);
  release (file);
  return FALSE;
}

void
tc_rooted_abandon (TcRootedFile *file)
{
  if (file->folder >= 0)
    unlinkat (file->folder, file->temporary, 0);
  release (file);
}

gboolean
tc_rooted_commit (TcRootedFile  *file,
                  GError        **error)
{
  if (fsync (file->fd) < 0 || renameat (file->folder, file->temporary, file->folder, file->name) < 0)
    {
      tc_store_errno (errno, _("writing"), file->shown, error);
      tc_rooted_abandon (file);
      return FALSE;
    }
  if (fsync (file->folder) < 0)
    {
      tc_store_errno (errno, _("writing"), file->shown, error);
      release (file);
      return FALSE;
    }
  release (file);
  return TRUE;
}

gboolean
tc_rooted_write_all (const char  *root,
                 const char  *path,
                 const char  *content,
                 size_t       length,
                 GError     **error)
{
  TcRootedFile file;

  if (!tc_rooted_create (root, path, &file, error))
    return FALSE;
  if (tc_write_all (file.fd, content, length))
    return tc_rooted_commit (&file, error);
  tc_store_errno (errno, _("writing"), file.shown, error);
  tc_rooted_abandon (&file);
  return FALSE;
}

gboolean
tc_rooted_copy (int             from,
                const char     *shown,
                TcRootedFile  *file,
                GError        **error)
{
  g_autofree char *buffer = g_malloc (COPY_BYTES);
  ssize_t got;

  while ((got = read (from, buffer, COPY_BYTES)) != 0)
    {
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return tc_store_errno (errno, _("reading"), shown, error);
      if (!tc_write_all (file->fd, buffer, (size_t) got))
        return tc_store_errno (errno, _("writing"), file->shown, error);
    }
  return TRUE;
}

static gboolean remove_entry (int folder, const char *name);

static gboolean
remove_content (int folder)
{
  DIR *entries = fdopendir (folder);
  gboolean done = entries != NULL;

  if (!done)
    {
      close (folder);
      return FALSE;
    }
  for (struct dirent *entry = readdir (entries); done && entry != NULL; entry = readdir (entries))
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      done = remove_entry (dirfd (entries), entry->d_name);
  closedir (entries);
  return done;
}

static gboolean
remove_entry (int         folder,
              const char *name)
{
  int fd;

  if (unlinkat (folder, name, 0) == 0 || errno == ENOENT)
    return TRUE;
  if (errno != EISDIR && errno != EPERM)
    return FALSE;
  fd = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return fd >= 0 && remove_content (fd) && unlinkat (folder, name, AT_REMOVEDIR) == 0;
}

gboolean
tc_rooted_remove (const char  *root,
                  const char  *path,
                  GError     **error)
{
  g_autofree char *above = NULL, *name = NULL, *shown = NULL;
  g_auto (TcFd) top = -1;
  g_auto (TcFd) folder = -1;

  if (!check_path (path, error))
    return FALSE;
  top = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  above = g_path_get_dirname (path);
  name = g_path_get_basename (path);
  shown = g_build_filename (root, path, NULL);
  if (top >= 0)
    folder = open_at (top, above, O_RDONLY | O_DIRECTORY);
  if (folder < 0)
    return errno == ENOENT || tc_store_errno (errno, _("deleting"), shown, error);
  return remove_entry (folder, name) || tc_store_errno (errno, _("deleting"), shown, error);
}

typedef struct
{
  int        root;
  GPtrArray *paths;
} Listing;

static gboolean
is_plain_file (const Listing *listing,
               const char    *path)
{
  g_auto (TcFd) fd = open_at (listing->root, path, O_PATH);
  struct stat info;

  return fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
}

static gboolean
list_folder (const Listing *listing,
             int            folder,
             const char    *below)
{
  DIR *entries = fdopendir (folder);
  gboolean done = entries != NULL;

  if (!done)
    {
      close (folder);
      return FALSE;
    }
  for (struct dirent *entry = readdir (entries); done && entry != NULL; entry = readdir (entries))
    {
      g_autofree char *path = g_strconcat (below, *below != '\0' ? "/" : "", entry->d_name, NULL);
      int fd;

      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0 || g_str_has_prefix (entry->d_name, TEMPORARY_PREFIX))
        continue;
      fd = openat (dirfd (entries), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (fd >= 0)
        done = list_folder (listing, fd, path);
      else if (is_plain_file (listing, path))
        g_ptr_array_add (listing->paths, g_steal_pointer (&path));
    }
  closedir (entries);
  return done;
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

gboolean
tc_rooted_list (const char  *root,
                GPtrArray   *paths,
                GError     **error)
{
  g_auto (TcFd) top = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  Listing listing = { top, paths };
  int again;

  if (top < 0)
    return errno == ENOENT || tc_store_errno (errno, _("reading"), root, error);
  again = fcntl (top, F_DUPFD_CLOEXEC, 0);
  if (again < 0 || !list_folder (&listing, again, ""))
    return tc_store_errno (errno, _("reading"), root, error);
  g_ptr_array_sort (paths, compare_paths);
  return TRUE;
}
