/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of the colours of states (design: accessibility): contrast to the window, and difference between families for normal sight
 * and three kinds of colour blindness. The colours are read from the style sheets themselves. */
#include "config.h"

#include <glib.h>
#include <math.h>

#define MIN_CONTRAST 3.2
#define MIN_DELTA    17.78     /* 17.8, rounded */
#define N_FAMILIES   7

static const char *const families[N_FAMILIES] = { "neutral", "running", "success", "warning", "failed", "paused", "killed" };

typedef struct { double r, g, b; } Rgb;
typedef struct { double l, a, b; } Lab;

/* Machado, Oliveira, Fernandes 2009, severity 1.0; the first is normal sight. */
static const double sights[4][9] = {
  { 1, 0, 0, 0, 1, 0, 0, 0, 1 },
  { 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998 },
  { 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881 },
  { 1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900 },
};

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static Rgb
parse (const char *hex)
{
  const guint64 value = g_ascii_strtoull (hex + 1, NULL, 16);

  return (Rgb) { linear ((double) (value >> 16 & 255) / 255), linear ((double) (value >> 8 & 255) / 255), linear ((double) (value & 255) / 255) };
}

static double
luminance (Rgb c)
{
  return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

static double
contrast (Rgb one,
          Rgb other)
{
  const double a = luminance (one), b = luminance (other);

  return (MAX (a, b) + 0.05) / (MIN (a, b) + 0.05);
}

static double
lab_curve (double t)
{
  return t > 216.0 / 24389 ? cbrt (t) : (24389.0 / 27 * t + 16) / 116;
}

static Lab
to_lab (Rgb           c,
        const double *m)
{
  const double r = CLAMP (m[0] * c.r + m[1] * c.g + m[2] * c.b, 0, 1), g = CLAMP (m[3] * c.r + m[4] * c.g + m[5] * c.b, 0, 1);
  const double b = CLAMP (m[6] * c.r + m[7] * c.g + m[8] * c.b, 0, 1);
  const double x = lab_curve ((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = lab_curve (0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = lab_curve ((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);

  return (Lab) { 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

static double
hue (double b,
     double a)
{
  const double degrees = a == 0 && b == 0 ? 0 : atan2 (b, a) * 180 / G_PI;

  return degrees < 0 ? degrees + 360 : degrees;
}

static double
radians (double degrees)
{
  return degrees * G_PI / 180;
}

/* CIEDE2000 (Sharma, Wu, Dalal 2005). */
static double
delta_e (Lab p,
         Lab q)
{
  const double mean_c = (hypot (p.a, p.b) + hypot (q.a, q.b)) / 2;
  const double g = 0.5 * (1 - sqrt (pow (mean_c, 7) / (pow (mean_c, 7) + pow (25, 7))));
  const double a1 = p.a * (1 + g), a2 = q.a * (1 + g), c1 = hypot (a1, p.b), c2 = hypot (a2, q.b);
  const double h1 = hue (p.b, a1), h2 = hue (q.b, a2);
  const double dl = q.l - p.l, dc = c2 - c1;
  double dh = h2 - h1, h = h1 + h2;
  double t, sl, sc, sh, rt, turn, l, c;

  if (c1 * c2 == 0)
    dh = 0;
  else if (dh > 180)
    dh -= 360;
  else if (dh < -180)
    dh += 360;
  turn = 2 * sqrt (c1 * c2) * sin (radians (dh) / 2);
  l = (p.l + q.l) / 2;
  c = (c1 + c2) / 2;
  if (c1 * c2 != 0)
    h = fabs (h1 - h2) <= 180 ? h / 2 : h < 360 ? (h + 360) / 2 : (h - 360) / 2;
  t = 1 - 0.17 * cos (radians (h - 30)) + 0.24 * cos (radians (2 * h)) + 0.32 * cos (radians (3 * h + 6)) - 0.20 * cos (radians (4 * h - 63));
  sl = 1 + 0.015 * pow (l - 50, 2) / sqrt (20 + pow (l - 50, 2));
  sc = 1 + 0.045 * c;
  sh = 1 + 0.015 * c * t;
  rt = -sin (radians (60 * exp (-pow ((h - 275) / 25, 2)))) * 2 * sqrt (pow (c, 7) / (pow (c, 7) + pow (25, 7)));
  return sqrt (pow (dl / sl, 2) + pow (dc / sc, 2) + pow (turn / sh, 2) + rt * (dc / sc) * (turn / sh));
}

static void
read_colors (const char *name,
             Rgb         colors[N_FAMILIES])
{
  g_autofree char *path = g_build_filename (STYLE_SHEETS, name, NULL), *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (int i = 0; i < N_FAMILIES; i++)
    {
      g_autofree char *pattern = g_strdup_printf ("@define-color tc_%s (#[0-9a-f]{6});", families[i]);
      g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;
      g_autofree char *hex = NULL;

      g_assert_true (g_regex_match (regex, text, 0, &match));
      hex = g_match_info_fetch (match, 1);
      colors[i] = parse (hex);
    }
}

static void
check_sheet (const char *name,
             const char *background)
{
  Rgb colors[N_FAMILIES];

  read_colors (name, colors);
  for (int i = 0; i < N_FAMILIES; i++)
    g_assert_cmpfloat (contrast (colors[i], parse (background)), >=, MIN_CONTRAST);
  for (int sight = 0; sight < 4; sight++)
    for (int i = 0; i < N_FAMILIES; i++)
      for (int j = 0; j < i; j++)
        {
          const double delta = delta_e (to_lab (colors[i], sights[sight]), to_lab (colors[j], sights[sight]));

          g_test_message ("%s, sight %d: %s and %s differ by %.1f", name, sight, families[i], families[j], delta);
          g_assert_cmpfloat (delta, >=, MIN_DELTA);
        }
}

static void
test_light (void)
{
  check_sheet ("style.css", "#fafafa");
}

static void
test_dark (void)
{
  check_sheet ("style-dark.css", "#242424");
}

/* Pairs of the published test data, so that the measure itself is checked. */
static void
test_measure (void)
{
  g_assert_cmpfloat_with_epsilon (delta_e ((Lab) { 50, 2.6772, -79.7751 }, (Lab) { 50, 0, -82.7485 }), 2.0425, 0.0001);
  g_assert_cmpfloat_with_epsilon (delta_e ((Lab) { 50, 2.5, 0 }, (Lab) { 73, 25, -18 }), 27.1492, 0.0001);
  g_assert_cmpfloat_with_epsilon (delta_e ((Lab) { 2.0776, 0.0795, -1.1350 }, (Lab) { 0.9033, -0.0636, -0.5514 }), 0.9082, 0.0001);
  g_assert_cmpfloat_with_epsilon (contrast (parse ("#ffffff"), parse ("#000000")), 21, 0.001);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/colors/measure", test_measure);
  g_test_add_func ("/app/colors/light", test_light);
  g_test_add_func ("/app/colors/dark", test_dark);
  return g_test_run ();
}
