/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"
#include "tc-schema.h"
#include "tc-state.h"
#include "tc-template.h"

G_BEGIN_DECLS

typedef struct _TcFlow TcFlow;
typedef struct _TcTask TcTask;

/** TcTaskList: a named list of tasks: "tasks", "errors", "finally", "then", "else", "defaults", "cases.KEY", "onPause". */
typedef struct
{
  char      *name;
  GPtrArray *tasks;       /* TcTask*, in order; disabled ones are kept and marked */
} TcTaskList;

typedef enum { TC_RETRY_CONSTANT, TC_RETRY_EXPONENTIAL, TC_RETRY_RANDOM } TcRetryKind;
typedef struct
{
  TcRetryKind kind;
  int64_t     interval_us, max_interval_us, min_interval_us;   /* 0: not given */
  double      delay_factor;
  int         max_attempts;                                    /* 0: no limit */
  int64_t     max_duration_us;                                 /* 0: no limit */
  gboolean    warning_on_retry, new_execution;
} TcRetry;

/** TcTask: one compiled task. Immutable, owned by its flow; valid as long as the flow. */
struct _TcTask
{
  char              *id, *type;          /* type as written */
  const TcTaskClass *klass;              /* never NULL in a flow that may run */
  TcSpan             span, id_span;      /* the task's lines; its id */
  char              *path;               /* "tasks[2].then[0]" */
  const TcTask      *parent;             /* flowable around it, or NULL */
  const TcTaskList  *list;               /* where it stands */
  guint              ordinal;            /* place in document order over the whole flow */
  gboolean           disabled, allow_failure, allow_warning, log_to_file;
  TcLevel            log_level;          /* lines below are dropped; TRACE: none */
  TcTemplate        *run_if, *timeout;   /* or NULL */
  TcRetry           *retry;              /* own one, or NULL */
  TcValue           *cache;              /* taskCache map, or NULL */
  TcValue           *props;              /* all properties but children, defaults merged (pluginDefaults), unrendered */
  GPtrArray         *lists;              /* TcTaskList*, children by name */
  GPtrArray         *depends;            /* Dag entry: char* ids it depends on, or NULL */
  GPtrArray         *resume_inputs;      /* Pause: TcInput* of `onResume`, or NULL */
  GHashTable        *templates;          /* path → TcTemplate; read it with tc_task_template() */
};
const TcTaskList *tc_task_list      (const TcTask *self, const char *name);     /* or NULL */
/* The compiled text at "message", "env.A", "commands[1]". NULL: no text there, one without delimiters (take it as it is), or one that does
 * not compile (tc_expr_render_text() on it says why). */
const TcTemplate *tc_task_template  (const TcTask *self, const char *path);
const TcTaskList *tc_flow_list      (const TcFlow *self, const char *name);     /* "tasks", "errors", "finally", "afterExecution", "listeners[0]"; or NULL */

typedef enum
{
  TC_INPUT_STRING, TC_INPUT_EMAIL, TC_INPUT_SELECT, TC_INPUT_ENUM, TC_INPUT_MULTISELECT, TC_INPUT_INT, TC_INPUT_FLOAT, TC_INPUT_BOOL,
  TC_INPUT_BOOLEAN, TC_INPUT_DATETIME, TC_INPUT_DATE, TC_INPUT_TIME, TC_INPUT_DURATION, TC_INPUT_FILE, TC_INPUT_JSON, TC_INPUT_YAML,
  TC_INPUT_URI, TC_INPUT_SECRET, TC_INPUT_ARRAY,
} TcInputType;
const char *tc_input_type_name (TcInputType type);

/** TcInput: one declared input (or flow output). Immutable, owned by its flow. */
typedef struct
{
  char       *id, *display_name, *description;    /* the latter two or NULL */
  TcInputType type, item_type;
  gboolean    required;
  TcSpan      span;
  TcValue    *defaults, *prefill;                 /* unrendered, or NULL */
  TcValue    *values;                             /* LIST for SELECT …, or NULL */
  TcValue    *props;                              /* everything declared: min, max, validator, expression, dependsOn … */
} TcInput;

/** TcFlow: immutable, reference counted, any thread: source, tasks, inputs, triggers, templates. Boxed. */
TcFlow      *tc_flow_compile        (const char *source, size_t length, const TcRegistry *types, GPtrArray *diagnostics);  /* NULL only if unusable */
TcFlow      *tc_flow_ref            (const TcFlow *self);
void         tc_flow_unref          (TcFlow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcFlow, tc_flow_unref)
#define TC_TYPE_FLOW (tc_flow_get_type ())
GType        tc_flow_get_type       (void) G_GNUC_CONST;
gboolean     tc_flow_is_runnable    (const TcFlow *self);          /* no finding of severity error */
const char  *tc_flow_id             (const TcFlow *self);          /* "" if missing */
const char  *tc_flow_namespace      (const TcFlow *self);
const char  *tc_flow_source         (const TcFlow *self);
const TcYamlDoc *tc_flow_document   (const TcFlow *self);
gboolean     tc_flow_is_disabled    (const TcFlow *self);
/* "variables", "concurrency", "sla", "checks", "triggers" (defaults merged) … as written; "labels" as LIST of {key, value}; or NULL */
const TcValue *tc_flow_value        (const TcFlow *self, const char *property);
const TcRetry *tc_flow_retry        (const TcFlow *self);          /* or NULL */
size_t       tc_flow_n_inputs       (const TcFlow *self);
const TcInput *tc_flow_input        (const TcFlow *self, size_t index);
size_t       tc_flow_n_outputs      (const TcFlow *self);
const TcInput *tc_flow_output       (const TcFlow *self, size_t index);            /* its `value` is in props */
size_t       tc_flow_n_tasks        (const TcFlow *self);          /* all of them, nested too, in document order */
const TcTask *tc_flow_task          (const TcFlow *self, size_t ordinal);
const TcTask *tc_flow_find_task     (const TcFlow *self, const char *id);          /* O(1); NULL: none */
const TcTask *tc_flow_task_at       (const TcFlow *self, uint32_t offset);         /* the innermost task at a character of the source, or NULL */
GPtrArray   *tc_flow_diagnostics    (const TcFlow *self);          /* borrowed: findings made at compile */
/* A template anywhere in the flow outside tasks, by path ("outputs[0].value", "sla[0].assert", "inputs[1].defaults"); or NULL. */
const TcTemplate *tc_flow_template  (const TcFlow *self, const char *path);

/**
 * tc_inputs_resolve: spec/flow-language.md §2.3: dependsOn, defaults, parsing, bounds. @given: map of flat keys → texts or values.
 * All findings at once in @diagnostics (path = "inputs.ID"). Returns the nested map of typed values, NULL if one was refused.
 * FILE inputs: a value that is no URI stays as it is; the engine has stored the file before and passes its URI.
 * Pure, any thread; may render, so call it on a worker.
 */
TcValue     *tc_inputs_resolve      (const TcFlow *self, const TcValue *given, TcScope *scope, GPtrArray *diagnostics);
/** tc_inputs_resolve_list: the same for other declared inputs: `resume_inputs` of a task. @inputs: TcInput*, each with an id. */
TcValue     *tc_inputs_resolve_list (const GPtrArray *inputs, const TcValue *given, TcScope *scope, GPtrArray *diagnostics);
/**
 * tc_inputs_disabled: LIST of the ids that `dependsOn` switches off while @given, of which values may be missing or wrong, is all that there is:
 * for a form, which neither shows nor asks for them. An input depends on a value that is not there as on one that does not fit.
 * Pure, any thread; may render, so call it on a worker. Kestra: FlowInputOutput.validateExecutionInputs().
 */
TcValue     *tc_inputs_disabled      (const TcFlow *self, const TcValue *given, TcScope *scope);
TcValue     *tc_inputs_disabled_list (const GPtrArray *inputs, const TcValue *given, TcScope *scope);
/** tc_input_parse: one typed value as an input or flow output of @input would hold it; null stays null. The error is a cause without the
 * input's name ("it must be more than 10"), code TC_MODEL_ERROR_INPUT. */
TcValue     *tc_input_parse         (const TcInput *input, const TcValue *given, GError **error);

G_END_DECLS
