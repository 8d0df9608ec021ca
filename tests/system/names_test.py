#!/usr/bin/env python3
"""What people call jobs and blocks, what lists and statements show them, and files that are not overwritten."""
import json
import re
import subprocess

from icn_support import ICN, NodeTest, TIMEOUT_S, main, problems, talker, words_of


class Names(NodeTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ok = cls.json("job", "run", cls.guest("hello", talker("hello\n")))
        cls.trapped = cls.json("job", "run", cls.guest("trap"), code=110)
        cls.last = cls.json("job", "run", cls.guest("bye", talker("bye\n")))

    def test_every_command_takes_numbers_marks_and_beginnings(self):
        job = self.ok["job_id"]
        anchor = self.json("job", "describe", job)["anchor"]
        for name in ("1", job, job[:13], self.ok["receipt"], self.ok["receipt"][:14], anchor, anchor[:14]):
            with self.subTest(name=name):
                for verb in ("describe", "wait"):
                    self.assertEqual(job, self.json("job", verb, name)["job_id"])
                self.assertEqual(b"hello\n", self.icn("job", "output", name).stdout)
                self.assertEqual(job, self.json("job", "logs", name)["job_id"])
                self.assertTrue(self.json("job", "why", name)["why"])
                for verb in ("show", "verify", "replay"):
                    self.assertEqual(self.ok["receipt"], self.json("receipt", verb, name)["receipt"])
        for mark, told in (("@last", self.last), ("@last-ok", self.last), ("@last-failed", self.trapped)):
            self.assertEqual(told["job_id"], self.json("job", "describe", mark)["job_id"])
        self.assertEqual(job, self.json("dag", "get", "1")["cid"])
        self.assertEqual(anchor, self.json("dag", "tree", anchor[:14])["root"])
        self.assertEqual(job, self.json("dag", "export", job[:13], "--out", self.home / "short.car")["roots"][0])

    def test_a_name_that_leads_nowhere_says_what_was_looked_for(self):
        for name, code, says in (("99", 104, "number 99"), ("@first", 100, "@last-failed"),
                                 ("bafyreiaaaaaaaaa", 104, "begins with 'bafyreiaaaaaaaaa'")):
            error = self.json("job", "describe", name, code=code)["error"]
            self.assertIn(says, error["detail"])

    def test_evidence_is_known_by_job_receipt_and_anchor_where_it_was_imported(self):
        anchor = self.json("job", "describe", "1")["anchor"]
        archive, other = self.home / "evidence.car", self.home / "other"
        self.icn("dag", "export", anchor, "--out", archive)

        def there(*args) -> dict:
            run = subprocess.run([ICN, "--data", other, *args, "--json"], capture_output=True, timeout=TIMEOUT_S)
            self.assertEqual(0, run.returncode, run.stderr + run.stdout)
            return json.loads(run.stdout)
        there("init", "--development")
        there("dag", "import", str(archive))
        for name in (self.ok["job_id"], self.ok["receipt"], anchor, anchor[:20]):
            for verb in ("show", "verify", "replay"):
                self.assertEqual(self.ok["receipt"], there("receipt", verb, name)["receipt"])

    def test_a_list_has_columns_and_its_rows_have_what_scripts_read(self):
        lines = self.icn("job", "list").stdout.decode().splitlines()
        self.assertEqual(["#", "ID", "PROGRAM", "AGE", "STATE", "EXIT", "CHARGED"], lines[0].split())
        self.assertRegex(lines[1], r"^3  bafyrei\w{52}  bye +\d+ s  completed +0 +0\.\d+$")
        self.assertRegex(lines[2], r"^2  bafyrei\w{52}  trap +\d+ s  trap +110 +0\.\d+$")
        row = self.json("job", "list")["jobs"][2]
        self.assertEqual((1, "hello", 0, self.ok["charged_umana"]),
                         (row["number"], row["program"], row["exit_code"], row["charged_umana"]))

    def test_a_statement_adds_up_to_the_balance(self):
        told = self.json("mana", "statement")
        self.assertEqual([], problems("statement", told))
        balance = 0
        for row in told["rows"]:
            balance += int(row["amount_umana"])
            self.assertEqual(balance, int(row["balance_umana"]))
        self.assertEqual(self.umana(), balance)
        self.assertEqual(["grant", "job", "job", "job"], [row["what"] for row in told["rows"]][:4])
        self.assertEqual([job["job_id"] for job in (self.ok, self.trapped, self.last)],
                         [row["job"] for row in told["rows"][1:4]])
        newest = self.json("mana", "statement", "--count", "2")
        older = self.json("mana", "statement", "--count", "1000", "--before", newest["next_before"])
        self.assertEqual(told["rows"], older["rows"] + newest["rows"])
        self.assertIsNone(older["next_before"])
        text = self.icn("mana", "statement").stdout.decode()
        self.assertEqual(["TIME", "WHAT", "JOB", "PROGRAM", "AMOUNT", "BALANCE"], text.splitlines()[0].split())


class Files(NodeTest):
    def test_a_file_that_exists_is_kept_unless_it_is_to_be_overwritten(self):
        program, target = self.guest("hello", talker("hello\n")), self.home / "result"
        run = self.icn("job", "run", program, "--output", target)
        self.assertEqual((b"", b"hello\n"), (run.stdout, target.read_bytes()))
        again = self.json("job", "describe", self.json("job", "rerun", "@last")["job_id"])
        self.assertEqual("hello", again["program"])
        target.write_bytes(b"mine")
        for command in (("job", "run", program), ("job", "output", "@last"), ("job", "wait", "@last"),
                        ("dag", "cat", self.json("job", "describe", "@last")["output_cid"])):
            with self.subTest(command=command):
                before = self.umana()
                refused = self.icn(*command, "--output", target, code=105)
                self.assertIn(b"--force overwrites it", refused.stderr)
                self.assertEqual((b"mine", before), (target.read_bytes(), self.umana()))
                self.icn(*command, "--output", target, "--force")
                self.assertEqual(b"hello\n", target.read_bytes())
                target.write_bytes(b"mine")
        refused = self.icn("dag", "export", "@last", "--out", target, code=105)
        self.assertEqual(b"mine", target.read_bytes())

    def test_an_option_that_does_nothing_is_refused(self):
        program = self.guest("hello", talker("hello\n"))
        for command in (("job", "run", program, "--report", "--json"), ("job", "submit", program, "--report"),
                        ("job", "simulate", program, "--report"), ("job", "run", program, "--force"),
                        ("dag", "gc", "--count", "3"), ("job", "run", program, "--input", "-", "--input", "-")):
            self.icn(*command, code=100)

    def test_standard_input_is_an_input(self):
        run = self.icn("job", "run", self.guest("cat"), "--input", "-", stdin=b"typed\n")
        self.assertEqual(b"typed\n", run.stdout)

    def test_a_simulation_ends_as_the_run_would(self):
        self.assertEqual(b"", words_of(self.icn("job", "simulate", self.guest("trap"), code=110)))
        self.icn("job", "simulate", self.guest("exit3", talker(exit_code=3)), code=3)
        self.icn("job", "simulate", self.guest("endless"), "--fuel", "2000000", code=111)


class Members(NodeTest):
    INIT = ("init", "--development", "--members", "alice,bob,carol")

    def test_each_member_has_a_key_an_account_and_jobs_of_its_own(self):
        keys = self.json("key", "list")["keys"][:3]
        self.assertEqual([("alice", True, True), ("bob", True, False), ("carol", True, False)],
                         [(key["name"], key["member"], key["default"]) for key in keys])
        program = self.guest("hello", talker("hello\n"))
        self.assertEqual(keys[0]["did"], self.json("mana", "balance")["did"])
        granted = self.json("mana", "balance", "--as", "bob")
        self.assertEqual((keys[1]["did"], "1000000000"), (granted["did"], granted["available_umana"]))
        ran = self.json("job", "run", program, "--as", "bob")
        self.assertEqual(keys[1]["did"], self.json("job", "describe", ran["job_id"])["submitter"])
        paid = int(granted["available_umana"]) - int(ran["charged_umana"])
        self.assertEqual(paid, int(self.json("mana", "balance", "--as", "bob")["available_umana"]))
        self.assertEqual(paid, int(self.json("mana", "statement", "--as", "bob")["rows"][-1]["balance_umana"]))
        self.assertEqual(1_000_000_000, self.umana())
        self.icn("receipt", "verify", ran["job_id"])
        refused = self.json("job", "run", program, "--as", "erin", code=104)
        self.assertEqual("no_key", refused["rule"])

    def test_a_new_key_is_no_member_and_a_backup_holds_it(self):
        made = self.json("key", "new", "dora")
        self.assertEqual([], problems("key", made))
        self.assertEqual(("dora", False, False), (made["name"], made["member"], made["default"]))
        self.assertEqual(made, self.json("key", "show", "dora"))
        self.assertEqual("alice", self.json("key", "show")["name"])
        self.icn("key", "new", "dora", code=105)
        refused = self.json("job", "run", self.guest("hello", talker("hello\n")), "--as", "dora", code=106)
        self.assertEqual("member", refused["rule"])
        backup = self.json("backup", self.home / "backup")
        self.assertEqual({"member.key", "node.key", "bob.key", "carol.key", "dora.key", "members.json"},
                         set(backup["keys"]))
        run = subprocess.run([ICN, "--data", self.home / "restored", "restore", self.home / "backup"],
                             capture_output=True, timeout=TIMEOUT_S)
        self.assertEqual(0, run.returncode, run.stderr)
        run = subprocess.run([ICN, "--data", self.home / "restored", "key", "list", "--json"], capture_output=True,
                             timeout=TIMEOUT_S)
        self.assertEqual(self.json("key", "list"), json.loads(run.stdout))
        self.icn("store", "doctor")


class Habits(NodeTest):
    def test_words_of_other_programs_lead_to_the_command(self):
        for words, meant in ((("ls",), "icn job list"), (("ps",), "icn job list"), (("rm",), "icn job cancel"),
                             (("status",), "icn job list"), (("job", "ls"), "icn job list"),
                             (("job", "rm"), "icn job cancel"), (("job", "status"), "icn job describe")):
            said = self.icn(*words, code=100).stderr.decode()
            self.assertTrue(re.search(rf"did you mean '{meant}'", said), said)


if __name__ == "__main__":
    main()
