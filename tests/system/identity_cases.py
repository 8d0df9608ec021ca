"""For the command contract: arguments of the commands on keys, credentials and DIDs that succeed, and that do not."""


def good_identity_cases(cls) -> dict[str, list]:
    """For each command, arguments with which it succeeds, or a function that prepares them."""
    def credential(*command):
        """The command on a credential of the member's."""
        def arguments():
            text = cls.home / f"credential-{next(cls.numbers)}"
            text.write_text(cls.json("credential", "issue", "member")["credential"])
            return ["credential", command[0], text, *command[1:]]
        return arguments

    def attest(*options):
        return ["zk", "attest", "age_over", "--holder", cls.json("key", "show")["did"], "--value", "2001-05-07",
                "--max", "2008-11-30", "--out", cls.home / f"witness-{next(cls.numbers)}", *options]

    def prove():
        words = attest()
        cls.json(*words)
        return ["zk", "prove", "age_over", "--witness", words[-1], "--challenge", "9f86d081884c7d659a2feaa0c55ad015",
                "--no-keys", "--out", cls.home / f"proof-{next(cls.numbers)}"]

    return {
        "zk statements": [["zk", "statements"]],
        "zk attest": [attest],
        "zk prove": [prove],
        "key list": [["key", "list"]],
        "key new": [lambda: ["key", "new", f"member{next(cls.numbers)}"]],
        "key show": [["key", "show"], ["key", "show", "member"]],
        "key rotate": [["key", "rotate", "member"], ["key", "rotate", "node"]],
        "access list": [["access", "list"]],
        "access new": [lambda: ["access", "new", f"key{next(cls.numbers)}", "--role", "submit", "--until", "7d"]],
        "access revoke": [lambda: ["access", "revoke",
                                   cls.json("access", "new", f"key{next(cls.numbers)}")["key"]["name"]]],
        "credential issue": [["credential", "issue", "member"], ["credential", "issue", "member", "--selective"],
                             ["credential", "issue", "member", "--until", "7d"]],
        "credential present": [credential("present", "--audience", "a", "--challenge", "c")],
        "credential verify": [credential("verify")],
        "credential revoke": [lambda: ["credential", "revoke", cls.json("credential", "issue", "member")["index"]]],
        "credential status": [["credential", "status"]],
        "did resolve": [lambda: ["did", "resolve", cls.json("key", "show")["did"]],
                        ["did", "resolve", "did:peer:0z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"]],
    }


def bad_identity_cases(cls) -> dict[str, list]:
    """For each command, arguments with which it fails, and its exit code."""
    absent = cls.home / "absent"
    return {
        "zk statements": [(["zk", "statements", "all"], 100)],
        "zk attest": [(["zk", "attest", "age_over"], 100), (["zk", "attest", "charm", "--holder", "x"], 104)],
        "zk prove": [(["zk", "prove", "age_over", "--witness", absent, "--challenge", "00", "--out", absent], 104)],
        "key list": [(["key", "list", "all"], 100)],
        "key new": [(["key", "new", "No"], 100), (["key", "new", "member"], 105)],
        "key show": [(["key", "show", "nobody"], 104)],
        "access list": [(["access", "list", "all"], 100)],
        "access new": [(["access", "new", "No"], 100), (["access", "new", "x", "--role", "open"], 100),
                       (["access", "new", "x", "--until", "soon"], 100)],
        "access revoke": [(["access", "revoke", "nobody"], 104), (["access", "revoke"], 100)],
        "key rotate": [(["key", "rotate", "nobody"], 104), (["key", "rotate"], 100)],
        "credential issue": [(["credential", "issue", "nobody"], 104),
                             (["credential", "issue", "member", "--until", "soon"], 100)],
        "credential present": [(["credential", "present", absent, "--audience", "a", "--challenge", "c"], 104),
                               (["credential", "present", __file__], 100)],
        "credential verify": [(["credential", "verify", absent], 104), (["credential", "verify", __file__], 101)],
        "credential revoke": [(["credential", "revoke", "16777215"], 104), (["credential", "revoke", "x"], 100)],
        "credential status": [(["credential", "status", "all"], 100)],
        "did resolve": [(["did", "resolve", "alice"], 100), (["did", "resolve", "did:ion:x"], 117),
                        (["did", "resolve", "did:peer:4zQm"], 104)],
    }
