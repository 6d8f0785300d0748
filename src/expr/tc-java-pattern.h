/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-java-date.h"

G_BEGIN_DECLS

/* Elements of a date pattern beyond the letters of DateTimeFormatter, for its named formats. */
enum
{
  TC_DATE_LITERAL = 1,
  TC_DATE_FRACTION,     /* `.` and as many digits as needed, or nothing */
  TC_DATE_MILLIS,       /* 0, 3, 6 or 9 digits, as Instant prints them */
  TC_DATE_REGION,       /* `[Europe/Paris]`, nothing for a plain offset */
  TC_DATE_ISO_WEEK,     /* week year, `-W`, week, `-`, day, all by ISO 8601 */
  TC_DATE_RFC_OFFSET,   /* `GMT` or `+0100` */
  TC_DATE_OPEN,         /* [ and ] of an optional section */
  TC_DATE_CLOSE,
};

typedef struct
{
  int         letter;       /* a pattern letter, or one of the above */
  int         count;
  const char *text;         /* LITERAL: in the pattern's own storage */
  size_t      length;
} TcDateElement;

typedef struct
{
  const char *language;
  const char *months[12], *short_months[12], *days[7], *short_days[7];      /* from January, from Monday */
  const char *styles[4];    /* full, long, medium, short */
  const char *halves[2];    /* before and after noon; NULL: AM, PM */
} TcDateNames;

typedef struct
{
  GArray       *elements;   /* of TcDateElement */
  GStringChunk *texts;
  gboolean      utc;        /* the format prints in UTC, whatever the zone */
} TcDatePattern;

gboolean           tc_date_pattern_read  (const char *format, const TcDateNames *names, TcDatePattern *pattern, char **problem);
void               tc_date_pattern_clear (TcDatePattern *pattern);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcDatePattern, tc_date_pattern_clear)
const TcDateNames *tc_date_names         (const char *locale);           /* English for languages without a table */
gboolean           tc_date_week_on_sunday (const char *locale);          /* first day of the week; else Monday with four days */
const char        *tc_date_zone_name     (const TcZoned *date, gboolean full);

G_END_DECLS
