/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>

/*
 * retry (spec/flow-language.md §3.2, Kestra: models.tasks.retrys). What stands in the source was checked against its table before; here
 * follow the rules between the members, and all of them for a retry that comes from plugin defaults.
 */

typedef struct
{
  TcCompiler       *compiler;
  const TcValue    *value;
  const TcYamlNode *node;       /* NULL: it comes from a plugin default */
  TcSpan            fallback;
  const char       *path;
} Retry;

static TcSpan
span_of (const Retry *self,
         const char  *key)
{
  return self->node != NULL ? tc_compile_span (self->node, key) : self->fallback;
}

static void
refuse (const Retry *self,
        const char  *code,
        const char  *key,
        const char  *hint,
        const char  *message)
{
  g_autofree char *path = g_strdup_printf ("%s.%s", self->path, key);

  tc_diagnostics_add (self->compiler->diagnostics, TC_SEVERITY_ERROR, code, span_of (self, key), path, hint, "%s", message);
}

/* A number, also as text, counts seconds. FALSE: it is there but no duration. */
static gboolean
read_duration (const Retry *self,
               const char  *key,
               gboolean     required,
               int64_t     *us)
{
  const TcValue *item = tc_value_get (self->value, key);
  g_autofree char *message = NULL;

  if (item == NULL)
    {
      if (!required)
        return TRUE;
      message = g_strdup_printf (_("This retry needs “%s”"), key);
      refuse (self, "retry.missing", key, _("Add a duration such as PT30S."), message);
      return FALSE;
    }
  if (tc_value_is (item, TC_VALUE_STRING) && tc_duration_parse (tc_value_get_text (item), us) && *us >= 0)
    return TRUE;
  if (tc_value_is (item, TC_VALUE_INT) && tc_value_get_int (item) >= 0 && tc_value_get_int (item) < INT64_MAX / G_USEC_PER_SEC)
    {
      *us = tc_value_get_int (item) * G_USEC_PER_SEC;
      return TRUE;
    }
  if (tc_value_is (item, TC_VALUE_DOUBLE) && tc_value_get_double (item) >= 0 && tc_value_get_double (item) < 1e12)
    {
      *us = (int64_t) (tc_value_get_double (item) * G_USEC_PER_SEC);
      return TRUE;
    }
  if (self->node != NULL)
    return FALSE;
  message = g_strdup_printf (_("“%s” of the retry is not a duration"), key);
  refuse (self, "retry.duration", key, _("Write it in ISO-8601, such as PT30S or PT5M."), message);
  return FALSE;
}

static void
check_order (const Retry *self,
             const char  *low_key,
             int64_t      low,
             const char  *high_key,
             int64_t      high)
{
  g_autofree char *message = NULL;

  if (low == 0 || high == 0 || low < high)
    return;
  message = g_strdup_printf (_("“%s” of the retry must be less than “%s”"), low_key, high_key);
  refuse (self, "retry.order", low_key, _("Lower the one or raise the other."), message);
}

static gboolean
read_kind (const Retry *self,
           TcRetryKind *kind)
{
  static const char *const names[] = { "constant", "exponential", "random", NULL };
  const char *type = tc_value_get_str (self->value, "type");
  const char *near;
  g_autofree char *message = NULL;
  g_autofree char *hint = NULL;

  for (guint i = 0; type != NULL && names[i] != NULL; i++)
    {
      if (g_str_equal (names[i], type))
        {
          *kind = (TcRetryKind) i;
          return TRUE;
        }
    }
  if (self->node != NULL)
    return FALSE;
  near = type != NULL ? tc_nearest_name (type, names) : NULL;
  hint = near != NULL ? g_strdup_printf (_("Did you mean “%s”?"), near)
                      : g_strdup (_("Set “type” to constant, exponential or random."));
  message = type != NULL ? g_strdup_printf (_("“%s” is no kind of retry"), type) : g_strdup (_("The retry has no type"));
  refuse (self, "retry.type", "type", hint, message);
  return FALSE;
}

static void
read_attempts (const Retry *self,
               TcRetry     *retry)
{
  const TcValue *attempts = tc_value_get (self->value, "maxAttempts");
  const char *key = "maxAttempts";

  if (attempts == NULL)
    {
      key = "maxAttempt";
      attempts = tc_value_get (self->value, key);
    }
  if (attempts == NULL)
    return;
  if (tc_value_is (attempts, TC_VALUE_INT) && tc_value_get_int (attempts) >= 1 && tc_value_get_int (attempts) <= G_MAXINT)
    retry->max_attempts = (int) tc_value_get_int (attempts);
  else
    refuse (self, "retry.attempts", key, _("Give a number from 1; the first try counts."),
            _("The number of attempts must be a whole number of at least 1"));
}

static void
read_behavior (const Retry *self,
               TcRetry     *retry)
{
  const TcValue *behavior = tc_value_get (self->value, "behavior");
  const char *text = tc_value_get_str (self->value, "behavior");

  retry->new_execution = g_strcmp0 (text, "CREATE_NEW_EXECUTION") == 0;
  if (self->node == NULL && behavior != NULL && !retry->new_execution && g_strcmp0 (text, "RETRY_FAILED_TASK") != 0)
    refuse (self, "retry.behavior", "behavior", _("Use RETRY_FAILED_TASK or CREATE_NEW_EXECUTION."),
            _("The behavior of the retry is not known"));
}

static void
check_retry (const Retry   *self,
             const TcRetry *retry)
{
  if (retry->kind == TC_RETRY_RANDOM)
    {
      check_order (self, "minInterval", retry->min_interval_us, "maxInterval", retry->max_interval_us);
      check_order (self, "minInterval", retry->min_interval_us, "maxDuration", retry->max_duration_us);
    }
  else
    check_order (self, "interval", retry->interval_us, "maxDuration", retry->max_duration_us);
  if (retry->kind == TC_RETRY_EXPONENTIAL)
    check_order (self, "interval", retry->interval_us, "maxInterval", retry->max_interval_us);
  if (retry->kind != TC_RETRY_CONSTANT)
    check_order (self, "maxInterval", retry->max_interval_us, "maxDuration", retry->max_duration_us);
}

static gboolean
read_delays (const Retry *self,
             TcRetry     *retry)
{
  gboolean random = retry->kind == TC_RETRY_RANDOM;
  const TcValue *factor = tc_value_get (self->value, "delayFactor");
  gboolean good = read_duration (self, "interval", !random, &retry->interval_us);

  good &= read_duration (self, "minInterval", random, &retry->min_interval_us);
  good &= read_duration (self, "maxInterval", retry->kind != TC_RETRY_CONSTANT, &retry->max_interval_us);
  good &= read_duration (self, "maxDuration", FALSE, &retry->max_duration_us);
  retry->delay_factor = 2;
  if (tc_value_is (factor, TC_VALUE_INT) || tc_value_is (factor, TC_VALUE_DOUBLE))
    retry->delay_factor = tc_value_get_double (factor);
  return good;
}

TcRetry *
tc_compile_retry (TcCompiler       *self,
                  const TcValue    *value,
                  const TcYamlNode *node,
                  TcSpan            fallback,
                  const char       *path)
{
  Retry context = { .compiler = self, .value = value, .node = node, .fallback = fallback, .path = path };
  g_autofree TcRetry *retry = NULL;

  if (!tc_value_is (value, TC_VALUE_MAP))
    return NULL;
  retry = g_new0 (TcRetry, 1);
  if (!read_kind (&context, &retry->kind))
    return NULL;
  if (read_delays (&context, retry))
    check_retry (&context, retry);
  read_attempts (&context, retry);
  read_behavior (&context, retry);
  retry->warning_on_retry = tc_value_get_flag (value, "warningOnRetry", FALSE);
  return g_steal_pointer (&retry);
}
