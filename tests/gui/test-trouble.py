#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the way of work: the window tells the cause and the next step.

usage: gui-run test-trouble.py TIERCEL TIERCEL-CLI
"""
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile

import driver
from driver import Program, Skip

CONTAINER = '''id: contained
namespace: company.team
tasks:
  - {id: inside, type: io.kestra.plugin.scripts.shell.Commands, commands: ["true"]}
'''
WRITES = '''id: writes
namespace: company.team
tasks:
  - id: slow
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    commands: [sleep 8]
  - {id: said, type: io.kestra.plugin.core.log.Log, message: done}
'''
# Root may write anywhere, unless that is taken from it.
AS_OWNER = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] if os.geteuid() == 0 else []
program = None


def start(binary, **how):
    global program
    if program:
        program.forget()
    program = Program(binary, **how)


def tells_who_has_the_data_directory(binary):
    data = tempfile.mkdtemp(prefix='tiercel-gui-')
    os.makedirs(os.path.join(data, 'tiercel'))
    with open(os.path.join(data, 'tiercel', 'lock'), 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fcntl.lockf(lock, fcntl.LOCK_EX)
        start(binary, data=data)
        program.see('label', 'Another Tiercel Is at Work', 30)
        program.see('label', rf'.*process {os.getpid()}.*{data}/tiercel.*--data DIRECTORY.*')
        program.shot('trouble-locked')
    program.click('push button', '.*Try Again.*')
    program.see('text', 'Flow editor', 30)


def tells_that_it_may_not_write(binary):
    data = tempfile.mkdtemp(prefix='tiercel-gui-')
    os.chmod(data, 0o555)
    start(binary, data=data, through=AS_OWNER)
    program.see('label', 'The Library Cannot Be Used', 30)
    program.see('label', rf'.*{data}/tiercel.*Permission denied: allow this account to write there.*--data DIRECTORY.*')
    program.shot('trouble-denied')
    os.chmod(data, 0o755)
    program.click('push button', '.*Try Again.*')
    program.see('text', 'Flow editor', 30)


def small_disk(data, size):
    """How a program gets a disk of this size at `data`, which others see below /proc/PID/root."""
    through = ['unshare', '-m', *([] if os.geteuid() == 0 else ['--map-current-user', '--keep-caps']), 'sh', '-c',
               f'mount -t tmpfs -o size={size},mode=700 tmpfs "{data}" && exec "$@"', 'sh']
    if subprocess.run([*through, 'true'], capture_output=True, check=False).returncode != 0:
        raise Skip('no mounts of its own')
    return through


def tells_that_the_disk_is_full_at_the_start(binary):
    data = tempfile.mkdtemp(prefix='tiercel-gui-')
    start(binary, data=data, through=small_disk(data, '64k'))
    program.see('label', 'The Library Cannot Be Used', 30)
    program.see('label', rf'.*{data}/tiercel.*full: make room on that disk.*')
    program.shot('trouble-full')


def tells_that_the_disk_became_full_and_goes_on(binary):
    data = tempfile.mkdtemp(prefix='tiercel-gui-')
    start(binary, data=data, through=small_disk(data, '16m'))
    program.new_flow(WRITES)
    program.key('ctrl+e')
    program.see('push button', 'slow, .*RUNNING.*', 20)
    filler = f'/proc/{program.process.pid}/root{data}/filler'
    try:
        with open(filler, 'wb', buffering=0) as out:
            while True:
                out.write(bytes(4096))
    except OSError:
        pass
    program.see('label', 'Executions wait, .*: make room on that disk', 20)
    program.see('label', 'No container engine|Docker.*|Podman.*')
    program.shot('trouble-full-later')
    os.unlink(filler)
    program.see('push button', 'said, Log, SUCCESS.*', 30)
    program.gone('label', 'Executions wait, .*')


def tells_that_there_is_no_container_engine(binary):
    start(binary, PATH='/nowhere', DOCKER_HOST='unix:///nowhere/docker.sock')
    program.see('label', 'No container engine', 20)
    program.new_flow(CONTAINER)
    program.see('label', '.*run in containers. No container engine was found. Install Docker or Podman.*')
    program.see('push button', '.*Run as Processes.*')
    program.shot('trouble-no-engine')


def denied_engine(name):
    """A socket that this account may not use, in a folder that says whose it is."""
    folder = os.path.join(tempfile.mkdtemp(prefix='tiercel-engine-'), name)
    os.mkdir(folder)
    path = os.path.join(folder, f'{name}.sock')
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
    os.chmod(path, 0)
    return path


def tells_how_to_be_let_in(binary):
    for name, step in (('docker', 'sudo usermod -aG docker'), ('podman', 'systemctl --user enable --now podman.socket')):
        path = denied_engine(name)
        start(binary, through=AS_OWNER, DOCKER_HOST=f'unix://{path}')
        program.see('label', f'{name.title()}: access denied', 20)
        program.new_flow(CONTAINER)
        program.see('label', f'.*run in containers. Your account may not use {path}. Run: {step}.*')
        program.see('push button', '.*Try Again.*')
        program.shot(f'trouble-{name}')
        shutil.rmtree(os.path.dirname(os.path.dirname(path)))


TESTS = [tells_who_has_the_data_directory, tells_that_it_may_not_write, tells_that_the_disk_is_full_at_the_start,
         tells_that_the_disk_became_full_and_goes_on, tells_that_there_is_no_container_engine, tells_how_to_be_let_in]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
