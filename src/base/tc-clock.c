/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-util.h"

static int64_t
system_now_us (gpointer self)
{
  return g_get_real_time ();
}

const TcClock *
tc_clock_system (void)
{
  static const TcClock clock = { system_now_us, NULL };

  return &clock;
}

int64_t
tc_clock_now_us (const TcClock *self)
{
  return self->now_us (self->self);
}
