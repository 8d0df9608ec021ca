#!/usr/bin/env python3
"""Tests that check_docs.py reports each kind of breach and accepts good documents."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from check_docs import (breaches, decision_breaches, mention_breaches, threat_breaches,  # noqa: E402
                        variable_breaches)


class CheckDocs(unittest.TestCase):
    def check(self, readme: str, architecture: str = "`core`") -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "src").mkdir()
            (root / "src/a.cpp").write_text("")
            (root / "layers.txt").write_text("# law\n0 core\n")
            (root / "README.md").write_text(readme)
            (root / "ARCHITECTURE.md").write_text(architecture)
            (root / "CONTRIBUTING.md").write_text("")
            return breaches(root)

    def test_good_documents_pass(self):
        self.assertEqual([], self.check("see [a](src/a.cpp) and `src/a.cpp`, `build/bin/icn`, `src/<port>/`, `--json`"))

    def test_a_path_that_is_gone_is_found(self):
        self.assertEqual(["README.md:2: src/b.cpp does not exist"], self.check("\nsee `src/b.cpp`"))

    def test_a_link_that_is_gone_is_found(self):
        self.assertEqual(["README.md:1: docs/X.md does not exist"], self.check("see [x](docs/X.md#part)"))

    def test_a_module_that_is_not_named_is_found(self):
        self.assertEqual(["ARCHITECTURE.md:1: module core of layers.txt is not named"], self.check("", "nothing"))

    def test_a_decision_that_the_index_does_not_have_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            decisions = pathlib.Path(folder) / "docs/decisions"
            decisions.mkdir(parents=True)
            (decisions / "0001-money.md").write_text("# 0001 Money\n")
            row = "| [0001](0001-money.md) | Money |"
            (decisions / "README.md").write_text("| [0001](0001-money.md) | Gold |\n")
            self.assertEqual([f"docs/decisions/README.md:1: no row '{row}'"],
                             decision_breaches(pathlib.Path(folder)))
            (decisions / "README.md").write_text(row + "\n")
            self.assertEqual([], decision_breaches(pathlib.Path(folder)))

    def test_a_test_that_is_gone_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in ("docs", "src", "tests"):
                (root / name).mkdir()
            (root / "src/a_test.cpp").write_text("TEST_F(Suite,\n       ThatIsHere) {\n}\nTYPED_TEST(Suite, Too) {}\n")
            (root / "tests/a_test.py").write_text("class A:\n    def test_here(self):\n")
            (root / "docs/THREATS.md").write_text("| `Suite.ThatIsHere` `Suite.Too` `test_here` `a.cpp` |\n"
                                                  "| `Suite.Gone` `test_gone` |\n")
            self.assertEqual(["docs/THREATS.md:2: there is no test Suite.Gone",
                              "docs/THREATS.md:2: there is no test test_gone"], threat_breaches(root))

    def test_a_document_that_is_gone_is_found_where_it_is_mentioned(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "docs/decisions").mkdir(parents=True)
            (root / "src").mkdir()
            (root / "docs/decisions/0001-money.md").write_text("# 0001 Money\n")
            (root / "docs/a.md").write_text("[here](decisions/0001-money.md) [gone](b.md) [out](https://example.org/c)")
            (root / "src/a.cpp").write_text("// decision 0001, docs/a.md, docs/NAME.md\n// decision 0002, docs/b.md\n")
            self.assertEqual(["docs/a.md:1: b.md does not exist", "src/a.cpp:2: there is no decision 0002",
                              "src/a.cpp:2: docs/b.md does not exist"], mention_breaches(root))

    def test_a_variable_that_no_document_names_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in ("docs", "src"):
                (root / name).mkdir()
            (root / "src/a.cpp").write_text('\nstd::getenv("ICN_KNOWN"); take_passphrase_variable("ICN_NEW");\n')
            (root / "src/a_test.cpp").write_text('std::getenv("ONLY_A_TEST");\n')
            (root / "docs/CONFIG.md").write_text("`ICN_KNOWN`\n")
            self.assertEqual(["src/a.cpp:2: docs/CONFIG.md does not name ICN_NEW"], variable_breaches(root))


if __name__ == "__main__":
    unittest.main()
