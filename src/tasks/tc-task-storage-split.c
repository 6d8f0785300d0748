/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char   *from, *regex, *bytes, *separator;
  int64_t partitions, rows;
} SplitProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.Split", NULL };
static const TcProp props[] = {
  { "from", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (SplitProps, from), NULL, NULL, N_("URI of the file.") },
  { "rows", TC_KIND_INT, TC_PROP_DYNAMIC, offsetof (SplitProps, rows), NULL, NULL, N_("Lines in each new file.") },
  { "partitions", TC_KIND_INT, TC_PROP_DYNAMIC, offsetof (SplitProps, partitions), NULL, NULL, N_("Number of new files, among which the lines are dealt.") },
  { "bytes", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SplitProps, bytes), NULL, NULL, N_("Size at which a new file begins, such as `10MB`.") },
  { "regexPattern", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SplitProps, regex), NULL, NULL, N_("Lines go to files by what the first group matches; the others are left out.") },
  { "separator", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SplitProps, separator), "\n", NULL, N_("Text to write after each line.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uris", TC_KIND_LIST, 0, 0, NULL, NULL, N_("URIs of the new files.") },
  { 0 }
};

/* Where lines go. One of the ways is set; each gives the number of the file for the next line. */
typedef struct
{
  TcJob     *job;
  char      *extension;
  GPtrArray *files;         /* TcStoredOut, NULL where nothing was written */
  int64_t    rows, partitions;
  uint64_t   bytes;
  GRegex    *regex;
  GHashTable *groups;       /* text → number + 1 */
  int64_t    n_lines, in_file;
  uint64_t   written;
} Splitter;

static void
free_out (gpointer out)
{
  tc_stored_out_free (out);
}

static gboolean
parse_size (const char  *text,
            uint64_t    *bytes,
            GError     **error)
{
  static const struct { const char *unit; uint64_t size; } units[] = {
    { "KB", 1024 }, { "MB", 1024 * 1024 }, { "GB", 1024 * 1024 * 1024 }, { "", 1 },
  };
  char *end = NULL;
  uint64_t number = g_ascii_strtoull (text, &end, 10);

  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    if (end != text && number > 0 && g_ascii_strcasecmp (g_strstrip (end), units[i].unit) == 0 && number < UINT64_MAX / units[i].size)
      {
        *bytes = number * units[i].size;
        return TRUE;
      }
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Invalid size with value '%s': write a number with KB, MB or GB"), text);
  return FALSE;
}

static int64_t
file_of_group (Splitter   *self,
               const char *line)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *key = NULL;
  gpointer number;

  if (!g_regex_match (self->regex, line, 0, &match) || g_match_info_get_match_count (match) < 2)
    return -1;
  key = g_match_info_fetch (match, 1);
  number = g_hash_table_lookup (self->groups, key);
  if (number == NULL)
    {
      number = GUINT_TO_POINTER (g_hash_table_size (self->groups) + 1);
      g_hash_table_insert (self->groups, g_steal_pointer (&key), number);
    }
  return (int64_t) GPOINTER_TO_UINT (number) - 1;
}

static int64_t
file_of_line (Splitter   *self,
              const char *line)
{
  if (self->regex != NULL)
    return file_of_group (self, line);
  if (self->bytes > 0)
    {
      if (self->files->len == 0 || self->written >= self->bytes)
        {
          self->written = 0;
          return self->files->len;
        }
      return self->files->len - 1;
    }
  return self->partitions > 0 ? self->n_lines % self->partitions : self->n_lines / self->rows;
}

static gboolean
write_line (Splitter       *self,
            const GString  *line,
            const char     *separator,
            GError        **error)
{
  int64_t number = file_of_line (self, line->str);
  TcStoredOut *out;

  self->n_lines++;
  if (number < 0)
    return TRUE;
  while ((int64_t) self->files->len <= number)
    g_ptr_array_add (self->files, NULL);
  if (self->files->pdata[number] == NULL)
    self->files->pdata[number] = tc_stored_out_new (self->job, self->extension, error);
  out = self->files->pdata[number];
  if (out == NULL)
    return FALSE;
  fwrite (line->str, 1, line->len, out->file);
  fputs (separator, out->file);
  self->written += line->len + strlen (separator);
  return TRUE;
}

/* Tested in this order, as Kestra does when several are given. */
static gboolean
choose_way (Splitter          *self,
            const SplitProps  *given,
            GError           **error)
{
  if (given->regex != NULL)
    {
      self->regex = g_regex_new (given->regex, G_REGEX_OPTIMIZE, 0, error);
      self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      return self->regex != NULL;
    }
  if (given->bytes != NULL)
    return parse_size (given->bytes, &self->bytes, error);
  self->partitions = given->partitions;
  self->rows = given->rows;
  if (self->partitions > 0 || self->rows > 0)
    return TRUE;
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Invalid configuration with no size, count, rows, nor regexPattern"));
  return FALSE;
}

static TcValue *
store_all (Splitter  *self,
           GError   **error)
{
  g_autoptr (TcListBuilder) uris = tc_list_builder_new ();

  for (guint i = 0; i < self->files->len; i++)
    {
      char *uri;

      if (self->files->pdata[i] == NULL)
        continue;
      uri = tc_stored_out_end (self->job, g_steal_pointer (&self->files->pdata[i]), error);
      if (uri == NULL)
        return NULL;
      tc_list_builder_take (uris, tc_value_string_take (uri));
    }
  return tc_value_map_of ("uris", tc_list_builder_end (g_steal_pointer (&uris)), NULL);
}

static gboolean
split (Splitter    *self,
       FILE        *in,
       const char  *separator,
       GError     **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (tc_stored_line (in, line))
    if (!write_line (self, line, separator, error) || g_cancellable_set_error_if_cancelled (self->job->cancellable, error))
      return FALSE;
  return TRUE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const SplitProps *given = data;
  g_autoptr (FILE) in = tc_stored_open (job, given->from, error);
  Splitter self = { .job = job };
  TcValue *result = NULL;

  if (in == NULL)
    return NULL;
  self.extension = tc_stored_extension (given->from);
  self.files = g_ptr_array_new_with_free_func (free_out);
  if (choose_way (&self, given, error) && split (&self, in, given->separator, error))
    result = store_all (&self, error);
  g_ptr_array_unref (self.files);
  g_clear_pointer (&self.regex, g_regex_unref);
  g_clear_pointer (&self.groups, g_hash_table_unref);
  g_free (self.extension);
  return result;
}

extern const TcTaskClass tc_task_storage_split;
const TcTaskClass tc_task_storage_split = {
  .info = {
    .type = "io.kestra.plugin.core.storage.Split", .aliases = aliases,
    .title = N_("Split a file"),
    .doc = N_("Writes the lines of a stored file into several new ones."),
    .props = props, .outputs = outputs, .props_size = sizeof (SplitProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
