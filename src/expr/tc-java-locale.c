/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of months, days and zones as the JDK takes them from CLDR, for the languages that users ask for most. */
#include "config.h"
#include "tc-java-pattern.h"

#include <string.h>

static const TcDateNames tables[] = {
  { "en",
    { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" },
    { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" },
    { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
    { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" },
    { "EEEE, MMMM d, y 'at' h:mm:ss a zzzz", "MMMM d, y 'at' h:mm:ss a z", "MMM d, y, h:mm:ss a", "M/d/yy, h:mm a" } },
  { "fr",
    { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre" },
    { "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc." },
    { "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche" },
    { "lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim." },
    { "EEEE d MMMM y 'à' HH:mm:ss zzzz", "d MMMM y 'à' HH:mm:ss z", "d MMM y, HH:mm:ss", "dd/MM/y HH:mm" } },
  { "de",
    { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember" },
    { "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez." },
    { "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag" },
    { "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So." },
    { "EEEE, d. MMMM y 'um' HH:mm:ss zzzz", "d. MMMM y 'um' HH:mm:ss z", "dd.MM.y, HH:mm:ss", "dd.MM.yy, HH:mm" } },
  { "es",
    { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre" },
    { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic" },
    { "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo" },
    { "lun", "mar", "mié", "jue", "vie", "sáb", "dom" },
    { "EEEE, d 'de' MMMM 'de' y, H:mm:ss (zzzz)", "d 'de' MMMM 'de' y, H:mm:ss z", "d MMM y, H:mm:ss", "d/M/yy, H:mm" } },
  { "it",
    { "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre" },
    { "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic" },
    { "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica" },
    { "lun", "mar", "mer", "gio", "ven", "sab", "dom" },
    { "EEEE d MMMM y HH:mm:ss zzzz", "d MMMM y HH:mm:ss z", "d MMM y, HH:mm:ss", "dd/MM/yy, HH:mm" } },
  { "pt",
    { "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro" },
    { "jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez." },
    { "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo" },
    { "seg.", "ter.", "qua.", "qui.", "sex.", "sáb.", "dom." },
    { "EEEE, d 'de' MMMM 'de' y HH:mm:ss zzzz", "d 'de' MMMM 'de' y HH:mm:ss z", "d 'de' MMM 'de' y HH:mm:ss", "dd/MM/y HH:mm" } },
  { "nl",
    { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december" },
    { "jan.", "feb.", "mrt.", "apr.", "mei", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec." },
    { "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag" },
    { "ma", "di", "wo", "do", "vr", "za", "zo" },
    { "EEEE d MMMM y 'om' HH:mm:ss zzzz", "d MMMM y 'om' HH:mm:ss z", "d MMM y HH:mm:ss", "dd-MM-y HH:mm" } },
};

static gboolean
is_language (const char *locale, const char *language)
{
  size_t n = strlen (language);

  return locale != NULL && g_ascii_strncasecmp (locale, language, n) == 0 && strchr ("_-.", locale[n]) != NULL;
}

const TcDateNames *
tc_date_names (const char *locale)
{
  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    if (is_language (locale, tables[i].language))
      return &tables[i];
  return &tables[0];
}

gboolean
tc_date_week_on_sunday (const char *locale)
{
  static const char *const sundays[] = { "US", "CA", "BR", "JP", "IN", "KR", "MX", "IL", NULL };
  const char *region = locale != NULL ? strpbrk (locale, "_-") : NULL;

  if (region != NULL)
    return g_strv_contains (sundays, region + 1);
  return locale == NULL || is_language (locale, "en") || is_language (locale, "pt") || is_language (locale, "ja");
}

const char *
tc_date_zone_name (const TcZoned *date, gboolean full)
{
  static const struct { const char *abbreviation, *name; } names[] = {
    { "UTC", "Coordinated Universal Time" }, { "GMT", "Greenwich Mean Time" }, { "CET", "Central European Standard Time" },
    { "CEST", "Central European Summer Time" }, { "EET", "Eastern European Standard Time" },
    { "EEST", "Eastern European Summer Time" }, { "WET", "Western European Standard Time" },
    { "WEST", "Western European Summer Time" }, { "BST", "British Summer Time" }, { "EST", "Eastern Standard Time" },
    { "EDT", "Eastern Daylight Time" }, { "CST", "Central Standard Time" }, { "CDT", "Central Daylight Time" },
    { "MST", "Mountain Standard Time" }, { "MDT", "Mountain Daylight Time" }, { "PST", "Pacific Standard Time" },
    { "PDT", "Pacific Daylight Time" }, { "JST", "Japan Standard Time" }, { "IST", "India Standard Time" },
    { "MSK", "Moscow Standard Time" }, { "AEST", "Australian Eastern Standard Time" },
    { "AEDT", "Australian Eastern Daylight Time" }, { "NZST", "New Zealand Standard Time" },
    { "NZDT", "New Zealand Daylight Time" },
  };
  const char *abbreviation;
  int         interval;

  if (date->zone == NULL || !g_ascii_isalpha (date->zone_id[0]) || strpbrk (date->zone_id, "+:") != NULL)
    return date->zone_id;
  interval = g_time_zone_find_interval (date->zone, G_TIME_TYPE_UNIVERSAL, date->seconds);
  abbreviation = strchr (date->zone_id, '/') != NULL ? g_time_zone_get_abbreviation (date->zone, MAX (interval, 0)) : date->zone_id;
  if (!full)
    return g_ascii_isalpha (abbreviation[0]) ? abbreviation : date->zone_id;
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (abbreviation, names[i].abbreviation) == 0)
      return names[i].name;
  return date->zone_id;
}
