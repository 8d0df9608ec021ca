#!/usr/bin/env python3
"""What an administrator's monitoring reads: the exposition under promtool, the alert rules with their tests, and the
dashboard, whose metrics all exist.

monitoring_test.py ICN GUESTS_DIR
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ICN, GUESTS = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
FILES = ROOT / "docs/monitoring"
TIMEOUT_S = 120
NAME = re.compile(r"\bicn_\w+")


def run(*command, stdin: str | None = None) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=TIMEOUT_S,
                          input=stdin)
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def known_names() -> set[str]:
    """Every series that the metrics table exposes."""
    names = set()
    for name, kind in re.findall(r"^\| `(icn_\w+)` \| (\w+) \|", (ROOT / "docs/METRICS.md").read_text(), re.MULTILINE):
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return names


class Monitoring(unittest.TestCase):
    def test_the_exposition_is_clean(self):
        with tempfile.TemporaryDirectory() as folder:
            icn = (ICN, "--data", pathlib.Path(folder) / "data")
            run(*icn, "init", "--development")
            metrics = run(*icn, "node", "metrics")
        run("promtool", "check", "metrics", stdin=metrics)
        self.assertEqual(known_names() - set(NAME.findall(metrics)), set())

    def test_the_alert_rules_hold(self):
        run("promtool", "check", "rules", FILES / "icn-alerts.yml")
        run("promtool", "test", "rules", FILES / "icn-alerts-test.yml")

    def test_every_alert_has_a_test(self):
        alerts = set(re.findall(r"- alert: (\w+)", (FILES / "icn-alerts.yml").read_text()))
        tested = set(re.findall(r"alertname: (\w+)", (FILES / "icn-alerts-test.yml").read_text()))
        self.assertEqual(alerts, tested)

    def test_rules_and_dashboard_name_only_metrics_that_exist(self):
        known = known_names()
        for file in ("icn-alerts.yml", "grafana-dashboard.json"):
            named = set(NAME.findall((FILES / file).read_text()))
            self.assertTrue(named)
            self.assertEqual(named - known, set(), file)

    def test_the_dashboard_shows_every_stage_of_a_job(self):
        dashboard = json.loads((FILES / "grafana-dashboard.json").read_text())
        shown = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
        for stage in ("queue", "start", "run", "settle"):
            self.assertIn(f"icn_job_{stage}_seconds_bucket", shown)
        self.assertEqual(len({panel["id"] for panel in dashboard["panels"]}), len(dashboard["panels"]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
