/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * TcValue:
 *
 * The one value type: YAML content, expression results, inputs, outputs, JSON bodies, database columns.
 * Immutable, atomically reference counted, usable on any thread. Maps keep insertion order and have
 * string keys. NULL pointers are never values; the absent value is tc_value_null().
 * Nesting deeper than TC_LIMIT_DEPTH is refused by the readers and asserted by the constructors.
 */
typedef struct _TcValue TcValue;

typedef enum
{
  TC_VALUE_NULL,
  TC_VALUE_BOOL,
  TC_VALUE_INT,       /* 64 bits, signed */
  TC_VALUE_DOUBLE,
  TC_VALUE_DECIMAL,   /* a number that fits neither, kept as its decimal text (java.math.BigInteger, BigDecimal) */
  TC_VALUE_STRING,    /* UTF-8, may hold U+0000 */
  TC_VALUE_TIME,      /* a point in time with the offset it is shown in (java.time.ZonedDateTime) */
  TC_VALUE_DURATION,  /* seconds and nanoseconds (java.time.Duration) */
  TC_VALUE_LIST,
  TC_VALUE_MAP,
} TcValueKind;

typedef struct
{
  int64_t seconds;    /* since the epoch, UTC */
  int32_t nanos;      /* 0 … 999,999,999 */
  int32_t offset_s;   /* seconds east of UTC in which it is printed */
} TcTime;

TcValue     *tc_value_ref         (const TcValue *self);
void         tc_value_unref       (TcValue *self);       /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcValue, tc_value_unref)

TcValueKind  tc_value_kind        (const TcValue *self);
const char  *tc_value_kind_name   (TcValueKind kind);    /* "null", "bool", "int" …; static */
gboolean     tc_value_is          (const TcValue *self, TcValueKind kind);   /* FALSE for a NULL pointer */
/* 0 for scalars, 1 + the deepest item for lists and maps. Who builds from user content checks it against TC_LIMIT_DEPTH. */
unsigned     tc_value_depth       (const TcValue *self);

/* Constructors give ownership. null, bools, small ints and the empty text, list and map are shared singletons. */
TcValue     *tc_value_null        (void);
TcValue     *tc_value_bool        (gboolean value);
TcValue     *tc_value_int         (int64_t value);
TcValue     *tc_value_double      (double value);
TcValue     *tc_value_decimal     (const char *text);
TcValue     *tc_value_string      (const char *text);                   /* copies; invalid UTF-8 becomes U+FFFD */
TcValue     *tc_value_string_len  (const char *text, size_t length);
TcValue     *tc_value_string_take (char *text);                         /* g_free()d by the value */
TcValue     *tc_value_printf      (const char *format, ...) G_GNUC_PRINTF (1, 2);
TcValue     *tc_value_time        (const TcTime *time);
TcValue     *tc_value_time_us     (int64_t us);                         /* UTC, microseconds since the epoch */
TcValue     *tc_value_duration    (int64_t seconds, int32_t nanos);
TcValue     *tc_value_list        (TcValue **items, size_t n);          /* takes each item, copies the array */
TcValue     *tc_value_map_of      (const char *first_key, ...) G_GNUC_NULL_TERMINATED;  /* key, TcValue* (taken), …, NULL */

/* Getters borrow. Calling one for the wrong kind is a programming error, except where a fallback is named. */
gboolean     tc_value_get_bool    (const TcValue *self);
int64_t      tc_value_get_int     (const TcValue *self);
double       tc_value_get_double  (const TcValue *self);     /* of INT, DOUBLE or DECIMAL */
const char  *tc_value_get_text    (const TcValue *self);     /* of STRING or DECIMAL; NUL-ended */
const char  *tc_value_get_string  (const TcValue *self, size_t *length);     /* length may be NULL */
TcTime       tc_value_get_time    (const TcValue *self);
int64_t      tc_value_get_duration (const TcValue *self, int32_t *nanos);    /* seconds; nanos may be NULL */
size_t       tc_value_length      (const TcValue *self);     /* items of LIST or MAP, bytes of STRING, else 0 */
const TcValue *tc_value_item      (const TcValue *self, size_t index);       /* of LIST or MAP, in order */
const char  *tc_value_key         (const TcValue *map, size_t index);        /* borrowed, interned for the map's life */
const TcValue *tc_value_get       (const TcValue *map, const char *key);     /* NULL: no such key, or not a map */
const TcValue *tc_value_lookup    (const TcValue *self, const char *first_key, ...) G_GNUC_NULL_TERMINATED;  /* path of keys */
const char  *tc_value_get_str     (const TcValue *map, const char *key);     /* text of a STRING member, else NULL */
int64_t      tc_value_get_i64     (const TcValue *map, const char *key, int64_t fallback);
gboolean     tc_value_get_flag    (const TcValue *map, const char *key, gboolean fallback);

gboolean     tc_value_equal       (const TcValue *a, const TcValue *b);      /* by content; map order does not count; 1 equals 1.0 */
guint        tc_value_hash        (const TcValue *self);

/* Changed copies share everything that did not change. Arguments are borrowed. */
TcValue     *tc_value_with        (const TcValue *map, const char *key, const TcValue *item);
TcValue     *tc_value_without     (const TcValue *map, const char *key);
TcValue     *tc_value_merge       (const TcValue *under, const TcValue *over);   /* maps merged deeply, over wins */

/* Builders for lists and maps; a later item under the same key replaces the earlier one in its place. */
typedef struct _TcListBuilder TcListBuilder;
typedef struct _TcMapBuilder  TcMapBuilder;
TcListBuilder *tc_list_builder_new  (void);
void           tc_list_builder_take (TcListBuilder *self, TcValue *item);
TcValue       *tc_list_builder_end  (TcListBuilder *self);                       /* frees the builder */
void           tc_list_builder_free (TcListBuilder *self);
TcMapBuilder  *tc_map_builder_new   (void);
void           tc_map_builder_take  (TcMapBuilder *self, const char *key, TcValue *item);
void           tc_map_builder_str   (TcMapBuilder *self, const char *key, const char *text);   /* skipped if text is NULL */
gboolean       tc_map_builder_has   (TcMapBuilder *self, const char *key);
TcValue       *tc_map_builder_end   (TcMapBuilder *self);                        /* frees the builder */
void           tc_map_builder_free  (TcMapBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcListBuilder, tc_list_builder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcMapBuilder, tc_map_builder_free)

#define TC_TYPE_VALUE (tc_value_get_type ())
GType        tc_value_get_type    (void) G_GNUC_CONST;      /* boxed */

G_END_DECLS
