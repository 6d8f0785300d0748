#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon a mistake is underlined and listed, and that typing does not wait for it.

usage: gui-run test-problems.py TIERCEL TIERCEL-CLI
"""
import subprocess
import sys
import time

import driver
from driver import Program, wait

SHOWN_MS, BLOCKED_MS, ROUNDS = 300, 100, 5
program = None


def flow(n):
    return f'id: tasks{n}\nnamespace: company.team\ntasks:' + ''.join(
        f'\n  - id: t{i}\n    message: number {i}\n    type: io.kestra.plugin.core.log.Log' for i in range(n))


def ms(since):
    return (time.monotonic() - since) * 1000


def name_now(node):
    node.clear_cache()
    return node.get_name()


def one_round(count):
    """Types what makes the last type unknown: milliseconds until that is shown, and the longest that the program was deaf for meanwhile."""
    last_key = time.monotonic()
    program.type('x')
    deaf, shown = 0, None
    while ms(last_key) < 3000 and (shown is None or ms(last_key) < shown + 500):
        asked = time.monotonic()
        if 'No problems' not in name_now(count) and shown is None:
            shown = ms(last_key)
        deaf = max(deaf, ms(asked))
        time.sleep(0.002)
    assert shown is not None, 'the problem is not shown'
    return shown, deaf


def underlined():
    """Whether a red of errors is in the text, which has no other; asking GTK 4.8 for attributes of colored text would end it."""
    x, y = program.place(program.editor())
    pixels = subprocess.run(['import', '-window', 'root', '-crop', f'300x390+{x - 180}+{y - 195}', '+repage', '-depth', '8', 'rgb:-'],
                            capture_output=True, check=True).stdout
    return any(red >= 220 and green < 170 and blue >= green for red, green, blue in zip(*[iter(pixels)] * 3))


def measure(n):
    """Other programs disturb some rounds: the quickest one shows what this one needs."""
    program.new_flow(flow(n))
    count = wait(lambda: program.find_last('push button', 'No problems.*'), 20, 'the checked flow')
    program.key('ctrl+End')
    rounds = []
    for _ in range(ROUNDS):
        rounds.append(one_round(count))
        wait(underlined, 2, 'the underline')
        if len(rounds) == 1:
            program.see(None, '.*Logx.*', 30)
        program.key('BackSpace')
        wait(lambda: 'No problems' in name_now(count), 10, 'the problem gone')
        wait(lambda: not underlined(), 2, 'no underline')
    shown, deaf = (min(each) for each in zip(*rounds))
    print(f'# {n} tasks: shown after {shown:.0f} ms, main thread busy {deaf:.0f} ms at most', flush=True)
    assert shown <= SHOWN_MS and deaf <= BLOCKED_MS, rounds


def shows_a_problem_at_once(binary):
    global program
    program = Program(binary)
    measure(4)


def shows_a_problem_at_once_among_a_thousand_tasks(binary):
    measure(1000)


TESTS = [shows_a_problem_at_once, shows_a_problem_at_once_among_a_thousand_tasks]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
