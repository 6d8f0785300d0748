#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docker.* tasks against a real daemon and a registry with a password.

usage: with-dockerd --images shell with-registry test-docker-tasks.py TIERCEL-CLI
"""
import base64
import json
import os
import sys
import time

from cli_test import docker, flow, messages, no_containers, state, tap, tests_of

REGISTRY, USER, PASSWORD = (os.environ.get(f'TIERCEL_TEST_REGISTRY{part}', '') for part in ('', '_USER', '_PASSWORD'))
SECRET = {'SECRET_REGISTRY': base64.b64encode(PASSWORD.encode()).decode()}
LOGIN = {'username': USER, 'password': "{{ secret('REGISTRY') }}"}


def task(name, kind, **props):
    """A task as a line of YAML: JSON is YAML."""
    return '  - ' + json.dumps({'id': name, 'type': f'io.kestra.plugin.docker.{kind}', **props}) + '\n'


def log(text):
    return '  - ' + json.dumps({'id': 'log', 'type': 'io.kestra.plugin.core.log.Log', 'message': text}) + '\n'


def fails(program, *tasks, env=None):
    document = program.run(flow(''.join(tasks)), expect=1, env=env)
    assert state(document) == 'FAILED', document
    return '\n'.join(messages(document, 'ERROR'))


def build_run_tag_list_remove(cli):
    document = cli.run(flow(
        task('b', 'Build', tags=['tc/b:1'], pull=False, inputFiles={'f.txt': 'ctx'}, buildArgs={'V': 7}, labels={'l': 'm'},
             dockerfile='FROM alpine\nARG V\nCOPY f.txt /f.txt\nRUN echo $V >> /f.txt\n') +
        task('r', 'Run', containerImage='tc/b:1', commands=['cat', '/f.txt']) +
        task('g', 'cli.Tag', sourceImage='tc/b:1', targetImage='tc/b:2') +
        task('i', 'cli.ImageLs', imageNameFilter='tc/b', labelFilter='l=m') +
        log('{{ outputs.b.imageId }} {{ outputs.i.count }} {{ outputs.i.images[0].repoTags | join(" ") }} {{ outputs.i.images[0].labels.l }}') +
        task('x', 'Rm', imageIds=['tc/b:1', 'tc/b:2'], force=True)))
    lines = messages(document, 'INFO')
    assert state(document) == 'SUCCESS' and 'ctx7' in lines, lines
    assert any(line.startswith('sha256:') and line.endswith(' 1 tc/b:1 tc/b:2 m') for line in lines), lines
    assert docker('images', '-q', 'tc/b') == ''


def build_with_a_file_of_the_directory(cli):
    document = cli.run(flow('  - id: wd\n    type: io.kestra.plugin.core.flow.WorkingDirectory\n'
                            '    inputFiles: {sub/My.Dockerfile: "FROM alpine AS one\\nLABEL stage=1\\nFROM one\\nLABEL stage=2\\n"}\n    tasks:\n    ' +
                            task('b', 'Build', tags=['tc/d:1'], pull=False, dockerfile='sub/My.Dockerfile', target='one').replace('\n', '\n    ').rstrip() + '\n'))
    assert state(document) == 'SUCCESS', messages(document)
    assert docker('inspect', '-f', '{{index .Config.Labels "stage"}}', 'tc/d:1').strip() == '1'
    docker('rmi', 'tc/d:1')


def a_build_that_fails(cli):
    assert 'non-zero code: 5' in fails(cli, task('b', 'Build', tags=['tc/f:1'], pull=False, dockerfile='FROM alpine\nRUN exit 5\n'))
    assert 'unknown instruction: BAD' in fails(cli, task('b', 'Build', tags=['tc/f:1'], pull=False, dockerfile='FROM alpine\nBAD x\n'))
    assert 'inputFiles' in fails(cli, task('b', 'Build', tags=['tc/f:1'], dockerfile='None.Dockerfile'))
    assert 'invalid reference format' in fails(cli, task('b', 'Build', tags=['a:::'], pull=False, dockerfile='FROM alpine\nLABEL a=b\n'))


def run_is_no_shell(cli):
    document = cli.run(flow(
        task('b', 'Build', tags=['tc/ep:1'], pull=False, dockerfile='FROM alpine\nENTRYPOINT ["echo","EP"]\nCMD ["own"]\n') +
        task('r', 'Run', containerImage='tc/ep:1', commands=['x', '$HOME']) +
        task('n', 'Run', containerImage='tc/ep:1') +
        task('e', 'cli.Run', containerImage='tc/ep:1', entryPoint=['/bin/sh', '-c'], commands=['echo $A; cat in; echo out >out; exit 0'],
             env={'A': '1 2'}, inputFiles={'in': 'text'}, outputFiles=['out'], user='1000', shmSize='1MB', cpu={'cpus': 1}) +
        log('{{ read(outputs.e.outputFiles.out) }}') +
        task('x', 'Rm', imageIds=['tc/ep:1'], force=True)))
    lines = messages(document, 'INFO')
    assert state(document) == 'SUCCESS' and [line for line in ('EP x $HOME', 'EP own', '1 2', 'text', 'out\n') if line not in lines] == [], lines
    assert 'exit code 3' in fails(cli, task('r', 'Run', containerImage='alpine', commands=['sh', '-c', 'exit 3']))
    assert no_containers()


def start_and_stop(cli):
    document = cli.run(flow(
        task('t', 'Run', containerImage='alpine', commands=['sleep', '300'], wait=False) + log('exit {{ outputs.t.exitCode }}') +
        task('s', 'Stop', containerId='{{ outputs.t.taskRunner.containerId }}', kill=True)))
    assert state(document) == 'SUCCESS' and 'exit 0' in messages(document, 'INFO'), messages(document)
    assert no_containers()
    assert 'No such container: nobody' in fails(cli, task('s', 'Stop', containerId='nobody'))
    assert 'failed while removing the container' in fails(cli, task('x', 'Rm', containerIds=['../../images/x']))


def prune(cli):
    docker('create', '--label', 'tc=prune', 'alpine', 'true')
    kinds = ('BUILD', 'CONTAINERS', 'IMAGES', 'NETWORKS', 'VOLUMES')
    tasks = ''.join(task(kind.lower(), 'Prune', pruneType=kind, dangling=True, labelFilters=['tc=prune']) for kind in kinds if kind != 'BUILD')
    document = cli.run(flow(tasks + task('b', 'Prune', pruneType='BUILD', until='24h')))
    assert state(document) == 'SUCCESS' and len([line for line in messages(document, 'INFO') if line.startswith('Pruned')]) == 5, messages(document)
    assert docker('ps', '-aq', '--filter', 'label=tc=prune') == ''


def push_and_pull_with_a_secret(cli):
    image = f'{REGISTRY}/tool:2'
    document = cli.run(flow(
        task('g', 'Tag', sourceImage='alpine', targetImage=image) +
        task('p', 'Push', tags=[f'http://{image}'], credentials=LOGIN) +
        task('x', 'Rm', imageIds=[image]) +
        task('u', 'Pull', image=image, credentials=LOGIN) +
        task('x2', 'Rm', imageIds=[image]) +
        task('r', 'Run', containerImage='tool:2', commands=['echo', 'in'], credentials={'registry': REGISTRY, **LOGIN}) +
        task('x3', 'Rm', imageIds=[image]) +
        task('b', 'Build', tags=[f'{REGISTRY}/made:1'], push=True, dockerfile=f'FROM {image}\nLABEL a=b\n', credentials={'registry': REGISTRY, **LOGIN}) +
        task('x4', 'Rm', imageIds=[f'{REGISTRY}/made:1', image], force=True)), env=SECRET)
    assert state(document) == 'SUCCESS' and 'in' in messages(document, 'INFO'), messages(document)
    assert [metric for metric in document['metrics'] if metric['name'] == 'bytes'], document['metrics']
    assert PASSWORD not in json.dumps(document)


def push_and_pull_refused(cli):
    image = f'{REGISTRY}/tool:9'
    docker('tag', 'alpine', image)
    for credentials in ({'username': USER, 'password': 'wrong'}, {}):
        for text in (fails(cli, task('p', 'Push', tags=[image], credentials=credentials)), fails(cli, task('u', 'Pull', image=image, credentials=credentials))):
            assert image in text and '`credentials`' in text and f'docker login {REGISTRY}' in text, text
    assert f'“{REGISTRY}/none:1” was not found' in fails(cli, task('u', 'Pull', image=f'{REGISTRY}/none:1', credentials=LOGIN), env=SECRET)
    docker('rmi', image)


def no_engine(cli):
    for kind, props in (('Prune', {'pruneType': 'IMAGES'}), ('Run', {'containerImage': 'alpine'}), ('Build', {'tags': ['x'], 'dockerfile': 'FROM alpine\n'})):
        text = fails(cli, task('t', kind, host='unix:///no/docker.sock', **props))
        assert 'unix:///no/docker.sock' in text and 'Start it' in text, text


def a_timeout_ends_a_build(cli):
    start = time.monotonic()
    text = fails(cli, task('b', 'Build', tags=['tc/slow:1'], pull=False, timeout='PT2S', dockerfile='FROM alpine\nRUN sleep 60\n'))
    assert time.monotonic() - start < 30 and 'Timeout' in text, text


if __name__ == '__main__':
    sys.exit(tap(tests_of(sys.modules[__name__]), sys.argv[1]))
