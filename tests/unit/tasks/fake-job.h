/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"
#include "tc-run-spec.h"

G_BEGIN_DECLS

/** FakeJob: a job whose engine is this test. Expressions are rendered for real, against @context. */
typedef struct
{
  TcJob       job;
  TcRegistry *types;
  TcValue    *context;          /* roots of expressions */
  char       *directory;        /* workingDir; a fresh temporary one */
  GString    *log;              /* "LEVEL message\n" … */
  GPtrArray  *calls;            /* char*: "what args", in order */
  TcValue    *answers;          /* map: what → answer of a call; a STRING that begins with "!" is an error */
} FakeJob;

FakeJob   *fake_job_new   (void);
void       fake_job_free  (FakeJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeJob, fake_job_free)

/** Decodes @yaml, a task, as the engine does (LATE properties as written) and runs its function. */
TcRunSpec *fake_job_spec  (FakeJob *self, const char *yaml, GError **error);
TcValue   *fake_job_run   (FakeJob *self, const char *yaml, GError **error);
void       fake_job_answer (FakeJob *self, const char *what, const char *json);

G_END_DECLS
