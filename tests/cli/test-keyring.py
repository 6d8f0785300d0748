#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of the key ring: a session bus and a secret service of our own, locked, silent or absent.

usage: test-keyring.py TIERCEL-CLI
"""
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

from cli_test import Skip, flow, messages, shell, state, tap, tests_of

SECRET = 'kr-Zx91_value'
READS = flow(shell(['test "$TOKEN" = ' + SECRET + ' && echo right', 'echo "token $TOKEN"'],
                   more='    env: {TOKEN: "{{ secret(\'TOKEN\') }}"}\n'))


# As the message for a missing secret names them for secret-tool.
ATTRIBUTES = 'xdg:schema io.github.tiercel.Tiercel namespace test.cli name TOKEN'


class Desktop:
    """A session bus, and a secret service whose key ring opens with a password."""

    def __init__(self, cli):
        for program in ('dbus-daemon', 'gnome-keyring-daemon'):
            if shutil.which(program) is None:
                raise Skip(f'{program} is not installed')
        self.home = os.path.join(cli.folder, 'home')
        os.makedirs(os.path.join(self.home, 'run'), mode=0o700)
        self.children = []
        clean = {name: value for name, value in os.environ.items() if name not in ('DISPLAY', 'WAYLAND_DISPLAY')}
        self.env = {**clean, 'HOME': self.home, 'XDG_RUNTIME_DIR': os.path.join(self.home, 'run'), 'LC_ALL': 'C.UTF-8',
                    'XDG_DATA_HOME': os.path.join(self.home, 'share'), 'XDG_DATA_DIRS': self.home, 'DISPLAY': ''}
        # A configuration of our own: no service is started by the bus, so no prompt can appear.
        config = cli.write('bus.conf', '<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">'
                           '<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>')
        bus = subprocess.Popen(['dbus-daemon', f'--config-file={config}', '--nofork', '--print-address'], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=self.env)
        self.children.append(bus)
        self.env['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().decode().strip()

    def start_service(self):
        service = subprocess.Popen(['gnome-keyring-daemon', '--foreground', '--components=secrets', '--unlock'], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.env)
        service.stdin.write(b'open sesame')
        service.stdin.close()
        self.children.append(service)
        for _ in range(200):
            names = subprocess.run(['dbus-send', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.ListNames'],
                                   env=self.env, capture_output=True, text=True).stdout
            if 'org.freedesktop.secrets' in names:
                return service
            time.sleep(0.05)
        raise AssertionError('the secret service did not come up')

    def end(self):
        for child in reversed(self.children):
            child.kill()
            child.wait()


@contextlib.contextmanager
def desktop(cli):
    self = Desktop(cli)
    try:
        yield self
    finally:
        self.end()


def store(desk, cli):
    cli.call('secrets', 'set', '--data', cli.data, 'test', 'TOKEN', env=desk.env, stdin=SECRET.encode(), expect=0)


def fails(desk, cli, *words, within=20):
    """The flow fails, in time, with an error that has all of @words."""
    began = time.monotonic()
    document = cli.run(READS, expect=1, env=desk.env)
    text = '\n'.join(messages(document, 'ERROR'))
    assert time.monotonic() - began < within, time.monotonic() - began
    assert state(document) == 'FAILED' and all(word in text for word in ('TOKEN', 'SECRET_TOKEN', *words)), text


def a_secret_of_the_key_ring_reaches_the_script(cli):
    with desktop(cli) as desk:
        desk.start_service()
        store(desk, cli)
        document = cli.run(READS, env=desk.env)
        assert state(document) == 'SUCCESS' and 'right' in messages(document, 'INFO'), document
        assert 'token ******' in messages(document, 'INFO') and SECRET not in str(document), messages(document)
        _, out, _ = cli.call('secrets', 'list', '--data', cli.data, env=desk.env, expect=0)
        assert 'TOKEN' in out and SECRET not in out, out


def a_missing_secret_is_named(cli):
    with desktop(cli) as desk:
        desk.start_service()
        fails(desk, cli, 'key ring', "'test.cli'", 'tiercel-cli secrets set test.cli TOKEN', ATTRIBUTES)


def the_attributes_that_are_named_are_those_in_use(cli):
    with desktop(cli) as desk:
        desk.start_service()
        store(desk, cli)
        words = ATTRIBUTES.replace('test.cli', 'test').split()
        wanted = ', '.join(f"'{name}': '{value}'" for name, value in zip(words[::2], words[1::2]))
        found = subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets',
                                '--method', 'org.freedesktop.Secret.Service.SearchItems', '{' + wanted + '}'],
                               env=desk.env, capture_output=True, text=True, check=True)
        assert 'collection/login/1' in found.stdout, (wanted, found.stdout)


def no_service_is_told(cli):
    with desktop(cli) as desk:
        fails(desk, cli, 'key ring')


def a_locked_key_ring_is_told(cli):
    with desktop(cli) as desk:
        desk.start_service()
        store(desk, cli)
        lock = subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets',
                               '--method', 'org.freedesktop.Secret.Service.Lock', "['/org/freedesktop/secrets/collection/login']"],
                              env=desk.env, capture_output=True, text=True, check=True)
        assert 'collection/login' in lock.stdout, lock.stdout
        fails(desk, cli, 'key ring', 'locked', within=50)


def a_silent_service_is_given_up(cli):
    with desktop(cli) as desk:
        service = desk.start_service()
        service.send_signal(signal.SIGSTOP)
        fails(desk, cli, 'key ring', within=50)


def a_kill_ends_the_wait_for_a_silent_service(cli):
    condition = flow('  - {id: i, type: io.kestra.plugin.core.flow.If, condition: "{{ secret(\'TOKEN\') == \'x\' }}", then: '
                     '[{id: t, type: io.kestra.plugin.core.log.Log, message: hello}]}\n')
    message = flow('  - {id: t, type: io.kestra.plugin.core.log.Log, message: "{{ secret(\'TOKEN\') }}"}\n')
    with desktop(cli) as desk:
        service = desk.start_service()
        service.send_signal(signal.SIGSTOP)
        for text in (READS, message, condition):
            began = time.monotonic()
            document = cli.run(text, '--timeout', 'PT2S', expect=1, env=desk.env)
            assert state(document) == 'KILLED' and time.monotonic() - began < 20, (state(document), time.monotonic() - began)


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
