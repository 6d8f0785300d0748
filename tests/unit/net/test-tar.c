/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *root, *from, *to;
} Folders;

static void
set_up (Folders      *self,
        gconstpointer unused)
{
  self->root = g_dir_make_tmp ("tc-tar-XXXXXX", NULL);
  self->from = g_build_filename (self->root, "from", NULL);
  self->to = g_build_filename (self->root, "to", NULL);
  g_mkdir (self->from, 0700);
  g_mkdir (self->to, 0700);
}

static void
tear_down (Folders      *self,
           gconstpointer unused)
{
  g_free (self->root);
  g_free (self->from);
  g_free (self->to);
}

static void
put (const char *root,
     const char *below,
     const char *text,
     int         mode)
{
  g_autofree char *path = g_build_filename (root, below, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0755);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_chmod (path, mode);
}

static char *
get (const char *root,
     const char *below)
{
  g_autofree char *path = g_build_filename (root, below, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
expect (const char *root,
        const char *below,
        const char *expected)
{
  g_autofree char *text = get (root, below);

  g_assert_cmpstr (text, ==, expected);
}

/* A file to write archives to and read them from. */
static int
scratch (const Folders *self)
{
  g_autofree char *path = g_build_filename (self->root, "archive.tar", NULL);

  return open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static void
test_there_and_back (Folders      *self,
                     gconstpointer unused)
{
  TcTarPack pack = { .directory = self->from, .prefix = "a/b/from" };
  TcTarLimits limits = { .strip = FALSE };
  g_autofree char *long_name = g_strnfill (200, 'n');
  g_autofree char *link = g_build_filename (self->from, "link", NULL);
  g_autofree char *out = g_build_filename (self->to, "a/b/from/x.sh", NULL);
  g_autoptr(GError) error = NULL;
  struct stat info;
  int fd = scratch (self);

  put (self->from, "x.sh", "run", 0755);
  put (self->from, "ż ó/deep/er", "text", 0640);
  put (self->from, long_name, "long", 0600);
  g_assert_cmpint (symlink ("x.sh", link), ==, 0);
  g_assert_true (tc_tar_pack (fd, &pack, &error));
  g_assert_no_error (error);
  lseek (fd, 0, SEEK_SET);
  g_assert_true (tc_tar_unpack (fd, self->to, &limits, &error));
  g_assert_no_error (error);
  expect (self->to, "a/b/from/x.sh", "run");
  expect (self->to, "a/b/from/ż ó/deep/er", "text");
  expect (self->to, "a/b/from/link", "run");
  g_assert_cmpint (stat (out, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0755);
  close (fd);
}

static struct archive *
begin (int fd)
{
  struct archive *archive = archive_write_new ();

  archive_write_set_format_pax_restricted (archive);
  archive_write_open_fd (archive, fd);
  return archive;
}

static void
entry (struct archive *archive,
       const char     *name,
       unsigned        type,
       const char     *text)        /* content, or target of a link */
{
  struct archive_entry *made = archive_entry_new ();

  archive_entry_set_pathname (made, name);
  archive_entry_set_filetype (made, type ? type : AE_IFREG);
  archive_entry_set_perm (made, 0644);
  if (type == AE_IFLNK)
    archive_entry_set_symlink (made, text);
  else if (type == 0)
    archive_entry_set_hardlink (made, text);
  else if (type == AE_IFREG)
    archive_entry_set_size (made, (int64_t) strlen (text));
  g_assert_cmpint (archive_write_header (archive, made), >=, ARCHIVE_WARN);
  if (type == AE_IFREG)
    archive_write_data (archive, text, strlen (text));
  archive_entry_free (made);
}

static void
end (struct archive *archive,
     int             fd)
{
  archive_write_close (archive);
  archive_write_free (archive);
  lseek (fd, 0, SEEK_SET);
}

static void
test_strip (Folders      *self,
            gconstpointer unused)
{
  TcTarLimits limits = { .strip = TRUE, .skip = "secret" };
  int fd = scratch (self);
  struct archive *archive = begin (fd);
  g_autoptr(GError) error = NULL;

  entry (archive, "work/", AE_IFDIR, NULL);
  entry (archive, "work/a.txt", AE_IFREG, "new");
  entry (archive, "./work/d/b.txt", AE_IFREG, "b");
  entry (archive, "work/secret", AE_IFREG, "s");
  entry (archive, "work/hard", 0, "work/a.txt");
  entry (archive, "work/device", AE_IFCHR, NULL);
  end (archive, fd);
  put (self->to, "a.txt", "old", 0600);
  g_assert_true (tc_tar_unpack (fd, self->to, &limits, &error));
  g_assert_no_error (error);
  expect (self->to, "a.txt", "new");
  expect (self->to, "d/b.txt", "b");
  expect (self->to, "hard", "new");
  expect (self->to, "secret", NULL);
  expect (self->to, "device", NULL);
  close (fd);
}

static void
test_hostile_names (Folders      *self,
                    gconstpointer unused)
{
  static const char *const names[] = { "../x", "work/../../x", "/x", "work/./../../x", "work//x/../../../x" };
  TcTarLimits limits = { .strip = TRUE };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      int fd = scratch (self);
      struct archive *archive = begin (fd);
      g_autoptr(GError) error = NULL;

      entry (archive, names[i], AE_IFREG, "evil");
      end (archive, fd);
      g_assert_false (tc_tar_unpack (fd, self->to, &limits, &error));
      g_assert_error (error, TC_TAR_ERROR, TC_TAR_ERROR_UNSAFE);
      close (fd);
    }
  expect (self->root, "x", NULL);
}

/* A link of the archive, or one that lies there already, is no way out. */
static void
test_hostile_links (Folders      *self,
                    gconstpointer unused)
{
  TcTarLimits limits = { 0 };
  g_autofree char *planted = g_build_filename (self->to, "planted", NULL);
  static const char *const targets[] = { "..", "/etc/passwd", "../from", "d/../../x", "./.." };
  g_autoptr(GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      int fd = scratch (self);
      struct archive *archive = begin (fd);
      g_autofree char *link = g_build_filename (self->to, "link", NULL);

      entry (archive, "link", AE_IFLNK, targets[i]);
      end (archive, fd);
      g_assert_true (tc_tar_unpack (fd, self->to, &limits, &error));
      g_assert_false (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
      close (fd);
    }
  g_assert_cmpint (symlink (self->from, planted), ==, 0);
  for (int i = 0; i < 2; i++)
    {
      int fd = scratch (self);
      struct archive *archive = begin (fd);
      g_autoptr(GError) refused = NULL;

      entry (archive, i ? "planted/d" : "planted/x", i ? AE_IFDIR : AE_IFREG, "evil");
      end (archive, fd);
      g_assert_false (tc_tar_unpack (fd, self->to, &limits, &refused));
      g_assert_error (refused, TC_TAR_ERROR, TC_TAR_ERROR_WRITE);
      close (fd);
    }
  expect (self->from, "x", NULL);
}

static void
test_limits (Folders      *self,
             gconstpointer unused)
{
  TcTarLimits few = { .entries = 2 }, small = { .bytes = 3 };
  const TcTarLimits *both[] = { &few, &small };

  for (size_t i = 0; i < 2; i++)
    {
      int fd = scratch (self);
      struct archive *archive = begin (fd);
      g_autoptr(GError) error = NULL;

      entry (archive, "a", AE_IFREG, "12");
      entry (archive, "b", AE_IFREG, "34");
      entry (archive, "c", AE_IFREG, "56");
      end (archive, fd);
      g_assert_false (tc_tar_unpack (fd, self->to, both[i], &error));
      g_assert_error (error, TC_TAR_ERROR, TC_TAR_ERROR_LIMIT);
      close (fd);
    }
}

static void
test_broken (Folders      *self,
             gconstpointer unused)
{
  TcTarLimits limits = { 0 };
  int fd = scratch (self);
  struct archive *archive = begin (fd);
  g_autofree char *text = g_strnfill (20000, 'x');
  g_autoptr(GError) cut = NULL, noise = NULL, empty = NULL;

  entry (archive, "a", AE_IFREG, text);
  end (archive, fd);
  g_assert_cmpint (ftruncate (fd, 10000), ==, 0);
  g_assert_false (tc_tar_unpack (fd, self->to, &limits, &cut));
  g_assert_error (cut, TC_TAR_ERROR, TC_TAR_ERROR_FORMAT);
  lseek (fd, 0, SEEK_SET);
  g_assert_cmpint (write (fd, text, 10000), ==, 10000);
  lseek (fd, 0, SEEK_SET);
  g_assert_false (tc_tar_unpack (fd, self->to, &limits, &noise));
  g_assert_error (noise, TC_TAR_ERROR, TC_TAR_ERROR_FORMAT);
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  lseek (fd, 0, SEEK_SET);
  g_assert_true (tc_tar_unpack (fd, self->to, &limits, &empty));
  close (fd);
}

/* Who reads an archive may be gone: an error, and no signal. */
static void
test_reader_gone (Folders      *self,
                  gconstpointer unused)
{
  TcTarPack pack = { .directory = self->from, .prefix = "x", .for_all = TRUE };
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strnfill (500000, 'x');
  int pair[2];

  put (self->from, "big", text, 0644);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  close (pair[0]);
  g_assert_false (tc_tar_pack (pair[1], &pack, &error));
  g_assert_error (error, TC_TAR_ERROR, TC_TAR_ERROR_WRITE);
  close (pair[1]);
}

static void
add (const char *path,
     void      (*func) (Folders *, gconstpointer))
{
  g_test_add (path, Folders, NULL, set_up, func, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/net/tar/there-and-back", test_there_and_back);
  add ("/net/tar/strip", test_strip);
  add ("/net/tar/hostile-names", test_hostile_names);
  add ("/net/tar/hostile-links", test_hostile_links);
  add ("/net/tar/limits", test_limits);
  add ("/net/tar/broken", test_broken);
  add ("/net/tar/reader-gone", test_reader_gone);
  return g_test_run ();
}
