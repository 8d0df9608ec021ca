#!/usr/bin/env python3
"""Real programs through the real icn: their output is right, their receipts verify and replay, the sums stay exact.

real_programs_test.py ICN GUESTS_DIR. Each program runs as a user would run it, on a data folder with its own scope.
"""
import collections
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ICN, GUESTS = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
MUCH_FUEL = 10**8


class RealPrograms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = pathlib.Path(cls.folder.name) / "data"
        cls.icn("init", "--development")

    @classmethod
    def tearDownClass(cls):
        cls.icn("mana", "audit")
        cls.folder.cleanup()

    @classmethod
    def icn(cls, *args: str, stdin: bytes | None = None) -> bytes:
        command = [str(ICN), "--data", str(cls.data), *args]
        how = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        run = subprocess.run(command, capture_output=True, timeout=300, **how)
        if run.returncode != 0:
            said = (run.stdout + run.stderr).decode(errors="replace")
            raise AssertionError(f"{' '.join(command)}: exit code {run.returncode}\n{said}")
        return run.stdout

    def run_job(self, name: str, stdin: bytes | None = None) -> tuple[bytes, dict]:
        """The output of the job and its report; the receipt must verify, and replay to the same bytes."""
        report = json.loads(self.icn("job", "run", str(GUESTS / f"{name}.wasm"), "--json", stdin=stdin))
        self.assertEqual("ok", report["outcome"], report)
        self.assertEqual(0, report["exit_code"])
        self.assertGreater(int(report["charged_umana"]), 0)
        self.assertLessEqual(int(report["charged_umana"]), int(report["reserved_umana"]))
        self.icn("receipt", "verify", report["receipt"])
        self.icn("receipt", "replay", report["receipt"])
        return self.icn("job", "output", report["job_id"]), report

    def native(self, program: pathlib.Path, stdin: bytes) -> bytes:
        return subprocess.run([program], input=stdin, capture_output=True, check=True, timeout=300).stdout

    def test_cpp_rust_and_zig_print_what_they_should(self):
        text = (ROOT / "LICENSE").read_text()
        numbers = [len(line) for line in text.splitlines()]
        output, _ = self.run_job("cpp", " ".join(map(str, numbers)).encode())
        frequent = max(sorted(set(numbers)), key=numbers.count)
        self.assertEqual(f"{len(numbers)} numbers, median {sorted(numbers)[len(numbers) // 2]}, "
                         f"most frequent {frequent}\n", output.decode())
        output, report = self.run_job("rust", text.encode())
        letters = collections.Counter(letter for letter in text.lower() if letter.isalpha())
        self.assertEqual("".join(f"{letter} {letters[letter]}\n" for letter in sorted(letters)), output.decode())
        self.assertIn(f"{len(text)} characters", self.icn("job", "logs", report["job_id"]).decode())
        output, _ = self.run_job("zig", text.encode())
        self.assertEqual(text.rstrip("\n").split("\n")[::-1], output.decode().removesuffix("\n").split("\n"))

    def test_the_word_count_counts_like_wc(self):
        text = (ROOT / "LICENSE").read_bytes()
        output, _ = self.run_job("word_count", text)
        expected = f"{text.count(10)} lines, {len(text.split())} words, {len(text)} bytes\n"
        self.assertEqual(expected, output.decode())

    def test_sorting_hashing_and_floating_point_give_what_they_give_outside(self):
        text = (ROOT / "LICENSE").read_bytes()
        output, _ = self.run_job("sha256", text)
        self.assertEqual(hashlib.sha256(text).hexdigest() + "\n", output.decode())
        output, _ = self.run_job("sort_lines", text)
        self.assertEqual(b"".join(line + b"\n" for line in sorted(text.split(b"\n")[:-1])), output)
        output, _ = self.run_job("orbits")
        self.assertEqual(self.native_c("orbits"), output)

    def native_c(self, name: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            binary = pathlib.Path(folder) / name
            subprocess.run(["cc", "-O2", "-o", binary, ROOT / f"guests/c/{name}.c", "-lm"], check=True)
            return self.native(binary, b"")

    def test_floats_print_as_natively_and_time_is_the_orders(self):
        native = self.native_c("floats_and_time").decode().splitlines()
        output, _ = self.run_job("floats_and_time")
        lines = output.decode().splitlines()
        self.assertEqual(native[:-1], lines[:-1])
        word, seconds, text = lines[-1].split()
        self.assertEqual("time", word)
        # The job's clock shows the time of its order, which was issued moments ago; the test allows an hour.
        self.assertLess(abs(int(native[-1].split()[1]) - int(seconds)), 3600)
        self.assertTrue(text.endswith("Z"))

    def test_assemblyscript_reads_the_callers_mana_as_it_was_before_the_job(self):
        before = json.loads(self.icn("mana", "balance", "--json"))
        output, _ = self.run_job("assemblyscript")
        self.assertEqual(8, len(output))
        self.assertEqual(self.available_umana(before) // 1_000_000, int.from_bytes(output, "little", signed=True))

    def available_umana(self, balance: dict) -> int:
        return int(balance["available_umana"])

    def test_c_and_rust_propose_vote_and_execute(self):
        for name, value in (("decide", "70000"), ("rust_decide", "80000")):
            program = str(GUESTS / f"{name}.wasm")
            report = json.loads(self.icn("job", "run", "--json", "--grant", "govern", program, "job_base_umana", value))
            self.assertEqual(int(value), json.loads(self.icn("param", "get", "job_base_umana", "--json"))["value"])
            log = json.loads(self.icn("gov", "log", "--json"))["rows"]
            self.assertEqual(["proposal", "opened", "vote", "closed", "executed"], [row["kind"] for row in log[-5:]])
            self.assertEqual(report["receipt"], log[-3]["receipt"])
            self.icn("receipt", "verify", log[-3]["receipt"])
            self.icn("receipt", "replay", log[-3]["receipt"])
            self.icn("gov", "verify-log")

    def test_c_and_rust_credit_out_of_the_treasury(self):
        self.icn("key", "new", "bob")
        keys = json.loads(self.icn("key", "list", "--json"))["keys"]
        own, bob = (next(row["did"] for row in keys if (row["name"] == "bob") == other) for other in (False, True))
        for words in (["admit", bob], ["set", f"treasury_delegates={own}", "treasury_credit_window_max_mana=12"]):
            made = json.loads(self.icn("gov", "propose", *words, "--json"))
            self.icn("gov", "vote", made["proposal"], "yes")
            if words[0] == "set":
                self.icn("gov", "vote", made["proposal"], "yes", "--as", "bob")
        before = self.available_umana(json.loads(self.icn("mana", "balance", bob, "--json")))
        for name, mana in (("reward", 5), ("rust_reward", 7)):
            program = str(GUESTS / f"{name}.wasm")
            report = json.loads(self.icn("job", "run", "--json", "--grant", "treasury", program, bob, str(mana)))
            before += mana * 1_000_000
            self.assertEqual(before, self.available_umana(json.loads(self.icn("mana", "balance", bob, "--json"))))
            self.icn("receipt", "verify", report["receipt"])
            self.icn("receipt", "replay", report["receipt"])
        # The 12 mana of the window are credited.
        self.icn("job", "run", "--grant", "treasury", program, bob, "1")
        self.assertEqual(before, self.available_umana(json.loads(self.icn("mana", "balance", bob, "--json"))))

    def test_go_counts_words_and_hashes(self):
        if not (GUESTS / "go.wasm").exists():
            # Outside CI, a machine without Go skips it (tools/build_guests.sh reports that).
            self.assertNotEqual("true", os.environ.get("CI"), "CI needs Go 1.24 or newer")
            print("not run: the Go program (no Go 1.24 or newer)")
            return
        text = (ROOT / "LICENSE").read_bytes()
        output, _ = self.run_job("go", text)
        words = [word.strip(".,;:!?()[]`\"'") for word in text.decode().lower().split()]
        counts = collections.Counter(word for word in words if word)
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
        lines = output.decode().splitlines()
        self.assertEqual([f"{count:6d} {word}" for word, count in top], lines[:10])
        normalised = b"".join(line + b"\n" for line in text.split(b"\n")[:-1])
        self.assertEqual(f"sha256 {hashlib.sha256(normalised).hexdigest()}", lines[10])

    def test_sqlite_prints_what_its_native_build_prints(self):
        self.compare_with_native("sqlite", ROOT / "guests/third_party/workload.sql")

    def test_lua_prints_what_its_native_build_prints(self):
        self.compare_with_native("lua", ROOT / "guests/third_party/workload.lua")

    def compare_with_native(self, name: str, workload: pathlib.Path) -> None:
        script = workload.read_bytes()
        output, report = self.run_job(name, script)
        self.assertGreater(len(output), 500)
        self.assertEqual(self.native(GUESTS / f"{name}_native", script), output)
        self.assertGreater(int(report["fuel_used"]), MUCH_FUEL)
        print(f"{name}: {report['fuel_used']} fuel, {len(output)} bytes equal to the native build's")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
