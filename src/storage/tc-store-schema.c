/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-store-private.h"

#include <glib/gi18n-lib.h>

/*
 * Records are JSON; columns beside a record exist only to be searched by. `seq` keeps the order of first insertion, which is the order of
 * creation. `over` is 1 once a record's state is terminal. Labels are searched inside the head's own list: a table of their own would be
 * written again at every change of state.
 *
 * One script a version; the version is stored in `meta`. A released script never changes.
 */
static const char *const migrations[] = {
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE flow (namespace TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, source TEXT NOT NULL,"
  "  updated_us INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (namespace, id, revision)) WITHOUT ROWID;"
  "CREATE TABLE execution (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL, flow TEXT NOT NULL,"
  "  state TEXT NOT NULL, over INTEGER NOT NULL, created_us INTEGER NOT NULL, record TEXT NOT NULL);"
  "CREATE INDEX execution_time ON execution (created_us, seq);"
  "CREATE INDEX execution_flow ON execution (namespace, flow, created_us, seq);"
  "CREATE INDEX execution_live ON execution (seq) WHERE over = 0;"
  "CREATE TABLE taskrun (seq INTEGER PRIMARY KEY, execution TEXT NOT NULL, id TEXT NOT NULL, over INTEGER NOT NULL,"
  "  record TEXT NOT NULL, UNIQUE (execution, id));"
  "CREATE INDEX taskrun_live ON taskrun (execution) WHERE over = 0;"
  "CREATE TABLE journal (seq INTEGER PRIMARY KEY, execution TEXT NOT NULL, at_us INTEGER NOT NULL, event TEXT NOT NULL);"
  "CREATE INDEX journal_execution ON journal (execution, seq);"
  "CREATE TABLE effect (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, execution TEXT NOT NULL, kind TEXT NOT NULL,"
  "  record TEXT NOT NULL);"
  "CREATE INDEX effect_execution ON effect (execution);"
  "CREATE TABLE metric (seq INTEGER PRIMARY KEY, execution TEXT NOT NULL, taskrun TEXT, record TEXT NOT NULL);"
  "CREATE INDEX metric_execution ON metric (execution, seq);"
  "CREATE TABLE kv (namespace TEXT NOT NULL, key TEXT NOT NULL, expires_us INTEGER NOT NULL, record TEXT NOT NULL,"
  "  PRIMARY KEY (namespace, key)) WITHOUT ROWID;"
  "CREATE TABLE trigger (namespace TEXT NOT NULL, flow TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL,"
  "  PRIMARY KEY (namespace, flow, id)) WITHOUT ROWID;",
  "CREATE TABLE trigger_window (namespace TEXT NOT NULL, flow TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL,"
  "  PRIMARY KEY (namespace, flow, id)) WITHOUT ROWID;",
  "ALTER TABLE kv ADD COLUMN version INTEGER NOT NULL DEFAULT 1;"
  "CREATE TABLE kv_old (namespace TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, expires_us INTEGER NOT NULL,"
  "  record TEXT NOT NULL, PRIMARY KEY (namespace, key, version)) WITHOUT ROWID;",
};

gboolean
tc_store_exec (sqlite3     *db,
               const char  *file,
               const char  *sql,
               GError     **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || tc_store_fail (db, file, _("writing"), error);
}

static gboolean
read_number (sqlite3     *db,
             const char  *file,
             const char  *sql,
             int         *number,
             GError     **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    *number = sqlite3_column_int (statement, 0);
  else if (code != SQLITE_DONE)
    tc_store_fail (db, file, _("reading"), error);
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* 0: a new, empty database. */
static gboolean
read_version (sqlite3     *db,
              const char  *file,
              int         *version,
              GError     **error)
{
  int tables = 0, has_meta = 0;

  if (!read_number (db, file, "SELECT count(*) FROM sqlite_master WHERE type = 'table'", &tables, error)
      || !read_number (db, file, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'meta'", &has_meta, error))
    return FALSE;
  *version = 0;
  if (has_meta)
    return read_number (db, file, "SELECT value FROM meta WHERE key = 'version'", version, error);
  if (tables == 0)
    return TRUE;
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_CORRUPT,
               _("%s is a database, but not one of Tiercel's: choose another data directory, or move the file away"), file);
  return FALSE;
}

static gboolean
migrate_from (sqlite3     *db,
              const char  *file,
              int          version,
              GError     **error)
{
  g_autofree char *note = g_strdup_printf ("INSERT OR REPLACE INTO meta VALUES ('version', %d)", (int) G_N_ELEMENTS (migrations));

  for (int i = version; i < (int) G_N_ELEMENTS (migrations); i++)
    if (!tc_store_exec (db, file, migrations[i], error))
      return FALSE;
  return tc_store_exec (db, file, note, error);
}

gboolean
tc_store_migrate (sqlite3     *db,
                  const char  *file,
                  GError     **error)
{
  int version;

  if (!read_version (db, file, &version, error))
    return FALSE;
  if (version > (int) G_N_ELEMENTS (migrations))
    {
      g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_VERSION,
                   _("%s was written by a newer Tiercel (format %d, this one knows up to %d): update Tiercel, or choose another data "
                     "directory"), file, version, (int) G_N_ELEMENTS (migrations));
      return FALSE;
    }
  /* The journal mode is written into the file, so it waits until the file is known to be ours. */
  if (!tc_store_exec (db, file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", error))
    return FALSE;
  if (version == (int) G_N_ELEMENTS (migrations))
    return TRUE;
  if (!tc_store_exec (db, file, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (migrate_from (db, file, version, error) && tc_store_exec (db, file, "COMMIT", error))
    return TRUE;
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}
