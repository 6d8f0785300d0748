/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-late-library.h"

#include <glib/gi18n-lib.h>
#include <gmodule.h>

G_DEFINE_QUARK (tc-late-library-error-quark, tc_late_library_error)

static gpointer *
load (const TcLateLibrary  *self,
      GError              **error)
{
  g_autofree gpointer *table = g_new0 (gpointer, self->n);
  /* Not dlopen(): the constructor of libsoup takes GModule's lock, so that must be taken before the dynamic linker's, as all others do. */
  GModule *module = g_module_open (self->soname, G_MODULE_BIND_LOCAL);

  if (module == NULL)
    {
      g_set_error (error, TC_LATE_LIBRARY_ERROR, TC_LATE_LIBRARY_ERROR_MISSING,
                   _("The library %s cannot be loaded; install the package that has it: %s"), self->soname, g_module_error ());
      return NULL;
    }
  for (guint i = 0; i < self->n; i++)
    {
      if (!g_module_symbol (module, self->names[i], &table[i]) || table[i] == NULL)
        {
          g_set_error (error, TC_LATE_LIBRARY_ERROR, TC_LATE_LIBRARY_ERROR_FUNCTION,
                       _("The library %s has no function %s; install a newer version of it"), self->soname, self->names[i]);
          g_module_close (module);
          return NULL;
        }
    }
  g_module_make_resident (module);
  return g_steal_pointer (&table);
}

gconstpointer
tc_late_library_open (TcLateLibrary  *self,
                      GError        **error)
{
  static GMutex mutex;
  gpointer *table = g_atomic_pointer_get (&self->table);

  if (table != NULL)
    return table;
  g_mutex_lock (&mutex);
  table = g_atomic_pointer_get (&self->table);
  if (table == NULL && (table = load (self, error)) != NULL)
    g_atomic_pointer_set (&self->table, table);
  g_mutex_unlock (&mutex);
  return table;
}
