/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/** TcForm: a body of multipart/form-data (RFC 7578) that is made while it is sent: of a file no more than a piece is in memory. One thread. */
typedef struct _TcForm TcForm;

TcForm       *tc_form_new      (void);
void          tc_form_free     (TcForm *self);           /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcForm, tc_form_free)
void          tc_form_add_text (TcForm *self, const char *name, const char *text);
/** tc_form_add_file: opens @path; its content is read when its turn comes, and may be a pipe's. */
gboolean      tc_form_add_file (TcForm *self, const char *name, const char *path, GError **error);
void          tc_form_end      (TcForm *self);           /* after the last part, before the first read */
char         *tc_form_type     (const TcForm *self);     /* the value of Content-Type; caller frees */
/** tc_form_read: the next bytes, at most @size; 0: the end; -1: a file cannot be read, and tc_form_error() says why. Blocks on the file. */
ssize_t       tc_form_read     (TcForm *self, char *buffer, size_t size);
const GError *tc_form_error    (const TcForm *self);     /* or NULL */

G_END_DECLS
