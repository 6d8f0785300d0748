/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow.h"
#include "tc-flow-place.h"

G_BEGIN_DECLS

/* The inside of a flow and the state of its compilation: shared by the tc-flow-*.c files, seen by no other. */

struct _TcFlow
{
  gatomicrefcount refs;
  char       *source;
  TcYamlDoc  *document;       /* NULL: no tree */
  TcRegistry *types;
  char       *id, *namespace;
  gboolean    disabled, runnable;
  TcValue    *values;         /* top-level properties but the lists of tasks; defaults merged into triggers */
  TcRetry    *retry;
  GPtrArray  *lists;          /* TcTaskList*, owned */
  GPtrArray  *tasks;          /* TcTask* by ordinal, owned by their lists */
  GHashTable *by_id;          /* borrowed id → TcTask*; the first of duplicates */
  GPtrArray  *inputs, *outputs;   /* TcInput*, owned */
  GHashTable *templates;      /* path → TcTemplate*, outside tasks */
  GPtrArray  *diagnostics;
};

typedef enum { TC_ROOT_OUTPUTS, TC_ROOT_INPUTS, TC_ROOT_VARS } TcRootKind;

/* A name that an expression reads: checked once all names are known. */
typedef struct
{
  TcRootKind root;
  char      *name, *path;
  gboolean   dashed;      /* written with a dot, and the name holds a dash */
  gboolean   leading;     /* first thing behind `{{` */
  TcSpan     span;
} TcReference;

typedef struct
{
  TcFlow           *flow;
  const TcRegistry *types;
  GPtrArray        *diagnostics;
  GPtrArray        *defaults;     /* TcDefault*, sorted by precedence */
  GHashTable       *by_type;      /* type as written → what applies to it, see tc-flow-defaults.c */
  GPtrArray        *references;   /* TcReference* */
  GArray           *lines;        /* see tc_place_lines() */
  gboolean          full;         /* the limit of tasks was reported */
} TcCompiler;

/* tc-flow-compile.c */
gboolean    tc_compile_is_null     (const TcYamlNode *node);                      /* absent, or a null */
TcSpan      tc_compile_span        (const TcYamlNode *node, const char *key);     /* of the member's value, else of the node's first line */
TcSpan      tc_compile_head_span   (const TcYamlNode *node);                      /* of the node's key or first line: for findings about the whole */
char       *tc_compile_string      (const TcYamlNode *node, const char *key);     /* text of a scalar member as YAML reads it; NULL: none */
gboolean    tc_compile_id_is_valid (const char *id, gboolean with_dots);

/* tc-flow-props.c */
extern const TcProp tc_flow_props[], tc_input_base_props[], tc_output_props[];
const TcProp *tc_input_type_props  (TcInputType type);

/* tc-flow-defaults.c */
typedef struct
{
  char             *type;
  const char       *current;      /* its present name if @type is an alias, else NULL; borrowed from the registry */
  gboolean          forced;
  TcValue          *values;
  const TcYamlNode *node;         /* where its values stand */
  size_t            place;        /* its type among the others: the first counts */
} TcDefault;
void        tc_default_free        (TcDefault *self);
GHashTable *tc_defaults_by_type    (void);
void        tc_compile_defaults    (TcCompiler *self, const TcYamlNode *root);
/* @value with the defaults of every typed map inside merged in and nulls dropped. */
TcValue    *tc_defaults_apply      (const TcCompiler *self, const TcValue *value);
/* The nodes of the defaults that match @type, appended to @nodes (const TcYamlNode*). */
void        tc_defaults_nodes      (const TcCompiler *self, const char *type, GPtrArray *nodes);

/* tc-flow-task.c */
void        tc_compile_list        (TcCompiler *self, const TcYamlNode *node, const char *name, const char *path, TcTask *parent,
                                    GPtrArray *lists);
void        tc_task_list_free      (TcTaskList *self);

/* tc-flow-task-rules.c */
void        tc_compile_task_rules  (TcCompiler *self, const TcTask *task, const TcYamlNode *node);

/* tc-flow-template.c */
/* Texts are compiled from a value (defaults merged in) and placed by the nodes that it may have come from, the own one first. A text in
 * none of them is placed at @fallback. Paths in @templates start at the owner; findings say base.path. */
typedef struct
{
  TcCompiler *compiler;
  GHashTable *templates;
  const char *base;         /* path of the owner in findings: "tasks[0]", or "" */
  TcSpan      fallback;     /* for a text whose place is not known */
} TcTexts;
void        tc_compile_texts       (const TcTexts *self, const TcProp *const *tables, const TcValue *value, const GPtrArray *nodes,
                                    const char *path);
void        tc_compile_text_tree   (const TcTexts *self, const TcValue *value, const GPtrArray *nodes, const char *path);
void        tc_compile_prop_texts  (const TcTexts *self, const TcProp *prop, const TcValue *value, const GPtrArray *nodes,
                                    const char *path);
TcTemplate *tc_compile_text        (const TcTexts *self, const TcValue *text, const GPtrArray *nodes, const char *path);
TcTemplate *tc_compile_plain       (const char *text, TcSpan span);      /* of a text without delimiters, or one whose findings are known */

/* tc-flow-references.c */
void        tc_reference_free      (TcReference *self);
void        tc_compile_references  (TcCompiler *self, const char *text, size_t length, TcPlace *place, const char *path);
void        tc_check_references    (TcCompiler *self);

/* tc-flow-retry.c */
TcRetry    *tc_compile_retry       (TcCompiler *self, const TcValue *value, const TcYamlNode *node, TcSpan fallback, const char *path);

/* tc-flow-input.c */
void        tc_compile_inputs      (TcCompiler *self, const TcYamlNode *list, const char *path, gboolean outputs, GPtrArray *into);
void        tc_input_free          (TcInput *self);
gboolean    tc_input_type_parse    (const char *name, TcInputType *type);
const char *tc_input_type_successor (TcInputType type);                           /* the name that replaces a deprecated one; else NULL */

/* tc-flow-trigger.c */
void        tc_compile_triggers    (TcCompiler *self, const TcYamlNode *list);

/* tc-flow-rules.c */
void        tc_compile_flow_rules  (TcCompiler *self, const TcYamlNode *root);

G_END_DECLS
