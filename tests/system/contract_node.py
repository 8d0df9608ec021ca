"""The cases of command_contract_test.py about a node that keeps running, and that node."""
import os
import pathlib
import signal
import socket
import struct
import subprocess
import threading

from icn_support import ICN


def node_cases(cls) -> dict[str, list]:
    """As good_cases, of the commands about a node that runs: on the folder of such a node."""
    running = ["--data", cls.home / "running"]
    return {
        "node run": [["node", "run", "--environment", "development"]],
        "node check": [[*running, "node", "check"], ["node", "check", "--environment", "development"]],
        "node config": [[*running, "node", "config"], ["node", "config", "show", "--set", "log.level=debug"]],
        "node status": [[*running, "node", "status"]],
        "node obligations": [[*running, "node", "obligations"], ["node", "obligations", "--count", "1"]],
        "node metrics": [[*running, "node", "metrics"], ["node", "metrics"]],
        "node reload": [[*running, "node", "reload"]],
    }


def bad_node_cases(nowhere) -> dict[str, list]:
    """As bad_cases, of those commands."""
    return {
        "node run": [(["node", "run"], 106), ([*nowhere, "node", "run"], 104),
                     (["node", "run", "--set", "log.levl=debug"], 100)],
        "node check": [([*nowhere, "node", "check"], 104), (["node", "check", "--environment", "home"], 100)],
        "node config": [(["node", "config", "hide"], 100), (["node", "config", "--set", "log.level=loud"], 100)],
        "node status": [(["node", "status"], 104)],
        "node obligations": [(["node", "obligations", "--count", "0"], 100)],
        "node metrics": [([*nowhere, "node", "metrics"], 104)],
        "node reload": [(["node", "reload"], 104)],
    }


class Manager(threading.Thread):
    """Stops each `icn node run` as soon as it reports that it is ready, except the first."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.bind(str(path))
        self.first_ready = threading.Event()

    def run(self):
        while True:
            message, control, _, _ = self.socket.recvmsg(4096, 1024)
            if b"READY=1" not in message.splitlines():
                continue
            if self.first_ready.is_set():
                os.kill(struct.unpack("iii", control[0][2])[0], signal.SIGTERM)
            self.first_ready.set()


class RunningNode:
    """A node that runs in the folder `running`; every later `icn node run` is stopped once it is ready."""

    def __init__(self, home: pathlib.Path):
        manager = Manager(home / "notify")
        os.environ["NOTIFY_SOCKET"] = str(home / "notify")
        manager.start()
        icn = [ICN, "--data", home / "running"]
        subprocess.run([*icn, "init", "--development"], check=True, capture_output=True, timeout=60)
        self.process = subprocess.Popen([*icn, "node", "run", "--environment", "development"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        manager.first_ready.wait(60)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
