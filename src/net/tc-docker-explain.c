/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

char *
tc_docker_explain (const GError   *error,
                   const TcDocker *docker,
                   const char     *what)
{
  const char *host = tc_docker_host (docker);

  if (error->domain == TC_DOCKER_ERROR)
    switch ((TcDockerError) error->code)
      {
      case TC_DOCKER_ERROR_NO_SOCKET:
        return g_strdup_printf (_("There is no container engine at “%s”: %s. Start it, name another one (`host` of the taskRunner, or DOCKER_HOST), or run the "
                                  "task as a process (taskRunner type io.kestra.plugin.core.runner.Process)"), host, error->message);
      case TC_DOCKER_ERROR_SOCKET:
        return g_strdup_printf (_("The container engine at “%s” may not be used: %s. Join its group (sudo usermod -aG docker %s, then log in again), or use "
                                  "rootless Docker or Podman"), host, error->message, g_get_user_name ());
      case TC_DOCKER_ERROR_DOWN:
        return g_strdup_printf (_("Nobody answers at “%s”: %s. Start the container engine (sudo systemctl start docker), or run the task as a process "
                                  "(taskRunner type io.kestra.plugin.core.runner.Process)"), host, error->message);
      case TC_DOCKER_ERROR_BROKEN:
        return g_strdup_printf (_("The container engine at “%s” broke off while %s: %s. See its log (journalctl -u docker)"), host, what, error->message);
      case TC_DOCKER_ERROR_VERSION:
        return g_strdup_printf (_("The container engine at “%s” does not fit: %s. Update it, or Tiercel"), host, error->message);
      case TC_DOCKER_ERROR_NOT_FOUND:
      case TC_DOCKER_ERROR_DENIED:
      case TC_DOCKER_ERROR_CONFLICT:
      case TC_DOCKER_ERROR_BAD:
      case TC_DOCKER_ERROR_FAILED:
        break;
      }
  return g_strdup_printf (_("The container engine failed while %s: %s"), what, error->message);
}

char *
tc_docker_explain_none (const char *tried)
{
  return g_strdup_printf (_("No container engine was found. Looked at: %s. Start Docker or Podman (systemctl --user enable --now podman.socket), or run "
                            "the task as a process (taskRunner type io.kestra.plugin.core.runner.Process)"), tried);
}

char *
tc_docker_explain_pull (const GError *error,
                        const char   *image)
{
  g_autofree char *registry = tc_docker_image_registry (image);

  if (strstr (error->message, "no space left on device") || strstr (error->message, "disk quota exceeded"))
    return g_strdup_printf (_("There is no room for the image “%s” where the container engine keeps its images: %s. Make room (docker system prune) and run "
                              "the task again"), image, error->message);
  if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DENIED))
    return g_strdup_printf (_("The image “%s” may not be pulled: %s. Check its name; if it is private, set `credentials` of the taskRunner, or log in (docker "
                              "login %s)"), image, error->message, registry);
  if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND) || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_BAD))
    return g_strdup_printf (_("The image “%s” was not found at %s: %s. Check its name and tag (`containerImage`)"), image, registry, error->message);
  return NULL;
}
