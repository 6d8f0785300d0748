/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"

G_BEGIN_DECLS

/* What the tasks that purge namespaces share (Kestra: PurgeTask). Worker thread; NULL with @error. */

/** TcPurge: which namespaces are meant. */
typedef struct
{
  TcValue *namespaces;      /* LIST or NULL */
  char    *pattern;
  gboolean children;
} TcPurge;

#define TC_PURGE_AT(type, field) (offsetof (type, purge) + offsetof (TcPurge, field))
#define TC_PURGE_ROWS(type) \
  { "namespaces", TC_KIND_LIST, TC_PROP_DYNAMIC, TC_PURGE_AT (type, namespaces), NULL, tc_items_string, N_("Namespaces to purge; all without this and a pattern.") }, \
  { "namespacePattern", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_PURGE_AT (type, pattern), NULL, NULL, N_("Pattern of namespaces to purge: `*` is any text, `?` any character.") }, \
  { "includeChildNamespaces", TC_KIND_BOOL, TC_PROP_DYNAMIC, TC_PURGE_AT (type, children), "true", NULL, N_("Whether namespaces whose name begins with a given one are purged too.") }

/** tc_purge_namespaces: LIST of namespaces; says which. */
TcValue *tc_purge_namespaces (TcJob *job, const TcPurge *purge, GError **error);

/** TcPurgeVersions: which of several versions of a thing go (Kestra: the behaviour `version`). */
typedef struct
{
  int64_t keep;             /* so many of the newest stay; -1: that does not matter */
  int64_t before_us;        /* those older than this go, but never the newest; G_MININT64: that does not matter */
} TcPurgeVersions;
gboolean tc_purge_versions_read (const TcValue *behavior, TcPurgeVersions *self, GError **error);
/** tc_purge_versions_goes: @rank: how many newer versions there are. */
gboolean tc_purge_versions_goes (const TcPurgeVersions *self, int64_t rank, int64_t updated_us);

G_END_DECLS
