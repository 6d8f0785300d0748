/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/** Every bound on what users or programs may hand us, by name. Messages about a limit name it. */
#define TC_LIMIT_DEPTH            512
#define TC_LIMIT_JSON_BYTES       (256u * 1024 * 1024)
#define TC_LIMIT_FLOW_BYTES       (16u * 1024 * 1024)
#define TC_LIMIT_YAML_NODES       1000000
#define TC_LIMIT_FLOW_TASKS       100000      /* that many written out are checked in a second and take 150 MB; loops go further */
#define TC_LIMIT_YAML_ALIASES     10000       /* nodes that aliases may expand to */
#define TC_LIMIT_KEYS             200000
#define TC_LIMIT_FINDINGS         1000        /* listed of one file */
#define TC_LIMIT_LOG_ENTRY_CHARS  10240       /* Kestra splits longer entries */
#define TC_LIMIT_LOG_LINE_BYTES   (16u * 1024 * 1024)
#define TC_LIMIT_TEMPLATE_STEPS   10000000
#define TC_LIMIT_TEMPLATE_BYTES   (64u * 1024 * 1024)
#define TC_LIMIT_TASK_RUNS        1000000
