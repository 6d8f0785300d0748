# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of a container engine as a window can meet: it is there, it has no image, and it pulls what the test tells it to."""
import http.server
import json
import os
import queue
import socketserver
import tempfile
import threading


class FakeEngine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens on a socket of its own. `lines` takes what the pull under way answers: maps, or None for its end."""
    daemon_threads = True

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='tiercel-engine-')
        self.path = os.path.join(self.folder, 'docker.sock')
        self.lines = queue.Queue()
        super().__init__(self.path, Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def host(self):
        return 'unix://' + self.path

    def close(self):
        self.shutdown()
        self.server_close()
        os.unlink(self.path)
        os.rmdir(self.folder)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def address_string(self):
        return 'unix'

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header('Api-Version', '1.43')
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split('?')[0]
        if path.endswith('/_ping') or path.endswith('/version') or path.endswith('/info'):
            self.answer(200, {'Version': '24.0.7', 'ApiVersion': '1.43', 'ServerVersion': '24.0.7'})
        elif path.endswith('/containers/json'):
            self.answer(200, [])
        else:
            self.answer(404, {'message': 'No such image'})

    def do_POST(self):
        if not self.path.split('?')[0].endswith('/images/create'):
            self.answer(500, {'message': 'this engine is a fake'})
            return
        self.send_response(200)
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        while True:
            line = self.server.lines.get()
            body = json.dumps(line).encode() + b'\r\n' if line else b''
            self.wfile.write(b'%x\r\n' % len(body) + body + b'\r\n')
            if not line:
                return
