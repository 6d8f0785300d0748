/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-render.h"
#include "tc-java-date.h"

G_BEGIN_DECLS

/* What the date filters and functions share: null arguments count as absent. */
gboolean tc_dates_zone   (TcRender *render, const TcVal *id, TcZone *zone);      /* null: the scope's zone */
gboolean tc_dates_read   (TcRender *render, const TcVal *input, const TcVal *format, const TcZone *zone, TcZone *own, TcZoned *date);
gboolean tc_dates_write  (TcRender *render, const TcZoned *date, const TcVal *format, const TcVal *locale, const TcZone *zone,
                          TcVal *result);

G_END_DECLS
