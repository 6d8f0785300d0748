#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A forbidden #include does not compile: tries them, with the very flags that each layer is built with.

usage: layers.py SOURCE-ROOT BUILD-ROOT
"""
import glob
import json
import os
import shlex
import subprocess
import sys

LAYERS = ['base', 'yaml', 'schema', 'expr', 'model', 'executor', 'storage', 'net', 'runners', 'tasks', 'triggers', 'engine', 'api', 'app']
# What each layer may include beside itself; all others must fail.
BASE_TO_MODEL = {'base', 'yaml', 'schema', 'expr', 'model'}
MAY = {
    'base': set(), 'yaml': {'base'}, 'schema': {'base', 'yaml'}, 'expr': {'base', 'yaml'}, 'model': BASE_TO_MODEL - {'model'},
    'executor': BASE_TO_MODEL, 'storage': BASE_TO_MODEL, 'net': {'base'}, 'runners': {'base', 'yaml', 'schema', 'net'},
    'tasks': BASE_TO_MODEL | {'net'}, 'triggers': BASE_TO_MODEL, 'engine': set(LAYERS), 'api': BASE_TO_MODEL | {'engine'},
    'app': BASE_TO_MODEL | {'engine', 'api'}, 'cli': BASE_TO_MODEL | {'engine', 'api', 'remote'},
}
TOOLKIT = ['gtk/gtk.h', 'adwaita.h', 'gtksourceview/gtksource.h']


def flags_of_layers(root, build):
    """The compile command of one C file of each layer."""
    found = {}
    for entry in json.load(open(os.path.join(build, 'compile_commands.json'))):
        path = os.path.relpath(os.path.join(entry['directory'], entry['file']), root)
        if path.startswith('src/') and path.endswith('.c'):
            found.setdefault(path.split('/')[1], (entry['directory'], shlex.split(entry['command']), entry['file']))
    return found


def compiles(directory, command, source, header):
    drop = {'-MD', '-c', source}
    argv, skip = [], False
    for word in command:
        if skip:
            skip = False
        elif word in ('-MQ', '-MF', '-o'):
            skip = True
        elif word not in drop:
            argv.append(word)
    text = f'#include <{header}>\n'
    return subprocess.run(argv + ['-fsyntax-only', '-w', '-x', 'c', '-'], input=text, text=True, cwd=directory,
                          capture_output=True).returncode == 0


def main(root, build):
    wrong, tried = [], 0
    commands = flags_of_layers(root, build)
    for layer, may in MAY.items():
        if layer not in commands:
            continue
        for other in LAYERS:
            headers = sorted(glob.glob(os.path.join(root, 'src', other, 'tc-*.h')))
            if other == layer or other in may or not headers:
                continue
            tried += 1
            if compiles(*commands[layer], os.path.basename(headers[0])):
                wrong.append(f'{layer} can include {os.path.basename(headers[0])} of {other}')
        if layer != 'app':
            tried += len(TOOLKIT)
            wrong += [f'{layer} can include {header}' for header in TOOLKIT if compiles(*commands[layer], header)]
        own = sorted(glob.glob(os.path.join(root, 'src', layer, 'tc-*.h')))
        if own and not compiles(*commands[layer], os.path.basename(own[0])):
            wrong.append(f'{layer} cannot include its own {os.path.basename(own[0])}: this test proves nothing')
    print('\n'.join(wrong) if wrong else f'{tried} forbidden includes do not compile')
    return int(bool(wrong) or not tried)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
