#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills a program with an engine in it, starts another one, and compares with the run that was not killed.

usage: crash.py DRIVER [container]          speaks TAP; container: only the case that needs a container engine (DOCKER_HOST)
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

DRIVER = sys.argv[1]
LIMIT_S = 60
FLOW = """
id: crash
namespace: test.crash
tasks:
  - id: first
    type: io.kestra.plugin.core.debug.Return
    format: "{{ flow.id }}"
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: program
        type: io.kestra.plugin.scripts.shell.Commands
        taskRunner: {type: io.kestra.plugin.core.runner.Process}
        outputFiles: [out.txt]
        commands:
          - echo ran >> MARK
          - echo one
          - 'echo ''::{"outputs":{"n":1},"metrics":[{"name":"m","type":"counter","value":2}]}::'''
          - echo content > out.txt
          - echo two
      - id: loop
        type: io.kestra.plugin.core.flow.ForEach
        values: ["a", "b"]
        tasks:
          - id: each
            type: io.kestra.plugin.core.debug.Return
            format: "{{ taskrun.value }}"
  - id: last
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.program.vars.n }} {{ read(outputs.program.outputFiles['out.txt']) }}"
"""
SLOW = '''
id: slow
namespace: test.crash
tasks:
  - id: program
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    commands:
      - echo ran >> MARK
      - for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.25; done
      - echo "$KEPT"
    env: {KEPT: kept}
  - id: last
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.program.exitCode }}"
'''


STARTER = '''
id: starter
namespace: test.crash
tasks:
  - {id: r, type: io.kestra.plugin.core.debug.Return, format: x}
'''
LISTENER = '''
id: listener
namespace: test.crash
tasks:
  - {id: r, type: io.kestra.plugin.core.debug.Return, format: "{{ trigger.executionId }}"}
triggers:
  - id: plain
    type: io.kestra.plugin.core.trigger.Flow
    states: [RUNNING]
    conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: test.crash, flowId: starter}]
  - id: window
    type: io.kestra.plugin.core.trigger.Flow
    states: [RUNNING, SUCCESS]
    preconditions:
      id: p
      flows: [{namespace: test.crash, states: [RUNNING]}, {namespace: test.crash, states: [SUCCESS]}]
'''

CONTAINER = SLOW.replace('io.kestra.plugin.core.runner.Process}', 'io.kestra.plugin.scripts.runner.docker.Docker, pullPolicy: NEVER}') \
                .replace('- echo ran >> MARK', '- echo began').replace('    env:', '    containerImage: ubuntu:latest\n    env:')


class Place:
    """A data directory with a flow in it, removed at the end."""

    def __init__(self, flow):
        self.root = tempfile.mkdtemp(prefix='tc-crash-')
        self.mark = os.path.join(self.root, 'mark')
        self.flow = os.path.join(self.root, 'flow.yaml')
        with open(self.flow, 'w', encoding='utf-8') as file:
            file.write(flow.replace('MARK', self.mark))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self, what, arg, crash_at=0):
        env = dict(os.environ, TC_CRASH_AT=str(crash_at))
        return subprocess.Popen([DRIVER, os.path.join(self.root, 'data'), what, arg], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, env=env)

    def finish(self, what, arg, crash_at=0):
        process = self.start(what, arg, crash_at)
        out, err = process.communicate(timeout=LIMIT_S)
        return process.returncode, out, err

    def times_run(self):
        try:
            with open(self.mark, encoding='utf-8') as file:
                return len(file.readlines())
        except FileNotFoundError:
            return 0


def logs_of(out):
    """All entries but the runner's word that it has started: it is written when the program runs already, and may die with us. What the
    engine says at DEBUG and TRACE while it prepares a program is said again if it is prepared again: there equal ones count once."""
    found = [entry.split(' ', 2) for entry in re.split(r'^LOG ', out.split('\n{\n')[0], flags=re.M)[1:]]
    all_of = [(level, task, re.sub(r'\d{2,}|/\S*tc-crash-\S*', '#', text.strip())) for level, task, text in found
              if not text.startswith('Started process')]
    quiet = {entry for entry in all_of if entry[0] in ('DEBUG', 'TRACE')}
    return sorted(list(quiet) + [entry for entry in all_of if entry not in quiet])


def result_of(out):
    """What must be the same: states, values, outputs; not ids and times."""
    body = json.loads(out[out.index('\n{\n'):out.rindex('\n}\n') + 3])
    text = lambda value: re.sub(r'kestra:///\S+?/executions/\S+?/tasks/', '', json.dumps(value, sort_keys=True))
    runs = sorted((run['taskId'], run.get('value') or '', run['state']['current'],
                   re.sub(r'[0-9A-Za-z]{20,22}/[0-9a-f]{12}', '#', text(run.get('outputs')))) for run in body['taskRunList'])
    return body['state']['current'], runs


def tell(number, good, name, why=''):
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not good:
        print('\n'.join('# ' + line for line in why.split('\n')))
    return good


def check_commit(number, n, want):
    with Place(FLOW) as place:
        place.finish('run', place.flow, n)
        code, out, err = place.finish('follow', '-')
        if 'LOG' not in out and n == 1 and place.times_run() == 0 and 'ID \n' in out:
            return tell(number, True, f'killed at commit {n}: nothing was promised yet')
        if code != 0:
            return tell(number, False, f'killed at commit {n}', f'exit {code}: {err}')
        found = (result_of(out), logs_of(out), place.times_run())
        return tell(number, found == want, f'killed at commit {n}', f'want  {want}\nfound {found}')


def check_program(number, flow, name, began):
    with Place(flow) as place:
        process = place.start('run', place.flow)
        execution = process.stdout.readline().split()[1]
        log = os.path.join(place.root, 'data', 'logs', execution + '.log')
        for _ in range(LIMIT_S * 10):
            if os.path.exists(log) and b'line 2' in open(log, 'rb').read():
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(0.3)
        code, out, err = place.finish('follow', execution)
        lines = [text for level, _, text in logs_of(out) if level == 'INFO']
        want = sorted(began + [f'line {i}' for i in range(1, 9)] + ['kept', '0'])
        good = code == 0 and lines == want and place.times_run() == 1 - len(began) and result_of(out)[0] == 'SUCCESS'
        return tell(number, good, name, f'{lines}\n{err}\nran {place.times_run()} times')


def executions_of(out):
    return sorted(line.split(' ', 1)[1] for line in out.split('\n') if line.startswith('EXECUTION '))


def check_triggers(number, n, want):
    """Killed at any moment, an execution starts each flow that waits for it exactly once."""
    with Place(STARTER) as place:
        with open(place.flow + '.listener', 'w', encoding='utf-8') as file:
            file.write(LISTENER)
        code, out, err = place.finish('all', place.flow, n)
        if n == 0:
            return int(out.rsplit('COMMITS ', 1)[1]), executions_of(out)
        code, out, err = place.finish('all', '-')
        found = executions_of(out)
        good = code == 0 and (found == want or (n <= 2 and found == []))
        return tell(number, good, f'triggers, killed at commit {n}', f'want  {want}\nfound {found}\n{err}')


def main():
    if sys.argv[2:] == ['container']:
        print('1..1')
        return 0 if check_program(1, CONTAINER, 'a container outlives the engine and is followed to its end', ['began']) else 1
    with Place(FLOW) as place:
        code, out, err = place.finish('run', place.flow)
        if code != 0:
            print(f'Bail out! {err}')
            return 1
        want = (result_of(out), logs_of(out), place.times_run())
        commits = int(out.rsplit('COMMITS ', 1)[1])
    trigger_commits, started = check_triggers(0, 0, [])
    print(f'1..{commits + trigger_commits + 3}')
    good = tell(1, want[0][0] == 'SUCCESS' and want[2] == 1, 'the run that is not killed', str(want))
    for n in range(1, commits + 1):
        good &= check_commit(n + 1, n, want)
    good &= check_program(commits + 2, SLOW, 'a program outlives the engine and is followed to its end', [])
    number = commits + 3
    good &= tell(number, started == ['listener SUCCESS', 'listener SUCCESS', 'starter SUCCESS'], 'triggers without a kill', str(started))
    for n in range(1, trigger_commits + 1):
        good &= check_triggers(number + n, n, started)
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
