/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TcApplication: the program: one instance per user, one engine, any number of windows. Main thread.
 * Opens YAML files given on the command line or by the desktop; `--data DIR` names another data directory.
 */
#define TC_TYPE_APPLICATION (tc_application_get_type ())
G_DECLARE_FINAL_TYPE (TcApplication, tc_application, TC, APPLICATION, AdwApplication)

TcApplication *tc_application_new (void);

G_END_DECLS
