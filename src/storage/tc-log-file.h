/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include "tc-job.h"

G_BEGIN_DECLS

/** TcLogEntry: one line of a log. Texts are borrowed from whoever hands it out. */
typedef struct
{
  int64_t     at_us;
  TcLevel     level;
  const char *task_id, *task_run_id, *value;     /* or NULL: of the execution */
  int         attempt;                           /* from 0 */
  const char *message;
  size_t      length;
} TcLogEntry;

/**
 * One append-only file per execution (DATA/logs/ID.log) with an index of blocks of at most 256 entries (end, first time, count per level,
 * task bitmap). The writer is bound to the log thread, readers to any one thread each. What a crash left half written at the end is cut away
 * by tc_log_writer_open(). Format at the head of tc-log-file.c.
 */
typedef struct _TcLogWriter TcLogWriter;
TcLogWriter *tc_log_writer_open   (const char *directory, const char *execution_id, GError **error);
/** tc_log_writer_open_unsynced: for a directory that goes away with this program: tc_log_writer_sync() does nothing. */
TcLogWriter *tc_log_writer_open_unsynced (const char *directory, const char *execution_id, GError **error);
/** tc_log_writer_append: all of @entries or none; after a failure (disk full) the same call may be tried again. */
gboolean     tc_log_writer_append (TcLogWriter *self, const TcLogEntry *entries, size_t n, GError **error);
uint64_t     tc_log_writer_length (const TcLogWriter *self);                  /* bytes: to be recorded beside the source offset */
/** tc_log_writer_cut: recovery: cuts to a recorded length; a file that is shorter already stays as it is. */
gboolean     tc_log_writer_cut    (TcLogWriter *self, uint64_t length, GError **error);
gboolean     tc_log_writer_sync   (TcLogWriter *self, GError **error);
void         tc_log_writer_close  (TcLogWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcLogWriter, tc_log_writer_close)

typedef struct _TcLogReader TcLogReader;
TcLogReader *tc_log_reader_open   (const char *directory, const char *execution_id, GError **error);   /* a missing file reads as empty */
void         tc_log_reader_close  (TcLogReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcLogReader, tc_log_reader_close)
gboolean     tc_log_reader_refresh (TcLogReader *self, GError **error);       /* see what was appended since */
uint64_t     tc_log_reader_n      (const TcLogReader *self);                  /* entries */
uint64_t     tc_log_reader_n_level (const TcLogReader *self, TcLevel level);
typedef gboolean (*TcLogFunc) (uint64_t index, const TcLogEntry *entry, gpointer data);    /* FALSE stops */
gboolean     tc_log_reader_each   (TcLogReader *self, uint64_t first, uint64_t n, TcLogFunc func, gpointer data, GError **error);

/** tc_log_remove: forgets the log of an execution; one that does not exist is fine. */
gboolean     tc_log_remove        (const char *directory, const char *execution_id, GError **error);
/** tc_log_purge: takes those entries out of the log for which @goes; says how many in @n. A writer that has it open must not append meanwhile
 * and be opened again; readers go over to what is left when they refresh. Blocks. */
typedef gboolean (*TcLogGoes) (const TcLogEntry *entry, gpointer data);
gboolean     tc_log_purge         (const char *directory, const char *execution_id, TcLogGoes goes, gpointer data, uint64_t *n, GError **error);

G_END_DECLS
