/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-value-private.h"
#include "tc-limits.h"
#include "tc-util.h"

#include <math.h>
#include <string.h>

/* Constants for the values that occur most: no allocation, no counting. */
#define CONSTANT(k) { .refs = 1, .kind = (k), .flags = TC_VALUE_IMMORTAL }
#define INT_1(n) { CONSTANT (TC_VALUE_INT), (n) }
#define INT_8(n) \
  INT_1 (n), INT_1 ((n) + 1), INT_1 ((n) + 2), INT_1 ((n) + 3), INT_1 ((n) + 4), INT_1 ((n) + 5), INT_1 ((n) + 6), INT_1 ((n) + 7)
#define INT_64(n) \
  INT_8 (n), INT_8 ((n) + 8), INT_8 ((n) + 16), INT_8 ((n) + 24), INT_8 ((n) + 32), INT_8 ((n) + 40), INT_8 ((n) + 48), INT_8 ((n) + 56)
#define SMALL_MIN (-8)

static const TcValue null_value = CONSTANT (TC_VALUE_NULL);
static const TcIntValue bool_values[2] = { { CONSTANT (TC_VALUE_BOOL), 0 }, { CONSTANT (TC_VALUE_BOOL), 1 } };
static const TcIntValue small_ints[] = { INT_8 (SMALL_MIN), INT_64 (0), INT_64 (64), INT_64 (128), INT_64 (192) };
static const TcStringValue empty_text = { CONSTANT (TC_VALUE_STRING), 0, "" };

G_DEFINE_BOXED_TYPE (TcValue, tc_value, tc_value_ref, tc_value_unref)

void
tc_value_init (TcValue     *self,
               TcValueKind  kind)
{
  atomic_init (&self->refs, 1);
  self->kind = (uint8_t) kind;
  self->flags = 0;
  self->depth = 0;
}

TcValue *
tc_value_ref (const TcValue *self)
{
  TcValue *shared = (TcValue *) self;

  g_return_val_if_fail (self != NULL, NULL);
  if (!(self->flags & TC_VALUE_IMMORTAL))
    atomic_fetch_add_explicit (&shared->refs, 1, memory_order_relaxed);
  return shared;
}

static void
string_free (TcStringValue *self)
{
  if (self->head.flags & TC_VALUE_OWNS_TEXT)
    g_free ((char *) self->text);
  g_free (self);
}

static void
value_free (TcValue *self)
{
  switch ((TcValueKind) self->kind)
    {
    case TC_VALUE_STRING:
    case TC_VALUE_DECIMAL:
      string_free ((TcStringValue *) self);
      break;
    case TC_VALUE_LIST:
      tc_value_list_free ((TcListValue *) self);
      break;
    case TC_VALUE_MAP:
      tc_value_map_free ((TcMapValue *) self);
      break;
    case TC_VALUE_NULL:
    case TC_VALUE_BOOL:
    case TC_VALUE_INT:
    case TC_VALUE_DOUBLE:
    case TC_VALUE_TIME:
    case TC_VALUE_DURATION:
      g_free (self);
      break;
    }
}

void
tc_value_unref (TcValue *self)
{
  if (self == NULL || (self->flags & TC_VALUE_IMMORTAL))
    return;
  if (atomic_fetch_sub_explicit (&self->refs, 1, memory_order_release) != 1)
    return;
  /* An acquiring load instead of a fence: the thread sanitizer understands it. */
  (void) atomic_load_explicit (&self->refs, memory_order_acquire);
  value_free (self);
}

TcValueKind
tc_value_kind (const TcValue *self)
{
  g_return_val_if_fail (self != NULL, TC_VALUE_NULL);
  return (TcValueKind) self->kind;
}

const char *
tc_value_kind_name (TcValueKind kind)
{
  static const char *const names[] = { "null", "bool", "int", "double", "decimal", "string", "time", "duration", "list", "map" };

  g_return_val_if_fail ((size_t) kind < G_N_ELEMENTS (names), "null");
  return names[kind];
}

gboolean
tc_value_is (const TcValue *self,
             TcValueKind    kind)
{
  return self != NULL && self->kind == kind;
}

unsigned
tc_value_depth (const TcValue *self)
{
  return self == NULL ? 0 : self->depth;
}

TcValue *
tc_value_null (void)
{
  return (TcValue *) &null_value;
}

TcValue *
tc_value_bool (gboolean value)
{
  return (TcValue *) &bool_values[value != FALSE].head;
}

TcValue *
tc_value_int (int64_t value)
{
  TcIntValue *self;

  if (value >= SMALL_MIN && value < SMALL_MIN + (int64_t) G_N_ELEMENTS (small_ints))
    return (TcValue *) &small_ints[value - SMALL_MIN].head;
  self = g_new (TcIntValue, 1);
  tc_value_init (&self->head, TC_VALUE_INT);
  self->number = value;
  return &self->head;
}

TcValue *
tc_value_double (double value)
{
  TcDoubleValue *self = g_new (TcDoubleValue, 1);

  tc_value_init (&self->head, TC_VALUE_DOUBLE);
  self->number = value;
  return &self->head;
}

TcValue *
tc_value_decimal (const char *text)
{
  g_return_val_if_fail (text != NULL, tc_value_null ());
  return tc_value_string_new (TC_VALUE_DECIMAL, text, strlen (text));
}

TcValue *
tc_value_string_new (TcValueKind  kind,
                     const char  *text,
                     size_t       length)
{
  TcStringValue *self;

  if (length == 0 && kind == TC_VALUE_STRING)
    return (TcValue *) &empty_text.head;
  self = g_malloc (sizeof *self + length + 1);
  tc_value_init (&self->head, kind);
  self->length = length;
  self->text = self->copy;
  memcpy (self->copy, text, length);
  self->copy[length] = '\0';
  return &self->head;
}

TcValue *
tc_value_string (const char *text)
{
  g_return_val_if_fail (text != NULL, tc_value_null ());
  return tc_value_string_len (text, strlen (text));
}

TcValue *
tc_value_string_len (const char *text,
                     size_t      length)
{
  g_autofree char *valid = NULL;

  if (length == 0)
    return tc_value_string_new (TC_VALUE_STRING, "", 0);
  if (tc_utf8_check (text, length) == length)
    return tc_value_string_new (TC_VALUE_STRING, text, length);
  valid = tc_utf8_make_valid (text, length, &length);
  return tc_value_string_new (TC_VALUE_STRING, valid, length);
}

TcValue *
tc_value_string_take (char *text)
{
  size_t length = strlen (text);
  TcStringValue *self;

  if (length < 64 || tc_utf8_check (text, length) != length)
    {
      TcValue *copy = tc_value_string_len (text, length);

      g_free (text);
      return copy;
    }
  self = g_malloc (sizeof *self);
  tc_value_init (&self->head, TC_VALUE_STRING);
  self->head.flags = TC_VALUE_OWNS_TEXT;
  self->length = length;
  self->text = text;
  return &self->head;
}

TcValue *
tc_value_printf (const char *format, ...)
{
  va_list args;
  char *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  return tc_value_string_take (text);
}

TcValue *
tc_value_time (const TcTime *time)
{
  TcTimeValue *self = g_new (TcTimeValue, 1);

  tc_value_init (&self->head, TC_VALUE_TIME);
  self->time = *time;
  return &self->head;
}

TcValue *
tc_value_time_us (int64_t us)
{
  TcTime time = { .seconds = us / 1000000, .nanos = (int32_t) (us % 1000000) * 1000 };

  if (time.nanos < 0)
    {
      time.seconds--;
      time.nanos += 1000000000;
    }
  return tc_value_time (&time);
}

TcValue *
tc_value_duration (int64_t seconds,
                   int32_t nanos)
{
  TcDurationValue *self = g_new (TcDurationValue, 1);

  g_return_val_if_fail (nanos >= 0 && nanos < 1000000000, &self->head);
  tc_value_init (&self->head, TC_VALUE_DURATION);
  self->seconds = seconds;
  self->nanos = nanos;
  return &self->head;
}

gboolean
tc_value_get_bool (const TcValue *self)
{
  g_return_val_if_fail (tc_value_is (self, TC_VALUE_BOOL), FALSE);
  return ((const TcIntValue *) self)->number != 0;
}

int64_t
tc_value_get_int (const TcValue *self)
{
  g_return_val_if_fail (tc_value_is (self, TC_VALUE_INT), 0);
  return ((const TcIntValue *) self)->number;
}

double
tc_value_get_double (const TcValue *self)
{
  g_return_val_if_fail (self != NULL, 0);
  if (self->kind == TC_VALUE_INT)
    return (double) ((const TcIntValue *) self)->number;
  if (self->kind == TC_VALUE_DECIMAL)
    return g_ascii_strtod (((const TcStringValue *) self)->text, NULL);
  g_return_val_if_fail (self->kind == TC_VALUE_DOUBLE, 0);
  return ((const TcDoubleValue *) self)->number;
}

const char *
tc_value_get_text (const TcValue *self)
{
  return tc_value_get_string (self, NULL);
}

const char *
tc_value_get_string (const TcValue *self,
                     size_t        *length)
{
  const TcStringValue *string = (const TcStringValue *) self;

  g_return_val_if_fail (tc_value_is (self, TC_VALUE_STRING) || tc_value_is (self, TC_VALUE_DECIMAL), "");
  if (length != NULL)
    *length = string->length;
  return string->text;
}

TcTime
tc_value_get_time (const TcValue *self)
{
  g_return_val_if_fail (tc_value_is (self, TC_VALUE_TIME), (TcTime) { 0 });
  return ((const TcTimeValue *) self)->time;
}

int64_t
tc_value_get_duration (const TcValue *self,
                       int32_t       *nanos)
{
  const TcDurationValue *duration = (const TcDurationValue *) self;

  g_return_val_if_fail (tc_value_is (self, TC_VALUE_DURATION), 0);
  if (nanos != NULL)
    *nanos = duration->nanos;
  return duration->seconds;
}

size_t
tc_value_length (const TcValue *self)
{
  g_return_val_if_fail (self != NULL, 0);
  switch ((TcValueKind) self->kind)
    {
    case TC_VALUE_STRING:
      return ((const TcStringValue *) self)->length;
    case TC_VALUE_LIST:
      return ((const TcListValue *) self)->n;
    case TC_VALUE_MAP:
      return ((const TcMapValue *) self)->n;
    case TC_VALUE_NULL:
    case TC_VALUE_BOOL:
    case TC_VALUE_INT:
    case TC_VALUE_DOUBLE:
    case TC_VALUE_DECIMAL:
    case TC_VALUE_TIME:
    case TC_VALUE_DURATION:
      break;
    }
  return 0;
}

const TcValue *
tc_value_item (const TcValue *self,
               size_t         index)
{
  if (tc_value_is (self, TC_VALUE_LIST))
    {
      const TcListValue *list = (const TcListValue *) self;

      g_return_val_if_fail (index < list->n, NULL);
      return list->items[index];
    }
  g_return_val_if_fail (tc_value_is (self, TC_VALUE_MAP), NULL);
  g_return_val_if_fail (index < ((const TcMapValue *) self)->n, NULL);
  return ((const TcMapValue *) self)->entries[index].item;
}
