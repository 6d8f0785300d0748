#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog that asks for the inputs of a flow.

usage: gui-run test-execute-dialog.py TIERCEL TIERCEL-CLI
"""
import sys

import driver
from driver import Program

FLOW = '''id: asks
namespace: company.team
inputs:
  - {id: delta, type: BOOL}
  - {id: since, type: STRING, dependsOn: {inputs: [delta], condition: "{{ inputs.delta }}"}}
  - {id: until, type: INT, dependsOn: {inputs: [since]}}
tasks:
  - {id: said, type: io.kestra.plugin.core.log.Log, message: "since {{ inputs.since ?? 'ever' }}"}
'''
program = None


def starts_without_what_is_switched_off(binary):
    """Required inputs that `dependsOn` switches off are neither shown nor missed."""
    global program
    program = Program(binary)
    program.new_flow(FLOW)
    program.key('ctrl+e')
    program.see(None, r'delta \*')
    program.gone(None, r'since \*')
    program.gone(None, r'until \*')
    program.key_in_dialog('ctrl+Return')
    program.gone(None, r'Execute asks')
    program.see('push button', r'said,.*SUCCESS.*', 20)
    program.key('ctrl+5')
    program.see(None, r'.*since ever.*')


def asks_for_what_another_switches_on(binary):
    program.key('ctrl+e')
    program.see(None, r'delta \*')
    program.gone(None, r'since \*')
    program.key_in_dialog('space')
    program.see(None, r'since \*')
    program.see(None, r'until \*')
    program.key_in_dialog('ctrl+Return')
    program.see(None, 'This input is required.')
    program.shot('execute-dialog')
    program.type('monday')
    program.key_in_dialog('Tab')
    program.type('5')
    program.key_in_dialog('ctrl+Return')
    program.gone(None, r'Execute asks')
    program.see(None, r'.*since monday.*', 20)


TESTS = [starts_without_what_is_switched_off, asks_for_what_another_switches_on]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
