/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-run-spec.h"

void
tc_file_in_free (TcFileIn *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  tc_value_unref (self->text);
  g_free (self->source);
  g_free (self);
}

TcRunSpec *
tc_run_spec_new (void)
{
  TcRunSpec *self = g_new0 (TcRunSpec, 1);

  self->argv = g_ptr_array_new_with_free_func (g_free);
  self->env = g_ptr_array_new_with_free_func (g_free);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_file_in_free);
  self->outputs = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
tc_run_spec_free (TcRunSpec *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->argv);
  g_ptr_array_unref (self->env);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->outputs);
  g_free (self->directory);
  g_free (self->output_dir);
  g_free (self->image);
  g_free (self->cache_file);
  g_free (self->cache_path);
  tc_value_unref (self->runner);
  tc_value_unref (self->labels);
  g_free (self);
}
