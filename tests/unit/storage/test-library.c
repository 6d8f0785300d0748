/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scratch.h"
#include "tc-library-versions.h"
#include "tc-util.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char *data, *outside, *secret;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  self->data = scratch_new ();
  self->outside = scratch_new ();
  self->secret = g_build_filename (self->outside, "secret", NULL);
  g_assert_true (g_file_set_contents (self->secret, "secret", -1, NULL));
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  scratch_remove (self->data);
  scratch_remove (self->outside);
  g_free (self->secret);
}

static void
put (Fixture    *self,
     const char *path,
     const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tc_library_put_file (self->data, "a.b", path, text, strlen (text), &error));
  g_assert_no_error (error);
}

static char *
get (Fixture    *self,
     const char *path)
{
  g_auto (TcFd) fd = tc_library_open_file (self->data, "a.b", path, NULL);
  char text[100];
  ssize_t n = fd >= 0 ? read (fd, text, sizeof text) : -1;

  return n >= 0 ? g_strndup (text, (gsize) n) : NULL;
}

static char *
listing (Fixture *self)
{
  g_autoptr (GPtrArray) paths = tc_library_list_files (self->data, "a.b", NULL);

  g_assert_nonnull (paths);
  g_ptr_array_add (paths, NULL);
  return g_strjoinv (" ", (char **) paths->pdata);
}

static void
test_files (Fixture       *self,
            gconstpointer  unused)
{
  g_autofree char *none = listing (self), *text = NULL, *all = NULL, *less = NULL;
  g_autoptr (GPtrArray) namespaces = NULL;

  g_assert_cmpstr (none, ==, "");
  put (self, "z.txt", "one");
  put (self, "z.txt", "two");
  put (self, "dir/sub/a b.txt", "");
  text = get (self, "z.txt");
  g_assert_cmpstr (text, ==, "two");
  all = listing (self);
  g_assert_cmpstr (all, ==, "dir/sub/a b.txt z.txt");
  namespaces = tc_library_list_namespaces (self->data, NULL);
  g_assert_cmpuint (namespaces->len, ==, 1);
  g_assert_cmpstr (namespaces->pdata[0], ==, "a.b");
  g_assert_true (tc_library_delete_file (self->data, "a.b", "dir", NULL));
  g_assert_true (tc_library_delete_file (self->data, "a.b", "dir", NULL));
  less = listing (self);
  g_assert_cmpstr (less, ==, "z.txt");
}

/* "path@version …"; the files themselves with a *. */
static char *
versions (Fixture *self)
{
  g_autoptr (GPtrArray) found = tc_library_versions (self->data, "a.b", NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      const TcFileVersion *version = g_ptr_array_index (found, i);

      g_string_append_printf (text, "%s%s@%d%s", i > 0 ? " " : "", version->path, version->version, version->current ? "*" : "");
      g_assert_cmpint (version->updated_us, >, 0);
    }
  return g_string_free (text, FALSE);
}

/* The content of a version, or NULL. */
static char *
get_version (Fixture    *self,
             const char *path,
             int         version)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = tc_library_version_path (self->data, "a.b", path, version, &error);
  char *text = NULL;

  if (file == NULL)
    g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND);
  else
    g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  return text;
}

static void
test_versions (Fixture       *self,
               gconstpointer  unused)
{
  g_autofree char *none = versions (self), *three = NULL, *deleted = NULL, *again = NULL, *purged = NULL, *many = NULL;
  g_autofree char *first = NULL, *gone = NULL, *newest = NULL, *missing = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (none, ==, "");
  put (self, "a.txt", "1");
  put (self, "a.txt", "2");
  put (self, "a.txt", "3");
  put (self, "d/1", "x");
  put (self, "d/1", "y");
  three = versions (self);
  g_assert_cmpstr (three, ==, "a.txt@3* a.txt@2 a.txt@1 d/1@2* d/1@1");
  g_assert_true (tc_library_delete_file (self->data, "a.b", "a.txt", NULL));
  g_assert_true (tc_library_delete_file (self->data, "a.b", "d", NULL));
  deleted = versions (self);
  g_assert_cmpstr (deleted, ==, "a.txt@3 a.txt@2 a.txt@1 d/1@2 d/1@1");
  put (self, "a.txt", "4");
  put (self, "d", "a file now");
  again = versions (self);
  g_assert_cmpstr (again, ==, "a.txt@4* a.txt@3 a.txt@2 a.txt@1 d@1* d/1@2 d/1@1");
  first = get_version (self, "a.txt", 1);
  gone = get_version (self, "a.txt", 3);
  newest = get_version (self, "a.txt", 4);
  missing = get_version (self, "a.txt", 5);
  g_assert_cmpstr (first, ==, "1");
  g_assert_null (gone);       /* what was deleted is not read again */
  g_assert_cmpstr (newest, ==, "4");
  g_assert_null (missing);
  g_assert_true (tc_library_purge_version (self->data, "a.b", "a.txt", 3, NULL));
  g_assert_true (tc_library_purge_version (self->data, "a.b", "a.txt", 1, NULL));
  g_assert_true (tc_library_purge_version (self->data, "a.b", "a.txt", 1, NULL));
  g_assert_true (tc_library_purge_version (self->data, "a.b", "d/1", 2, NULL));
  purged = versions (self);
  g_assert_cmpstr (purged, ==, "a.txt@4* a.txt@2 d@1* d/1@1");
  g_assert_false (tc_library_purge_version (self->data, "..", "a.txt", 1, &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
  for (int i = 0; i < 120; i++)
    put (self, "a.txt", "n");
  many = versions (self);
  g_assert_true (g_str_has_prefix (many, "a.txt@124* a.txt@123 "));
  g_assert_nonnull (strstr (many, " a.txt@24 "));
  g_assert_null (strstr (many, " a.txt@23 "));
}

static void
test_flows (Fixture       *self,
            gconstpointer  unused)
{
  g_autofree char *path = tc_library_flow_path (self->data, "a.b", "f"), *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tc_library_write_flow (self->data, "a.b", "f", "id: f\n", NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "id: f\n");
  g_assert_true (tc_library_delete_flow (self->data, "a.b", "f", NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (tc_library_write_flow (self->data, "..", "f", "", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
  g_clear_error (&error);
  g_assert_false (tc_library_write_flow (self->data, "a", "../../f", "", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
}

static void
test_names_that_lead_out (Fixture       *self,
                          gconstpointer  unused)
{
  const char *const names[] = { "../x", "a/../../x", "/etc/passwd", "", ".", "a//b", "a/.", "..", "a/" };

  put (self, "a/x", "");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (tc_library_open_file (self->data, "a.b", names[i], &error), ==, -1);
      g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
      g_clear_error (&error);
      g_assert_false (tc_library_put_file (self->data, "a.b", names[i], "", 0, &error));
      g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
      g_clear_error (&error);
      g_assert_false (tc_library_delete_file (self->data, "a.b", names[i], &error));
      g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
    }
}

static void
test_links (Fixture       *self,
            gconstpointer  unused)
{
  g_autofree char *root = tc_library_namespace_dir (self->data, "a.b"), *names = NULL, *inside = NULL;
  g_autofree char *to_file = g_build_filename (root, "file", NULL), *to_folder = g_build_filename (root, "folder", NULL);
  g_autofree char *within = g_build_filename (root, "within", NULL), *up = g_build_filename (root, "up", NULL);
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  put (self, "real.txt", "real");
  g_assert_cmpint (symlink (self->secret, to_file), ==, 0);
  g_assert_cmpint (symlink (self->outside, to_folder), ==, 0);
  g_assert_cmpint (symlink ("real.txt", within), ==, 0);
  g_assert_cmpint (symlink ("../../..", up), ==, 0);

  names = listing (self);
  g_assert_true (g_str_has_prefix (names, "real.txt"));
  g_assert_null (strstr (names, "secret"));
  g_assert_cmpint (tc_library_open_file (self->data, "a.b", "file", &error), ==, -1);
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
  g_clear_error (&error);
  g_assert_cmpint (tc_library_open_file (self->data, "a.b", "folder/secret", &error), ==, -1);
  g_clear_error (&error);
  g_assert_false (tc_library_put_file (self->data, "a.b", "folder/new", "x", 1, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (tc_library_delete_file (self->data, "a.b", "folder/secret", NULL));
  g_assert_false (tc_library_put_file (self->data, "a.b", "up/new", "x", 1, NULL));

  /* Writing to the name of a link replaces the link; deleting one leaves what it names. */
  put (self, "file", "mine");
  inside = get (self, "file");
  g_assert_cmpstr (inside, ==, "mine");
  g_assert_true (tc_library_delete_file (self->data, "a.b", "folder", NULL));
  g_assert_true (g_file_get_contents (self->secret, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "secret");
}

static void
test_import (Fixture       *self,
             gconstpointer  unused)
{
  g_autofree char *folder = g_build_filename (self->outside, "sub", NULL), *file = g_build_filename (folder, "x", NULL);
  g_autofree char *way_out = g_build_filename (self->outside, "passwd", NULL), *names = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
  g_assert_cmpint (symlink ("/etc/passwd", way_out), ==, 0);
  g_assert_true (tc_library_import (self->data, "a.b", self->outside, &error));
  g_assert_no_error (error);
  names = listing (self);
  g_assert_cmpstr (names, ==, "secret sub/x");
  g_assert_false (tc_library_import (self->data, "a.b", self->secret, &error));
  g_assert_nonnull (error);
}

static void
test_storage (Fixture       *self,
              gconstpointer  unused)
{
  g_autoptr (TcHead) head = make_head ("Exec1", "company.team", "My_flow x", TC_STATE_RUNNING, 1);
  g_autoptr (TcTaskRun) run = make_run ("Run1", "Do__it", TC_STATE_RUNNING);
  g_autofree char *prefix = tc_task_run_files_path (run, head), *file = g_build_filename (self->outside, "out", NULL);
  g_autofree char *copied = NULL, *moved = NULL, *bytes = NULL, *path = NULL, *text = NULL, *encoded = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (prefix, ==, "/company/team/my-flow-x/executions/Exec1/tasks/do-it/Run1");
  g_assert_true (g_file_set_contents (file, "data", -1, NULL));
  copied = tc_storage_put (self->data, prefix, file, "a b%.txt", FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (copied, ==, "kestra:///company/team/my-flow-x/executions/Exec1/tasks/do-it/Run1/a%20b%25.txt");
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  moved = tc_storage_put (self->data, prefix, file, "moved", TRUE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (moved);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  bytes = tc_storage_put_bytes (self->data, prefix, "xyz", 3, "a+b%5B1%5D.txt", &error);
  g_assert_true (g_str_has_suffix (bytes, "/Run1/a+b%5B1%5D.txt"));
  encoded = tc_storage_path (self->data, bytes, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (encoded, "/Run1/a+b[1].txt") && g_file_test (encoded, G_FILE_TEST_EXISTS));
  path = tc_storage_path (self->data, copied, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "data");
  g_assert_true (tc_storage_remove_execution (self->data, head, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_storage_refuses (Fixture       *self,
                      gconstpointer  unused)
{
  const char *const uris[] = { "kestra:///../x", "kestra:///a/%2e%2e/x", "kestra://a", "file:///etc/passwd", "", "kestra:///a%00b", "kestra:///" };
  g_autofree char *link = g_build_filename (self->outside, "link", NULL), *folder = g_build_filename (self->data, "storage", NULL);
  g_autofree char *way_out = g_build_filename (folder, "out", NULL), *absent = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_assert_null (tc_storage_path (self->data, uris[i], &error));
      g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
      g_clear_error (&error);
    }
  g_assert_null (tc_storage_put_bytes (self->data, "/a", "", 0, "../x", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
  g_clear_error (&error);
  g_assert_null (tc_storage_put_bytes (self->data, "/a", "", 0, "%2e%2e/x", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
  g_clear_error (&error);
  g_assert_cmpint (symlink (self->secret, link), ==, 0);
  g_assert_null (tc_storage_put (self->data, "/a", link, "x", FALSE, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_cmpint (symlink (self->outside, way_out), ==, 0);
  g_assert_null (tc_storage_path (self->data, "kestra:///out/secret", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
  g_clear_error (&error);
  absent = tc_storage_path (self->data, "kestra:///not/there", &error);
  g_assert_no_error (error);
  g_assert_nonnull (absent);
}

static void
test_storage_namespace_files (Fixture       *self,
                              gconstpointer  unused)
{
  g_autofree char *path = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;

  put (self, "dir/x.txt", "from the library");
  path = tc_storage_path (self->data, "kestra:///a/b/_files/dir/x.txt", &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "from the library");
}

#define add(path, func) g_test_add ("/storage/library/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("files", test_files);
  add ("versions", test_versions);
  add ("flows", test_flows);
  add ("names-that-lead-out", test_names_that_lead_out);
  add ("links", test_links);
  add ("import", test_import);
  add ("storage", test_storage);
  add ("storage-refuses", test_storage_refuses);
  add ("storage-namespace-files", test_storage_namespace_files);
  return g_test_run ();
}
