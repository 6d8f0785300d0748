#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every translatable file is listed, and every language of LINGUAS is complete and well formed.

usage: check-po.py PO-FOLDER SOURCE-ROOT
"""
import os
import re
import subprocess
import sys
import tempfile

MARK = re.compile(r'\b(?:N?C?_|n?gettext|g_dngettext)\s?\(\s*"')
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3']


def translatable(root):
    found = []
    for folder, _, names in os.walk(os.path.join(root, 'src')):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith('.ui') and 'translatable="' in open(path, encoding='utf-8').read():
                found.append(os.path.relpath(path, root))
            elif name.endswith(('.c', '.h')) and MARK.search(open(path, encoding='utf-8').read()):
                found.append(os.path.relpath(path, root))
    return sorted(found)


def run(*argv, **options):
    return subprocess.run(argv, check=True, text=True, capture_output=True, env={**os.environ, 'LC_ALL': 'C'}, **options)


def main(po, root):
    listed = sorted(line.strip() for line in open(os.path.join(po, 'POTFILES.in')) if line.strip() and line[0] != '#')
    wrong = set(translatable(root)) ^ {name for name in listed if name.startswith('src/')}
    for name in sorted(wrong):
        print(f"{name}: {'listed, but has no text to translate' if name in listed else 'not listed in po/POTFILES.in'}"
              " (tools/update-po mends it)")
    failed = bool(wrong)
    with tempfile.TemporaryDirectory() as scratch:
        template = os.path.join(scratch, 'tiercel.pot')
        run('xgettext', '--from-code=UTF-8', '--flag=tc_diagnostics_add:7:c-format', '-o', template,
            *[f'--keyword={k}' for k in KEYWORDS], *listed, cwd=root)
        for language in open(os.path.join(po, 'LINGUAS')).read().split():
            merged = os.path.join(scratch, f'{language}.po')
            run('msgmerge', '-q', '--no-fuzzy-matching', '-o', merged, os.path.join(po, f'{language}.po'), template)
            check = subprocess.run(['msgfmt', '--check', '--statistics', '-o', '/dev/null', merged], text=True,
                                   capture_output=True, env={**os.environ, 'LC_ALL': 'C'})
            print(f'{language}: {check.stderr.strip()}')
            failed |= check.returncode != 0 or 'untranslated' in check.stderr or 'fuzzy' in check.stderr
    return int(failed)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
