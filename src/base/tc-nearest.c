/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-diagnostic.h"

#include <string.h>

#define LONGEST 160       /* names beyond are not typed by hand */

/* Edits (insert, remove, replace, swap neighbours) that turn @a into @b, without regard to case; @limit + 1 if there are more. */
static unsigned
distance (const char *a,
          const char *b,
          unsigned    limit)
{
  size_t n = strlen (a), m = strlen (b);
  unsigned rows[3][LONGEST + 1];

  if (n > LONGEST || m > LONGEST || (n > m ? n - m : m - n) > limit)
    return limit + 1;
  for (size_t j = 0; j <= m; j++)
    rows[0][j] = (unsigned) j;
  for (size_t i = 1; i <= n; i++)
    {
      unsigned *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
      unsigned best = now[0] = (unsigned) i;

      for (size_t j = 1; j <= m; j++)
        {
          char c = g_ascii_tolower (a[i - 1]), d = g_ascii_tolower (b[j - 1]);

          now[j] = MIN (MIN (now[j - 1], last[j]) + 1, last[j - 1] + (c != d));
          if (i > 1 && j > 1 && c == g_ascii_tolower (b[j - 2]) && g_ascii_tolower (a[i - 2]) == d)
            now[j] = MIN (now[j], before[j - 2] + 1);
          best = MIN (best, now[j]);
        }
      if (best > limit)
        return limit + 1;
    }
  return rows[n % 3][m];
}

static const char *
last_segment (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot == NULL ? name : dot + 1;
}

/* A type written with the wrong package, or with none, is still recognised by its class name. */
static const char *
same_class (const char        *wrong,
            const char *const *names)
{
  const char *found = NULL;

  for (; *names != NULL; names++)
    if (strchr (*names, '.') != NULL && g_ascii_strcasecmp (last_segment (*names), last_segment (wrong)) == 0)
      {
        if (found != NULL)
          return NULL;
        found = *names;
      }
  return found;
}

const char *
tc_nearest_name (const char        *wrong,
                 const char *const *names)
{
  size_t length = strlen (wrong);
  unsigned best = (unsigned) MIN (length / 4 + 1, 4);
  const char *found = NULL;

  for (const char *const *name = names; *name != NULL; name++)
    {
      unsigned edits = distance (wrong, *name, best);

      /* With more than half of the letters changed there is no likeness. */
      if (edits <= best && edits * 2 <= length && (found == NULL || edits < best))
        {
          found = *name;
          best = edits;
        }
    }
  return found != NULL ? found : same_class (wrong, names);
}
