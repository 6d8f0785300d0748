/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/* The Java class that a value has during a rendering: users see the difference in arithmetic, equality and `className`. */
typedef enum
{
  TC_VAL_NULL,
  TC_VAL_BOOL,
  TC_VAL_INT,       /* java.lang.Integer: integers of the context that fit 32 bits */
  TC_VAL_LONG,      /* java.lang.Long: literals and results of arithmetic */
  TC_VAL_FLOAT,
  TC_VAL_DOUBLE,
  TC_VAL_BIG_INT,   /* java.math.BigInteger, as decimal text */
  TC_VAL_BIG_DEC,   /* java.math.BigDecimal, as decimal text */
  TC_VAL_STRING,
  TC_VAL_CHAR,      /* java.lang.Character: prints like a string, equals none */
  TC_VAL_SAFE,      /* SafeString: the result of a macro */
  TC_VAL_TIME,
  TC_VAL_DURATION,
  TC_VAL_LIST,
  TC_VAL_ARRAY,     /* String[], the result of split */
  TC_VAL_VIEW,      /* a Set or Collection: iterable, not indexable */
  TC_VAL_MAP,
  TC_VAL_ENTRY,     /* one key and value of a map, in a loop */
} TcValType;

typedef struct _TcBox TcBox;

/**
 * TcVal: a value during one rendering, passed by value; it owns one reference to what it points to. Containers that came from
 * outside stay the immutable TcValue they were; those made by the template are boxes, which Java's in-place filters may change.
 */
typedef struct
{
  uint8_t type;     /* TcValType */
  uint8_t own;      /* containers: `box`, not `value` */
  union
  {
    gboolean b;
    int64_t  i;
    double   d;
    TcValue *value; /* strings, big numbers, times, containers of the context */
    TcBox   *box;
  };
} TcVal;

struct _TcBox
{
  uint32_t refs;
  uint32_t depth;   /* levels of containers, this one included */
  size_t   n, size;
  TcVal   *items;
  TcVal   *keys;    /* maps and entries; any scalar, as in Java */
  GHashTable *index;  /* maps beyond a few keys: text of a string key → position + 1 */
  gboolean linked;  /* a LinkedHashMap, not a HashMap */
};

#define TC_VAL_INIT { .type = TC_VAL_NULL, .own = 0, { .i = 0 } }
static const TcVal tc_val_none = TC_VAL_INIT;

TcVal       tc_val_of            (const TcValue *value);       /* a value of the context; adds a reference */
TcVal       tc_val_borrow        (const TcValue *value);       /* the same without a reference: not to be cleared */
TcVal       tc_val_take          (TcValue *value);             /* the same, takes @value */
TcVal       tc_val_bool          (gboolean value);
TcVal       tc_val_int           (int64_t value);
TcVal       tc_val_long          (int64_t value);
TcVal       tc_val_double        (double value);
TcVal       tc_val_float         (double value);
TcVal       tc_val_big           (TcValType type, const char *text);
TcVal       tc_val_str           (const char *text);
TcVal       tc_val_str_len       (const char *text, size_t length);
TcVal       tc_val_str_take      (char *text);
TcVal       tc_val_char          (gunichar c);
TcVal       tc_val_ref           (const TcVal *self);
void        tc_val_clear         (TcVal *self);                /* also of a cleared one */
TcVal       tc_val_steal         (TcVal *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcVal, tc_val_clear)

TcVal       tc_val_container     (TcValType type, size_t reserve);
gboolean    tc_val_is_text       (const TcVal *self);          /* STRING, CHAR or SAFE */
gboolean    tc_val_is_number     (const TcVal *self);
gboolean    tc_val_is_integer    (const TcVal *self);          /* Integer or Long */
gboolean    tc_val_is_sequence   (const TcVal *self);          /* LIST, ARRAY or VIEW */
double      tc_val_number        (const TcVal *self);          /* of any number */
const char *tc_val_text          (const TcVal *self, size_t *length);   /* of STRING, CHAR, SAFE, BIG_*; borrowed */
size_t      tc_val_length        (const TcVal *self);          /* items of a container */
TcVal       tc_val_item          (const TcVal *self, size_t index);     /* owned */
TcVal       tc_val_key           (const TcVal *self, size_t index);     /* of a MAP or ENTRY; owned */
gboolean    tc_val_get           (const TcVal *map, const TcVal *key, TcVal *item);   /* FALSE: no such key */
uint32_t    tc_val_depth         (const TcVal *self);
gboolean    tc_val_append        (TcVal *list, TcVal item);    /* takes @item; FALSE: nested too deeply, @item is gone */
gboolean    tc_val_put           (TcVal *map, TcVal key, TcVal item);   /* takes both; a later item replaces the earlier one */
void        tc_val_hash_order    (TcVal *map, size_t capacity);  /* the order of a HashMap with room for @capacity buckets */
TcVal       tc_val_copy          (const TcVal *self);          /* a box of its own, one level deep */
TcVal       tc_val_snapshot      (const TcVal *self);          /* a deep copy that shares no box: no cycle can come of it */
TcValue    *tc_val_freeze        (const TcVal *self);          /* for the world outside; NULL: nested too deeply */

gboolean    tc_val_equals        (const TcVal *a, const TcVal *b);      /* Object.equals(): by class, then content */
const char *tc_val_class_name    (const TcVal *self);          /* "java.lang.Long"; static */

/* Texts. Nothing here is bounded but by the values themselves, which are bounded when they are made. */
void        tc_val_print         (const TcVal *self, GString *out);     /* as `{{ v }}` prints it: containers as JSON */
void        tc_val_to_java       (const TcVal *self, GString *out);     /* Object.toString(); null gives "null" */
void        tc_val_to_json       (const TcVal *self, GString *out);     /* Jackson without null members */

G_END_DECLS
