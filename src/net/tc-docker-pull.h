/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/** TcDockerPull: sums up the progress lines of POST /images/create (or push) over the layers they name. */
typedef struct _TcDockerPull TcDockerPull;

typedef struct
{
  const char *text;             /* the newest status, borrowed */
  unsigned    layers_done, layers_total;
  uint64_t    bytes_done, bytes_total;
} TcDockerPullSum;

TcDockerPull *tc_docker_pull_new  (void);
void          tc_docker_pull_free (TcDockerPull *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDockerPull, tc_docker_pull_free)
void          tc_docker_pull_take (TcDockerPull *self, const TcValue *line, TcDockerPullSum *sum);

G_END_DECLS
