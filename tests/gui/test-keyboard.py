#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can be operated has a name and can be reached by keyboard, on all main pages.

usage: gui-run test-keyboard.py TIERCEL TIERCEL-CLI
"""
import sys
import time

import driver
from driver import Atspi, Program, wait

FLOW = '''id: keys
namespace: company.team
inputs:
  - {id: who, type: STRING, defaults: world}
  - {id: loud, type: BOOL, defaults: false}
  - {id: how, type: SELECT, values: [short, long], defaults: short}
  - {id: day, type: DATE, required: false}
  - {id: more, type: JSON, required: false}
  - {id: data, type: FILE, required: false}
  - {id: parts, type: MULTISELECT, values: [a, b], required: false}
tasks:
  - {id: said, type: io.kestra.plugin.core.log.Log, message: "hello {{ inputs.who }}"}
'''
CONTROLS = ('push button', 'toggle button', 'radio button', 'check box', 'text', 'page tab', 'combo box', 'spin button', 'slider', 'link')
program = None


def has(node, state):
    return node.get_state_set().contains(state)


def reachable(node):
    """It takes the focus, a part of it does, or it folds a row, which arrow keys do."""
    if node.get_name() in ('Expand', 'Collapse'):
        return True
    return any(has(each, Atspi.StateType.FOCUSABLE) for each in driver.walk(node))


def faults(page):
    found = []
    for node in driver.walk(program.app):
        if node.get_role_name() not in CONTROLS:
            continue
        where = f'{page}: {node.get_role_name()} “{node.get_name()}” in “{node.get_parent().get_name()}”'
        if not node.get_name():
            found.append(f'{where} has no name')
        elif has(node, Atspi.StateType.SENSITIVE) and not reachable(node):
            found.append(f'{where} cannot take the focus')
    return found


def names_what_can_be_operated(binary):
    global program
    program = Program(binary)
    found = faults('start')
    program.new_flow(FLOW)
    for key, page in (('ctrl+1', 'source'), ('ctrl+2', 'topology'), ('ctrl+3', 'both'), ('ctrl+f', 'find')):
        program.key(key)
        time.sleep(0.3)
        found += faults(page)
    program.key('Escape', 'ctrl+e')
    program.see(None, 'who')
    found += faults('execute dialog')
    program.key_in_dialog('ctrl+Return')
    program.see('push button', 'said, Log, SUCCESS.*', 20)
    for number, page in ((4, 'Gantt'), (5, 'logs'), (6, 'outputs'), (7, 'metrics'), (8, 'overview')):
        program.key(f'ctrl+{number}')
        time.sleep(0.3)
        found += faults(page)
    program.show_files()
    found += faults('files')
    program.show_executions()
    program.activate(program.see(None, '.*keys.*SUCCESS.*'))
    program.see(None, 'Topology beside it')
    found += faults('execution')
    assert not found, '\n'.join(sorted(set(found)))


def focused():
    return next((node for node in driver.walk(program.app) if has(node, Atspi.StateType.FOCUSED)), None)


def leaves_the_text_and_comes_round(binary):
    """Tab indents in the text; Escape, then Tab leaves it, and going on comes back to it past everything else."""
    program.key('alt+1')
    program.new_flow(FLOW.replace('id: keys', 'id: round'))
    wait(lambda: focused() and focused().get_name() == 'Flow editor', 10, 'focus in the text')
    program.key('Tab')
    wait(lambda: program.text_of(program.editor()).endswith('\n  '), 5, 'the indent')
    program.key('Escape', 'Tab')
    wait(lambda: focused() and focused().get_name() != 'Flow editor', 5, 'focus out of the text')
    seen = []
    for _ in range(60):
        node = focused()
        if node and node.get_name() == 'Flow editor':
            break
        seen.append(node.get_name() if node else '')
        program.key('Tab')
        time.sleep(0.05)
    else:
        raise AssertionError(f'Tab does not come back to the text: {seen}')
    for wanted in ('said, Log', 'Sidebar', 'New flow', 'Open', 'Menu', 'Execute', 'Flows', 'Files', 'Executions', 'Source', 'Both', 'Topology',
                   'No problems', 'Problems', 'Hide panel'):
        assert any(wanted in name for name in seen), f'Tab passes by “{wanted}”: {seen}'


TESTS = [names_what_can_be_operated, leaves_the_text_and_comes_round]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
