#!/usr/bin/env python3
"""Receipts, blocks and sums after changes to the databases: each case has its answer and its exit code."""
import base64
import contextlib
import hashlib
import json
import sqlite3

from icn_support import NodeTest, main, problems, talker

RAW, DAG_CBOR = 0x55, 0x71
DIFFERS, MISSING, UNKNOWN_PROFILE, CORRUPTED, BAD_SIGNATURE, INVALID_FORMAT = 121, 122, 123, 118, 120, 101


def cid_bytes(text: str) -> bytes:
    """The 36 bytes of a CID: version, codec, hash function, length, digest."""
    padded = text[1:].upper() + "=" * (-len(text[1:]) % 8)
    return base64.b32decode(padded)


def key_of(text: str) -> bytes:
    """How the block store names a CID: codec and digest."""
    raw = cid_bytes(text)
    return raw[1:2] + raw[4:]


class Tampering(NodeTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two programs that make the same two calls, the second with another length: they diverge at call 1.
        calls = ('(module (import "icn" "host_abi_version" (func $version (result i32)))'
                 ' (import "icn" "host_random" (func $random (param i32 i32) (result i32)))'
                 ' (memory (export "memory") 1) (func (export "run") (result i64) (drop (call $version))'
                 ' (drop (call $random (i32.const 0) (i32.const %d))) (i64.load (i32.const 0))))')
        cls.ran = cls.json("job", "run", cls.guest("calls8", calls % 8))
        cls.other = cls.json("job", "run", cls.guest("calls9", calls % 9))
        cls.receipt = cls.json("receipt", "show", cls.ran["receipt"])
        cls.other_receipt = cls.json("receipt", "show", cls.other["receipt"])

    @contextlib.contextmanager
    def blocks(self):
        """The block database, restored afterwards."""
        with contextlib.closing(sqlite3.connect(self.data / "blocks.db")) as database:
            before = database.execute("SELECT cid, bytes FROM blocks").fetchall()
            try:
                yield database
            finally:
                database.execute("DELETE FROM blocks")
                database.executemany("INSERT INTO blocks(cid, bytes) VALUES (?, ?)", before)
                database.commit()

    def bytes_of(self, database: sqlite3.Connection, cid: str) -> bytes:
        return database.execute("SELECT bytes FROM blocks WHERE cid = ?", (key_of(cid),)).fetchone()[0]

    def put(self, database: sqlite3.Connection, block: bytes, codec: int = DAG_CBOR) -> str:
        digest = hashlib.sha256(block).digest()
        database.execute("INSERT OR REPLACE INTO blocks(cid, bytes) VALUES (?, ?)", (bytes([codec]) + digest, block))
        database.commit()
        raw = bytes([1, codec, 0x12, 32]) + digest
        return "b" + base64.b32encode(raw).decode().lower().rstrip("=")

    def forge(self, database: sqlite3.Connection, cid: str, old: bytes, new: bytes) -> str:
        """A copy of a block with some bytes changed, under its own correct CID."""
        block = self.bytes_of(database, cid)
        self.assertEqual(1, block.count(old))
        return self.put(database, block.replace(old, new))

    def swap_link(self, database: sqlite3.Connection, cid: str, old: str, new: str) -> str:
        return self.forge(database, cid, cid_bytes(old), cid_bytes(new))

    def damage(self, database: sqlite3.Connection, cid: str) -> None:
        block = bytearray(self.bytes_of(database, cid))
        block[len(block) // 2] ^= 1
        database.execute("UPDATE blocks SET bytes = ? WHERE cid = ?", (bytes(block), key_of(cid)))
        database.commit()

    def lose(self, database: sqlite3.Connection, cid: str) -> None:
        database.execute("DELETE FROM blocks WHERE cid = ?", (key_of(cid),))
        database.commit()

    def replay(self, cid: str, code: int) -> dict:
        told = self.json("receipt", "replay", cid, code=code)
        self.assertEqual([], problems("error" if "error" in told else "replay", told))
        return told

    def test_an_honest_receipt_verifies_and_replays(self):
        self.icn("receipt", "verify", self.ran["receipt"])
        told = self.replay(self.ran["receipt"], 0)
        self.assertEqual(("match", told["expected"]), (told["verdict"], told["got"]))
        self.assertIn(b"identical", self.icn("receipt", "replay", self.ran["receipt"]).stdout)

    def test_a_receipt_with_another_transcript_differs_and_the_call_is_named(self):
        with self.blocks() as database:
            forged = self.swap_link(database, self.receipt["body"], self.receipt["transcript"],
                                    self.other_receipt["transcript"])
            told = self.replay(forged, DIFFERS)
            self.assertEqual(("differs", "transcript", 1), (told["verdict"], told["field"], told["call_index"]))
            self.assertIn("host_random", told["detail"])
            text = self.icn("receipt", "replay", forged, code=DIFFERS).stdout.decode()
            self.assertIn("host_random", text)

    def test_a_receipt_with_another_output_or_fuel_differs_in_that_field(self):
        with self.blocks() as database:
            output = self.swap_link(database, self.receipt["body"], self.receipt["output"],
                                    self.other_receipt["output"])
            self.assertEqual("output", self.replay(output, DIFFERS)["field"])
            fuel = self.receipt["fuel"].to_bytes(2, "big")
            more = self.forge(database, self.receipt["body"], b"dfuel\x19" + fuel, b"dfuel\x19\xff\xff")
            told = self.replay(more, DIFFERS)
            self.assertEqual(("fuel", 65535, self.receipt["fuel"]),
                             (told["field"], told["expected"]["fuel"], told["got"]["fuel"]))

    def test_a_forged_receipt_does_not_verify(self):
        with self.blocks() as database:
            body = self.swap_link(database, self.receipt["body"], self.receipt["output"], self.other_receipt["output"])
            envelope = self.swap_link(database, self.ran["receipt"], self.receipt["body"], body)
            run = self.icn("--json", "receipt", "verify", envelope, code=BAD_SIGNATURE)
            self.assertEqual("invalid_signature", json.loads(run.stdout)["error"]["name"])
            # Its signature does not matter to a replay, which finds the lie itself.
            self.assertEqual("output", self.replay(envelope, DIFFERS)["field"])

    def test_a_receipt_whose_blocks_are_lost_cannot_be_replayed(self):
        job = self.json("job", "describe", self.ran["job_id"])
        for name, lost in (("module", job["module"]), ("order", self.receipt["order"]), ("job", self.ran["job_id"]),
                           ("observations", job["order"]["observations"]), ("body", self.receipt["body"])):
            with self.subTest(lost=name), self.blocks() as database:
                self.lose(database, lost)
                told = self.replay(self.ran["receipt"], MISSING)
                self.assertEqual("missing_data", told["verdict"])
                self.assertIn(lost, told["detail"])
        with self.blocks() as database:
            self.lose(database, self.receipt["order"])
            told = self.json("receipt", "verify", self.ran["receipt"], code=MISSING)
            self.assertIn(self.receipt["order"], told["error"]["detail"])

    def test_a_damaged_block_is_named_and_never_used(self):
        job = self.json("job", "describe", self.ran["job_id"])
        for damaged in (job["module"], self.receipt["order"], self.receipt["body"], self.ran["receipt"]):
            with self.subTest(damaged=damaged), self.blocks() as database:
                self.damage(database, damaged)
                told = self.replay(self.ran["receipt"], CORRUPTED)
                self.assertEqual("corrupted", told["error"]["name"])
                self.assertIn(damaged, told["error"]["detail"])
        with self.blocks() as database:
            self.damage(database, self.ran["receipt"])
            self.icn("receipt", "verify", self.ran["receipt"], code=CORRUPTED)
            self.icn("receipt", "show", self.ran["receipt"], code=CORRUPTED)

    def test_an_order_of_another_profile_says_so(self):
        with self.blocks() as database:
            order = self.json("job", "describe", self.ran["job_id"])["order"]
            other = self.put(database, b"\xa1av\x18\x63")
            order_cid = self.swap_link(database, self.receipt["order"], order["profile"], other)
            body = self.swap_link(database, self.receipt["body"], self.receipt["order"], order_cid)
            told = self.replay(body, UNKNOWN_PROFILE)
            self.assertEqual("unknown_profile", told["verdict"])
            self.assertIn(other, told["detail"])

    def test_what_is_no_receipt_is_no_receipt(self):
        for verb in ("show", "verify", "replay"):
            told = self.json("receipt", verb, self.receipt["order"], code=INVALID_FORMAT)
            self.assertIn(self.receipt["order"], told["error"]["detail"])

    def test_dag_verify_finds_every_damaged_and_missing_block(self):
        good = self.json("dag", "verify")
        self.assertEqual([], good["bad"])
        with self.blocks() as database:
            self.damage(database, self.ran["job_id"])
            told = self.json("dag", "verify", code=CORRUPTED)
            found = (problems("dag_verify", told), len(told["bad"]), told["blocks"])
            self.assertEqual(([], 1, good["blocks"] - 1), found)
            self.assertIn(self.ran["job_id"], told["bad"][0])
        with self.blocks() as database:
            self.lose(database, self.ran["job_id"])
            self.assertEqual([], self.json("dag", "verify")["bad"])
            told = self.json("dag", "verify", self.receipt["order"], code=CORRUPTED)
            self.assertIn(self.ran["job_id"], told["bad"][0])
        self.icn("dag", "verify", self.receipt["order"])


class Blocks(NodeTest):
    def test_a_file_comes_back_as_it_was_whatever_its_size(self):
        for size in (0, 1, 1 << 20, (1 << 20) + 1, 3_500_000):
            file = self.home / f"file{size}"
            file.write_bytes(bytes(i % 251 for i in range(size)))
            put = self.json("dag", "put", file)
            self.assertEqual(size, put["bytes"])
            self.assertEqual(file.read_bytes(), self.icn("dag", "get", put["cid"]).stdout)
            self.assertEqual(put, self.json("dag", "put", file))
            self.assertEqual(0, len(self.json("dag", "verify", put["cid"])["bad"]))
            if size <= 1 << 20:
                raw = bytes([1, RAW, 0x12, 32]) + hashlib.sha256(file.read_bytes()).digest()
                self.assertEqual("b" + base64.b32encode(raw).decode().lower().rstrip("="), put["cid"])

    def test_stat_counts_what_is_put(self):
        before = self.json("dag", "stat")
        file = self.home / "counted"
        file.write_bytes(b"counted once")
        self.icn("dag", "put", file)
        self.icn("dag", "put", file)
        after = self.json("dag", "stat")
        self.assertEqual((before["blocks"] + 1, before["bytes"] + 12, "sqlite"),
                         (after["blocks"], after["bytes"], after["store"]))

    def test_a_block_as_dag_json_is_json(self):
        job = self.json("job", "run", self.guest("seen", talker("seen\n")), "an argument")["job_id"]
        told = json.loads(self.icn("dag", "get", job, "--as", "dag-json").stdout)
        self.assertEqual((["an argument"], "_start"), (told["args"], told["entry"]))
        output = self.json("job", "describe", job)["output_cid"]
        self.assertEqual({"/": {"bytes": "c2Vlbgo"}},
                         json.loads(self.icn("dag", "get", output, "--as", "dag-json").stdout))


class Sums(NodeTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.json("job", "run", cls.guest("paid", talker("paid\n")))

    @contextlib.contextmanager
    def journal(self):
        """The rows of the ledger's journal, and a way to change the database, which is restored afterwards."""
        with contextlib.closing(sqlite3.connect(self.data / "state.db")) as database:
            before = database.execute("SELECT key, value, sum FROM state").fetchall()
            try:
                yield database, [row for row in before if row[0].startswith(b"lj/")]
            finally:
                database.execute("DELETE FROM state")
                database.executemany("INSERT INTO state VALUES (?, ?, ?)", before)
                database.commit()

    def test_the_audit_tells_every_sum(self):
        told = self.json("mana", "audit")
        self.assertEqual(("2000000000", "0", 0), (told["issued_umana"], told["reserved_umana"], told["open_reserves"]))
        self.assertEqual(int(told["issued_umana"]), sum(int(told[f"{part}_umana"]) for part in
                                                        ("member_held", "treasury", "fees", "escrow", "slashed")))
        self.assertEqual(self.umana() + self.umana_of_node(), int(told["member_held_umana"]))

    def umana_of_node(self) -> int:
        executor = self.json("job", "list")["jobs"][0]["executor"]
        return int(self.json("mana", "balance", executor)["available_umana"])

    def test_a_damaged_journal_fails_the_audit(self):
        with self.journal() as (database, rows):
            for key, value, _ in rows:
                changed = bytearray(value)
                changed[len(changed) // 2] ^= 1
                database.execute("UPDATE state SET value = ? WHERE key = ?", (bytes(changed), key))
                database.commit()
                told = self.json("mana", "audit", code=CORRUPTED)
                self.assertEqual([], problems("error", told))
                database.execute("UPDATE state SET value = ? WHERE key = ?", (value, key))
        self.icn("mana", "audit")

    def test_a_journal_with_a_hole_fails_the_audit(self):
        with self.journal() as (database, rows):
            for key, value, row_sum in rows[:-1]:
                database.execute("DELETE FROM state WHERE key = ?", (key,))
                database.commit()
                run = self.icn("mana", "audit", code=None)
                self.assertIn(run.returncode, (CORRUPTED, 124), key)
                database.execute("INSERT INTO state VALUES (?, ?, ?)", (key, value, row_sum))
        self.icn("mana", "audit")

    def test_an_amount_that_was_changed_with_its_checksum_fails_the_audit(self):
        with self.journal() as (database, rows):
            key, value, _ = rows[-1]
            amount = int(self.json("mana", "history", "--count", "100")["transfers"][-1]["amount_umana"])
            changed = value.replace(amount.to_bytes(8, "big"), (amount + 100_000_000).to_bytes(8, "big"))
            self.assertNotEqual(value, changed)
            digest = hashlib.sha256(bytes([len(key) - 1]) + key + changed).digest()
            database.execute("UPDATE state SET value = ?, sum = ? WHERE key = ?",
                             (changed, int.from_bytes(digest[:8], "big") >> 1, key))
            database.commit()
            self.assertIn(self.icn("mana", "audit", code=None).returncode, (CORRUPTED, 124))


if __name__ == "__main__":
    main()
