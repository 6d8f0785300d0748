/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tc-shim-tree.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More than one pass can hold: who kills comes again until nobody is left. */
enum { MAX_PROCESSES = 16384 };

struct tree
{
  size_t n;
  struct { pid_t pid, parent; } items[MAX_PROCESSES];
};

static pid_t
parent_of (pid_t pid)
{
  char path[40], text[512], *end;
  ssize_t n;
  int fd;

  snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  n = read (fd, text, sizeof text - 1);
  close (fd);
  text[n > 0 ? n : 0] = '\0';
  end = strrchr (text, ')');            /* the name before may hold anything */
  return end && strlen (end) > 4 ? (pid_t) strtol (end + 4, NULL, 10) : -1;
}

static void
add_children_of_thread (struct tree *tree, pid_t pid, const char *thread)
{
  char path[300];
  int child;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%d/task/%s/children", (int) pid, thread);
  file = fopen (path, "re");
  while (file && tree->n < MAX_PROCESSES && fscanf (file, "%d", &child) == 1)
    {
      tree->items[tree->n].pid = child;
      tree->items[tree->n++].parent = pid;
    }
  if (file)
    fclose (file);
}

static void
add_children (struct tree *tree, pid_t pid)
{
  char path[40];
  struct dirent *entry;
  DIR *folder;

  snprintf (path, sizeof path, "/proc/%d/task", (int) pid);
  folder = opendir (path);
  while (folder && (entry = readdir (folder)))
    if (entry->d_name[0] != '.')
      add_children_of_thread (tree, pid, entry->d_name);
  if (folder)
    closedir (folder);
}

/* A descriptor of the process is taken before its parent is checked, so a number that was reused meanwhile is not hit. */
static void
signal_child (pid_t pid, pid_t parent, int signal)
{
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);

  if (fd < 0)
    return;
  if (parent_of (pid) == parent)
    {
      syscall (SYS_pidfd_send_signal, fd, signal, NULL, 0);
      if (signal == SIGTERM)
        syscall (SYS_pidfd_send_signal, fd, SIGCONT, NULL, 0);
    }
  close (fd);
}

void
tc_shim_signal_tree (pid_t program, int signal)
{
  struct tree tree;

  tree.n = 0;
  add_children (&tree, getpid ());
  for (size_t i = 0; i < tree.n; i++)
    {
      add_children (&tree, tree.items[i].pid);
      signal_child (tree.items[i].pid, tree.items[i].parent, signal);
    }
  if (tree.n == 0 && program > 0)
    kill (-program, signal);
}
