#!/usr/bin/env python3
"""A node that keeps running: it starts, reports to its service manager, reloads, drains, and survives kill -9.

The test is the service manager: it waits for the node's reports instead of sleeping.
"""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import unittest

from icn_support import TIMEOUT_S, NodeTest, Running, main, problems, program

LOOP = program("", start="(loop $again (br $again))")


class Manager:
    """Receives what the node reports to its service manager."""

    def __init__(self, folder: pathlib.Path):
        self.path = folder / "notify"
        self.path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.bind(str(self.path))

    def close(self) -> None:
        self.socket.close()
        self.path.unlink()

    def wait_for(self, state: str) -> None:
        while state not in self.socket.recv(4096).decode().splitlines():
            pass


class Node(NodeTest):
    """Each test runs the node of the class, one process at a time."""

    @contextlib.contextmanager
    def node(self, *options, adopts: socket.socket | None = None, **variables):
        """A node that is ready; with `adopts` it was given that socket, as systemd gives those of a socket unit."""
        manager = Manager(self.home)
        env = {**os.environ, "NOTIFY_SOCKET": str(manager.path), "ICN_ENVIRONMENT": "development", **variables}
        command, how = self.command("node", "run", *options), {}
        if adopts is not None:
            command = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *command]
            env["LISTEN_FDS"] = "1"
            how = {"preexec_fn": lambda: os.dup2(adopts.fileno(), 3), "pass_fds": (3,)}
        with Running(command, env=env, **how) as running:
            running.manager = manager
            manager.wait_for("READY=1")
            yield running
        manager.close()

    def stop(self, node) -> None:
        node.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, node.end()[0])

    def config(self, text: str) -> None:
        (self.data / "icn.toml").write_text(text)
        self.addCleanup((self.data / "icn.toml").unlink, missing_ok=True)

    def submit_loop(self, fuel: int) -> str:
        return self.json("job", "submit", self.guest("loop", LOOP), "--fuel", fuel, "--deadline", 600,
                         "--nonce", int.from_bytes(os.urandom(4)))["job_id"]

    def wait_until_running(self) -> None:
        while self.json("node", "status")["jobs_running"] == 0:
            pass

    def phase(self, job: str) -> str:
        return self.json("job", "describe", job)["phase"]

    def test_reports_and_stops(self):
        with self.node(WATCHDOG_USEC="200000") as node:
            node.manager.wait_for("WATCHDOG=1")
            status = self.json("node", "status")
            self.assertEqual([], problems("node_status", status))
            self.assertEqual(("icn node run", "serving", "development", True),
                             (status["owner"], status["phase"], status["environment"], status["readiness"]["ready"]))
            self.assertEqual([], problems("obligations", self.json("node", "obligations")))
            self.assertEqual([], problems("readiness", self.json("node", "check")))
            node.process.send_signal(signal.SIGTERM)
            node.manager.wait_for("STOPPING=1")
            self.assertEqual(0, node.end()[0])
        self.assertIn(b"no process runs the node", self.icn("node", "status", code=104).stderr)

    def test_jobs_that_wait_are_run_and_finish_within_the_grace_period(self):
        job = self.submit_loop(2_000_000_000)
        with self.node("--set", "parameters.grace_secs=3600") as node:
            self.wait_until_running()
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(0, node.end()[0])
        self.assertEqual("out_of_fuel", self.json("job", "describe", job)["outcome"])

    def test_a_job_that_does_not_finish_is_handed_back_uncharged(self):
        before = self.umana("posted")
        job = self.submit_loop(100_000_000_000)
        with self.node("--set", "parameters.grace_secs=0") as node:
            self.wait_until_running()
            node.process.send_signal(signal.SIGINT)
            code, out, _ = node.end()
            self.assertEqual((0, True), (code, b"1 jobs run after the next start" in out), out)
        self.assertEqual("submitted", self.phase(job))
        self.assertEqual(before, self.umana("posted"))
        with self.node():
            self.wait_until_running()
            self.icn("job", "cancel", job)
            # The run stops after its present slice.
            while self.phase(job) == "executing":
                pass
        self.assertEqual("cancelled", self.phase(job))

    def test_a_second_signal_stops_at_once(self):
        job = self.submit_loop(100_000_000_000)
        with self.node("--set", "parameters.grace_secs=3600") as node:
            self.wait_until_running()
            node.process.send_signal(signal.SIGTERM)
            node.manager.wait_for("STOPPING=1")
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(0, node.end()[0])
        self.assertEqual("submitted", self.phase(job))
        self.icn("job", "cancel", job)

    def test_a_killed_node_runs_its_jobs_after_a_restart(self):
        job = self.submit_loop(2_000_000_000)
        with self.node() as node:
            self.wait_until_running()
            node.process.kill()
            self.assertEqual(-signal.SIGKILL, node.end()[0])
        with self.node("--set", "parameters.grace_secs=3600") as node:
            self.wait_until_running()
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(0, node.end()[0])
        self.assertEqual("out_of_fuel", self.json("job", "describe", job)["outcome"])
        self.icn("mana", "audit")

    def test_a_reload_applies_all_of_a_change_or_none(self):
        def settings() -> dict:
            rows = self.json("node", "config")["settings"]
            return {row["key"]: (row["value"], row["by"]) for row in rows}

        def reload(node, text: str) -> None:
            self.config(text)
            node.process.send_signal(signal.SIGHUP)
            node.manager.wait_for("READY=1")

        file = str(self.data / "icn.toml")
        self.config('[log]\nlevel = "warning"\n')
        with self.node() as node:
            self.assertEqual(("warning", f"{file}:2"), settings()["log.level"])
            reload(node, '[log]\nlevel = "info"\n[parameters]\nsweep_secs = 7\n')
            self.assertEqual(("info", "7"), (settings()["log.level"][0], settings()["parameters.sweep_secs"][0]))
            reload(node, '[log]\nlevel = "debug"\n[wasm]\nthreads = 3\n')
            self.assertEqual(("info", "7"), (settings()["log.level"][0], settings()["parameters.sweep_secs"][0]))
            reload(node, '[log]\nlevel = "loud"\n')
            self.assertEqual("info", settings()["log.level"][0])
            refused = self.icn("node", "reload", code=None)
            self.assertNotEqual(0, refused.returncode)
            self.assertIn(b"is not one of error, warning, info or debug", refused.stderr)
            self.config('[log]\nlevel = "error"\n')
            self.assertEqual(["log.level = error (was info)", "parameters.sweep_secs = 30 (was 7)"],
                             sorted(self.json("node", "reload")["changes"]))
            metrics = self.json("node", "metrics")["text"]
            self.assertIn('icn_configuration_reloads_total{result="applied"} 2\n', metrics)
            self.assertIn('icn_configuration_reloads_total{result="refused"} 3\n', metrics)
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(0, node.end()[0])

    def test_log_lines_are_json_objects(self):
        with self.node(ICN_LOG_FORMAT="json") as node:
            node.process.send_signal(signal.SIGTERM)
            _, _, err = node.end()
        lines = [json.loads(line) for line in err.splitlines()]
        self.assertIn("stopped", [line["message"] for line in lines])
        for line in lines:
            self.assertEqual(["time", "level", "component"], list(line)[:3])

    def test_a_wrong_file_is_refused_by_every_command_that_reads_it(self):
        self.config("[log]\nlevle = 5\n")
        for command in (("node", "run"), ("node", "check"), ("node", "config"), ("job", "list")):
            said = self.icn(*command, code=100).stderr.decode()
            self.assertIn("icn.toml:2: 'log.levle' is not a key; the nearest key is 'log.level'", said)
        self.icn("store", "doctor")

    def test_production_refuses_plain_keys(self):
        for command in ("run", "check"):
            run = self.icn("node", command, code=None)
            self.assertNotEqual(0, run.returncode, command)
            self.assertIn(b"plain key files", run.stderr + run.stdout)
        self.icn("node", "check", "--environment", "development")

    def test_an_adopted_socket_refuses_no_connection_during_a_restart(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            with self.node(adopts=listener) as node:
                asked = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
                asked.request("GET", "/health")
                self.assertEqual(200, asked.getresponse().status)
                asked.close()
                self.stop(node)
            waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
            waiting.request("GET", "/ready")
            with self.node(adopts=listener) as node:
                answer = waiting.getresponse()
                self.assertEqual((200, True), (answer.status, json.loads(answer.read())["ready"]))
                stranger = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
                stranger.request("GET", "/v1/node")
                self.assertIn(stranger.getresponse().status, (401, 403))
                self.stop(node)

    def test_an_api_key_asks_for_its_role_until_it_is_revoked(self):
        def ask(method, path, key, body=None):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            return answer.status, content

        before = self.json("access", "new", "before")["secret"]
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            with self.node(adopts=listener) as node:
                keys = {role: self.json("access", "new", role, "--role", role)["secret"]
                        for role in ("read", "submit", "operate")}
                asked = [("GET", "/v1/node", None), ("GET", "/v1/node/configuration", None)]
                for key, wanted in ((None, [401, 401]), ("x", [401, 401]), (keys["read"][:-1], [401, 401]),
                                    (before, [200, 403]), (keys["read"], [200, 403]), (keys["submit"], [200, 403]),
                                    (keys["operate"], [200, 200])):
                    self.assertEqual(wanted, [ask(method, path, key, body)[0] for method, path, body in asked], key)
                self.assertEqual(403, ask("POST", "/v1/access", keys["submit"], '{"name": "more"}')[0])
                self.assertEqual(200, ask("DELETE", "/v1/access/read", keys["operate"])[0])
                self.assertEqual(401, ask("GET", "/v1/node", keys["read"])[0])
                listed = ask("GET", "/v1/access", keys["operate"])[1].decode()
                self.assertIn('"submit"', listed)
                for key in (before, *keys.values()):
                    self.assertNotIn(key.split(".")[1], listed)
                url = f"http://127.0.0.1:{port}"
                there = {**os.environ, "ICN_NODE_KEY": keys["submit"]}
                self.icn("--node", url, "job", "list", env=there)
                refused = self.icn("--node", url, "access", "list", env=there, code=None)
                self.assertNotEqual(0, refused.returncode)
                self.assertIn(b"role operate", refused.stdout + refused.stderr)
                self.stop(node)
        file = self.data / "keys" / "access.json"
        file.chmod(0o640)
        run = self.icn("node", "run", "--environment", "development", "--listen", "127.0.0.1:0", code=None)
        self.assertNotEqual(0, run.returncode)
        self.assertIn(b"access.json", run.stderr + run.stdout)
        file.unlink()

    def test_an_address_that_is_not_loopback_needs_a_certificate(self):
        run = self.icn("node", "run", "--environment", "development", "--listen", "0.0.0.0:0", code=None)
        self.assertNotEqual(0, run.returncode)
        self.assertIn(b"listening on 0.0.0.0:0", run.stderr)

    def test_one_owner_at_a_time(self):
        with self.node():
            run = self.icn("node", "run", "--wait=0", code=None)
            self.assertNotEqual(0, run.returncode)
            self.assertIn(b"icn node run", run.stderr)


if __name__ == "__main__":
    main()
