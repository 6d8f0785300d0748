/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-page-private.h"

#include <glib/gi18n-lib.h>

/* Corrections of the problems in the line of the caret, in a menu beside it. */

static guint
line_at_caret (TcFlowPage *self)
{
  int line, column;

  tc_flow_page_get_caret (self, &line, &column);
  return (guint) line;
}

static GMenu *
menu_of_corrections (TcFlowPage *self)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  const guint line = line_at_caret (self);
  GMenu *menu = g_menu_new ();

  for (guint i = 0; check != NULL && i < check->diagnostics->len; i++)
    {
      const TcDiagnostic *diagnostic = check->diagnostics->pdata[i];
      g_autofree char *label = NULL;
      g_autoptr (GMenuItem) item = NULL;

      if (diagnostic->right == NULL || diagnostic->span.line != line)
        continue;
      label = tc_problem_correction (diagnostic);
      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "flow.correct", "u", i);
      g_menu_append_item (menu, item);
    }
  return menu;
}

static void
menu_closed (GtkPopover *popover,
             gpointer    data)
{
  g_idle_add_once ((GSourceOnceFunc) gtk_widget_unparent, popover);
}

void
tc_flow_page_correct (TcFlowPage *self)
{
  g_autoptr (GMenu) menu = menu_of_corrections (self);
  GtkTextView *view = GTK_TEXT_VIEW (self->source);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkWidget *popover;
  GdkRectangle place;
  GtkTextIter caret;

  if (g_menu_model_get_n_items (G_MENU_MODEL (menu)) == 0)
    {
      tc_flow_page_emit_toast (self, _("No correction is known for this line"));
      return;
    }
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_iter_location (view, &caret, &place);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &place.x, &place.y);
  popover = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (popover, GTK_WIDGET (view));
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), &place);
  g_signal_connect (popover, "closed", G_CALLBACK (menu_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

void
tc_flow_page_correct_action (GSimpleAction *action,
                             GVariant      *value,
                             gpointer       data)
{
  TcFlowPage *self = data;
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  const guint i = g_variant_get_uint32 (value);

  if (check != NULL && i < check->diagnostics->len)
    tc_flow_buffer_correct (self->buffer, check->diagnostics->pdata[i]);
}
