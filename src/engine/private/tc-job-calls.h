/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-order.h"

G_BEGIN_DECLS

/**
 * tc_order_call: what a task may ask of the engine (TcJobClass.call). Worker threads; may block.
 *   "secret"          {key, namespace?}                      → text
 *   "kv.get"          {key, namespace?, failExpired?: bool}  → the entry, or null; an error if it has expired and that is asked for
 *   "kv.set"          {key, namespace?, value, ttl?: text, overwrite?: bool}   → null, once durable
 *   "kv.delete"       {key, namespace?}                      → bool: it was there
 *   "kv.list"         {namespace?}                           → LIST of entries
 *   "namespace.files" {namespaces?, include?, exclude?, folderPerNamespace?}   → LIST of {path, source}; for `namespaceFiles` logs and counts them
 *   "namespace.list"  {namespace?}                           → LIST of paths
 *   "namespace.put"   {namespace?, path, source}             → null
 *   "namespace.delete" {namespace?, path}                     → null; a folder with all in it
 *   "namespace.versions" {namespace?}                         → LIST of {path, version, updated_us} by path, newest first; of deleted files too
 *   "namespace.purge"  {namespace?, path, version}            → null; for good, the file itself if it is that version
 *   "namespaces"       {}                                     → LIST of namespaces that have flows
 *   "kv.versions"      {}                                     → LIST of {namespace, key, version, expired, updated_us}, newest first
 *   "kv.purge"         {entries: LIST of {namespace, key, version}}   → null, once durable
 *   "execution.purgeFiles" {}                                 → LIST of the URIs removed: files, and the folders that held them
 *   "executions.count" {namespace?, flowId?, states?, start_us?, end_us?}  → int
 *   "executions.purge" {namespace?, flowId?, states?, start_us?, end_us, execution?, log?, storage?, metric?: bool}  → map of counts
 *   "executions.find"  {namespace?, flowId?, states?, labels?, start_us?, end_us?, triggerExecutionId?}   → LIST of executions as Kestra's JSON
 *   "execution.resume" {executionId?, namespace?, flowId?, inputs?, anyFlow?: bool}       → null, once durable
 *   "execution.kill"   {executionId, cascade?: bool}          → null, once durable; none of one that is over
 *   "execution.delete" {executionId}                          → null, once durable; only of one that is over
 *   "flows.list"       {namespace?}                           → LIST of flows, as written, with their revision
 *   "logs.fetch"       {executionId?, namespace?, flowId?, level?, tasks?: LIST, path}  → how many entries were written to the file
 *   "logs.purge"       {namespace?, flowId?, executionId?, levels?: LIST, start_us?, end_us}  → how many entries went
 *   "trigger.toggle"   {trigger, namespace?, flowId?, enabled: bool}      → null, once durable
 *   "directory.put"    {files: map or JSON}                   → null; into the working directory
 *   "directory.namespace" {…}: a rendered `namespaceFiles`    → null; their files into the working directory
 *   "directory.collect" {patterns: LIST}                      → map of path → URI
 *   "uri.path"         {uri}                                  → local path
 *   "seal"            {text}                                  → {type, value}: encrypted; expressions see the text
 */
TcValue *tc_order_call       (TcOrder *order, const char *what, const TcValue *args, GError **error);

/** tc_site_commit: commits @batch (taken) through the engine's thread and waits until it is durable. */
gboolean tc_site_commit    (TcSite *site, TcBatch *batch, GError **error);
/** tc_kv_entry: what is stored for a value: {value, type, updated_us, expires_us?}. FALSE: @ttl is no duration. */
TcValue *tc_kv_entry       (const TcValue *value, const char *ttl, GError **error);

G_END_DECLS
