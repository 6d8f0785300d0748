/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-backend.h"
#include "tc-engine.h"
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "Unknown option --jsn" names what was wrong; this finds what was meant. */
static const char *
nearest_option (const GOptionEntry *entries,
                const char         *message)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *wrong = strrchr (message, '-');

  for (const GOptionEntry *entry = entries; entry != NULL && entry->long_name != NULL; entry++)
    g_ptr_array_add (names, (gpointer) entry->long_name);
  g_ptr_array_add (names, (gpointer) "help");
  g_ptr_array_add (names, NULL);
  while (wrong != NULL && wrong > message && wrong[-1] != ' ')
    wrong--;
  return wrong != NULL ? tc_nearest_name (wrong + strspn (wrong, "-"), (const char *const *) names->pdata) : NULL;
}

TcExit
tc_cli_usage (const TcCommand *self,
              const char      *format,
              ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("tiercel-cli %s: %s\n", self->name, text);
  g_printerr (_("usage: tiercel-cli %s %s (“tiercel-cli %s --help” tells more)\n"), self->name, self->arguments, self->name);
  return TC_EXIT_REFUSED;
}

gboolean
tc_cli_parse (const TcCommand     *self,
              const GOptionEntry  *entries,
              int                 *argc,
              char              ***argv,
              int                  min,
              int                  max)
{
  g_autoptr (GOptionContext) context = g_option_context_new (self->arguments);
  g_autofree char *program = g_strdup_printf ("tiercel-cli %s", self->name);
  g_autofree char *example = g_strdup_printf (_("Example:\n  tiercel-cli %s"), self->example);
  g_autoptr (GError) error = NULL;
  const char *meant;

  g_set_prgname (program);
  g_option_context_set_summary (context, _(self->summary));
  g_option_context_set_description (context, example);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      meant = g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) ? nearest_option (entries, error->message) : NULL;
      if (meant != NULL)
        tc_cli_usage (self, _("%s; did you mean --%s?"), error->message, meant);
      else
        tc_cli_usage (self, "%s", error->message);
      return FALSE;
    }
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0)
    {
      memmove (*argv + 1, *argv + 2, (size_t) (*argc - 1) * sizeof (char *));
      (*argc)--;
    }
  if (*argc - 1 >= min && (max < 0 || *argc - 1 <= max))
    return TRUE;
  tc_cli_usage (self, *argc - 1 < min ? _("something is missing") : _("too many arguments"));
  return FALSE;
}

void
tc_cli_print_findings (GPtrArray  *findings,
                       const char *file)
{
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      g_autofree char *text = tc_diagnostic_to_text (g_ptr_array_index (findings, i), file);

      g_printerr ("%s\n", text);
    }
}

static TcExit
exit_of (const GError *error)
{
  if (error->domain == TC_ENGINE_ERROR)
    return error->code == TC_ENGINE_ERROR_REFUSED || error->code == TC_ENGINE_ERROR_NOT_FOUND ? TC_EXIT_REFUSED : TC_EXIT_BROKEN;
  return error->domain == TC_BACKEND_ERROR && error->code == TC_BACKEND_ERROR_BROKEN ? TC_EXIT_BROKEN : TC_EXIT_REFUSED;
}

TcExit
tc_cli_fail (const GError *error)
{
  g_printerr ("tiercel-cli: %s\n", error->message);
  tc_cli_print_findings (tc_engine_error_findings (error), "-");
  return exit_of (error);
}

void
tc_cli_print_json (const TcValue *value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  tc_json_write_pretty (value, text);
  fwrite (text->str, 1, text->len, stdout);
  putchar ('\n');
}

TcValue *
tc_cli_pairs (const TcCommand  *self,
              char            **texts)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      const char *equals = strchr (texts[i], '=');
      g_autofree char *key = equals != NULL ? g_strndup (texts[i], (gsize) (equals - texts[i])) : NULL;

      if (key == NULL || *key == '\0')
        {
          tc_cli_usage (self, _("“%s” is not of the form KEY=VALUE"), texts[i]);
          return NULL;
        }
      tc_map_builder_str (map, key, equals + 1);
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static char *
read_all (int       fd,
          gsize    *length,
          GError  **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[65536];
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    g_byte_array_append (bytes, buffer, (guint) n);
  if (n < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("standard input cannot be read: %m"));
      return NULL;
    }
  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

char *
tc_cli_read (const char  *path,
             gsize       *length,
             GError     **error)
{
  char *text = NULL;

  if (strcmp (path, "-") == 0)
    return read_all (STDIN_FILENO, length, error);
  return g_file_get_contents (path, &text, length, error) ? text : NULL;
}

TcRegistry *
tc_cli_registry (GError **error)
{
  return tc_engine_load_registry (NULL, error);
}
