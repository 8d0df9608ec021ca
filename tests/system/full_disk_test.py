#!/usr/bin/env python3
"""A full disk, for every store in files: reading, collecting and examining work; nothing new is accepted.

The disks are small file systems in memory, in a mount namespace of the test's own.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from icn_support import ICN, WAT, main, wasm

TIMEOUT_S = 300
DISK_MIB = 400
FILE_MIB = 60
INSIDE = "ICN_TEST_IN_NAMESPACE"


def icn(data: pathlib.Path, *args, code: int | None = 0) -> subprocess.CompletedProcess:
    run = subprocess.run([str(ICN), "--data", str(data), *map(str, args)], capture_output=True,
                         stdin=subprocess.DEVNULL, timeout=TIMEOUT_S)
    if code is not None and run.returncode != code:
        said = (run.stdout[-2000:] + run.stderr[-2000:]).decode(errors="replace")
        raise AssertionError(f"{' '.join(map(str, args))}: exit code {run.returncode}, expected {code}\n{said}")
    return run


def backends() -> list[str]:
    rows = json.loads(icn(pathlib.Path("nowhere"), "store", "backends", "--json").stdout)
    return sorted({row["name"] for row in rows if row["available"]} - {"memory", "postgres"})


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.home = pathlib.Path(self.folder.name)
        self.program = self.home / "value.wasm"
        self.program.write_bytes(wasm(WAT["value"]))
        self.file = self.home / "file"
        self.file.write_bytes(random.Random(1).randbytes(FILE_MIB << 20))

    def disk(self, name: str) -> pathlib.Path:
        path = self.home / f"disk-{name}"
        path.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "none", path], check=True)
        self.addCleanup(subprocess.run, ["umount", path], check=True)
        return path

    @staticmethod
    def fill(disk: pathlib.Path) -> pathlib.Path:
        filler = disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while file.write(bytes(1 << 16)) > 0:
                    pass
            except OSError:
                pass
        return filler

    def expect_full(self, data: pathlib.Path, *command):
        refused = icn(data, *command, code=None)
        self.assertNotEqual(0, refused.returncode)
        self.assertGreater(refused.returncode, 0, "the process was aborted")
        self.assertIn(b"the disk is full", refused.stderr)
        self.assertIn(b"icn dag gc", refused.stderr)

    def test_stops_what_is_new_and_nothing_else(self):
        for backend in backends():
            with self.subTest(backend=backend):
                disk = self.disk(backend)
                data = disk / "data"
                icn(data, "init", "--development", "--state-store", f"{backend}:state", "--dag-store",
                    f"{backend}:blocks")
                icn(data, "job", "run", self.program)
                cid = json.loads(icn(data, "dag", "put", self.file, "--json").stdout)["cid"]
                balance = icn(data, "mana", "balance").stdout
                filler = self.fill(disk)
                for command in (["job", "run", self.program], ["dag", "put", self.program]):
                    self.expect_full(data, *command)
                self.assertEqual(balance, icn(data, "mana", "balance").stdout)
                self.assertEqual(self.file.read_bytes(), icn(data, "dag", "get", cid).stdout)
                icn(data, "job", "list")
                self.assertNotIn(b"cannot be opened", icn(data, "store", "doctor", code=None).stdout)
                icn(data, "dag", "unpin", cid)
                if backend == "sled":  # which may need more than the ballast to remove blocks
                    os.truncate(filler, filler.stat().st_size // 2)
                self.assertGreater(json.loads(icn(data, "dag", "gc", "--json").stdout)["removed_bytes"],
                                   (FILE_MIB - 1) << 20)
                icn(data, "mana", "audit")
                if backend != "sled":  # which keeps the room in its own files
                    self.assertGreater(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize, 32 << 20,
                                       "the collection freed nothing")
                filler.unlink()
                icn(data, "job", "run", self.program)
                if backend != "sled":
                    self.assertEqual(64 << 20, (data / "icn.ballast").stat().st_size, "the ballast is created again")


if __name__ == "__main__":
    if INSIDE not in os.environ:
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        os.execvpe(namespace[0], [*namespace, sys.executable, *sys.argv], os.environ | {INSIDE: "1"})
    main()
