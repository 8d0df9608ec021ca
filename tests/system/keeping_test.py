#!/usr/bin/env python3
"""What is kept and what is removed, as a user sees it: gc, pin, unpin, pins, and a full store."""
import json
import os

from icn_support import NodeTest, main, problems, talker


class Keeping(NodeTest):
    def gc(self, *args) -> dict:
        document = self.json("dag", "gc", *args)
        self.assertEqual([], problems("dag_gc", document))
        return document

    def put(self, name: str, content: bytes) -> str:
        path = self.home / name
        path.write_bytes(content)
        return self.json("dag", "put", path)["cid"]

    def test_what_was_put_stays_until_it_is_unpinned(self):
        cid = self.put("kept", b"kept\n")
        self.gc()
        self.assertEqual(b"kept\n", self.icn("dag", "get", cid).stdout)
        gone = self.json("dag", "unpin", cid)
        self.assertEqual([("member", "recursive", None, [cid])],
                         [(pin["kind"], pin["mode"], pin["until"], pin["roots"]) for pin in gone["unpinned"]])
        self.icn("dag", "unpin", cid, code=104)
        dry = self.gc("--dry-run")
        self.assertIn({"cid": cid, "bytes": 5, "why": "nothing pins it"}, dry["listed"])
        self.assertEqual(b"kept\n", self.icn("dag", "get", cid).stdout)
        told = self.icn("dag", "gc", "--dry-run").stdout.decode()
        self.assertIn(f"{cid}  5 bytes: nothing pins it\n", told)
        self.assertIn("Nothing was removed", told)
        self.assertEqual(dry["removed_blocks"], self.gc()["removed_blocks"])
        self.icn("dag", "get", cid, code=122)

    def test_a_job_stays_whole_until_its_submitter_lets_go(self):
        ran = self.json("job", "run", self.guest("hello", talker(out="hello\n")))
        self.gc()
        self.icn("receipt", "verify", ran["receipt"])
        self.icn("receipt", "replay", ran["receipt"])
        self.assertEqual(b"hello\n", self.icn("job", "output", ran["job_id"]).stdout)
        pins = self.json("dag", "pins", "--count", "1000")["pins"]
        self.assertIn(ran["job_id"], [pin["holder"] for pin in pins if pin["kind"] == "job" and pin["until"]])
        self.json("dag", "unpin", ran["job_id"][:20])
        self.assertGreater(self.gc()["removed_blocks"], 5)
        self.icn("receipt", "replay", ran["receipt"], code=122)
        # What the node itself knows of it stays.
        told = self.json("job", "describe", ran["job_id"])
        self.assertEqual([], problems("description", told))
        self.assertEqual(("ok", ran["charged_umana"], None, None, None),
                         (told["outcome"], told["charged_umana"], told["module"], told["args"], told["order"]))
        self.assertIn(b"program     its block was unpinned and removed\n", self.icn("job", "describe", "@last").stdout)
        why = self.icn("job", "why", "@last").stdout
        self.assertIn(b"Next: nothing; its output and its receipt were unpinned and removed.\n", why)
        self.assertNotIn(b"icn job output", why)
        again = self.json("job", "rerun", "@last", code=122)
        self.assertEqual(("job_removed", None), (again["rule"], again["job_id"]))
        self.assertEqual(ran["job_id"], self.json("job", "list")["jobs"][0]["job_id"])

    def test_an_open_job_is_not_let_go(self):
        job = self.json("job", "submit", self.guest("later", talker(out="later\n")))["job_id"]
        refused = json.loads(self.icn("--json", "dag", "unpin", job, code=105).stdout)
        self.assertEqual("invalid_state", refused["error"]["name"])
        self.gc()
        self.assertEqual("ok", self.json("job", "wait", job)["outcome"])

    def test_pins_are_listed_page_by_page(self):
        for number in range(5):
            self.put(f"page{number}", b"page %d" % number)
        every = self.json("dag", "pins", "--count", "10000")["pins"]
        listed, after = [], None
        while True:
            page = self.json("dag", "pins", "--count", "3", *(["--after", after] if after else []))
            listed += page["pins"]
            after = page["next_after"]
            if after is None:
                break
        self.assertEqual(every, listed)

    def test_a_full_store_refuses_and_says_what_to_do(self):
        cid = self.put("large", os.urandom(600_000))
        full = {"env": {**os.environ, "ICN_STORAGE_QUOTA": "500KiB"}}
        path = self.home / "another"
        path.write_bytes(os.urandom(100_000))
        refused = json.loads(self.icn("--json", "dag", "put", path, code=103, **full).stdout)["error"]
        self.assertEqual("dag_quota", refused["rule"])
        self.assertIn("quota of 500 KiB", refused["detail"])
        told = self.icn("dag", "put", path, code=103, **full).stderr
        for words in (b"quota of 500 KiB", b"icn dag gc", b"icn dag unpin", b"ICN_STORAGE_QUOTA"):
            self.assertIn(words, told)
        program = self.guest("full", talker(out="x" * 200))
        self.refused("job", "run", program, code=103, rule="dag_quota", says="Nothing was charged", **full)
        self.icn("dag", "unpin", cid, **full)
        self.assertGreaterEqual(self.json("dag", "gc", **full)["removed_bytes"], 600_000)

    def test_a_quota_that_is_none_is_refused(self):
        for wrong in ("many", "5KB", "-1", "1.5GiB", "99999999999TiB"):
            run = self.icn("dag", "stat", code=100, env={**os.environ, "ICN_STORAGE_QUOTA": wrong})
            self.assertIn(b"ICN_STORAGE_QUOTA", run.stderr)
        for right in ("0", "1073741824", "20GiB", ""):
            self.icn("dag", "stat", env={**os.environ, "ICN_STORAGE_QUOTA": right})


if __name__ == "__main__":
    main()
