#!/usr/bin/env python3
"""Runs clang-tidy over the sources of src/ and apps/, one per core at a time.

clang_tidy.py BUILD [--stamps FOLDER] [FILE...]: BUILD has a compile_commands.json of clang; FILEs limit the run.
A source that passed is not checked again until it, a project header that it includes or .clang-tidy changes: a
stamp in FOLDER records that. Prints every finding; exits 1 if there is one.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = "clang-tidy-14"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


class Digests:
    """Hashes of a source together with the project headers that it includes, each read once."""

    def __init__(self) -> None:
        self.files: dict[pathlib.Path, tuple[str, list[pathlib.Path]]] = {}

    def read(self, file: pathlib.Path) -> tuple[str, list[pathlib.Path]]:
        if file not in self.files:
            text = file.read_text()
            headers = [ROOT / "src" / name for name in INCLUDE.findall(text)]
            self.files[file] = (hashlib.sha256(text.encode()).hexdigest(), [h for h in headers if h.is_file()])
        return self.files[file]

    def of(self, source: pathlib.Path, command: str) -> str:
        seen, waiting = {source}, [source]
        while waiting:
            for header in self.read(waiting.pop())[1]:
                if header not in seen:
                    seen.add(header)
                    waiting.append(header)
        whole = hashlib.sha256(command.replace(str(ROOT), "").encode())
        whole.update((ROOT / ".clang-tidy").read_bytes())
        for file in sorted(seen):
            whole.update(self.read(file)[0].encode())
        return whole.hexdigest()


def check(build: pathlib.Path, source: pathlib.Path) -> str:
    """The findings of clang-tidy in a source; empty if there are none."""
    run = subprocess.run([TOOL, "-p", str(build), "--quiet", str(source)], capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else run.stdout.replace(f"{ROOT}/", "") or run.stderr


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--stamps", type=pathlib.Path)
    args = parser.parse_intermixed_args()
    commands = {}
    for row in json.loads((args.build / "compile_commands.json").read_text()):
        source = pathlib.Path(row["directory"], row["file"]).resolve()
        if source.is_relative_to(ROOT / "src") or source.is_relative_to(ROOT / "apps"):
            commands[source] = row["command"]
    wanted = {file.resolve() for file in args.files} if args.files else set(commands)
    digests = Digests()
    todo = []
    for source in sorted(wanted & set(commands)):
        stamp = args.stamps / digests.of(source, commands[source]) if args.stamps else None
        if stamp is None or not stamp.exists():
            todo.append((source, stamp))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (source, stamp), found in zip(todo, pool.map(lambda item: check(args.build, item[0]), todo)):
            if found:
                failed += 1
                print(found)
            elif stamp is not None:
                stamp.parent.mkdir(parents=True, exist_ok=True)
                stamp.touch()
    print(f"clang-tidy: read {len(todo)} of {len(wanted & set(commands))} sources, {failed} with findings")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
