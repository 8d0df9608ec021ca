#!/usr/bin/env python3
"""One process owns the data folder: answers to others meanwhile, stopping a running job, progress on terminals only.

Each test waits for the program's own line "started" on standard error, so it knows that the job runs.
"""
import json
import signal

from icn_support import ENDLESS_FUEL, NodeTest, Running, Terminal, main, problems, talker, words_of


class SecondProcess(NodeTest):
    # Refused once the folder is free: it has these stores already.
    MIGRATE = ("store", "migrate", "sqlite", "sqlite")

    def endless(self, *options) -> Running:
        return Running(self.command("job", "run", self.guest("endless"), "--fuel", ENDLESS_FUEL, "--deadline", "3600",
                                    *options))

    def job_of(self, folder_listing_before: set[str]) -> str:
        """The id of the job that has started since: its log is in the folder."""
        new = {file.stem for file in (self.data / "logs").iterdir()} - folder_listing_before
        self.assertEqual(1, len(new))
        return new.pop()

    def logs_now(self) -> set[str]:
        folder = self.data / "logs"
        return {file.stem for file in folder.iterdir()} if folder.exists() else set()

    def test_logs_describe_and_cancel_reach_the_process_that_runs_the_job(self):
        before, known = self.umana(), self.logs_now()
        with self.endless("--json") as owner:
            owner.wait_for_line(b"started")
            job = self.job_of(known)
            self.assertEqual(b"started\n", self.icn("job", "logs", job).stdout)
            self.assertEqual({"job_id": job, "log": "started\n"}, self.json("job", "logs", job[:20]))
            told = self.json("job", "describe", job)
            self.assertEqual([], problems("description", told))
            self.assertEqual(("executing", None, None), (told["phase"], told["outcome"], told["exit_code"]))
            self.assertIn("executing", self.icn("job", "describe", job[:20]).stdout.decode())
            with Running(self.command("job", "logs", "-f", job)) as follower:
                self.assertEqual(b"started\n", follower.process.stdout.readline())
                self.assertEqual({"job_id": job, "cancelled": "stopping"}, self.json("job", "cancel", job))
                self.assertEqual((0, b"", b""), follower.end())
            code, out, err = owner.end()
        told = json.loads(out)
        self.assertEqual([], problems("job", told))
        self.assertEqual((113, "stopped", "cancelled", b""), (code, told["outcome"], told["phase"], err))
        self.assertEqual("cancelled", self.json("job", "list")["jobs"][0]["phase"])
        self.assertRegex(self.icn("job", "list").stdout.decode().splitlines()[1], r"endless +\d+ s  cancelled +113 ")
        self.assertGreater(int(told["charged_umana"]), 0)
        self.assertEqual((before - int(told["charged_umana"]), 0), (self.umana(), self.umana("reserved")))
        self.icn("receipt", "verify", told["receipt"])
        self.icn("receipt", "replay", told["receipt"])

    def test_every_other_command_is_answered_by_the_owner_of_the_folder(self):
        with self.endless() as owner:
            owner.wait_for_line(b"started")
            self.assertNotEqual("0", self.json("mana", "balance")["reserved_umana"])
            jobs = self.json("job", "list")
            self.assertEqual([], problems("job_list", jobs))
            self.assertEqual("executing", jobs["jobs"][0]["phase"])
            stored = self.icn("dag", "put", "-", stdin=b"a file" * 100_000).stdout.decode().strip()
            self.assertEqual(b"a file" * 100_000, self.icn("dag", "cat", stored).stdout)
            self.icn("param", "list")
            socket = f"unix:{self.data}/icn.sock"
            self.assertEqual(jobs, self.json("job", "list", "--node", socket))
            refused = self.icn(*self.MIGRATE, "--node", socket, code=100)
            self.assertIn(b"works on a data folder", refused.stderr)
            self.icn("job", "list", "--node", socket + "x", code=116)
            self.icn("job", "list", "--node", "http://example.com:80", code=100)
            # It runs in the owner's process, with its log and its output here.
            run = self.icn("job", "run", self.guest("other", talker("put out\n", "logged\n")))
            self.assertEqual(b"put out\n", run.stdout)
            self.assertIn(b"logged\n", run.stderr)
            self.icn("init", "--development", "--wait=0", code=105)
            for verb in ("describe", "cancel", "logs"):
                self.assertEqual("not_found", self.json("job", verb, "bafyreiaaaaaaa", code=104)["error"]["name"])
            owner.process.send_signal(signal.SIGINT)
            self.assertEqual(113, owner.end()[0])
        self.icn("mana", "balance")

    def test_commands_on_the_whole_folder_are_told_who_owns_it(self):
        with self.endless() as owner:
            owner.wait_for_line(b"started")
            run = self.icn(*self.MIGRATE, "--wait=0", code=116)
            self.assertIn(f"is in use by process {owner.process.pid} (icn job run)".encode(), run.stderr)
            self.assertEqual(b"", run.stdout)
            self.assertTrue(self.json(*self.MIGRATE, "--wait=0", code=116)["error"]["retryable"])
            owner.process.send_signal(signal.SIGINT)
            self.assertEqual(113, owner.end()[0])

    def test_an_interrupted_job_is_stopped_and_settled(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            before = self.umana()
            with self.endless() as owner:
                owner.wait_for_line(b"started")
                owner.process.send_signal(number)
                code, out, err = owner.end()
            self.assertEqual((113, b""), (code, out))
            self.assertIn(b"icn: the program was stopped on request\nicn: charged ", err)
            self.assertLess(self.umana(), before)
            self.assertEqual(0, self.umana("reserved"))

    def test_a_killed_owner_leaves_the_folder_free_and_the_job_to_be_run_again(self):
        known = self.logs_now()
        with self.endless("--cost", "600") as owner:
            owner.wait_for_line(b"started")
            job = self.job_of(known)
            owner.process.kill()
            owner.end()
        told = self.json("job", "describe", job)
        self.assertEqual(("submitted", None, "0"), (told["phase"], told["outcome"], told["charged_umana"]))
        self.assertEqual("released", self.json("job", "cancel", job)["cancelled"])
        self.assertEqual(0, self.umana("reserved"))

    def test_a_run_leaves_what_waits_alone_and_work_runs_it(self):
        job = self.json("job", "submit", self.guest("earlier", talker("earlier\n", "noted\n")))["job_id"]
        self.assertEqual(b"now\n", self.icn("job", "run", self.guest("now", talker("now\n"))).stdout)
        self.assertEqual("submitted", self.json("job", "describe", job)["phase"])
        done = self.json("job", "work")
        self.assertEqual((1, 0, 0), (done["completed"], done["failed"], done["left"]))
        self.assertEqual("completed", self.json("job", "describe", job)["phase"])
        self.assertEqual((b"earlier\n", b"noted\n"),
                         (self.icn("job", "output", job).stdout, self.icn("job", "logs", job).stdout))
        self.assertEqual(b"no jobs wait\n", self.icn("job", "work").stdout)

    def test_jobs_that_are_run_at_once_all_complete_whichever_process_has_the_folder(self):
        program = self.guest("now", talker("now\n"))
        for _ in range(3):
            started = [Running(self.command("job", "run", program)) for _ in range(6)]
            ends = [running.end() for running in started]
            self.assertEqual([(0, b"now\n")] * 6, [(code, out) for code, out, _ in ends], ends)
        self.assertEqual({"completed"}, {job["phase"] for job in self.json("job", "list")["jobs"][:18]})

    def test_a_command_waits_for_the_folder_until_it_is_free(self):
        with self.endless() as owner:
            owner.wait_for_line(b"started")
            with Running(self.command(*self.MIGRATE, "--wait")) as waiting:
                refused = self.icn(*self.MIGRATE, "--wait=0", code=116)
                self.assertIn(b"--wait=S waits longer", refused.stderr)
                owner.process.send_signal(signal.SIGINT)
                self.assertEqual(113, owner.end()[0])
                self.assertEqual(100, waiting.end()[0])


class Progress(NodeTest):
    def test_a_terminal_shows_progress_and_ctrl_c_stops_the_job(self):
        before = self.umana()
        with Terminal(self.command("job", "run", self.guest("endless"), "--fuel", ENDLESS_FUEL, "--deadline", "3600",
                                   "--input", "/dev/null")) as terminal:
            terminal.wait_for(rb"started\r\n")
            terminal.wait_for("\r\x1b\\[K\\d+ s of 3,600 s · 0 % of fuel · [\\d.]+ mana".encode())
            terminal.type(b"\x03")
            terminal.wait_for(rb"\r\x1b\[Kicn: the program was stopped")
            code, out = terminal.end()
        self.assertEqual((113, b""), (code, out))
        self.assertLess(self.umana(), before)
        self.assertEqual(0, self.umana("reserved"))

    def test_what_takes_long_before_the_program_speaks_is_shown_too(self):
        # A million additions to compile take longer than the half second after which progress shows, on every machine.
        body = "(local i32) " + "(local.set 0 (i32.add (local.get 0) (i32.const 1)))" * 2500
        wat = "(module " + f"(func {body})" * 400 + '(func (export "_start")))'
        with Terminal(self.command("job", "run", self.guest("large", wat), "--input", "/dev/null")) as terminal:
            terminal.wait_for("\r\x1b\\[Kcompiling and starting the program … ?".encode())
            self.assertEqual((0, b""), terminal.end())
            self.assertTrue(terminal.everything().endswith(b"\r\x1b[K"), terminal.shown[-40:])

    def test_a_program_steers_no_terminal(self):
        """Its log and its output: escaped on a terminal, raw in a pipe."""
        evil = "\x1b]52;c;ZXZpbA==\x07\x9b31m\n"
        program = self.guest("evil", talker(evil, evil))
        with Terminal(self.command("job", "run", program, "--input", "/dev/null")) as terminal:
            code, out = terminal.end()
            self.assertEqual((0, evil.encode()), (code, out))
            shown = terminal.everything()
        self.assertIn(rb"\x1b]52;c;ZXZpbA==\x07", shown)
        self.assertFalse([byte for byte in shown if byte < 32 and byte not in b"\r\n"], shown)
        job = self.json("job", "list")["jobs"][0]["job_id"]
        self.assertEqual(evil.encode(), self.icn("job", "output", job).stdout)
        self.assertEqual(evil.encode(), self.icn("job", "logs", job).stdout)

    def test_a_program_on_a_terminal_says_what_it_says_and_nothing_else(self):
        with Terminal(self.command("job", "run", self.guest("quick", talker("out\n", "err\n")))) as terminal:
            terminal.wait_for(rb"err\r\n")
            self.assertEqual((0, b"out\n"), terminal.end())
            self.assertEqual(b"err\r\n", words_of(terminal.shown))

    def test_a_pipe_shows_no_progress(self):
        command = self.command("job", "run", self.guest("endless"), "--fuel", "300000000", "--deadline", "600")
        with Running(command) as run:
            code, out, err = run.end()
        self.assertEqual((111, b""), (code, out))
        self.assertEqual([b"started", b"icn: the program used up its fuel limit of 300,000,000; --fuel asks for more"],
                         words_of(err).splitlines()[:2])
        self.assertEqual(3, len(words_of(err).splitlines()))


if __name__ == "__main__":
    main()
