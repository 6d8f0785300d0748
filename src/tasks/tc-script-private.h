/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"
#include "tc-run-spec.h"
#include "tc-script.h"
#include <stdbool.h>

G_BEGIN_DECLS

/** ScriptProps: the common properties, as decoded. LATE ones are as written: they see names that exist only once the directory is known. */
typedef struct
{
  TcValue *before_commands, *interpreter, *env, *input_files, *output_files, *namespace_files, *runner, *docker, *execution_context;
  char    *image;
  gboolean fail_fast, output_directory, warning_on_stderr;
  int      target_os, old_runner;
} TcScriptProps;

enum { TC_SCRIPT_OS_AUTO, TC_SCRIPT_OS_LINUX, TC_SCRIPT_OS_WINDOWS };
enum { TC_SCRIPT_OLD_NONE, TC_SCRIPT_OLD_PROCESS, TC_SCRIPT_OLD_DOCKER };

extern const TcProp tc_script_props[], tc_script_outputs[], tc_script_namespace_files_props[];

/** TcScript: one run on its way from properties to a TcRunSpec. */
typedef struct
{
  TcJob               *job;
  const TcScriptProps *props;
  const TcPlugin      *plugin;
  TcRunSpec           *spec;
  const char          *directory;     /* working directory, absolute */
  bool                 process;       /* the process runner, not a container */
  TcValue             *names;         /* workingDir, outputDir, outputFiles: for the user's templates */
  TcValue             *late;          /* texts of the plugin's late properties, rendered */
  TcValue             *own_names;     /* names, late, props, file, runner, image and programs: for the plugin's templates */
} TcScript;

/** tc_script_spec: all of it. */
TcRunSpec *tc_script_spec        (TcJob *job, const TcScriptProps *props, const TcPlugin *plugin, GError **error);

/* All return FALSE or NULL with @error set. Texts belong to the caller. */
char      *tc_script_render      (TcScript *self, const char *text, GError **error);                   /* the user's text */
gboolean   tc_script_render_list (TcScript *self, const TcValue *list, GPtrArray *out, GError **error); /* a list, or a text that renders to one */
TcValue   *tc_script_render_map  (TcScript *self, const TcValue *map, GError **error);                 /* a map, or a text that renders to one */
char      *tc_script_text_of     (const TcValue *value);                                               /* STRING as it is, else JSON */
void       tc_script_add_file    (TcScript *self, const char *path, const char *text, const char *source);

gboolean   tc_script_namespace_files (TcScript *self, GError **error);
gboolean   tc_script_input_files     (TcScript *self, GError **error);
/** Every kestra:// URI in @text becomes the path of a copy in the working directory. Takes @text. */
char      *tc_script_fetch_uris      (TcScript *self, char *text, GError **error);
char      *tc_script_random_name     (const char *extension);

G_END_DECLS
