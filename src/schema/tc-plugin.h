/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"

G_BEGIN_DECLS

/**
 * TcPluginBase: what YAML plugin files may build upon by `extends: NAME`: properties that all their types share, and the function that
 * makes a process to run out of them and of the plugin's own templates. `spec` finds the TcPlugin in the `data` of the job's class and
 * gets the decoded common properties.
 */
typedef struct
{
  const char   *name;
  const TcProp *props, *outputs;
  size_t        props_size;
  TcRunSpec   *(*spec) (TcJob *job, const void *props, GError **error);
} TcPluginBase;

/** TcPluginProgram: a program that goes by different names: in a container always @container, else the first of @names that exists. */
typedef struct
{
  char  *key;             /* its name in templates */
  char  *container;
  char **names;           /* templates, NULL-ended */
} TcPluginProgram;

/**
 * TcPlugin: the compiled description of one type of a YAML plugin file (format: data/plugins/README.md). Immutable; lives as long as its
 * registry. Texts named "template" see `props` (all properties of the task, null if not given), `file`, `runner`, and the programs.
 */
typedef struct
{
  const TcPluginBase *base;
  char       *image;          /* default container image, or NULL */
  char       *source;         /* name of the property that holds a program to be written into a file, or NULL */
  char       *extension;      /* template: of that file, with its dot */
  char       *prepend;        /* text before the program, not a template */
  char      **interpreter;    /* NULL-ended, or NULL: /bin/sh -c */
  char       *fail_fast;      /* line that makes the interpreter stop at the first error, or NULL: none */
  char      **setup;          /* templates of commands before the user's own; those that render to nothing are left out */
  char      **commands;       /* templates; NULL: the task's own `commands` */
  TcValue    *env;            /* MAP of templates that win over the task's env */
  TcValue    *default_env;    /* MAP of templates over which the task's env wins */
  TcValue    *files;          /* MAP path → template; those that render to nothing are not written */
  char       *cache_folder;   /* folder below the working directory that runs take over from earlier ones, or NULL */
  char       *cache_key;      /* template: of what it depends, besides the runner and the image; "": it is made anew */
  TcValue    *runner;         /* MAP of defaults put under `taskRunner` */
  TcPluginProgram *programs;  /* n_programs of them */
  size_t      n_programs;
} TcPlugin;

/** tc_plugin_props: the properties of @class by name: as rendered in @props, else the declared default, else null. Caller owns. */
TcValue *tc_plugin_props (const TcTaskClass *klass, const TcValue *props);

/**
 * tc_plugin_read: compiles the text of a YAML plugin file (format: data/plugins/README.md) into task classes added to @builder. @bases is
 * NULL-ended and static. @file is for messages only; this layer opens nothing. FALSE and @error (TC_SCHEMA_ERROR_PLUGIN, one finding a
 * line): the file is wrong, nothing was added.
 */
gboolean tc_plugin_read  (TcRegistryBuilder *builder, const TcPluginBase *const *bases, const char *file, const char *text, size_t length,
                          GError **error);

G_END_DECLS
