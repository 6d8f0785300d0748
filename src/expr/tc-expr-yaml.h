/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-value.h"

G_BEGIN_DECLS

/** tc_expr_yaml_write: block YAML in the layout of Kestra's `yaml` filter: Jackson with few quotes and arrays indented by one. */
void tc_expr_yaml_write (const TcVal *value, GString *out);

G_END_DECLS
