/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order.h"

#include "tc-engine.h"
#include <glib/gi18n-lib.h>

TcEvent *
tc_items_phase (TcOrder *self)
{
  g_autoptr (GError) error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("The phase '%s' is not known"),
                                          tc_value_get_str (self->payload, "phase"));

  return tc_order_failed (self, error);
}
