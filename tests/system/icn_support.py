"""Shared by the system tests: a node on its own data folder, guest programs in WAT, and the JSON schemas.

A test file is run as `FILE ICN GUESTS_DIR`. Nothing here sleeps: a test that needs to be in the middle of a run waits
for the program's output.
"""
import fcntl
import functools
import json
import os
import pathlib
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCHEMAS = ROOT / "docs/schemas"
ICN = pathlib.Path(sys.argv[1]).resolve()
GUESTS = pathlib.Path(sys.argv[2]).resolve()
TIMEOUT_S = 120
ENDLESS_FUEL = "500000000000"

# The keys of `icn job run --json` that scripts rely on.
JOB_KEYS = {"job_id", "outcome", "code", "rule", "exit_code", "receipt", "output_cid", "fuel_used", "fuel_limit",
            "reserved_umana", "charged_umana", "executor"}

WASI = '(import "wasi_snapshot_preview1"'
FD_WRITE = f'{WASI} "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))'
FD_READ = f'{WASI} "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))'
EXIT = f'{WASI} "proc_exit" (func $exit (param i32)))'


def program(*body: str, imports: str = "", start: str = "", pages: int = 1) -> str:
    """A WASI command in WAT; `body` comes before its _start, whose instructions `start` is."""
    return f'(module {imports} (memory (export "memory") {pages}) {" ".join(body)} (func (export "_start") {start}))'


def say(text: str, stream: int, at: int = 0) -> tuple[str, str]:
    """Data and instruction that write `text` to a stream; `at` is where the data begins (8 bytes, then the text)."""
    head = (at + 8).to_bytes(4, "little") + len(text.encode()).to_bytes(4, "little")
    data = "".join(f"\\{byte:02x}" for byte in head + text.encode())
    return (f'(data (i32.const {at}) "{data}")',
            f"(drop (call $write (i32.const {stream}) (i32.const {at}) (i32.const 1) (i32.const 65000)))")


def talker(out: str = "", err: str = "", exit_code: int = 0) -> str:
    """Writes to standard error, then to standard output, then exits."""
    err_data, err_call = say(err, 2, 0)
    out_data, out_call = say(out, 1, 1024)
    return program(err_data, out_data, imports=FD_WRITE + EXIT,
                   start=f"{err_call} {out_call} (call $exit (i32.const {exit_code}))")


def words_of(run_or_bytes) -> bytes:
    """What a program said on standard error, without icn's line that its job is accepted."""
    said = getattr(run_or_bytes, "stderr", run_or_bytes)
    return re.sub(rb"icn: job bafyrei\w{6} accepted\r?\n", b"", said)


def writer(mebibytes: int) -> str:
    """Writes that many MiB of zeros, one MiB at a time."""
    return program('(data (i32.const 0) "\\00\\00\\01\\00\\00\\00\\10\\00")', imports=FD_WRITE, pages=20, start=f"""
      (local $left i32) (local.set $left (i32.const {mebibytes}))
      (loop $again
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $again (local.get $left)))""")


START_DATA, START_CALL = say("started\n", 2)
WAT = {
    # Reports that it has started, then never ends.
    "endless": program(START_DATA, imports=FD_WRITE, start=f"{START_CALL} (loop $again (br $again))"),
    "trap": program(imports="", start="unreachable"),
    "deep": '(module (func $f (export "_start") (call $f) (call $f)))',
    "value": '(module (func (export "run") (result i64) (i64.const 258)))',
    "nothing": '(module (func (export "_start")))',
    # Its arguments, each ended by a zero byte.
    "arguments": program(
        '(data (i32.const 0) "\\00\\20\\00\\00\\00\\00\\00\\00")',
        imports=FD_WRITE + f'{WASI} "args_sizes_get" (func $sizes (param i32 i32) (result i32)))'
                           f'{WASI} "args_get" (func $args (param i32 i32) (result i32)))', pages=4,
        start="(drop (call $sizes (i32.const 16) (i32.const 4))) (drop (call $args (i32.const 1024) (i32.const 8192)))"
              "(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))"),
    # Standard input to standard output.
    "cat": program(
        '(data (i32.const 0) "\\00\\01\\00\\00\\00\\80\\00\\00")', imports=FD_READ + FD_WRITE, start="""
        (loop $again
          (i32.store (i32.const 4) (i32.const 32768))
          (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
          (i32.store (i32.const 4) (i32.load (i32.const 8)))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
          (br_if $again (i32.load (i32.const 8))))"""),
}


def wasm(wat: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, module = pathlib.Path(folder, "m.wat"), pathlib.Path(folder, "m.wasm")
        source.write_text(wat)
        subprocess.run(["wat2wasm", source, "-o", module], check=True, timeout=TIMEOUT_S)
        return module.read_bytes()


@functools.cache
def schema(name: str) -> jsonschema.Draft202012Validator:
    document = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def problems(name: str, document) -> list[str]:
    """How a document violates its schema; empty when it is valid."""
    return [f"{error.json_path}: {error.message}" for error in schema(name).iter_errors(document)]


class NodeTest(unittest.TestCase):
    """A test class with its own node, created once; its sums are exact at the end."""
    INIT = ("init", "--development")

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = pathlib.Path(cls.folder.name)
        cls.data = cls.home / "data"
        cls.icn(*cls.INIT)

    @classmethod
    def tearDownClass(cls):
        cls.icn("mana", "audit")
        cls.folder.cleanup()

    @classmethod
    def command(cls, *args) -> list[str]:
        return [str(ICN), "--data", str(cls.data), *map(str, args)]

    @classmethod
    def icn(cls, *args, stdin: bytes | None = None, code: int | None = 0, **how) -> subprocess.CompletedProcess:
        """Runs icn on the folder; `code` is the exit code it must end with (None: any)."""
        how = ({"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}) | how
        run = subprocess.run(cls.command(*args), capture_output=True, timeout=TIMEOUT_S, **how)
        if code is not None and run.returncode != code:
            said = (run.stdout[-2000:] + run.stderr[-2000:]).decode(errors="replace")
            raise AssertionError(f"icn {' '.join(map(str, args))}: exit code {run.returncode}, expected {code}\n{said}")
        return run

    @classmethod
    def json(cls, *args, **how) -> dict:
        """What a command prints with --json: one document and nothing else."""
        return json.loads(cls.icn("--json", *args, **how).stdout)

    @classmethod
    def guest(cls, name: str, wat: str | None = None) -> pathlib.Path:
        """The path of a guest program: one of WAT, or `wat` under that name."""
        path = cls.home / f"{name}.wasm"
        if not path.exists():
            path.write_bytes(wasm(wat if wat is not None else WAT[name]))
        return path

    @classmethod
    def umana(cls, what: str = "available") -> int:
        return int(cls.json("mana", "balance")[f"{what}_umana"])

    def refused(self, *args, code: int, rule: str, says: str, **how) -> dict:
        """A refused command: only the JSON, with its rule and message; nothing charged, no job created."""
        before = self.json("mana", "balance"), len(self.json("job", "list")["jobs"])
        run = self.icn("--json", *args, code=code, **how)
        document = json.loads(run.stdout)
        self.assertEqual(b"", run.stderr)
        self.assertEqual([], problems("job", document))
        self.assertEqual((rule, code), (document["rule"], document["exit_code"]), document["message"])
        self.assertIn(says, document["message"])
        self.assertEqual((None, None), (document["job_id"], document["receipt"]))
        self.assertEqual(before, (self.json("mana", "balance"), len(self.json("job", "list")["jobs"])))
        return document


class Running:
    """An icn command that runs while the test does other things; always ended, even when the test fails."""

    def __init__(self, command: list[str], **how):
        how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
        self.process = subprocess.Popen(command, **how)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        self.process.wait()

    def wait_for_line(self, line: bytes) -> None:
        """Reads standard error up to the line that the program writes."""
        for found in self.process.stderr:
            if found.rstrip(b"\r\n") == line:
                return
        raise AssertionError(f"the program ended without saying {line!r}")

    def end(self) -> tuple[int, bytes, bytes]:
        out, err = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, out, err


class Terminal:
    """A command whose standard error (and terminal, and with `output` standard output) is a pseudo-terminal; a test
    can wait for what it shows."""

    def __init__(self, command: list[str], output: bool = False, columns: int = 80, term: str = "xterm"):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.shown = b""
        # A separate session with this terminal: keys such as Ctrl-C reach it as signals.
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs if output else subprocess.PIPE,
                                        stderr=theirs, start_new_session=True, env=os.environ | {"TERM": term},
                                        preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0))
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process.wait()
        os.close(self.ours)

    def wait_for(self, pattern: bytes) -> None:
        while not re.search(pattern, self.shown):
            ready, _, _ = select.select([self.ours], [], [], TIMEOUT_S)
            assert ready, f"nothing shown that is like {pattern!r}: {self.shown!r}"
            self.shown += self.read()

    def read(self) -> bytes:
        try:
            return os.read(self.ours, 65536)
        except OSError:  # the other side is closed
            raise AssertionError(f"icn ended: {self.shown!r}") from None

    def everything(self) -> bytes:
        """Everything shown up to the end; call it after end()."""
        while True:
            try:
                more = os.read(self.ours, 65536)
            except OSError:  # the other side is closed
                return self.shown
            self.shown += more

    def type(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def end(self) -> tuple[int, bytes]:
        out = self.process.stdout.read() if self.process.stdout is not None else b""
        return self.process.wait(TIMEOUT_S), out


def main() -> None:
    for variable in ("ICN_DATA", "ICN_STORAGE_DAG", "ICN_STORAGE_STATE", "ICN_SUBMITTER_TRUST"):
        os.environ.pop(variable, None)
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
