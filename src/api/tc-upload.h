/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-soup.h"
#include "tc-value.h"

G_BEGIN_DECLS

/**
 * TcUpload: the parts of a multipart/form-data body, taken as they come: a file goes to a private file at once, so no upload is too long
 * for the memory; texts are kept, up to 64 MiB together. Server thread only. Freeing removes the files.
 */
typedef struct _TcUpload TcUpload;

/** tc_upload_new: for files below DATA/uploads. */
TcUpload *tc_upload_new   (const TcSoup *soup, const char *data_directory, const char *boundary);
void      tc_upload_free  (TcUpload *self);            /* NULL is allowed */
/** tc_upload_feed: the next bytes. What is wrong is kept for tc_upload_finish(), and the rest of the body dropped. */
void      tc_upload_feed  (TcUpload *self, GBytes *bytes);
/** tc_upload_finish: once, at the end of the body: MAP of part name → text, or path of its file. Errors: G_IO_ERROR_INVALID_DATA, no multipart
 * body; _MESSAGE_TOO_LARGE; _NO_SPACE and others of writing. Caller owns. */
TcValue  *tc_upload_finish (TcUpload *self, GError **error);
/** tc_uploads_clear: removes what a program that was killed left in DATA/uploads. */
void      tc_uploads_clear (const char *data_directory);

G_END_DECLS
