/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-conf.h"
#include "tc-expr-conformance.h"
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#define PARALLEL 6

typedef struct
{
  GRegex     *only;           /* or NULL */
  gboolean    verbose, print;
  int         parallel;
  TcRegistry *types;          /* loaded for the first folder */

  GMutex      lock;           /* of all below, and of standard output */
  guint       passed, failed, skipped;
} Corpus;

static void
report (Corpus     *corpus,
        int         result,
        const char *name,
        const char *why)
{
  static const char *const words[] = { [TC_CONF_PASS] = "PASS", [TC_CONF_FAIL] = "FAIL", [TC_CONF_SKIP] = "SKIP" };

  g_mutex_lock (&corpus->lock);
  corpus->passed += result == TC_CONF_PASS;
  corpus->failed += result == TC_CONF_FAIL;
  corpus->skipped += result == TC_CONF_SKIP;
  if (result != TC_CONF_PASS || corpus->verbose)
    printf ("%s %s%s%s\n", words[result], name, why != NULL ? ": " : "", why != NULL ? why : "");
  fflush (stdout);
  g_mutex_unlock (&corpus->lock);
}

static void
run_row (Corpus      *corpus,
         const char  *file,
         guint        number,
         const char  *line,
         gsize        length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) row = tc_json_read (line, length, &error);
  const char *id = row != NULL ? tc_value_get_str (row, "id") : NULL;
  g_autofree char *why = NULL, *name = g_strdup_printf ("%s:%u %s", file, number, id != NULL ? id : "");

  if (corpus->only != NULL && !g_regex_match (corpus->only, name, 0, NULL))
    return;
  if (row == NULL)
    return report (corpus, TC_CONF_FAIL, name, error->message);
  switch (tc_expr_conformance_row (row, &why))
    {
    case TC_EXPR_ROW_PASS:
      return report (corpus, TC_CONF_PASS, name, NULL);
    case TC_EXPR_ROW_FAIL:
      return report (corpus, TC_CONF_FAIL, name, why);
    case TC_EXPR_ROW_SKIP:
      return report (corpus, TC_CONF_SKIP, name, why);
    }
}

static gboolean
run_expressions (Corpus      *corpus,
                 const char  *file,
                 GError     **error)
{
  gsize length;
  g_autofree char *text = tc_cli_read (file, &length, error);
  guint number = 0;

  if (text == NULL)
    return FALSE;
  for (char *line = text, *end = text + length; line < end; number++)
    {
      char *newline = memchr (line, '\n', (size_t) (end - line));
      gsize size = (gsize) ((newline != NULL ? newline : end) - line);

      if (size > 0)
        run_row (corpus, file, number + 1, line, size);
      line += size + 1;
    }
  return TRUE;
}

/* Thread pool: one case; takes its path. */
static void
run_case (gpointer path,
          gpointer data)
{
  g_autofree char *owned = path, *why = NULL, *folder = g_path_get_dirname (path), *base = g_path_get_basename (path);
  g_autofree char *corpus_name = g_path_get_basename (folder), *name = NULL;
  g_autoptr (TcValue) record = NULL;
  Corpus *corpus = data;
  TcConfResult result;

  *strrchr (base, '.') = '\0';
  name = g_strdup_printf ("%s/%s", corpus_name, base);
  result = tc_conf_run (owned, corpus->types, &why, &record);
  if (corpus->print && record != NULL)
    {
      g_mutex_lock (&corpus->lock);
      tc_cli_print_json (record);
      g_mutex_unlock (&corpus->lock);
    }
  report (corpus, (int) result, name, why);
}

/* NAME.yaml with a golden beside it; NAME.1.yaml is part of NAME. */
static gboolean
is_case (const Corpus *corpus,
         const char   *folder,
         const char   *name)
{
  g_autofree char *stem = g_strdup (name), *golden = NULL, *path = NULL;
  char *dot = strrchr (stem, '.');

  if (dot == NULL || (strcmp (dot, ".yaml") != 0 && strcmp (dot, ".yml") != 0) || g_regex_match_simple ("\\.\\d+\\.ya?ml$", name, 0, 0))
    return FALSE;
  *dot = '\0';
  golden = g_strconcat (stem, ".json", NULL);
  path = g_build_filename (folder, golden, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) && (corpus->only == NULL || g_regex_match (corpus->only, stem, 0, NULL));
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Folders in folders are corpora of their own; expression files among them are run too. */
static gboolean
collect (Corpus      *corpus,
         const char  *folder,
         GPtrArray   *cases,
         GError     **error)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, error);
  const char *name;

  if (entries == NULL)
    return FALSE;
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          if (!collect (corpus, path, cases, error))
            return FALSE;
        }
      else if (g_str_has_suffix (name, ".jsonl"))
        {
          if (!run_expressions (corpus, path, error))
            return FALSE;
        }
      else if (is_case (corpus, folder, name))
        g_ptr_array_add (cases, g_steal_pointer (&path));
    }
  return TRUE;
}

static gboolean
run_folder (Corpus      *corpus,
            const char  *folder,
            GError     **error)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);
  GThreadPool *pool;

  if (corpus->types == NULL)
    corpus->types = tc_cli_registry (error);
  if (corpus->types == NULL || !collect (corpus, folder, cases, error))
    return FALSE;
  g_ptr_array_sort (cases, compare_paths);
  pool = g_thread_pool_new (run_case, corpus, corpus->parallel, FALSE, NULL);
  for (guint i = 0; i < cases->len; i++)
    g_thread_pool_push (pool, g_strdup (cases->pdata[i]), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
  return TRUE;
}

static gboolean
run_path (Corpus      *corpus,
          const char  *path,
          GError     **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return run_folder (corpus, path, error);
  if (!g_str_has_suffix (path, ".yaml") && !g_str_has_suffix (path, ".yml"))
    return run_expressions (corpus, path, error);
  if (corpus->types == NULL)
    corpus->types = tc_cli_registry (error);
  if (corpus->types == NULL)
    return FALSE;
  run_case (g_strdup (path), corpus);
  return TRUE;
}

/* The environment of the recording; before any engine starts a thread. */
static void
set_environment (void)
{
  static const char *const variables[][2] = {
    { "TZ", "UTC" }, { "ENV_FOO", "1" }, { "KESTRA_FOO", "1" }, { "KESTRA_TEST1", "true" }, { "KESTRA_TEST2", "Pass by env" },
  };
  static const char *const secrets[][2] = {
    { "SECRET_TC_TOKEN", "tok-3-secret" }, { "SECRET_MY_KEY", "v" }, { "SECRET_PASSWORD", "passwd" }, { "SECRET_MY_SECRET", "secretValue" },
    { "SECRET_WEBHOOK_KEY", "secretKey" },
    { "SECRET_NEW_LINE", "passwordveryveryveyrlongpasswordveryveryveyrlongpasswordveryveryveyrlongpasswordveryveryveyrlong" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i][0], variables[i][1], TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autofree char *encoded = g_base64_encode ((const guchar *) secrets[i][1], strlen (secrets[i][1]));

      g_setenv (secrets[i][0], encoded, TRUE);
    }
}

static gboolean
parse_options (const TcCommand  *self,
               Corpus           *corpus,
               int              *argc,
               char           ***argv)
{
  g_autofree char *only = NULL;
  const GOptionEntry entries[] = {
    { "only", 0, 0, G_OPTION_ARG_STRING, &only, N_("Only cases whose name matches"), "REGEX" },
    { "parallel", 'j', 0, G_OPTION_ARG_INT, &corpus->parallel, N_("So many flows at a time"), "N" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &corpus->verbose, N_("Say what passed, too"), NULL },
    { "print", 0, 0, G_OPTION_ARG_NONE, &corpus->print, N_("Print what happened, in the form of a golden"), NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, argc, argv, 1, -1))
    return FALSE;
  corpus->only = only != NULL ? g_regex_new (only, 0, 0, &error) : NULL;
  if (error != NULL)
    return tc_cli_usage (self, "--only: %s", error->message), FALSE;
  corpus->parallel = CLAMP (corpus->parallel, 1, 64);
  return TRUE;
}

TcExit
tc_cmd_conformance (const TcCommand *self,
                    int              argc,
                    char           **argv)
{
  Corpus corpus = { .parallel = PARALLEL };
  g_autoptr (GError) error = NULL;

  if (!parse_options (self, &corpus, &argc, &argv))
    return TC_EXIT_REFUSED;
  set_environment ();
  g_mutex_init (&corpus.lock);
  for (int i = 1; i < argc && error == NULL; i++)
    run_path (&corpus, argv[i], &error);
  g_clear_pointer (&corpus.only, g_regex_unref);
  g_clear_pointer (&corpus.types, tc_registry_unref);
  g_mutex_clear (&corpus.lock);
  if (error != NULL)
    return tc_cli_fail (error);
  printf ("%u passed, %u failed, %u skipped\n", corpus.passed, corpus.failed, corpus.skipped);
  return corpus.failed > 0 ? TC_EXIT_FAILED : TC_EXIT_OK;
}
