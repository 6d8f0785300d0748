#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up meson's JUnit report: every failure and every skip with its reason, then the closing line.

usage: count-tests.py REPORT MESON-EXIT-STATUS
"""
import os
import re
import sys
import xml.etree.ElementTree as xml


def skip_reasons(log):
    """What TAP programs gave as the reason, by program, number and name of the test; meson's report leaves it out."""
    reasons, program = {}, ''
    if os.path.exists(log):
        with open(log, encoding='utf-8', errors='replace') as lines:
            for line in lines:
                head = re.match(r'test: +(\S.*)', line)
                program = head[1].strip() if head else program
                found = re.match(r'(?:ok (\d+)\s*-?\s*(.*?)|1\.\.0)\s*#\s*SKIP\s*(.*)', line, re.I)
                if found:
                    reasons[program, f'{found[1]} {found[2]}'.strip() if found[1] else ''] = found[3].strip()
    return reasons


def main(report, status):
    reasons = skip_reasons(os.path.join(os.path.dirname(report), 'testlog.txt'))
    passed = failed = skipped = 0
    with open(report, encoding='utf-8', errors='replace') as text:
        # Tests print what they test, control characters too, and meson does not escape these.
        clean = re.sub('[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]', '?', text.read())
    for suite in xml.fromstring(clean.encode()).iter('testsuite'):
        for case in suite.iter('testcase'):
            name = f"{suite.get('name')}: {case.get('name')}"
            failure = case.find('failure') if case.find('failure') is not None else case.find('error')
            if failure is not None:
                failed += 1
                print(f"FAIL {name} {failure.get('message') or ''}")
            elif case.find('skipped') is not None:
                skipped += 1
                program = suite.get('name').split('.', 1)[-1]
                whole = reasons.get((case.get('name').strip(), ''), 'see the test log for the reason')
                print(f"SKIP {name}: {reasons.get((program, case.get('name')), whole)}")
            else:
                passed += 1
    if status and not failed:
        failed = 1
        print('FAIL a test program ended badly: see above')
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return int(failed > 0 or not passed)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
