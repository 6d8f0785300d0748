/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-hub.h"
#include "tc-log-file.h"
#include "tc-markers.h"
#include "tc-masker.h"
#include "tc-output-tail.h"
#include "tc-util.h"

G_BEGIN_DECLS

/** TcBook: the log of one execution as the log thread keeps it. Log thread only. */
typedef struct
{
  char        *execution_id;
  TcLogWriter *writer;
  TcMasker    *masker;
  uint64_t     n;               /* entries */
  GPtrArray   *written;         /* char*: LOG effects since the last checkpoint */
  GHashTable  *dirty;           /* TcReading: their marks moved since the last checkpoint (set, borrowed) */
  gboolean     grown, announced;
  char        *data_dir;
  char        *file;            /* URI of the file written to last, with `logToFile`; or NULL */
  TcFd         file_fd;
} TcBook;
TcBook *tc_book_new        (const char *directory, const char *execution_id, gboolean synced, GError **error);
void    tc_book_free       (TcBook *self);
TcLogWriter *tc_book_open_writer (const char *directory, const char *execution_id, gboolean synced, GError **error);
/** tc_book_add: masks, splits and appends one message; for a label with a file a line of time, level and message there. FALSE and @error: nothing of it was written. */
gboolean tc_book_add       (TcBook *self, const TcLabel *label, TcLevel level, int64_t at_us, const char *message, size_t length, GError **error);

/** TcReading: one run whose output is followed. Log thread only. */
typedef struct
{
  char             *effect_id;
  TcLabel          *label;
  TcBook           *book;
  TcOutputTailItem *item;       /* NULL once drained */
  TcOutputMark      mark;
  TcValue          *vars;       /* or NULL */
  GPtrArray        *metrics;    /* TcValue* */
  struct _TcHub    *hub;
} TcReading;
TcReading    *tc_reading_new    (const char *effect_id, TcLabel *label, TcBook *book, const TcValue *record);
void          tc_reading_free   (TcReading *self);
TcValue      *tc_reading_record (const TcReading *self);
TcValue      *tc_reading_metrics (const TcReading *self);

/** tc_book_checkpoint: what changed since the last one; clears it. Readings that are drained are freed by the caller afterwards. */
TcCheckpoint *tc_book_checkpoint (TcBook *self);

G_END_DECLS
