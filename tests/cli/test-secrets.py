#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret leaves no trace, the engine's socket that is not ours is told, the settings reach the engine.

usage: test-secrets.py TIERCEL-CLI
"""
import base64
import glob
import json
import os
import socket
import sys
import threading
import urllib.parse

from cli_test import PROCESS, flow, messages, shell, state, tap, tests_of

CANARY = 'c4n"ary/+value&é%7'
FORMS = {form.encode() for form in (
    CANARY, base64.b64encode(CANARY.encode()).decode(), urllib.parse.quote(CANARY, safe=''), urllib.parse.quote_plus(CANARY, safe=''),
    json.dumps(CANARY, ensure_ascii=False)[1:-1], json.dumps(CANARY)[1:-1])}
ENV = {'SECRET_CANARY': base64.b64encode(CANARY.encode()).decode()}
# The value itself, its forms, and the value in two writes.
LEAK = '''import base64, json, os, sys, time, urllib.parse
v = os.environ['CANARY']
print(v); print(base64.b64encode(v.encode()).decode()); print(urllib.parse.quote(v, safe='')); print(json.dumps(v, ensure_ascii=False))
sys.stdout.write('split ' + v[:7]); sys.stdout.flush(); time.sleep(0.4); print(v[7:]); print(v, file=sys.stderr); time.sleep(0.6)'''


class Argvs(threading.Thread):
    """The command lines of all programs, looked at again and again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.over, self.found = threading.Event(), set()

    def run(self):
        while not self.over.wait(0.02):
            for path in glob.glob('/proc/[0-9]*/cmdline'):
                try:
                    with open(path, 'rb') as line:
                        text = line.read()
                except OSError:
                    continue
                if any(form in text for form in FORMS):
                    self.found.add(text)


def leaks(folder):
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            if os.path.isfile(path):
                with open(path, 'rb') as content:
                    text = content.read()
                found += [f'{path}: {form.decode()}' for form in FORMS if form in text]
    return found


def no_trace(text, cli, *options, expect=0):
    """Runs a flow; nothing that it leaves behind or shows has the canary in any form."""
    argvs = Argvs()
    argvs.start()
    _, out, err = cli.call('run', '--json', '--data', cli.data, *options, cli.write('flow.yaml', text), env=ENV, expect=expect)
    argvs.over.set()
    argvs.join()
    assert not leaks(cli.data), leaks(cli.data)
    assert not [form for form in FORMS if form in out.encode() + err.encode()], out + err
    assert not argvs.found, argvs.found
    return json.loads(out)


def script(env):
    return ('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n'
            f'    {PROCESS}\n    env: {{CANARY: "{env}"}}\n    commands: ["python3 leak.py"]\n'
            f'    inputFiles: {{leak.py: {json.dumps(LEAK)}}}\n')


def a_secret_leaves_no_trace(cli):
    document = no_trace(flow(script("{{ secret('CANARY') }}")), cli)
    assert state(document) == 'SUCCESS' and 'split ******' in messages(document), messages(document)


def a_secret_input_leaves_no_trace(cli):
    text = flow(script('{{ inputs.s }}'), 'inputs:\n  - id: s\n    type: SECRET\n    defaults: "{{ secret(\'CANARY\') }}"\n')
    document = no_trace(text, cli)
    assert state(document) == 'SUCCESS' and 'split ******' in messages(document), messages(document)


def a_secret_output_is_sealed_and_opened(cli):
    child = ('id: child\nnamespace: test.cli\ntasks:\n  - id: l\n    type: io.kestra.plugin.core.log.Log\n    message: m\n'
             'outputs:\n  - id: s\n    type: SECRET\n    value: "{{ secret(\'CANARY\') }}"\n')
    document = no_trace(child, cli)
    assert document['execution']['outputs']['s']['type'] == 'io.kestra.datatype:aes_encrypted', document['execution']['outputs']
    sub = '  - id: c\n    type: io.kestra.plugin.core.flow.Subflow\n    namespace: test.cli\n    flowId: child\n    wait: true\n'
    document = no_trace(flow(sub + script('{{ outputs.c.outputs.s }}')), cli)
    assert state(document) == 'SUCCESS' and 'split ******' in messages(document), messages(document)


def an_engine_that_may_not_be_used_is_told(cli):
    path = os.path.join(cli.folder, 'engine.sock')
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        os.chmod(path, 0o600)
        text = flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n    taskRunner:\n'
                    f'      type: io.kestra.plugin.scripts.runner.docker.Docker\n      host: unix://{path}\n    commands: ["true"]\n')
        file = cli.write('flow.yaml', text)
        code, out, err = cli.call_as_nobody('run', file)
    told = out + err
    assert code == 1 and path in told and 'usermod -aG docker' in told and 'rootless' in told, (code, told)


def overlap(document):
    """The most task runs that were RUNNING at one time."""
    edges = []
    for run in document['execution']['taskRunList']:
        times = {each['state']: each['date'] for each in run['state']['histories']}
        if run['taskId'].startswith('p') and 'RUNNING' in times:
            edges += [(times['RUNNING'], 1), (times['SUCCESS'], -1)]
    at, most = 0, 0
    for _, step in sorted(edges):
        at += step
        most = max(most, at)
    return most


def tasks_at_once_are_a_setting(cli):
    config = os.path.join(cli.folder, 'config')
    cli.write('config/glib-2.0/settings/keyfile', '[io/github/tiercel/Tiercel]\nmax-parallel-tasks=uint32 1\n')
    text = flow('  - id: all\n    type: io.kestra.plugin.core.flow.Parallel\n    tasks:\n'
                + ''.join(f'      - {{id: p{i}, type: io.kestra.plugin.scripts.shell.Commands, {PROCESS}, commands: ["sleep 0.4"]}}\n' for i in range(3)))
    free = cli.run(text, env={'GSETTINGS_BACKEND': 'memory'})
    one = cli.run(text, env={'GSETTINGS_BACKEND': 'keyfile', 'XDG_CONFIG_HOME': config})
    assert overlap(free) == 3 and overlap(one) == 1, (overlap(free), overlap(one))


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
