#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window itself says, whatever is open in it.

usage: gui-run test-window.py TIERCEL TIERCEL-CLI
"""
import sys
import time

import driver
from driver import Program
from fake_engine import FakeEngine

PAUSE = '''id: waits
namespace: company.team
concurrency: {limit: 1, behavior: QUEUE}
tasks:
  - {id: gate, type: io.kestra.plugin.core.flow.Pause}
'''
PULLS = '''id: pulls
namespace: company.team
tasks:
  - id: pulled
    type: io.kestra.plugin.scripts.shell.Commands
    containerImage: example.com/never:1
    commands: ["true"]
'''
SLEEPS = '''id: sleeps
namespace: company.team
tasks:
  - id: asleep
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    commands: [sleep 12]
'''
program = None


def counts_what_runs_pauses_and_waits(binary):
    """A paused execution is not at work, and what is zero is not said."""
    global program
    program = Program(binary)
    program.see('label', 'Nothing is running', 20)
    program.new_flow(PAUSE)
    program.key('ctrl+e')
    program.see('label', '1 paused', 20)
    program.key('ctrl+e')
    program.see('label', '1 paused · 1 queued', 20)
    program.shot('status-strip')


def shows_how_far_a_pull_is(binary):
    """Bytes and layers as the container engine tells them, on the node and in the panel; nothing of it once it failed."""
    global program
    program.forget()
    engine = FakeEngine()
    program = Program(binary, DOCKER_HOST=engine.host)
    program.see('label', 'Docker 24.0.7', 20)
    program.new_flow(PULLS)
    program.key('ctrl+e')
    engine.lines.put({'status': 'Pulling fs layer', 'id': 'a1'})
    engine.lines.put({'status': 'Pulling fs layer', 'id': 'b2'})
    engine.lines.put({'status': 'Downloading', 'id': 'a1', 'progressDetail': {'current': 5000000, 'total': 20000000}})
    time.sleep(0.3)   # the runner tells only so often
    engine.lines.put({'status': 'Downloading', 'id': 'b2', 'progressDetail': {'current': 15000000, 'total': 20000000}})
    text = '50 % · 20.0.MB of 40.0.MB · 0 of 2 layers'
    program.see('push button', f'pulled, shell.Commands, RUNNING,.*{text}', 20)
    program.see('label', 'Pulling example.com/never:1')
    program.see('label', text)
    program.shot('pull')
    engine.lines.put({'status': 'Pull complete', 'id': 'a1'})
    time.sleep(0.3)
    engine.lines.put({'status': 'Downloading', 'id': 'b2', 'progressDetail': {'current': 16000000, 'total': 20000000}})
    program.see('label', '90 % · 36.0.MB of 40.0.MB · 1 of 2 layers')
    engine.lines.put({'error': 'manifest for example.com/never:1 not found: manifest unknown',
                      'errorDetail': {'message': 'manifest for example.com/never:1 not found: manifest unknown'}})
    engine.lines.put(None)
    program.see('push button', 'pulled, shell.Commands, FAILED, [0-9.]+ s', 20)
    program.gone('label', 'Pulling example.com/never:1')
    program.key('ctrl+5')
    program.see(None, '.*example.com/never:1.*')
    engine.close()


def asks_before_it_leaves_what_runs(binary):
    """Changes first, then executions; Cancel stays, and a program that goes on is followed at the next start."""
    global program
    program.forget()
    program = Program(binary)
    program.new_flow(SLEEPS)
    program.key('ctrl+s')
    program.key('ctrl+e')
    program.see('push button', 'asleep, .*RUNNING.*', 20)
    program.key('ctrl+q')
    program.see('label', 'Quit While Executions Run.', 10)
    program.shot('quit')
    program.key_in_dialog('Escape')
    program.gone('label', 'Quit While Executions Run.')
    program.see('push button', 'asleep, .*RUNNING.*')
    program.key('ctrl+q')
    program.click('push button', '_?Quit.*')
    assert program.process.wait(15) == 0
    program = Program(binary, data=program.data)
    program.show_executions()
    program.see(None, '.*sleeps.*SUCCESS.*', 40)


TESTS = [counts_what_runs_pauses_and_waits, shows_how_far_a_pull_is, asks_before_it_leaves_what_runs]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
