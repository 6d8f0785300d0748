/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-container-props.h"
#include "tc-docker.h"
#include "tc-script-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The Docker runner does the work: what is a property of the task here is one of the runner there. */
typedef struct
{
  TcScriptProps script;
  char         *host, *user, *network_mode, *shm_size;
  TcValue      *commands, *entry_point, *config, *credentials, *extra_hosts, *port_bindings, *volumes, *device_requests, *cpu, *memory;
  int           pull_policy;
  gboolean      privileged, wait;
} RunProps;

#define AT(member) offsetof (RunProps, member)
static const char *const aliases[] = { "io.kestra.plugin.docker.Run", NULL };
static const char *const examples[] = {
  "id: run\ntype: io.kestra.plugin.docker.cli.Run\ncontainerImage: alpine\ncommands: [echo, hello]\n", NULL
};
static const TcProp props[] = {
  { "containerImage", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, AT (script.image), NULL, NULL, N_("Image of the container.") },
  { "commands", TC_KIND_LIST, TC_PROP_LATE, AT (commands), NULL, tc_items_dynamic,
    N_("Program and arguments, without a shell; the image's own without them.") },
  { "entryPoint", TC_KIND_LIST, TC_PROP_DYNAMIC, AT (entry_point), NULL, tc_items_dynamic, N_("Entry point; the image's without it.") },
  { "env", TC_KIND_MAP, TC_PROP_LATE, AT (script.env), NULL, tc_items_dynamic, N_("Environment variables of the program.") },
  { "inputFiles", TC_KIND_FILES, TC_PROP_LATE, AT (script.input_files), NULL, NULL,
    N_("Files to write into the working directory: path to content, or to a URI (kestra://, nsfile://, file://).") },
  { "outputFiles", TC_KIND_LIST, TC_PROP_LATE, AT (script.output_files), NULL, tc_items_dynamic,
    N_("Paths and globs of files to keep; they become `outputs.ID.outputFiles`.") },
  { "namespaceFiles", TC_KIND_OBJECT, TC_PROP_DYNAMIC, AT (script.namespace_files), NULL, tc_script_namespace_files_props,
    N_("Which files of the namespace are copied into the working directory.") },
  { "warningOnStdErr", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, AT (script.warning_on_stderr), "true", NULL,
    N_("Has no effect: output on standard error does not change the state.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  TC_CONTAINER_ROWS (AT),
  { 0 }
};

static TcValue *
runner_of (const TcValue *given)
{
  static const char *const own[] = { "containerImage", "commands", "env", "inputFiles", "outputFiles", "namespaceFiles", "warningOnStdErr", NULL };
  TcMapBuilder *map = tc_map_builder_new ();

  tc_map_builder_str (map, "type", TC_RUNNER_DOCKER);
  tc_map_builder_take (map, "entryPoint", tc_value_null ());      /* the image's */
  for (size_t i = 0; i < tc_value_length (given); i++)
    if (!g_strv_contains (own, tc_value_key (given, i)))
      tc_map_builder_take (map, tc_value_key (given, i), tc_value_ref ((TcValue *) tc_value_item (given, i)));
  return tc_map_builder_end (map);
}

/* An image without a registry is one of the registry that the credentials are for. */
static char *
image_of (const RunProps *given)
{
  const char *registry = tc_value_get_str (given->credentials, "registry");
  g_autofree char *theirs = tc_docker_image_registry (given->script.image);
  gboolean hub = registry == NULL || *registry == '\0' || strstr (registry, "docker.io") != NULL;

  if (hub || strcmp (theirs, "docker.io") != 0 || g_str_has_prefix (given->script.image, "docker.io/"))
    return g_strdup (given->script.image);
  return g_strconcat (registry, "/", given->script.image, NULL);
}

static TcRunSpec *
spec (TcJob       *job,
      const void  *data,
      GError     **error)
{
  static char *no_interpreter[] = { NULL };
  static const TcPlugin plugin = { .interpreter = no_interpreter };
  const RunProps *given = data;
  g_autoptr (TcValue) runner = runner_of (job->props);
  g_autofree char *image = image_of (given);
  TcScriptProps script = given->script;

  script.runner = runner;
  script.image = image;
  return tc_script_spec (job, &script, &plugin, error);
}

extern const TcTaskClass tc_task_docker_run;
const TcTaskClass tc_task_docker_run = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Run", .aliases = aliases,
    .title = N_("Run a container"),
    .doc = N_("Runs the program of an image, or another one inside of it, and takes what it prints and leaves."),
    .examples = examples, .props = props, .outputs = tc_script_outputs, .props_size = sizeof (RunProps),
  },
  .kind = TC_TASK_RUN,
  .spec = spec,
};
