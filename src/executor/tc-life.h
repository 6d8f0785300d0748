/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flowable.h"

G_BEGIN_DECLS

/* tc-start.c: from CREATED to SUBMITTED or RUNNING: breakpoint, runIf, properties. */
void tc_start           (TcPass *pass, const char *run_id);
void tc_start_rendered  (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose);    /* RENDERED for "runIf", "timeout", "props" */

/* tc-life.c: attempts and ends. */
void tc_life_run        (TcPass *pass, TcTaskRun *run, const char *effect_id);    /* RUNNING, with a new attempt; @effect_id NULL: no work outside */
void tc_life_end_attempt (TcPass *pass, TcTaskRun *run, TcState state);           /* if one is open */
/* Ends the attempt and the run; @outputs (taken, NULL: keep) go over the present ones. @allowed: allowFailure and allowWarning apply. */
void tc_life_end        (TcPass *pass, TcTaskRun *run, TcState state, gboolean allowed, TcValue *outputs);
void tc_life_fail       (TcPass *pass, TcTaskRun *run, gboolean allowed, const char *message);      /* ERROR line, then FAILED */
void tc_life_done       (TcPass *pass, TcTaskRun *run, TcState state, TcValue *outputs);            /* run and end in one go */
void tc_life_timeout    (TcPass *pass, TcTaskRun *run, int64_t at_us);                              /* starts the clock of its timeout, if it has one */

/* tc-work.c: answers of workers. */
/* Kestra's worker runs the children of a WorkingDirectory itself: their records do not show SUBMITTED, but at a retry. */
gboolean tc_work_is_unseen (TcPass *pass, const TcTaskRun *run, const TcTask *task);
/* tc-flowable-working-directory.c: the `runIf` of @child cannot be rendered. Kestra's worker gives up the directory then: the child leaves no
 * record, and the directory none of having run. @child is gone afterwards. */
void     tc_directory_void (TcPass *pass, const TcTaskRun *child);
TcState tc_work_end_state (TcState told);
void tc_work_submit     (TcPass *pass, TcTaskRun *run, const TcTask *task);
void tc_work_answer     (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *effect_id);
void tc_work_timeout    (TcPass *pass, TcTaskRun *run, const TcTask *task);
void tc_work_stop       (TcPass *pass, TcTaskRun *run, const char *reason);       /* STOP for every WORK in flight */

/* tc-retry.c */
gboolean tc_retry_is_pending (TcPass *pass, const TcTaskRun *run);                 /* a FAILED run that will be tried again */
gboolean tc_retry_own_is_pending (const TcPass *pass, const TcTaskRun *run, const TcTask *task, TcState failed);
gboolean tc_retry_take       (TcPass *pass, TcTaskRun *run);                       /* FAILED → RETRYING if its turn has come */
void     tc_retry_give_up    (TcPass *pass, const TcTaskRun *run);                 /* it ends otherwise: the execution does not wait for it any more */
void     tc_retry_timer      (TcPass *pass, TcTaskRun *run);
void     tc_retry_take_next  (TcPass *pass);                                       /* the first of those that wait for their turn */

/* tc-finish.c: the end of the execution: outputs, state, afterExecution. */
void tc_finish          (TcPass *pass, TcState state);
void tc_finish_now      (TcPass *pass, TcState state);                             /* no outputs: KILLED, CANCELLED, Exit, SLA */
void tc_finish_rendered (TcPass *pass, const TcValue *entry);
void tc_finish_after    (TcPass *pass);                                            /* the next listener or afterExecution task, or over */
void tc_finish_late     (TcPass *pass);                                            /* a run ended; over, if it was the last one at work */
gboolean tc_finish_is_after (const TcTask *task);

/* tc-begin.c: SUBMITTED, SLOT; scheduleDate, concurrency. */
void tc_begin_submitted (TcPass *pass);
void tc_begin_slot      (TcPass *pass);
void tc_begin_open      (TcPass *pass);                                            /* the first tasks */

/* tc-sla.c */
gboolean tc_sla_begin   (TcPass *pass);                                            /* TRUE: hold the start, assertions are being rendered */
void tc_sla_check       (TcPass *pass);
void tc_sla_answer      (TcPass *pass, const char *purpose, const TcValue *entry);

/* tc-commands.c, tc-restart.c */
void tc_command_kill    (TcPass *pass, TcState how);                               /* KILLING, or by Exit KILLED at once */
void tc_command_break_off (TcPass *pass, TcState state);                           /* SLA: FAILED or CANCELLED, what runs is killed */
void tc_command_settle  (TcPass *pass);                                            /* KILLING: KILLED if nothing is open any more */
void tc_command_wake    (TcPass *pass);                                            /* queue all that may go on after a standstill */
void tc_command_stand_still (TcPass *pass);                                        /* PAUSED, unless it has ended (afterExecution) */
guint tc_command_count_open (TcPass *pass);                                        /* runs that are not terminated, at any depth */
gboolean tc_command_has_paused (TcPass *pass);                                     /* some run is PAUSED */
void tc_command_run     (TcPass *pass);                                            /* dispatch of all command events */
void tc_command_exit    (TcPass *pass, TcTaskRun *run, TcState state);
void tc_restart         (TcPass *pass);
void tc_restart_change_state (TcPass *pass);

/* tc-flowable-labels.c: a later value under the same key wins. */
void tc_labels_set      (TcPass *pass, const char *key, const char *value);

/* tc-flowable-pause.c: ends the standstill of one Pause run; @outputs (taken). */
void tc_pause_resume    (TcPass *pass, TcTaskRun *run, TcState to, TcValue *on_resume);

G_END_DECLS
