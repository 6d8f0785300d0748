/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-input-field.h"

G_BEGIN_DECLS

/** TcFieldKind: how one family of input types is shown; a table in tc-input-kinds.c. */
typedef struct
{
  void     (*build) (TcInputField *self);                     /* sets row and main */
  TcValue *(*get)   (TcInputField *self);                     /* NULL: not set */
  void     (*set)   (TcInputField *self, const TcValue *value);
} TcFieldKind;

struct _TcInputField
{
  GObject            parent_instance;

  TcFlow            *flow;
  const TcInput     *input;
  const TcFieldKind *kind;
  GtkWidget         *row, *main;          /* the row; the widget in it that holds the value */
  GtkWidget         *error_row;
  GtkLabel          *error_label;
  GFile             *file;                /* of a FILE input */
  GtkFileChooserNative *chooser;
  gboolean           disabled;
  gboolean           quiet;               /* set_value() is at work */
};

const TcFieldKind *tc_input_kind          (const TcInput *input);
char              *tc_input_title         (const TcInput *input);          /* name, and a star if it is required */
void               tc_input_field_touched (TcInputField *self);

G_END_DECLS
