#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newcomer's first day, in the real program with its real engine: by keyboard, pointer and accessibility bus.

usage: gui-run test-first-day.py TIERCEL TIERCEL-CLI
"""
import os
import subprocess
import sys

import driver
from driver import Program, wait

FLOW = '''id: first
namespace: company.team
tasks:
  - id: hello
    type: io.kestra.plugin.scripts.shell.Commands
    namespaceFiles:
      enabled: true
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    commands:
      - cat notes.txt
      - sleep 1
      - echo "done by a newcomer"
'''
program = None


def node(state=''):
    return program.find_last('push button', f'hello, shell.Commands.*{state}.*')


def starts_on_the_tutorial(binary):
    global program
    program = Program(binary)
    program.see('text', 'Flow editor', 20)
    assert 'tasks:' in program.text_of(program.editor())
    program.shot('start')


def writes_a_flow_by_keyboard(binary):
    program.new_flow(FLOW)
    wait(lambda: node(), 10, 'the node in the topology')


def shows_a_problem_and_its_end(binary):
    program.key('ctrl+End')
    program.type('wrong: key\n')
    program.see(None, r'.*[Uu]nknown.*wrong.*', 10)
    program.shot('problem')
    program.key('ctrl+z')
    for _ in range(12):
        if 'wrong' not in program.text_of(program.editor()):
            break
        program.key('ctrl+z')
    wait(lambda: not program.find(None, r'.*[Uu]nknown.*wrong.*'), 10, 'the problem gone')


def takes_a_file_by_drag_and_drop(binary):
    program.key('ctrl+s')
    notes = os.path.join(program.data, 'notes.txt')
    with open(notes, 'w', encoding='utf-8') as out:
        out.write('text of a dropped file\n')
    program.show_files()
    target = wait(lambda: program.find('panel', 'Files of the namespace') or program.find(None, 'Files of the namespace'), 10, 'files panel')
    library = os.path.join(program.data, 'tiercel', 'library', 'company.team', '_files', 'notes.txt')
    program.drop_files(target, [notes], lambda: os.path.exists(library))
    program.see(None, 'notes.txt', 5)
    program.shot('files')


def executes_and_sees_success_and_logs(binary):
    program.key('ctrl+e')
    wait(lambda: node('RUNNING') or node('SUCCESS'), 20, 'RUNNING on the node')
    program.shot('running')
    wait(lambda: node('SUCCESS'), 30, 'SUCCESS on the node')
    program.key('ctrl+5')
    program.see(None, r'.*done by a newcomer.*', 10)
    program.see(None, r'.*text of a dropped file.*', 10)
    program.shot('window-light')


def sees_what_the_command_line_starts(binary):
    flow = os.path.join(program.data, 'other.yaml')
    with open(flow, 'w', encoding='utf-8') as out:
        out.write(FLOW.replace('id: first', 'id: from_terminal').replace('sleep 1', 'echo by the running engine'))
    done = subprocess.run([sys.argv[2], 'run', '--data', os.path.join(program.data, 'tiercel'), flow], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and 'by the running engine' in done.stdout, (done.returncode, done.stdout, done.stderr)
    program.show_executions()
    program.see(None, r'.*from_terminal.*SUCCESS.*', 10)


def kills_what_runs_too_long(binary):
    program.new_flow(FLOW.replace('id: first', 'id: endless').replace('sleep 1', 'sleep 600'))
    wait(lambda: node(), 10, 'the node in the topology')
    program.key('ctrl+e')
    wait(lambda: node('RUNNING'), 20, 'RUNNING on the node')
    program.key('shift+F5')
    program.confirm('Kill')
    wait(lambda: node('KILLED'), 20, 'KILLED on the node')
    program.key('ctrl+s')


def shows_it_again_after_reopening(binary):
    global program
    data = program.data
    program.close()
    program = Program(binary, data=data, dark=True)
    program.see('text', 'Flow editor', 20)
    program.show_executions()
    row = program.see(None, r'.*first.*SUCCESS.*', 15)
    program.activate(row)
    program.key('ctrl+5')
    program.see(None, r'.*done by a newcomer.*', 10)
    program.shot('window-dark')
    program.close()


def every_control_has_a_name(binary):
    global program
    data = program.data
    program = Program(binary, data=data)
    program.see('text', 'Flow editor', 20)
    nameless = [each.get_role_name() for each in driver.walk(program.app)
                if each.get_role_name() in ('push button', 'toggle button', 'text', 'combo box', 'check box') and not each.get_name()]
    assert not nameless, nameless
    program.close()
    program.forget()


TESTS = [starts_on_the_tutorial, writes_a_flow_by_keyboard, shows_a_problem_and_its_end, takes_a_file_by_drag_and_drop,
         executes_and_sees_success_and_logs, sees_what_the_command_line_starts, kills_what_runs_too_long, shows_it_again_after_reopening, every_control_has_a_name]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
