#!/usr/bin/env python3
"""Tests that tidy.py reports each rule's breach once, on its line, and accepts good code."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parent / "tidy.py"
CMAKE = "icn_module(core)\nicn_backends(dag_store system)\n"
HEADER = "// What it is.\n#pragma once\n"


class TidyTest(unittest.TestCase):
    def run_on(self, files: dict[str, str], compiled: list[str] | None = None) -> list[str]:
        """The breaches as `path:line [rule]`."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"CMakeLists.txt": CMAKE, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            command = [sys.executable, str(TOOL), "--root", folder]
            if compiled is not None:
                (root / "build").mkdir()
                rows = [{"directory": folder, "file": name} for name in compiled]
                (root / "build/compile_commands.json").write_text(json.dumps(rows))
                command += ["--build", str(root / "build")]
            run = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual("", run.stderr)
            if run.returncode == 0:
                self.assertIn("tidy: ", run.stdout)
                return []
            found = []
            for line in run.stdout.splitlines():
                path, number, rest = line.split(":", 2)
                self.assertRegex(rest,
                                 r"instead|split|wrap|add one|put it|opens with|use its|include it|not one")
                found.append(f"{path}:{number} {rest[rest.rindex('['):]}")
            return found

    def test_good_code_passes(self):
        good = HEADER + '#include "core/bytes.hpp"\nnamespace icn {\n// rand( and std::endl in a comment\n' \
            'inline const char* f() { return "co_await"; }\n// TODO(#12): later\n' \
            'A g() {\n  std::map<B, C> m = ICN_TRY(h());\n  return A{ICN_TRY(f()), 1};\n}\n}  // namespace icn\n'
        self.assertEqual([], self.run_on({"src/core/x.hpp": good}))

    def test_each_banned_word_is_reported_where_it_stands(self):
        cases = {
            "coroutine": ("src/core/x.cpp", "co_await f();"),
            "endl": ("apps/icn/main.cpp", "out << std::endl;"),
            "using_namespace": ("src/core/x.hpp", "using namespace std;"),
            "system_clock": ("src/core/x.cpp", "auto t = std::chrono::system_clock::now();"),
            "rand": ("src/core/x.cpp", "int i = std::rand();"),
            "detach": ("src/core/x.cpp", "thread.detach();"),
            "raw_file": ("src/core/x.cpp", "int fd = ::open(path, O_RDONLY);"),
            "sleep_in_test": ("src/core/x_test.cpp", "std::this_thread::sleep_for(1ms);"),
            "skipped_test": ("src/core/x_test.cpp", 'GTEST_SKIP() << "no";'),
            "todo": ("src/core/x.cpp", "// TODO finish"),
            "command_words": ("src/core/x.cpp", 'f("see \'icn dag gc\'");'),
            "try_in_braces": ("src/core/x.cpp", "return A{name, ICN_TRY(f(b))};"),
            "idiom": ("docs/guide.md", "The node is told of it."),
            "line_length": ("src/core/x.cpp", "x" * 121),
            "machine_path": ("docs/x.md", "see /" + "work/main"),
            "vendor_include": ("src/core/x.hpp", "#include <sodium.h>"),
            "wasmtime_include": ("src/core/x.cpp", "#include <wasmtime.h>"),
        }
        for rule, (path, line) in cases.items():
            with self.subTest(rule):
                self.assertEqual([f"{path}:3 [{rule}]"], self.run_on({path: HEADER + line + "\n"}))

    def test_a_disabled_test_counts_as_skipped(self):
        self.assertEqual(["src/core/x_test.cpp:1 [skipped_test]"],
                         self.run_on({"src/core/x_test.cpp": "TEST(A, DISABLED_b) {}\n"}))

    def test_words_are_allowed_where_they_belong(self):
        self.assertEqual([], self.run_on({
            "src/backends/system/real/backend.cpp": "auto t = std::chrono::system_clock::now();\n",
            "src/backends/detail/files.cpp": "int f();\n",
            "src/core/detail/x.hpp": HEADER + "#include <sodium.h>\n",
            "src/core/x.cpp": "void operand(int); // tail\nint brand(int);\n"}))

    def test_files_are_touched_by_the_disk_module_only(self):
        calls = ["::openat(at, path, 0);", "::flock(fd, LOCK_EX);", "::fsync(fd);", "::fdatasync(fd);",
                 "::rename(a, b);", "::link(a, b);", "::ftruncate(fd, 0);", "std::ofstream file(path);",
                 "std::fopen(path, mode);", "fs::rename(a, b);"]
        text = "".join(call + "\n" for call in calls)
        found = self.run_on({"src/core/x.cpp": text, "src/disk/x.cpp": text, "src/core/x_test.cpp": text,
                             "src/core/y.cpp": "NodeState::open(path);\nlog.link(a);\n::unlink(socket);\n"})
        raw = [line for line in found if "raw_file" in line]
        self.assertEqual([f"src/core/x.cpp:{i + 1} [raw_file]" for i in range(len(calls))], raw)

    def test_a_line_may_be_allowed_with_a_reason(self):
        self.assertEqual([], self.run_on({"src/core/x.cpp": "t.detach();  // tidy: allow detach: joins by hand\n"}))
        self.assertEqual(1, len(self.run_on({"src/core/x.cpp": "t.detach();  // tidy: allow detach:\n"})))

    def test_a_long_file_fails(self):
        self.assertEqual(["src/core/x.cpp:501 [file_length]"], self.run_on({"src/core/x.cpp": "\n" * 501}))
        self.assertEqual([], self.run_on({"src/core/x.cpp": "\n" * 500}))

    def test_a_long_function_fails_in_every_shape(self):
        body = "  g();\n" * 69
        for opening in ("int f(int a, T b = {}) {", "Foo::Foo() : a_{1}, b_(2) {", "TEST(Suite, name) {",
                        "template <class T>\nauto f(T t) -> std::vector<T> {", "bool operator==(const A& a) const {",
                        "constexpr auto kF = [](int a) {", "class ICN_TSA(capability(\"m\")) M {\n void f() const {"):
            with self.subTest(opening):
                line = opening.count("\n") + 1
                closing = "}\n" + ("};\n" if "class ICN" in opening else "")
                short = self.run_on({"src/core/x.cpp": opening + "\n" + body[:-7] + closing})
                self.assertEqual([], short)
                self.assertEqual([f"src/core/x.cpp:{line} [function_length]"],
                                 self.run_on({"src/core/x.cpp": opening + "\n" + body + closing}))

    def test_a_long_class_table_or_namespace_is_no_long_function(self):
        rows = '  Row{1, "a{", 2},\n' * 100
        self.assertEqual([], self.run_on({"src/core/x.cpp": f"constexpr Row kRows[] = {{\n{rows}}};\n"}))
        members = "  void f() { g(); }\n" * 100
        self.assertEqual([], self.run_on({"src/core/x.cpp": f"class A final : public B<C> {{\n{members}}};\n"}))

    def test_a_long_python_or_shell_function_fails(self):
        self.assertEqual(["tools/x.py:1 [function_length]"],
                         self.run_on({"tools/x.py": "def f():\n" + "    g()\n" * 70}))
        self.assertEqual(["tools/x.sh:1 [function_length]"],
                         self.run_on({"tools/x.sh": "f() {\n" + "  g\n" * 69 + "}\n"}))

    def test_headers_open_with_a_comment_and_are_included_once(self):
        self.assertEqual(["src/core/x.hpp:1 [header_comment]", "src/core/x.hpp:1 [pragma_once]"],
                         self.run_on({"src/core/x.hpp": "int f();\n"}))

    def test_a_source_of_no_target_fails(self):
        self.assertEqual(["src/backends/tape/x/backend.cpp:1 [no_target]", "src/stray/x.cpp:1 [no_target]"],
                         self.run_on({"src/stray/x.cpp": "\n", "src/backends/tape/x/backend.cpp": "\n"}))
        self.assertEqual(["src/core/b.cpp:1 [no_target]"],
                         self.run_on({"src/core/a.cpp": "\n", "src/core/b.cpp": "\n"}, compiled=["src/core/a.cpp"]))


if __name__ == "__main__":
    unittest.main()
