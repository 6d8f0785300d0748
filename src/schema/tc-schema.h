/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-diagnostic.h"
#include "tc-yaml.h"

G_BEGIN_DECLS

typedef enum
{
  TC_KIND_STRING, TC_KIND_BOOL, TC_KIND_INT, TC_KIND_DOUBLE, TC_KIND_DURATION, TC_KIND_ENUM, TC_KIND_LIST, TC_KIND_MAP,
  TC_KIND_OBJECT,     /* a nested table: of = const TcProp[] */
  TC_KIND_TASK, TC_KIND_TASKS, TC_KIND_RUNNER, TC_KIND_FILES, TC_KIND_TYPED,   /* TYPED: object whose `type` names a table of the registry */
  TC_KIND_ANY,
} TcKind;

typedef enum
{
  TC_PROP_REQUIRED = 1 << 0,
  TC_PROP_DYNAMIC = 1 << 1,      /* a template, rendered before the task starts; strings below it too */
  TC_PROP_SECRET = 1 << 2,
  TC_PROP_DEPRECATED = 1 << 3,
  TC_PROP_ADVANCED = 1 << 4,
  TC_PROP_LATE = 1 << 5,         /* DYNAMIC, but rendered by the task itself (tc_job_render), as it needs names that exist only then */
  TC_PROP_HIDDEN = 1 << 6,       /* accepted, and checked by a rule of its own; nobody is told to write it */
} TcPropFlags;

/** TcProp: one property, declared once. Tables end with a zero row. What is decoded at @offset, by kind: STRING char*, BOOL gboolean,
 * INT int64_t, DOUBLE double, DURATION int64_t (us), ENUM int, all others TcValue* (owned by the struct, see tc_props_clear).
 * @of by kind: ENUM: const char *const[], NULL-ended; OBJECT: const TcProp[]; LIST and MAP: const TcProp[], whose single row named ""
 * tells the kind of each item, else each item is an object of that table; TYPED: const TcTypeInfo *const[], NULL-ended. NULL: anything. */
typedef struct
{
  const char  *name;
  TcKind       kind;
  TcPropFlags  flags;
  size_t       offset;
  const char  *fallback;  /* default, as YAML; NULL: none */
  const void  *of;        /* enum names (NULL-ended), item table, by kind */
  const char  *doc;       /* Markdown, N_(); its first sentence is the hover text */
} TcProp;

/* Tables of items for LIST and MAP. */
extern const TcProp tc_items_string[], tc_items_dynamic[], tc_items_int[];    /* texts; texts that may be templates; numbers */

/** TcTypeInfo: what every typed thing (task, runner, trigger, input, condition) declares. */
typedef struct
{
  const char        *type;        /* as written in YAML */
  const char *const *aliases;     /* deprecated names, NULL-ended, or NULL */
  const char        *title, *doc, *const *examples;
  const TcProp      *props, *outputs;
  size_t             props_size;
} TcTypeInfo;

const TcTypeInfo *tc_type_infos_find (const TcTypeInfo *const *infos, const char *type);    /* also by an alias; NULL: none */

typedef struct _TcJob      TcJob;       /* tc-job.h: what a running task may do */
typedef struct _TcRunSpec  TcRunSpec;   /* tc-run-spec.h: a process to run */
typedef struct _TcFlowable TcFlowable;  /* executor/tc-flowable.h: pure functions: children, next, state */

typedef enum
{
  TC_TASK_JOB,        /* runs on a worker thread of ours */
  TC_TASK_RUN,        /* makes a TcRunSpec that a runner runs */
  TC_TASK_FLOWABLE,   /* has children; the executor decides */
  TC_TASK_EXECUTOR,   /* the executor itself does it at once, or by a timer (Fail, Exit, Labels, Sleep, Subflow …) */
} TcTaskKind;

typedef struct
{
  TcTypeInfo info;
  TcTaskKind kind;
  union
  {
    TcValue          *(*job)  (TcJob *job, const void *props, GError **error);  /* worker thread, may block; returns outputs */
    TcRunSpec        *(*spec) (TcJob *job, const void *props, GError **error);  /* worker thread; the runner does the rest */
    const char        *flowable;    /* FLOWABLE and EXECUTOR: key into the executor's table, e.g. "ForEach" */
  };
  gconstpointer data;   /* of a type made from a YAML plugin file: its compiled description; else NULL */
} TcTaskClass;

/** TcRegistry: all known types: static tables plus loaded YAML plugin files. Immutable, reference counted, any thread. */
typedef struct _TcRegistry TcRegistry;
typedef struct _TcRegistryBuilder TcRegistryBuilder;

TcRegistryBuilder *tc_registry_builder_new      (void);
void               tc_registry_builder_tasks    (TcRegistryBuilder *self, const TcTaskClass *const *classes);     /* NULL-ended, static */
void               tc_registry_builder_runners  (TcRegistryBuilder *self, const TcTypeInfo *const *runners);      /* NULL-ended, static */
void               tc_registry_builder_triggers (TcRegistryBuilder *self, const TcTypeInfo *const *triggers);
void               tc_registry_builder_take_task (TcRegistryBuilder *self, TcTaskClass *made, GDestroyNotify free_made);
void               tc_registry_builder_free     (TcRegistryBuilder *self);                /* only without tc_registry_builder_end() */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcRegistryBuilder, tc_registry_builder_free)
TcRegistry        *tc_registry_builder_end      (TcRegistryBuilder *self);                /* frees the builder */
TcRegistry        *tc_registry_ref              (TcRegistry *self);
void               tc_registry_unref            (TcRegistry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcRegistry, tc_registry_unref)

/* @alias_of, if not NULL, is set to the current name when @type is a deprecated one. */
const TcTaskClass *tc_registry_task             (const TcRegistry *self, const char *type, const char **alias_of);
const TcTypeInfo  *tc_registry_runner           (const TcRegistry *self, const char *type);
const TcTypeInfo  *tc_registry_trigger          (const TcRegistry *self, const char *type, const char **alias_of);
const char *const *tc_registry_task_types       (const TcRegistry *self);                 /* sorted, NULL-ended */
const char *const *tc_registry_runner_types     (const TcRegistry *self);
const char *const *tc_registry_trigger_types    (const TcRegistry *self);

extern const TcProp tc_task_base_props[];    /* id, type, description, disabled, timeout, retry, runIf … : every task has them */
extern const TcProp tc_retry_props[];        /* of `retry`, of tasks and flows */
extern const TcProp tc_typed_props[];        /* of a map of kind RUNNER or TYPED, before those of its type */

/**
 * tc_props_check: findings for @node against @tables (NULL-ended array of tables): unknown key (nearest name), missing, wrong kind,
 * deprecated. Children of kind TASK and TASKS are the caller's to check. A constant that a DYNAMIC property cannot take is a warning, as
 * Kestra refuses it only when the task runs. Codes: prop.unknown, prop.missing, prop.kind, prop.value, prop.deprecated, type.missing,
 * runner.type.unknown, prop.type.unknown.
 */
void       tc_props_check   (const TcRegistry *types, const TcProp *const *tables, const TcYamlNode *node, const char *path, GPtrArray *diagnostics);
/** tc_props_decode: rendered values into the type's struct of @size bytes (zeroed first), defaults filled in. Error names the property.
 * What is absent or null and has no default stays zero. A @size of 0 decodes nothing. */
gboolean   tc_props_decode  (const TcProp *table, const TcValue *rendered, gpointer target, size_t size, GError **error);
void       tc_props_clear   (const TcProp *table, gpointer target);
const TcProp *tc_props_find (const TcProp *table, const char *name);
const char *tc_prop_expected (const TcProp *prop);    /* "a text", "true or false": what it takes; translated, static */
TcValue   *tc_props_default (const TcProp *prop);     /* its fallback as a value; NULL: none. Caller owns */

TcValue   *tc_schema_for_type (const TcRegistry *types, const char *type);      /* JSON Schema (draft 7) of one type, NULL: unknown */
TcValue   *tc_schema_for_flow (const TcRegistry *types);

#define TC_SCHEMA_ERROR (tc_schema_error_quark ())
GQuark     tc_schema_error_quark (void);
typedef enum
{
  TC_SCHEMA_ERROR_VALUE,    /* a rendered value does not fit its property */
  TC_SCHEMA_ERROR_PLUGIN,   /* a YAML plugin file is wrong; the message has file:line:column */
} TcSchemaError;

G_END_DECLS
