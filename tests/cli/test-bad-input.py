#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong, the user gets place, cause and next step; nothing is lost, nothing crashes.

usage: test-bad-input.py TIERCEL-CLI
"""
import os
import re
import subprocess
import sys
import time

from cli_test import PROCESS, Skip, flow, messages, shell, state, tap, tests_of

LOG = '  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: hello\n'


def finding(output, *words):
    """The first line `file:line:column: error: …` that holds all words."""
    for line in output.splitlines():
        if re.match(r'.*:\d+:\d+: (error|warning|hint): .* \[[a-z.-]+\]$', line) and all(word in line for word in words):
            return line
    raise AssertionError(f'no finding with {words} in:\n{output}')


def not_yaml(cli):
    code, out, err = cli.check('id: x\n  - broken: [\n')
    assert code != 0, code
    finding(out + err, 'flow.yaml:2:11:')
    assert 'has no' not in out + err, out + err


def not_text(cli):
    code, out, err = cli.check(b'\x00\x01\xff\xfe garbage \x80')
    assert code != 0
    finding(out + err, 'flow.yaml:1:')


def unknown_type_names_the_nearest(cli):
    code, out, err = cli.check(flow('  - id: a\n    type: io.kestra.plugin.core.log.Logg\n    message: x\n'))
    assert code != 0
    finding(out + err, ':5:', 'io.kestra.plugin.core.log.Logg')
    assert 'io.kestra.plugin.core.log.Log' in (out + err).replace('log.Logg', '')


def unknown_key_names_the_nearest(cli):
    code, out, err = cli.check(flow('  - id: a\n    type: io.kestra.plugin.core.log.Log\n    mesage: x\n'))
    assert code != 0
    finding(out + err, ':6:', 'mesage')
    assert re.search(r'\bmessage\b', out + err)


def unavailable_type_is_one_finding(cli):
    code, out, err = cli.check(flow('  - id: a\n    type: io.kestra.plugin.aws.s3.Upload\n    bucket: b\n    key: k\n    from: f\n'))
    assert code != 0
    assert len(re.findall(r': error: ', out + err)) == 1, out + err
    finding(out + err, 'io.kestra.plugin.aws.s3.Upload')


def missing_id(cli):
    code, out, err = cli.check('namespace: a.b\ntasks:\n' + LOG)
    assert code != 0
    finding(out + err, '“id”') if '“id”' in out + err else finding(out + err, 'id')


def duplicate_ids(cli):
    code, out, err = cli.check(flow(LOG + LOG))
    assert code != 0
    finding(out + err, '“a”') if '“a”' in out + err else finding(out + err, 'a')


def undefined_variable_says_what_exists(cli):
    document = cli.run(flow('  - id: extract\n    type: io.kestra.plugin.core.debug.Return\n    format: x\n'
                            '  - id: b\n    type: io.kestra.plugin.core.log.Log\n    message: "{{ outputs.extrct.value }}"\n'), expect=1)
    assert state(document) == 'FAILED'
    text = '\n'.join(messages(document, 'ERROR'))
    assert 'extrct' in text and re.search(r'\bextract\b', text), text


def missing_input_is_refused_before_anything_runs(cli):
    found = cli.refused(flow(LOG, 'inputs:\n  - id: day\n    type: DATE\n  - id: n\n    type: INT\n'), '--input', 'n=many')
    text = ' '.join(f"{f['path']} {f['message']}" for f in found)
    assert 'day' in text and 'inputs.n' in text, text


def missing_interpreter(cli):
    document = cli.run(flow(shell(['echo x'], '    interpreter: [no-such-shell, -c]\n')), expect=1)
    assert state(document) == 'FAILED'
    assert any('no-such-shell' in message and 'No such file' in message and 'Install' in message for message in messages(document, 'ERROR')), messages(document)


def missing_program(cli):
    document = cli.run(flow(shell(['no-such-program'])), expect=1)
    text = '\n'.join(messages(document, 'ERROR'))
    assert 'no-such-program' in text and 'exit code 127' in text and 'Install' in text, text


def no_container_engine(cli):
    document = cli.run(flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    commands: ["echo x"]\n'), expect=1,
                       env={'DOCKER_HOST': 'unix:///nonexistent/docker.sock', 'XDG_RUNTIME_DIR': '/nonexistent'})
    assert state(document) == 'FAILED'
    text = '\n'.join(messages(document, 'ERROR'))
    assert '/nonexistent/docker.sock' in text and re.search(r'[Dd]ocker|[Pp]odman', text), text


def socket_without_permission(cli):
    where = cli.write('locked/docker.sock', b'')
    os.unlink(where)
    holder = subprocess.Popen(['/usr/bin/python3', '-c', f'import socket, time; s = socket.socket(socket.AF_UNIX); s.bind({where!r}); '
                               's.listen(); time.sleep(60)'])
    try:
        while not os.path.exists(where):
            time.sleep(0.02)
        os.chmod(where, 0o600)
        os.chmod(os.path.dirname(where), 0o755)
        path = cli.write('flow.yaml', flow('  - id: t\n    type: io.kestra.plugin.scripts.shell.Commands\n    commands: ["echo x"]\n'))
        code, out, err = cli.call_as_nobody('run', path, DOCKER_HOST=f'unix://{where}')
        assert code == 1, (code, out, err)
        assert re.search(r'permission|denied|may not', out, re.I), out
    finally:
        holder.kill()
        holder.wait()


def input_files_stay_inside(cli):
    for name in ('../out', '/tmp/tiercel-out', 'a/../../out'):
        document = cli.run(flow(shell(['echo x'], f'    inputFiles:\n      "{name}": bad\n')), expect=1)
        assert any(name in message for message in messages(document, 'ERROR')), messages(document)


def namespace_files_stay_inside(cli):
    source = cli.write('source.txt', 'x')
    for name in ('../x', '/x/../../y', 'a/../../x'):
        code, out, err = cli.call('files', 'put', '--data', cli.data, 'test.cli', source, name)
        assert code != 0 and name in out + err, (name, code, out, err)


def links_in_namespace_files_do_not_lead_out(cli):
    secret = cli.write('secret.txt', 'do not read me')
    files = os.path.dirname(cli.write('files/ok.txt', 'fine'))
    os.symlink(secret, os.path.join(files, 'link.txt'))
    document = cli.run(flow(shell(['cat ok.txt; cat link.txt 2>/dev/null || true'], '    namespaceFiles: {enabled: true}\n')), '--files', files)
    assert 'do not read me' not in '\n'.join(messages(document)) and 'fine' in '\n'.join(messages(document))


def data_directory_that_cannot_be_written(cli):
    path = cli.write('flow.yaml', flow(LOG))
    blocked = cli.write('a-file', 'x')
    code, out, err = cli.call('run', '--data', os.path.join(blocked, 'data'), path)
    assert code == 3 and 'a-file' in err and 'choose another' in err, (code, out, err)


def in_a_small_world(script):
    """Runs a shell script whose mounts nobody else sees."""
    if os.getuid() != 0:
        raise Skip('only root can mount file systems')
    done = subprocess.run(['unshare', '-m', 'sh', '-c', script], capture_output=True, text=True, timeout=90, errors='replace')
    if done.returncode == 99 or done.stderr.startswith('unshare:'):
        raise Skip('no file system can be mounted here')
    return done


def data_directory_that_is_read_only(cli):
    path = cli.write('flow.yaml', flow(LOG))
    cli.call('run', '--data', cli.data, path, expect=0)
    for words in (f'run --data {cli.data} {path}', f'executions list --data {cli.data}'):
        done = in_a_small_world(f'mount --bind {cli.data} {cli.data} && mount -o remount,ro,bind {cli.data} || exit 99; {cli.binary} {words}')
        assert done.returncode == 3 and 'Read-only' in done.stderr and 'choose another' in done.stderr and cli.data in done.stderr, done


def data_directory_that_is_full_from_the_start(cli):
    os.mkdir(cli.data)
    path = cli.write('flow.yaml', flow(LOG))
    done = in_a_small_world(f'mount -t tmpfs -o size=1m tmpfs {cli.data} || exit 99; head -c 1100000 /dev/zero >{cli.data}/filler 2>/dev/null; '
                            f'{cli.binary} run --data {cli.data} {path}')
    assert done.returncode == 3 and 'No space left' in done.stderr and 'make room' in done.stderr and cli.data in done.stderr, done


def data_directory_that_is_full(cli):
    os.mkdir(cli.data)
    path = cli.write('flow.yaml', flow(shell(['head -c 3000000 /dev/zero | base64', 'echo end'])))
    done = in_a_small_world(f'mount -t tmpfs -o size=1m tmpfs {cli.data} || exit 99; head -c 900000 /dev/zero >{cli.data}/filler; '
                            f'{cli.binary} run --data {cli.data} --timeout PT20S {path}')
    assert done.returncode in (1, 3), (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    assert re.search(r'No space left|full', done.stdout + done.stderr, re.I), (done.stdout[-2000:], done.stderr[-2000:])


def a_flow_of_10_megabytes(cli):
    tasks = ''.join(f'  - id: t{i}\n    type: io.kestra.plugin.core.log.Log\n    message: {"x" * 60}\n' for i in range(80000))
    start = time.monotonic()
    code, out, err = cli.check(flow(tasks), timeout=60)
    assert code in (0, 1, 2), (code, err[-500:])
    assert time.monotonic() - start < 30


def a_log_line_of_10_megabytes(cli):
    document = cli.run(flow(shell(['head -c 10000000 /dev/zero | tr "\\0" x; echo; echo end'])))
    assert sum(message.count('x') for message in messages(document, 'INFO')) == 10000000
    assert messages(document, 'INFO')[-1] == 'end'


def invalid_utf8_in_output(cli):
    document = cli.run(flow(shell(["printf 'a\\377b\\n'"])))
    assert 'a\ufffdb' in messages(document, 'INFO'), messages(document)


def a_mistake_made_a_hundred_thousand_times_is_listed_a_thousand_times(cli):
    text = flow('  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: "' + '{{ inputs.x }}' * 100000 + '"\n')
    code, out, err = cli.check(text)
    assert len(re.findall(r' warning: ', out)) == 1000 and '99000 more' in out, (code, out[-500:], err)


def yaml_bombs_end_soon(cli):
    bomb = 'a0: &a0 [x,x,x,x,x,x,x,x,x]\n' + ''.join(f'a{i}: &a{i} [{",".join([f"*a{i-1}"] * 9)}]\n' for i in range(1, 12))
    start = time.monotonic()
    code, out, err = cli.check(bomb)
    assert code != 0 and time.monotonic() - start < 5
    finding(out + err, 'flow.yaml:')


def deep_nesting_ends_in_a_finding(cli):
    code, out, err = cli.check('a: ' + '[' * 100000)
    assert code != 0
    finding(out + err, 'flow.yaml:')


def a_second_program_works_through_the_first(cli):
    first = subprocess.Popen([cli.binary, 'run', '--data', cli.data, cli.write('first.yaml', flow(shell(['sleep 3', 'echo first'])).replace('id: case', 'id: first'))],
                             stdout=subprocess.PIPE)
    try:
        end = time.monotonic() + 10
        while not os.path.exists(os.path.join(cli.data, 'api.sock')) and time.monotonic() < end:
            time.sleep(0.02)
        document = cli.run(flow(shell(['echo second'])))
        assert state(document) == 'SUCCESS' and 'second' in messages(document)
        assert first.poll() is None, 'the first program should still be at work'
        _, out, _ = cli.call('executions', 'list', '--data', cli.data, expect=0)
        assert 'first' in out and 'case' in out, out
        assert b'first' in first.communicate(timeout=20)[0]
        assert first.returncode == 0
    finally:
        first.kill()
        first.wait()


def usage_errors_name_the_nearest(cli):
    for words, nearest in ((['chek'], 'check'), (['run', '--ephemerl', 'x.yaml'], '--ephemeral')):
        code, out, err = cli.call(*words)
        assert code == 2 and nearest in err, (words, code, err)


def eval_shows_the_place(cli):
    context = cli.write('context.json', '{"outputs": {"extract": {}, "load": {}}}')
    code, out, err = cli.call('eval', 'a {{ outputs.extrct.x }}', '--context', context)
    assert code == 2 and 'extract, load' in err, (code, out, err)
    line, caret = err.splitlines()[:2]
    assert line[caret.index('^'):].startswith('extrct'), err
    assert cli.call('eval', '{{ outputs | keys }}', '--context', context, expect=0)[1].strip() == '["extract","load"]'


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
