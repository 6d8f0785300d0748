/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-auth.h"
#include "tc-docker-client.h"
#include "tc-docker-files.h"
#include "tc-json.h"
#include "tc-script-private.h"
#include "tc-util.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  TcDockerTask docker;
  char        *dockerfile, *target;
  TcValue     *tags, *platforms, *args, *labels, *namespace_files, *input_files;
  gboolean     push, pull;
} BuildProps;

#define AT(member) offsetof (BuildProps, docker.member)
#define ROW(name_, kind_, member_, fallback_, of_, doc_) { name_, kind_, TC_PROP_DYNAMIC, offsetof (BuildProps, member_), fallback_, of_, doc_ }
static const char *const aliases[] = { "io.kestra.plugin.docker.Build", NULL };
static const char *const examples[] = {
  "id: build\ntype: io.kestra.plugin.docker.cli.Build\ntags: [\"tool:1\"]\ndockerfile: |\n  FROM alpine\n  COPY hello.sh /hello.sh\ninputFiles:\n  hello.sh: echo hello\n",
  NULL
};
static const TcProp props[] = {
  ROW ("dockerfile", TC_KIND_STRING, dockerfile, "Dockerfile", NULL, N_("Name of a file of the working directory, or the text of a Dockerfile.")),
  { "tags", TC_KIND_LIST, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (BuildProps, tags), NULL, tc_items_dynamic, N_("Names of the image.") },
  ROW ("push", TC_KIND_BOOL, push, "false", NULL, N_("Push the image under all of its names.")),
  ROW ("pull", TC_KIND_BOOL, pull, "true", NULL, N_("Look for newer images to build upon.")),
  ROW ("platforms", TC_KIND_LIST, platforms, NULL, tc_items_dynamic, N_("Platform to build for, such as `linux/amd64`; of several the last one.")),
  ROW ("buildArgs", TC_KIND_MAP, args, NULL, NULL, N_("Values of the `ARG`s of the Dockerfile.")),
  ROW ("labels", TC_KIND_MAP, labels, NULL, NULL, N_("Labels of the image.")),
  ROW ("target", TC_KIND_STRING, target, NULL, NULL, N_("Stage of the Dockerfile to end with.")),
  ROW ("namespaceFiles", TC_KIND_OBJECT, namespace_files, NULL, tc_script_namespace_files_props, N_("Files of the namespace to build with.")),
  ROW ("inputFiles", TC_KIND_FILES, input_files, NULL, NULL, N_("Files to build with: path to content or URI.")),
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};
static const TcProp outputs[] = {
  { "imageId", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Id of the image, `sha256:…`.") },
  { 0 }
};

/* What goes on while the engine builds. */
typedef struct
{
  TcJob   *job;
  char    *image;
  gboolean packed;
  GError  *pack_error;
} Build;

static void
on_line (gpointer       data,
         const TcValue *line)
{
  Build *self = data;
  const char *text = tc_value_get_str (line, "stream"), *status = tc_value_get_str (line, "status");
  const TcValue *id = tc_value_lookup (line, "aux", "ID", NULL);
  g_autofree char *trimmed = g_strstrip (g_strdup (text == NULL ? "" : text));

  if (*trimmed != '\0')
    tc_job_log (self->job, TC_LEVEL_INFO, "%s", trimmed);
  else if (status != NULL)
    tc_job_log (self->job, TC_LEVEL_DEBUG, "%s", status);
  if (!tc_value_is (id, TC_VALUE_STRING))
    return;
  g_free (self->image);
  self->image = g_strdup (tc_value_get_text (id));
}

static void
on_packed (gpointer      data,
           const GError *error)
{
  Build *self = data;

  self->packed = TRUE;
  self->pack_error = error == NULL ? NULL : g_error_copy (error);
}

static gboolean
put_files (TcJob             *job,
           const BuildProps  *given,
           GError           **error)
{
  g_autoptr (TcValue) files = given->input_files == NULL ? NULL : tc_value_map_of ("files", tc_value_ref (given->input_files), NULL);
  g_autoptr (TcValue) from_namespace = given->namespace_files == NULL ? tc_value_null ()
                                                                      : tc_job_ask (job, "directory.namespace", given->namespace_files, error);
  g_autoptr (TcValue) put = NULL;

  if (from_namespace == NULL)
    return FALSE;
  put = files == NULL ? tc_value_null () : tc_job_ask (job, "directory.put", files, error);
  return put != NULL;
}

/* A text that is no file becomes one. @made: whether it has to be removed. */
static char *
name_of_dockerfile (const BuildProps  *given,
                    const char        *directory,
                    gboolean          *made,
                    GError           **error)
{
  g_autofree char *there = g_build_filename (directory, given->dockerfile, NULL), *name = NULL, *path = NULL;

  *made = FALSE;
  if (strchr (given->dockerfile, '\n') == NULL && g_file_test (there, G_FILE_TEST_IS_REGULAR))
    return g_strdup (given->dockerfile);
  if (strpbrk (given->dockerfile, " \n") == NULL)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
                   _("property “dockerfile”: the working directory has no file “%s”: add it to `inputFiles`, or write the text of the Dockerfile here"),
                   given->dockerfile);
      return NULL;
    }
  name = tc_script_random_name (".Dockerfile");
  path = g_build_filename (directory, name, NULL);
  *made = g_file_set_contents (path, given->dockerfile, -1, error);
  return *made ? g_steal_pointer (&name) : NULL;
}

static void
add (GString    *query,
     const char *name,
     const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_string_append_printf (query, "&%s=", name);
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

/* The engine takes only texts as values. */
static void
add_map (GString       *query,
         const char    *name,
         const TcValue *map)
{
  TcMapBuilder *texts = tc_map_builder_new ();
  g_autoptr (TcValue) made = NULL;
  g_autofree char *json = NULL;

  for (size_t i = 0; tc_value_is (map, TC_VALUE_MAP) && i < tc_value_length (map); i++)
    tc_map_builder_take (texts, tc_value_key (map, i), tc_value_string_take (tc_script_text_of (tc_value_item (map, i))));
  made = tc_map_builder_end (texts);
  json = tc_value_length (made) > 0 ? tc_json_to_text (made) : NULL;
  add (query, name, json);
}

static char *
query_of (const BuildProps *given,
          const char       *dockerfile)
{
  GString *query = g_string_new ("rm=1&forcerm=1");

  add (query, "dockerfile", dockerfile);
  for (size_t i = 0; i < tc_value_length (given->tags); i++)
    add (query, "t", tc_docker_tag_of (tc_value_get_text (tc_value_item (given->tags, i))));
  add (query, "pull", given->pull ? "1" : NULL);
  add (query, "target", given->target);
  if (tc_value_is (given->platforms, TC_VALUE_LIST) && tc_value_length (given->platforms) > 0)
    add (query, "platform", tc_value_get_text (tc_value_item (given->platforms, tc_value_length (given->platforms) - 1)));
  add_map (query, "buildargs", given->args);
  add_map (query, "labels", given->labels);
  return g_string_free (query, FALSE);
}

/* The context is packed while it is sent. */
static gboolean
build (TcDockerClient    *client,
       Build             *self,
       const BuildProps  *given,
       const char        *directory,
       const char        *dockerfile,
       GError           **error)
{
  TcTarPack what = { .directory = directory, .prefix = "." };
  g_autofree char *query = query_of (given, dockerfile), *auths = tc_docker_auth_all (given->docker.credentials, given->docker.config);
  g_autoptr (GError) wrong = NULL;
  g_autoptr (TcValue) answer = NULL;
  TcDockerFiles *files;
  int fd;

  files = tc_docker_files_pack (&what, &fd, on_packed, self, error);
  if (files == NULL)
    return FALSE;
  tc_docker_client_lines (client, on_line, self);
  answer = tc_docker_client_wait (client, tc_docker_build (tc_docker_client_docker (client), query, auths, fd, tc_docker_client_line, tc_docker_client_done,
                                                           client), _("building the image"), &wrong);
  tc_docker_files_request_done (files);
  while (!self->packed)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  /* What broke off on our side looks whole to the engine; what broke off on its side breaks the packing. */
  if (self->pack_error != NULL && (answer != NULL || g_error_matches (self->pack_error, TC_TAR_ERROR, TC_TAR_ERROR_READ)))
    g_propagate_error (error, g_steal_pointer (&self->pack_error));
  else if (answer == NULL)
    g_propagate_error (error, g_steal_pointer (&wrong));
  else
    return TRUE;
  return FALSE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const BuildProps *given = data;
  const char *directory = tc_job_name (job, "workingDir");
  g_autoptr (TcDockerClient) client = NULL;
  g_autofree char *dockerfile = NULL, *path = NULL;
  Build self = { .job = job };
  gboolean made = FALSE, good;
  TcValue *result = NULL;

  if (!put_files (job, given, error) || (dockerfile = name_of_dockerfile (given, directory, &made, error)) == NULL)
    return NULL;
  client = tc_docker_client_new (job, &given->docker, error);
  good = client != NULL && build (client, &self, given, directory, dockerfile, error);
  path = g_build_filename (directory, dockerfile, NULL);
  if (made && g_unlink (path) != 0)
    tc_job_log (job, TC_LEVEL_WARN, "%s: %s", path, g_strerror (errno));
  if (good && (!given->push || tc_docker_client_push_all (client, &given->docker, given->tags, error)))
    result = tc_value_map_of ("imageId", self.image == NULL ? tc_value_null () : tc_value_string (self.image), NULL);
  g_clear_error (&self.pack_error);
  g_free (self.image);
  return result;
}

extern const TcTaskClass tc_task_docker_build;
const TcTaskClass tc_task_docker_build = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Build", .aliases = aliases,
    .title = N_("Build a container image"),
    .doc = N_("Builds an image from a Dockerfile and the files of the working directory, and pushes it if asked to."),
    .examples = examples, .props = props, .outputs = outputs, .props_size = sizeof (BuildProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
