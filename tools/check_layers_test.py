#!/usr/bin/env python3
"""Tests that check_layers.py fails on each kind of breach and passes a tree without one."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from check_layers import breaches  # noqa: E402

LAYERS = "# the law\n0 core\n1 ipld\n2 model\n4 identity economy testing\n"


class CheckLayers(unittest.TestCase):
    def breaches_of(self, files: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "src").mkdir()
            (root / "layers.txt").write_text(LAYERS)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return breaches(root)

    def test_a_downward_include_passes(self):
        self.assertEqual([], self.breaches_of({"src/model/did.hpp": '#include "core/result.hpp"\n'}))

    def test_an_upward_include_fails(self):
        found = self.breaches_of({"src/core/result.hpp": '#pragma once\n#include "model/did.hpp"\n'})
        self.assertEqual(["src/core/result.hpp:2: core (rank 0) may not include model (rank 2)"], found)

    def test_a_sideways_include_fails(self):
        found = self.breaches_of({"src/economy/ledger.cpp": '#include "identity/keys.hpp"\n'})
        self.assertEqual(["src/economy/ledger.cpp:1: economy (rank 4) may not include identity (rank 4)"], found)

    def test_another_modules_detail_folder_fails_and_the_own_one_passes(self):
        found = self.breaches_of({"src/model/job.cpp": '#include "ipld/detail/varint.hpp"\n'})
        self.assertEqual(["src/model/job.cpp:1: ipld/detail is private to ipld"], found)
        self.assertEqual([], self.breaches_of({"src/ipld/cid.cpp": '#include "ipld/detail/varint.hpp"\n'}))

    def test_an_unlisted_module_fails(self):
        found = self.breaches_of({"src/stray/x.cpp": "\n"})
        self.assertEqual(["src/stray/x.cpp: module stray is in no line of layers.txt"], found)

    def test_only_tests_use_the_fakes(self):
        include = '#include "testing/fixed_clock.hpp"\n'
        self.assertEqual([], self.breaches_of({"src/economy/ledger_test.cpp": include}))
        self.assertEqual(1, len(self.breaches_of({"src/economy/ledger.cpp": include})))

    def test_production_code_includes_no_header_for_tests(self):
        own = {"src/economy/ledger.cpp": '#include "economy/testing/books.hpp"\n'}
        self.assertEqual(["src/economy/ledger.cpp:1: production code may not include headers for tests (economy)"],
                         self.breaches_of(own))
        below = {"src/economy/ledger.cpp": '#include "model/testing/values.hpp"\n'}
        self.assertEqual(1, len(self.breaches_of(below)))
        for user in ("src/economy/ledger_test.cpp", "src/economy/testing/books.hpp", "src/testing/services.hpp"):
            self.assertEqual([], self.breaches_of({user: '#include "model/testing/values.hpp"\n'}))


if __name__ == "__main__":
    unittest.main()
