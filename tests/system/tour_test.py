"""Every command of a tour is run, and what the document prints is what the program prints.

The ```console blocks of a document are its tour: a line that begins with `$ ` is a command, lines of `> ` continue it,
and what follows is its output (both streams). The commands run in order, in one shell, on a folder of their own
with the guests and the project's files at hand. In the expected output `…` stands for any text, a line of `…` for any
lines, an id for any id, a time for any time, and two spaces or more for any such number; everything else, numbers of
fuel and mana among it, is compared character by character.

With ICN_UPDATE=1 output that differs is written into the document instead.
"""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ICN = pathlib.Path(sys.argv[1]).resolve()
GUESTS = pathlib.Path(sys.argv[2]).resolve()
TIMEOUT_S = 300
HOME = "/home/alice"  # where the documents say that the commands run
# What ./dev run ends with, without what it installs and builds first.
DEV_RUN = """#!/bin/bash
export ICN_DATA=$PWD/demo-node
icn init --development > /dev/null
printf '\\n  icn job run word_count.wasm < README.md\\n\\n'
exec icn job run --report word_count.wasm < README.md
"""
MARK = "--- end of a command of the tour ---"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What differs from run to run: how the documents print it, whole or shortened, is what it may be in the output.
VARIES = {
    "cid": r"\bb(?:afy|afk)[a-z2-7]{4,}…?",
    "did": r"\bdid:key:z6Mk\w*…?",
    "hash": r"\b(?:[0-9a-f]{64}\b|[0-9a-f]{8}…)",
    "time": r"\b\d[\d.,]* (?:ns|µs|ms|s|min)\b",
    "date": r"\b20\d\d-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?",
}
ANY_ID = re.compile("|".join(VARIES[name] for name in ("cid", "did", "hash")))
ANY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in VARIES.items()) + "|(?P<some>…)")


@dataclasses.dataclass
class Step:
    """One command of a document and the output printed below it."""
    document: pathlib.Path
    line: int
    command: str
    expected: list[str]


def steps_of(document: pathlib.Path, text: str) -> list[Step]:
    steps: list[Step] = []
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1)) + 1
        for number, line in enumerate(block[1].splitlines(), first):
            if line.startswith("$ "):
                steps.append(Step(document, number, line[2:], []))
            elif line.startswith("> ") and steps and not steps[-1].expected:
                steps[-1].command += "\n" + line[2:]
                steps[-1].line = number
            elif steps:
                steps[-1].expected.append(line)
    return steps


def literal(text: str) -> str:
    """A regular expression for the text; columns may be wider or narrower."""
    return re.sub(r"(?:\\ ){2,}", " {2,}", re.escape(text))


def pattern_of(expected: list[str]) -> re.Pattern:
    """A regular expression for the whole output."""
    parts = []
    for line in expected:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
            continue
        at, text = 0, ""
        for found in ANY.finditer(line):
            text += literal(line[at:found.start()]) + VARIES.get(found.lastgroup, ".*?")
            at = found.end()
        parts.append(text + literal(line[at:]) + r"\n")
    return re.compile("".join(parts))


class Tour:
    """A folder where the commands of one document run."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        for name in ("README.md", "LICENSE"):
            shutil.copy(ROOT / name, folder / name)
        for name in ("guests", "examples", "clients"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "dev").write_text(DEV_RUN)
        (folder / "dev").chmod(0o755)
        for module in GUESTS.glob("*.wasm"):
            (folder / module.name).symlink_to(module)

    def run(self, steps: list[Step]) -> list[list[str]]:
        """The lines that each command prints."""
        script = "".join(f"{step.command}\nprintf '\\n%s\\n' '{MARK}'\n" for step in steps)
        (self.folder / "tour.sh").write_text("exec 2>&1\n" + script)
        env = {name: value for name, value in os.environ.items() if not name.startswith("ICN_")}
        env |= {"PATH": f"{ICN.parent}:{env['PATH']}", "ICN_DATA": str(self.folder / "coop"), "HOME": str(self.folder),
                "COLUMNS": "120"}
        run = subprocess.run(["bash", "tour.sh"], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, timeout=TIMEOUT_S)
        outputs = run.stdout.decode().replace(str(self.folder), HOME).split(f"\n{MARK}\n")
        if len(outputs) != len(steps) + 1:
            raise AssertionError(f"the shell ended after {len(outputs) - 1} of {len(steps)} commands:\n{outputs[-1]}")
        return [output.splitlines() for output in outputs[:-1]]


def brief(line: str) -> str:
    """The line with ids and hashes shortened, as a terminal shows them."""
    line = re.sub(r"\b(baf[yk][a-z2-7]{9})[a-z2-7]{40,}", r"\1…", line)
    line = re.sub(r"(did:key:z6Mk\w{4})\w{20,}", r"\1…", line)
    return re.sub(r"\b([0-9a-f]{8})[0-9a-f]{56}\b", r"\1…", line)


CELL = re.compile(r"\S+(?: \S+)*")


def shortened(lines: list[str]) -> list[str]:
    """The lines with brief ids; the columns of a table, which ids made wide, fit again."""
    rows = [list(CELL.finditer(line)) for line in lines]
    if len(rows) < 2 or len(rows[0]) < 3 or any(len(row) != len(rows[0]) for row in rows):
        return list(map(brief, lines))
    columns = []
    for cells in zip(*rows):
        is_right = len({cell.end() for cell in cells}) == 1 and len({cell.start() for cell in cells}) > 1
        texts = [brief(cell[0]) for cell in cells]
        width = max(map(len, texts))
        columns.append([text.rjust(width) if is_right else text.ljust(width) for text in texts])
    return ["  ".join(row).rstrip() for row in zip(*columns)]


def is_cut(step: Step) -> bool:
    """Whether the document leaves out a part of the output."""
    return any("…" in re.sub(ANY_ID, "", line) for line in step.expected)


def updated(text: str, steps: list[Step], outputs: list[list[str]]) -> str:
    """The document with what the commands print, if any of it differs: all of one run, so that the ids agree."""
    if all(fits(step, output) for step, output in zip(steps, outputs)):
        return text
    lines = text.split("\n")
    for step, output in reversed(list(zip(steps, outputs))):
        if not (fits(step, output) and is_cut(step)):
            lines[step.line:step.line + len(step.expected)] = shortened(output)
    return "\n".join(lines)


def fits(step: Step, output: list[str]) -> bool:
    return pattern_of(step.expected).fullmatch("".join(line + "\n" for line in output)) is not None


class Tours(unittest.TestCase):
    maxDiff = None

    def test_the_documents_print_what_the_program_prints(self):
        documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
        toured = [(document, steps) for document in documents
                  if (steps := steps_of(document, document.read_text()))]
        self.assertIn(ROOT / "README.md", [document for document, _ in toured])
        for document, steps in toured:
            with self.subTest(document=document.name), tempfile.TemporaryDirectory() as folder:
                outputs = Tour(pathlib.Path(folder)).run(steps)
                if os.environ.get("ICN_UPDATE"):
                    document.write_text(updated(document.read_text(), steps, outputs))
                    continue
                for step, output in zip(steps, outputs):
                    if not fits(step, output):
                        self.fail(f"{document.relative_to(ROOT)}:{step.line}: $ {step.command}\n"
                                  "prints\n  " + "\n  ".join(output) + "\nand the document says\n  "
                                  + "\n  ".join(step.expected) + "\n(ICN_UPDATE=1 writes it)")

    def test_what_differs_between_runs_is_not_compared_and_all_else_is(self):
        def fit(expected: str, output: str) -> bool:
            return fits(Step(ROOT, 1, "", expected.splitlines()), output.splitlines())
        self.assertTrue(fit("job bafyreig3o3… after 116 ms", "job bafyreiabcdefg after 1,2 s"))
        self.assertTrue(fit("a\n…\nz", "a\nb\nc\nz"))
        self.assertTrue(fit("", ""))
        self.assertTrue(fit("#  ID     STATE", "#  ID                STATE"))
        self.assertTrue(fit(brief("hash  " + "0f" * 32), "hash  " + "1e" * 32))
        self.assertFalse(fit("fuel 100", "fuel 101"))
        self.assertFalse(fit("a\nz", "a\nb\nz"))
        self.assertFalse(fit("one line", "one line\nand another"))

    def test_an_update_takes_one_run_keeps_cuts_and_aligns_tables(self):
        text = "$ a\nbafyreiaaaaa… is old\n$ b\nbafyreiaaaaa…  1\n$ c\n…\nend"
        steps = [Step(ROOT, 1, "a", ["bafyreiaaaaa… is old"]), Step(ROOT, 3, "b", ["bafyreiaaaaa…  1"]),
                 Step(ROOT, 5, "c", ["…", "end"])]
        self.assertEqual(updated(text, steps, [["bafyreibbbbb… is new"], ["bafyreibbbbb…  1"], ["x", "end"]]),
                         "$ a\nbafyreibbbbb… is new\n$ b\nbafyreibbbbb…  1\n$ c\n…\nend")
        cid = "bafyrei" + "b" * 52
        self.assertEqual(shortened([f"  NO  {'JOB':59}  AMOUNT", f"   7  {cid}    -1.5", f"none  {'-':59}  10,000"]),
                         ["  NO  JOB             AMOUNT", "   7  bafyreibbbbbb…    -1.5",
                          "none  -               10,000"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
