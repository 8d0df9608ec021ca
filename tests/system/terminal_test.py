#!/usr/bin/env python3
"""What a person at a terminal gets: progress that fits, words at Ctrl-C, and no binary."""
import fcntl
import re
import signal

from icn_support import NodeTest, Terminal, main, talker

NOTHING = "nothing was changed"
# What Ctrl-C says in the middle of each long command.
INTERRUPTED = {
    ("backup", "BACKUP"): "no backup was written",
    ("store", "migrate", "sqlite", "rocksdb"): "run the same command again to resume",
    ("dag", "put", "FILE"): "nothing was pinned",
    ("dag", "import", "FILE"): "nothing was pinned",
    ("dag", "export", "1", "--out", "ARCHIVE"): "no file was written",
    ("dag", "gc"): "run the same command again to resume",
    ("dag", "verify"): NOTHING,
    ("mana", "audit"): NOTHING,
    ("receipt", "replay", "1"): NOTHING,
    ("store", "hash"): NOTHING,
}


class Interrupts(NodeTest):
    def places(self, words) -> list[str]:
        return [str(self.home / word.lower()) if word.isupper() else word for word in words]

    def test_ctrl_c_says_what_holds_and_how_to_go_on(self):
        (self.home / "file").write_bytes(b"x")
        with (self.data / "icn.lock").open("r+") as lock:
            # Each waits for the folder when the key is pressed.
            fcntl.flock(lock, fcntl.LOCK_EX)
            for words, says in INTERRUPTED.items():
                with self.subTest(words), Terminal(self.command(*self.places(words), "--wait")) as terminal:
                    terminal.wait_for(b"waiting for the data folder")
                    terminal.type(b"\x03")
                    terminal.wait_for(rb"icn: interrupted; [^\r]*" + says.encode())
                    self.assertEqual((-signal.SIGINT, b""), terminal.end())
        self.icn("store", "doctor")

    def test_a_command_in_the_middle_of_its_input_says_it_too(self):
        with Terminal(self.command("dag", "put", "-")) as terminal:
            terminal.wait_for(b"storing the file")
            terminal.type(b"\x03")
            terminal.wait_for(b"icn: interrupted; nothing was pinned")
            self.assertEqual((-signal.SIGINT, b""), terminal.end())
        self.assertEqual([], [pin for pin in self.json("dag", "pins")["pins"] if pin["kind"] == "member"])


class Narrow(NodeTest):
    def line(self, **how) -> bytes:
        """What a terminal shows of a command that waits, when it has ended."""
        with (self.data / "icn.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with Terminal(self.command("mana", "balance", "--wait"), **how) as terminal:
                if how.get("term") != "dumb":
                    terminal.wait_for(rb"\r\x1b\[K")
                fcntl.flock(lock, fcntl.LOCK_UN)
                self.assertEqual(0, terminal.end()[0])
                return terminal.everything()

    def test_progress_never_wraps(self):
        for columns in (1, 5, 20, 33, 80):
            shown = re.findall(rb"\x1b\[K([^\r\x1b]*)", self.line(columns=columns))
            self.assertTrue(shown, columns)
            for line in shown:
                self.assertLess(len(line.decode()), max(columns, 1), line)

    def test_a_terminal_that_takes_no_control_sequences_gets_none(self):
        self.assertEqual(b"", self.line(term="dumb"))
        with Terminal(self.command("job", "describe", "99"), term="dumb") as terminal:
            self.assertEqual(104, terminal.end()[0])
            self.assertNotIn(b"\x1b", terminal.everything())


class Binary(NodeTest):
    def test_binary_never_reaches_a_terminal(self):
        job = self.json("job", "run", self.guest("binary", talker("a\0b\x1b[31m\n")))
        block = self.home / "block"
        block.write_bytes(b"\0\1\2")
        file = self.json("dag", "put", block)["cid"]
        for words, says in ((("dag", "export", "1"), "--out"), (("dag", "get", file), "--out"),
                            (("dag", "cat", file), "--output"), (("job", "output", "1"), "--output")):
            with self.subTest(words), Terminal(self.command(*words), output=True) as terminal:
                self.assertEqual(100, terminal.end()[0])
                shown = terminal.everything()
                self.assertIn(f"icn: hint: {says} FILE writes it into a file".encode(), shown)
                self.assertNotIn(b"\0", shown)
        again = self.command("job", "run", self.guest("binary"), "--input", "/dev/null")
        with Terminal(again, output=True) as terminal:
            self.assertEqual(0, terminal.end()[0])
            shown = terminal.everything()
            self.assertIn(b"is binary and not shown", shown)
            self.assertNotIn(b"\0", shown)
        self.assertEqual(b"a\0b\x1b[31m\n", self.icn("job", "output", job["job_id"]).stdout)
        # Text of a program is shown, and cannot control the terminal.
        text = self.guest("text", talker("\x1b[31mred\n", "\x1b]52;c;x\x07"))
        with Terminal(self.command("job", "run", text, "--input", "/dev/null"), output=True) as terminal:
            self.assertEqual(0, terminal.end()[0])
            shown = terminal.everything()
            self.assertIn(b"\\x1b[31mred", shown)
            self.assertNotIn(b"\x1b[31mred", shown)
            self.assertNotIn(b"\x1b]52", shown)


if __name__ == "__main__":
    main()
