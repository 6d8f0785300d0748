# SPDX-License-Identifier: GPL-3.0-or-later
"""What GUI tests use: the program itself, seen and driven through the accessibility bus, keys and pointer."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

Atspi.init()
HERE = os.path.dirname(os.path.abspath(__file__))


def wait(condition, seconds=10, what='condition'):
    """Polls until `condition` gives something true, and returns that."""
    end = time.time() + seconds
    while True:
        try:
            result = condition()
        except Exception as error:   # the tree changes while it is walked
            result = None
            if time.time() > end:
                raise AssertionError(f'{what}: {error}') from error
        if result:
            return result
        if time.time() > end:
            raise AssertionError(f'not seen within {seconds} s: {what}')
        time.sleep(0.03)


def children(node):
    return [child for child in (node.get_child_at_index(i) for i in range(node.get_child_count())) if child]


def walk(node, hidden=False):
    """All accessibles below `node`, breadth first; what is not visible is left out unless `hidden`."""
    todo = [node]
    for each in todo:
        yield each
        for child in children(each):
            if hidden or child.get_state_set().contains(Atspi.StateType.VISIBLE):
                todo.append(child)


def xdo(*words):
    subprocess.run(['xdotool', *map(str, words)], check=True, capture_output=True)


class Program:
    """One run of the program on its own data folder."""

    def __init__(self, binary, data=None, dark=False, args=(), through=(), **environment):
        self.binary = binary
        self.data = data or tempfile.mkdtemp(prefix='tiercel-gui-')
        self.environment = dict(os.environ, XDG_DATA_HOME=self.data, XDG_CONFIG_HOME=os.path.join(self.data, 'config'),
                                XDG_STATE_HOME=os.path.join(self.data, 'state'), XDG_CACHE_HOME=os.path.join(self.data, 'cache'))
        self.environment.update(environment)
        if dark:
            self.environment['ADW_DEBUG_COLOR_SCHEME'] = 'prefer-dark'
        self.process = subprocess.Popen([*through, binary, *args], env=self.environment)
        self.app = wait(self._find_app, 20, 'the program on the accessibility bus')
        self.window = wait(lambda: self._window_id(), 20, 'the window')

    def _find_app(self):
        for app in children(Atspi.get_desktop(0)):
            if app.get_process_id() == self.process.pid and children(app):
                return app
        return None

    def _window_id(self):
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid)], capture_output=True, text=True)
        return found.stdout.split()[0] if found.stdout.split() else None

    # -- looking

    def find(self, role, name, where=None):
        """The first visible accessible of this role whose whole name matches the regular expression, or None."""
        for node in walk(where or self.app):
            if (role is None or node.get_role_name() == role) and re.fullmatch(name, node.get_name() or '', re.S):
                return node
        return None

    def find_last(self, role, name):
        """The last match: pages behind others stay in the tree of GTK 4.8, and the newest page stands last."""
        found = [node for node in walk(self.app) if node.get_role_name() == role and re.fullmatch(name, node.get_name() or '', re.S)]
        return found[-1] if found else None

    def see(self, role, name, seconds=10, where=None):
        return wait(lambda: self.find(role, name, where), seconds, f'{role} “{name}”')

    def gone(self, role, name, seconds=10):
        wait(lambda: not self.find(role, name), seconds, f'{role} “{name}” gone')

    def names(self, role=None):
        return [node.get_name() for node in walk(self.app) if role is None or node.get_role_name() == role]

    def tree(self):
        lines = []

        def add(node, depth):
            lines.append('  ' * depth + f'{node.get_role_name()} “{node.get_name()}”')
            for child in children(node):
                if child.get_state_set().contains(Atspi.StateType.VISIBLE):
                    add(child, depth + 1)
        add(self.app, 0)
        return '\n'.join(lines)

    def text_of(self, node):
        return Atspi.Text.get_text(node, 0, -1)

    # -- acting

    def click(self, role, name, seconds=10):
        Atspi.Action.do_action(self.see(role, name, seconds), 0)

    def key(self, *keys):
        xdo('windowfocus', self.window)
        for each in keys:
            xdo('key', '--clearmodifiers', each)
            time.sleep(0.03)

    def key_in_dialog(self, *keys):
        """Keys for the window that has the focus, whichever it is."""
        for each in keys:
            xdo('key', '--clearmodifiers', each)
            time.sleep(0.03)

    def type(self, text):
        xdo('type', '--delay', 4, text)

    def paste(self, text):
        """Puts text in by the clipboard: as quick as a person's paste, and without the editor's own indentation."""
        subprocess.run(['xclip', '-selection', 'clipboard', '-in'], input=text.encode(), check=True)
        self.key('ctrl+v')

    def editor(self):
        """The source view of the flow in view."""
        return wait(lambda: self.find_last('text', 'Flow editor'), 20, 'the editor')

    def new_flow(self, text):
        """A new flow of this text, from Ctrl+N to what stands in the editor."""
        before = self.text_of(self.editor())
        self.key('ctrl+n')
        wait(lambda: self.text_of(self.editor()) != before, 10, 'the text of a new flow')
        self.key('ctrl+a')
        self.paste(text)
        wait(lambda: self.text_of(self.editor()).strip() == text.strip(), 10, 'the pasted text')

    def activate(self, row):
        """Double click on a row of a list: rows of GTK 4.8 have no action of their own."""
        x, y = self.place(row)
        xdo('mousemove', x, y, 'click', '--repeat', 2, '--delay', 80, 1)

    def confirm(self, name):
        """Presses the button of this name in a dialog, if the program asks."""
        try:
            wait(lambda: self.find('push button', f'_?{name}.*') and self.find('dialog', '.*'), 2, 'a question')
        except AssertionError:
            return
        for dialog in [node for node in walk(self.app) if node.get_role_name() in ('dialog', 'alert')]:
            button = self.find('push button', f'_?{name}.*', dialog)
            if button:
                Atspi.Action.do_action(button, 0)
                return

    def show_files(self):
        self._sidebar_page('Files')

    def show_executions(self):
        self._sidebar_page('Executions')

    def _sidebar_page(self, name):
        tab = self.see('radio button', name) if self.find('radio button', name) else self.see(None, name)
        xdo('mousemove', *self.place(tab), 'click', 1)
        time.sleep(0.3)

    def place(self, node):
        """Middle of an accessible, in screen coordinates."""
        at = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
        info = subprocess.run(['xwininfo', '-id', self.window], capture_output=True, text=True, check=True).stdout
        left = int(re.search(r'Absolute upper-left X:\s+(-?\d+)', info)[1])
        top = int(re.search(r'Absolute upper-left Y:\s+(-?\d+)', info)[1])
        frame = subprocess.run(['xprop', '-id', self.window, '_GTK_FRAME_EXTENTS'], capture_output=True, text=True).stdout
        extents = [int(n) for n in re.findall(r'\d+', frame.split('=')[1])] if '=' in frame else [0, 0, 0, 0]
        return left + extents[0] + at.x + at.width // 2, top + extents[2] + at.y + at.height // 2

    def drag(self, start, end):
        (x1, y1), (x2, y2) = start, end
        words = ['mousemove', x1, y1, 'sleep', .1, 'mousedown', 1, 'sleep', .1]
        for step in range(1, 11):
            words += ['mousemove', x1 + (x2 - x1) * step // 10, y1 + (y2 - y1) * step // 10, 'sleep', .03]
        xdo(*words, 'mousemove', x2 + 1, y2 + 1, 'sleep', .2, 'mouseup', 1)

    def drop_files(self, target, paths, until):
        """Drags files from a window of another program onto an accessible of ours; that program lives until `until()` is true."""
        source = subprocess.Popen(['/usr/bin/python3', os.path.join(HERE, 'drop-source.py'), *paths])
        try:
            found = wait(lambda: subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '^Drop source$'],
                                                capture_output=True, text=True).stdout.split(), 10, 'drop source')[0]
            xdo('windowmove', found, 1100, 640)
            xdo('windowraise', found)
            time.sleep(0.4)
            info = subprocess.run(['xwininfo', '-id', found], capture_output=True, text=True, check=True).stdout
            x, y, w, h = (int(re.search(rf'{what}\s+(-?\d+)', info)[1]) for what in
                          ('Absolute upper-left X:', 'Absolute upper-left Y:', 'Width:', 'Height:'))
            for attempt in range(2):   # a synthetic drag may fail once
                self.drag((x + w // 2, y + h // 2 + 15), self.place(target))
                try:
                    return wait(until, 5, 'the drop')
                except AssertionError:
                    if attempt:
                        raise
        finally:
            source.terminate()
            source.wait()

    def shot(self, name):
        """A picture of the screen in the folder for shots; returns its path."""
        folder = os.environ.get('TIERCEL_SHOTS', os.path.join(tempfile.gettempdir(), 'tiercel-shots'))
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f'{name}.png')
        time.sleep(0.4)
        subprocess.run(['import', '-window', 'root', '+dither', '-colors', '255', path], check=True)
        return path

    # -- ending

    def close(self, seconds=15):
        """Ends the program as a user does; its exit code must be 0."""
        self.key('ctrl+q')
        code = self.process.wait(seconds)
        assert code == 0, f'the program ended with {code}'

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def forget(self):
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)


class Skip(Exception):
    """What a test raises when the system lacks what it needs."""


def run(tests, binary):
    """Runs test functions in order and speaks TAP."""
    failed = 0
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        try:
            test(binary)
            print(f'ok {number} {test.__name__}', flush=True)
        except Skip as reason:
            print(f'ok {number} {test.__name__} # SKIP {reason}', flush=True)
        except Exception as error:
            failed += 1
            print(f'not ok {number} {test.__name__}', flush=True)
            print('# ' + '\n# '.join(f'{type(error).__name__}: {error}'.splitlines()), flush=True)
            import traceback
            print('# ' + '\n# '.join(traceback.format_exc().splitlines()), file=sys.stderr)
    return failed > 0


def main(tests, program):
    """What a test file ends with: runs `tests` on the binary that the first argument names, then ends what `program()` gives."""
    code = run(tests, sys.argv[1])
    if program():
        program().forget()
    return code
