#!/usr/bin/env python3
"""Checks that no test double is linked into a production program.

symbols_test.py ROOT PROGRAM TEST_PROGRAM: looks for the test doubles of src/testing/ among the symbols of PROGRAM.
The same search must find them in TEST_PROGRAM, which uses them, and must find PROGRAM's own functions, so that a
stripped program or another symbol format does not pass.
"""
import pathlib
import re
import subprocess
import sys
import unittest

ROOT, PROGRAM, TEST_PROGRAM = (pathlib.Path(arg) for arg in sys.argv[1:4])
# Namespaces of test code (icn::testing, icn::abi::testing, GoogleTest's), and what the testing environment defines.
TEST_CODE = re.compile(r"\btesting::|::new_testing\(|::new_with_system_info\(|ServiceConfig::testing\(")
DOUBLES = ("StubMeshNetworkService", "StubSigner", "FixedClock", "SeededRandom", "FixedSystemInfoProvider",
           "ScriptedExecutor")


def symbols(program: pathlib.Path) -> list[str]:
    """Every symbol of the program, demangled, without its address."""
    listed = subprocess.run(["nm", "-C", program], capture_output=True, text=True, check=True).stdout
    return [line.split(None, 2)[-1] for line in listed.splitlines()]


def declared_doubles() -> set[str]:
    """The classes that src/testing/ declares."""
    text = "".join(header.read_text() for header in (ROOT / "src/testing").glob("*.hpp"))
    return set(re.findall(r"^(?:class|struct) (\w+)", text, re.MULTILINE))


def test_code_in(program: pathlib.Path) -> list[str]:
    names = re.compile(r"\b(" + "|".join(sorted(declared_doubles())) + r")\b")
    return [symbol for symbol in symbols(program) if TEST_CODE.search(symbol) or names.search(symbol)]


class Symbols(unittest.TestCase):
    def test_the_program_has_none(self):
        found = test_code_in(PROGRAM)
        self.assertEqual(found, [], f"{PROGRAM} holds {len(found)} symbols of test code")

    def test_the_search_sees_the_programs_own_functions(self):
        own = "\n".join(symbols(PROGRAM))
        for name in ("icn::runtime::NodeState::found(", "icn::wasm::make_executor(", "icn::backends::"):
            self.assertIn(name, own)

    def test_the_search_finds_every_double_where_they_are(self):
        found = "\n".join(test_code_in(TEST_PROGRAM))
        for double in DOUBLES:
            self.assertIn("icn::testing::" + double, found)
        for function in ("RuntimeContext::new_testing(", "RuntimeContext::new_with_system_info(",
                         "ServiceConfig::testing("):
            self.assertIn(function, found)

    def test_the_doubles_looked_for_are_those_declared(self):
        self.assertLessEqual(set(DOUBLES), declared_doubles())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
