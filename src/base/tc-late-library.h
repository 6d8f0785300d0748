/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TC_LATE_LIBRARY_ERROR (tc_late_library_error_quark ())
GQuark tc_late_library_error_quark (void);
typedef enum
{
  TC_LATE_LIBRARY_ERROR_MISSING,       /* the dynamic linker cannot load it; the message says why */
  TC_LATE_LIBRARY_ERROR_FUNCTION,      /* it lacks a function that we were built against */
} TcLateLibraryError;

/**
 * TcLateLibrary: a shared library that is loaded at its first use, not at every start, and never unloaded. Any thread; the first use of
 * each blocks for some milliseconds while it is read and linked. Made by TC_LATE_LIBRARY_DEFINE() only.
 */
typedef struct
{
  const char        *soname;     /* as the linker would have noted it; from the build */
  const char *const *names;      /* of the functions, in the order of the table */
  guint              n;
  gpointer          *table;      /* atomic; NULL: not loaded yet */
} TcLateLibrary;

/** tc_late_library_open: the table of functions, which lives for ever; NULL and @error. A failure may pass: the next call tries again. */
gconstpointer tc_late_library_open (TcLateLibrary *self, GError **error);

/**
 * A table is a list macro FUNCTIONS(F) of rows `F (prefix, name)`, for the function prefix_name, whose type is that in the library's own
 * header: `typedef struct { FUNCTIONS (TC_LATE_MEMBER) } Table;`. TC_LATE_LIBRARY_DEFINE() makes `const Table *getter (GError **error)`.
 */
#define TC_LATE_MEMBER(prefix, name) __typeof__ (prefix##_##name) *name;
#define TC_LATE_NAME(prefix, name) #prefix "_" #name,
#define TC_LATE_LIBRARY_DEFINE(Table, getter, soname, FUNCTIONS) \
  const Table * \
  getter (GError **error) \
  { \
    static const char *const names[] = { FUNCTIONS (TC_LATE_NAME) }; \
    static TcLateLibrary library = { soname, names, G_N_ELEMENTS (names), NULL }; \
\
    G_STATIC_ASSERT (sizeof (Table) == G_N_ELEMENTS (names) * sizeof (gpointer)); \
    return tc_late_library_open (&library, error); \
  }

G_END_DECLS
