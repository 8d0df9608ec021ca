#!/usr/bin/env python3
"""Tests that compile_fail.py reports a case that compiles, one that fails otherwise, and a broken control."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).with_name("compile_fail.py")
COMPILER = sys.argv.pop(1) if len(sys.argv) > 1 else "c++"
PROGRAM = """struct Fuel { explicit Fuel(int); };
void burn(Fuel fuel);
// case implicit: could not convert|no matching function|cannot convert
#ifdef ICN_CASE_implicit
void wrong() { burn(5); }
#endif
// case allowed: could not convert|no matching function
#ifdef ICN_CASE_allowed
void right() { burn(Fuel(5)); }
#endif
// case misnamed: words that no compiler says
#ifdef ICN_CASE_misnamed
void wrong() { burn(5); }
#endif
// case elsewhere: conver
#ifdef ICN_CASE_elsewhere
#endif
#ifdef ICN_CASE_elsewhere
void wrong() { burn(5); }
#endif
"""


class CompileFail(unittest.TestCase):
    def check(self, text: str, *args: str) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "program.cpp")
            file.write_text(text)
            return subprocess.run([sys.executable, CHECKER, "--compiler", COMPILER, *args, file], capture_output=True,
                                  text=True, check=False)

    def test_the_expected_failure_passes(self):
        done = self.check(PROGRAM, "--case", "implicit")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_control_passes(self):
        self.assertEqual(self.check(PROGRAM).returncode, 0)

    def test_a_case_that_compiles_fails(self):
        done = self.check(PROGRAM, "--case", "allowed")
        self.assertEqual(done.returncode, 1)
        self.assertIn("must not", done.stdout)

    def test_other_words_fail(self):
        done = self.check(PROGRAM, "--case", "misnamed")
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not say", done.stdout)

    def test_a_failure_in_other_lines_fails(self):
        done = self.check(PROGRAM, "--case", "elsewhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("outside lines", done.stdout)

    def test_a_broken_control_fails(self):
        done = self.check('#include "nowhere.hpp"\n' + PROGRAM)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere.hpp", done.stdout)

    def test_an_unknown_case_fails(self):
        self.assertNotEqual(self.check(PROGRAM, "--case", "unknown").returncode, 0)


if __name__ == "__main__":
    unittest.main()
