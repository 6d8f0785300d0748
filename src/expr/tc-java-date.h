/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-expr-value.h"

G_BEGIN_DECLS

/* Years beyond these are refused, as Instant refuses years beyond ±10⁹: no arithmetic below overflows. */
#define TC_EXPR_LIMIT_YEAR 999999

/* A local date and time of the proleptic Gregorian calendar. */
typedef struct
{
  int64_t year;
  int     month, day, hour, minute, second, nanos;
} TcLocalTime;

/* An instant in a zone: java.time.ZonedDateTime. */
typedef struct
{
  int64_t     seconds;      /* since the epoch */
  int         nanos;
  int         offset_s;     /* in that zone at that time */
  GTimeZone  *zone;         /* borrowed; NULL: a plain offset */
  const char *zone_id;      /* as Java spells it: "Europe/Paris", "UTC", "Z", "+02:00" */
} TcZoned;

typedef struct
{
  GTimeZone *zone;
  char      *id;
} TcZone;

gboolean tc_java_zone         (const char *id, TcZone *zone);            /* FALSE: unknown */
void     tc_java_zone_clear   (TcZone *zone);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcZone, tc_java_zone_clear)

int64_t  tc_java_days         (int64_t year, int month, int day);        /* since 1970-01-01 */
void     tc_java_from_days    (int64_t days, int64_t *year, int *month, int *day);
int      tc_java_month_length (int64_t year, int month);
int      tc_java_weekday      (int64_t days);                            /* 1: Monday … 7: Sunday */
TcLocalTime tc_java_local     (int64_t seconds, int nanos);              /* of seconds that include the offset */
int64_t  tc_java_local_seconds (const TcLocalTime *local);
TcZoned  tc_java_at_zone      (int64_t seconds, int nanos, const TcZone *zone);        /* an instant in a zone */
TcZoned  tc_java_of_local     (const TcLocalTime *local, const TcZone *zone);          /* gaps go forward, overlaps early */

/**
 * tc_java_parse_date: a text as zoned, local date-time or local date, by ISO or by @format; local ones stand in @zone.
 * @own: (out): the zone of a zoned text, to which @date may point; caller clears. FALSE: @problem says why, caller frees.
 */
gboolean tc_java_parse_date   (const char *text, const char *format, const TcZone *zone, TcZone *own,
                               TcZoned *date, char **problem);
/** tc_java_format_date: a named format or a DateTimeFormatter pattern. NULL: @problem says why. */
char    *tc_java_format_date  (const TcZoned *date, const char *format, const char *locale, char **problem);
/** tc_java_add: FALSE: the result is beyond TC_EXPR_LIMIT_YEAR. @unit is a ChronoUnit that tc_java_is_unit() knows. */
gboolean tc_java_add          (TcZoned *date, int64_t amount, const char *unit, const TcZone *zone);
gboolean tc_java_is_unit      (const char *unit);
void     tc_java_append_time  (const TcTime *time, gboolean json, GString *out);       /* Instant or ZonedDateTime.toString() */

G_END_DECLS
