/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"

G_BEGIN_DECLS

/** TcTutorialDone: @namespace_ and @id: the flow to open first; NULL: none could be saved. Main thread. */
typedef void (*TcTutorialDone) (const char *namespace_, const char *id, gpointer data);
/** tc_tutorial_install: puts the bundled flows into the library, one after the other, in the order of their names. */
void tc_tutorial_install (TcEngine *engine, TcTutorialDone done, gpointer data);

G_END_DECLS
