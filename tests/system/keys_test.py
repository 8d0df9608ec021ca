#!/usr/bin/env python3
"""Keys under a passphrase: its sources, a wrong one, plain keys only on request, and the files' permissions."""
import json
import os
import pathlib
import signal
import stat
import subprocess
import tempfile
import termios
import unittest

from icn_support import ICN, TIMEOUT_S, NodeTest, Terminal, main, problems, talker


class SealedKeys(NodeTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = pathlib.Path(cls.folder.name)
        cls.data = cls.home / "data"
        cls.right, cls.wrong = cls.home / "right", cls.home / "wrong"
        cls.right.write_text("correct horse\nsecond line\n")
        cls.wrong.write_text("Correct horse\n")
        cls.founded = cls.json("init", "--passphrase-file", cls.right)

    def test_a_job_needs_the_passphrase_and_looking_does_not(self):
        self.assertEqual([], problems("init", self.founded))
        self.assertEqual("passphrase", self.founded["keys"])
        program = self.guest("sealed", talker("signed\n"))
        run = self.icn("job", "run", program, "--passphrase-file", self.right)
        self.assertEqual(b"signed\n", run.stdout)
        by_environment = self.icn("job", "run", program, env=os.environ | {"ICN_PASSPHRASE": "correct horse"})
        self.assertEqual(b"signed\n", by_environment.stdout)
        for command in (("mana", "balance"), ("job", "list"), ("dag", "verify")):
            self.icn(*command)
        self.icn("receipt", "replay", self.json("job", "list")["jobs"][0]["receipt"])

    def test_a_wrong_or_missing_passphrase_is_refused_and_charges_nothing(self):
        program = self.guest("refused", talker("never\n"))
        before, jobs = self.umana("posted"), self.json("job", "list")
        wrong = self.json("job", "run", program, "--passphrase-file", self.wrong, code=120)
        self.assertEqual([], problems("job", wrong))
        self.assertEqual(("refused", "wrong_passphrase"), (wrong["outcome"], wrong["rule"]))
        self.assertIn("member.key", wrong["message"])
        self.assertIn("nothing was signed", wrong["message"])
        # No terminal, no file, nothing in the environment: the error lists the possible ways.
        missing = self.icn("job", "run", program, code=100, start_new_session=True)
        for way in (b"--passphrase-file", b"ICN_PASSPHRASE", b"terminal"):
            self.assertIn(way, missing.stderr)
        self.icn("job", "run", program, "--passphrase-file", self.home / "absent", code=104)
        (self.home / "empty").write_text("")
        self.icn("job", "run", program, "--passphrase-file", self.home / "empty", code=100)
        self.assertEqual((before, jobs), (self.umana("posted"), self.json("job", "list")))

    def test_a_wrong_passphrase_runs_no_job_that_waits(self):
        program = self.guest("waits", talker("ran\n"))
        job = self.json("job", "submit", program, "--passphrase-file", self.right)["job_id"]
        told = self.json("job", "wait", job, "--passphrase-file", self.wrong, code=120)
        self.assertEqual("wrong_passphrase", told["rule"])
        still = self.json("job", "describe", job)
        self.assertEqual(("submitted", 0), (still["phase"], still["attempts"]))
        self.assertEqual(b"ran\n", self.icn("job", "wait", job, "--passphrase-file", self.right).stdout)

    def test_a_terminal_is_asked_once_and_shows_nothing_that_is_typed(self):
        program = self.guest("asked", talker("asked\n"))
        with Terminal(self.command("job", "run", program, "--input", "/dev/null")) as terminal:
            terminal.wait_for(rb"Passphrase for the member key: ")
            terminal.type(b"correct horse\n")
            code, out = terminal.end()
            self.assertEqual((0, b"asked\n"), (code, out))
            self.assertEqual(1, terminal.everything().count(b"Passphrase"))
            self.assertNotIn(b"correct", terminal.everything())

    def test_ctrl_c_at_the_passphrase_leaves_the_terminal_as_it_was(self):
        def echoes(terminal: Terminal) -> bool:
            return bool(termios.tcgetattr(terminal.ours)[3] & termios.ECHO)

        for signal_number in (signal.SIGINT, signal.SIGTERM):
            with Terminal(self.command("job", "run", self.guest("asked", talker("never\n")), "--input",
                                       "/dev/null")) as terminal:
                self.assertTrue(echoes(terminal))
                terminal.wait_for(b"Passphrase for the member key: ")
                self.assertFalse(echoes(terminal))
                terminal.type(b"half a passphr")
                if signal_number == signal.SIGINT:
                    terminal.type(b"\x03")
                else:
                    terminal.process.send_signal(signal_number)
                self.assertEqual(-signal_number, terminal.process.wait(TIMEOUT_S))
                self.assertTrue(echoes(terminal))

    def test_the_end_of_input_at_the_passphrase_is_no_passphrase(self):
        with Terminal(self.command("job", "run", self.guest("asked", talker("never\n")), "--input",
                                   "/dev/null")) as terminal:
            terminal.wait_for(b"Passphrase for the member key: ")
            terminal.type(b"\x04")
            terminal.wait_for(b"no passphrase was given")
            self.assertEqual(100, terminal.end()[0])

    def test_nobody_else_may_read_the_keys_and_no_key_is_in_plain_sight(self):
        self.assertEqual(0o700, stat.S_IMODE((self.data / "keys").stat().st_mode))
        for key in ("member.key", "node.key"):
            file = self.data / "keys" / key
            self.assertEqual(0o600, stat.S_IMODE(file.stat().st_mode))
            self.assertEqual(b"ICNKEY", file.read_bytes()[:6])
            self.assertNotIn(b"correct horse", file.read_bytes())
        self.assertEqual(0o700, stat.S_IMODE(self.data.stat().st_mode))

    def test_a_key_file_that_others_may_read_is_refused_with_the_cure(self):
        file = self.data / "keys" / "member.key"
        program = self.guest("open_key", talker("never\n"))
        file.chmod(0o644)
        try:
            run = self.icn("job", "run", program, "--passphrase-file", self.right, code=106)
            self.assertIn(b"chmod 600", run.stderr)
        finally:
            file.chmod(0o600)


class Rotation(NodeTest):
    """`icn key rotate`: the DID stays, what the old key signed remains valid, and it signs nothing more."""
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = pathlib.Path(cls.folder.name)
        cls.data = cls.home / "data"
        cls.json("init", "--development", "--members", "alice,bob,carol")

    @staticmethod
    def on(data: pathlib.Path, *args) -> dict:
        """On another data folder."""
        run = subprocess.run([ICN, "--data", data, "--json", *args], capture_output=True, stdin=subprocess.DEVNULL,
                             timeout=TIMEOUT_S, check=False)
        assert run.returncode == 0, run.stderr + run.stdout
        return json.loads(run.stdout)

    def key(self, name: str) -> dict:
        return self.json("key", "show", name)

    def decide(self, *proposal, by=("alice", "bob", "carol")):
        self.json("gov", "propose", *proposal)
        for name in by:
            self.json("gov", "vote", "@last", "yes", "--as", name)

    def test_a_member_and_the_node_replace_their_keys(self):
        program = self.guest("hello", talker("hello\n"))
        ran = self.json("job", "run", program)
        self.json("trust", "grant", "bob", "--context", "medical", "--level", "full")
        before = self.key("alice")
        self.assertEqual((before["did"], 0), (before["key"], before["since"]))
        rotated = self.json("key", "rotate", "alice")
        self.assertEqual([], problems("key", rotated))
        self.assertEqual(before["did"], rotated["did"])
        self.assertNotEqual(before["key"], rotated["key"])
        self.assertTrue((self.data / rotated["file"]).exists())
        self.assertNotEqual(before["file"], rotated["file"])
        self.json("key", "rotate", "node")

        # What was signed before is valid, and all goes on with the new keys.
        self.json("receipt", "verify", ran["receipt"])
        again = self.json("job", "run", program)
        self.json("receipt", "verify", again["receipt"])
        self.assertEqual(ran["executor"], again["executor"])
        self.decide("resolution", "--title", "We go on")
        self.json("trust", "grant", "carol", "--context", "medical", "--level", "full")
        self.json("gov", "verify-log")
        self.json("store", "doctor")
        self.json("key", "rotate", "alice")
        self.assertGreater(self.key("alice")["since"], rotated["since"])
        self.json("gov", "verify-log")

        # A backup has the keys that sign now.
        archive, other = self.home / "node.backup", self.home / "restored"
        self.icn("backup", archive)
        self.on(other, "restore", archive)
        self.assertEqual(self.key("alice")["key"], self.on(other, "key", "show", "alice")["key"])
        self.on(other, "gov", "propose", "resolution", "--title", "Restored")

    def test_a_lost_key_is_replaced_by_a_vote(self):
        spare = self.json("key", "new", "spare")
        lost = self.key("carol")
        (self.data / lost["file"]).rename(self.home / "lost.key")
        self.json("gov", "propose", "resolution", "--title", "Lost", "--as", "carol", code=104)
        self.decide("key", "carol", spare["did"], by=("alice", "bob"))
        self.json("gov", "execute", "@last")
        found = self.key("carol")
        self.assertEqual((lost["did"], spare["did"], spare["file"]), (found["did"], found["key"], found["file"]))
        self.json("gov", "propose", "resolution", "--title", "Found", "--as", "carol")
        # The old key is found again, and signs nothing more.
        (self.home / "lost.key").rename(self.data / lost["file"])
        self.assertEqual(found, self.key("carol"))
        self.json("gov", "verify-log")

    def test_what_cannot_be_replaced_changes_nothing(self):
        before = self.json("gov", "log")
        self.json("key", "rotate", "nobody", code=104)
        stranger = self.json("key", "new", "stranger")
        refused = self.json("key", "rotate", "stranger", code=104)["error"]
        self.assertEqual("unknown_holder", refused["rule"])
        self.assertEqual(1, len(list((self.data / "keys").glob("stranger*"))), stranger)
        self.assertEqual(before, self.json("gov", "log"))


class PlainKeys(unittest.TestCase):
    def init(self, data: pathlib.Path, *options, **how) -> subprocess.CompletedProcess:
        return subprocess.run([ICN, "--data", data, "init", *options], capture_output=True, stdin=subprocess.DEVNULL,
                              start_new_session=True, timeout=TIMEOUT_S, **how)

    def test_plain_keys_are_made_only_when_said_and_are_0600_whatever_the_umask(self):
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder, "data")
            self.assertEqual(100, self.init(data).returncode)
            self.assertFalse((data / "node.json").exists())
            self.assertEqual([], [key.name for key in (data / "keys").glob("*")])
            run = self.init(data, "--development", "--json", preexec_fn=lambda: os.umask(0))
            self.assertEqual(0, run.returncode, run.stderr)
            self.assertEqual("plain", json.loads(run.stdout)["keys"])
            for key in ("member.key", "node.key"):
                self.assertEqual(0o600, stat.S_IMODE((data / "keys" / key).stat().st_mode))
            self.assertEqual(105, self.init(data, "--development").returncode)

    def test_an_opening_that_cannot_be_is_refused_and_leaves_no_node(self):
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder, "data")
            for options, says in ((["--name", "\udcff"], "UTF-8"), (["--name", "n" * 257], "256"),
                                  (["--grant", "-1"], "mana"), (["--grant", "18446744073709551616"], "too large"),
                                  (["--grant", "1.0000001"], "six"), (["--endowment", "x"], "mana"),
                                  (["--dag-store", "nosuch:x"], "sqlite"), (["--state-store", "sqlite"], "")):
                run = self.init(data, "--development", *options)
                self.assertIn(run.returncode, range(100, 126), f"{options}: {run.stderr}")
                self.assertIn(says, run.stderr.decode())
                self.assertFalse((data / "node.json").exists(), options)
            self.assertEqual(0, self.init(data, "--development", "--name", "n" * 256, "--grant", "0").returncode)


if __name__ == "__main__":
    main()
