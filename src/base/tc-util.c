/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-util.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

char *
tc_id_new (void)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  unsigned char bytes[16];
  unsigned __int128 number = 0;
  char text[24];
  size_t at = sizeof text;
  ssize_t n;

  do
    n = getrandom (bytes, sizeof bytes, 0);
  while (n < 0 && errno == EINTR);
  g_assert (n == (ssize_t) sizeof bytes);
  bytes[6] = (bytes[6] & 0x0F) | 0x40;      /* a UUID of version 4, variant 1, as java.util.UUID.randomUUID() */
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
  for (size_t i = 0; i < sizeof bytes; i++)
    number = number << 8 | bytes[i];
  text[--at] = '\0';
  do
    {
      text[--at] = digits[number % 62];
      number /= 62;
    }
  while (number > 0);
  return g_strdup (text + at);
}

gboolean
tc_path_is_inside (const char *path)
{
  for (;;)
    {
      size_t length = strcspn (path, "/");

      if (length == 0 || (length <= 2 && memcmp (path, "..", length) == 0))
        return FALSE;
      if (path[length] == '\0')
        return TRUE;
      path += length + 1;
    }
}

void
tc_fd_close (TcFd fd)
{
  if (fd >= 0)
    close (fd);       /* not again on EINTR: Linux has closed it */
}

void
tc_fd_clear (TcFd *fd)
{
  int old_errno = errno;

  tc_fd_close (*fd);
  *fd = -1;
  errno = old_errno;
}

int
tc_fd_steal (TcFd *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}
