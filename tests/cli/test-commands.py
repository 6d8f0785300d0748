#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands, options, exit codes and signals as design/cli.md promises them.

usage: test-commands.py TIERCEL-CLI
"""
import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile

from cli_test import PROCESS, Skip, flow, messages, shell, state, tap, tests_of

LOG = '  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: "hello {{ inputs.who ?? \'\' }}"\n'
FAIL = '  - id: a\n    type: io.kestra.plugin.core.execution.Fail\n'
COMMANDS = ['check', 'run', 'eval', 'conformance', 'schema', 'docs', 'doctor', 'executions list', 'executions show', 'executions logs',
            'executions kill', 'executions pause', 'executions resume', 'executions restart', 'executions replay', 'executions delete',
            'flows list', 'flows show', 'flows delete', 'files list', 'files put', 'files get', 'files delete', 'kv list', 'kv get', 'kv set',
            'kv delete', 'secrets list', 'secrets set', 'secrets delete', 'serve', 'triggers list', 'triggers enable', 'triggers disable',
            'triggers unlock', 'triggers backfill']


def every_command_has_help_with_an_example(cli):
    for command in COMMANDS:
        _, out, _ = cli.call(*command.split(), '--help', expect=0)
        assert re.search(rf'Example:\n\s+tiercel-cli {command}', out), out


def the_program_lists_its_commands(cli):
    _, out, _ = cli.call('--help', expect=0)
    assert {command.split()[0] for command in COMMANDS} <= set(re.findall(r'^  (\w+)', out, re.M)), out
    cli.call(expect=2)
    cli.call('executions', expect=2)


def exit_codes_of_run(cli):
    assert state(cli.run(flow(LOG))) == 'SUCCESS'
    assert state(cli.run(flow(FAIL), expect=1)) == 'FAILED'
    cli.refused(flow('  - id: a\n    type: no.such.Type\n'))
    cli.call('run', '--data', cli.data, os.path.join(cli.folder, 'absent.yaml'), expect=2)
    cli.call('run', '--data', cli.data, '--runner', 'rocket', cli.write('f.yaml', flow(LOG)), expect=2)
    cli.call('run', '--data', cli.data, '--timeout', 'soon', cli.write('f.yaml', flow(LOG)), expect=2)
    cli.call('run', '--data', cli.data, '--ephemeral', cli.write('f.yaml', flow(LOG)), expect=2)


def the_document_has_its_shape(cli):
    document = cli.run(flow(shell(['echo "::{\\"metrics\\": [{\\"name\\": \\"rows\\", \\"type\\": \\"counter\\", \\"value\\": 5}]}::"'])))
    assert list(document) == ['refused', 'execution', 'logs', 'metrics'] and document['refused'] is None
    for entry in document['logs']:
        assert list(entry) == ['timestamp', 'level', 'taskId', 'taskRunId', 'attemptNumber', 'value', 'message'], entry
    rows = [metric for metric in document['metrics'] if metric['name'] == 'rows']
    assert len(rows) == 1 and rows[0]['value'] == 5 and rows[0]['taskId'] == 't', document['metrics']


def refusals_are_findings(cli):
    found = cli.refused(flow('  - id: a\n    type: io.kestra.plugin.core.log.Log\n    mesage: x\n'))
    assert {'severity', 'code', 'line', 'column', 'path', 'message'} <= set(found[0]), found


def people_get_logs_then_the_state(cli):
    path = cli.write('flow.yaml', flow(LOG))
    _, out, err = cli.call('run', '--data', cli.data, '--no-color', path, expect=0)
    assert re.search(r'^\S+Z INFO  a \| hello', out, re.M) and 'SUCCESS' in err and 'SUCCESS' not in out, (out, err)
    _, out, _ = cli.call('run', '--data', cli.data, '--quiet', path, expect=0)
    assert out == '', out
    _, out, _ = cli.call('run', '--data', cli.data, '--level', 'WARN', path, expect=0)
    assert 'hello' not in out, out


def inputs_labels_and_files(cli):
    cli.write('files/dir/a.txt', 'from a namespace file')
    given = cli.write('given.txt', 'from an upload')
    text = flow('  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: "{{ inputs.who }} {{ read(inputs.file) }} {{ read(\'dir/a.txt\') }}"\n',
                'inputs:\n  - id: who\n    type: STRING\n  - id: file\n    type: FILE\n')
    document = cli.run(text, '-i', 'who=me', '-i', f'file=@{given}', '-l', 'env=test', '--files', os.path.join(cli.folder, 'files'))
    assert messages(document) == ['me from an upload from a namespace file'], messages(document)
    assert {'key': 'env', 'value': 'test'} in document['execution']['labels']
    cli.refused(text, '-i', f'file=@{given}')
    cli.call('run', '--data', cli.data, '-i', 'novalue', cli.write('f.yaml', text), expect=2)
    cli.call('run', '--data', cli.data, '-i', 'file=@/no/such/file', cli.write('f.yaml', text), expect=2)


def subflows_come_along(cli):
    child = cli.write('child.yaml', 'id: child\nnamespace: test.cli\ntasks:\n' + LOG)
    parent = cli.write('parent.yaml', flow('  - id: s\n    type: io.kestra.plugin.core.flow.Subflow\n    namespace: test.cli\n    flowId: child\n'))
    cli.call('run', '--data', cli.data, parent, child, expect=0)
    _, out, _ = cli.call('flows', 'list', '--data', cli.data, expect=0)
    assert out.split('\n')[:2] == ['test.cli case 1', 'test.cli child 1'], out
    _, out, _ = cli.call('executions', 'list', '--data', cli.data, '--flow', 'child', expect=0)
    assert len(out.splitlines()) == 1 and 'SUCCESS' in out, out


def ephemeral_leaves_nothing(cli):
    place = os.path.join(cli.folder, 'tmp')
    os.mkdir(place)
    cli.call('run', '--ephemeral', '--quiet', cli.write('flow.yaml', flow(LOG)), expect=0, env={'TMPDIR': place})
    assert os.listdir(place) == [], os.listdir(place)


def a_time_limit_kills(cli):
    start = time.monotonic()
    document = cli.run(flow(shell(['sleep 30'])), '--timeout', 'PT1S', expect=1)
    assert state(document) == 'KILLED' and time.monotonic() - start < 20, state(document)


def started(program, text):
    path = program.write('flow.yaml', text)
    process = subprocess.Popen([program.binary, 'run', '--data', program.data, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if 'begun' in line:
            return process
    raise AssertionError(process.stderr.read())


def one_interrupt_kills_the_execution(cli):
    process = started(cli, flow(shell(['echo begun', 'sleep 30'])))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1 and 'KILLED' in err, (process.returncode, err)


def two_interrupts_leave_the_work_alone(cli):
    mark = os.path.join(cli.folder, 'mark')
    process = started(cli, flow(shell(['trap "" TERM INT', 'echo begun', 'sleep 3', f'echo done > {mark}'])))
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 1 and 'goes on' in err, (process.returncode, err)


def work_left_by_an_ephemeral_run_is_taken_up(cli):
    place = os.path.join(cli.folder, 'tmp')
    os.mkdir(place)
    path = cli.write('flow.yaml', flow(shell(['trap "" TERM INT', 'echo begun', 'sleep 3', 'echo done'])))
    process = subprocess.Popen([cli.binary, 'run', '--ephemeral', path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=dict(os.environ, TMPDIR=place))
    while 'begun' not in process.stdout.readline():
        pass
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
    _, err = process.communicate(timeout=10)
    data = os.path.join(place, os.listdir(place)[0])
    assert process.returncode == 1 and data in err, (process.returncode, err)
    _, out, _ = cli.call('executions', 'list', '--data', data, '--json', expect=0)
    _, out, _ = cli.call('executions', 'logs', '-f', '--data', data, json.loads(out)[0]['id'], expect=0)
    assert 'begun' in out, out
    assert oct(os.stat(os.path.join(data, 'key')).st_mode)[-3:] == '600'


def executions_are_shown_followed_and_deleted(cli):
    first = cli.run(flow(LOG))['execution']['id']
    _, out, _ = cli.call('executions', 'show', '--data', cli.data, first, expect=0)
    assert json.loads(out)['state']['current'] == 'SUCCESS'
    _, out, _ = cli.call('executions', 'logs', '-f', '--data', cli.data, first, expect=0)
    assert 'hello' in out
    _, out, _ = cli.call('executions', 'logs', '--json', '--data', cli.data, first, expect=0)
    assert json.loads(out)[0]['message'].startswith('hello')
    _, out, _ = cli.call('executions', 'replay', '--data', cli.data, first, expect=0)
    assert out.strip() and out.strip() != first, out
    cli.call('executions', 'kill', '--data', cli.data, 'nosuchexecution', expect=2)
    cli.call('executions', 'delete', '--data', cli.data, first, expect=0)
    cli.call('executions', 'show', '--data', cli.data, first, expect=2)


def a_paused_execution_resumes(cli):
    text = flow('  - id: p\n    type: io.kestra.plugin.core.flow.Pause\n' + LOG)
    path = cli.write('flow.yaml', text)
    process = subprocess.Popen([cli.binary, 'run', '--data', cli.data, '--json', path], stdout=subprocess.PIPE, text=True)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        time.sleep(0.2)
        _, out, _ = cli.call('executions', 'list', '--json', '--state', 'PAUSED', '--data', cli.data)
        if out.startswith('[') and json.loads(out):
            break
    cli.call('executions', 'resume', '--data', cli.data, json.loads(out)[0]['id'], expect=0)
    document = json.loads(process.communicate(timeout=20)[0])
    assert process.returncode == 0 and state(document) == 'SUCCESS'


def flows_show_revisions(cli):
    cli.run(flow(LOG))
    cli.run(flow(LOG + '  - id: b\n    type: io.kestra.plugin.core.debug.Return\n    format: second\n'))
    _, newest, _ = cli.call('flows', 'show', '--data', cli.data, 'test.cli', 'case', expect=0)
    _, first, _ = cli.call('flows', 'show', '--revision', '1', '--data', cli.data, 'test.cli', 'case', expect=0)
    assert 'second' in newest and 'second' not in first
    cli.call('flows', 'delete', '--data', cli.data, 'test.cli', 'case', expect=0)
    cli.call('flows', 'show', '--data', cli.data, 'test.cli', 'case', expect=2)


def files_come_and_go(cli):
    cli.call('files', 'put', '--data', cli.data, 'a.b', cli.write('x.py', 'print(1)'), 'scripts/x.py', expect=0)
    assert cli.call('files', 'list', '--data', cli.data, 'a.b', expect=0)[1] == 'scripts/x.py\n'
    assert cli.call('files', 'get', '--data', cli.data, 'a.b', 'scripts/x.py', expect=0)[1] == 'print(1)'
    cli.call('files', 'get', '--data', cli.data, 'a.b', '../../tiercel.db', expect=2)
    cli.call('files', 'delete', '--data', cli.data, 'a.b', 'scripts', expect=0)
    assert cli.call('files', 'list', '--data', cli.data, 'a.b', expect=0)[1] == ''
    cli.call('files', 'list', '--data', cli.data, '../b', expect=2)


def pairs_are_typed(cli):
    cli.call('kv', 'set', '--data', cli.data, 'a.b', 'n', '{"x": [1, true]}', expect=0)
    cli.call('kv', 'set', '--data', cli.data, 'a.b', 't', 'plain text', expect=0)
    assert json.loads(cli.call('kv', 'get', '--data', cli.data, 'a.b', 'n', expect=0)[1]) == {'x': [1, True]}
    assert cli.call('kv', 'get', '--data', cli.data, 'a.b', 't', expect=0)[1] == 'plain text\n'
    assert cli.call('kv', 'list', '--data', cli.data, 'a.b', expect=0)[1].split() == ['n', 't']
    cli.call('kv', 'delete', '--data', cli.data, 'a.b', 'n', expect=0)
    cli.call('kv', 'get', '--data', cli.data, 'a.b', 'n', expect=2)


def expressions_are_rendered(cli):
    assert cli.call('eval', '-c', '{"a": {"b": 2}}', '{{ a.b * 21 }}', expect=0)[1] == '42\n'
    code, _, err = cli.call('eval', '{{ nope }}')
    assert code == 2 and 'nope' in err, (code, err)
    document = cli.run(flow('  - id: r\n    type: io.kestra.plugin.core.debug.Return\n    format: deep\n'))
    out = cli.call('eval', '--data', cli.data, '-e', document['execution']['id'], '{{ outputs.r.value }}', expect=0)[1]
    assert out == 'deep\n', out


def types_describe_themselves(cli):
    schema = json.loads(cli.call('schema', 'io.kestra.plugin.core.log.Log', expect=0)[1])
    assert 'message' in json.dumps(schema)
    json.loads(cli.call('schema', expect=0)[1])
    code, _, err = cli.call('schema', 'io.kestra.plugin.core.log.Lg')
    assert code == 2 and 'io.kestra.plugin.core.log.Log' in err
    out = os.path.join(cli.folder, 'docs')
    cli.call('docs', '--out', out, expect=0)
    assert '`message`' in open(os.path.join(out, 'io.kestra.plugin.core.log.Log.md'), encoding='utf-8').read()


def check_speaks_json(cli):
    path = cli.write('flow.yaml', flow('  - id: a\n    type: io.kestra.plugin.core.log.Log\n    mesage: x\n'))
    code, out, _ = cli.call('check', '--json', path, os.path.join(cli.folder, 'absent.yaml'))
    found = json.loads(out)
    assert code == 2 and found[0]['file'] == path and {'prop.unknown', 'file.unreadable'} <= {each['code'] for each in found}, found
    good = flow('  - id: r\n    type: io.kestra.plugin.core.debug.Return\n    format: x\n')
    assert cli.call('check', cli.write('good.yaml', good), expect=0)[1] == ''


def doctor_says_what_helps(cli):
    code, out, _ = cli.call('doctor', '--data', cli.data)
    assert code in (0, 1) and re.search(r'^(ok|warning|missing) ', out, re.M), out


def a_running_engine_that_breaks_off_is_named(cli):
    """The one that has the directory answers /ping, and then closes each connection."""
    os.makedirs(cli.data)
    with open(os.path.join(cli.data, 'lock'), 'w', encoding='utf-8') as lock, socket.socket(socket.AF_UNIX) as server:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.bind(os.path.join(cli.data, 'api.sock'))
        server.listen()

        def serve():
            while True:
                with server.accept()[0] as client:
                    if b'/ping' in client.recv(65536):
                        client.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\npong')

        threading.Thread(target=serve, daemon=True).start()
        _, _, err = cli.call('run', '--data', cli.data, cli.write('flow.yaml', flow(LOG)), expect=3)
        assert 'engine' in err, err


def python_dependencies_are_kept(cli):
    if subprocess.run([sys.executable, '-m', 'pip', '--version'], capture_output=True).returncode:
        raise Skip('python3 has no pip')
    wheels = os.path.join(cli.folder, 'wheels')
    os.makedirs(wheels)
    with zipfile.ZipFile(f'{wheels}/tcdemo-1.0-py3-none-any.whl', 'w') as wheel:
        for name, text in (('tcdemo.py', 'VALUE = 42\n'), ('tcdemo-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: tcdemo\nVersion: 1.0\n'),
                           ('tcdemo-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
                           ('tcdemo-1.0.dist-info/RECORD', 'tcdemo.py,,\ntcdemo-1.0.dist-info/RECORD,,\n')):
            wheel.writestr(name, text)

    def text(folder, more=''):
        return flow(f'  - id: t\n    type: io.kestra.plugin.scripts.python.Script\n    {PROCESS}\n    dependencies: [tcdemo]\n    packageManager: PIP\n{more}'
                    f'    env: {{PIP_NO_INDEX: "1", PIP_FIND_LINKS: "{folder}"}}\n    script: "import tcdemo; print(tcdemo.VALUE)"\n')

    def archives():
        folder = os.path.join(cli.data, 'cache')
        return os.listdir(folder) if os.path.isdir(folder) else []

    assert '42' in messages(cli.run(text(wheels, '    dependencyCacheEnabled: false\n')), 'INFO') and not archives()
    cli.run(text('/nothing'), expect=1)
    assert not archives()
    assert '42' in messages(cli.run(text(wheels)), 'INFO') and len(archives()) == 1
    assert '42' in messages(cli.run(text('/nothing')), 'INFO')
    with open(os.path.join(cli.data, 'cache', archives()[0]), 'r+b') as archive:      # a broken one is made anew
        archive.truncate(700)
    assert '42' in messages(cli.run(text(wheels)), 'INFO') and '42' in messages(cli.run(text('/nothing')), 'INFO')


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
