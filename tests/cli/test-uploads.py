#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for inputs that a second program sends to the engine at work: of any length, with little memory, and gone when they fail.

usage: test-uploads.py TIERCEL-CLI
"""
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import time

from cli_test import Skip, flow, messages, tap, tests_of

MEMORY_KB = 128 * 1024
# Where the address sanitizer is at work it keeps what was freed, which is not what is measured here.
os.environ['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1'
MIB = 1024 * 1024
WAITS = '  - {id: t, type: io.kestra.plugin.core.flow.Sleep, duration: PT100S}\n'
TAKES_A_FILE = flow('  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: "{{ fileSize(inputs.file) }} {{ inputs.n }}"\n',
                    'inputs:\n  - {id: file, type: FILE}\n  - {id: n, type: INT, defaults: 1}\n')


@contextlib.contextmanager
def engine(place):
    """A program at work on the data directory; gives its process."""
    waits = place.write('waits.yaml', flow(WAITS).replace('id: case', 'id: waits'))
    process = subprocess.Popen([place.binary, 'run', '--data', place.data, waits], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 20
        while not os.path.exists(api(place)) and time.monotonic() < end:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.communicate()


def api(place):
    return os.path.join(place.data, 'api.sock')


def uploads(place):
    return [name for _, _, names in os.walk(os.path.join(place.data, 'uploads')) for name in names]


def peak_kb(process):
    with open(f'/proc/{process.pid}/status', encoding='ascii') as status:
        return int(next(line for line in status if line.startswith('VmHWM:')).split()[1])


def request(place, head, *pieces):
    """Sends a request as it is; gives status and document."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(api(place))
        link.sendall(head.replace('\n', '\r\n').encode() + b'\r\n\r\n')
        for piece in pieces:
            link.sendall(piece)
        answer = b''
        while b'\r\n\r\n' not in answer or not answer.rstrip().endswith(b'}'):
            got = link.recv(65536)
            if not got:
                break
            answer += got
    head, _, body = answer.partition(b'\r\n\r\n')
    return int(head.split()[1]), json.loads(body)


def store_flow(place):
    request(place, f'POST /api/v1/flows HTTP/1.1\nHost: x\nContent-Length: {len(TAKES_A_FILE)}', TAKES_A_FILE.encode())


def head_of_upload(length):
    return f'POST /api/v1/executions/test.cli/case HTTP/1.1\nHost: x\nContent-Type: multipart/form-data; boundary=b\nContent-Length: {length}'


def a_long_file_takes_little_memory(cli):
    path = cli.write('long.bin', b'')
    os.truncate(path, 200 * MIB)
    with engine(cli) as process:
        document = cli.run(TAKES_A_FILE, '--input', f'file=@{path}', '--input', 'n=5')
        assert messages(document, 'INFO') == [f'{200 * MIB} 5'], messages(document)
        assert peak_kb(process) < MEMORY_KB, peak_kb(process)
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MEMORY_KB, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert uploads(cli) == []


def names_keep_their_quotes(cli):
    path = cli.write('a "quoted" \\ name.txt', 'x' * 10)
    with engine(cli):
        document = cli.run(TAKES_A_FILE.replace('fileSize(inputs.file)', 'inputs.file'), '--input', f'file=@{path}')
        assert '%22quoted%22' in messages(document, 'INFO')[0] or '"quoted"' in messages(document, 'INFO')[0], messages(document)


def a_file_that_is_not_there_is_named(cli):
    with engine(cli):
        path = cli.write('flow.yaml', TAKES_A_FILE)
        for missing in (os.path.join(cli.folder, 'nothing.bin'), cli.folder):
            code, _, err = cli.call('run', '--data', cli.data, '--input', f'file=@{missing}', path)
            assert code == 2 and f'there is no file {missing}' in err, (code, err)


def an_interrupted_upload_leaves_nothing(cli):
    with engine(cli):
        store_flow(cli)
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(api(cli))
            link.sendall(head_of_upload(10 * MIB).replace('\n', '\r\n').encode() + b'\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; '
                         b'filename="half.bin"\r\n\r\n' + b'x' * MIB)
            end = time.monotonic() + 20
            while not uploads(cli) and time.monotonic() < end:
                time.sleep(0.02)
            assert uploads(cli) == ['half.bin']
        while uploads(cli) and time.monotonic() < end:
            time.sleep(0.02)
        assert uploads(cli) == []
        assert 'case' not in cli.call('executions', 'list', '--data', cli.data, expect=0)[1]


def what_a_killed_program_left_is_removed(cli):
    cli.write('data/uploads/Abc123/half.bin', 'x')
    with engine(cli):
        assert uploads(cli) == []


def bodies_that_are_wrong_are_told_why(cli):
    with engine(cli) as process:
        store_flow(cli)
        part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
        text, file = part % (b'n', b''), part % (b'file', b'; filename="f"')
        for status, word, body in ((400, 'multipart', b'nothing'), (400, 'multipart', file + b'half'),
                                   (400, 'multipart', b'--b\r\n' + b'h' * 20000), (413, '64 MiB', text + b'1' * (65 * MIB) + b'\r\n--b--'),
                                   (400, 'name', part % (b'file', b'; filename="%s"' % (b'f' * 300)) + b'x\r\n--b--'),
                                   (422, 'whole number', text + b'many\r\n--b--')):
            found, answer = request(cli, head_of_upload(len(body)), body)
            assert found == status and word in answer['message'], (status, found, answer)
        assert uploads(cli) == []
        for length in (f'Content-Length: {65 * MIB}', 'Transfer-Encoding: chunked'):
            piece = b'x' * MIB
            framed = b'%x\r\n' % MIB + piece + b'\r\n' if 'chunked' in length else piece
            found, answer = request(cli, f'POST /api/v1/flows HTTP/1.1\nHost: x\n{length}', *[framed] * 65, *([b'0\r\n\r\n'] if 'chunked' in length else []))
            assert found == 413 and '64 MiB' in answer['message'], (found, answer)
        assert peak_kb(process) < 3 * MEMORY_KB, peak_kb(process)


def a_full_disk_is_told(cli):
    if os.getuid() != 0:
        raise Skip('only root can mount a small file system')
    os.mkdir(cli.data)
    path = cli.write('long.bin', b'x' * (20 * MIB))
    inside = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=8m tmpfs "$1" || exit 99; shift; "$@"', 'sh', cli.data]
    if subprocess.run([*inside, 'true'], capture_output=True, check=False).returncode:
        raise Skip('no small file system can be mounted here')
    script = ('"$1" run --data "$2" "$3" & for i in $(seq 500); do [ -S "$2/api.sock" ] && break; sleep 0.02; done; '
              '"$1" run --data "$2" --input "file=@$5" "$4"; echo "code $?"; '
              'for i in $(seq 500); do [ -d "$2/uploads" ] || break; sleep 0.02; done; find "$2/uploads" 2>/dev/null; kill -9 $!')
    waits = cli.write('waits.yaml', flow(WAITS).replace('id: case', 'id: waits'))
    done = subprocess.run([*inside, 'sh', '-c', script, 'sh', cli.binary, cli.data, waits, cli.write('flow.yaml', TAKES_A_FILE), path],
                          capture_output=True, text=True, timeout=90, check=False)
    assert 'code 3' in done.stdout and 'half' not in done.stdout, (done.stdout, done.stderr)
    assert 'No space left' in done.stderr and os.path.join(cli.data, 'uploads') in done.stderr, done.stderr
    assert os.path.join(cli.data, 'uploads') not in done.stdout, done.stdout


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
