#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of corpora says what differs, and only what differs.

usage: test-conformance.py TIERCEL-CLI
"""
import json
import os
import re
import sys

from cli_test import PROCESS, tap, tests_of

LOG = 'tasks:\n- id: a\n  type: io.kestra.plugin.core.log.Log\n  message: hello\n- id: b\n  type: io.kestra.plugin.core.debug.Return\n  format: x\n'
RUN = {'history': ['CREATED', 'SUBMITTED', 'RUNNING', 'SUCCESS'], 'state': 'SUCCESS', 'attempts': 1}
GOLDEN = {
    'refused': None, 'state': 'SUCCESS', 'history': ['CREATED', 'RUNNING', 'SUCCESS'], 'labels': {'system.correlationId': '<id>'},
    'taskRuns': [{'id': 'a', **RUN}, {'id': 'b', **RUN, 'outputs': {'value': 'x'}}],
    'logs': [{'task': 'a', 'level': 'INFO', 'message': 'hello'}, {'task': 'b', 'level': 'DEBUG', 'message': 'x'}],
    'metrics': [{'task': 'b', 'name': 'length', 'type': 'counter', 'value': 1.0}, {'task': 'b', 'name': 'duration', 'type': 'timer', 'value': '<duration>'}],
}


def case(program, golden, text=LOG, name='case', spec=None):
    """Runs one case; returns (exit code, all lines)."""
    program.write(f'corpus/{name}.yaml', f'id: {name}\nnamespace: test.corpus\n{text}')
    program.write(f'corpus/{name}.json', json.dumps(golden))
    if spec:
        program.write(f'corpus/{name}.case.json', json.dumps(spec))
    code, out, _ = program.call('conformance', '--only', f'^{name}$', os.path.join(program.folder, 'corpus'))
    return code, out.splitlines()


def fails_with(program, words, **changes):
    code, lines = case(program, {**GOLDEN, **changes})
    assert code == 1 and lines[-1] == '0 passed, 1 failed, 0 skipped', lines
    assert re.match(r'FAIL corpus/case: ', lines[0]) and words in lines[0], lines


def what_was_recorded_passes(cli):
    code, lines = case(cli, GOLDEN)
    assert code == 0 and lines == ['1 passed, 0 failed, 0 skipped'], lines


def another_state_fails(cli):
    fails_with(cli, 'state: expected "FAILED"', state='FAILED')


def another_history_fails(cli):
    fails_with(cli, 'history', history=['CREATED', 'SUCCESS'])


def one_run_more_or_less_fails(cli):
    fails_with(cli, 'taskRuns[1]', taskRuns=GOLDEN['taskRuns'][:1])
    fails_with(cli, 'taskRuns[2]', taskRuns=GOLDEN['taskRuns'] + [{'id': 'c', **RUN}])


def another_output_fails(cli):
    fails_with(cli, 'taskRuns[1].outputs.value', taskRuns=[GOLDEN['taskRuns'][0], {'id': 'b', **RUN, 'outputs': {'value': 'y'}}])


def order_counts_unless_free(cli):
    fails_with(cli, 'taskRuns[0].id', taskRuns=GOLDEN['taskRuns'][::-1])
    code, lines = case(cli, {**GOLDEN, 'taskRuns': GOLDEN['taskRuns'][::-1], 'free': True})
    assert code == 0, lines


def unstable_runs_are_one_of_the_variants(cli):
    code, lines = case(cli, {**GOLDEN, 'taskRuns': [], 'unstable': ['taskRuns'], 'seen': ['FAILED x', 'SUCCESS a[null]SUCCESS b[null]SUCCESS']})
    assert code == 0, lines
    fails_with(cli, 'never seen', unstable=['taskRuns'], seen=['FAILED a[null]SUCCESS'])


def a_log_entry_counts_to_the_letter(cli):
    fails_with(cli, 'logs', logs=[{**GOLDEN['logs'][0], 'message': 'hallo'}, GOLDEN['logs'][1]])
    fails_with(cli, 'logs', logs=[{**GOLDEN['logs'][0], 'level': 'WARN'}, GOLDEN['logs'][1]])
    fails_with(cli, 'logs', logs=GOLDEN['logs'][:1])
    fails_with(cli, 'logs', logs=GOLDEN['logs'] + GOLDEN['logs'][:1])


def a_metric_counts(cli):
    fails_with(cli, 'metrics', metrics=[{**GOLDEN['metrics'][0], 'value': 2.0}, GOLDEN['metrics'][1]])
    fails_with(cli, 'metrics', metrics=GOLDEN['metrics'][:1])


def labels_count(cli):
    fails_with(cli, 'labels', labels={**GOLDEN['labels'], 'k': 'v'})


def a_missing_other_execution_fails(cli):
    fails_with(cli, 'others', others=[{'flow': 'x', 'state': 'SUCCESS'}])


def the_engine_words_its_own_entries(cli):
    text = ('tasks:\n- id: t\n  type: io.kestra.plugin.scripts.shell.Commands\n  ' + PROCESS + '\n  commands: ["echo out", "exit 3"]\n')
    run = {'id': 't', 'state': 'FAILED', 'attempts': 1, 'history': ['CREATED', 'SUBMITTED', 'RUNNING', 'FAILED'],
           'outputs': {'exitCode': 3, 'outputFiles': {}, 'vars': {}}}
    golden = {'state': 'FAILED', 'refused': None, 'history': ['CREATED', 'RUNNING', 'FAILED'], 'labels': GOLDEN['labels'], 'taskRuns': [run],
              'logs': [{'task': 't', 'level': level, 'message': 'in other words'} for level in ('DEBUG', 'TRACE', 'ERROR')] +
                      [{'task': 't', 'level': 'INFO', 'message': 'out'}]}
    code, lines = case(cli, golden, text)
    assert code == 0, lines
    golden['logs'][-1]['message'] = 'in other words'
    code, lines = case(cli, golden, text)
    assert code == 1 and 'logs' in lines[0], lines


def a_failure_that_was_mended_is_still_the_engines_to_word(cli):
    text = 'tasks:\n- id: t\n  type: io.kestra.plugin.core.log.Log\n  message: "{{ nothing }}"\n'
    history = ['CREATED', 'SUBMITTED', 'RUNNING', 'FAILED', 'SUCCESS']
    golden = {'state': 'SUCCESS', 'refused': None, 'history': ['CREATED', 'RUNNING', 'FAILED', 'RESTARTED', 'RUNNING', 'SUCCESS'],
              'labels': {**GOLDEN['labels'], 'system.restarted': 'true'}, 'unstable': ['labels'],
              'taskRuns': [{'id': 't', 'state': 'SUCCESS', 'attempts': 1, 'history': history}],
              'logs': [{'task': 't', 'level': 'ERROR', 'message': 'in other words'}]}
    spec = {'act': [{'wait': 'execution=FAILED'}, {'changeState': ['t', 'SUCCESS']}]}
    code, lines = case(cli, golden, text, spec=spec)
    assert code == 0, lines


def runs_that_share_a_stream_write_in_any_order(cli):
    text = ('tasks:\n- id: e\n  type: io.kestra.plugin.core.flow.ForEach\n  values: [1, 2]\n  tasks:\n  - id: s\n'
            '    type: io.kestra.plugin.core.flow.Sequential\n    tasks:\n'
            '    - {id: l, type: io.kestra.plugin.core.log.Log, message: "{{ parent.taskrun.value }}"}\n')
    flowable = {'state': 'SUCCESS', 'attempts': 1, 'history': ['CREATED', 'RUNNING', 'SUCCESS']}
    runs = [{'id': 'e', **flowable}]
    for i in range(2):
        runs += [{'id': 's', 'value': str(i + 1), 'iteration': i, 'parent': 0, **flowable}, {'id': 'l', 'parent': 2 * i + 1, **RUN}]
    golden = {**GOLDEN, 'taskRuns': runs, 'metrics': [], 'logs': [{'task': 'l', 'level': 'INFO', 'message': text} for text in ('2', '1')]}
    code, lines = case(cli, golden, text)
    assert code == 0, lines
    golden['logs'][0]['message'] = '1'
    code, lines = case(cli, golden, text)
    assert code == 1 and 'logs' in lines[0], lines


def a_refusal_has_stage_and_name(cli):
    text = 'inputs:\n- id: day\n  type: STRING\n' + LOG
    golden = {'refused': [{'stage': 'execute', 'message': 'Missing required input:day'}]}
    code, lines = case(cli, golden, text)
    assert code == 0, lines
    for wrong in ({'stage': 'save', 'message': 'Missing required input:day'}, {'stage': 'execute', 'message': 'Missing required input:night'}):
        code, lines = case(cli, {'refused': [wrong]}, text)
        assert code == 1 and 'refused' in lines[0], lines
    code, lines = case(cli, GOLDEN, text)
    assert code == 1 and 'refused' in lines[0], lines


def inputs_files_pairs_and_steps_come_from_the_case(cli):
    text = ('inputs:\n- id: who\n  type: STRING\n- id: file\n  type: FILE\ntasks:\n- id: p\n  type: io.kestra.plugin.core.flow.Pause\n'
            '- id: l\n  type: io.kestra.plugin.core.log.Log\n  message: "{{ inputs.who }} {{ read(inputs.file) }} {{ read(\'a.txt\') }} {{ kv(\'k\') }}"\n')
    spec = {'inputs': {'who': 'me', 'file': 'content'}, 'files': {'a.txt': 'namespace file'}, 'kv': {'k': 'pair'},
            'act': [{'wait': 'execution=PAUSED'}, {'resume': True}, {'resume': True}]}
    golden = {'refused': None, 'state': 'SUCCESS', 'logs': [{'task': 'l', 'level': 'INFO', 'message': 'me content namespace file pair'}],
              'unstable': ['history', 'inputs', 'outputs'], 'labels': GOLDEN['labels'], 'acts': [{'step': 2, 'error': 'not paused'}]}
    code, lines = case(cli, golden, text, spec=spec)
    assert code == 1 and lines[0].startswith('FAIL corpus/case: taskRuns[0]'), lines
    code, out, _ = cli.call('conformance', '--print', os.path.join(cli.folder, 'corpus', 'case.yaml'))
    record = json.loads(out[:out.rindex('\n}') + 2])
    golden['taskRuns'] = record['taskRuns']
    assert case(cli, golden, text, spec=spec)[0] == 0
    assert record['inputs'] == {'who': 'me', 'file': '<uri>'}, record['inputs']
    golden['acts'] = []
    code, lines = case(cli, golden, text, spec=spec)
    assert code == 1 and 'acts' in lines[0], lines


def a_container_or_an_unknown_type_is_skipped_by_name(cli):
    code, lines = case(cli, GOLDEN, 'tasks:\n- id: t\n  type: io.kestra.plugin.scripts.shell.Commands\n  commands: ["echo x"]\n')
    assert code == 0 and lines[-1] == '0 passed, 0 failed, 1 skipped' and 'container' in lines[0], lines
    code, lines = case(cli, GOLDEN, 'tasks:\n- id: t\n  type: com.example.Nothing\n')
    assert code == 0 and lines[-1] == '0 passed, 0 failed, 1 skipped' and 'com.example.Nothing' in lines[0], lines


def expressions_are_counted(cli):
    rows = [{'id': 'good', 'context': {'a': 1}, 'expression': '{{ a + 1 }}', 'expect': '2'},
            {'id': 'bad', 'context': {'a': 1}, 'expression': '{{ a + 1 }}', 'expect': '3'},
            {'id': 'old', 'context': {}, 'expression': 'x', 'expect': 'y', 'profile': '0.21'}]
    path = cli.write('rows.jsonl', '\n'.join(map(json.dumps, rows)) + '\nno json\n')
    code, out, _ = cli.call('conformance', path)
    assert code == 1 and out.splitlines()[-1] == '1 passed, 2 failed, 1 skipped', out
    assert re.search(r'^FAIL \S+:2 bad: ', out, re.M) and re.search(r'^FAIL \S+:4 ', out, re.M), out


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
