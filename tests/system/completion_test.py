#!/usr/bin/env python3
"""The completion scripts in the real shells: bash, zsh and fish propose the same words."""
import fcntl
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from icn_support import ICN, TIMEOUT_S, main, wasm


def script(shell: str) -> str:
    return subprocess.run([ICN, "completion", shell], capture_output=True, text=True, check=True).stdout


class Shell:
    """Completes lines in one shell; its working folder contains the files that it may propose."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    def run(self, *command: str) -> list[str]:
        run = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=TIMEOUT_S,
                             env=os.environ | {"HOME": str(self.folder), "ICN_DATA": str(self.folder / "node"),
                                               "PATH": f"{ICN.parent}:{os.environ['PATH']}"},
                             stdin=subprocess.DEVNULL)
        if run.returncode != 0 or run.stderr:
            raise AssertionError(f"{command[0]}: exit code {run.returncode}: {run.stderr}")
        return sorted(set(run.stdout.splitlines()))


class Bash(Shell):
    def complete(self, *words: str) -> list[str]:
        quoted = " ".join(f"'{word}'" for word in words)
        return self.run("bash", "--norc", "-c",
                        f"{script('bash')}\nCOMP_WORDS=(icn {quoted}); COMP_CWORD={len(words)}\n"
                        "_icn; [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"")


class Zsh(Shell):
    def complete(self, *words: str) -> list[str]:
        """The completion function itself, with stand-ins for the widget's words and display functions."""
        quoted = " ".join(f"'{word}'" for word in words)
        return self.run("zsh", "-f", "-c", f"""
            compdef() {{ }}
            {script('zsh')}
            prefix='{words[-1]}'
            offer() {{ for one in "$@"; do [[ $one == $prefix* ]] && print -r -- $one; done; true }}
            _describe() {{ offer "${{(@)${{(@P)2}}%%:*}}" }}
            compadd() {{ shift; offer "$@" }}
            _files() {{ offer *(N) }}
            words=(icn {quoted}); CURRENT={len(words) + 1}
            _icn""")


class Fish(Shell):
    def complete(self, *words: str) -> list[str]:
        (self.folder / "icn.fish").write_text(script("fish"))
        line = " ".join(["icn", *words])
        return [found.split("\t")[0] for found in self.run(
            "fish", "--no-config", "-c", f"source icn.fish; complete -C '{line}'") if found != "icn.fish"]


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name, "work")
        cls.folder.mkdir()
        (cls.folder / "program.wasm").write_bytes(b"")
        (cls.folder / "data").mkdir()
        cls.shells = [shell(cls.folder) for shell in (Bash, Zsh, Fish)]

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def proposes(self, words: list[str], has=(), lacks=(), only=None) -> None:
        for shell in self.shells:
            with self.subTest(shell=type(shell).__name__, words=words):
                found = [word.rstrip("/") for word in shell.complete(*words)]
                self.assertLessEqual(set(has), set(found), found)
                self.assertFalse(set(lacks) & set(found), found)
                if only is not None:
                    self.assertEqual(sorted(only), sorted(found))

    def test_commands(self):
        self.proposes([""], has=["init", "job", "mana", "completion"], lacks=["run", "program.wasm"])
        self.proposes(["j"], only=["job"])
        self.proposes(["job", ""], has=["run", "why", "rerun"], lacks=["init", "balance", "program.wasm"])
        self.proposes(["job", "re"], only=["rerun"])
        self.proposes(["--data", "job", "mana", ""], only=["balance", "history", "statement", "audit", "proof"])
        self.proposes(["--json", "mana", "a"], only=["audit"])

    def test_options(self):
        self.proposes(["job", "run", "--f"], only=["--fuel", "--force"])
        self.proposes(["job", "run", "program.wasm", "an argument".split()[0], "--fu"], only=["--fuel"])
        self.proposes(["mana", "audit", "--"], has=["--json", "--data", "--help"], lacks=["--fuel", "--follow"])
        self.proposes(["--pass"], only=["--passphrase-file"])
        self.proposes(["job", "logs", "--fo"], only=["--follow"])

    def test_values_of_options(self):
        self.proposes(["job", "list", "--phase", "exec"], only=["executing"])
        self.proposes(["job", "run", "--grant", "sp"], only=["spend"])
        self.proposes(["job", "run", "--limit", "max_fu"], has=["max_fuel=", "max_functions="])
        self.proposes(["dag", "get", "--as", ""], only=["raw", "dag-json"])
        self.proposes(["abi", "--format", "r"], only=["rust"])
        self.proposes(["--state-store", "sq"], only=["sqlite:"])
        self.proposes(["job", "list", "--dag-store", "mem"], only=["memory:"])
        self.proposes(["store", "migrate", "sq"], only=["sqlite"])

    def test_ids_of_the_node_that_the_line_names(self):
        here = self.folder / "node"
        there = self.folder / "other_node"
        for data, program in ((here, "(func (export \"_start\"))"), (there, "(func (export \"_start\") (nop))")):
            module = self.folder / "made.wasm"
            module.write_bytes(wasm(f"(module {program})"))
            run = subprocess.run([ICN, "--data", data, "init", "--development"], capture_output=True, check=True)
            run = subprocess.run([ICN, "--data", data, "--json", "job", "run", module], capture_output=True, check=True,
                                 stdin=subprocess.DEVNULL)
            job = json.loads(run.stdout)
            line = [] if data == here else ["--data", "other_node"]
            module.unlink()
            marks = ["@last", "@last-failed", "@last-ok"]
            self.proposes([*line, "job", "describe", ""], only=["1", *marks])
            self.proposes([*line, "job", "describe", "@last-f"], only=["@last-failed"])
            self.proposes([*line, "job", "describe", "1"], only=["1"])
            self.proposes([*line, "job", "describe", "2"], only=[])
            self.proposes([*line, "job", "describe", "b"], only=[job["job_id"]])
            self.proposes([*line, "job", "cancel", job["job_id"][:20]], only=[job["job_id"]])
            self.proposes([*line, "receipt", "verify", ""], only=["1", *marks])
            self.proposes([*line, "receipt", "verify", "bafy"], only=[job["job_id"], job["receipt"]])
            self.proposes([*line, "dag", "ls", ""], has=["1", *marks], lacks=["program.wasm"])
            self.proposes([*line, "dag", "ls", "b"], has=[job["receipt"], job["output_cid"]], lacks=["1"])
            self.proposes([*line, "dag", "ls", "0189"], only=[])
        self.proposes(["--data", "absent", "job", "describe", ""], only=[])

    def test_an_id_that_cannot_be_known_is_not_waited_for(self):
        """A node that another process uses offers no ids; nothing else is printed."""
        run = subprocess.run([ICN, "__complete", "jobs", "", "--data", self.folder / "absent"], capture_output=True)
        self.assertEqual((0, b"", b""), (run.returncode, run.stdout, run.stderr))
        busy = self.folder / "busy"
        subprocess.run([ICN, "--data", busy, "init", "--development"], capture_output=True, check=True)
        with (busy / "icn.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            run = subprocess.run([ICN, "__complete", "jobs", "", "--data", busy], capture_output=True, timeout=9)
        self.assertEqual((0, b"", b""), (run.returncode, run.stdout, run.stderr))
        run = subprocess.run([ICN, "__complete", "jobs", "", "--nope"], capture_output=True)
        self.assertEqual((0, b"", b""), (run.returncode, run.stdout, run.stderr))

    def test_files_where_files_are_meant(self):
        self.proposes(["job", "run", "prog"], only=["program.wasm"])
        self.proposes(["job", "run", "program.wasm", "--input", "prog"], only=["program.wasm"])
        self.proposes(["--data", "dat"], only=["data"])
        self.proposes(["job", "run", "--fuel", ""], only=[])
        self.proposes(["dag", "put", "prog"], only=["program.wasm"])
        self.proposes(["mana", "balance", ""], only=[])
        self.proposes(["completion", ""], has=["bash", "zsh", "fish"])
        self.proposes(["completion", "z"], only=["zsh"])


if __name__ == "__main__":
    main()
