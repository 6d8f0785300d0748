#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page this product must make true, and what goes wrong around containers, against a real daemon and a registry with a password.

usage: with-dockerd --images "shell python go" with-registry test-containers.py TIERCEL-CLI SEED-FOLDER
"""
import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

from cli_test import Skip, docker, flow, messages, no_containers, state, tap, tests_of

SEED = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else ''
OFFLINE = '    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker, networkMode: none, pullPolicy: IF_NOT_PRESENT}\n'


def seed(name):
    with open(os.path.join(SEED, name), encoding='utf-8') as text:
        return text.read()


def daemon(word):
    """Stops or starts the daemon that with-dockerd runs for us."""
    control = os.environ['TIERCEL_TEST_DOCKERD_CONTROL']
    with open(f'{control}.busy', 'w'), open(control, 'w', encoding='ascii') as fifo:
        fifo.write(f'{word}\n')
    while os.path.exists(f'{control}.busy'):
        time.sleep(0.05)


def offline(text):
    """The same flow on a machine whose images are already here and whose daemon has no bridge."""
    return re.sub(r'(\n +)(type: io.kestra.plugin.scripts.runner.docker.Docker)', r'\1\2\1networkMode: host\1pullPolicy: IF_NOT_PRESENT', text)


def seed_process_script_runner(cli):
    document = cli.run(seed('process_script_runner.yaml'))
    assert state(document) == 'SUCCESS' and 'Hello World!' in messages(document, 'INFO'), messages(document)


def seed_golang_with_its_namespace_file(cli):
    document = cli.run(offline(seed('golang.yaml')), '--files', os.path.join(SEED, 'files'), timeout=180)
    assert state(document) == 'SUCCESS' and 'Hello, World!' in messages(document, 'INFO'), messages(document)


def seed_private_docker_image(cli):
    registry, user, password = (os.environ[f'TIERCEL_TEST_REGISTRY{part}'] for part in ('', '_USER', '_PASSWORD'))
    image = f'{registry}/your_org/your_package:tag'
    docker('tag', 'tiercel-test/python:1', image)
    config = os.path.join(cli.folder, 'docker')
    subprocess.run(['docker', '--config', config, 'login', '-u', user, '--password-stdin', registry], input=password, text=True, check=True,
                   capture_output=True)
    docker('--config', config, 'push', image)
    docker('rmi', image)
    text = seed('private_docker_image.yaml').replace('ghcr.io/', registry + '/').replace('your_username', user)
    text = re.sub(r'(\n +)(type: io.kestra.plugin.scripts.runner.docker.Docker)', r'\1\2\1networkMode: host', text)
    secret = {'SECRET_GITHUB_ACCESS_TOKEN': base64.b64encode(password.encode()).decode()}
    document = cli.run(text, env=secret)
    assert state(document) == 'SUCCESS' and 'this runs using a private container image' in messages(document, 'INFO'), messages(document)
    docker('rmi', image)
    wrong = cli.run(text, expect=1, env={'SECRET_GITHUB_ACCESS_TOKEN': base64.b64encode(b'wrong').decode()})
    assert re.search(r'unauthorized|denied|login|password', '\n'.join(messages(wrong, 'ERROR')), re.I), messages(wrong)
    assert password not in str(document) and password not in str(wrong)


def docker_is_the_default_runner(cli):
    _, out, _ = cli.call('run', '--data', cli.data, '--no-color', cli.write('flow.yaml', flow(
        '  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n    commands: ["true"]\n')))
    assert "runner.docker.Docker'" in out and 'core.runner.Process' not in out, out


def files_go_in_and_out(cli):
    document = cli.run(flow('  - id: t\n    type: io.kestra.plugin.scripts.python.Script\n    containerImage: tiercel-test/python:1\n' + OFFLINE +
                            '    inputFiles: {in/a.txt: hello}\n    outputFiles: ["*.txt"]\n'
                            '    script: |\n      open("b.txt", "w").write(open("in/a.txt").read().upper())\n'
                            '      print(\'::{"outputs": {"n": 5}, "metrics": [{"name": "rows", "type": "counter", "value": 5}]}::\')\n'
                            '  - id: u\n    type: io.kestra.plugin.core.log.Log\n    message: "{{ read(outputs.t.outputFiles[\'b.txt\']) }} {{ outputs.t.vars.n }}"\n'))
    assert state(document) == 'SUCCESS' and 'HELLO 5' in messages(document, 'INFO'), messages(document)
    assert [metric for metric in document['metrics'] if metric['name'] == 'rows' and metric['value'] == 5]
    assert no_containers()


def unknown_image(cli):
    document = cli.run(flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: tiercel-test/none:9\n'
                            '    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker, pullPolicy: NEVER}\n    commands: ["true"]\n'), expect=1)
    assert 'tiercel-test/none:9' in '\n'.join(messages(document, 'ERROR')), messages(document)


def exit_code_of_a_container(cli):
    document = cli.run(flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n' + OFFLINE +
                            '    commands: ["exit 7"]\n'), expect=1)
    run = document['execution']['taskRunList'][0]
    assert run['outputs']['exitCode'] == 7 and '7' in '\n'.join(messages(document, 'ERROR')), document


def timeout_stops_the_container(cli):
    start = time.monotonic()
    document = cli.run(flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n    timeout: PT2S\n' + OFFLINE +
                            '    commands: ["trap : TERM; while true; do sleep 1; done"]\n'), expect=1)
    assert state(document) == 'FAILED' and time.monotonic() - start < 40
    assert no_containers()


def a_container_outlives_a_killed_program(cli):
    path = cli.write('flow.yaml', flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n' + OFFLINE +
                                       '    commands: ["for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 1; done"]\n'))
    first = subprocess.Popen([cli.binary, 'run', '--data', cli.data, path], stdout=subprocess.PIPE, text=True)
    for line in first.stdout:
        if 'line 3' in line:
            break
    first.send_signal(signal.SIGKILL)
    first.wait()
    time.sleep(1)
    cli.call('run', '--quiet', '--data', cli.data, cli.write('other.yaml', 'id: other\nnamespace: test.cli\ntasks:\n'
             '  - id: s\n    type: io.kestra.plugin.core.flow.Sleep\n    duration: PT12S\n'), expect=0)
    _, out, _ = cli.call('executions', 'list', '--json', '--data', cli.data, expect=0)
    ids = re.findall(r'"id": ?"([0-9A-Za-z]{16,22})"', out)
    logs = [cli.call('executions', 'logs', '--no-color', '--data', cli.data, each)[1] for each in ids]
    found = [re.findall(r'line (\d)', log) for log in logs if 'line 1' in log]
    assert found == [list('12345678')], found
    assert no_containers()


def the_daemon_stops_half_way(cli):
    stopper = threading.Timer(4, lambda: daemon('stop'))
    stopper.start()
    document = cli.run(flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n' + OFFLINE +
                            '    commands: ["sleep 20"]\n'), '--timeout', 'PT60S', expect=1, timeout=120)
    stopper.join()
    text = '\n'.join(messages(document))
    assert re.search(r'connection|daemon|[Dd]ocker', text), text
    daemon('start')


def as_nobody(program, text, groups, expect):
    """Runs a flow as a user who is not root, with the data directory D of that user."""
    user, data = program.nobody(groups)
    path = program.write('flow.yaml', text)
    done = subprocess.run([*user, 'run', '--json', '--data', data, path], capture_output=True, timeout=120)
    assert done.returncode == expect, done
    return json.loads(done.stdout), data


def a_socket_that_may_not_be_used(cli):
    text = flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n' + OFFLINE + '    commands: ["true"]\n')
    document, _ = as_nobody(cli, text, ['--clear-groups'], 1)
    error = '\n'.join(messages(document, 'ERROR'))
    assert os.environ['DOCKER_HOST'] in error and 'Permission denied' in error and 'usermod -aG docker nobody' in error, error


def mount_as_an_ordinary_user(cli):
    group = str(os.stat(os.environ['DOCKER_HOST'].replace('unix://', '')).st_gid)
    text = flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n    inputFiles: {a: A}\n    outputFiles: ["**.txt"]\n' +
                OFFLINE.replace('IF_NOT_PRESENT', 'IF_NOT_PRESENT, fileHandlingStrategy: MOUNT') +
                '    commands: ["cat a >n.txt", "mkdir -m 700 sub", "echo m >sub/m.txt", "chmod 600 n.txt sub/m.txt", "id -u"]\n' +
                '  - id: u\n    type: io.kestra.plugin.core.log.Log\n'
                '    message: "{{ read(outputs.t.outputFiles[\'n.txt\']) }}{{ read(outputs.t.outputFiles[\'sub/m.txt\']) }}"\n')
    document, data = as_nobody(cli, text, ['--groups', group], 0)
    assert 'Am\n' in messages(document, 'INFO') and '0' in messages(document, 'INFO'), messages(document)
    assert not messages(document, 'WARN') and no_containers(), messages(document)
    left = [name for _, folders, files in os.walk(f'{data}/work') for name in folders + files]
    assert not left, left


def no_room_for_an_image(cli):
    """A second daemon whose images lie in a small file system pulls from the registry what the first one has pushed."""
    if subprocess.run(['mountpoint', '-q', '/'], check=False).returncode:
        raise Skip('a daemon cannot pivot in a plain chroot')
    registry, user, password = (os.environ[f'TIERCEL_TEST_REGISTRY{part}'] for part in ('', '_USER', '_PASSWORD'))
    image, place, config = f'{registry}/large:1', os.path.join(cli.folder, 'small'), os.path.join(cli.folder, 'docker')
    os.makedirs(f'{place}/data')
    subprocess.run(['docker', '--config', config, 'login', '-u', user, '--password-stdin', registry], input=password, text=True, check=True,
                   capture_output=True)
    docker('tag', 'tiercel-test/python:1', image)
    docker('--config', config, 'push', image)
    docker('rmi', image)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', f'{place}/data'], capture_output=True).returncode:
        raise Skip('no file system may be mounted here')
    try:
        with open(f'{place}/log', 'w', encoding='utf-8') as log:
            second = subprocess.Popen(['dockerd', '--data-root', f'{place}/data', '--exec-root', f'{place}/exec', '-H', f'unix://{place}/socket', '--pidfile',
                                       f'{place}/pid', '--iptables=false', '--bridge=none', '--storage-driver=overlay2'], stdout=log, stderr=log)
        while not os.path.exists(f'{place}/socket') and second.poll() is None:
            time.sleep(0.05)
        if second.poll() is not None:
            raise Skip('a second daemon does not start here')
        runner = f'{{type: io.kestra.plugin.scripts.runner.docker.Docker, host: "unix://{place}/socket", credentials: {{username: {user}, password: {password}}}}}'
        start = time.monotonic()
        document = cli.run(flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n'
                                f'    containerImage: {image}\n    taskRunner: {runner}\n    commands: ["true"]\n'), expect=1)
        error = '\n'.join(messages(document, 'ERROR'))
        assert image in error and 'no space left on device' in error and 'docker system prune' in error, messages(document)
        assert time.monotonic() - start < 30
        second.terminate()
        second.wait()
    finally:
        subprocess.run(['umount', f'{place}/data'], check=True)


def settings_of_containers(cli):
    config = os.path.join(cli.folder, 'config')

    def run(setting, tasks, expect=0):
        cli.write('config/glib-2.0/settings/keyfile', f'[io/github/tiercel/Tiercel]\n{setting}\n')
        return cli.run(flow(tasks), expect=expect, env={'GSETTINGS_BACKEND': 'keyfile', 'XDG_CONFIG_HOME': config})

    shared = cli.write('shared/file', 'seen')
    mount = ('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    containerImage: ubuntu\n' +
             OFFLINE.replace('IF_NOT_PRESENT', f'IF_NOT_PRESENT, volumes: ["{os.path.dirname(shared)}:/mnt/shared:ro"]') +
             '    commands: ["cat /mnt/shared/file || echo none"]\n')
    assert 'seen' in messages(run('container-volumes=true', mount), 'INFO')
    document = run('container-volumes=false', mount)
    assert 'none' in messages(document, 'INFO') and 'container-volumes true' in ''.join(messages(document, 'WARN')), messages(document)
    prune = '  - {id: t, type: io.kestra.plugin.docker.Prune, pruneType: NETWORKS}\n'
    for tasks in (mount, prune):
        assert 'switched off in the settings' in ''.join(messages(run("container-engine='off'", tasks, 1), 'ERROR'))
        assert 'unix:///no/socket' in ''.join(messages(run("container-socket='unix:///no/socket'", tasks, 1), 'ERROR'))


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
