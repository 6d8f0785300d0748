#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time from start to a painted window, and to a flow in it, beside an empty AdwApplicationWindow.

usage: gui-run bench-window.py TIERCEL EMPTY-WINDOW [RUNS]
"""
import ctypes
import ctypes.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import gi
gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

X = ctypes.CDLL(ctypes.util.find_library('X11'))
for name in ('XOpenDisplay', 'XGetImage'):
    getattr(X, name).restype = ctypes.c_void_p
for name in ('XDefaultRootWindow', 'XGetPixel'):
    getattr(X, name).restype = ctypes.c_ulong
X.XOpenDisplay.argtypes = [ctypes.c_char_p]
X.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
X.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_int] * 2 + [ctypes.c_uint] * 2 + [ctypes.c_ulong, ctypes.c_int]
X.XGetPixel.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
X.XDestroyImage.argtypes = [ctypes.c_void_p]
APP_ID, OBJECT = 'io.github.tiercel.Tiercel', '/io/github/tiercel/Tiercel/window/1'
BUDGET = 2.0


def pixels(display, root):
    """The picture at some places where a window will be and the empty screen is black."""
    seen = []
    for x, y in ((640, 400), (640, 60), (300, 700)):
        image = X.XGetImage(display, root, x, y, 1, 1, 0xffffffff, 2)
        seen.append(X.XGetPixel(image, 0, 0))
        X.XDestroyImage(image)
    return seen


def wait_for(condition, start, limit=20):
    while time.monotonic() - start < limit:
        if condition():
            return time.monotonic() - start
        time.sleep(0.001)
    raise SystemExit('nothing within %d s' % limit)


def flow_open(bus):
    """The action of the panel below a flow is enabled when a flow is in view."""
    try:
        answer = bus.call_sync(APP_ID, OBJECT, 'org.gtk.Actions', 'Describe', GLib.Variant('(s)', ('bottom',)), None,
                               Gio.DBusCallFlags.NO_AUTO_START, 1000, None)
    except GLib.Error:
        return False
    return answer[0][0]


def one(command, display, root, bus=None):
    """Seconds to paint and, with a bus, to a flow in view; the second start on a data folder, as every day."""
    start = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    painted = wait_for(lambda: all(pixels(display, root)), start)
    usable = wait_for(lambda: flow_open(bus), start) if bus else painted
    process.terminate()
    process.wait()
    start = time.monotonic()
    wait_for(lambda: not any(pixels(display, root)), start)
    return painted, usable


def main(tiercel, empty, runs=9):
    display = X.XOpenDisplay(None)
    root = X.XDefaultRootWindow(display)
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    data = tempfile.mkdtemp(prefix='tiercel-bench-')
    command = [tiercel, '--data', os.path.join(data, 'tiercel')]
    try:
        one(command, display, root, bus)
        one([empty], display, root)
        base, painted, usable = [], [], []
        for _ in range(int(runs)):
            base.append(one([empty], display, root)[0])
            first, second = one(command, display, root, bus)
            painted.append(first)
            usable.append(second)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    median = statistics.median
    print(f'empty window painted: {median(base) * 1000:.0f} ms')
    for what, times in (('window painted', painted), ('flow in view', usable)):
        print(f'{what}: {median(times) * 1000:.0f} ms, ratio {median(times) / median(base):.2f}, budget {BUDGET}')
    return int(median(usable) / median(base) > BUDGET)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
