/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-diagnostic.h"
#include "tc-json.h"
#include "tc-schema.h"

G_BEGIN_DECLS

/** Exit codes (design/cli.md §3). */
typedef enum
{
  TC_EXIT_OK,         /* done; of an execution: SUCCESS or WARNING */
  TC_EXIT_FAILED,     /* the execution or a test failed */
  TC_EXIT_REFUSED,    /* flow invalid, inputs missing, no such thing, wrong usage */
  TC_EXIT_BROKEN,     /* the engine could not work */
} TcExit;

/** TcCommand: a row of the table of commands; a group has children instead of a function. Static. */
typedef struct _TcCommand TcCommand;
struct _TcCommand
{
  const char      *name;         /* whole: "executions list" */
  const char      *arguments;    /* as --help shows them */
  const char      *summary;      /* one line, N_() */
  const char      *example;      /* command lines, without the program's name */
  TcExit         (*run) (const TcCommand *self, int argc, char **argv);
  const TcCommand *children;     /* ends with a zero row */
};

extern const TcCommand tc_commands_executions[], tc_commands_flows[], tc_commands_files[], tc_commands_kv[], tc_commands_secrets[],
                        tc_commands_triggers[];
TcExit tc_cmd_check       (const TcCommand *self, int argc, char **argv);
TcExit tc_cmd_eval        (const TcCommand *self, int argc, char **argv);
TcExit tc_cmd_run         (const TcCommand *self, int argc, char **argv);
TcExit tc_cmd_conformance (const TcCommand *self, int argc, char **argv);
TcExit tc_cmd_schema      (const TcCommand *self, int argc, char **argv);
TcExit tc_cmd_docs        (const TcCommand *self, int argc, char **argv);
TcExit tc_cmd_serve       (const TcCommand *self, int argc, char **argv);
TcExit tc_cmd_doctor      (const TcCommand *self, int argc, char **argv);

/** tc_cli_parse: options out of @argv, with --help and an example. What is left counts from argv[1]; fewer than @min or more than @max
 * (-1: any number) is a usage error. FALSE: said so on standard error; return TC_EXIT_REFUSED. */
gboolean tc_cli_parse    (const TcCommand *self, const GOptionEntry *entries, int *argc, char ***argv, int min, int max);

/** tc_cli_fail: prints @error, its findings and what helps. Returns the exit code that belongs to it. */
TcExit   tc_cli_fail     (const GError *error);
TcExit   tc_cli_usage    (const TcCommand *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void     tc_cli_print_json (const TcValue *value);                            /* indented, to standard output */
void     tc_cli_print_findings (GPtrArray *findings, const char *file);       /* TcDiagnostic*, to standard error */
/** tc_cli_pairs: a map of KEY=VALUE texts; NULL and a message: one has no `=`. @texts may be NULL. */
TcValue *tc_cli_pairs    (const TcCommand *self, char **texts);
/** tc_cli_read: a file, or standard input for "-". */
char    *tc_cli_read     (const char *path, gsize *length, GError **error);
TcRegistry *tc_cli_registry (GError **error);

G_END_DECLS
