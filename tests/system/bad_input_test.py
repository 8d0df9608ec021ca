#!/usr/bin/env python3
"""Invalid input on the command line: each refusal names the rule and the bound, charges nothing and leaves no job."""
import json
import os
import pathlib
import subprocess

from icn_support import GUESTS, ICN, NodeTest, Terminal, TIMEOUT_S, main, program

# From src/model/limits.hpp: the governed maximum of each limit.
CEILINGS = {"max_execution_time_secs": 3600, "max_memory_pages": 16384, "max_fuel": 10**12, "max_globals": 1000,
            "max_functions": 50_000, "max_tables": 10, "max_table_size": 100_000, "max_module_bytes": 64 << 20,
            "max_function_bytes": 1 << 20, "max_input_bytes": 256 << 20, "max_output_bytes": 256 << 20,
            "max_log_bytes": 16 << 20, "max_effects": 10_000, "max_observations": 4096}


class Programs(NodeTest):
    def file(self, name: str, content: bytes):
        path = self.home / name
        path.write_bytes(content)
        return path

    def test_files_that_are_no_program(self):
        whole = (GUESTS / "word_count.wasm").read_bytes()
        for name, content, says in (("empty", b"", "\\0asm"), ("text", b"#!/bin/sh\n", "\\0asm"),
                                    ("zeros", bytes(1000), "\\0asm"), ("version", b"\0asm\x02\0\0\0", "version"),
                                    ("magic", b"\0asm", ""), ("one_short", whole[:-1], ""), ("half", whole[:1000], "")):
            with self.subTest(name):
                path = self.file(name, content)
                told = self.refused("job", "run", path, code=102, rule="invalid_module", says=says)
                self.assertIn(f"the program '{path}'", told["message"])
                self.assertIn("nothing was charged", told["message"])

    def test_files_that_cannot_be_read(self):
        loop = self.home / "loop"
        loop.symlink_to(loop)
        for path, code, says in ((self.home / "absent", 104, "No such file"), (self.home, 100, "a folder"),
                                 (loop, 100, "symbolic links"), (self.home / ("n" * 300), 100, "too long"),
                                 (f"{GUESTS}/word_count.wasm/x", 104, "Not a directory")):
            for arguments, rule in (((path,), "program"), ((GUESTS / "word_count.wasm", "--input", path), "input")):
                with self.subTest(path=path, rule=rule):
                    told = self.refused("job", "run", *arguments, code=code, rule=rule, says=says)
                    self.assertIn(str(path), told["message"])
                    self.assertIn("nothing was charged", told["message"])

    def test_a_file_without_permission(self):
        secret = self.file("secret", b"\0asm\x01\0\0\0")
        secret.chmod(0)
        # Even root obeys permissions without these two capabilities.
        drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        run = subprocess.run([*drop, *self.command("job", "run", secret, "--json")], capture_output=True,
                             stdin=subprocess.DEVNULL, timeout=TIMEOUT_S)
        told = json.loads(run.stdout)
        self.assertEqual((100, "refused", "program"), (run.returncode, told["outcome"], told["rule"]))
        self.assertIn("Permission denied", told["message"])

    def test_programs_that_ask_for_what_is_not_offered(self):
        cases = {
            "unknown_import": (102, program(imports='(import "env" "system" (func))'), "env.system"),
            "import_type": (102, program(imports='(import "wasi_snapshot_preview1" "fd_write" (func (param i32)))'),
                            "fd_write"),
            "missing_memory": (102, '(module (import "icn" "host_random" (func (param i32 i32) (result i32)))'
                                    ' (func (export "_start")))', "'memory'"),
            "entry": (100, '(module (func (export "go")))', "'_start' or 'run'"),
        }
        for rule, (code, wat, says) in cases.items():
            with self.subTest(rule):
                self.refused("job", "run", self.guest(rule, wat), code=code, rule=rule, says=says)
        self.refused("job", "run", self.guest("nothing"), "--entry", "go", code=100, rule="entry", says="_start")

    def test_programs_beyond_a_limit_that_was_asked_for(self):
        functions = self.guest("functions", "(module " + "(func)" * 1001 + '(func (export "_start")))')
        globals_ = self.guest("globals", "(module " + "(global i32 (i32.const 0))" * 101 + '(func (export "_start")))')
        memory = self.guest("memory", '(module (memory 200) (func (export "_start")))')
        table = self.guest("table", '(module (table 10001 funcref) (func (export "_start")))')
        for path, rule, needs in ((functions, "max_functions", 1002), (globals_, "max_globals", 101),
                                  (memory, "max_memory_pages", 200), (table, "max_table_size", 10001)):
            # It runs when icn requests what the module needs; one less is refused.
            self.icn("job", "run", path)
            self.icn("job", "run", path, "--limit", f"{rule}={needs}")
            told = self.refused("job", "run", path, "--limit", f"{rule}={needs - 1}", code=103, rule=rule,
                                says=f"allows {needs - 1}")
            self.assertIn(str(needs), told["message"])
        size = functions.stat().st_size
        self.refused("job", "run", functions, "--limit", f"max_module_bytes={size - 1}", code=103,
                     rule="max_module_bytes", says=str(size - 1))
        many_tables = self.guest("tables", "(module " + "(table 1 funcref)" * 11 + '(func (export "_start")))')
        self.refused("job", "run", many_tables, code=103, rule="max_tables", says="10")
        big = self.guest("big_memory", '(module (memory 16385) (func (export "_start")))')
        self.refused("job", "run", big, code=103, rule="max_memory_pages", says="16384")


class Options(NodeTest):
    def test_every_limit_above_its_ceiling(self):
        nothing = self.guest("nothing")
        for name, ceiling in CEILINGS.items():
            with self.subTest(name):
                told = self.refused("job", "run", nothing, "--limit", f"{name}={ceiling + 1}", code=103, rule=name,
                                    says=str(ceiling))
                self.assertIn(str(ceiling + 1), told["message"])
        for option, name in (("--fuel", "max_fuel"), ("--memory-pages", "max_memory_pages"),
                             ("--deadline", "max_execution_time_secs")):
            self.refused("job", "run", nothing, option, CEILINGS[name] + 1, code=103, rule=name,
                         says=str(CEILINGS[name]))
        self.refused("job", "run", nothing, "--limit", "max_stack_depth=1025", code=103, rule="max_stack_depth",
                     says="1024")

    def test_inputs_beyond_their_limit(self):
        file = self.home / "hundred"
        file.write_bytes(bytes(100))
        limit = ("--limit", "max_input_bytes=100")
        self.icn("job", "run", self.guest("nothing"), "--input", file, *limit)
        for inputs in (("--input", file, "--input", file), ()):
            self.refused("job", "run", self.guest("nothing"), *inputs, *limit, code=103, rule="max_input_bytes",
                         says="bytes", stdin=bytes(101) if not inputs else None)

    def test_numbers_that_are_none_and_names_that_are_unknown(self):
        nothing = self.guest("nothing")
        for options, says in ((("--fuel", "1e9"), "--fuel: '1e9'"), (("--fuel", "-1"), "'-1'"),
                              (("--fuel", str(2**64)), str(2**64 - 1)), (("--cost", "1.5"), "--cost: '1.5'"),
                              (("--nonce", "x"), "--nonce"), (("--limit", "max_functions"), "NAME=N"),
                              (("--limit", "max_functions="), "--limit"), (("--limit", "nope=1"), "max_functions"),
                              (("--grant", "everything"), "spend"), (("--read", "nothing"), "KIND:SUBJECT"),
                              (("--read", "account:did:key:z6Mk"), "DID"), (("--fuel", "1", "--fuel", "2"), "twice"),
                              (("--inptu", "x"), "did you mean --input?"), (("--input",), "--input FILE")):
            with self.subTest(options):
                self.refused("job", "run", nothing, *options, code=100, rule="invalid_argument", says=says)

    def test_prices_that_are_too_low_or_too_high(self):
        nothing = self.guest("nothing")
        self.refused("job", "run", nothing, "--cost", "10", code=108, rule="cost_mana", says="the minimum")
        self.refused("job", "run", nothing, "--cost", "1001", code=107, rule="insufficient_mana", says="1001 mana")
        most = str(2**64 - 1)
        self.refused("job", "run", nothing, "--cost", most, code=103, rule="job_cost_max_mana", says="at most")
        self.refused("job", "run", nothing, "--spend-max", "990", code=107, rule="insufficient_mana", says="reserves")
        self.refused("job", "run", nothing, "--fuel", 10**12, code=107, rule="insufficient_mana", says="reserves")
        self.icn("job", "run", nothing, "--cost", "11")

    def test_text_that_is_no_utf8(self):
        nothing = self.guest("nothing")
        self.refused("job", "run", nothing, os.fsdecode(b"\xff"), code=101, rule="job_body", says="'args'")
        self.refused("job", "run", nothing, "--entry", os.fsdecode(b"\xff"), code=100, rule="entry", says="_start")
        self.refused("job", "run", os.fsdecode(b"\xff"), code=104, rule="program", says="No such file")

    def test_too_many_and_too_long_arguments(self):
        nothing = self.guest("nothing")
        self.icn("job", "run", nothing, *["a"] * 1024)
        self.refused("job", "run", nothing, *["a"] * 1025, code=101, rule="job_body", says="1024")
        self.icn("job", "run", nothing, *["a" * 65_536] * 2)
        self.refused("job", "run", nothing, "a", *["a" * 65_536] * 2, code=101, rule="job_body", says="131072")

    def test_a_submission_and_a_simulation_refuse_alike(self):
        nothing = self.guest("nothing")
        self.refused("job", "submit", nothing, "--fuel", "1000000000001", code=103, rule="max_fuel", says="nothing was")
        self.refused("job", "submit", self.home, code=100, rule="program", says="a folder")
        told = self.json("job", "simulate", nothing, os.fsdecode(b"\xff"), code=101)
        self.assertIn("'args'", told["error"]["detail"])


class Statements(NodeTest):
    """A refusal says what is the case, and nothing is left behind."""

    def says(self, *words, code: int, says: str, lacks: str = "no command was given") -> str:
        run = subprocess.run([ICN, *map(str, words)], capture_output=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL)
        said = run.stderr.decode()
        self.assertEqual((code, b""), (run.returncode, run.stdout), said)
        self.assertIn(says, said)
        self.assertNotIn(lacks, said)
        return said

    def test_options_without_a_command(self):
        self.says("--data", code=100, says="--data needs a value: --data DIR")
        self.says("--verbose", "--data", code=100, says="--data needs a value")
        self.says("--dat", code=100, says="has no option --dat", lacks="needs")
        self.says("-v", code=100, says="'icn' has no option -v")
        self.says("--data", self.data, "--verbose", code=100, says="no command was given", lacks="needs")
        self.says("--wait", code=100, says="no command was given", lacks="needs")
        for words in (("-V",), ("--version",), ("--json", "-V")):
            run = subprocess.run([ICN, *words], capture_output=True, timeout=TIMEOUT_S)
            self.assertEqual((0, True), (run.returncode, b"0." in run.stdout), words)

    def test_numbers_that_leave_nothing_to_show(self):
        for words in (("job", "list"), ("mana", "history"), ("mana", "statement"), ("dag", "pins"),
                      ("dag", "gc", "--dry-run")):
            error = self.json(*words, "--count", "0", code=100)["error"]
            self.assertIn("'0' is not a whole number from 1 to", error["detail"])
        self.assertEqual(b"no jobs\n", self.icn("job", "list").stdout)
        self.icn("job", "run", self.guest("nothing"))
        self.assertEqual(b"no more jobs\n", self.icn("job", "list", "--before", "1").stdout)
        self.assertEqual(b"no jobs are failed\n", self.icn("job", "list", "--phase", "failed").stdout)
        self.assertIn(b"no later transfers of did:key:", self.icn("mana", "history", "--from", "99").stdout)

    def test_a_limit_of_nothing_names_no_default(self):
        for option, rule in (("--fuel", "max_fuel"), ("--memory-pages", "max_memory_pages"),
                             ("--deadline", "max_execution_time_secs")):
            told = self.refused("job", "run", self.guest("nothing"), option, "0", code=100, rule=rule,
                                says="at least 1 is needed")
            self.assertNotIn("default", told["message"])

    def test_a_file_where_the_data_folder_should_be(self):
        file = self.home / "file"
        file.write_bytes(b"")
        for path in (file, file / "below", file / "below/that"):
            for words in (("mana", "balance"), ("init", "--development")):
                said = self.says("--data", path, *words, code=100, says=f"'{file}' is a file", lacks="init`")
                self.assertIn(f"the data folder '{path}' cannot be there", said)
        self.assertEqual(b"", file.read_bytes())

    def test_a_passphrase_that_is_not_given_leaves_nothing(self):
        place = self.home / "new"
        self.says("--data", place, "init", "--passphrase-file", self.home, code=100, says="it is a folder")
        for answers, says in (((b"one\n", b"two\n"), b"the two passphrases differ; nothing was done"),
                              ((b"\x04",), b"no passphrase was given; nothing was done"),
                              ((b"one\n", b"\x04"), b"no passphrase was given; nothing was done")):
            with self.subTest(answers), Terminal([str(ICN), "--data", str(place), "init"]) as terminal:
                for prompt, answer in zip((b"Passphrase for the new keys: ", b"Repeat passphrase: "), answers):
                    terminal.wait_for(prompt)
                    terminal.type(answer)
                self.assertEqual(100, terminal.end()[0])
                self.assertIn(says, terminal.everything())
            self.assertFalse(place.exists())

    def test_a_folder_of_another_user(self):
        other = pathlib.Path("/")
        if os.geteuid() == 0:
            other = self.home / "other"
            other.mkdir(0o700)
            os.chown(other, 65534, 65534)
        owner = other.stat().st_uid
        self.says("--data", other, "mana", "balance", code=106, says=f"belongs to user id {owner}", lacks="no node")
        if os.geteuid() == 0:
            user = ["setpriv", "--reuid=65534", "--clear-groups"]
            run = subprocess.run([*user, *self.command("mana", "balance")], capture_output=True, timeout=TIMEOUT_S)
            self.assertIn(b"Permission denied", run.stderr)
            self.assertNotIn(b"there is no node", run.stderr)


class HostilePrograms(NodeTest):
    """They are accepted and end as the sandbox decides; the sums are exact afterwards."""

    def test_each_ends_in_its_own_way(self):
        grow = '(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable'
        wild = '(drop (call $write (i32.const 1) (i32.const -4) (i32.const 1) (i32.const 0)))'
        end = '(drop (call $write (i32.const 1) (i32.const 65532) (i32.const 1) (i32.const 0)))'
        write = '(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))'
        for name, wat, outcome, trap in (
                ("grows", program(start=grow), "trap", "unreachable"),
                ("wild_pointer", program(imports=write, start=wild), "trap", "guest_fault"),
                ("pointer_at_the_end", program(imports=write, start=end), "trap", "guest_fault"),
                ("start_loop", '(module (func $s (loop $l (br $l))) (start $s) (func (export "_start")))',
                 "out_of_fuel", None),
                ("table_grows", '(module (table 1 funcref) (func (export "_start") (loop $l (br_if $l (i32.ne'
                                ' (table.grow 0 (ref.null func) (i32.const 1000)) (i32.const -1))))))', "ok", None),
                ("calls_for_ever", program(imports='(import "icn" "host_get_time" (func $t (result i64)))',
                                           start="(loop $l (drop (call $t)) (br $l))"), "out_of_fuel", None)):
            with self.subTest(name):
                told = self.json("job", "run", self.guest(name, wat), "--fuel", "50000000", code=None)
                self.assertEqual((outcome, trap), (told["outcome"], told["trap"]), told["message"])
                self.icn("receipt", "replay", told["receipt"])

    def test_a_loop_of_host_calls_obeys_its_deadline(self):
        calls = self.guest("calls_for_ever", program(imports='(import "icn" "host_random" (func $r (param i32 i32)'
                                                             ' (result i32)))',
                                                     start="(loop $l (drop (call $r (i32.const 0) (i32.const 65536)))"
                                                           " (br $l))"))
        told = self.json("job", "run", calls, "--deadline", "1", "--fuel", "500000000000", code=113)
        self.assertEqual(("stopped", "stopped at its deadline"), (told["outcome"], told["message"]))
        self.icn("receipt", "replay", told["receipt"])

    def test_words_without_a_node(self):
        for words, code in ((["job", "run", "x.wasm"], 104), (["mana", "audit"], 104)):
            run = subprocess.run([ICN, "--data", self.home / "nowhere", *words], capture_output=True, timeout=60)
            self.assertEqual(code, run.returncode)
            self.assertIn(b"init` creates one", run.stderr)
            self.assertFalse((self.home / "nowhere").exists())
        empty = {key: value for key, value in os.environ.items() if key not in ("HOME", "XDG_DATA_HOME", "ICN_DATA")}
        run = subprocess.run([ICN, "mana", "balance"], capture_output=True, env=empty, timeout=60)
        self.assertEqual(100, run.returncode)
        self.assertIn(b"--data DIR", run.stderr)


if __name__ == "__main__":
    main()
