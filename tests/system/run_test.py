#!/usr/bin/env python3
"""`icn job run` behaves like the program itself: its exit code, its streams, its arguments, and nothing else in a
pipe."""
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess

from icn_support import (ENDLESS_FUEL, EXIT, FD_WRITE, GUESTS, NodeTest, Running, TIMEOUT_S, main, problems, program,
                         say, talker, words_of, writer)


class RunsLikeTheProgram(NodeTest):
    def test_the_exit_code_is_the_programs_own(self):
        for code, shown in ((0, 0), (1, 1), (99, 99), (100, 100), (125, 125), (126, 126), (255, 255), (257, 1)):
            run = self.icn("job", "run", self.guest(f"exit{code}", talker("out\n", "err\n", code)), code=shown)
            self.assertEqual((b"out\n", b"err\n"), (run.stdout, words_of(run)))
            self.assertRegex(run.stderr, rb"\Aicn: job bafyrei\w{6} accepted\n")

    def test_a_failing_exit_code_of_more_than_eight_bits_never_looks_like_success(self):
        program = self.guest("exit256", talker(exit_code=256))
        self.icn("job", "run", program, code=255)
        told = self.json("job", "run", program, code=255)
        self.assertEqual(("nonzero_exit", 256, 255), (told["outcome"], told["code"], told["exit_code"]))

    def test_a_program_that_icn_ends_has_icns_own_exit_code_and_says_why(self):
        for name, options, code, says in (
                ("trap", (), 110, b"icn: the program trapped (unreachable): "),
                ("endless", ("--fuel", "2000000"), 111, b"icn: the program used up its fuel limit of 2,000,000; "),
                ("deep", (), 112, b"icn: the program did not finish: stack_overflow"),
                ("endless", ("--deadline", "1"), 113, b"stopped at its deadline")):
            run = self.icn("job", "run", self.guest(name), *options, code=code)
            self.assertEqual(b"", run.stdout)
            self.assertIn(says, run.stderr)
            self.assertRegex(run.stderr, rb"icn: charged [0-9.]+ mana, released [0-9.]+ mana; `icn job why bafy")
            told = self.json("job", "run", self.guest(name), *options, code=code)
            self.assertEqual([], problems("job", told))
            self.assertGreater(int(told["charged_umana"]), 0)
            self.assertTrue(told["receipt"])

    def test_arguments_reach_the_program_byte_for_byte(self):
        arguments = ["[1,2]", "{}", "[]", "", "a b", "%%", "-5", "-", "ü", "--", "--json", "-x"]
        run = self.icn("job", "run", self.guest("arguments"), *arguments[:9], "--", *arguments[9:])
        self.assertEqual(["main", *arguments[:9], *arguments[9:], ""], run.stdout.decode().split("\0"))

    def test_options_may_follow_the_arguments(self):
        told = self.json("job", "run", self.guest("nothing"), "a", "--fuel=5000000", "b", "--cost", "1")
        self.assertEqual((5_000_000, "1000000"), (told["fuel_limit"], told["reserved_umana"]))

    def test_standard_input_is_the_input_when_piped_and_input_comes_first(self):
        cat, data = self.guest("cat"), bytes(range(256)) * 1000
        file = self.home / "input"
        file.write_bytes(b"from the file")
        self.assertEqual(data, self.icn("job", "run", cat, stdin=data).stdout)
        self.assertEqual(b"", self.icn("job", "run", cat, stdin=b"").stdout)
        self.assertEqual(b"", self.icn("job", "run", cat).stdout)
        self.assertEqual(b"from the file", self.icn("job", "run", cat, "--input", file, stdin=data).stdout)
        with file.open("rb") as redirected:
            self.assertEqual(b"from the file", self.icn("job", "run", cat, stdin=redirected.read()).stdout)

    def test_an_endless_standard_input_is_refused_at_the_limit_and_not_read_for_ever(self):
        with open("/dev/zero", "rb") as zeros:
            run = subprocess.run(self.command("job", "run", self.guest("cat"), "--limit", "max_input_bytes=1000",
                                              "--json"),
                                 stdin=zeros, capture_output=True, timeout=60)
        self.assertEqual((103, "max_input_bytes"), (run.returncode, json.loads(run.stdout)["rule"]))

    def test_the_value_of_run_is_the_output(self):
        self.assertEqual((258).to_bytes(8, "little"), self.icn("job", "run", self.guest("value")).stdout)

    def test_fifty_mebibytes_of_output_come_out_whole(self):
        program = self.guest("fifty", writer(50))
        limit = ("--limit", f"max_output_bytes={50 << 20}")
        run = self.icn("job", "run", program, *limit)
        self.assertEqual(50 << 20, len(run.stdout))
        told = self.json("job", "run", program, *limit)
        again = self.icn("job", "output", told["job_id"]).stdout
        self.assertEqual(hashlib.sha256(run.stdout).digest(), hashlib.sha256(again).digest())
        short = self.json("job", "run", program, "--limit", f"max_output_bytes={(50 << 20) - 1}", code=110)
        self.assertEqual("output_limit", short["trap"])

    def test_json_alone_stands_on_standard_output_and_the_programs_words_on_standard_error(self):
        run = self.icn("job", "run", self.guest("speaks", talker("out\n", "err\n")), "--json")
        self.assertEqual([], problems("job", json.loads(run.stdout)))
        self.assertEqual(b"err\n", run.stderr)

    def test_the_report_tells_the_whole_story(self):
        run = self.icn("job", "run", "--report", GUESTS / "word_count.wasm", stdin=b"one two\nthree\n")
        text = run.stdout.decode()
        self.assertTrue(text.startswith("2 lines, 3 words, 14 bytes\n\n"), text)
        for line in (r"job +bafyrei\w+", r"executor +did:key:z6Mk\w+", "outcome +ok",
                     "result +2 lines, 3 words, 14 bytes",
                     r"fuel +[\d,]+ of 10,000,000,000", r"price +charged 0\.\d+ mana of 1\d mana reserved, [\d.]+ mana",
                     r"member +[\d.]+ mana before, [\d.]+ mana after", r"node +[\d.]+ mana before, [\d.]+ mana after",
                     r"receipt +bafyrei\w+", "verified +7 checks passed", "replayed +identical"):
            self.assertRegex(text, rf"(?m)^{line}")

    def test_a_simulation_says_the_price_and_neither_charges_nor_stores(self):
        program = self.guest("simulated", talker("x" * 100, exit_code=4))
        before, blocks = self.umana(), self.json("dag", "stat")
        told = self.json("job", "simulate", program, code=4)
        self.assertEqual(("nonzero_exit", 4, 100), (told["outcome"], told["exit_code"], told["output_bytes"]))
        self.assertEqual((before, blocks), (self.umana(), self.json("dag", "stat")))
        ran = self.json("job", "run", program, code=4)
        self.assertEqual((told["charged_umana"], told["fuel_used"]), (ran["charged_umana"], ran["fuel_used"]))


class LifeOfAJob(NodeTest):
    def test_submit_holds_the_price_and_wait_runs_the_job_and_tells_it_again(self):
        before = self.umana()
        waiting = self.json("job", "submit", self.guest("later", talker("later\n", "noted\n", 3)), "--cost", "20")
        self.assertEqual((None, "submitted", None), tuple(waiting[k] for k in ("outcome", "phase", "exit_code")))
        self.assertEqual((before - 20_000_000, 20_000_000), (self.umana(), self.umana("reserved")))
        run = self.icn("job", "wait", waiting["job_id"], code=3)
        self.assertEqual((b"later\n", b"noted\n"), (run.stdout, run.stderr))
        told = self.json("job", "wait", waiting["job_id"], code=3)
        self.assertEqual(("nonzero_exit", before - int(told["charged_umana"])), (told["outcome"], self.umana()))
        self.assertEqual(b"later\n", self.icn("job", "wait", waiting["job_id"], code=3).stdout)
        # Reporting its result again leaves the log as it was.
        self.assertEqual(b"noted\n", self.icn("job", "logs", waiting["job_id"]).stdout)

    def test_the_same_body_with_the_same_nonce_is_one_job_charged_once(self):
        program = self.guest("once", talker("once\n"))
        first = self.json("job", "run", program, "--nonce", "7")
        self.assertNotIn("note", first)
        after = self.umana()
        again = self.json("job", "run", program, "--nonce", "7")
        self.assertIn("accepted before", again.pop("note"))
        self.assertEqual((first, after), (again, self.umana()))
        run = self.icn("job", "run", program, "--nonce", "7")
        self.assertEqual(b"once\n", run.stdout)
        self.assertIn(b"icn: the same job was accepted before; it is not run or charged again\n", run.stderr)
        others = {self.json("job", "run", program, *more)["job_id"]
                  for more in (("--nonce", "8"), ("--nonce", "7", "--fuel", "5000000"), ("--nonce", "7", "x"), ())}
        self.assertEqual(4, len(others - {first["job_id"]}))

    def test_a_job_cancelled_before_it_ran_gives_everything_back(self):
        before = self.umana()
        job = self.json("job", "submit", self.guest("nothing"), "--spend-max", "5", "--grant", "spend")["job_id"]
        self.assertGreater(self.umana("reserved"), 5_000_000)
        self.assertEqual({"job_id": job, "cancelled": "released"}, self.json("job", "cancel", job))
        self.assertEqual((before, 0), (self.umana(), self.umana("reserved")))
        told = self.json("job", "wait", job, code=114)
        self.assertEqual(("cancelled", "0", None), (told["outcome"], told["charged_umana"], told["receipt"]))
        self.assertIn("nothing was charged", " ".join(self.json("job", "why", job)["why"]))
        self.icn("job", "cancel", job, code=105)
        self.icn("receipt", "verify", job, code=104)

    def test_a_rerun_is_a_new_job_with_the_same_output(self):
        first = self.json("job", "run", self.guest("again", talker("again\n")), "an argument")
        again = self.json("job", "rerun", first["job_id"][:15])
        self.assertNotEqual(first["job_id"], again["job_id"])
        self.assertEqual(first["output_cid"], again["output_cid"])

    def trap_in(self, function: str, file: str) -> pathlib.Path:
        """A program that traps in a function of this name."""
        name = function.encode()
        inner = b"\x00\x01\x00" + leb(len(name)) + name
        inner = b"\x01" + leb(len(inner) - 1) + inner[1:]
        section = leb(4) + b"name" + inner
        module = self.home / f"{file}.wasm"
        module.write_bytes(self.guest("trap").read_bytes() + b"\x00" + leb(len(section)) + section)
        return module

    def test_a_program_has_room_to_grow_and_learns_which_option_gives_more(self):
        # It starts with more memory than the default, as every Zig program does.
        grows = program(pages=257, imports=EXIT, start="""
            (if (i32.eq (memory.grow (i32.const 1000)) (i32.const -1)) (then (call $exit (i32.const 70))))""")
        told = self.json("job", "run", self.guest("grows", grows))
        self.assertEqual(("ok", 1257), (told["outcome"], told["memory_pages"]))
        denied = self.icn("job", "run", self.guest("grows"), "--memory-pages", "300", code=70)
        self.assertEqual(b"icn: 1 growth of memory (in pages) beyond the limit of 300 denied\n"
                         b"icn: hint: --memory-pages NUMBER asks for more\n", words_of(denied))
        told = self.json("job", "run", self.guest("grows"), "--memory-pages", "300", code=70)
        self.assertEqual(("nonzero_exit", "memory_growth_denied"), (told["outcome"], told["rule"]))
        self.assertEqual([], problems("job", told))
        why = self.icn("job", "why", told["job_id"]).stdout
        self.assertIn(b"1 growth of memory (in pages) beyond the limit of 300 denied.", why)
        self.assertIn(b"--memory-pages NUMBER asks for more.", why)
        big = self.icn("job", "run", self.guest("grows"), "--memory-pages", "200", code=103)
        self.assertIn(b"hint: --memory-pages NUMBER asks for more", big.stderr)

    def test_a_module_declares_its_own_room(self):
        bounded = '(module (memory (export "memory") 1 3) (func (export "_start")))'
        described = self.json("job", "simulate", self.guest("bounded", bounded))
        unbounded = self.json("job", "simulate", self.guest("unbounded", bounded.replace("1 3", "1")))
        self.assertLess(int(described["reserve_umana"]), int(unbounded["reserve_umana"]) + 1)
        # A new member can afford a default job: a grant is 1,000 mana.
        self.assertLess(int(unbounded["reserve_umana"]), 20_000_000)

    def test_what_a_program_wrote_before_it_trapped_is_shown_and_kept(self):
        data, call = say("so far\n", 1)
        crashes = self.guest("crashes", program(data, imports=FD_WRITE, start=f"{call} unreachable"))
        run = self.icn("job", "run", crashes, code=110)
        self.assertEqual(b"so far\n", run.stdout)
        told = self.json("job", "run", crashes, code=110)
        self.assertEqual(b"so far\n", self.icn("job", "output", told["job_id"]).stdout)
        self.assertIn(told["output_cid"], self.icn("receipt", "show", told["receipt"]).stdout.decode())
        self.icn("receipt", "replay", told["receipt"])
        self.icn("receipt", "verify", told["receipt"])

    def test_a_reactor_is_called_so(self):
        reactor = self.guest("reactor", '(module (func (export "_initialize")) (func (export "add")))')
        refused = self.icn("job", "run", reactor, code=100)
        self.assertIn(b"is a reactor", refused.stderr)
        self.assertIn(b"hint: ", refused.stderr)

    def test_a_trap_shows_its_callers_one_on_a_line(self):
        deep = self.guest("deep_trap", """(module (func $a unreachable) (func $b (call $a))
            (func (export "_start") (call $b)))""")
        lines = words_of(self.icn("job", "run", deep, code=110)).decode().splitlines()
        self.assertIn(" in function 0 at 0x", lines[0])
        self.assertTrue(lines[1].startswith("icn:   called by function 1 at 0x"), lines)
        self.assertTrue(lines[2].startswith("icn:   called by function 2 at 0x"), lines)

    def test_a_name_of_a_function_steers_no_terminal(self):
        run = self.icn("job", "run", self.trap_in("\x1b]52;c;ZXZpbA==\x07", "evil"), code=110)
        why = self.icn("job", "why", self.json("job", "list")["jobs"][0]["job_id"])
        for text in (run.stderr, why.stdout):
            self.assertIn(rb"\x1b]52;c;", text)
            self.assertNotIn(b"\x1b", text)

    def test_a_trapped_job_lists_and_explains_itself_whatever_its_functions_are_called(self):
        # A name of three-byte characters that the message cannot hold whole.
        for shift in range(3):
            module = self.trap_in("x" * shift + "€" * 400, f"name{shift}")
            told = self.json("job", "run", module, code=110)
            self.assertIn("€€€", told["message"])
            self.assertNotIn("\n", told["message"])
            self.assertIn("€€€", " ".join(self.json("job", "why", told["job_id"])["why"]))
        self.assertEqual("trap", self.json("job", "list")["jobs"][0]["outcome"])


class LimitedProcess(NodeTest):
    def test_limits_of_the_system_are_no_obstacle(self):
        """Less address space, data and CPU time than the sandbox or its compiler would reserve."""
        balance, run = " ".join(self.command("mana", "balance")), " ".join(self.command("job", "run"))
        for number, limits in enumerate(("-v 16000000", "-Hd 3000000", "-Ht 100", "-Hf 100000")):
            program = self.guest(f"limited{number}", talker(f"ran {number}\n"))
            ran = subprocess.run(["bash", "-c", f"ulimit {limits}; {balance} && {run} {program} </dev/null"],
                                 capture_output=True, timeout=TIMEOUT_S)
            self.assertEqual(0, ran.returncode, ran.stderr)
            self.assertTrue(ran.stdout.endswith(b"ran %d\n" % number), ran.stdout)
        no_room = subprocess.run(["bash", "-c", f"ulimit -v 3000000; {balance} && {run} {program} </dev/null"],
                                 capture_output=True, timeout=TIMEOUT_S)
        self.assertIn(b"address space", no_room.stderr)
        self.assertTrue(no_room.stdout.startswith(b"account"), no_room.stdout)


class Streams(NodeTest):
    def test_closed_standard_streams_harm_nothing(self):
        cat, speaks = self.guest("cat"), self.guest("speaks", talker("out\n", "err\n", 3))
        icn = " ".join(self.command("job", "run"))
        shell = lambda line: subprocess.run(["bash", "-c", line], capture_output=True, timeout=60)
        closed = shell(f"{icn} {cat} <&-")
        self.assertEqual((0, b""), (closed.returncode, closed.stdout))
        self.assertEqual((3, b"out\n"), (lambda r: (r.returncode, r.stdout))(shell(f"{icn} {speaks} 2>&-")))
        unwritable = shell(f"{icn} {speaks} >&-")
        self.assertEqual(117, unwritable.returncode)
        self.assertIn(b"the output could not be written", unwritable.stderr)

    def test_output_that_cannot_be_written_is_said_with_where_it_is_kept(self):
        with open("/dev/full", "wb") as full:
            run = subprocess.run(self.command("job", "run", self.guest("speaks2", talker("kept\n"))), stdout=full,
                                 stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(117, run.returncode)
        told = rb"No space left on device; the job has ended and is settled: `icn job output (\w+)`"
        job = re.search(told, run.stderr)
        self.assertTrue(job, run.stderr)
        self.assertEqual(b"kept\n", self.icn("job", "output", job[1].decode()).stdout)

    def test_a_reader_that_goes_away_ends_icn_like_any_program_with_the_job_settled(self):
        program = self.guest("much", writer(2))
        with Running(self.command("job", "run", program)) as running:
            self.assertEqual(b"\0", running.process.stdout.read(1))
            running.process.stdout.close()
            self.assertEqual(b"", words_of(running.process.stderr.read()))
            self.assertEqual(-signal.SIGPIPE, running.process.wait(60))
        self.assertEqual("completed", self.json("job", "list")["jobs"][0]["phase"])

    def test_a_closed_standard_error_does_not_end_a_job_in_its_middle(self):
        program = self.guest("chatty", talker("out\n", "err\n"))
        read, write = os.pipe()
        os.close(read)
        run = subprocess.run(self.command("job", "run", program), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=write, timeout=60)
        os.close(write)
        self.assertEqual((0, b"out\n"), (run.returncode, run.stdout))
        job = self.json("job", "list")["jobs"][0]["job_id"]
        self.assertEqual(b"err\n", self.icn("job", "logs", job).stdout)


def leb(number: int) -> bytes:
    out = b""
    while number >= 128:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


if __name__ == "__main__":
    main()
