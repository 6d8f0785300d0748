#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A window from which files can be dragged, as out of a file manager.

usage: drop-source.py FILE...
"""
import sys

import gi
gi.require_version('Gtk', '4.0')
gi.require_version('Gdk', '4.0')
from gi.repository import Gdk, Gio, GObject, Gtk  # noqa: E402


def prepare(source, x, y, files):
    value = GObject.Value(Gdk.FileList, Gdk.FileList.new_from_list(files))
    return Gdk.ContentProvider.new_for_value(value)


def activate(app, files):
    window = Gtk.ApplicationWindow(application=app, title='Drop source', default_width=160, default_height=120)
    label = Gtk.Label(label='drag me')
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.connect('prepare', prepare, files)
    label.add_controller(source)
    window.set_child(label)
    window.present()


app = Gtk.Application(application_id='io.github.tiercel.DropSource', flags=Gio.ApplicationFlags.NON_UNIQUE)
app.connect('activate', activate, [Gio.File.new_for_path(path) for path in sys.argv[1:]])
app.run([])
