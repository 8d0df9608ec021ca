#!/usr/bin/env python3
"""Checks tests/spec/identifiers.txt: each name is in the code of its file, each deviation in docs/DEVIATIONS.md.

identifiers_test.py ROOT
"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "tools"))
from source_text import blank_comments_and_strings  # noqa: E402

SUBJECTS = {"governance", "trust", "identity", "zero knowledge", "mesh", "node"}
NAMED = re.compile(r"^(\S+) = (\w+) in (\S+)$")
LATER = re.compile(r"^(\S+) later (.+)$")
DIFFERS = re.compile(r"^(\S+) differs (.+)$")


def rows() -> list[str]:
    lines = (ROOT / "tests/spec/identifiers.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class Identifiers(unittest.TestCase):
    def test_every_row_holds(self):
        deviations = (ROOT / "docs/DEVIATIONS.md").read_text()
        code: dict[str, str] = {}
        for row in rows():
            with self.subTest(row):
                if named := NAMED.match(row):
                    name, file = named[2], named[3]
                    if file not in code:
                        text = (ROOT / file).read_text()
                        # Metrics carry the specification's names as strings.
                        code[file] = text if "metrics" in file else blank_comments_and_strings(text)
                    self.assertTrue(re.search(rf"\b{name}\b", code[file]), f"{file} has no {name}")
                elif later := LATER.match(row):
                    self.assertIn(later[2], SUBJECTS)
                else:
                    differs = DIFFERS.match(row)
                    self.assertIsNotNone(differs, "a row has one of the three forms")
                    self.assertIn(differs[2], deviations)

    def test_no_identifier_is_listed_twice(self):
        names = [row.split()[0] for row in rows()]
        self.assertEqual(sorted(set(names)), sorted(names))

    def test_the_list_is_whole(self):
        self.assertGreater(len(rows()), 150)


if __name__ == "__main__":
    unittest.main()
