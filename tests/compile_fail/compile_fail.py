#!/usr/bin/env python3
"""Compiles one case of a file of this folder and expects the failure that the file names.

compile_fail.py --compiler CXX [--headers DIR] [--case NAME] FILE [-- FLAGS...]. Without --case the control must
compile, and its includes are precompiled into DIR. With it the compiler must fail, match the regular expression after
`// case NAME:`, and point into the lines of that case: a failure elsewhere does not count.
"""
import argparse
import pathlib
import re
import subprocess
import sys


class Case:
    """The lines of `// case NAME: REGEX`, `#ifdef ICN_CASE_NAME` … `#endif`."""

    def __init__(self, file: pathlib.Path, name: str):
        lines = file.read_text().splitlines()
        title = f"// case {name}: "
        first = next((number for number, line in enumerate(lines) if line.startswith(title)), None)
        if first is None or lines[first + 1].strip() != f"#ifdef ICN_CASE_{name}":
            sys.exit(f"{file}: no '{title}REGEX' with '#ifdef ICN_CASE_{name}' below it")
        self.expected = lines[first][len(title):]
        last = next(number for number in range(first, len(lines)) if lines[number].strip() == "#endif")
        self.lines = range(first + 1, last + 2)


def compile_it(args: argparse.Namespace, *words: str) -> tuple[bool, str]:
    command = [args.compiler, *args.flags, "-O0", "-fno-diagnostics-color", *words]
    done = subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
                          check=False)
    return done.returncode == 0, done.stderr


# Compiles to assembly, since g++ does not report an unused function earlier.
TO_NOWHERE = ("-S", "-o", "/dev/null")


def headers_of(args: argparse.Namespace) -> pathlib.Path | None:
    return args.headers / f"{args.file.stem}.hpp" if args.headers else None


def precompile_headers(args: argparse.Namespace) -> str:
    """Precompiles the file's includes once for all its cases; each would spend most of its time on them."""
    headers = headers_of(args)
    if headers is None:
        return ""
    headers.parent.mkdir(parents=True, exist_ok=True)
    lines = [line for line in args.file.read_text().splitlines() if line.startswith("#include ")]
    headers.write_text("\n".join(lines) + "\n")
    compiles, said = compile_it(args, "-x", "c++-header", str(headers), "-o", f"{headers}.gch")
    return "" if compiles else f"the headers do not compile alone:\n{said}"


def judge(args: argparse.Namespace) -> str:
    """The error, or an empty text."""
    if args.case is None:
        compiles, said = compile_it(args, *TO_NOWHERE, str(args.file))
        return precompile_headers(args) if compiles else f"the control does not compile:\n{said}"
    case = Case(args.file, args.case)
    headers = headers_of(args)
    read = ["-include", str(headers)] if headers and headers.exists() else []
    compiles, said = compile_it(args, f"-DICN_CASE_{args.case}", *read, *TO_NOWHERE, str(args.file))
    if compiles:
        return "it compiles, and must not"
    if not re.search(case.expected, said):
        return f"it fails, but the compiler does not say /{case.expected}/:\n{said}"
    pointed = {int(line) for line in re.findall(re.escape(args.file.name) + r":(\d+):\d+: ", said)}
    if not pointed & set(case.lines):
        return f"it fails, but outside lines {case.lines.start} to {case.lines.stop - 1}:\n{said}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--headers", type=pathlib.Path, help="a folder for precompiled headers")
    parser.add_argument("--case")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("flags", nargs="*")
    wrong = judge(parser.parse_args())
    if wrong:
        print(wrong)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
