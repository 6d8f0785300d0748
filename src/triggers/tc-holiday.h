/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * tc_holiday_is: whether @day, days since the epoch, is a public holiday in @country (two letters of ISO 3166-1), or in its region
 * @region (ISO 3166-2, "DE-BY" or "BY"; or NULL). FALSE: it is not known which holidays there are; @is is untouched then. A region that
 * has no holidays of its own has those of its country. Pure, any thread. Kestra: PublicHoliday with the calendars of Jollyday.
 */
gboolean tc_holiday_is (const char *country, const char *region, int64_t day, gboolean *is);

G_END_DECLS
