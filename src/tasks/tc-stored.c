/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include "tc-script-private.h"
#include "tc-util.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

static gboolean
check_scheme (const char  *uri,
              GError     **error)
{
  g_autofree char *scheme = g_uri_parse_scheme (uri);

  if (scheme == NULL)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Invalid internal storage uri, got uri '%s'"), uri);
  else if (strcmp (scheme, "kestra") != 0)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Invalid internal storage scheme, got uri '%s'"), uri);
  return g_strcmp0 (scheme, "kestra") == 0;
}

FILE *
tc_stored_open (TcJob       *job,
                const char  *uri,
                GError     **error)
{
  int fd = check_scheme (uri, error) ? tc_job_open_uri (job, uri, error) : -1;

  return fd < 0 ? NULL : fdopen (fd, "r");
}

char *
tc_stored_path (TcJob       *job,
                const char  *uri,
                GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("uri", tc_value_string (uri), NULL);
  g_autoptr (TcValue) path = check_scheme (uri, error) ? tc_job_ask (job, "uri.path", args, error) : NULL;

  return tc_value_is (path, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (path)) : NULL;
}

char *
tc_stored_extension (const char *uri)
{
  const char *slash = strrchr (uri, '/'), *dot = strrchr (slash == NULL ? uri : slash, '.');

  return g_strdup (dot == NULL || dot[1] == '\0' ? ".tmp" : dot);
}

gboolean
tc_stored_line (FILE    *file,
                GString *line)
{
  int c = getc (file);

  g_string_truncate (line, 0);
  if (c == EOF)
    return FALSE;
  for (; c != EOF && c != '\n' && c != '\r'; c = getc (file))
    g_string_append_c (line, (char) c);
  if (c == '\r')
    {
      c = getc (file);
      if (c != '\n' && c != EOF)
        ungetc (c, file);
    }
  return TRUE;
}

TcValue *
tc_stored_namespace_files (TcJob          *job,
                           const char     *namespace_,
                           const TcValue  *patterns,
                           GError        **error)
{
  TcValue *spaces[] = { tc_value_string (namespace_) }, *single[] = { tc_value_ref (patterns) };
  g_autoptr (TcValue) list = tc_value_list (single, 1);
  g_autoptr (TcValue) request = tc_value_map_of ("namespaces", tc_value_list (spaces, 1), "include",
                                                 tc_value_ref (tc_value_is (patterns, TC_VALUE_LIST) ? patterns : list), NULL);

  return tc_job_ask (job, "namespace.files", request, error);
}

TcStoredOut *
tc_stored_out_named (TcJob       *job,
                     const char  *name,
                     GError     **error)
{
  g_autoptr (TcStoredOut) self = g_new0 (TcStoredOut, 1);
  const char *directory = tc_job_name (job, "workingDir");
  g_autofree char *temporary = tc_script_random_name (".part");
  int fd;

  self->name = g_strdup (name);
  self->path = g_build_filename (directory != NULL ? directory : g_get_tmp_dir (), temporary, NULL);
  fd = g_open (self->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  self->file = fd < 0 ? NULL : fdopen (fd, "w");
  if (self->file != NULL)
    return g_steal_pointer (&self);
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _("cannot write “%s”: %s"), self->path, g_strerror (errno));
  return NULL;
}

TcStoredOut *
tc_stored_out_new (TcJob       *job,
                   const char  *extension,
                   GError     **error)
{
  g_autofree char *ending = extension == NULL || *extension == '\0' ? g_strdup (".tmp") : g_strconcat (*extension == '.' ? "" : ".", extension, NULL);
  g_autofree char *name = tc_script_random_name (ending);

  return tc_stored_out_named (job, name, error);
}

void
tc_stored_out_free (TcStoredOut *self)
{
  if (self == NULL)
    return;
  if (self->file != NULL)
    fclose (self->file);
  if (self->path != NULL)
    g_unlink (self->path);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

char *
tc_stored_out_end (TcJob        *job,
                   TcStoredOut  *self,
                   GError      **error)
{
  g_autoptr (TcStoredOut) owned = self;
  gboolean failed = ferror (owned->file);

  /* A full disk may show only now. */
  if (fclose (g_steal_pointer (&owned->file)) != 0 || failed)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _("cannot write “%s”: %s"), owned->path, g_strerror (errno));
      return NULL;
    }
  return tc_job_store_file (job, owned->path, owned->name, TRUE, error);
}
