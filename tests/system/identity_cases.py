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

    return {
        "key list": [["key", "list"]],
        "key new": [lambda: ["key", "new", f"member{next(cls.numbers)}"]],
        "key show": [["key", "show"], ["key", "show", "member"]],
        "key rotate": [["key", "rotate", "member"], ["key", "rotate", "node"]],
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
        "key list": [(["key", "list", "all"], 100)],
        "key new": [(["key", "new", "No"], 100), (["key", "new", "member"], 105)],
        "key show": [(["key", "show", "nobody"], 104)],
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
