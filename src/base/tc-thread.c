/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-mailbox.h"

static _Thread_local TcThreadRole thread_role;    /* set once, at the start of a thread */

void
tc_thread_set_role (TcThreadRole role)
{
  thread_role = role;
}

void
tc_thread_assert_role (TcThreadRole role)
{
  /* A thread without a role belongs to a test, which plays them all. */
  if (thread_role != TC_THREAD_ANY && thread_role != role)
    g_error ("a function of thread role %d was called on a thread of role %d", role, thread_role);
}
