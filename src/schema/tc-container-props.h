/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"

G_BEGIN_DECLS

/* What the Docker runner and the Docker tasks have in common: rows of a table of properties. @AT (member) is where a value is decoded. */

extern const char *const tc_container_pull_policies[];      /* in the order of TcPullPolicy */
extern const TcProp tc_container_credentials[], tc_container_cpu[], tc_container_memory[];

typedef enum { TC_PULL_ALWAYS, TC_PULL_IF_NOT_PRESENT, TC_PULL_NEVER } TcPullPolicy;

/** char *host; TcValue *config, *credentials: which engine, and who we are for its registries. */
#define TC_CONTAINER_ENGINE_ROWS(AT) \
  { "host", TC_KIND_STRING, TC_PROP_DYNAMIC, AT (host), NULL, NULL, \
    N_("Address of the container engine, `unix:///path` or `tcp://host:port`. Default: DOCKER_HOST, the docker command's context, or the first of the usual " \
       "sockets of Docker and Podman that answers.") }, \
  { "config", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_SECRET, AT (config), NULL, NULL, \
    N_("A whole docker `config.json`, as a map or as JSON text; its `auths` are used for pulls.") }, \
  { "credentials", TC_KIND_OBJECT, TC_PROP_DYNAMIC, AT (credentials), NULL, tc_container_credentials, N_("Login at the image's registry.") }

/** char *user, *network_mode, *shm_size; TcValue *extra_hosts, *port_bindings, *volumes, *device_requests, *cpu, *memory; int pull_policy;
 * gboolean privileged, wait: how a container is to be. */
#define TC_CONTAINER_ROWS(AT) \
  { "user", TC_KIND_STRING, TC_PROP_DYNAMIC, AT (user), NULL, NULL, N_("User inside the container: a name or `uid[:gid]`. Default: the image's.") }, \
  { "extraHosts", TC_KIND_LIST, TC_PROP_DYNAMIC, AT (extra_hosts), NULL, NULL, N_("Names for `/etc/hosts`, each as `name:address`.") }, \
  { "networkMode", TC_KIND_STRING, TC_PROP_DYNAMIC, AT (network_mode), NULL, NULL, \
    N_("Network: `bridge`, `none`, `host`, `container:ID` or a network's name.") }, \
  { "portBindings", TC_KIND_LIST, TC_PROP_DYNAMIC, AT (port_bindings), NULL, NULL, \
    N_("Ports to publish, each as `[[ip:]host:]container[/protocol]`.") }, \
  { "volumes", TC_KIND_LIST, TC_PROP_DYNAMIC, AT (volumes), NULL, NULL, \
    N_("Folders of this computer for the container, each as `source:destination[:ro]`. Ignored unless allowed in the settings.") }, \
  { "pullPolicy", TC_KIND_ENUM, TC_PROP_DYNAMIC, AT (pull_policy), "IF_NOT_PRESENT", tc_container_pull_policies, \
    N_("When to pull the image: always, if it is not there, or never.") }, \
  { "deviceRequests", TC_KIND_LIST, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, AT (device_requests), NULL, NULL, \
    N_("Devices such as GPUs: maps with `driver`, `count`, `deviceIds`, `capabilities`, `options`.") }, \
  { "cpu", TC_KIND_OBJECT, TC_PROP_DYNAMIC, AT (cpu), NULL, tc_container_cpu, N_("Limits on processor time.") }, \
  { "memory", TC_KIND_OBJECT, TC_PROP_DYNAMIC, AT (memory), NULL, tc_container_memory, N_("Limits on memory.") }, \
  { "shmSize", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, AT (shm_size), NULL, NULL, N_("Size of `/dev/shm`, for example 128MB.") }, \
  { "privileged", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, AT (privileged), "false", NULL, \
    N_("Give the container all rights on this computer.") }, \
  { "wait", TC_KIND_BOOL, TC_PROP_DYNAMIC, AT (wait), "true", NULL, \
    N_("Wait for its end. Otherwise the task ends at once with exit code 0 and the container goes on.") }

G_END_DECLS
