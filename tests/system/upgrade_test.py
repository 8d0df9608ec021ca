#!/usr/bin/env python3
"""The data folder of the first release (tests/golden/first_release), opened by this program: everything that it
acknowledged is present, its waiting jobs run, and an upgrade killed at any point ends like one that is not."""
import contextlib
import json
import os
import pathlib
import re
import signal
import sqlite3
import sys
import tarfile
import tempfile

from icn_support import ROOT, NodeTest, main

PRELOADED = pathlib.Path(sys.argv.pop(3)).resolve()
KEPT = ROOT / "tests/golden/first_release"
EXPECTED = json.loads((KEPT / "expected.json").read_text())
JOBS = EXPECTED["jobs"]
HOUR_S = 3_600
UNKNOWN_PROFILE = 123
OLD, PRESENT = b"\x04", b"\x05"
UPGRADED = b"the state store was upgraded from version 4 to 5"
MAP = 5  # the major type of a map in CBOR


class KeptFolder(NodeTest):
    """Each test opens the kept folder an hour later."""

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        self.unpack()
        type(self).time_s = EXPECTED["time_s"] + HOUR_S

    def unpack(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        type(self).home = pathlib.Path(folder.name)
        type(self).data = self.home / "data"
        with tarfile.open(KEPT / "data.tar.gz") as archive:
            archive.extractall(self.home)

    @classmethod
    def icn(cls, *args, kill_at_sync: int | None = None, **how):
        environment = os.environ | {"LD_PRELOAD": str(PRELOADED), "ICN_TEST_TIME_S": str(cls.time_s)}
        if kill_at_sync is not None:
            environment["ICN_TEST_KILL_AT_SYNC"] = str(kill_at_sync)
        return super().icn(*args, env=environment, **how)

    def pairs(self) -> dict[bytes, bytes]:
        with contextlib.closing(sqlite3.connect(self.data / "state.db")) as database:
            return dict(database.execute("SELECT key, value FROM state"))

    def knows_profile(self) -> bool:
        return self.icn("receipt", "replay", JOBS["value"]["receipt"], code=None).returncode != UNKNOWN_PROFILE

    def test_everything_that_was_acknowledged_is_there(self):
        listed = self.icn("--json", "job", "list", "--count", 100)
        self.assertEqual(1, listed.stderr.count(UPGRADED), listed.stderr)
        phases = {job["job_id"]: job["phase"] for job in json.loads(listed.stdout)["jobs"]}
        self.assertEqual({job["job_id"]: job["phase"] for job in JOBS.values()}, phases)
        for name, kept in JOBS.items():
            with self.subTest(job=name):
                shown = self.icn("--json", "job", "describe", kept["job_id"])
                self.assertEqual(b"", shown.stderr)
                document = json.loads(shown.stdout)
                self.assertEqual(kept, {key: document[key] for key in kept})
                why = self.icn("job", "why", kept["job_id"]).stdout.decode()
                for text in [happening["text"] for happening in kept["happenings"]] + kept["effects_told"]:
                    # Stored without separators, shown with them.
                    self.assertIn(re.sub(r"(?<![\w.])\d{4,}\b", lambda number: f"{int(number[0]):,}", text), why)
        self.assertEqual(EXPECTED["audit"], self.json("mana", "audit"))
        self.assertEqual(EXPECTED["balance"] | {"due_umana": "0"}, self.json("mana", "balance"))
        self.assertLessEqual(EXPECTED["pins"], len(self.json("dag", "pins")["pins"]))
        self.assertLessEqual(EXPECTED["blocks"], self.json("dag", "stat")["blocks"])

    def test_its_receipts_verify_and_replay(self):
        for name, kept in JOBS.items():
            if kept["receipt"] is None:
                continue
            with self.subTest(job=name):
                self.icn("receipt", "verify", kept["receipt"])
                replayed = self.icn("receipt", "replay", kept["receipt"], code=None)
                self.assertIn(replayed.returncode, (0, UNKNOWN_PROFILE), replayed.stdout + replayed.stderr)

    def test_its_waiting_jobs_run(self):
        known = self.knows_profile()
        for name in ("waiting_child", "waiting"):
            with self.subTest(job=name):
                self.icn("job", "wait", JOBS[name]["job_id"], code=0 if known else None)
                ended = self.json("job", "describe", JOBS[name]["job_id"])
                if known:
                    self.assertEqual(("completed", "ok"), (ended["phase"], ended["outcome"]))
                    self.icn("receipt", "verify", ended["receipt"])
                else:
                    self.assertEqual("0", ended["charged_umana"])
        if known:
            self.assertEqual(b"patience\n", self.icn("job", "output", JOBS["waiting"]["job_id"]).stdout)
            self.assertEqual("0", self.json("mana", "balance")["reserved_umana"])
        self.icn("mana", "audit")

    def test_its_waiting_jobs_expire(self):
        type(self).time_s += 48 * HOUR_S
        for name in ("waiting", "waiting_child"):
            self.assertEqual("expired", self.json("job", "describe", JOBS[name]["job_id"])["phase"])
        self.assertEqual(0, self.json("mana", "audit")["open_reserves"])

    def test_the_doctor_finds_no_fault_before_and_after_and_changes_nothing(self):
        before = self.pairs()
        told = self.icn("store", "doctor").stdout.decode()
        self.assertIn("the state store has version 4", told)
        self.assertEqual(before, self.pairs())
        self.icn("mana", "balance")
        self.assertNotIn("the state store has version", self.icn("store", "doctor").stdout.decode())

    def test_old_records_are_gone_afterwards(self):
        self.assertEqual(OLD, self.pairs()[b"m/version"])
        self.icn("mana", "balance")
        pairs = self.pairs()
        self.assertEqual(PRESENT, pairs[b"m/version"])
        records = {key: value for key, value in pairs.items() if key.startswith(b"jb/")}
        self.assertEqual(len(JOBS), len(records))
        for key, value in records.items():
            self.assertEqual(MAP, value[0] >> 5, key)
        ended = sum(job["phase"] != "submitted" for job in JOBS.values())
        self.assertEqual(ended, sum(key.startswith(b"jt/") for key in pairs))
        checkpoints = [value for key, value in pairs.items() if key.startswith(b"lc/")]
        self.assertEqual([3], [value[0] for value in checkpoints])

    def test_a_kill_anywhere_in_the_upgrade_is_mended_by_the_next_command(self):
        self.icn("mana", "balance")
        whole = self.pairs()
        left_old = 0
        for sync in range(1, 100):
            self.unpack()
            killed = self.icn("mana", "balance", kill_at_sync=sync, code=None)
            if killed.returncode == 0:
                break
            self.assertEqual(-signal.SIGKILL, killed.returncode, killed.stderr)
            half = self.pairs()
            rewritten = any(key.startswith(b"jt/") for key in half)
            left_old += rewritten and half[b"m/version"] == OLD
            self.icn("mana", "balance")
            mended = self.pairs()
            # A kill between the blocks of the anchored root and its batch leaves the blocks uncounted.
            mended[b"du/"] = whole[b"du/"]
            self.assertEqual(whole, mended, f"killed at sync {sync}")
        self.assertEqual(0, killed.returncode)
        self.assertGreater(left_old, 0, "no kill came between the records and the version")
        self.assertEqual(EXPECTED["audit"], self.json("mana", "audit"))


if __name__ == "__main__":
    main()
