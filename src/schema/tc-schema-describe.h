/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"

G_BEGIN_DECLS

/** TcTypeSet: whose names the `type` of a map may have. */
typedef enum { TC_TYPES_NONE, TC_TYPES_TASK, TC_TYPES_RUNNER, TC_TYPES_TRIGGER, TC_TYPES_LISTED } TcTypeSet;

/** TcSchemaSpot: what the tables say about one place of a document. All of it is borrowed from the tables and the registry. */
typedef struct
{
  const TcProp            *prop;        /* whose value stands here; of an item, the row of items or its list's; NULL: nothing is known */
  TcKind                   kind;        /* of the value here: of an item of `prop`, the item's own */
  const TcProp            *tables[2];   /* keys that a map here may have; NULL: none, or any */
  TcTypeSet                types;
  const TcTypeInfo *const *listed;      /* of TC_TYPES_LISTED, NULL-ended */
  const TcTypeInfo        *info;        /* the type, once it is known */
} TcSchemaSpot;

TcSchemaSpot  tc_schema_spot_of_tables (const TcProp *first, const TcProp *second);                /* a map with these keys */
TcSchemaSpot  tc_schema_spot_of_types  (TcTypeSet types);                                          /* a map whose `type` is one of them */
TcSchemaSpot  tc_schema_spot_member    (const TcSchemaSpot *self, const char *key);                /* the value under @key of a map here */
TcSchemaSpot  tc_schema_spot_item      (const TcSchemaSpot *self);                                 /* an item of a list here */
void          tc_schema_spot_set_type  (TcSchemaSpot *self, const TcRegistry *types, const char *type);   /* @type may be unknown */
const TcProp *tc_schema_spot_find      (const TcSchemaSpot *self, const char *key);                /* the row of a key; NULL: unknown */

/** tc_schema_type_infos: all types that `type` may name here. Container of const TcTypeInfo*; caller unrefs it. */
GPtrArray    *tc_schema_type_infos     (const TcRegistry *types, const TcSchemaSpot *self);
/** tc_schema_type_info: of a task, runner or trigger, also by a deprecated name; NULL: unknown. */
const TcTypeInfo *tc_schema_type_info  (const TcRegistry *types, const char *type);

/* Texts for readers, translated; caller frees them. */
char         *tc_schema_prop_value     (const TcProp *prop);          /* "a text", "one of INFO, WARN": what it takes */
char         *tc_schema_prop_text      (const TcProp *prop);          /* what hovering shows: Markdown */
char         *tc_schema_type_text      (const TcTypeInfo *info);      /* title, name and description: Markdown */
char         *tc_schema_type_page      (const TcTypeInfo *info);      /* the reference page: Markdown */

G_END_DECLS
