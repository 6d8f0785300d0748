#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window itself says, whatever is open in it.

usage: gui-run test-window.py TIERCEL TIERCEL-CLI
"""
import sys

import driver
from driver import Program

PAUSE = '''id: waits
namespace: company.team
concurrency: {limit: 1, behavior: QUEUE}
tasks:
  - {id: gate, type: io.kestra.plugin.core.flow.Pause}
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


TESTS = [counts_what_runs_pauses_and_waits]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
