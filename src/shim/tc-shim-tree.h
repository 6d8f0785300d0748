/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/types.h>

/** tc_shim_signal_tree: sends @signal to every descendant of this process (SIGCONT after SIGTERM, so that stopped ones hear it), parents
 * first. @program, if not 0: a child that leads a process group, which gets it even where /proc names no children. */
void tc_shim_signal_tree (pid_t program, int signal);
