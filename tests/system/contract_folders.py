"""The cases of command_contract_test.py about whole data folders."""
import itertools
import json


def folder_cases(cls) -> dict[str, list]:
    """Like good_cases, for the commands on whole data folders."""
    numbers = itertools.count()

    def migrated():
        """From the current place of the state to an empty one."""
        here = json.loads((cls.data / "node.json").read_text())["state_store"]
        return ["store", "migrate", here, f"sqlite:state-{next(numbers)}.db", "--verify"]

    def backed_up():
        return ["backup", cls.home / f"backup-{next(numbers)}"]

    def restored():
        command = backed_up()
        cls.icn(*command)
        return ["--data", cls.home / f"restored-{next(numbers)}", "restore", command[-1]]

    return {
        "store backends": [["store", "backends"]],
        "store hash": [["store", "hash"]],
        "store migrate": [migrated],
        "store takeover": [["store", "takeover"]],
        "store doctor": [["store", "doctor"]],
        "backup": [backed_up],
        "restore": [restored],
    }
