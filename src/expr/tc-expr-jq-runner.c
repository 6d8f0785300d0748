/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs jq programs under limits. Compiled programs belong to the thread that runs them: a jq state must not be shared. What libjq
 * itself does without end or beyond its own bounds in one operation is kept from it by definitions before the program.
 */
#include "config.h"
#include "tc-expr-jq-runner.h"

#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "tc-limits.h"
#include "tc-template.h"

/* What goes to on_message(); the environment, modules and other files are hidden; no program halts by itself. */
#define HIDDEN \
  "def __bounded: [false, .] | debug | .[1]; def __result: [true, .] | debug; " \
  "def env: {}; def input: error(\"input is not available\"); def inputs: empty; def debug: .; def debug(f): .; def stderr: .; " \
  "def halt: error(\"the program halted\"); def halt_error: halt; def halt_error(f): halt; " \
  "def modulemeta: error(\"modules are not available\"); def get_search_list: []; def input_filename: null; "

/* An index this far makes an array of that size; an empty text is found without end; a text of shared parts unfolds. */
#define BOUNDED \
  "def __path: if type == \"array\" and any(.[]; type == \"number\" and . > 10000000) then error(\"an index beyond 10000000\") else . end; " \
  "def __setpath(p; v): setpath(p; v); def setpath(p; v): __setpath(p | __path; v); " \
  "def _assign(paths; $v): reduce path(paths) as $p (.; setpath($p; $v)); " \
  "def _modify(paths; f): reduce path(paths) as $p (.; . as $x | label $out " \
  "| (setpath($p; $x | getpath($p) | f) | ., break $out), delpaths([$p])); " \
  "def __fromstream(f): fromstream(f); def fromstream(f): __fromstream(f | (.[0] | __path) as $p | .); " \
  "def __needle: if . == \"\" then null else . end; " \
  "def __indices(i): indices(i); def indices(i): __indices(i | __needle); " \
  "def __index(i): index(i); def index(i): __index(i | __needle); def __rindex(i): rindex(i); def rindex(i): __rindex(i | __needle); " \
  "def __multiply(a; b): a * b; def _multiply(a; b): b as $b | a as $a | if ($a | type) == \"string\" or ($b | type) == \"string\" " \
  "then if ([$a, $b] | map(if type == \"string\" then utf8bytelength elif type == \"number\" then . else 0 end) | __multiply(.[0]; .[1])) " \
  "> 67108864 then error(\"a text of more than 64 MB\") else __multiply($a; $b) end else __multiply($a; $b) end; " \
  "def __tojson: tojson; def tojson: __bounded | __tojson; def __tostring: tostring; def tostring: __bounded | __tostring; " \
  "def __format(f): format(f); def format(f): __bounded | __format(f); "

/*
 * libjq 1.6 aborts the process when it drops a program between two results of a path expression, unless another path expression is around:
 * so there is always one. No result may leave it, either: each is handed over where it is made.
 */
#define PREFIX HIDDEN BOUNDED "{} as $ENV | .[1] as $__now | .[0] | def now: $__now; path(("
#define SUFFIX "\n) as $__value | $__value | __result | empty)"

/* libjq frees nested values by recursion: this holds what fits into the limit of bytes. Only what is used takes memory. */
#define STACK_SIZE  (512u * 1024 * 1024)
#define TICK_MS     20
/* From the halt on; then the thread is left to its operation. */
#define GRACE_MS    500

typedef struct
{
  char     *text;
  jq_state *jq;
} Program;

/* Shared by the thread that asks and the one that runs. */
typedef struct
{
  gatomicrefcount refs;
  GAsyncQueue *jobs;          /* of TcJqJob, or the runner itself: the end */
  GAsyncQueue *done;          /* of TcJqJob */
  pthread_t    thread;
  GQueue       programs;      /* most recently used first */
  gboolean     left;          /* to an operation that may never end */
} Runner;

/* How many threads are left so: the process has them, whoever asked. Atomic. */
static gint n_left;

static void
program_free (gpointer data)
{
  Program *program = data;

  jq_teardown (&program->jq);
  g_free (program->text);
  g_free (program);
}

void
tc_jq_job_unref (TcJqJob *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  jv_free (self->input);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_mutex_clear (&self->mutex);
  g_free (self->text);
  g_free (self->reason);
  g_free (self);
}

static void
runner_unref (Runner *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_async_queue_unref (self->jobs);
  g_async_queue_unref (self->done);
  g_free (self);
}

/* Ends the program at its next operation. Once only: libjq insists on it. */
static void
job_halt (TcJqJob *self, TcJqVerdict verdict)
{
  g_mutex_lock (&self->mutex);
  if (!self->halted)
    {
      self->halted = TRUE;
      self->halt_verdict = verdict;
      if (self->jq != NULL)
        jq_halt (self->jq, jv_invalid (), jv_invalid ());
    }
  g_mutex_unlock (&self->mutex);
}

static void
ignore_message (void *data, jv message)
{
  jv_free (message);
}

/* What @value unfolds to as text, at most a bit more than @limit. */
static uint64_t
unfolded (jv value, uint64_t limit)
{
  uint64_t size = 8;

  if (jv_get_kind (value) == JV_KIND_STRING)
    size += jv_string_length_bytes (jv_copy (value));
  else if (jv_get_kind (value) == JV_KIND_ARRAY)
    for (int i = 0, n = jv_array_length (jv_copy (value)); i < n && size < limit; i++)
      size += unfolded (jv_array_get (jv_copy (value), i), limit - size);
  else if (jv_get_kind (value) == JV_KIND_OBJECT)
    for (int i = jv_object_iter (value); jv_object_iter_valid (value, i) && size < limit; i = jv_object_iter_next (value, i))
      size += unfolded (jv_object_iter_key (value, i), limit - size) + unfolded (jv_object_iter_value (value, i), limit - size);
  jv_free (value);
  return size;
}


static Program *
compile (const char *text)
{
  g_autofree char *source = g_strconcat (PREFIX, *text != 0 ? text : ".", SUFFIX, NULL);
  jq_state        *jq = jq_init ();
  Program         *program;

  if (jq == NULL)
    return NULL;
  jq_set_error_cb (jq, ignore_message, NULL);
  if (!jq_compile (jq, source))
    {
      jq_teardown (&jq);
      return NULL;
    }
  program = g_new (Program, 1);
  *program = (Program) { g_strdup (text), jq };
  return program;
}

/* The program is taken out of the cache while it runs. */
static Program *
take_program (Runner *self, const char *text)
{
  for (GList *l = self->programs.head; l != NULL; l = l->next)
    {
      Program *program = l->data;

      if (strcmp (program->text, text) == 0)
        {
          g_queue_delete_link (&self->programs, l);
          return program;
        }
    }
  return compile (text);
}

static void
give_program (Runner *self, Program *program)
{
  g_queue_push_head (&self->programs, program);
  if (self->programs.length > TC_EXPR_LIMIT_JQ_PROGRAMS)
    program_free (g_queue_pop_tail (&self->programs));
}

/* jq has only doubles: whole ones within 2^53 are integers again. NULL: nested too deeply or beyond the budget, see the verdict. */
static TcValue *from_jv (TcJqJob *job, jv value, int depth);

static TcValue *
list_from_jv (TcJqJob *job, jv value, int depth)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  int n = jv_array_length (jv_copy (value));

  for (int i = 0; i < n; i++)
    {
      TcValue *item = from_jv (job, jv_array_get (jv_copy (value), i), depth + 1);

      if (item == NULL)
        return NULL;
      tc_list_builder_take (list, item);
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
map_from_jv (TcJqJob *job, jv value, int depth)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (int i = jv_object_iter (value); jv_object_iter_valid (value, i); i = jv_object_iter_next (value, i))
    {
      jv       key = jv_object_iter_key (value, i);
      TcValue *item = from_jv (job, jv_object_iter_value (value, i), depth + 1);

      if (item != NULL)
        tc_map_builder_take (map, jv_string_value (key), item);
      jv_free (key);
      if (item == NULL)
        return NULL;
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static gboolean
charge (TcJqJob *job, jv value, int depth)
{
  job->used_steps++;
  if (jv_get_kind (value) == JV_KIND_STRING)
    job->used_bytes += jv_string_length_bytes (jv_copy (value));
  if (depth >= TC_LIMIT_DEPTH - 1)
    job->verdict = TC_JQ_DEPTH;
  else if (job->used_steps > job->steps || job->used_bytes > job->bytes)
    job->verdict = TC_JQ_BUDGET;
  return job->verdict == TC_JQ_DONE;
}

static TcValue *
from_jv (TcJqJob *job, jv value, int depth)
{
  TcValue *result = NULL;
  double   number;

  if (charge (job, value, depth))
    switch (jv_get_kind (value))
      {
      case JV_KIND_FALSE:
      case JV_KIND_TRUE:
        result = tc_value_bool (jv_get_kind (value) == JV_KIND_TRUE);
        break;
      case JV_KIND_NUMBER:
        number = jv_number_value (value);
        result = number == floor (number) && fabs (number) <= 9007199254740992.0 ? tc_value_int ((int64_t) number)
                                                                                 : tc_value_double (number);
        break;
      case JV_KIND_STRING:
        result = tc_value_string_len (jv_string_value (value), jv_string_length_bytes (jv_copy (value)));
        break;
      case JV_KIND_ARRAY:
        result = list_from_jv (job, value, depth);
        break;
      case JV_KIND_OBJECT:
        result = map_from_jv (job, value, depth);
        break;
      default:
        result = tc_value_null ();
        break;
      }
  jv_free (value);
  return result;
}

static void
take_result (TcJqJob *job, jv value)
{
  TcValue *item = from_jv (job, value, 0);

  if (item != NULL)
    g_ptr_array_add (job->results, item);
  if (job->results->len > TC_EXPR_LIMIT_JQ_RESULTS)
    job->verdict = TC_JQ_RESULTS;
  if (job->verdict != TC_JQ_DONE)
    job_halt (job, job->verdict);
}

static gboolean
is_bounded (jv value)
{
  return unfolded (value, TC_LIMIT_TEMPLATE_BYTES) < TC_LIMIT_TEMPLATE_BYTES;
}

/* libjq calls this from `__bounded` and `__result`: which of them, and the value. */
static void
on_message (void *data, jv message)
{
  gboolean is_result = jv_get_kind (jv_array_get (jv_copy (message), 0)) == JV_KIND_TRUE;
  jv       value = jv_array_get (message, 1);

  if (is_result)
    take_result (data, value);
  else if (!is_bounded (value))
    job_halt (data, TC_JQ_BYTES);
}

/* The message of an invalid value, which is consumed; NULL: there was none, the program is at its end. */
static char *
failure_text (jv value)
{
  jv    message;
  char *text = NULL;

  if (!jv_invalid_has_msg (jv_copy (value)))
    {
      jv_free (value);
      return NULL;
    }
  message = jv_invalid_get_msg (value);
  if (jv_get_kind (message) != JV_KIND_STRING)
    message = is_bounded (jv_copy (message)) ? jv_dump_string (message, 0) : (jv_free (message), jv_string ("a value of more than 64 MB"));
  text = g_strdup (jv_string_value (message));
  jv_free (message);
  return text;
}

static void
run_program (TcJqJob *job, jq_state *jq)
{
  job->reason = failure_text (jq_next (jq));
  if (job->reason != NULL)
    job->verdict = TC_JQ_RAISED;
}

static void
run_job (Runner *self, TcJqJob *job)
{
  Program *program = take_program (self, job->text);
  gboolean halted;

  if (program == NULL)
    {
      job->verdict = TC_JQ_COMPILE;
      return;
    }
  jq_set_debug_cb (program->jq, on_message, job);
  jq_start (program->jq, job->input, 0);
  job->input = jv_null ();
  g_mutex_lock (&job->mutex);
  job->jq = program->jq;
  halted = job->halted;
  g_mutex_unlock (&job->mutex);
  if (!halted)
    run_program (job, program->jq);
  g_mutex_lock (&job->mutex);
  job->jq = NULL;
  if (job->halted)
    job->verdict = job->halt_verdict;
  g_mutex_unlock (&job->mutex);
  jq_set_debug_cb (program->jq, ignore_message, NULL);
  if (jq_halted (program->jq))
    {
      program_free (program);
      return;
    }
  /* Lets go of the input and of what is left on the program's stacks. */
  jq_start (program->jq, jv_null (), 0);
  give_program (self, program);
}

static void *
runner_main (void *data)
{
  Runner  *self = data;
  gpointer next;

  while ((next = g_async_queue_pop (self->jobs)) != self)
    {
      run_job (self, next);
      g_async_queue_push (self->done, next);
    }
  g_queue_clear_full (&self->programs, program_free);
  if (self->left)
    g_atomic_int_add (&n_left, -1);
  runner_unref (self);
  return NULL;
}

static Runner *
runner_new (void)
{
  Runner        *self = g_new0 (Runner, 1);
  pthread_attr_t attributes;

  g_atomic_ref_count_init (&self->refs);
  g_atomic_ref_count_inc (&self->refs);
  self->jobs = g_async_queue_new ();
  self->done = g_async_queue_new_full ((GDestroyNotify) tc_jq_job_unref);
  g_queue_init (&self->programs);
  pthread_attr_init (&attributes);
  pthread_attr_setstacksize (&attributes, STACK_SIZE);
  if (pthread_create (&self->thread, &attributes, runner_main, self) != 0)
    {
      runner_unref (self);
      g_clear_pointer (&self, runner_unref);
    }
  pthread_attr_destroy (&attributes);
  return self;
}

/* It ends after the job that it may still run; its programs end with it. */
static void
runner_end (gpointer data)
{
  Runner *self = data;

  g_async_queue_push (self->jobs, self);
  pthread_join (self->thread, NULL);
  runner_unref (self);
}

static void
runner_leave (Runner *self)
{
  self->left = TRUE;
  g_atomic_int_inc (&n_left);
  g_async_queue_push (self->jobs, self);
  pthread_detach (self->thread);
  runner_unref (self);
}

static GPrivate programs_key = G_PRIVATE_INIT (runner_end);

void
tc_expr_thread_end (void)
{
  g_private_replace (&programs_key, NULL);
}

static gpointer
set_malloc_up (gpointer data G_GNUC_UNUSED)
{
  mallinfo2 ();
  return NULL;
}

static uint64_t
memory_in_use (void)
{
  static GOnce     set_up = G_ONCE_INIT;
  struct mallinfo2 info;

  /* Where another allocator serves the program, the first mallinfo2() sets glibc's own up, and glibc does that without a lock. */
  g_once (&set_up, set_malloc_up, NULL);
  info = mallinfo2 ();
  return info.uordblks + info.hblkhd;
}

/* Waits for the end of @job; FALSE: it did not end, not even when told to. Time is counted in ticks: this layer reads no clock. */
static gboolean
await (Runner *runner, TcJqJob *job, GCancellable *cancellable)
{
  uint64_t before = 0;
  int      halted_at = -1;

  for (int waited = 0; g_async_queue_timeout_pop (runner->done, TICK_MS * 1000) == NULL; waited += TICK_MS)
    {
      if (halted_at >= 0 && waited - halted_at > GRACE_MS)
        return FALSE;
      if (halted_at >= 0)
        continue;
      if (waited == 0)
        before = memory_in_use ();
      if (g_cancellable_is_cancelled (cancellable))
        job_halt (job, TC_JQ_CANCELLED);
      else if (waited >= job->milliseconds)
        job_halt (job, TC_JQ_TIME);
      else if (memory_in_use () > before + TC_EXPR_LIMIT_JQ_BYTES)
        job_halt (job, TC_JQ_BYTES);
      else
        continue;
      halted_at = waited;
    }
  return TRUE;
}

static TcJqJob *
job_new (const char *text, jv input)
{
  TcJqJob *self = g_new0 (TcJqJob, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  self->text = g_strdup (text);
  self->input = input;
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  return self;
}

TcJqJob *
tc_jq_job_run (const char *text, jv input, uint64_t steps, uint64_t bytes, int milliseconds, GCancellable *cancellable)
{
  g_autoptr (TcJqJob) job = job_new (text, input);
  Runner  *runner = g_private_get (&programs_key);
  TcJqJob *left;

  job->steps = steps;
  job->bytes = bytes;
  job->milliseconds = milliseconds;
  if (g_atomic_int_get (&n_left) >= TC_EXPR_LIMIT_JQ_LEFT)
    {
      job->verdict = TC_JQ_LEFT;
      return g_steal_pointer (&job);
    }
  if (runner == NULL && (runner = runner_new ()) == NULL)
    {
      job->verdict = TC_JQ_RAISED;
      job->reason = g_strdup ("no thread can be started");
      return g_steal_pointer (&job);
    }
  g_private_set (&programs_key, runner);
  g_atomic_ref_count_inc (&job->refs);
  g_async_queue_push (runner->jobs, job);
  if (await (runner, job, cancellable))
    {
      tc_jq_job_unref (job);
      return g_steal_pointer (&job);
    }
  /* The job stays with the runner, which still writes to it. */
  g_private_set (&programs_key, NULL);
  runner_leave (runner);
  left = job_new (text, jv_null ());
  left->verdict = job->halt_verdict;
  return left;
}
