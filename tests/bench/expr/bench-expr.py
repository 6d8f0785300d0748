#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates beside Jinja2, `fromJson | jq` beside the jq command, memory over 10,000 renderings.

usage: bench-expr.py BENCH-EXPR
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
TEMPLATES = {
    'literal': 's3://bucket/path/to/some/file.csv',
    'path': '{{ outputs.extract.rows }}',
    'message': 'Flow {{ flow.id }} in {{ flow.namespace }} run {{ execution.id }} took {{ outputs.extract.rows }} rows '
               'from {{ inputs.user }}',
    'filters': "{{ inputs.user | upper }}-{{ inputs.tags | join(', ') }}-{{ inputs.user | replace('a', 'b') | title }}",
    'condition': "{% if outputs.extract.rows > 10 and inputs.user == 'ann' %}big {{ outputs.extract.rows }}{% else %}small"
                 '{% endif %}',
    'loop': '{% for r in outputs.list %}{{ loop.index }}: {{ r.name }} = {{ r.total }}\n{% endfor %}',
}
CONTEXT = {
    'flow': {'id': 'daily', 'namespace': 'company.team'}, 'execution': {'id': '4dHVk'},
    'inputs': {'user': 'ann', 'tags': ['a', 'b', 'c']},
    'outputs': {'extract': {'rows': 42}, 'list': [{'name': f'n{i}', 'total': i * 10} for i in range(50)]},
}
failed = False


def report(what, ratio, least, most=None):
    global failed
    met = ratio >= least if most is None else ratio <= most
    failed = failed or not met
    limit = f'≥ {least}' if most is None else f'≤ {most}'
    print(f'{what:28} {ratio:10.2f}   {limit} {"" if met else "MISSED"}')


def ours(*arguments):
    return int(subprocess.run([PROGRAM, *arguments], check=True, capture_output=True, text=True).stdout)


def best(function, seconds=0.1, rounds=5):
    taken = []
    for _ in range(rounds):
        start, n = time.process_time(), 0
        while time.process_time() - start < seconds:
            for _ in range(20):
                function()
            n += 20
        taken.append((time.process_time() - start) / n * 1e9)
    return min(taken)


def beside_jinja():
    try:
        import jinja2
    except ImportError:
        print('Jinja2 is not importable: skipped')
        return
    environment = jinja2.Environment(cache_size=0)
    for name, source in TEMPLATES.items():
        template = environment.from_string(source)
        report(f'render {name} / Jinja2', best(lambda: template.render(CONTEXT)) / max(ours('render', name), 1), 10)
        report(f'compile {name} / Jinja2', best(lambda: environment.from_string(source)) / max(ours('compile', name), 1), 5)


def beside_jq():
    if not shutil.which('jq'):
        print('no jq command: skipped')
        return
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'rows.json')
        with open(path, 'w', encoding='utf-8') as out:
            json.dump([{'name': f'name {i}', 'total': i, 'tags': ['a', 'b'], 'note': 'x' * 20} for i in range(13000)], out)
        print(f'{os.path.getsize(path) / 1e6:.2f} MB of JSON')
        mine = min(ours('fromjson-jq', path) for _ in range(5))
        theirs = []
        for _ in range(5):
            start = time.perf_counter()
            subprocess.run(['jq', '[.[] | select(.total > 500) | .name] | length', path], check=True, stdout=subprocess.DEVNULL)
            theirs.append((time.perf_counter() - start) * 1e9)
        report('fromJson | jq, time / jq', mine / min(theirs), None, 3)


beside_jinja()
beside_jq()
report('KB grown in 10,000 renders', ours('memory'), None, 512)
sys.exit(failed)
