/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

#define TC_TAR_ERROR (tc_tar_error_quark ())
GQuark tc_tar_error_quark (void);
typedef enum
{
  TC_TAR_ERROR_READ,      /* a file or the stream cannot be read */
  TC_TAR_ERROR_WRITE,     /* a file or the stream cannot be written */
  TC_TAR_ERROR_FORMAT,    /* the stream is no tar archive, or it breaks off */
  TC_TAR_ERROR_UNSAFE,    /* an entry would be outside of the destination */
  TC_TAR_ERROR_LIMIT,     /* more entries or bytes than allowed */
} TcTarError;

/** TcTarPack: a directory as it shall lie in the archive. */
typedef struct
{
  const char *directory;    /* what to pack; itself, and its regular files, folders and symbolic links */
  const char *prefix;       /* path of the directory inside the archive, without a leading slash */
  int         uid, gid;     /* owner of everything */
  gboolean    for_all;      /* everybody may read and write everything: the user inside is not known */
} TcTarPack;

typedef struct
{
  uint64_t    entries, bytes;   /* 0: 1,000,000 entries, 64 GiB */
  gboolean    strip;            /* take off the first component of every name (Engine API: GET archive) */
  const char *skip;             /* a name to leave out, or NULL */
} TcTarLimits;

/** tc_tar_pack: writes a pax archive to @fd, a pipe or a socket, until the end. A peer that is gone is an error, no signal. Blocks: worker thread. */
gboolean tc_tar_pack   (int fd, const TcTarPack *what, GError **error);
/**
 * tc_tar_unpack: reads a tar archive from @fd to its end and puts folders, files and symbolic links that stay inside under @directory,
 * over what is there. Absolute names and `..` are errors; devices, sockets and links to the outside are left out. Nothing
 * is written through a symbolic link. Owners are not taken over. Blocks: worker thread. (Engine API: GET /containers/{id}/archive)
 */
gboolean tc_tar_unpack (int fd, const char *directory, const TcTarLimits *limits, GError **error);

G_END_DECLS
