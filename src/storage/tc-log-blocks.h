/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-limits.h"
#include "tc-log-file.h"
#include "tc-util.h"

G_BEGIN_DECLS

/** Private to this folder: the bytes of log and index files (format at the head of tc-log-file.c), shared by writer and readers. */
#define TC_LOG_MAGIC          "TcLog\0\0\1"
#define TC_LOG_INDEX_MAGIC    "TcIdx\0\0\1"
#define TC_LOG_HEAD_BYTES     8
#define TC_LOG_FRAME_BYTES    16
#define TC_LOG_SOURCE_BYTES   5
#define TC_LOG_BLOCK_ENTRIES  256
#define TC_LOG_BLOCK_BYTES    (256u * 1024)
#define TC_LOG_PAYLOAD_MAX    (2 * TC_LIMIT_LOG_LINE_BYTES)
#define TC_N_LEVELS           (TC_LEVEL_ERROR + 1)

typedef enum { TC_LOG_FRAME_SOURCE = 0xa5, TC_LOG_FRAME_ENTRY = 0xe7 } TcLogFrameKind;

/** TcLogFrame: a frame's head, decoded. */
typedef struct
{
  TcLogFrameKind kind;
  TcLevel        level;
  uint16_t       source;      /* number within the block */
  uint32_t       length;      /* bytes of the payload that follows */
  int64_t        at_us;
} TcLogFrame;

void     tc_log_frame_encode (const TcLogFrame *self, uint8_t bytes[TC_LOG_FRAME_BYTES]);
gboolean tc_log_frame_decode (const uint8_t bytes[TC_LOG_FRAME_BYTES], TcLogFrame *frame);     /* FALSE: no frame begins here */

/** TcLogBlock: a row of the index, in memory and, as it is (little-endian), in the index file. */
typedef struct
{
  uint64_t end;               /* offset after its last frame; it begins where the block before ends */
  int64_t  first_us;
  uint64_t tasks;             /* bit tc_log_task_bit() of every task id in it */
  uint32_t levels[TC_N_LEVELS];
  uint32_t n;                 /* entries */
} TcLogBlock;

guint    tc_log_task_bit     (const char *task_id);                        /* 0 … 63 */
gboolean tc_log_block_is_full (const TcLogBlock *block, uint64_t begin);
void     tc_log_block_count  (TcLogBlock *block, const TcLogFrame *frame);

/** TcLogBlocks: the blocks of one file: complete ones and the last, which may still grow. */
typedef struct
{
  GArray    *complete;        /* TcLogBlock */
  TcLogBlock last;            /* n 0: empty */
  uint64_t   n_complete;      /* entries in complete blocks */
  uint64_t   levels[TC_N_LEVELS];    /* in complete blocks */
} TcLogBlocks;

void     tc_log_blocks_init    (TcLogBlocks *self);
void     tc_log_blocks_clear   (TcLogBlocks *self);
void     tc_log_blocks_reset   (TcLogBlocks *self);
uint64_t tc_log_blocks_begin   (const TcLogBlocks *self);                  /* where the last block begins */
void     tc_log_blocks_close   (TcLogBlocks *self);                        /* the last block is full: begin a new one */
/** Rows of the index file beyond those known; what does not fit the log (@size bytes) is not taken. */
void     tc_log_blocks_load    (TcLogBlocks *self, int index_fd, uint64_t size);
/** Walks the frames after the last complete block. Sets last.end to where the last whole frame ends. */
gboolean tc_log_blocks_scan    (TcLogBlocks *self, int log_fd, const char *path, GError **error);

/* Whole buffers, or FALSE and errno. A short file reads as fewer bytes. */
ssize_t  tc_read_at   (int fd, void *buffer, size_t length, uint64_t offset);
gboolean tc_write_all (int fd, const void *buffer, size_t length);

char    *tc_log_path  (const char *directory, const char *execution_id, const char *suffix, GError **error);

G_END_DECLS
