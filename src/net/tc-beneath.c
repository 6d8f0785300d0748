/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
tc_beneath_open_folder (int          root,
                        const char  *path,
                        const char **name)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);
  g_auto(TcFd) folder = fcntl (root, F_DUPFD_CLOEXEC, 0);
  const char *slash = strrchr (path, '/');

  for (size_t i = 0; folder >= 0 && parts[i + 1]; i++)
    {
      g_auto(TcFd) next = -1;

      if (mkdirat (folder, parts[i], 0777) != 0 && errno != EEXIST)
        return -1;
      next = openat (folder, parts[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (next < 0)
        return -1;
      tc_fd_clear (&folder);
      folder = tc_fd_steal (&next);
    }
  *name = slash ? slash + 1 : path;
  return tc_fd_steal (&folder);
}

gboolean
tc_beneath_write (int         fd,
                  const void *bytes,
                  size_t      length)
{
  const char *at = bytes;

  while (length > 0)
    {
      ssize_t n = write (fd, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      at += n;
      length -= (size_t) n;
    }
  return TRUE;
}
