#!/usr/bin/env python3
"""A large file through the DAG: put, export, import, cat in memory that does not grow with it.

large_dag_test.py ICN MIB. The file has MIB MiB, no two of them equal. Every command's peak resident size is
measured by the kernel (wait4) and held to one bound for every size, also for blocks of 1 KiB, since an archive of many
small blocks costs memory per block where one of few large ones does not.
"""
import hashlib
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

ICN, MIB = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
# The node itself, one batch of blocks (8 MiB), buffers, and what SQLite keeps.
PEAK_MIB = 96
SMALL_BLOCK = 1000
# An export remembers each block that it has visited.
EXPORT_BYTES_A_BLOCK = 120


def piece(number: int, length: int) -> bytes:
    """Bytes that compress badly and differ for each number."""
    return hashlib.shake_128(struct.pack(">I", number)).digest(length)


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


class LargeDag(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(dir=os.environ.get("ICN_TEST_FOLDER"))
        cls.path = pathlib.Path(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def icn(self, data: str, *args: str, output: pathlib.Path | None = None, extra_mib: float = 0) -> str:
        """Runs icn on a data folder; the peak of its memory must stay below the bound."""
        out = output or self.path / "output"
        with open(out, "wb") as stdout:
            process = subprocess.Popen([str(ICN), "--data", str(self.path / data), *args], stdout=stdout,
                                       stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(0, process.returncode, args)
        peak = usage.ru_maxrss / 1024
        print(f"{MIB} MiB: icn {' '.join(args[:2])}: peak {peak:.0f} MiB", file=sys.stderr)
        self.assertLess(peak, PEAK_MIB + extra_mib, args)
        return "" if output else out.read_text().strip()

    def same_file(self, a: pathlib.Path, b: pathlib.Path) -> bool:
        return subprocess.run(["cmp", "-s", a, b], check=False).returncode == 0

    def test_a_file(self):
        original = self.path / "original"
        with open(original, "wb") as file:
            for number in range(MIB):
                file.write(piece(number, 1 << 20))
        self.icn("from", "init", "--development")
        self.icn("to", "init", "--development")
        cid = self.icn("from", "dag", "put", str(original))
        self.assertEqual(cid, self.icn("from", "cid", str(original)))
        for version in ("1", "2"):
            self.icn("from", "dag", "export", cid, "--car-version", version, "--force",
                     "--out", str(self.path / "v.car"))
            if version == "1":
                self.icn("from", "dag", "export", cid, output=self.path / "piped.car")
                self.assertTrue(self.same_file(self.path / "v.car", self.path / "piped.car"))
                (self.path / "piped.car").unlink()
            self.assertEqual(cid, self.icn("to", "dag", "import", str(self.path / "v.car")))
        self.icn("to", "dag", "verify", cid)
        self.icn("to", "dag", "cat", cid, output=self.path / "copy")
        self.assertTrue(self.same_file(original, self.path / "copy"))

    def test_many_small_blocks(self):
        """An archive of 1 KiB blocks, linked from dag-cbor lists of lists: written here, byte by byte."""
        blocks = MIB * 1024
        archive = self.path / "small.car"

        def cid(codec: int, data: bytes) -> bytes:
            return bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(data).digest()

        def list_of(links: list[bytes]) -> bytes:
            head = struct.pack(">BH", 0x99, len(links)) if len(links) > 255 else struct.pack(">BB", 0x98, len(links))
            if len(links) < 24:
                head = bytes([0x80 | len(links)])
            return head + b"".join(b"\xd8\x2a\x58\x25\x00" + link for link in links)

        with open(archive, "wb") as file:
            file.write(bytes(59))  # the header, known in the end

            def put(codec: int, data: bytes) -> bytes:
                name = cid(codec, data)
                file.write(varint(len(name) + len(data)) + name + data)
                return name

            level = [put(0x55, piece(number, SMALL_BLOCK)) for number in range(blocks)]
            while len(level) > 1:
                level = [put(0x71, list_of(level[at:at + 1000])) for at in range(0, len(level), 1000)]
            header = b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00" + level[0] + b"\x67version\x01"
            file.seek(0)
            file.write(bytes([len(header)]) + header)
            self.assertEqual(59, len(header) + 1)
        self.icn("small", "init", "--development")
        root = self.icn("small", "dag", "import", str(archive))
        extra = blocks * EXPORT_BYTES_A_BLOCK / (1 << 20)
        self.icn("small", "dag", "export", root, "--out", str(self.path / "again.car"), extra_mib=extra)
        self.icn("small", "dag", "export", root, "--car-version", "2", "--out", str(self.path / "again2.car"),
                 extra_mib=extra)
        # The same blocks, the inner ones first.
        self.assertEqual(archive.stat().st_size, (self.path / "again.car").stat().st_size)
        self.icn("other", "init", "--development")
        self.assertEqual(root, self.icn("other", "dag", "import", str(self.path / "again2.car")))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
