#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the house that the compiler cannot see. Prints file:line: rule, one a line; silent if all is well.

usage: lint.py SOURCE-ROOT BUILD-ROOT
"""
import glob
import os
import re
import subprocess
import sys

LOWER = ('base', 'yaml', 'schema', 'expr', 'model', 'executor')
MAX_FUNCTION, MAX_FILE, MAX_README = 100, 1000, 20

SPAWN = re.compile(r'\b(?:v?fork|system|popen|g_spawn_\w+|g_subprocess_\w+|GSubprocess)\s?\(')
BANNED = re.compile(r'\b(?:strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|tmpnam|mktemp|alloca|g_alloca)\s?\(')
IO = re.compile(r'\b(?:open|openat|fopen|creat|socket|connect|bind|unlink|mkdir|rename|g_file_get_contents|g_file_set_contents'
                r'|g_file_new_\w+|g_dir_open|g_get_real_time|g_get_monotonic_time|clock_gettime|gettimeofday|time'
                r'|g_date_time_new_now\w*)\s?\(')
# xgettext knows the macros of <inttypes.h> and no others: the text would be cut there.
CUT_TEXT = re.compile(r'\b(?:N?C?_|n?gettext)\s?\(\s*(?:"(?:[^"\\]|\\.)*"\s*)+G_\w+_FORMAT')
GTK = re.compile(r'\b(?:gtk|gdk|adw)_[a-z_]+\s?\(|#include <(?:gtk|adwaita|gtksourceview)')
# The machine's clock, identifiers and wake-ups are what these files of `base` exist for.
IO_ALLOWED = {'src/base/tc-clock.c', 'src/base/tc-id.c', 'src/base/tc-util.c', 'src/base/tc-fd-set.c', 'src/base/tc-fd.c',
              'src/base/tc-mailbox.c'}
STATIC_ALLOWED = re.compile(r'_parent_class$|^programs_key$|^n_left$|_private_offset$|signals$|properties$|_get_type\.|g_define_type_id|static_g_define'
                            r'|_once$|quark|\.\d+$|^__asan|^__odr|_resource|^\.L|^completed|^__')


def strip(text):
    """Code without comments and string contents, line numbers kept."""
    keep = lambda m: '""' + '\n' * m.group().count('\n') if m.group()[0] == '"' else '\n' * m.group().count('\n')
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', keep, text, flags=re.S)


def layer_of(path):
    return path.split('/')[1]


def check_source(path, text, out):
    code, layer = strip(text), layer_of(path)
    rules = [(SPAWN, 'starts a process: only runners do, by posix_spawn'), (BANNED, 'banned function')]
    if layer in LOWER and path not in IO_ALLOWED:
        rules.append((IO, 'does I/O or reads a clock in a layer that may not'))
    if layer != 'app':
        rules.append((GTK, 'GTK outside src/app'))
    for number, line in enumerate(code.split('\n'), 1):
        for pattern, what in rules:
            if pattern.search(line):
                out.append(f'{path}:{number}: {what}')
    lines = text.split('\n')
    if 'SPDX-License-Identifier: GPL-3.0-or-later' not in lines[0]:
        out.append(f'{path}:1: no SPDX line')
    if len(lines) > MAX_FILE:
        out.append(f'{path}: {len(lines)} lines, more than {MAX_FILE}')
    for found in CUT_TEXT.finditer(text):
        out.append(f'{path}:{text.count(chr(10), 0, found.start()) + 1}: a translated text with a G_…_FORMAT in it: use PRIu64 and the like')
    for number, line in enumerate(lines, 1):
        if re.search(r'\b(?:TODO|FIXME|XXX)\b', line):
            out.append(f'{path}:{number}: unfinished work without an issue')


def check_functions(root, files, out):
    listing = subprocess.run(['ctags', '--languages=C', '--fields=+ne', '--c-kinds=f', '-f', '-', *files], cwd=root, text=True,
                             capture_output=True, check=True).stdout
    for row in listing.splitlines():
        found = re.match(r'(\S+)\t(\S+)\t.*\tline:(\d+).*\tend:(\d+)', row)
        if found and int(found[4]) - int(found[3]) > MAX_FUNCTION:
            out.append(f'{found[2]}:{found[3]}: {found[1]} has {int(found[4]) - int(found[3])} lines')


def check_headers(path, text, out):
    if '#pragma once' not in text:
        out.append(f'{path}: no #pragma once')
    if not re.search(r'/\*', text.split('\n', 1)[1]):
        out.append(f'{path}: header without a comment that says what it is for')


def check_readme(root, folder, out):
    path = os.path.join(root, folder, 'README.md')
    if not os.path.exists(path):
        out.append(f'{folder}: no README.md')
    elif len(open(path, encoding='utf-8').read().splitlines()) > MAX_README:
        out.append(f'{folder}/README.md: more than {MAX_README} lines')


def check_globals(root, build, out):
    """No writable global: what an object file keeps in .data or .bss, GObject's own statics excepted."""
    for archive in sorted(glob.glob(os.path.join(build, 'src', '*', 'libtc-*.a'))):
        table = subprocess.run(['objdump', '-t', archive], cwd=os.path.dirname(archive), text=True, capture_output=True).stdout
        name = ''
        for row in table.splitlines():
            if row.endswith(')') or 'file format' in row:
                name = row.split(':')[0]
            found = re.search(r' O (\.data|\.bss)(?:\.\S+)?\s+([0-9a-f]+)\s+(?:\.hidden )?(\S+)$', row)
            if found and not row.split(' O ')[1].startswith('.data.rel.ro') and not STATIC_ALLOWED.search(found[3]):
                out.append(f'{os.path.basename(archive)}({name}): writable global {found[3]}')


def main(root, build):
    os.chdir(root)
    sources = sorted(glob.glob('src/**/*.[ch]', recursive=True))
    out = []
    for path in sources:
        text = open(path, encoding='utf-8').read()
        check_source(path, text, out)
        if path.endswith('.h') and '/private/' not in path:
            check_headers(path, text, out)
    check_functions(root, [path for path in sources if path.endswith('.c')], out)
    for folder in sorted(glob.glob('src/*/')):
        check_readme(root, folder.rstrip('/'), out)
    check_globals(root, build, out)
    print('\n'.join(out) if out else f'{len(sources)} files keep the rules')
    return int(bool(out))


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
