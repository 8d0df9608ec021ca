#!/usr/bin/env python3
"""Every command with --json, on success and on failure: one document on standard output that matches its schema.

The commands come from `icn --help --json`, so a command, or a schema, without a case here fails.
"""
import itertools
import json
import subprocess
import time

from contract_folders import folder_cases
from contract_node import RunningNode, bad_node_cases, node_cases
from identity_cases import bad_identity_cases, good_identity_cases
from icn_support import ICN, JOB_KEYS, SCHEMAS, NodeTest, main, problems, talker

ABSENT = "bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"


def mana_cases(cls) -> dict[str, list]:
    """As good_cases, of the commands about mana and keys."""
    proof = cls.home / "proof.json"

    def proven():
        cls.icn("mana", "proof", "--out", proof, "--force")
        return ["--data", cls.home / "nowhere", "proof", "verify", proof]

    return {
        "mana balance": [["mana", "balance"], ["mana", "balance", cls.ran["executor"]]],
        "mana history": [["mana", "history"], ["mana", "history", "--count", "1", "--from", "2"]],
        "mana statement": [["mana", "statement"], ["mana", "statement", "--count", "1"],
                           ["mana", "statement", "--at", "2100-01-01"], ["mana", "statement", "--at", "1999-12-31"],
                           ["mana", "statement", cls.ran["executor"]]],
        "mana audit": [["mana", "audit"]],
        "rep history": [["rep", "history"], ["rep", "history", cls.ran["executor"], "--count", "1", "--before", "9"]],
        "param list": [["param", "list"]],
        "param history": [["param", "history", "fuel_per_mana"], ["param", "history", "banned_submitters"]],
        "param get": [["param", "get", "fuel_per_mana"], ["param", "get", "denied_modules"]],
        "param explain": [["param", "explain", "dag_retention_days"]],
        "mana proof": [["mana", "proof"], ["mana", "proof", cls.ran["executor"]],
                       ["mana", "proof", "--out", proof, "--force"]],
        "proof verify": [proven],
    }


def governance_cases(cls) -> dict[str, list]:
    """As good_cases, of the commands by which members decide."""
    def elsewhere(*command):
        """On another data folder, which the command names."""
        subprocess.run([ICN, *map(str, command)], check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    def proposed(*command):
        """The command on an open proposal."""
        def arguments():
            made = cls.json("gov", "propose", "resolution", "--title", f"We agree {next(cls.numbers)}")["proposal"]
            return [command[0], command[1], made, *command[2:]]
        return arguments

    def sponsored():
        """A scope of its own that wants sponsors, and a proposal there."""
        sponsor = several("gov", "sponsor", "@last", "--as", "bob")
        on_it = sponsor[:2]
        elsewhere(*on_it, "gov", "propose", "set", "sponsors_wanted=1")
        for name in ("alice", "bob"):
            elsewhere(*on_it, "gov", "vote", "@last", "yes", "--as", name)
        elsewhere(*on_it, "gov", "propose", "resolution", "--title", "Sponsored")
        return sponsor

    def several(*words):
        """The words on a scope of two members."""
        data = cls.home / f"several-{next(cls.numbers)}"
        elsewhere("--data", data, "init", "--development", "--members", "alice,bob")
        return ["--data", data, *words]

    def due():
        made = cls.json("gov", "propose", "resolution", "--title", "Due", "--timelock", "1s")["proposal"]
        cls.icn("gov", "vote", made, "yes")
        time.sleep(1.1)
        return ["gov", "execute", made]

    def delegated():
        delegate = several("gov", "delegate", "bob")
        elsewhere(*delegate)
        return [*delegate[:2], "gov", "revoke", "bob"]

    return {
        "coop show": [["coop", "show"]],
        "coop members": [["coop", "members"], ["coop", "members", "--status", "removed"]],
        "coop apply": [lambda: ["coop", "apply", "--out", cls.home / f"record-{next(cls.numbers)}"]],
        "coop resign": [lambda: several("coop", "resign")],
        "gov propose": [["gov", "propose", "resolution", "--title", "One"],
                        ["gov", "propose", "set", "fuel_per_mana=7", "--voting", "1h", "--quorum", "1"],
                        lambda: ["gov", "propose", "key", "member",
                                 cls.json("key", "new", f"spare{next(cls.numbers)}")["did"]]],
        "gov list": [["gov", "list"], ["gov", "list", "--state", "voting", "--count", "1"]],
        "gov show": [proposed("gov", "show")],
        "gov sponsor": [sponsored],
        "gov vote": [proposed("gov", "vote", "yes"), proposed("gov", "vote", "abstain")],
        "gov cancel": [proposed("gov", "cancel")],
        "gov execute": [due],
        "gov tally": [proposed("gov", "tally")],
        "gov dry-run": [proposed("gov", "dry-run")],
        "gov delegate": [lambda: several("gov", "delegate", "bob", "--until", "7d")],
        "gov revoke": [delegated],
        "gov preview": [["gov", "preview"], proposed("gov", "preview")],
        "gov log": [["gov", "log"], ["gov", "log", "--count", "1"]],
        "gov verify-log": [["gov", "verify-log"]],
    }


def trust_cases(cls) -> dict[str, list]:
    """As good_cases, of the commands about trust."""
    def two(*words):
        """The words on a scope of two members."""
        data = cls.home / f"two-{next(cls.numbers)}"
        for command in (["init", "--development", "--members", "alice,bob"],
                        ["trust", "grant", "bob", "--context", "medical", "--level", "full"]):
            subprocess.run([ICN, "--data", data, *command], check=True, capture_output=True, timeout=60)
        return ["--data", data, *words]

    return {
        "trust grant": [lambda: two("trust", "grant", "bob", "--context", "other", "--level", "full", "--until", "7d")],
        "trust challenge": [lambda: two("trust", "challenge", "bob", "--context", "medical", "--reason", "it is slow")],
        "trust rule": [["trust", "rule", "quiet", "--level", "full", "--depth", "2", "--members-only", "--no-bridges"]],
        "trust revoke": [lambda: two("trust", "revoke", "bob", "--context", "medical")],
        "trust bridge": [f"trust bridge {cls.ran['job_id']} {cls.ran['executor']} --context x --level full".split()],
        "trust list": [["trust", "list"], lambda: two("trust", "list", "bob", "--context", "medical", "--count", "1")],
        "trust explain": [["trust", "explain", "member", "member", "medical"],
                          lambda: two("trust", "explain", "alice", "bob", "medical")],
    }


def good_cases(cls, hello, exits, cancelled) -> dict[str, list]:
    """For each command, arguments with which it succeeds, or a function that prepares them."""
    job, receipt = cls.ran["job_id"], cls.ran["receipt"]

    def submitted(*command):
        """The command on a job that waits."""
        return lambda: [*command, cls.json("job", "submit", hello)["job_id"]]

    def working():
        """While a job waits."""
        cls.icn("job", "submit", hello)
        return ["job", "work"]

    def exported():
        archive = cls.home / "job.car"
        cls.icn("dag", "export", job, "--out", archive, "--force")
        return ["dag", "import", archive]

    def pinned():
        cls.icn("dag", "pin", receipt)
        return ["dag", "unpin", receipt]

    return {
        "init": [["--data", cls.home / "another", "init", "--development", "--name", "söme"],
                 ["--data", cls.home / "several", "init", "--development", "--members", "alice,bob"]],
        "job run": [["job", "run", hello, "an argument"], ["job", "run", cls.guest("value")],
                    ["job", "run", exits], ["job", "run", cls.guest("trap")], ["job", "run", cls.guest("deep")],
                    ["job", "run", cls.guest("endless"), "--fuel", "3000000"]],
        "job submit": [["job", "submit", hello, "--input", hello]],
        "job simulate": [["job", "simulate", hello], ["job", "simulate", cls.guest("trap")],
                         ["job", "simulate", exits]],
        "job wait": [submitted("job", "wait"), ["job", "wait", job], ["job", "wait", cls.trapped["job_id"]],
                     ["job", "wait", cancelled]],
        "job cancel": [submitted("job", "cancel")],
        "job rerun": [["job", "rerun", job[:20]]],
        "job work": [working, ["job", "work"]],
        "job list": [["job", "list"], ["job", "list", "--count", "1"], ["job", "list", "--phase", "executing"],
                     ["job", "list", "--before", "3", "--count", "1"]],
        "job describe": [["job", "describe", job], ["job", "describe", cls.trapped["job_id"]],
                         ["job", "describe", cancelled], submitted("job", "describe")],
        "job logs": [["job", "logs", job[:20]], ["job", "logs", "-f", job]],
        "job output": [["job", "output", job]],
        "job why": [["job", "why", job], ["job", "why", cancelled], ["job", "why", cls.trapped["job_id"]],
                    submitted("job", "why")],
        "receipt show": [["receipt", "show", receipt], ["receipt", "show", job],
                         ["receipt", "show", cls.trapped["receipt"]]],
        "receipt verify": [["receipt", "verify", receipt], ["receipt", "verify", job]],
        "receipt replay": [["receipt", "replay", receipt], ["receipt", "replay", cls.trapped["job_id"]]],
        "dag put": [["dag", "put", hello], ["dag", "put", cls.tree()]],
        "dag get": [["dag", "get", job], ["dag", "get", job, "--as", "dag-json"],
                    ["dag", "get", cls.ran["output_cid"]],
                    ["dag", "get", cls.ran["output_cid"], "--out", cls.home / "output"]],
        "dag cat": [["dag", "cat", cls.ran["output_cid"]]],
        "dag ls": [["dag", "ls", receipt]],
        "dag tree": [["dag", "tree", receipt]],
        "dag export": [["dag", "export", receipt, "--out", cls.home / "receipt.car", "--force"]],
        "dag import": [exported],
        "dag gc": [["dag", "gc", "--dry-run"], ["dag", "gc"]],
        "dag pin": [["dag", "pin", receipt, "--recursive"], ["dag", "pin", job, "--ttl", "3600"]],
        "dag unpin": [pinned],
        "dag pins": [["dag", "pins"], ["dag", "pins", "--count", "1"]],
        "cid": [["cid", hello], ["cid", "--codec", "raw", hello]],
        "dag stat": [["dag", "stat"]],
        "dag verify": [["dag", "verify"], ["dag", "verify", receipt]],
        "abi": [["abi"], ["abi", "--format", "md"]],
        "completion": [["completion", shell] for shell in ("bash", "zsh", "fish")],
        "man": [["man"], ["man", "job", "run"], ["man", "--out", cls.home / "pages"],
                ["man", "--out", cls.home / "pages", "--force"]],
        "version": [["version"], ["--version"]],
    } | folder_cases(cls) | mana_cases(cls) | governance_cases(cls) | trust_cases(cls) | node_cases(cls)


def bad_governance_cases(cls, hello) -> dict[str, list]:
    """As bad_cases, of the commands by which members decide."""
    nowhere = ["--data", cls.home / "nowhere"]
    return {
        "trust grant": [(["trust", "grant", "nobody", "--context", "medical", "--level", "full"], 104),
                        (["trust", "grant", "member", "--context", "medical", "--level", "full"], 100),
                        (["trust", "grant", "member", "--level", "full"], 100),
                        (["trust", "grant", "member", "--context", "medical", "--level", "total"], 100)],
        "trust revoke": [(["trust", "revoke", "nobody", "--context", "medical"], 104),
                         (["trust", "revoke", "member"], 100)],
        "trust challenge": [(["trust", "challenge", "member", "--context", "medical"], 100),
                            (["trust", "challenge", "nobody", "--context", "medical"], 104)],
        "trust rule": [(["trust", "rule", "medical", "--depth", "9"], 100), (["trust", "rule", ""], 100)],
        "trust bridge": [(["trust", "bridge", "x", "y"], 101)],
        "trust list": [(["trust", "list", "nobody"], 104)],
        "trust explain": [(["trust", "explain", "member", "member", ""], 100),
                          (["trust", "explain", "nobody", "member", "medical"], 104)],
        "coop show": [(["coop", "show", "all"], 100)],
        "coop members": [(["coop", "members", "--status", "gone"], 100), (["coop", "members", "--after", "x"], 100)],
        "coop apply": [(["coop", "apply"], 100), (["coop", "apply", "--out", hello], 105)],
        "coop resign": [(["coop", "resign", "--as", "nobody"], 104)],
        "gov propose": [(["gov", "propose", "upgrade", "2"], 100), (["gov", "propose", "set", "nothing=1"], 104),
                        (["gov", "propose", "resolution", "--voting", "soon"], 100)],
        "gov list": [(["gov", "list", "--state", "gone"], 100)],
        "gov show": [(["gov", "show", ABSENT], 104), (["gov", "show", "x"], 100)],
        "gov sponsor": [(["gov", "sponsor", ABSENT], 104)],
        "gov vote": [(["gov", "vote", ABSENT, "yes"], 104), (["gov", "vote", "@last", "maybe"], 100)],
        "gov cancel": [(["gov", "cancel", ABSENT], 104)],
        "gov execute": [(["gov", "execute", ABSENT], 104)],
        "gov tally": [(["gov", "tally", ABSENT], 104)],
        "gov dry-run": [(["gov", "dry-run", ABSENT], 104)],
        "gov delegate": [(["gov", "delegate", "nobody"], 104), (["gov", "delegate", "member", "--until", "soon"], 100)],
        "gov revoke": [(["gov", "revoke", "nobody"], 104)],
        "gov preview": [(["gov", "preview", "@last", "--topic", "set"], 100)],
        "gov log": [(["gov", "log", "--count", "10001"], 100)],
        "gov verify-log": [([*nowhere, "gov", "verify-log"], 104)],
    }


def bad_mana_cases(hello, nowhere) -> dict[str, list]:
    """As bad_cases, of the commands about mana."""
    return {
        "mana balance": [(["mana", "balance", "nobody"], 100)],
        "mana history": [(["mana", "history", "--count", "x"], 100)],
        "mana statement": [(["mana", "statement", "--count", "0"], 100), (["mana", "statement", "--before", "x"], 100),
                           (["mana", "statement", "--at", "noon"], 100),
                           (["mana", "statement", "--at", "2030-01-01", "--before", "7:1"], 100),
                           (["mana", "statement", "--before", "7:x"], 100)],
        "mana audit": [([*nowhere, "mana", "audit"], 104)],
        "rep history": [(["rep", "history", "nobody"], 100), (["rep", "history", "--before", "0"], 100)],
        "param list": [(["param", "list", "all"], 100)],
        "param get": [(["param", "get", "nothing"], 104), (["param", "get"], 100)],
        "param explain": [(["param", "explain", "nothing"], 104)],
        "mana proof": [(["mana", "proof", "nobody"], 100), (["mana", "proof", "--out", hello], 105),
                       (["mana", "proof", "--anchored"], 104),
                       (["mana", "proof", "--force"], 100)],
        "proof verify": [(["proof", "verify", "absent.json"], 104), (["proof", "verify", hello], 101)],
    }


def bad_cases(cls, hello, cancelled) -> dict[str, list]:
    """For each command, arguments with which it fails, and its exit code."""
    job = cls.ran["job_id"]
    nowhere = ["--data", cls.home / "nowhere"]
    return {
        "init": [(["--data", cls.home / "bad", "init", "--development", "--members", "a,a"], 100),
                 (["init", "--development"], 105), (["init", "--grant", "x"], 100)],
        "job run": [(["job", "run"], 100), (["job", "run", "absent.wasm"], 104), (["job", "run", cls.home], 100),
                    (["job", "run", hello, "--nope"], 100), (["job", "run", hello, "--cost", "1"], 108),
                    (["job", "run", hello, "--fuel", "1000000000001"], 103),
                    (["job", "run", hello, "--limit", "max_functions=50001"], 103),
                    ([*nowhere, "job", "run", hello], 104)],
        "job submit": [(["job", "submit", SCHEMAS / "job.json"], 102)],
        "job simulate": [(["job", "simulate", "absent.wasm"], 104), (["job", "simulate", hello, "--entry", "x"], 100)],
        "job wait": [(["job", "wait", ABSENT], 104), (["job", "wait", "short"], 100)],
        "job cancel": [(["job", "cancel", job], 105), (["job", "cancel", ABSENT], 104)],
        "job rerun": [(["job", "rerun", ABSENT], 104)],
        "job work": [([*nowhere, "job", "work"], 104), (["job", "work", "all"], 100)],
        "job list": [(["job", "list", "--phase", "gone"], 100), (["job", "list", "--count", "10001"], 100)],
        "job describe": [(["job", "describe", ABSENT], 104)],
        "job logs": [(["job", "logs", ABSENT], 104)],
        "job output": [(["job", "output", cls.trapped["job_id"]], 104)],
        "job why": [(["job", "why", ABSENT], 104)],
        "receipt show": [(["receipt", "show", "no cid"], 101), (["receipt", "show", ABSENT], 122)],
        "receipt verify": [(["receipt", "verify", ABSENT], 122), (["receipt", "verify", cancelled], 104)],
        "receipt replay": [(["receipt", "replay", "x"], 101)],
        "param list": [(["param", "list", "all"], 100)],
        "param history": [(["param", "history", "nothing"], 104)],
        "param get": [(["param", "get", "nothing"], 104), (["param", "get"], 100)],
        "param explain": [(["param", "explain", "nothing"], 104)],
        "dag put": [(["dag", "put", "absent"], 104), (["dag", "put", cls.home / "absent"], 104)],
        "dag get": [(["dag", "get", ABSENT], 122), (["dag", "get", job, "--as", "xml"], 100),
                    (["dag", "get", job, "--force"], 100),
                    (["dag", "get", cls.ran["output_cid"], "--out", hello], 105)],
        "dag cat": [(["dag", "cat", ABSENT], 100)],
        "dag ls": [(["dag", "ls", ABSENT], 122)],
        "dag tree": [(["dag", "tree", "x"], 101)],
        "dag export": [(["dag", "export", ABSENT, "--out", cls.home / "none.car"], 122),
                       (["dag", "export", job], 100)],
        "dag import": [(["dag", "import", "absent"], 104), (["dag", "import", hello], 101)],
        "dag gc": [([*nowhere, "dag", "gc"], 104)],
        "dag pin": [(["dag", "pin", ABSENT], 122), (["dag", "pin", "x"], 101)],
        "dag unpin": [(["dag", "unpin", ABSENT], 104)],
        "dag pins": [(["dag", "pins", "--count", "x"], 100)],
        "cid": [(["cid", "absent"], 104), (["cid", "--codec", "dag-cbor", hello], 101)],
        "dag stat": [([*nowhere, "dag", "stat"], 104)],
        "dag verify": [(["dag", "verify", "x"], 101)],
        "store backends": [(["store", "backends", "all"], 100)],
        "store hash": [([*nowhere, "store", "hash"], 104), (["store", "hash", "--dag-store", "sqlite:x.db"], 100)],
        "store migrate": [(["store", "migrate", "sqlite", "nothing"], 100), (["store", "migrate", "sqlite"], 100),
                          (["store", "migrate", "sqlite:x.db", "sqlite:y.db"], 104)],
        "store takeover": [([*nowhere, "store", "takeover"], 104), (["store", "takeover", "all"], 100)],
        "store doctor": [(["store", "doctor", "all"], 100)],
        "backup": [(["backup", cls.home], 105), ([*nowhere, "backup", cls.home / "none"], 104)],
        "restore": [([*nowhere, "restore", cls.home / "absent"], 104), ([*nowhere, "restore", cls.home], 101)],
        "abi": [(["abi", "--format", "xml"], 100)],
        "completion": [(["completion", "csh"], 100), (["completion"], 100)],
        "man": [(["man", "job", "ran"], 104), (["man", "job", "run", "--out", "x"], 100)],
        "version": [(["version", "now"], 100)],
    } | bad_governance_cases(cls, hello) | bad_mana_cases(hello, nowhere) | bad_node_cases(nowhere)


class Contract(NodeTest):
    @classmethod
    def tree(cls):
        folder = cls.home / "tree"
        (folder / "below").mkdir(parents=True, exist_ok=True)
        (folder / "below/file").write_text("text")
        return folder

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.running = RunningNode(cls.home)
        cls.numbers = itertools.count()
        hello = cls.guest("hello", talker(out="hello\n", err="a note\n"))
        exits = cls.guest("exits", talker(exit_code=7))
        cls.ran = cls.json("job", "run", hello)
        cls.trapped = cls.json("job", "run", cls.guest("trap"), code=110)
        cancelled = cls.json("job", "submit", hello)["job_id"]
        cls.icn("job", "cancel", cancelled)
        cls.good = good_cases(cls, hello, exits, cancelled) | good_identity_cases(cls)
        cls.bad = bad_cases(cls, hello, cancelled) | bad_identity_cases(cls)

    @classmethod
    def tearDownClass(cls):
        cls.running.stop()
        super().tearDownClass()

    def table(self) -> list[dict]:
        document = self.json("--help")
        self.assertEqual([], problems("help", document))
        return document["commands"]

    def document(self, arguments, code: int | None = None) -> tuple[dict, int]:
        """The document that a command prints; standard output has nothing else."""
        given = list(map(str, arguments() if callable(arguments) else arguments))
        data = [] if given[:1] == ["--data"] else ["--data", str(self.data)]
        run = subprocess.run([ICN, *data, *given, "--json"], capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        self.assertTrue(code is None or run.returncode == code,
                        f"{given}: exit code {run.returncode}, expected {code}\n{run.stdout[:2000]}{run.stderr}")
        return json.loads(run.stdout), run.returncode

    def check(self, schema: str, arguments, document) -> None:
        self.assertEqual([], problems(schema, document), f"{arguments}: not as docs/schemas/{schema}.json says")

    def test_every_command_has_a_case_for_success_and_for_failure(self):
        commands = {row["command"] for row in self.table()}
        self.assertEqual(commands, set(self.good))
        self.assertEqual(commands, set(self.bad))

    def test_success_is_as_the_schema_says(self):
        used = {"error", "help", "event_page"}  # events are read over HTTP only
        for row in self.table():
            used.add(row["schema"])
            for arguments in self.good[row["command"]]:
                with self.subTest(arguments=arguments):
                    document, code = self.document(arguments)
                    self.check(row["schema"], arguments, document)
                    # A program's failure is reported as a job; everything else succeeds here.
                    ended = row["schema"] == "job" and document["outcome"] is not None
                    expected = document["exit_code"] if ended else 0
                    if row["schema"] == "simulation":
                        expected = {"ok": 0, "trap": 110}.get(document["outcome"], document["exit_code"])
                    self.assertEqual(expected, code)
        self.assertEqual({file.stem for file in SCHEMAS.glob("*.json")}, used)

    def test_failure_is_the_error_document_or_a_refusal_with_the_exit_code_of_the_table(self):
        for row in self.table():
            for arguments, code in self.bad[row["command"]]:
                with self.subTest(arguments=arguments):
                    document, _ = self.document(arguments, code)
                    if row["schema"] == "job":
                        self.check("job", arguments, document)
                        self.assertIn(document["outcome"], ("refused", "infrastructure"))
                        self.assertEqual(code, document["exit_code"])
                    else:
                        self.check("error", arguments, document)
                        self.assertEqual(code, document["error"]["exit_code"])

    def test_words_that_name_no_command_are_the_error_document(self):
        for arguments in ([], ["jbo"], ["job"], ["job", "rnu"], ["--nope"]):
            document, _ = self.document(arguments, 100)
            self.check("error", arguments, document)

    def test_a_job_has_the_keys_of_the_contract(self):
        for document in (self.ran, self.trapped, self.document(["job", "run", "absent.wasm"])[0]):
            self.assertLessEqual(JOB_KEYS, set(document))
        self.assertEqual(("ok", 0, 0, None), tuple(self.ran[key] for key in ("outcome", "code", "exit_code", "rule")))
        self.assertEqual(("trap", 110), (self.trapped["outcome"], self.trapped["exit_code"]))

    def test_help_of_every_command_shows_an_example(self):
        for row in self.table():
            text = self.icn(*row["command"].split(), "--help").stdout.decode()
            self.assertIn("example:\n  " + row["example"], text)
            self.assertIn(row["example"], (SCHEMAS.parent / "CLI.md").read_text())

    def test_the_schemas_are_strict(self):
        """An extra key, a missing key and a wrong type are each detected: the checks above can fail."""
        for row in self.table():
            schema = row["schema"]
            if row["command"] == "init":
                continue  # it works once only; its document is plain like those of the others
            document, _ = self.document(self.good[row["command"]][0])
            if isinstance(document, list):
                self.assertEqual([], problems(schema, document))
                row_document = document[0]
                self.assertNotEqual([], problems(schema, [{**row_document, "more": 1}]), schema)
                for key in row_document:
                    less = {k: v for k, v in row_document.items() if k != key}
                    self.assertNotEqual([], problems(schema, [less]), (schema, key))
                    self.assertNotEqual([], problems(schema, [{**row_document, key: [{"no": "such"}]}]), (schema, key))
                continue
            self.assertEqual([], problems(schema, document))
            self.assertNotEqual([], problems(schema, {**document, "more": 1}), schema)
            for key in document:
                less = {k: v for k, v in document.items() if k != key}
                # One schema serves proofs of all kinds, so it demands only what they have in common. A proof names
                # rotations only of a key that was replaced.
                is_demanded = row["command"] != "proof verify" or key in {"proof", "verified"}
                if is_demanded and (schema, key) != ("mana_proof", "rotations"):
                    self.assertNotEqual([], problems(schema, less), (schema, key))
                self.assertNotEqual([], problems(schema, {**document, key: [{"no": "such"}]}), (schema, key))

    def test_abi_has_the_shape_that_scripts_rely_on(self):
        run = self.icn("abi", "--format", "json")
        rows = json.loads(run.stdout)
        self.assertEqual([], problems("abi", rows))
        self.assertEqual((SCHEMAS.parent / "abi.json").read_bytes(), run.stdout)
        for row in rows:
            self.assertLessEqual({"index", "name", "params", "results", "fuel", "capability", "doc"}, set(row))
        spend = next(row for row in rows if row["name"] == "host_account_spend_mana")
        self.assertEqual((11, ["i32", "i32", "i64"], ["i32"], "spend"),
                         (spend["index"], spend["params"], spend["results"], spend["capability"]))


if __name__ == "__main__":
    main()
