/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-archive.h"
#include "tc-tar.h"
#include "tc-util.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (tc-tar-error-quark, tc_tar_error)

typedef struct
{
  const TcArchive *lib;
  struct archive  *archive;
  const TcTarPack *what;
  int              fd;
} Pack;

static la_ssize_t
on_write (struct archive *archive,
          void           *data,
          const void     *bytes,
          size_t          length)
{
  const Pack *self = data;
  ssize_t n;

  do
    {
      n = send (self->fd, bytes, length, MSG_NOSIGNAL);
      if (n < 0 && errno == ENOTSOCK)
        n = write (self->fd, bytes, length);
    }
  while (n < 0 && errno == EINTR);
  if (n < 0)
    self->lib->set_error (archive, errno, "%s", g_strerror (errno));
  return n;
}

static gboolean
fail_archive (const Pack *self,
              const char *path,
              GError    **error)
{
  g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_WRITE, _("“%s” could not be packed: %s"), path, self->lib->error_string (self->archive));
  return FALSE;
}

/* The header names the size, so no more is sent, and what a shrinking file lacks is filled up with zeros. */
static gboolean
pack_content (const Pack *self,
              const char *path,
              int         fd,
              int64_t     left,
              GError    **error)
{
  g_autofree char *buffer = g_malloc (128 * 1024);

  while (left > 0)
    {
      ssize_t n = read (fd, buffer, (size_t) MIN (left, 128 * 1024));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_READ, _("“%s” could not be read: %s"), path, g_strerror (errno));
          return FALSE;
        }
      if (n == 0)
        break;
      if (self->lib->write_data (self->archive, buffer, (size_t) n) < 0)
        return fail_archive (self, path, error);
      left -= n;
    }
  return self->lib->write_finish_entry (self->archive) >= ARCHIVE_WARN ? TRUE : fail_archive (self, path, error);
}

static unsigned
mode_for (const TcTarPack   *what,
          const struct stat *info)
{
  unsigned mode = info->st_mode & 07777;

  if (!what->for_all)
    return mode;
  return S_ISDIR (info->st_mode) ? 0777 : mode | 0666;
}

static gboolean
pack_entry (const Pack           *self,
            struct archive_entry *entry,
            FTSENT               *found,
            GError              **error)
{
  const TcTarPack *what = self->what;
  const char *below = found->fts_path + strlen (what->directory);
  g_autofree char *name = g_strconcat (what->prefix, below, NULL);
  g_auto(TcFd) fd = -1;
  struct stat info = *found->fts_statp;

  if (S_ISREG (info.st_mode))
    {
      fd = open (found->fts_accpath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
      if (fd < 0 || fstat (fd, &info) != 0)
        {
          g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_READ, _("“%s” could not be read: %s"), found->fts_path, g_strerror (errno));
          return FALSE;
        }
    }
  self->lib->entry_clear (entry);
  self->lib->entry_set_pathname_utf8 (entry, name);
  self->lib->entry_set_pathname (entry, name);
  self->lib->entry_set_mode (entry, (info.st_mode & S_IFMT) | mode_for (what, &info));
  self->lib->entry_set_uid (entry, what->uid);
  self->lib->entry_set_gid (entry, what->gid);
  self->lib->entry_set_mtime (entry, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  self->lib->entry_set_size (entry, S_ISREG (info.st_mode) ? info.st_size : 0);
  if (S_ISLNK (info.st_mode))
    {
      g_autofree char *target = g_file_read_link (found->fts_path, NULL);

      self->lib->entry_set_symlink (entry, target ? target : "");
    }
  if (self->lib->write_header (self->archive, entry) < ARCHIVE_WARN)
    return fail_archive (self, found->fts_path, error);
  return fd < 0 || pack_content (self, found->fts_path, fd, info.st_size, error);
}

static gboolean
pack_tree (const Pack *self,
           GError    **error)
{
  struct archive_entry *entry = self->lib->entry_new ();
  char *roots[] = { (char *) self->what->directory, NULL };
  FTS *walk = fts_open (roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
  gboolean good = walk != NULL;
  FTSENT *found;

  while (good && (found = fts_read (walk)))
    {
      if (found->fts_info == FTS_D || found->fts_info == FTS_F || found->fts_info == FTS_SL || found->fts_info == FTS_SLNONE)
        good = pack_entry (self, entry, found, error);
      else if (found->fts_info == FTS_DNR || found->fts_info == FTS_ERR || found->fts_info == FTS_NS)
        {
          g_set_error (error, TC_TAR_ERROR, TC_TAR_ERROR_READ, _("“%s” could not be read: %s"), found->fts_path,
                       g_strerror (found->fts_errno));
          good = FALSE;
        }
    }
  if (walk)
    fts_close (walk);
  self->lib->entry_free (entry);
  return good;
}

gboolean
tc_tar_pack (int              fd,
             const TcTarPack *what,
             GError         **error)
{
  Pack pack = { .lib = tc_archive (error), .what = what, .fd = fd };
  struct archive *archive;
  gboolean good;

  if (pack.lib == NULL)
    return FALSE;
  pack.archive = archive = pack.lib->write_new ();
  pack.lib->write_set_format_pax_restricted (archive);
  pack.lib->write_set_bytes_per_block (archive, 64 * 1024);
  pack.lib->write_set_bytes_in_last_block (archive, 1);
  pack.lib->write_set_options (archive, "hdrcharset=BINARY");
  good = pack.lib->write_open (archive, &pack, NULL, on_write, NULL) == ARCHIVE_OK && pack_tree (&pack, error);
  if (!good)
    pack.lib->write_fail (archive);
  if (pack.lib->write_close (archive) < ARCHIVE_WARN && good)
    good = fail_archive (&pack, what->directory, error);
  pack.lib->write_free (archive);
  return good;
}
