#!/usr/bin/env python3
"""Operations on a whole data folder, through the real icn: choosing stores, hashing, moving, copying, examining.

The tests ask icn for its stores: every persistent one takes part.
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import unittest

from icn_support import ENDLESS_FUEL, ICN, WAT, Running, main, problems, wasm
from postgres_support import PostgresServer

TIMEOUT_S = 300
KILLS = 20
KEEPS_NOTHING = {"memory"}


def icn(data: pathlib.Path, *args, code: int | None = 0, env: dict | None = None) -> subprocess.CompletedProcess:
    """Runs icn on a folder; `code` is the exit code it must end with (None: any)."""
    command = [str(ICN), "--data", str(data), *map(str, args)]
    run = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                         env=os.environ | (env or {}))
    if code is not None and run.returncode != code:
        said = (run.stdout[-2000:] + run.stderr[-2000:]).decode(errors="replace")
        raise AssertionError(f"{' '.join(command)}: exit code {run.returncode}, expected {code}\n{said}")
    return run


def answer(name: str, data: pathlib.Path, *args, code: int = 0):
    """The output of a command with --json; it must match the schema."""
    document = json.loads(icn(data, *args, "--json", code=code).stdout)
    assert not problems(name, document), problems(name, document)
    return document


def state_hash(data: pathlib.Path) -> str:
    return answer("store_hash", data, "store", "hash")["state_hash"]


def backends() -> list[str]:
    rows = answer("store_backends", pathlib.Path("nowhere"), "store", "backends")
    ports = {name: {row["port"] for row in rows if row["name"] == name and row["available"]}
             for name in {row["name"] for row in rows}}
    return sorted(name for name, has in ports.items() if len(has) == 2 and name not in KEEPS_NOTHING)


class StoreTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = pathlib.Path(cls.folder.name)
        cls.value, cls.endless = cls.home / "value.wasm", cls.home / "endless.wasm"
        for program in (cls.value, cls.endless):
            program.write_bytes(wasm(WAT[program.stem]))
        cls.file = cls.home / "file"
        cls.file.write_bytes(random.Random(1).randbytes(3_500_000))
        cls.server = PostgresServer() if "postgres" in backends() else None
        if cls.server is not None:
            cls.addClassCleanup(cls.server.close)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def url(self, backend: str, name: str) -> str:
        """A place with that name for a store of either kind, in the data folder or on the server."""
        return self.server.url(name) if backend == "postgres" else f"{backend}:{name}"

    def make(self, name: str, *options) -> pathlib.Path:
        """A node that has run a job and keeps a file."""
        data = self.home / name
        icn(data, "init", "--development", *options)
        icn(data, "job", "run", self.value)
        icn(data, "dag", "put", self.file)
        return data

    def expect_whole(self, data: pathlib.Path) -> None:
        icn(data, "mana", "audit")
        icn(data, "dag", "verify")
        findings = answer("doctor", data, "store", "doctor")
        self.assertEqual(set(), {row["severity"] for row in findings} - {"note"}, findings)


class Choosing(StoreTest):
    def test_the_backends_are_listed_with_port_name_grade_and_availability(self):
        rows = answer("store_backends", self.home, "store", "backends")
        self.assertEqual(sorted(rows, key=lambda row: (row["port"], row["name"])), rows)
        for port in ("dag_store", "state_store"):
            for name, grade in (("sqlite", "production"), ("memory", "development")):
                [row] = [row for row in rows if (row["port"], row["name"]) == (port, name)]
                self.assertEqual((grade, True, None), (row["grade"], row["available"], row["absent_because"]))
                self.assertTrue(row["doc"])

    def test_an_unknown_backend_is_refused_with_those_there_are(self):
        for args, env in ((["--state-store", "sqlight:x"], {}), ([], {"ICN_STORAGE_STATE": "sqlight:x"})):
            run = icn(self.home / "unknown", "init", "--development", *args, code=100, env=env)
            for word in (b"sqlight", b"sqlite", b"memory", (args or list(env))[0].encode()):
                self.assertIn(word, run.stderr)
            self.assertFalse((self.home / "unknown" / "node.json").exists())

    def test_the_variables_choose_at_init_and_are_compared_afterwards(self):
        data = self.home / "variables"
        env = {"ICN_STORAGE_DAG": "sqlite:d.db", "ICN_STORAGE_STATE": "sqlite:s.db"}
        icn(data, "init", "--development", env=env)
        record = json.loads((data / "node.json").read_text())
        self.assertEqual(("sqlite:d.db", "sqlite:s.db"), (record["dag_store"], record["state_store"]))
        icn(data, "mana", "balance")
        icn(data, "mana", "balance", env=env)
        icn(data, "mana", "balance", "--dag-store", f"sqlite:{data}/d.db")
        for args, other in (([], {"ICN_STORAGE_DAG": "sqlite:e.db"}), (["--state-store", "memory"], {})):
            run = icn(data, "mana", "balance", *args, env=other, code=100)
            self.assertIn(b"icn store migrate", run.stderr)
            self.assertFalse((data / "e.db").exists())

    def test_a_store_that_forgets_is_warned_of(self):
        for option, variable in (("--state-store", "ICN_STORAGE_STATE"), ("--dag-store", "ICN_STORAGE_DAG")):
            for number, (args, env) in enumerate((([option, "memory"], {}), ([], {variable: "memory:"}))):
                run = icn(self.home / f"forgets{option}{number}", "init", "--development", "--json", *args, env=env)
                self.assertIn(b"this store loses its content when the process ends", run.stderr)
                self.assertIn((option if args else variable).encode(), run.stderr)
                json.loads(run.stdout)
        self.assertNotIn(b"survives", icn(self.home / "keeps", "init", "--development").stderr)

    def test_a_location_that_cannot_be_opened_is_an_error_and_nothing_else_is_used(self):
        data = self.home / "closed"
        run = icn(data, "init", "--development", "--state-store", "sqlite:absent/state.db", code=None)
        self.assertNotEqual(0, run.returncode)
        self.assertIn(b"absent/state.db", run.stderr)
        self.assertEqual([], list(data.glob("*.db")) if not (data / "blocks.db").exists() else [])
        self.assertFalse((data / "node.json").exists())

    def test_founding_into_a_store_that_holds_something_is_refused(self):
        first = self.make("first")
        before = state_hash(first)
        second = self.home / "second"
        for option, file in (("--state-store", "state.db"), ("--dag-store", "blocks.db")):
            run = icn(second, "init", "--development", option, f"sqlite:{first}/{file}", code=105)
            self.assertIn(b"already holds data", run.stderr)
            self.assertIn(option.encode(), run.stderr)
            self.assertFalse((second / "node.json").exists())
        self.assertEqual(before, state_hash(first))


class Standby(StoreTest):
    """A copy of a data folder whose stores are on a server."""

    def setUp(self):
        if self.server is None:
            self.skipTest("this build has no postgres")
        name = self.id().rsplit(".", 1)[-1][:50]  # a schema's name has 63 letters at most
        self.active = self.make(name, "--state-store", self.server.url(name), "--dag-store", self.server.url(name))
        self.standby = self.home / (name + "-standby")
        shutil.copytree(self.active, self.standby)

    def test_reads_and_commands_do_not_disturb_the_writer_until_it_is_told_to_take_over(self):
        before = state_hash(self.active)
        for command in (["mana", "balance"], ["job", "run", self.value], ["store", "hash"], ["dag", "gc"]):
            run = icn(self.standby, *command, code=None)
            self.assertNotEqual(0, run.returncode)
            self.assertIn(b"this store has another writer", run.stderr)
            self.assertIn(b"icn store takeover", run.stderr)
        icn(self.standby, "store", "doctor", code=None)
        self.assertEqual(before, state_hash(self.active))
        icn(self.active, "job", "run", self.value)
        claimed = answer("takeover", self.standby, "store", "takeover")
        self.assertEqual({"state_store", "dag_store"}, set(claimed["claimed"]))
        icn(self.standby, "job", "run", self.value)
        self.assertIn(b"another writer", icn(self.active, "mana", "balance", code=None).stderr)

    def test_a_running_writer_is_not_aborted_by_a_look(self):
        command = ["job", "run", self.endless, "--fuel", "1000000000"]
        alone = icn(self.active, *command, code=None).returncode
        running = subprocess.Popen([ICN, "--data", self.active, *command], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        while running.poll() is None:
            self.assertNotEqual(0, icn(self.standby, "mana", "balance", code=None).returncode)
            icn(self.home / "intruder", "init", "--development", "--state-store", self.url_of(self.active),
                "--dag-store", self.url_of(self.active), code=105)
        self.assertEqual(alone, running.returncode, running.stderr.read())
        running.stderr.close()
        icn(self.active, "mana", "audit")

    @staticmethod
    def url_of(data):
        return json.loads((data / "node.json").read_text())["state_store"]

    def test_another_node_neither_founds_nor_takes_over_there(self):
        name = self.server.url(self.active.name)
        run = icn(self.home / "theirs", "init", "--development", "--state-store", name, "--dag-store", name, code=105)
        self.assertIn(b"already holds data", run.stderr)
        other = self.make("other-node")
        record = json.loads((other / "node.json").read_text())
        (other / "node.json").write_text(json.dumps(record | {"state_store": name, "dag_store": name}))
        run = icn(other, "store", "takeover", code=None)
        self.assertNotEqual(0, run.returncode)
        self.assertIn(b"the data of a node other than this", run.stderr)
        icn(self.active, "job", "run", self.value)

    def test_without_the_key_nothing_is_taken_over(self):
        (self.standby / "keys/node.key").unlink()
        self.assertNotEqual(0, icn(self.standby, "store", "takeover", code=None).returncode)
        icn(self.active, "job", "run", self.value)


class Mending(StoreTest):
    def damage(self, store: pathlib.Path):
        """Flips a bit of the file's bytes where they lie together."""
        stored, content = bytearray(store.read_bytes()), self.file.read_bytes()
        at = next(at for at in (stored.find(content[start:start + 64]) for start in range(500_000, 600_000, 997))
                  if at >= 0)
        stored[at] ^= 1
        store.write_bytes(stored)

    def test_a_damaged_block_is_whole_after_it_was_put_or_imported_again(self):
        data = self.make("mended")
        archive = self.home / "mended.car"
        cid = answer("dag_put", data, "dag", "put", self.file)["cid"]
        icn(data, "dag", "export", cid, "--out", archive)
        for again in (["dag", "put", self.file], ["dag", "import", archive]):
            self.damage(data / "blocks.db")
            self.assertIn(b"CID", icn(data, "dag", "get", cid, code=None).stderr)
            icn(data, *again)
            self.assertEqual(self.file.read_bytes(), icn(data, "dag", "get", cid).stdout)


class Moving(StoreTest):
    def test_between_every_two_backends_the_hash_stays(self):
        for source in backends():
            origin = self.make(f"from-{source}", "--state-store", self.url(source, "state.origin"), "--dag-store",
                               self.url(source, "blocks.origin"))
            before = state_hash(origin)
            for target in backends():
                with self.subTest(source=source, target=target):
                    data = self.home / f"{source}-to-{target}"
                    shutil.copytree(origin, data)
                    if source == "postgres":
                        # The copy is a different folder from the writer's.
                        self.assertIn(b"takeover", icn(data, "mana", "balance", code=None).stderr)
                        icn(data, "store", "takeover")
                    # A backend in files has its usual places; a server has none.
                    to = self.url(target, data.name) if target == "postgres" else target
                    moved = answer("migration", data, "store", "migrate", source, to, "--verify")
                    self.assertTrue(moved["verified"])
                    self.assertEqual({"state_store", "dag_store"}, {row["port"] for row in moved["moved"]})
                    record = json.loads((data / "node.json").read_text())
                    self.assertTrue(record["state_store"].startswith(target + ":"), record)
                    self.assertEqual(before, state_hash(data))
                    self.expect_whole(data)
                    icn(data, "job", "run", self.value)
                    shutil.rmtree(data)

    def test_a_url_moves_one_store_and_the_old_one_is_left(self):
        data = self.make("one")
        before = state_hash(data)
        moved = answer("migration", data, "store", "migrate", "sqlite:state.db", "sqlite:new.db")
        self.assertEqual(["state_store"], [row["port"] for row in moved["moved"]])
        self.assertIn(f"rm {data}/state.db", moved["moved"][0]["removal"])
        self.assertEqual(before, state_hash(data))
        run = icn(data, "store", "migrate", "sqlite:new.db", "sqlite:state.db", code=105)
        self.assertIn(b"already holds data", run.stderr)
        (data / "state.db").unlink()
        icn(data, "store", "migrate", "sqlite:new.db", "sqlite:state.db")
        self.assertEqual(before, state_hash(data))

    def test_what_cannot_be_moved_is_refused(self):
        data = self.make("refused")
        for source, target, code in (("memory", "sqlite", 104), ("sqlite", "memory", 117), ("sqlite", "nothing", 100),
                                     ("sqlite", "sqlite:one.db", 100), ("sqlite:state.db", "sqlite:state.db", 100)):
            icn(data, "store", "migrate", source, target, code=code)
        icn(data, "store", "migrate", "sqlite", "sqlite", "--state-store", "sqlite:x.db", code=100)
        self.expect_whole(data)

    def test_killed_at_random_moments_it_goes_on_and_nothing_is_lost(self):
        origin = self.make("killed")
        for seed in range(8):
            big = self.home / "big"
            big.write_bytes(random.Random(seed).randbytes(4_000_000))
            icn(origin, "dag", "put", big)
        for target in backends():
            with self.subTest(target=target):
                self.kill_migrations(origin, target)

    def kill_migrations(self, origin: pathlib.Path, target: str) -> None:
        moments = random.Random(4)
        killed = working_before = rounds = 0

        def fresh() -> tuple[pathlib.Path, str, str]:
            """A folder with the old store, an empty place, and the hash."""
            data = self.home / f"killed-{target}-{rounds}"
            shutil.copytree(origin, data)
            return data, self.url(target, f"blocks.new-{rounds}"), state_hash(data)

        data, place, before = fresh()
        begun = time.monotonic()
        icn(data, "store", "migrate", "sqlite:blocks.db", place)
        whole_run = time.monotonic() - begun
        rounds += 1
        data, place, before = fresh()
        for attempt in range(KILLS):
            process = subprocess.Popen([str(ICN), "--data", str(data), "store", "migrate", "sqlite:blocks.db", place],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=moments.uniform(0.0, 1.1 * whole_run))
                self.assertEqual(0, process.returncode)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
            switched = json.loads((data / "node.json").read_text())["dag_store"] != "sqlite:blocks.db"
            self.assertEqual(before, state_hash(data))
            if not switched:
                working_before += 1
                if attempt % 5 == 4:
                    icn(data, "dag", "put", self.value)  # the folder is in use between two runs
                    before = state_hash(data)
                continue
            # A run interrupted between the switch and its end is finished; a completed one has nothing left to move.
            unfinished = (data / "unfinished.json").exists()
            again = icn(data, "store", "migrate", "sqlite:blocks.db", place, code=0 if unfinished else 104)
            if not unfinished:
                self.assertIn(f"dag_store '{place}'".encode(), again.stderr)
            self.assertFalse((data / "unfinished.json").exists())
            self.expect_whole(data)
            shutil.rmtree(data)
            rounds += 1
            data, place, before = fresh()
        icn(data, "store", "migrate", "sqlite:blocks.db", place, "--verify")
        self.assertEqual(before, state_hash(data))
        self.expect_whole(data)
        self.assertGreater(killed, KILLS // 4)
        self.assertGreater(working_before, 0)
        print(f"to {target}: {killed} of {KILLS} runs were killed, {working_before} before the switch")


class Copying(StoreTest):
    def test_a_backup_is_taken_while_the_owner_runs_and_restores_to_the_same_state(self):
        data = self.make("owner")
        destination = self.home / "a backup of today"
        with Running([ICN, "--data", data, "job", "run", self.endless, "--fuel", ENDLESS_FUEL]) as owner:
            owner.wait_for_line(b"started")
            taken = answer("backup", data, "backup", destination)
            self.assertEqual(state_hash(data), taken["state_hash"], "the owner answers for its folder")
            self.assertIsNone(owner.process.poll())
            self.assertEqual(str(destination), taken["backup"])
            icn(data, "job", "cancel", self.running(data))
            owner.end()
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=destination, check=True,
                       timeout=TIMEOUT_S)
        copy = self.home / "copy"
        restored = answer("restore", copy, "restore", destination)
        self.assertEqual(taken["state_hash"], restored["state_hash"])
        told = answer("store_hash", copy, "store", "hash")
        self.assertEqual((taken["state_hash"], 2), (told["state_hash"], told["incarnation"]))
        self.assertEqual(taken["made"], told["restored"]["backup_made"])
        findings = answer("doctor", copy, "store", "doctor")
        self.assertEqual(1, len([row for row in findings if "restored" in row["what"]]), findings)
        self.expect_whole(copy)
        icn(copy, "job", "run", self.value)

    def running(self, data: pathlib.Path) -> str:
        """The id of the running job, which is not printed before it ends: its log exists."""
        logs = sorted((data / "logs").glob("*.log"), key=lambda path: path.stat().st_mtime)
        return logs[-1].stem

    def test_a_restore_may_choose_other_stores(self):
        data = self.make("origin")
        icn(data, "backup", self.home / "plain")
        for name in backends():
            with self.subTest(backend=name):
                copy = self.home / f"on-{name}"
                icn(copy, "restore", self.home / "plain", "--state-store", self.url(name, "restored.s"), "--dag-store",
                    self.url(name, "restored.b"))
                self.assertEqual(state_hash(data), state_hash(copy))
                self.expect_whole(copy)

    def test_a_damaged_backup_is_refused_and_nothing_is_made(self):
        data = self.make("small")
        backup, copy = self.home / "damaged", self.home / "nothing"
        icn(data, "backup", backup)
        for file in sorted(backup.iterdir()):
            whole = file.read_bytes()
            for bad in (whole[:-1], whole[:len(whole) // 2], whole[:7] + bytes([whole[7] ^ 1]) + whole[8:], None):
                file.unlink()
                if bad is not None:
                    file.write_bytes(bad)
                run = icn(copy, "restore", backup, code=None)
                self.assertIn(run.returncode, (101, 118), run.stderr)
                self.assertIn(b"backup", run.stderr)
                self.assertFalse(copy.exists(), file)
                file.write_bytes(whole)
        icn(copy, "restore", backup)
        icn(copy, "restore", backup, code=105)
        icn(data, "backup", backup, code=105)


class Examining(StoreTest):
    def test_what_is_wrong_is_told_and_the_exit_code_says_so(self):
        data = self.make("examined")
        self.expect_whole(data)
        blocks = (data / "blocks.db").read_bytes()
        (data / "blocks.db").write_bytes(blocks[:len(blocks) // 3])
        findings = answer("doctor", data, "store", "doctor", code=118)
        self.assertIn("error", {row["severity"] for row in findings})
        self.assertIn(b"restore the latest backup", icn(data, "store", "doctor", code=118).stdout)
        (data / "blocks.db").write_bytes(blocks)
        self.expect_whole(data)
        (data / "node.json").write_text("{}")
        answer("doctor", data, "store", "doctor", code=101)
        answer("doctor", self.home / "absent", "store", "doctor", code=104)
        self.assertFalse((self.home / "absent").exists())


if __name__ == "__main__":
    main()
