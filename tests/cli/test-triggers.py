#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers from the command line: alone on the data directory, and through a program that serves it.

usage: test-triggers.py TIERCEL-CLI
"""
import contextlib
import http.server
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from cli_test import flow, tap, tests_of

LOG = '  - {id: a, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.date ?? \'by hand\' }} {{ inputs.x }}"}\n'
INPUT = 'inputs: [{id: x, type: STRING, defaults: none}]\n'
NAMES = ('test.cli', 'case', 's')


def scheduled(cron, more=''):
    return flow(LOG, INPUT) + f'triggers:\n  - {{id: s, type: io.kestra.plugin.core.trigger.Schedule, timezone: UTC, cron: "{cron}"{more}}}\n'


@contextlib.contextmanager
def serving(program, *options):
    process = subprocess.Popen([program.binary, 'serve', '--data', program.data, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline(), 'it does not begin to serve'
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def listed(program):
    _, out, _ = program.call('triggers', 'list', '--json', '--data', program.data, expect=0)
    return json.loads(out)


def state_of(program, wanted=lambda state: True, seconds=15):
    end = time.monotonic() + seconds
    while True:
        states = [state for state in listed(program) if state['triggerId'] == 's' and wanted(state)]
        if states or time.monotonic() > end:
            return states[0]
        time.sleep(0.1)


def executions(program):
    _, out, _ = program.call('executions', 'list', '--json', '--data', program.data, expect=0)
    return [execution for execution in json.loads(out) if execution.get('trigger')]


def one_command_fires_nothing_by_time(cli):
    cli.run(scheduled('* * * * * *', ', withSeconds: true'))
    time.sleep(1.2)
    assert listed(cli)[0]['type'] == 'io.kestra.plugin.core.trigger.Schedule' and not executions(cli)
    cli.call('triggers', 'disable', '--data', cli.data, *NAMES, expect=2)


def what_serves_fires(cli):
    with serving(cli):
        cli.run(scheduled('* * * * * *', ', withSeconds: true'))
        end = time.monotonic() + 15
        while not executions(cli) and time.monotonic() < end:
            time.sleep(0.1)
        assert executions(cli)
        cli.call('triggers', 'disable', '--data', cli.data, *NAMES, expect=0)
        assert state_of(cli)['disabled']
    assert listed(cli)[0]['disabled']
    cli.call('triggers', 'enable', '--data', cli.data, *NAMES, expect=0)
    assert not listed(cli)[0]['disabled']


def a_backfill_makes_up_for_the_past(cli):
    with serving(cli):
        cli.run(scheduled('0 0 1 1 *'))
        state_of(cli, lambda state: state.get('nextExecutionDate'))
        cli.call('triggers', 'backfill', '--data', cli.data, *NAMES, expect=2)
        cli.call('triggers', 'backfill', '--data', cli.data, '--start', 'yesterday', *NAMES, expect=2)
        cli.call('triggers', 'backfill', '--data', cli.data, '--start', '2020-01-01T00:00:00Z', '--end', '2021-02-01T00:00:00Z', '-i', 'x=b',
                 '--paused', *NAMES, expect=0)
        assert state_of(cli)['backfill']['paused'] and not executions(cli)
        cli.call('triggers', 'backfill', '--resume', '--data', cli.data, *NAMES, expect=0)
        state_of(cli, lambda state: 'backfill' not in state)
        found = executions(cli)
        assert sorted(execution['trigger']['variables']['date'] for execution in found) == ['2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z']
        assert all(execution['inputs'] == {'x': 'b'} for execution in found)
        cli.call('triggers', 'backfill', '--delete', '--data', cli.data, *NAMES, expect=2)
        cli.call('triggers', 'unlock', '--data', cli.data, *NAMES, expect=2)
        cli.call('triggers', 'unlock', '--data', cli.data, 'test.cli', 'case', 'gone', expect=2)


def two_do_not_serve_one_directory(cli):
    with serving(cli):
        cli.call('serve', '--data', cli.data, expect=3)


HOOK = '''
id: hook
namespace: test.cli
tasks:
  - id: r
    type: io.kestra.plugin.core.debug.Return
    format: "{{ trigger.body ?? 'nothing' }} {{ trigger.parameters.q ?? '' }} {{ trigger.headers['X-A'] ?? '' }}"
  - id: fail
    type: io.kestra.plugin.core.execution.Fail
    runIf: "{{ trigger.parameters.fail is defined }}"
outputs:
  - {id: o, type: STRING, value: "{{ outputs.r.value }}"}
triggers:
  - {id: plain, type: io.kestra.plugin.core.trigger.Webhook, key: "pl{{ 'ain' }}"}
  - {id: off, type: io.kestra.plugin.core.trigger.Webhook, key: off, disabled: true}
  - id: asked
    type: io.kestra.plugin.core.trigger.Webhook
    key: asked
    conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: "{{ trigger.body.go }}"}]
  - {id: waits, type: io.kestra.plugin.core.trigger.Webhook, key: waits, wait: true, returnOutputs: true}
  - {id: text, type: io.kestra.plugin.core.trigger.Webhook, key: text, wait: true, returnOutputs: true, responseContentType: text/plain, responseCode: 202}
'''


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def send(port, key, body=None, query='', method=None, path='executions/webhook/test.cli/hook/', headers=None):
    request = urllib.request.Request(f'http://127.0.0.1:{port}/api/v1/main/{path}{key}{query}', data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def a_request_to_a_webhook_starts_its_flow(cli):
    port = free_port()
    with serving(cli, '--webhook-port', str(port)):
        cli.call('run', '--json', '--data', cli.data, cli.write('hook.yaml', HOOK), expect=0)
        code, answer = send(port, 'plain', b'{"a": 1}')
        started = json.loads(answer)
        assert code == 200 and started['flowId'] == 'hook' and started['trigger']['id'] == 'plain', answer
        assert started['trigger']['variables']['body'] == {'a': 1}
        assert {'key': 'system.from', 'value': 'trigger'} in started['labels'], started['labels']
        code, answer = send(port, 'waits', b'x y', '?q=1&q=2%203+4', headers={'X-A': 'b'})
        assert (code, json.loads(answer)) == (200, {'o': 'x y ["1","2 3 4"] ["b"]'}), answer
        assert send(port, 'text', method='PUT') == (202, 'nothing  ')
        assert send(port, 'waits', b'[1]', '?fail=1')[0] == 500
        assert send(port, 'asked', b'{"go": false}') == (204, '')
        assert send(port, 'asked', b'{"went": true}') == (204, '')
        assert send(port, 'asked', b'{"go": true}')[0] == 200


def what_is_no_webhook_is_not_there(cli):
    port = free_port()
    with serving(cli, '--webhook-port', str(port)):
        cli.call('run', '--json', '--data', cli.data, cli.write('hook.yaml', HOOK), expect=0)
        for key in ('wrong', 'off', 'plain/', 'plai', 'plainn', '%20'):
            assert send(port, key, b'')[0] == 404, key
        assert send(port, 'plain', b'', method='DELETE')[0] == 404
        # Over the network nothing else is served.
        for path in ('flows/search', 'executions/search', 'secrets', 'triggers/search'):
            assert send(port, '', path=path)[0] == 404, path
        cli.call('run', '--json', '--data', cli.data, cli.write('hook.yaml', HOOK.replace('tasks:', 'disabled: true\ntasks:', 1)))
        assert send(port, 'plain', b'')[0] == 409
        with socket.socket() as one:
            one.bind(('127.0.0.1', 0))
            cli.call('serve', '--data', cli.data + '2', '--webhook-port', str(one.getsockname()[1]), expect=2)
    cli.call('serve', '--data', cli.data, '--webhook-port', '70000', expect=2)


POLL = '''
id: poll
namespace: test.cli
tasks:
  - {id: r, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.body }} {{ trigger.code }}"}
triggers:
  - id: s
    type: io.kestra.plugin.core.http.Trigger
    uri: "http://127.0.0.1:PORT/{{ flow.id }}"
    interval: PT1S
    responseCondition: "{{ response.body == 'go' and response.headers['x-a'][0] == 'b' }}"
    stopAfter: [SUCCESS]
'''


class Wait(http.server.BaseHTTPRequestHandler):
    """Says wait, and after three times go."""
    asked = []

    def log_message(self, *words):
        pass

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(500 if len(self.asked) < 3 else 200)
        self.send_header('X-A', 'b')
        self.end_headers()
        self.wfile.write(b'wait' if len(self.asked) < 4 else b'go')


def a_poll_fires_when_the_answer_is_right(cli):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Wait)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    source = POLL.replace('PORT', str(server.server_address[1]))
    with serving(cli):
        cli.call('run', '--json', '--data', cli.data, cli.write('poll.yaml', source + '    disabled: true\n'), expect=1)
        cli.call('run', '--json', '--data', cli.data, cli.write('poll.yaml', source), expect=1)
        assert state_of(cli, lambda state: state['disabled'], 20)['disabled']
        found = executions(cli)
        assert len(found) == 1 and found[0]['state']['current'] == 'SUCCESS', found
        assert found[0]['trigger']['variables']['code'] == 200 and found[0]['trigger']['variables']['body'] == 'go'
        assert Wait.asked == ['/poll'] * 4, Wait.asked
    server.shutdown()


def a_poll_that_fails_says_why(cli):
    with serving(cli):
        source = POLL.replace('PORT', str(free_port()))
        cli.call('run', '--json', '--data', cli.data, cli.write('poll.yaml', source), expect=1)
        assert 'error' in state_of(cli, lambda state: 'error' in state) and not executions(cli)
        cli.call('run', '--json', '--data', cli.data, cli.write('poll.yaml', source + '    failOnTriggerError: true\n'), expect=1)
        end = time.monotonic() + 15
        while not executions(cli) and time.monotonic() < end:
            time.sleep(0.1)
        assert executions(cli)[0]['state']['current'] == 'FAILED'


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
