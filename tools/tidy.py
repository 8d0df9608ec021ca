#!/usr/bin/env python3
"""Style checks that no compiler performs: sizes, banned words with their replacements, headers, stray files.

tidy.py [--root FOLDER] [--build FOLDER]. Prints every breach as FILE:LINE: what, and what to write instead; exits 1 if
there is one. With --build it also checks in that folder's compile_commands.json that each source of src/ is compiled.
A line with `tidy: allow NAME: reason` is exempt from the rule NAME.
"""
import argparse
import ast
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from language import idioms_of  # noqa: E402
from source_text import behind_a_comma_in_braces, blank_comments_and_strings, function_spans, strings_of  # noqa: E402

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 70
MAX_COLUMNS = 120
CPP = {".cpp", ".hpp", ".h", ".c"}
CODE = CPP | {".py", ".sh", ".cmake", ".rs", ".ts", ".go", ".wat"}
MACHINE_PATH = re.compile("/" + r"(work|root)/")


class Ban:
    """A word that our C++ does not use, where it is banned, and what replaces it."""

    def __init__(self, name, pattern, instead, only=r"", never=r"^$"):
        self.name, self.pattern, self.instead = name, re.compile(pattern), instead
        self.only, self.never = re.compile(only), re.compile(never)

    def applies(self, path: str) -> bool:
        return bool(self.only.search(path)) and not self.never.search(path)


CLOCK_HOMES = r"^src/(node/|backends/system/|core/log\.cpp)|_bench\.cpp$"
FILE_HOMES = r"^src/(disk/|backends/detail/keyed_log/)|_(test|bench|fuzz)\.cpp$|/testing/|^src/testing/"
BANS = [
    Ban("coroutine", r"\bco_(await|return|yield)\b", "a callback or a plain call (g++ 12 miscompiles coroutines)"),
    Ban("endl", r"\bstd::endl\b", "'\\n'; flush where it matters"),
    Ban("using_namespace", r"\busing\s+namespace\b", "the qualified name, or an alias in the source file",
        only=r"\.h(pp)?$"),
    Ban("system_clock", r"\bsystem_clock::now\b|\btime\((nullptr|NULL|0)\)|\bgettimeofday\b", "ports::Clock",
        only=r"^src/", never=CLOCK_HOMES),
    Ban("rand", r"\b(std::)?s?rand\s*\(|\brandom_device\b", "ports::Random, or a seeded std::mt19937_64 in tests",
        only=r"^(src|apps|tests)/", never=r"^src/backends/system/"),
    Ban("raw_file", r"(?<![\w:])::(open(at)?|creat|flock|fsync|fdatasync|rename(at2?)?|link(at)?|f?truncate|mkdtemp"
        r"|mko?stemp)\(|\bstd::[io]?fstream\b|\bfopen\(|\b(fs|filesystem)::rename\(",
        "src/disk/, which completes, protects and syncs what it opens", only=r"^src/", never=FILE_HOMES),
    Ban("detach", r"[.>]detach\(\)", "a named thread that its owner joins"),
    Ban("sleep_in_test", r"\b(sleep_for|sleep_until|usleep|nanosleep)\b", "a fixed clock and explicit steps",
        only=r"_test\.cpp$"),
    Ban("skipped_test", r"\bGTEST_SKIP\b|\bDISABLED_\w", "a test that runs, or none"),
]
# Only the command line names commands, options and variables; below it an error names a rule and a subject.
COMMAND_WORDS = re.compile(r"(?<![\w-])--[a-z][\w-]+|\bICN_(DATA|PASSPHRASE|STORAGE_\w+)\b|(?<![\w./])icn (abi|cid|dag"
                           r"|backup|completion|help|init|job|mana|receipt|restore|store|version|--)(?!\w)")
COMMAND_WORDS_HOMES = re.compile(r"^(?!src/)|^src/(cli|config)/|/testing/|_(test|bench|fuzz)\.cpp$")
TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")
VENDOR = re.compile(r"#\s*include\s*<(sodium|openssl/|sqlite3|nlohmann/(?!json_fwd\.hpp)|CLI/|fmt/|tl/|gtest/|gmock/"
                    r"|benchmark/|boost/|curl/|toml|spdlog/|rocksdb/|libpq-fe|pqxx/)")
WASMTIME = re.compile(r"#\s*include\s*[<\"](wasmtime|wasm\.h|wasi\.h)")
VENDOR_HEADERS_ALLOWED = {"src/core/result.hpp": "tl/"}


def project_files(root: pathlib.Path) -> list[str]:
    """Files of the project according to git; in a tree without git, all files outside its build folders."""
    git = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True)
    top = subprocess.run(["git", "rev-parse", "--show-toplevel"], cwd=root, capture_output=True, text=True)
    if git.returncode == 0 and pathlib.Path(top.stdout.strip()).resolve() == root.resolve():
        names = git.stdout.splitlines()
    else:
        names = [str(file.relative_to(root)) for file in root.rglob("*")]
        names = [name for name in names if not name.startswith(("build", ".git/"))]
    return sorted(name for name in set(names) if (root / name).is_file() and not (root / name).is_symlink())


def is_code(path: str) -> bool:
    name = pathlib.PurePath(path)
    return name.suffix in CODE or path in ("dev", ".ci/run") or name.name == "CMakeLists.txt"


# Files that a program writes: their lines are not wrapped by hand.
WRITTEN_BY_PROGRAMS = ("clients/python/icn_client.py", "clients/typescript/icn_client.ts", "dashboard/dist/")

# Files whose subject is the idioms.
LANGUAGE_ALLOWED = ("tools/language.py", "tools/tidy_test.py")


class Tidy:
    def __init__(self, root: pathlib.Path):
        self.root = root
        self.breaches: list[str] = []
        self.lines: list[str] = []

    def say(self, path: str, line: int, rule: str, text: str) -> None:
        around = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if re.search(rf"tidy: allow {rule}: \S", around):
            return
        self.breaches.append(f"{path}:{line}: {text} [{rule}]")

    def check_sizes(self, path: str, text: str) -> None:
        if path.startswith(WRITTEN_BY_PROGRAMS):
            return
        if len(self.lines) > MAX_FILE_LINES:
            self.say(path, len(self.lines), "file_length",
                     f"{len(self.lines)} lines; split files above {MAX_FILE_LINES} by what they are about")
        for number, line in enumerate(self.lines, 1):
            if len(line) > MAX_COLUMNS:
                self.say(path, number, "line_length", f"{len(line)} columns; wrap at {MAX_COLUMNS}")
        for name, first, last in self.functions(path, text):
            if last - first + 1 > MAX_FUNCTION_LINES:
                self.say(path, first, "function_length",
                         f"{name} has {last - first + 1} lines; split functions above {MAX_FUNCTION_LINES}")

    def functions(self, path: str, text: str) -> list[tuple[str, int, int]]:
        suffix = pathlib.PurePath(path).suffix
        if suffix in CPP | {".rs", ".go", ".ts"}:
            return function_spans(text)
        if suffix == ".py":
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
            return [(node.name, node.lineno, node.end_lineno) for node in ast.walk(ast.parse(text))
                    if isinstance(node, kinds)]
        if suffix == ".sh" or path in ("dev", ".ci/run"):
            spans, name, first = [], None, 0
            for number, line in enumerate(self.lines, 1):
                opened = re.match(r"(\w+)\(\) \{$", line)
                if opened:
                    name, first = opened[1], number
                elif line == "}" and name:
                    spans.append((name, first, number))
                    name = None
            return spans
        return []

    def check_words(self, path: str, text: str) -> None:
        bans = [ban for ban in BANS if ban.applies(path)]
        for number, line in enumerate(blank_comments_and_strings(text).splitlines(), 1):
            for ban in bans:
                found = ban.pattern.search(line)
                if found:
                    self.say(path, number, ban.name, f"'{found[0].strip()}' is banned; instead: {ban.instead}")

    def check_tries(self, path: str, text: str) -> None:
        """A return out of a list in braces destroys none of the elements before it: compilers leak them."""
        code = blank_comments_and_strings(text)
        for found in re.finditer(r"\bICN_TRY\(", code):
            if behind_a_comma_in_braces(code, found.start()):
                self.say(path, code.count("\n", 0, found.start()) + 1, "try_in_braces",
                         "ICN_TRY after another element of a list in braces leaks that element when it fails; "
                         "instead: a variable before the list")

    def check_strings(self, path: str, text: str) -> None:
        if COMMAND_WORDS_HOMES.search(path):
            return
        for number, literal in strings_of(text):
            found = COMMAND_WORDS.search(literal)
            if found:
                self.say(path, number, "command_words",
                         f"a message below the command line names '{found[0]}'; instead: a rule and a subject, "
                         "with a row of src/cli/hints.cpp")

    def check_language(self, path: str) -> None:
        for number, line in enumerate(self.lines, 1):
            for found, instead in idioms_of(line):
                self.say(path, number, "idiom", f"'{found}' is a translated idiom; instead: {instead}")

    def check_header(self, path: str) -> None:
        if not self.lines or not self.lines[0].startswith(("//", "/*")):
            self.say(path, 1, "header_comment", "a header opens with a comment: what it is and what it promises")
        if path.endswith(".hpp") and not any(line.strip() == "#pragma once" for line in self.lines):
            self.say(path, 1, "pragma_once", "'#pragma once' is missing; put it after the opening comment")

    def check_includes(self, path: str) -> None:
        is_header = path.endswith((".hpp", ".h"))
        for number, line in enumerate(self.lines, 1):
            vendor = VENDOR.search(line)
            home = VENDOR_HEADERS_ALLOWED.get(path)
            inner = "/detail/" in path or "/testing/" in path
            if is_header and vendor and not inner and vendor[1] != home:
                self.say(path, number, "vendor_include",
                         f"<{vendor[1]}…> in a public header; include it in the source or in a header under detail/ "
                         "or testing/")
            if WASMTIME.search(line) and not path.startswith("src/wasm/"):
                self.say(path, number, "wasmtime_include", "only src/wasm/ includes wasmtime; use its headers")

    def check_file(self, path: str) -> None:
        try:
            text = (self.root / path).read_text()
        except UnicodeDecodeError:
            return
        self.lines = text.splitlines()
        for number, line in enumerate(self.lines, 1):
            if MACHINE_PATH.search(line):
                self.say(path, number, "machine_path", "a path of one machine; instead: a path relative to the project")
        if (is_code(path) or path.endswith(".md")) and path not in LANGUAGE_ALLOWED:
            self.check_language(path)
        if not is_code(path):
            return
        self.check_sizes(path, text)
        for number, line in enumerate(self.lines, 1):
            if TODO.search(line) and path not in ("tools/tidy.py", "tools/tidy_test.py"):
                self.say(path, number, "todo", "an open end without an issue; instead: finish it, or write TODO(#123)")
        if pathlib.PurePath(path).suffix in CPP:
            self.check_words(path, text)
            self.check_includes(path)
            self.check_strings(path, text)
            self.check_tries(path, text)
        if path.startswith("src/") and path.endswith((".hpp", ".h")):
            self.check_header(path)

    def check_targets(self, files: list[str], build: pathlib.Path | None) -> None:
        """Reports a source that no target compiles."""
        self.lines = []
        cmake = (self.root / "CMakeLists.txt").read_text() if (self.root / "CMakeLists.txt").exists() else ""
        modules = set(re.findall(r"icn_module\((\w+)", cmake))
        ports = {port for row in re.findall(r"icn_backends\(([\w\s]+)\)", cmake) for port in row.split()}
        compiled = None
        if build is not None and (build / "compile_commands.json").exists():
            commands = json.loads((build / "compile_commands.json").read_text())
            compiled = {pathlib.Path(row["directory"], row["file"]).resolve() for row in commands}
        for path in files:
            parts = path.split("/")
            if parts[0] != "src" or pathlib.PurePath(path).suffix not in CPP:
                continue
            if parts[1] == "backends":
                known = len(parts) <= 3 or parts[2] in ports | {"detail", "testing"}
            else:
                known = parts[1] in modules
            if not known:
                self.say(path, 1, "no_target", "is in no icn_module or icn_backends of CMakeLists.txt; add one")
            elif compiled is not None and path.endswith(".cpp") and not path.endswith(("_bench.cpp", "_fuzz.cpp")) \
                    and (self.root / path).resolve() not in compiled:
                self.say(path, 1, "no_target", "is compiled by no target; its name is not one that CMake finds")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--build", type=pathlib.Path)
    args = parser.parse_args()
    tidy = Tidy(args.root)
    files = project_files(args.root)
    for path in files:
        tidy.check_file(path)
    tidy.check_targets(files, args.build)
    print("\n".join(tidy.breaches) if tidy.breaches else f"tidy: {len(files)} files")
    return bool(tidy.breaches)


if __name__ == "__main__":
    sys.exit(main())
