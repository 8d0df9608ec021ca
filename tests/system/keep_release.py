#!/usr/bin/env python3
"""Creates the data folder that a release leaves for its successors: keep_release.py ICN PRELOADED.so OUT [CHECKPOINTER]

OUT/data.tar.gz is a folder with a job of every kind; OUT/expected.json says what each later release must show of it.
PRELOADED.so is tests/support/preloaded.c as a shared library. CHECKPOINTER FOLDER JOB is a program that cancels the job
and makes a checkpoint of the ledger with it, which no command does in so small a folder.
"""
import base64
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile

ICN, PRELOADED, OUT = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
CHECKPOINTER = sys.argv[4] if len(sys.argv) > 4 else None
BEGIN_S = 1_795_000_000
LATER_S = BEGIN_S + 2 * 86_400  # a job waits for a day
# Fields of job describe --json that every later release must also show.
KEPT_KEYS = ("job_id", "phase", "outcome", "code", "rule", "trap", "exit_code", "receipt", "anchor", "output_cid",
             "fuel_used", "fuel_limit", "memory_pages", "reserved_umana", "charged_umana", "released_umana", "executor",
             "message", "submitter", "accepted", "attempts", "base_umana", "bid_umana", "pay_umana", "budget_umana",
             "budget_spent_umana", "happenings", "effects_told")


def cid_of(codec: int, data: bytes) -> bytes:
    return bytes([1, codec, 0x12, 32]) + hashlib.sha256(data).digest()


def text_of(cid: bytes) -> str:
    return "b" + base64.b32encode(cid).decode().lower().rstrip("=")


def cbor_link(cid: bytes) -> bytes:
    return b"\xd8\x2a\x58\x25\x00" + cid


def part(*pieces: bytes) -> bytes:
    joined = b"".join(pieces)
    assert len(joined) < 128
    return bytes([len(joined)]) + joined


# An archive of one block that links to a missing block.
HOLE_CHILD_CID = cid_of(0x55, b"nowhere")
HOLE_CHILD = text_of(HOLE_CHILD_CID)
HOLE = b"\x81" + cbor_link(HOLE_CHILD_CID)
HOLE_CAR = (part(b"\xa2\x65roots\x81", cbor_link(cid_of(0x71, HOLE)), b"\x67version\x01")
            + part(cid_of(0x71, HOLE), HOLE))

def calls(function: str, *texts: str) -> str:
    """A program that calls a host function with each text."""
    data, body, at = "", "", 1024
    for text in texts:
        data += f'(data (i32.const {at}) "' + text.replace('"', "\\22") + '")'
        body += f"(drop (call $call (i32.const {at}) (i32.const {len(text)})))"
        at += len(text)
    return (f'(module (import "icn" "{function}" (func $call (param i32 i32) (result i64)))'
            f'(memory (export "memory") 1) {data} (func (export "run") (result i64) {body} (i64.const 0)))')


def spends(member: str) -> str:
    return ('(module (import "icn" "host_account_spend_mana" (func $call (param i32 i32 i64) (result i32)))'
            f'(memory (export "memory") 1) (data (i32.const 1024) "{member}") (func (export "run") (result i64)'
            f'(i64.extend_i32_s (call $call (i32.const 1024) (i32.const {len(member)}) (i64.const 3)))))')


WASI = '(import "wasi_snapshot_preview1"'
CAT = (f'(module {WASI} "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))'
       f'{WASI} "fd_write" (func $write (param i32 i32 i32 i32) (result i32))) (memory (export "memory") 1)'
       '(data (i32.const 0) "\\00\\01\\00\\00\\00\\80\\00\\00") (func (export "_start")'
       '(loop $again (i32.store (i32.const 4) (i32.const 32768))'
       '(drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))'
       '(i32.store (i32.const 4) (i32.load (i32.const 8)))'
       '(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))'
       '(br_if $again (i32.load (i32.const 8))))))')
EXIT = (f'(module {WASI} "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)'
        '(func (export "_start") (call $exit (i32.const 3))))')
PROGRAMS = {
    "cat": CAT,
    "exit": EXIT,
    "value": '(module (func (export "run") (result i64) (i64.const 258)))',
    "trap": '(module (func (export "_start") unreachable))',
    "endless": '(module (func (export "_start") (loop $again (br $again))))',
    "deep": '(module (func $f (export "_start") (call $f) (call $f)))',
}


class Node:
    """A node with its own clock, and the operations done on it."""

    def __init__(self, home: pathlib.Path):
        self.home, self.data = home, home / "data"
        self.time_s = BEGIN_S
        self.jobs: dict[str, str] = {}

    def environment(self) -> dict:
        return os.environ | {"LD_PRELOAD": str(PRELOADED), "ICN_TEST_TIME_S": str(self.time_s)}

    def icn(self, *arguments, stdin: bytes = b"", codes=(0,)) -> str:
        run = subprocess.run([ICN, "--data", self.data, *map(str, arguments)], input=stdin, capture_output=True,
                             env=self.environment())
        if run.returncode not in codes:
            sys.exit(f"icn {arguments}: exit code {run.returncode}\n{run.stdout.decode()}{run.stderr.decode()}")
        return run.stdout.decode()

    def json(self, *arguments, **how) -> dict:
        return json.loads(self.icn("--json", *arguments, **how))

    def program(self, name: str, wat: str | None = None) -> pathlib.Path:
        source, module = self.home / f"{name}.wat", self.home / f"{name}.wasm"
        source.write_text(wat or PROGRAMS[name])
        subprocess.run(["wat2wasm", source, "-o", module], check=True)
        return module

    def run(self, name: str, program: str, *options, wat: str | None = None, **how) -> None:
        how = {"codes": range(256)} | how
        self.jobs[name] = self.json("job", "run", self.program(program, wat), *options, **how)["job_id"]

    def submit(self, name: str, program: str, *options, **how) -> None:
        self.jobs[name] = self.json("job", "submit", self.program(program), *options, **how)["job_id"]

    def note_child(self, name: str) -> None:
        """The newest job without a name."""
        known = self.jobs.values()
        self.jobs[name] = next(job["job_id"] for job in self.json("job", "list")["jobs"] if job["job_id"] not in known)


def end_in_every_way(node: Node) -> None:
    node.run("completed", "cat", stdin=b"hello, world\n" * 100)
    node.run("value", "value")
    node.run("nonzero_exit", "exit")
    node.run("trap", "trap")
    node.run("out_of_fuel", "endless", "--fuel", 5_000_000)
    node.run("stack_overflow", "deep")
    node.run("stopped", "endless", "--fuel", 500_000_000_000, "--deadline", 1)
    node.submit("cancelled", "value")
    if CHECKPOINTER:
        subprocess.run([CHECKPOINTER, node.data, node.jobs["cancelled"]], check=True, env=node.environment())
    else:
        node.icn("job", "cancel", node.jobs["cancelled"])
    node.submit("expired", "value")
    node.time_s = LATER_S


def have_effects(node: Node, module: str) -> None:
    member = json.loads((node.data / "node.json").read_text())["member"]
    absent = text_of(cid_of(0x55, b"absent"))
    child, lame = (json.dumps({"module": cid, "cost_mana": 2, "entry": "run"}) for cid in (module, absent))
    node.run("spends", "spends", "--grant", "spend", "--spend-max", 3, wat=spends(member))
    node.run("parent", "parent", "--grant", "submit", "--spend-max", 2, wat=calls("host_submit_mesh_job", child))
    node.note_child("child")
    node.icn("job", "wait", node.jobs["child"])
    node.run("effects_dropped", "lame", "--grant", "submit", "--spend-max", 4, "--independent",
             wat=calls("host_submit_mesh_job", lame, lame))
    receipt = node.json("job", "describe", node.jobs["completed"])["receipt"]
    node.run("anchors", "anchors", "--grant", "anchor", "--read", f"dag:{receipt}",
             wat=calls("host_anchor_receipt", receipt))
    archive = node.home / "hole.car"
    archive.write_bytes(HOLE_CAR)
    hole = node.json("dag", "import", archive)["roots"][0]
    node.run("infrastructure", "hole", "--read", f"dag:{hole}", wat=calls("host_dag_get_block", hole, HOLE_CHILD))
    node.run("waiting_parent", "parent2", "--grant", "submit", "--spend-max", 4,
             wat=calls("host_submit_mesh_job", child))
    node.note_child("waiting_child")


def expectations(node: Node) -> dict:
    jobs = {}
    for name, job in node.jobs.items():
        shown = node.json("job", "describe", job)
        jobs[name] = {key: shown[key] for key in KEPT_KEYS}
    return {"time_s": LATER_S, "jobs": jobs, "balance": node.json("mana", "balance"),
            "audit": node.json("mana", "audit"), "pins": len(node.json("dag", "pins")["pins"]),
            "blocks": node.json("dag", "stat")["blocks"]}


def pack(data: pathlib.Path) -> None:
    for name in ("state.db", "blocks.db"):
        with contextlib.closing(sqlite3.connect(data / name)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("VACUUM")
    shutil.rmtree(data / "cache")
    shutil.rmtree(data / "logs")
    (data / "icn.lock").unlink()

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = LATER_S
        return entry

    with tarfile.open(OUT / "data.tar.gz", "w:gz", compresslevel=9) as archive:
        archive.add(data, "data", filter=plain)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        node = Node(pathlib.Path(scratch))
        node.icn("init", "--development")
        end_in_every_way(node)
        module = node.json("dag", "put", node.program("value"))["cid"]
        have_effects(node, module)
        node.submit("waiting", "cat", "--nonce", 7, stdin=b"patience\n")
        note = node.home / "note.txt"
        note.write_text("kept\n")
        node.icn("dag", "put", note)
        node.icn("dag", "unpin", module)
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / "expected.json").write_text(json.dumps(expectations(node), indent=1, sort_keys=True) + "\n")
        pack(node.data)


if __name__ == "__main__":
    main()
