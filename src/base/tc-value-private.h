/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-util.h"
#include <stdatomic.h>
#include <stdbool.h>

G_BEGIN_DECLS

/* How values are laid out. For the files of this folder only. */

enum
{
  TC_VALUE_IMMORTAL = 1 << 0,     /* a constant: not counted, never freed */
  TC_VALUE_OWNS_TEXT = 1 << 1,    /* the text is a block of its own */
};

struct _TcValue
{
  _Alignas (8) _Atomic uint32_t refs;
  uint8_t  kind, flags;
  uint16_t depth;                 /* 0 for scalars, 1 + the deepest item otherwise */
};

typedef struct { TcValue head; int64_t number; } TcIntValue;      /* BOOL and INT */
typedef struct { TcValue head; double number; } TcDoubleValue;
typedef struct { TcValue head; TcTime time; } TcTimeValue;
typedef struct { TcValue head; int64_t seconds; int32_t nanos; } TcDurationValue;

typedef struct
{
  TcValue     head;
  size_t      length;
  const char *text;
  char        copy[];
} TcStringValue;                                                  /* STRING and DECIMAL */

typedef struct
{
  TcValue  head;
  size_t   n;
  TcValue *items[];
} TcListValue;

/** TcKey: the name of a map member, shared by every map made from the same source. */
typedef struct
{
  _Atomic uint32_t refs;
  uint32_t         length;
  uint64_t         hash;
  char             text[];
} TcKey;

typedef struct
{
  TcKey   *key;
  TcValue *item;
} TcEntry;

/* Beyond TC_MAP_LINEAR members, `index` (a power of two, at most half full) maps hashes to entry numbers plus one. */
#define TC_MAP_LINEAR 8
typedef struct
{
  TcValue   head;
  uint32_t  n, mask;
  uint32_t *index;
  TcEntry   entries[];
} TcMapValue;

void      tc_value_init       (TcValue *self, TcValueKind kind);
TcValue  *tc_value_string_new (TcValueKind kind, const char *text, size_t length);  /* @text is valid UTF-8 */
void      tc_value_list_free  (TcListValue *self);
void      tc_value_map_free   (TcMapValue *self);

TcKey    *tc_key_new          (const char *text, size_t length, uint64_t hash);
TcKey    *tc_key_ref          (TcKey *self);
void      tc_key_unref        (TcKey *self);
bool      tc_key_is           (const TcKey *self, const char *text, size_t length, uint64_t hash);

/** tc_map_take_entries: a map of @n entries whose keys and items it takes; of equal keys the last item wins, in the first place. */
TcValue  *tc_map_take_entries (TcEntry *entries, size_t n);
ssize_t   tc_map_find         (const TcMapValue *self, const char *text, size_t length, uint64_t hash);

G_END_DECLS
