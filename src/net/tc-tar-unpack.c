/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-archive.h"
#include "tc-beneath.h"
#include "tc-tar.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_ENTRIES 1000000
#define DEFAULT_BYTES   (UINT64_C (64) << 30)

typedef struct
{
  const TcArchive   *lib;
  struct archive    *archive;
  const char        *directory;
  const TcTarLimits *limits;
  TcFd               root;
  uint64_t           entries_left, bytes_left;
} Unpack;

static gboolean
fail_write (const char *path,
            GError    **error)
{
  g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_WRITE, _("“%s” could not be unpacked: %s"), path,
               errno == ELOOP ? _("a part of its path is a symbolic link") : g_strerror (errno));
  return FALSE;
}

static gboolean
fail_limit (const char *path,
            GError    **error)
{
  g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_LIMIT, _("“%s” was not unpacked: there is more than a run may bring back"), path);
  return FALSE;
}

static gboolean
fail_format (Unpack  *self,
             GError **error)
{
  g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_FORMAT, _("the archive cannot be read: %s"),
               self->lib->error_string (self->archive) ? self->lib->error_string (self->archive) : _("it breaks off"));
  return FALSE;
}

/* A name of the archive below the destination. NULL without @error: nothing to do (the destination itself). */
static char *
clean_name (Unpack     *self,
            const char *name,
            GError    **error)
{
  g_autofree char *path = NULL;
  const char *at = name ? name : "";
  size_t length;

  while (g_str_has_prefix (at, "./"))
    at += 2;
  length = strlen (at);
  while (length > 0 && at[length - 1] == '/')
    length--;
  path = g_strndup (at, length);
  if (length == 0 || g_str_equal (path, "."))
    return NULL;
  if (!tc_path_is_inside (path))
    {
      g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_UNSAFE, _("the archive has the entry “%s”, which would be outside of the directory"),
                   name);
      return NULL;
    }
  if (self->limits->strip)
    {
      const char *slash = strchr (path, '/');
      char *below = slash ? g_strdup (slash + 1) : NULL;

      g_free (path);
      path = below;
    }
  return path && g_strcmp0 (path, self->limits->skip) != 0 ? g_steal_pointer (&path) : NULL;
}

/* Whether the link @path with this target leads to a place inside. */
static gboolean
stays_inside (Unpack     *self,
              const char *path,
              const char *target)
{
  g_auto(GStrv) above = g_strsplit (path, "/", -1);
  g_auto(GStrv) parts = NULL;
  int depth = (int) g_strv_length (above) - 1;

  if (target[0] == '/')
    {
      size_t length = strlen (self->directory);

      if (strncmp (target, self->directory, length) != 0 || target[length] != '/')
        return FALSE;
      target += length + 1;
      depth = 0;
    }
  parts = g_strsplit (target, "/", -1);
  for (size_t i = 0; parts[i]; i++)
    {
      if (g_str_equal (parts[i], ".."))
        depth--;
      else if (*parts[i] && !g_str_equal (parts[i], "."))
        depth++;
      if (depth < 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
unpack_content (Unpack     *self,
                const char *path,
                int         fd,
                int64_t     size,
                GError    **error)
{
  const void *bytes;
  size_t length;
  int64_t offset;
  int code;

  if (size > 0 && (uint64_t) size > self->bytes_left)
    return fail_limit (path, error);
  while ((code = self->lib->read_data_block (self->archive, &bytes, &length, &offset)) == ARCHIVE_OK)
    {
      if (length > self->bytes_left)
        return fail_limit (path, error);
      self->bytes_left -= length;
      if (lseek (fd, offset, SEEK_SET) < 0 || !tc_beneath_write (fd, bytes, length))
        return fail_write (path, error);
    }
  if (code != ARCHIVE_EOF && code != ARCHIVE_WARN)
    return fail_format (self, error);
  return ftruncate (fd, size) == 0 ? TRUE : fail_write (path, error);
}

static gboolean
unpack_link (Unpack     *self,
             const char *path,
             int         folder,
             const char *name,
             const char *target_name,
             GError    **error)
{
  g_autofree char *target = clean_name (self, target_name, NULL);
  const char *base = NULL;
  g_auto(TcFd) from = target ? tc_beneath_open_folder (self->root, target, &base) : -1;

  if (from < 0)
    return TRUE;
  return linkat (from, base, folder, name, 0) == 0 || errno == ENOENT ? TRUE : fail_write (path, error);
}

static gboolean
unpack_folder (Unpack     *self,
               const char *path,
               int         folder,
               const char *name,
               unsigned    mode,
               GError    **error)
{
  g_auto(TcFd) made = -1;

  if (mkdirat (folder, name, 0700) != 0 && errno != EEXIST)
    return fail_write (path, error);
  made = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  /* We must be able to put things in and to remove it, whatever the program thought of it. */
  return made >= 0 && fchmod (made, (mode & 0777) | 0700) == 0 ? TRUE : fail_write (path, error);
}

static gboolean
unpack_entry (Unpack               *self,
              struct archive_entry *entry,
              GError              **error)
{
  GError *bad = NULL;
  g_autofree char *path = clean_name (self, self->lib->entry_pathname (entry), &bad);
  const char *name, *target = self->lib->entry_symlink (entry);
  unsigned type = self->lib->entry_filetype (entry), mode = self->lib->entry_perm (entry) & 0777;
  g_auto(TcFd) folder = -1;
  g_auto(TcFd) fd = -1;

  if (!path)
    {
      if (bad)
        g_propagate_error (error, bad);
      return bad == NULL;
    }
  if (self->entries_left-- == 0)
    return fail_limit (path, error);
  if ((type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK && !self->lib->entry_hardlink (entry))
      || (type == AE_IFLNK && (!target || !stays_inside (self, path, target))))
    return TRUE;
  folder = tc_beneath_open_folder (self->root, path, &name);
  if (folder < 0)
    return fail_write (path, error);
  if (type == AE_IFDIR)
    return unpack_folder (self, path, folder, name, mode, error);
  if (unlinkat (folder, name, 0) != 0 && errno != ENOENT)
    return fail_write (path, error);
  if (self->lib->entry_hardlink (entry))
    return unpack_link (self, path, folder, name, self->lib->entry_hardlink (entry), error);
  if (type == AE_IFLNK)
    return symlinkat (target, folder, name) == 0 ? TRUE : fail_write (path, error);
  fd = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 || fchmod (fd, mode | 0600) != 0)
    return fail_write (path, error);
  return unpack_content (self, path, fd, self->lib->entry_size (entry), error);
}

gboolean
tc_tar_unpack (int                fd,
               const char        *directory,
               const TcTarLimits *limits,
               GError           **error)
{
  Unpack self = { .lib = tc_archive (error), .directory = directory, .limits = limits };
  struct archive_entry *entry;
  gboolean good;
  int code = ARCHIVE_OK;

  if (self.lib == NULL)
    return FALSE;
  self.archive = self.lib->read_new ();
  self.entries_left = limits->entries ? limits->entries : DEFAULT_ENTRIES;
  self.bytes_left = limits->bytes ? limits->bytes : DEFAULT_BYTES;
  self.root = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  self.lib->read_support_format_tar (self.archive);
  self.lib->read_support_format_empty (self.archive);
  self.lib->read_set_options (self.archive, "hdrcharset=BINARY");
  if (self.root < 0)
    good = fail_write (directory, error);
  else
    good = self.lib->read_open_fd (self.archive, fd, 64 * 1024) == ARCHIVE_OK ? TRUE : fail_format (&self, error);
  while (good && (code = self.lib->read_next_header (self.archive, &entry)) >= ARCHIVE_WARN && code != ARCHIVE_EOF)
    good = unpack_entry (&self, entry, error);
  if (good && code != ARCHIVE_EOF)
    good = fail_format (&self, error);
  self.lib->read_free (self.archive);
  tc_fd_clear (&self.root);
  return good;
}
