#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one corpus of flows and compares with what is known: a case that fails without being listed in KNOWN.md is an error, and so is a
listed one that passes, so that the list never says more than the truth. A reason that begins with "varies:" allows both.

usage: run-corpus.py TIERCEL-CLI KNOWN.md CORPUS-FOLDER
A folder written as $NAME is the one that this environment variable names: a corpus that is not ours to copy is checked where it lies. Without
the variable nothing is run.
"""
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse

HTTP_PORT = 18080       # recorded in the goldens of the http tasks


class Loopback(http.server.BaseHTTPRequestHandler):
    """What the http cases talk to: /echo, /status/N, /redirect, /empty, /cd. Sends no Date and no Server header."""
    protocol_version = 'HTTP/1.1'
    SHOWN = ('user-agent', 'content-type', 'authorization', 'x-a', 'accept')

    def log_message(self, *words):
        pass

    def body(self):
        if self.headers.get('Transfer-Encoding') != 'chunked':
            return self.rfile.read(int(self.headers.get('Content-Length') or 0))
        parts = []
        while length := int(self.rfile.readline().strip() or b'0', 16):
            parts.append(self.rfile.read(length))
            self.rfile.readline()
        self.rfile.readline()
        return b''.join(parts)

    def answer(self, code, body=b'', **headers):
        self.send_response_only(code)
        self.send_header('Content-Length', str(len(body)))
        if body:
            self.send_header('Content-Type', 'application/json')
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def respond(self):
        body, url = self.body(), urllib.parse.urlsplit(self.path)
        if url.path.startswith('/status/'):
            code = int(url.path.removeprefix('/status/'))
            self.answer(code, b'' if code == 204 else b'{"s":1}')
        elif url.path == '/redirect':
            self.answer(302, Location='/echo')
        elif url.path == '/empty':
            self.answer(200)
        elif url.path == '/cd':
            self.answer(200, b'cd', Content_Disposition='attachment; filename="a b[1].txt"')
        else:
            headers = {name.lower(): value for name, value in self.headers.items() if name.lower() in self.SHOWN}
            self.answer(200, json.dumps({'method': self.command, 'path': url.path, 'query': url.query, 'headers': headers,
                                         'body': body.decode(errors='replace')}, sort_keys=True).encode())

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = respond


def serve():
    """A port that is taken belongs to another run of the same corpus, whose server answers the same."""
    try:
        server = http.server.ThreadingHTTPServer(('127.0.0.1', HTTP_PORT), Loopback)
    except OSError:
        return
    threading.Thread(target=server.serve_forever, daemon=True).start()


def known_cases(path):
    rows = (re.match(r'\|\s*([\w.-]+/[^\s|]+)\s*\|\s*(.*?)\s*\|$', line.strip()) for line in open(path, encoding='utf-8'))
    return {row[1]: row[2] for row in rows if row}


def main(binary, known_path, folder):
    if folder.startswith('$'):
        name, folder = folder[1:], os.environ.get(folder[1:], '')
        if not folder:
            print(f'1..0 # SKIP {name} does not name the folder of the corpus')
            return 0
    known, number, wrong = known_cases(known_path), 0, 0
    if any('127.0.0.1' in open(os.path.join(folder, name), encoding='utf-8').read() for name in os.listdir(folder) if name.endswith('.yaml')):
        serve()
    done = subprocess.run([binary, 'conformance', '--verbose', os.path.normpath(folder)], capture_output=True, text=True, errors='replace')
    for line in done.stdout.splitlines():
        found = re.match(r'(PASS|FAIL|SKIP) ([^\s:]+)(?:: (.*))?$', line)
        if not found:
            continue
        result, name, why = found.groups()
        why, number = (why or '').replace('#', ''), number + 1
        if result == 'SKIP':
            print(f'ok {number} {name} # SKIP {why}')
        elif known.get(name, '').startswith('varies:'):
            print(f'ok {number} {name} # SKIP {result} today, {known[name]}')
        elif name in known:
            wrong += result == 'PASS'
            print(f'{"ok" if result == "PASS" else "not ok"} {number} {name} # TODO {known[name]}')
        else:
            wrong += result == 'FAIL'
            print(f'{"ok" if result == "PASS" else "not ok"} {number} {name}\n# {why}')
    print(f'1..{number}')
    summary = done.stdout.splitlines()[-1:] or ['nothing was run']
    print(f'# {summary[0]}\n# {done.stderr[-2000:]}'.rstrip().replace('\n', '\n# '))
    return int(wrong > 0 or number == 0 or not re.fullmatch(r'\d+ passed, \d+ failed, \d+ skipped', summary[0]))


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
