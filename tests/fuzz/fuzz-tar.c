/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any archive is unpacked beside a folder that must stay as it is. */
#include "config.h"

#include "tc-fuzz.h"
#include "tc-tar.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int
remove_entry (const char *path, const struct stat *info, int type, struct FTW *place)
{
  return g_remove (path);
}

/* A tar header around the input, so that names, types and sizes come from it. */
static void
dress (const uint8_t *data, size_t size, int fd)
{
  char block[512] = { 0 };
  unsigned sum = 0;

  memcpy (block, data, MIN (size, 99));
  g_snprintf (block + 100, 8, "0000644");
  g_snprintf (block + 124, 12, "%011o", size > 100 ? data[100] : 0u);
  g_snprintf (block + 136, 12, "00000000000");
  memset (block + 148, ' ', 8);
  block[156] = "012345xgLKS"[size > 101 ? data[101] % 11 : 0];
  if (size > 110)
    memcpy (block + 157, data + 110, MIN (size - 110, 99));
  memcpy (block + 257, "ustar\0" "00", 8);
  for (size_t i = 0; i < sizeof block; i++)
    sum += (unsigned char) block[i];
  g_snprintf (block + 148, 8, "%06o", sum);
  g_assert_cmpint (write (fd, block, sizeof block), ==, sizeof block);
  g_assert_cmpint (write (fd, data, size), ==, (ssize_t) size);
}

void
tc_fuzz (const uint8_t *data, size_t size)
{
  g_autofree char *root = g_dir_make_tmp ("tc-fuzz-tar-XXXXXX", NULL);
  g_autofree char *inside = g_build_filename (root, "in", NULL);
  TcTarLimits limits = { .entries = 100, .bytes = 100000, .strip = size % 2 == 0 };
  g_autoptr (GDir) folder = NULL;
  guint n = 0;

  g_mkdir (inside, 0700);
  for (int dressed = 0; dressed < 2; dressed++)
    {
      int fd = memfd_create ("archive", MFD_CLOEXEC);

      if (dressed)
        dress (data, size, fd);
      else
        g_assert_cmpint (write (fd, data, size), ==, (ssize_t) size);
      lseek (fd, 0, SEEK_SET);
      tc_tar_unpack (fd, inside, &limits, NULL);
      close (fd);
    }
  folder = g_dir_open (root, 0, NULL);
  while (g_dir_read_name (folder))
    n++;
  g_assert_cmpuint (n, ==, 1);
  nftw (root, remove_entry, 10, FTW_DEPTH | FTW_PHYS);
}
