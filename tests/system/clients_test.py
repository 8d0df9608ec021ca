#!/usr/bin/env python3
"""The typed clients: what is committed is what the API's document generates, and Python's works with a running node."""
import contextlib
import os
import pathlib
import subprocess
import sys
import unittest

from icn_support import TIMEOUT_S, NodeTest, Running, main, problems, program

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "clients/python"))
import icn_client  # noqa: E402


class Generated(unittest.TestCase):
    def test_is_what_the_document_generates(self):
        run = subprocess.run([sys.executable, ROOT / "tools/generate_clients.py", "--check"], capture_output=True,
                             text=True, timeout=TIMEOUT_S)
        self.assertEqual((0, ""), (run.returncode, run.stdout), run.stderr)


class Python(NodeTest):
    @contextlib.contextmanager
    def client(self):
        env = {**os.environ, "ICN_ENVIRONMENT": "development"}
        with Running(self.command("node", "run"), env=env) as node:
            for line in node.process.stderr:
                if b"serving" in line:
                    break
            yield icn_client.Client(f"unix:{self.data / 'icn.sock'}")

    def test_asks_a_running_node(self):
        with self.client() as client:
            self.assertEqual("serving", client.node_status()["phase"])
            module = self.guest("hello", program("")).read_bytes()
            job = client.job_run({"module": module.hex(), "program": "hello"})
            self.assertEqual([], problems("job", job))
            self.assertEqual("ok", job["outcome"])
            self.assertEqual(job["job_id"], client.job_list({"count": 1})["jobs"][0]["job_id"])
            self.assertEqual(b"", b"".join(client.job_output_bytes({"job": job["job_id"]})))
            self.assertTrue(client.receipt_verify({"receipt": job["receipt"]})["verified"])
            self.assertIn("completed", client.job_why({"job": job["job_id"]})["why"][0])

    def test_sends_and_receives_bytes(self):
        with self.client() as client:
            put = client.dag_put([b"a" * 100_000, b"b" * 100_000])
            self.assertEqual(b"a" * 100_000 + b"b" * 100_000, b"".join(client.dag_cat_bytes({"cid": put["cid"]})))

    def test_reports_a_refusal(self):
        with self.client() as client:
            with self.assertRaises(icn_client.ProblemError) as refused:
                client.job_describe({"job": "a/b?c"})
            self.assertEqual((400, "invalid_argument"), (refused.exception.status, refused.exception.code))
            self.assertIn("a/b?c", str(refused.exception))
            with self.assertRaises(icn_client.ProblemError):
                client.dag_cat_bytes({"cid": "nothing"})


if __name__ == "__main__":
    main()
