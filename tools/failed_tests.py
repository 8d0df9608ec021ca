#!/usr/bin/env python3
"""Prints what failed in a JUnit file of ctest: the end of a long log is what people read first.

Of each failed test: the lines with a failure and what follows each of them, or the last lines if no line reports one.
"""
import re
import sys
import xml.etree.ElementTree as tree

MOST_LINES = 40  # of one test
FOLLOWING = 8  # lines after a failure that explain it
FAILURE = re.compile(r"Failure$|FAILED|FAIL:|^Traceback|\w*Error\b|ERROR: |WARNING: ThreadSanitizer")


def excerpt(text):
    lines = text.splitlines()
    chosen = sorted({near for at, line in enumerate(lines) if FAILURE.search(line)
                     for near in range(at, min(at + FOLLOWING, len(lines)))})
    if not chosen:
        return lines[-MOST_LINES:]
    return [lines[at] for at in chosen[:MOST_LINES]]


def main():
    for case in tree.parse(sys.argv[1]).iter("testcase"):
        if case.get("status") == "run":
            continue
        print(f"\n== {case.get('name')}: {case.get('status')}, after {float(case.get('time', 0)):.1f} s")
        print("\n".join(excerpt(case.findtext("system-out") or "")))


if __name__ == "__main__":
    main()
