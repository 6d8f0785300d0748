#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing a flow: completion by keyboard, and what stands under the pointer.

usage: gui-run test-editor.py TIERCEL TIERCEL-CLI
"""
import os
import sys

import driver
from driver import Program, wait, xdo

FLOW = '''id: f
namespace: a.b
tasks:
  - id: one
    type: io.kestra.plugin.core.log.Log
    message: x
'''
program = None


def editor():
    return wait(lambda: program.find_last('text', 'Flow editor'), 20, 'the editor')


def text():
    return program.text_of(editor())


def starts_with_a_flow(binary):
    global program
    program = Program(binary)
    editor()
    program.key('ctrl+n')
    wait(lambda: 'id:' in text(), 10, 'the text of a new flow')
    program.key('ctrl+a')
    program.paste(FLOW)
    wait(lambda: text() == FLOW, 10, 'the pasted text')
    program.key('ctrl+End')


# From here on keys go to whatever has them: taking the focus back to the window would close the list.

def proposes_keys_while_typing(binary):
    xdo('type', '--delay', 30, 'vari')
    program.see('label', 'variables')
    program.see('label', r'.*Values that expressions read.*')
    program.shot('completion')
    xdo('key', 'Tab')
    wait(lambda: text() == FLOW + 'variables:\n  ', 5, 'the key and its indentation')


def narrows_the_list_by_more_letters(binary):
    xdo('type', '--delay', 30, 'v: 1')
    xdo('key', 'Return', 'BackSpace')
    xdo('type', '--delay', 30, 'tri')
    program.see('label', 'triggers')
    xdo('type', '--delay', 30, 'gg')
    program.see('label', 'triggers')
    xdo('key', 'Return')
    wait(lambda: text().endswith('v: 1\ntriggers:\n  - '), 5, 'the list and its dash')


def completes_on_request(binary):
    xdo('key', 'ctrl+space')
    program.see('label', 'type')
    xdo('key', 'Down', 'Return')
    wait(lambda: text().endswith('triggers:\n  - type: '), 5, 'the second key')


def finds_a_type_by_any_part_of_its_name(binary):
    xdo('type', '--delay', 30, 'Sched')
    program.see('label', 'io.kestra.plugin.core.trigger.Schedule')
    xdo('key', 'Return')
    wait(lambda: text().endswith('type: io.kestra.plugin.core.trigger.Schedule'), 5, 'the type')


def leaves_the_text_alone_on_escape(binary):
    before = text()
    xdo('key', 'Return')
    xdo('type', '--delay', 30, '  cro')
    program.see('label', 'cron')
    xdo('key', 'Escape')
    program.gone('label', 'cron')
    assert text().strip() == before + '\n    cro', repr(text())
    xdo('type', '--delay', 30, "n: '{{ vars")
    wait(lambda: text().endswith("cron: '{{ vars"), 5, 'the typed text')


def completes_names_in_expressions(binary):
    xdo('type', '--delay', 30, '.')
    program.see('label', 'v')
    xdo('key', 'Tab')
    wait(lambda: text().endswith('{{ vars.v'), 5, 'the variable')
    xdo('type', '--delay', 30, ' | uppe')
    program.see('label', 'upper')
    xdo('key', 'Tab')
    wait(lambda: text().endswith('{{ vars.v | upper'), 5, 'the filter')


def takes_one_step_to_undo(binary):
    program.key('ctrl+z')
    wait(lambda: text().endswith('{{ vars.v | uppe') or text().endswith('{{ vars.v'), 5, 'the text before')


def explains_what_is_under_the_pointer(binary):
    program.key('ctrl+Home')
    left, top = corner()
    for step in range(40):      # wherever the margin ends: the first word of the first line
        xdo('mousemove', left + 30 + step, top + 14)
    program.see('label', r'.*Name of the flow, unique.*', 10)
    program.shot('hover')


def corrects_a_name_by_keyboard(binary):
    program.key('ctrl+a')
    program.paste(FLOW.replace('message', 'mesage'))
    program.see(None, r'.*[Uu]nknown property “mesage”.*')
    program.key('ctrl+End', 'Left')
    xdo('key', 'ctrl+period')
    program.see(None, 'Change to “message”', 5)
    program.shot('correct')
    xdo('key', 'Return')
    wait(lambda: text() == FLOW, 5, 'the corrected text')
    program.key('ctrl+z')
    wait(lambda: 'mesage' in text(), 5, 'the text before')


def corrects_it_from_the_list_of_problems(binary):
    program.see(None, r'.*[Uu]nknown property “mesage”.*')
    program.click('push button', 'Change to “message”')
    wait(lambda: text() == FLOW, 5, 'the corrected text')


def names_files_of_the_namespace(binary):
    folder = os.path.join(program.data, 'tiercel', 'library', 'a.b', '_files', 'scripts')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'clean.py'), 'w', encoding='utf-8') as out:
        out.write('print(1)\n')
    program.key('ctrl+a')
    program.paste(FLOW.replace('message: x\n', "message: '{{ read("))
    wait(lambda: text().endswith('read('), 5, 'the pasted text')
    program.key('ctrl+End')
    xdo('type', '--delay', 30, '"')
    program.see('label', 'scripts/clean.py')
    xdo('key', 'Return')
    wait(lambda: text().endswith('read("scripts/clean.py'), 5, 'the path')


def ends_without_a_complaint(binary):
    program.key('ctrl+a')
    program.paste(FLOW)
    program.key('ctrl+s')
    saved = os.path.join(program.data, 'tiercel', 'library', 'a.b', '_flows', 'f.yaml')
    wait(lambda: os.path.exists(saved), 10, 'the saved flow')
    program.close()


def corner():
    """Upper left of the editor on the screen."""
    node = editor()
    x, y = program.place(node)
    size = driver.Atspi.Component.get_extents(node, driver.Atspi.CoordType.WINDOW)
    return x - size.width // 2, y - size.height // 2


TESTS = [starts_with_a_flow, proposes_keys_while_typing, narrows_the_list_by_more_letters, completes_on_request,
         finds_a_type_by_any_part_of_its_name, leaves_the_text_alone_on_escape, completes_names_in_expressions, takes_one_step_to_undo,
         explains_what_is_under_the_pointer, corrects_a_name_by_keyboard, corrects_it_from_the_list_of_problems,
         names_files_of_the_namespace, ends_without_a_complaint]

if __name__ == '__main__':
    sys.exit(driver.main(TESTS, lambda: program))
