#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up meson's JUnit report: every failure and every skip with its reason, then the closing line.

usage: count-tests.py REPORT MESON-EXIT-STATUS
"""
import sys
import xml.etree.ElementTree as xml


def main(report, status):
    passed = failed = skipped = 0
    for suite in xml.parse(report).getroot().iter('testsuite'):
        for case in suite.iter('testcase'):
            name = f"{suite.get('name')}: {case.get('name')}"
            failure = case.find('failure') if case.find('failure') is not None else case.find('error')
            if failure is not None:
                failed += 1
                print(f"FAIL {name} {failure.get('message') or ''}")
            elif case.find('skipped') is not None:
                skipped += 1
                print(f"SKIP {name}: {case.find('skipped').get('message') or 'see the test log for the reason'}")
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or status or not passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
