#!/usr/bin/env python3
"""Three members decide: prices, members, money and rules change by vote, exactly once, and the books balance.

Also what is refused, by which rule and with which exit code, and that the log of the scope verifies.
"""
import json
import os
import time

from icn_support import NodeTest, main, problems, talker

MEMBERS = ("alice", "bob", "carol")
UMANA = 1_000_000


class Coop(NodeTest):
    """What the tests below do with a scope of three members."""
    INIT = ("init", "--development", "--members", ",".join(MEMBERS))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dids = {row["name"]: row["did"] for row in cls.json("key", "list")["keys"]}
        cls.hello = cls.guest("hello", talker("hello\n"))

    @classmethod
    def tearDownClass(cls):
        checked = cls.json("gov", "verify-log")
        assert checked["verified"] and checked["head"] == cls.json("coop", "show")["head"]
        super().tearDownClass()

    def propose(self, *words, by: str = "alice", **how) -> str:
        made = self.json("gov", "propose", *words, "--as", by, **how)
        self.assertEqual([], problems("proposal_made", made))
        return made["proposal"]

    def vote(self, proposal: str, **choices) -> dict:
        """The proposal after these votes."""
        for name, choice in choices.items():
            seen = self.json("gov", "vote", proposal, choice, "--as", name)
            self.assertEqual([], problems("proposal", seen))
        return seen

    def decide(self, *words) -> dict:
        """A proposal that all three vote for."""
        return self.vote(self.propose(*words), alice="yes", bob="yes", carol="yes")

    def no(self, rule: str, *args, code: int | None = None) -> dict:
        """A command that is refused by the rule, changes nothing and writes nothing into the log."""
        before = self.json("coop", "show"), self.json("mana", "audit")
        run = self.icn("--json", *args, code=code)
        self.assertIn(run.returncode, range(100, 126), run.stdout)
        document = json.loads(run.stdout)
        self.assertEqual([], problems("error", document))
        self.assertEqual(rule, document["error"]["rule"], document)
        self.assertEqual(before, (self.json("coop", "show"), self.json("mana", "audit")))
        return document["error"]

    def balance(self, name: str) -> int:
        return int(self.json("mana", "balance", self.dids[name])["available_umana"])

    def treasury(self) -> int:
        return int(self.json("coop", "show")["treasury_umana"])

    def charged(self) -> int:
        return int(self.json("job", "run", self.hello, "--as", "alice")["charged_umana"])


class Decisions(Coop):
    def test_a_vote_changes_the_price_of_the_next_job(self):
        before = self.charged()
        old = self.json("param", "get", "job_base_umana")["value"]
        proposal = self.propose("set", f"job_base_umana={old + 40_000}", "--title", "Jobs cost more")
        seen = self.json("gov", "show", proposal)
        self.assertEqual([], problems("proposal", seen))
        self.assertEqual(("set", "voting", None, 3),
                         tuple(seen[key] for key in ("kind", "state", "outcome", "electorate")))
        self.assertEqual({"yes": 0, "no": 0, "abstain": 0}, seen["votes"])
        dry = self.json("gov", "dry-run", proposal)
        self.assertEqual([{"name": "job_base_umana", "before": str(old), "after": str(old + 40_000)}],
                         dry["parameters"])
        self.assertEqual(old, self.json("param", "get", "job_base_umana")["value"])
        seen = self.vote(proposal, alice="yes", bob="no")
        # A later vote replaces an earlier one; the vote stays open for carol.
        seen = self.vote(proposal, bob="yes")
        self.assertEqual("voting", seen["state"])
        seen = self.vote(proposal, carol="no")
        self.assertEqual(("executed", "accepted", {"yes": 2, "no": 1, "abstain": 0}),
                         tuple(seen[key] for key in ("state", "outcome", "votes")))
        self.assertEqual(old + 40_000, self.json("param", "get", "job_base_umana")["value"])
        self.assertEqual(before + 40_000, self.charged())
        history = self.json("param", "history", "job_base_umana")["rows"]
        self.assertEqual((str(old + 40_000), proposal), (history[-1]["value"], history[-1]["proposal"]))
        self.assertEqual("proposal", self.json("param", "explain", "job_base_umana")["chosen_by"])
        self.no("voting_closed", "gov", "vote", proposal, "no", "--as", "carol")
        self.no("already_executed", "gov", "execute", proposal)

    def test_a_receipt_made_before_a_change_of_price_still_replays(self):
        ran = self.json("job", "run", self.hello, "--as", "alice")
        old = self.json("param", "get", "fuel_per_mana")["value"]
        self.assertEqual("executed", self.decide("set", f"fuel_per_mana={old * 2}")["state"])
        self.assertEqual("match", self.json("receipt", "replay", ran["receipt"])["verdict"])

    def test_a_budget_is_paid_once_and_never_more_than_there_is(self):
        treasury, bob = self.treasury(), self.balance("bob")
        seen = self.decide("budget", "bob", "50")
        self.assertEqual("executed", seen["state"])
        fee = UMANA * self.json("param", "get", "vote_fee_mana")["value"]
        self.assertEqual((treasury - 50 * UMANA, bob + 50 * UMANA - fee), (self.treasury(), self.balance("bob")))
        self.no("already_executed", "gov", "execute", seen["proposal"])
        short = self.decide("budget", "bob", "1000000")
        self.assertEqual("timelock", short["state"])
        self.no("insufficient_mana", "gov", "execute", short["proposal"])
        self.assertEqual("insufficient_mana", self.json("gov", "dry-run", short["proposal"])["refused"])

    def test_a_dry_run_is_kept_derived_again_and_charges_the_newest_jobs_again(self):
        self.icn("job", "run", self.hello)
        old = self.json("param", "get", "job_base_umana")["value"]
        proposal = self.propose("set", f"job_base_umana={old + 40_000}")
        file, forged = self.home / "kept.dry-run", self.home / "forged.dry-run"
        dry = self.json("gov", "dry-run", proposal, "--out", file)
        self.assertEqual([], problems("dry_run", dry))
        charged = [row for row in dry["charges"] if row["after_umana"] is not None]
        self.assertGreaterEqual(len(charged), 1)
        self.assertEqual(int(dry["charged_before_umana"]) + 40_000 * len(charged), int(dry["charged_after_umana"]))
        again = self.json("gov", "dry-run", proposal, "--check", file)
        self.assertEqual((dry["object"], dry["record"]), (again["object"], again["record"]))
        self.assertIn(b"This node derives the same.", self.icn("gov", "dry-run", proposal, "--check", file).stdout)
        forged.write_bytes(file.read_bytes().replace(str(old).encode(), str(old + 1).encode()[:len(str(old))], 1))
        self.no("dry_run_differs", "gov", "dry-run", proposal, "--check", forged)
        self.propose("resolution")
        self.no("dry_run_position", "gov", "dry-run", proposal, "--check", file)
        forged.write_bytes(file.read_bytes()[:-1])
        self.assertNotEqual(0, self.icn("gov", "dry-run", proposal, "--check", forged, code=None).returncode)
        self.icn("gov", "cancel", proposal, "--as", "alice")

    def test_another_scope_becomes_a_peer_with_a_rate_and_a_credit(self):
        other = self.json("coop", "show")["scope"]
        terms = ("--rate", "1000000ppm", "--credit", "5")
        self.no("own_scope", "gov", "propose", "federate", other, *terms, "--as", "bob")
        # Any CID will do: nothing of the other scope is read.
        peer = self.propose("resolution")
        seen = self.propose("federate", peer, "--rate", "900000ppm", "--credit", "5")
        dry = self.json("gov", "dry-run", seen)
        self.assertEqual([], problems("dry_run", dry))
        self.assertEqual((peer, None, 900_000, str(5 * UMANA)), tuple(dry["peers"][0][key] for key in (
            "scope", "before_rate_ppm", "after_rate_ppm", "after_credit_umana")))
        self.assertEqual("executed", self.vote(seen, alice="yes", bob="yes", carol="yes")["state"])
        row = next(row for row in self.json("coop", "show")["peers"] if row["scope"] == peer)
        self.assertEqual((900_000, str(5 * UMANA)), (row["rate_ppm"], row["credit_umana"]))
        self.assertEqual([], problems("coop", self.json("coop", "show")))
        for wrong in (("--rate", "900000ppm"), ("--credit", "5"), ("--rate", "9", "--credit", "5")):
            self.assertNotEqual(0, self.icn("gov", "propose", "federate", peer, *wrong, code=None).returncode)

    def test_a_batch_is_done_as_a_whole_or_not_at_all(self):
        file = self.home / "batch"
        file.write_text("# rules of the new year\nset dag_retention_days=100\n\nbudget carol 1000000\n")
        seen = self.decide("batch", file)
        self.assertEqual(["set", "budget"], [effect["kind"] for effect in seen["effects"]])
        self.assertEqual("timelock", seen["state"])
        self.assertNotEqual(100, self.json("param", "get", "dag_retention_days")["value"])
        file.write_text("set dag_retention_days=100\nbudget carol 1\n")
        carol = self.balance("carol")
        self.assertEqual("executed", self.decide("batch", file)["state"])
        self.assertEqual(100, self.json("param", "get", "dag_retention_days")["value"])
        self.assertLess(carol - 2 * UMANA, self.balance("carol"))

    def test_a_candidate_applies_is_admitted_works_is_suspended_and_resigns(self):
        dora = self.json("key", "new", "dora")["did"]
        self.no("not_a_member", "gov", "propose", "resolution", "--title", "Hello", "--as", "dora")
        record = self.home / "dora.record"
        applied = self.json("coop", "apply", "--as", "dora", "--out", record)
        self.assertEqual((dora, str(record)), (applied["did"], applied["file"]))
        self.assertEqual("executed", self.decide("admit", record)["state"])
        members = {row["did"]: row for row in self.json("coop", "members")["members"]}
        self.assertEqual("active", members[dora]["status"])
        self.assertEqual(self.json("coop", "show")["node"], members[dora]["home"])
        # The opening grant is posted by the home, once.
        grant = int(self.json("coop", "show")["grant_umana"])
        self.assertEqual(grant, int(self.json("mana", "balance", dora)["available_umana"]))
        self.icn("job", "run", self.hello, "--as", "dora")
        self.no("already_member", "gov", "propose", "admit", record)
        # Dora is missing in these votes, which close on request.
        suspended = self.decide("suspend", "dora")["proposal"]
        self.assertEqual("executed", self.json("gov", "execute", suspended)["state"])
        self.icn("job", "run", self.hello, "--as", "dora", code=106)
        self.assertEqual("executed", self.decide("remove", dora)["state"])
        self.no("not_a_member", "coop", "resign", "--as", "dora")

    def test_a_delegated_vote_counts_until_its_owner_votes(self):
        self.json("gov", "delegate", "bob", "--topic", "resolution", "--as", "carol")
        preview = self.json("gov", "preview", "--topic", "resolution", "--as", "carol")
        self.assertEqual(([self.dids["bob"]], self.dids["bob"]), (preview["path"], preview["casts"]))
        self.no("delegation_cycle", "gov", "delegate", "carol", "--topic", "resolution", "--as", "bob")
        first = self.propose("resolution", "--title", "We meet on Mondays")
        self.assertEqual({"yes": 0, "no": 2, "abstain": 0}, self.vote(first, bob="no")["votes"])
        self.assertEqual("no", self.json("gov", "preview", first, "--as", "carol")["choice"])
        self.assertEqual({"yes": 1, "no": 1, "abstain": 0}, self.vote(first, carol="yes")["votes"])
        self.json("gov", "revoke", "bob", "--as", "carol")
        self.no("not_delegated", "gov", "revoke", "bob", "--as", "carol")
        self.assertEqual([], self.json("gov", "preview", "--topic", "resolution", "--as", "carol")["path"])

    def test_the_deposit_returns_when_enough_take_part_and_is_lost_otherwise(self):
        deposit = UMANA * self.json("param", "get", "proposal_fee_mana")["value"]
        self.assertGreater(deposit, 0)
        before = self.balance("alice")
        proposal = self.propose("resolution", "--title", "No one cares", "--voting", "1s", "--quorum", "3")
        self.assertEqual(before - deposit, self.balance("alice"))
        fees = int(self.json("mana", "audit")["fees_umana"])
        time.sleep(1.1)
        seen = self.json("gov", "show", proposal)
        self.assertEqual(("rejected", "quorum_not_met"), (seen["state"], seen["outcome"]))
        self.assertEqual((before - deposit, fees + deposit),
                         (self.balance("alice"), int(self.json("mana", "audit")["fees_umana"])))
        # So is that of a cancelled one.
        proposal = self.propose("resolution", "--title", "A mistake")
        self.assertEqual("cancelled", self.json("gov", "cancel", proposal)["state"])
        self.assertEqual(before - 2 * deposit, self.balance("alice"))

    def test_a_vote_is_open_until_its_time_is_over(self):
        proposal = self.propose("resolution", "--title", "Soon", "--voting", "1h", "--timelock", "1h")
        self.vote(proposal, alice="yes")
        self.no("voting_open", "gov", "execute", proposal)
        self.vote(proposal, bob="yes")
        # The outcome is certain, so the vote closes on request; then the timelock begins.
        self.assertEqual("timelock", self.json("gov", "execute", proposal)["state"])
        self.no("timelock", "gov", "execute", proposal)
        self.no("too_late_to_cancel", "gov", "cancel", proposal)

    def test_what_is_refused_names_its_rule(self):
        for words, rule in ((["set", "nothing=1"], "parameter_name"),
                            (["set", "job_attempts_max=0"], "job_attempts_max"),
                            (["set", "job_attempts_max=101"], "job_attempts_max"),
                            (["set", "job_attempts_max=x"], "job_attempts_max"),
                            (["resolution", "--quorum", "4"], "voting_quorum_ppm"),
                            (["resolution", "--threshold", "1ppm"], "voting_threshold_ppm"),
                            (["remove", self.json("coop", "show")["node"]], "not_a_member"),
                            (["budget", "bob", "0"], "budget_amount"), (["admit", "bob"], "already_member")):
            with self.subTest(words=words):
                self.no(rule, "gov", "propose", *words)
        for words in (["upgrade", "2.0"], ["federate", "x"], ["set"], ["set", "x"], ["budget", "bob"], ["suspend"],
                      ["resolution", "now"], ["set", "job_attempts_max=1", "--voting", "soon"],
                      ["set", "job_attempts_max=1", "--threshold", "half"]):
            self.icn("gov", "propose", *words, code=100)
        self.no("unknown_proposal", "gov", "vote", "bafyrei" + "a" * 52, "yes")
        self.no("proposal_id", "gov", "show", "x")
        own = self.propose("resolution", "--title", "Mine")
        self.no("not_proposer", "gov", "cancel", own, "--as", "bob")
        self.no("no_sponsors_wanted", "gov", "sponsor", own, "--as", "bob")

    def test_the_log_lists_everything_in_order(self):
        proposal = self.propose("resolution", "--title", "For the log")
        self.vote(proposal, alice="yes", bob="yes")
        self.json("gov", "execute", proposal)
        show = self.json("coop", "show")
        rows, start = [], 1
        while start:
            page = self.json("gov", "log", "--from", start, "--count", "7")
            self.assertEqual([], problems("scope_log", page))
            rows, start = rows + page["rows"], page["next_from"]
        self.assertEqual(list(range(1, show["position"] + 1)), [row["position"] for row in rows])
        self.assertEqual(show["head"], rows[-1]["entry"])
        about = [row["kind"] for row in rows if row["proposal"] == proposal]
        self.assertEqual(["proposal", "opened", "vote", "vote", "closed", "executed"], about)
        self.assertEqual(proposal, self.json("gov", "list", "--count", "1")["proposals"][0]["proposal"])


class Sponsored(Coop):
    """A scope that wants sponsors and deliberates."""

    def test_sponsors_and_deliberation_are_rules_of_the_scope(self):
        self.decide("set", "sponsors_wanted=1", "deliberation_secs=1")
        proposal = self.propose("resolution", "--title", "With sponsors")
        self.assertEqual("sponsorship", self.json("gov", "show", proposal)["state"])
        self.no("own_proposal", "gov", "sponsor", proposal)
        self.no("voting_not_open", "gov", "vote", proposal, "yes")
        self.assertEqual("deliberation", self.json("gov", "sponsor", proposal, "--as", "bob")["state"])
        time.sleep(1.1)
        self.assertEqual("executed", self.vote(proposal, alice="yes", bob="yes", carol="yes")["state"])


class Sealed(Coop):
    """A scope whose keys have a passphrase."""
    PASSPHRASE = "correct horse"

    @classmethod
    def icn(cls, *args, **how):
        sealed = how.pop("sealed", False)
        environment = os.environ if sealed else os.environ | {"ICN_PASSPHRASE": cls.PASSPHRASE}
        return super().icn(*args, env=environment, start_new_session=True, **how)

    INIT = ("init", "--members", "alice,bob")

    def test_reading_asks_for_no_passphrase_and_the_next_signature_counts_the_votes(self):
        proposal = self.propose("resolution", "--title", "Sealed", "--voting", "1s")
        time.sleep(1.1)
        for command in (("gov", "list"), ("coop", "show"), ("gov", "log"), ("gov", "verify-log")):
            self.icn(*command, sealed=True)
        self.assertIn(b"voting (over, not counted yet)", self.icn("gov", "show", proposal, sealed=True).stdout)
        refused = self.icn("gov", "execute", proposal, sealed=True, code=100)
        self.assertIn(b"--passphrase-file", refused.stderr)
        self.icn("job", "run", self.hello)
        self.assertEqual("rejected", self.json("gov", "show", proposal)["state"])


class Upgrade(Coop):
    """A scope whose members require a newer program: this one only reads from then on."""

    def test_a_program_below_the_required_version_only_reads(self):
        self.assertIsNone(self.json("coop", "show")["version"])
        self.no("upgrade_version", "gov", "propose", "upgrade", "next", "--as", "alice")
        open_vote = self.propose("resolution", "--title", "still open")
        done = self.decide("upgrade", "900.0.0")
        self.assertEqual(("executed", "900.0.0"), (done["state"], self.json("coop", "show")["version"]))
        run = json.loads(self.icn("--json", "job", "run", self.hello, code=None).stdout)
        self.assertEqual(("refused", "scope_version"), (run["outcome"], run["rule"]))
        self.assertIn("900.0.0", run["message"])
        for refused in (("gov", "vote", open_vote, "yes", "--as", "bob"),
                        ("gov", "propose", "resolution", "--as", "alice"), ("gov", "execute", open_vote),
                        ("coop", "resign", "--as", "carol")):
            error = self.no("scope_version", *refused)
            self.assertEqual("900.0.0", error["subject"])
        self.assertEqual("voting", self.json("gov", "show", open_vote)["state"])
        self.assertTrue(self.json("gov", "verify-log")["verified"])
        self.json("mana", "audit")


if __name__ == "__main__":
    main()
