#!/usr/bin/env python3
"""Folders in the DAG: stored, listed, read by path and written back; and attempts to escape from them."""
import hashlib
import os
import pathlib

from icn_support import NodeTest, main


def tree_of(folder: pathlib.Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}


class Folders(NodeTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tree = cls.home / "tree"
        (cls.tree / "below/deep").mkdir(parents=True)
        (cls.tree / "empty").mkdir()
        (cls.tree / "a file").write_bytes(b"text\n")
        (cls.tree / ".hidden").write_bytes(b"")
        (cls.tree / "below/large").write_bytes(bytes(range(256)) * 9_000)
        (cls.tree / "below/deep/ü").write_bytes(b"deep")
        cls.cid = cls.icn("dag", "put", cls.tree).stdout.decode().strip()

    def names(self, *words: str) -> list[str]:
        return [link["name"] for link in self.json("dag", "ls", *words)["links"]]

    def test_a_folder_is_listed_by_its_names(self):
        self.assertEqual([".hidden", "a file", "below", "empty"], self.names(self.cid))
        self.assertEqual(["deep", "large"], self.names(f"{self.cid}/below"))
        self.assertEqual(["ü"], self.names(f"{self.cid}/below/deep/"))
        self.assertEqual([], self.names(f"{self.cid}/empty"))
        self.icn("dag", "ls", f"{self.cid}/none", code=104)
        self.icn("dag", "ls", f"{self.cid}/a file/none", code=100)

    def test_a_file_is_read_by_its_path(self):
        self.assertEqual(b"text\n", self.icn("dag", "cat", f"{self.cid}/a file").stdout)
        self.assertEqual(b"deep", self.icn("dag", "get", f"{self.cid}/below/deep/ü").stdout)
        for command in ("cat", "get"):
            refused = self.icn("dag", command, f"{self.cid}/below", code=100)
            self.assertIn(b"is a folder", refused.stderr)
            self.assertIn(b"--out DIR", refused.stderr)

    def test_the_same_folder_has_the_same_cid(self):
        again = self.home / "again"
        for path, content in reversed(list(tree_of(self.tree).items())):
            (again / path).parent.mkdir(parents=True, exist_ok=True)
            (again / path).mkdir(exist_ok=True) if content is None else (again / path).write_bytes(content)
        self.assertEqual(self.cid, self.icn("dag", "put", again).stdout.decode().strip())

    def test_a_folder_is_written_as_it_was(self):
        out = self.home / "out"
        self.icn("dag", "get", self.cid, "--out", f"{out}/")
        self.assertEqual(tree_of(self.tree), tree_of(out))
        self.icn("dag", "get", f"{self.cid}/below/large", "--out", self.home / "large")
        self.assertEqual((self.tree / "below/large").read_bytes(), (self.home / "large").read_bytes())

    def test_what_is_there_is_kept_unless_force_is_given(self):
        out = self.home / "kept"
        out.mkdir()
        (out / "a file").write_text("mine")
        (out / "other").write_text("mine too")
        refused = self.icn("dag", "get", self.cid, "--out", out, code=105)
        self.assertIn(b"--force", refused.stderr)
        self.assertEqual({"a file": b"mine", "other": b"mine too"}, tree_of(out))
        self.icn("dag", "get", self.cid, "--out", out, "--force")
        self.assertEqual(tree_of(self.tree) | {"other": b"mine too"}, tree_of(out))

    def test_no_link_is_followed(self):
        outside, out = self.home / "outside", self.home / "linked"
        outside.mkdir()
        (outside / "a file").write_text("safe")
        out.mkdir()
        (out / "below").symlink_to(outside)
        (out / "a file").symlink_to(outside / "a file")
        self.icn("dag", "get", self.cid, "--out", out, "--force", code=100)
        self.assertEqual({"a file": b"safe"}, tree_of(outside))
        linked = self.home / "links"
        linked.mkdir()
        (linked / "link").symlink_to("/etc/passwd")
        refused = self.icn("dag", "put", linked, code=100)
        self.assertIn(b"symbolic link is not followed", refused.stderr)
        os.mkfifo(linked / "pipe")
        (linked / "link").unlink()
        self.icn("dag", "put", linked, code=100)

    def test_names_that_leave_the_folder_are_refused(self):
        """dag-pb blocks that no tool writes."""
        raw = bytes.fromhex(self.json("dag", "get", self.cid, "--as", "raw")["hex"])
        for number, name in enumerate(("..", "../x", "/x", "a/b", ".", "", "x\n")):
            block = pb_folder(leaf_bytes(raw), name.encode())
            archive = self.home / f"evil{number}.car"
            archive.write_bytes(car_of(block))
            root = self.icn("dag", "import", archive).stdout.decode().strip()
            for words in (("dag", "ls", root), ("dag", "get", root, "--out", self.home / f"evil{number}")):
                self.assertIn(b"no file system accepts", self.icn(*words, code=101).stderr)
            self.assertFalse((self.home / f"evil{number}").exists())

    def test_a_folder_of_very_many_entries_is_listed_like_any_other(self):
        many = self.home / "many"
        many.mkdir()
        for number in range(5_000):
            (many / f"{number:05}-{'name' * 5}").write_bytes(str(number).encode())
        cid = self.icn("dag", "put", many).stdout.decode().strip()
        self.assertEqual(sorted(path.name for path in many.iterdir()), self.names(cid))
        self.assertEqual(b"4321", self.icn("dag", "cat", f"{cid}/04321-{'name' * 5}").stdout)
        self.icn("dag", "cat", f"{cid}/04321", code=104)
        out = self.home / "many out"
        self.icn("dag", "get", cid, "--out", out)
        self.assertEqual(tree_of(many), tree_of(out))

    def test_bytes_are_bounded_and_nothing_is_left_of_what_was_refused(self):
        out = self.home / "bounded"
        refused = self.icn("dag", "get", self.cid, "--out", out, "--max-bytes", "1000", code=103)
        self.assertIn(b"--max-bytes", refused.stderr)
        self.assertEqual([], [path.name for path in self.home.iterdir() if path.name.startswith("bounded")])


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def leaf_bytes(raw: bytes) -> bytes:
    """The CID in the first link of a folder's block."""
    at = raw.index(b"\x0a\x24") + 2
    return raw[at:at + 36]


def pb_folder(cid: bytes, name: bytes) -> bytes:
    link = b"\x0a\x24" + cid + b"\x12" + varint(len(name)) + name + b"\x18\x00"
    return b"\x12" + varint(len(link)) + link + b"\x0a\x02\x08\x01"


def car_of(block: bytes) -> bytes:
    cid = b"\x01\x70\x12\x20" + hashlib.sha256(block).digest()
    header = b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00" + cid + b"\x67version\x01"
    return varint(len(header)) + header + varint(len(cid) + len(block)) + cid + block


if __name__ == "__main__":
    main()
