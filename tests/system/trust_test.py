#!/usr/bin/env python3
"""Members state whom they trust; jobs with a trust scope run only where their submitter trusts the node."""
import json
import os

from governance_test import Coop
from icn_support import main, problems


class Trust(Coop):
    def setUp(self):
        self.node = self.json("coop", "show")["clerk"]

    def grant(self, trustee: str, context: str, level: str, by: str, *more) -> dict:
        made = self.json("trust", "grant", trustee, "--context", context, "--level", level, *more, "--as", by)
        self.assertEqual([], problems("trust", made))
        return made

    def explain(self, a: str, b: str, context: str) -> dict:
        answer = self.json("trust", "explain", a, b, context)
        self.assertEqual([], problems("trust_explanation", answer))
        return answer

    def run_in(self, context: str, by: str) -> dict:
        return self.json("job", "run", self.hello, "--trust-scope", context, "--as", by)

    def refused(self, rule: str, context: str, by: str, verb: str = "run") -> str:
        before = self.balance(by)
        run = self.icn("--json", "job", verb, self.hello, "--trust-scope", context, "--as", by, code=106)
        answer = json.loads(run.stdout)
        self.assertEqual(rule, answer["rule"], answer)
        self.assertTrue(answer["message"].startswith("Executor not trusted for this job scope"), answer)
        self.assertEqual(before, self.balance(by))
        return answer["message"]

    def test_a_job_runs_where_its_submitter_trusts_the_node(self):
        self.refused("no_trust_path", "one", "alice")
        self.refused("no_trust_path", "one", "alice", "submit")
        self.no("no_trust_path", "job", "simulate", self.hello, "--trust-scope", "one", "--as", "alice")
        self.assertEqual("denied", self.explain("alice", self.node, "one")["result"])
        self.grant(self.node, "one", "basic", "alice")
        self.run_in("one", "alice")
        answer = self.explain("alice", self.node, "one")
        self.assertEqual(("allowed", "direct", [self.dids["alice"], self.node]),
                         tuple(answer[key] for key in ("result", "rule", "path")))
        self.refused("no_trust_path", "other", "alice")
        self.json("trust", "revoke", self.node, "--context", "one", "--as", "alice")
        self.refused("no_trust_path", "one", "alice")
        self.no("not_trusted", "trust", "revoke", self.node, "--context", "one", "--as", "alice")

    def test_trust_is_inherited_through_members(self):
        self.grant("bob", "two", "full", "carol")
        self.grant(self.node, "two", "full", "bob")
        self.run_in("two", "carol")
        answer = self.explain("carol", self.node, "two")
        self.assertEqual(("inherited", "partial", [self.dids["carol"], self.dids["bob"], self.node]),
                         tuple(answer[key] for key in ("rule", "level", "path")))
        self.grant(self.node, "two", "none", "carol")
        self.assertIn("states that it does not trust", self.refused("trust_level_min", "two", "carol"))

    def test_the_scope_decides_how_much_trust_is_needed(self):
        self.grant(self.node, "three", "basic", "alice")
        self.run_in("three", "alice")
        self.decide("set", "trust_level_min=2")
        self.refused("trust_level_min", "three", "alice")
        self.grant(self.node, "three", "partial", "alice")
        self.run_in("three", "alice")
        self.decide("set", "trust_level_min=1")

    def test_a_rule_tightens_a_context_and_members_challenge(self):
        self.grant("bob", "eight", "full", "carol")
        self.grant(self.node, "eight", "full", "bob")
        self.run_in("eight", "carol")
        self.json("trust", "rule", "eight", "--level", "full")
        self.refused("trust_level_min", "eight", "carol")
        self.run_in("eight", "bob")
        self.json("trust", "rule", "eight")
        made = self.json("trust", "challenge", self.node, "--context", "eight", "--reason", "slow", "--as", "carol")
        self.assertEqual([], problems("trust_challenge", made))
        self.refused("trust_challenged", "eight", "carol")
        self.json("trust", "challenge", self.node, "--context", "eight", "--withdraw", "--as", "carol")
        self.run_in("eight", "carol")
        self.no("not_challenged", "trust", "challenge", self.node, "--context", "eight", "--withdraw", "--as", "carol")

    def test_a_waiting_job_whose_trust_is_taken_back_is_not_charged(self):
        self.grant(self.node, "four", "full", "alice")
        before = self.balance("alice")
        job = self.json("job", "submit", self.hello, "--trust-scope", "four", "--as", "alice")["job_id"]
        self.json("trust", "revoke", self.node, "--context", "four", "--as", "alice")
        self.icn("job", "work", code=None)
        seen = self.json("job", "describe", job)
        self.assertEqual("failed", seen["phase"])
        self.assertEqual(before, self.balance("alice"))

    def test_an_operator_works_only_for_those_it_trusts(self):
        strict = {"env": {**os.environ, "ICN_SUBMITTER_TRUST": "partial"}}
        run = self.icn("--json", "job", "run", self.hello, "--as", "bob", code=None, **strict)
        self.assertIn(b"submitter_trust", run.stdout)
        self.icn("job", "run", self.hello, "--as", "alice", **strict)  # the operator's own
        self.grant("bob", "resource_sharing", "partial", "alice")
        self.icn("job", "run", self.hello, "--as", "bob", **strict)
        run = self.icn("job", "list", code=None, env={**os.environ, "ICN_SUBMITTER_TRUST": "total"})
        self.assertIn(b"ICN_SUBMITTER_TRUST", run.stderr)

    def test_a_list_shows_who_trusts_whom(self):
        self.grant("carol", "six", "partial", "bob", "--until", "7d")
        listed = self.json("trust", "list", "carol", "--context", "six")
        self.assertEqual([], problems("trust_list", listed))
        rows = [(row["truster"], row["trustee"], row["level"], row["in_force"]) for row in listed["statements"]]
        self.assertEqual([(self.dids["bob"], self.dids["carol"], "partial", True)], rows)
        self.assertIn("partial", self.icn("trust", "list", "carol", "--context", "six").stdout.decode())
        self.no("trust_expired", "trust", "grant", "carol", "--context", "six", "--level", "full", "--until",
                "2020-01-01T00:00:00Z", "--as", "bob")
        self.no("self_trust", "trust", "grant", "bob", "--context", "six", "--level", "full", "--as", "bob")


if __name__ == "__main__":
    main()
