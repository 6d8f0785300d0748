#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window with text of 200 % on a screen of 1280 by 800: nothing is cut, nothing is out of reach.

usage: gui-run test-large-text.py TIERCEL TIERCEL-CLI
"""
import re
import subprocess
import sys

import driver
from driver import Atspi, Program

FLOW = '''id: large
namespace: company.team
inputs:
  - {id: who, type: STRING, defaults: world}
tasks:
  - {id: said, type: io.kestra.plugin.core.log.Log, message: "hello {{ inputs.who }}"}
  - {id: again, type: io.kestra.plugin.core.log.Log, message: once more}
'''
CONTROLS = ('push button', 'toggle button', 'radio button', 'check box', 'text', 'page tab', 'combo box')
SCREEN = (1280, 800)
program = None


def set_dpi(dpi):
    subprocess.run(['xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set', 'RESOURCE_MANAGER', f'Xft.dpi:\t{dpi}\n'], check=True)


def check_reach():
    """No control is cut by the edge of the window, which lies on the screen."""
    info = subprocess.run(['xwininfo', '-id', program.window], capture_output=True, text=True, check=True).stdout
    width, height = (int(re.search(rf'{what}: (\d+)', info)[1]) for what in ('Width', 'Height'))
    assert width <= SCREEN[0] and height <= SCREEN[1], f'the window needs {width} by {height}'
    for node in driver.walk(program.app):
        if node.get_role_name() in CONTROLS:
            at = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
            shows = at.x < width and at.y < height and at.x + at.width > 0 and at.y + at.height > 0   # not so in a sidebar that is folded
            inside = at.x >= 0 and at.y >= 0 and at.x + at.width <= width and at.y + at.height <= height
            assert inside or not shows, f'{node.get_role_name()} “{node.get_name()}” at {at.x}, {at.y}, {at.width} by {at.height}'


def look(binary, dark):
    global program
    if program:
        program.forget()
    set_dpi(192)
    name = 'large-dark' if dark else 'large-light'
    program = Program(binary, dark=dark)
    program.new_flow(FLOW)
    first, second = program.see('push button', 'said, Log'), program.see('push button', 'again, Log')
    step = program.place(second)[1] - program.place(first)[1]
    assert step >= 1.2 * 92, f'the nodes are {step} apart: they did not grow with their text'
    check_reach()
    program.shot(f'{name}-flow')
    program.key('ctrl+e')
    program.see(None, 'who')
    program.shot(f'{name}-dialog')
    program.key_in_dialog('ctrl+Return')
    program.see('push button', 'said, Log, SUCCESS.*', 20)
    for key, view in ((4, 'gantt'), (5, 'logs'), (6, 'outputs'), (7, 'metrics'), (8, 'overview')):
        program.key(f'ctrl+{key}')
        program.shot(f'{name}-{view}')
        check_reach()


def is_whole_in_light(binary):
    look(binary, False)


def is_whole_in_dark(binary):
    look(binary, True)
    if not program.find('radio button', 'Executions'):
        program.key('F9')
    program.show_executions()
    program.see(None, '.*large.*SUCCESS.*')
    program.shot('large-dark-sidebar')


TESTS = [is_whole_in_light, is_whole_in_dark]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
