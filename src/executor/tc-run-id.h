/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"

G_BEGIN_DECLS

/**
 * tc_run_id: the id of a task run, derived from its execution, place and, as places are taken again after a restart, the head's generation
 * (memo "generation"). Base 62, at most 22 characters, like Kestra's. Caller frees.
 */
char    *tc_run_id   (const TcHead *head, const char *task_id, const char *parent_id, const char *value, int iteration);
/** tc_run_hash: 64 bits of @text and @n, the same at every run of the program: the only chance in this folder. */
uint64_t tc_run_hash (const char *text, int n);
/** tc_run_id_from: an id derived from two texts (replay: new execution, old run). Caller frees. */
char    *tc_run_id_from (const char *one, const char *other);

G_END_DECLS
