/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-plugin.h"

G_BEGIN_DECLS

/**
 * tc_plugin_bases: what YAML plugin files may extend; for tc_plugin_read(). NULL-ended. So far `script`: a program or commands run by an
 * interpreter, in a container or as a process (Kestra's AbstractExecScript). Its outputs (exitCode, vars, outputFiles) are collected by
 * whoever runs the TcRunSpec.
 */
extern const TcPluginBase *const tc_plugin_bases[];

#define TC_RUNNER_DOCKER  "io.kestra.plugin.scripts.runner.docker.Docker"
#define TC_RUNNER_PROCESS "io.kestra.plugin.core.runner.Process"

G_END_DECLS
