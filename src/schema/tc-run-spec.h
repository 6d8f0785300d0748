/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"

G_BEGIN_DECLS

/** TcFileIn: a file to be in the working directory before the start; exactly one of @text and @source. */
typedef struct
{
  char *path;       /* relative to the working directory, checked by tc_path_is_inside() */
  TcValue *text;    /* STRING: content */
  char *source;     /* absolute path of a local file to copy */
  int   mode;
} TcFileIn;

/** TcRunSpec: a process to run, complete: nothing in it needs rendering. Plain data; moved to the runner with the call. */
struct _TcRunSpec
{
  GPtrArray *argv;            /* char*, no NULL at the end */
  GPtrArray *env;             /* char* "K=V", later wins */
  gboolean   inherit_env;     /* start from our own environment (process runner) */
  char      *directory;       /* absolute working directory; the same path inside a container */
  gboolean   private_directory;   /* nobody else uses it afterwards: what @outputs and @output_dir do not name need not come back */
  GPtrArray *files;           /* TcFileIn* */
  GPtrArray *outputs;         /* char*: globs of files to collect, as written */
  char      *output_dir;      /* absolute directory to collect whole, or NULL */
  char      *image;           /* for container runners, or NULL */
  char      *cache_file;      /* absolute: archive of the folder @cache_path of an earlier run like this one, made if it is missing; or NULL */
  char      *cache_path;      /* relative to @directory; its file `.fresh` says that the run has made the folder anew */
  TcValue   *runner;          /* rendered `taskRunner` map: type and its properties */
  TcValue   *labels;          /* map of texts for what the runner makes outside (containers): "kestra.io/namespace" …; or NULL */
  int64_t    grace_us;        /* between asking and killing; a container's is `killGracePeriod` of its runner */
};

void       tc_file_in_free  (TcFileIn *self);
TcRunSpec *tc_run_spec_new  (void);
void       tc_run_spec_free (TcRunSpec *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcRunSpec, tc_run_spec_free)

G_END_DECLS
