# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the command line share: running it, flows as text, TAP output."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import types

PLUGINS = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', '..', 'data', 'plugins')
PROCESS = 'taskRunner: {type: io.kestra.plugin.core.runner.Process}'


class Skip(Exception):
    """A test that cannot run here; the message says why."""


class Cli:
    def __init__(self, binary):
        self.binary = binary
        self.folder = tempfile.mkdtemp(prefix='tiercel-cli-')
        self.data = os.path.join(self.folder, 'data')

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as out:
            out.write(text if isinstance(text, bytes) else text.encode())
        return path

    def call(self, *words, expect=None, env=None, timeout=120, stdin=b''):
        done = subprocess.run([self.binary, *words], capture_output=True, env={**os.environ, **(env or {})}, timeout=timeout, input=stdin)
        out, err = done.stdout.decode(errors='surrogateescape'), done.stderr.decode(errors='surrogateescape')
        if expect is not None and done.returncode != expect:
            raise AssertionError(f'{" ".join(words)}: exit code {done.returncode}, expected {expect}\n{out}\n{err}')
        return done.returncode, out, err

    def nobody(self, groups=('--clear-groups',), **env):
        """The words that start the program as another user: a copy of it, as the build and source folders may be closed to that one."""
        if os.getuid() != 0 or shutil.which('setpriv') is None:
            raise Skip('only root can become another user, with setpriv')
        os.chmod(self.folder, 0o755)
        home, plugins = os.path.join(self.folder, 'nobody'), os.path.join(self.folder, 'plugins')
        if not os.path.exists(home):
            os.mkdir(home)
            os.chown(home, 65534, 65534)
            shutil.copytree(PLUGINS, plugins)
            shutil.copy(self.binary, self.folder)
            shutil.copy(os.path.join(os.path.dirname(self.binary), '..', 'shim', 'tiercel-shim'), self.folder)
        env = {'HOME': home, 'XDG_CONFIG_HOME': home, 'TIERCEL_PLUGINS': plugins, **env}
        return ['setpriv', '--reuid=65534', '--regid=65534', *groups, 'env', *[f'{name}={value}' for name, value in env.items()],
                os.path.join(self.folder, os.path.basename(self.binary))], os.path.join(home, 'data')

    def call_as_nobody(self, *words, **env):
        program, data = self.nobody(**env)
        done = subprocess.run([*program, *words, '--data', data], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def run(self, text, *options, expect=0, env=None, timeout=120, data=True):
        """Runs a flow; returns the JSON document."""
        path = self.write('flow.yaml', text)
        place = ['--data', self.data] if data else ['--ephemeral']
        _, out, _ = self.call('run', '--json', *place, *options, path, expect=expect, env=env, timeout=timeout)
        return json.loads(out)

    def refused(self, text, *options):
        """Runs a flow that must be refused; returns the findings."""
        document = self.run(text, *options, expect=2)
        assert document['refused'], document
        return document['refused']

    def check(self, text, name='flow.yaml', timeout=20):
        return self.call('check', self.write(name, text), timeout=timeout)

    def forget(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def flow(tasks, more=''):
    return f'id: case\nnamespace: test.cli\n{more}tasks:\n{tasks}'


def shell(commands, more='', task='t'):
    lines = ''.join(f'      - {json.dumps(command)}\n' for command in commands)
    return f'  - id: {task}\n    type: io.kestra.plugin.scripts.shell.Commands\n    {PROCESS}\n{more}    commands:\n{lines}'


def state(document):
    return document['execution']['state']['current']


def messages(document, level=None):
    return [log['message'] for log in document['logs'] if level is None or log['level'] == level]


def docker(*words):
    return subprocess.run(['docker', *words], check=True, capture_output=True, text=True).stdout


def no_containers(seconds=5):
    """Whether those of ours are gone: the end of the program does not wait for them."""
    end = time.monotonic() + seconds
    while (left := docker('ps', '-aq', '--filter', 'label=tiercel.effect')) and time.monotonic() < end:
        time.sleep(0.05)
    return not left


def tap(tests, binary):
    failed = 0
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        cli, name = Cli(binary), test.__name__.replace('_', ' ')
        try:
            test(cli)
            print(f'ok {number} {name}', flush=True)
        except Skip as reason:
            print(f'ok {number} {name} # SKIP {reason}', flush=True)
        except Exception as error:
            failed += 1
            print(f'not ok {number} {name}', flush=True)
            print('# ' + '\n# '.join(str(error).splitlines()[:40]), flush=True)
            traceback.print_exc(file=sys.stderr)
        finally:
            cli.forget()
    return int(failed > 0)


def tests_of(module):
    return [value for key, value in vars(module).items() if isinstance(value, types.FunctionType) and value.__module__ == module.__name__
            and value.__code__.co_varnames[:1] == ('cli',)]
