#!/usr/bin/env python3
"""Keys in a PKCS#11 token, from the command line. The token is SoftHSM's, started here."""
import json
import os
import pathlib
import subprocess
import tempfile

from icn_support import ICN, TIMEOUT_S, NodeTest, main, problems, talker

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"


class Tokens(NodeTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = pathlib.Path(cls.folder.name)
        cls.data = cls.home / "data"
        (cls.home / "tokens").mkdir()
        (cls.home / "softhsm2.conf").write_text(f"directories.tokendir = {cls.home}/tokens\n"
                                                "objectstore.backend = file\nlog.level = ERROR\n")
        cls.environment = os.environ | {"SOFTHSM2_CONF": str(cls.home / "softhsm2.conf")}
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "icn", "--pin", PIN,
                        "--so-pin", "87654321"], check=True, capture_output=True, timeout=TIMEOUT_S,
                       env=cls.environment)
        cls.json("init", "--development")

    @staticmethod
    def uri(name: str) -> str:
        return f"pkcs11:token=icn;object={name}?module-path={MODULE}"

    def with_pin(self, pin: str = PIN) -> dict[str, str]:
        return self.environment | {"ICN_TOKEN_PIN": pin}

    def test_a_member_signs_with_a_token(self):
        made = self.json("key", "new", "dora", "--pkcs11", self.uri("dora"), env=self.with_pin())
        self.assertEqual([], problems("key", made))
        stored = (self.data / "keys/dora.key").read_bytes()
        self.assertNotIn(PIN.encode(), stored)
        self.assertIn(b"pkcs11:token=icn;object=dora", stored)
        self.assertEqual(0o600, (self.data / "keys/dora.key").stat().st_mode & 0o777)
        self.icn("gov", "propose", "admit", made["did"])
        self.icn("gov", "vote", "@last", "yes")
        self.assertTrue(self.json("key", "show", "dora")["member"])

        made_by_dora = ("gov", "propose", "resolution", "--title", "Signed in a token", "--as", "dora")
        before = self.json("gov", "list")
        wrong = self.json(*made_by_dora, code=120, env=self.with_pin("4321"))["error"]
        self.assertEqual(("wrong_passphrase", "token_pin"), (wrong["name"], wrong["rule"]))
        (token,) = (self.home / "tokens").iterdir()
        token.rename(self.home / "pulled")
        self.json(*made_by_dora, code=104, env=self.with_pin())
        (self.home / "pulled").rename(token)
        absent = self.icn(*made_by_dora, code=100, env=self.environment, start_new_session=True)
        self.assertIn(b"ICN_TOKEN_PIN", absent.stderr)
        self.assertEqual(before, self.json("gov", "list"), "nothing was proposed")
        self.json(*made_by_dora, env=self.with_pin())
        self.json("gov", "verify-log")

        # systemd passes the PIN as a file.
        credentials = self.home / "credentials"
        credentials.mkdir()
        (credentials / "icn-token-pin").write_text(PIN + "\n")
        self.json("gov", "vote", "@last", "yes", "--as", "dora",
                  env=self.environment | {"CREDENTIALS_DIRECTORY": str(credentials)})
        self.json("store", "doctor")

    def test_the_node_signs_with_a_token(self):
        data = self.home / "node-in-a-token"

        def on_it(*args, pin: str = PIN, code: int = 0) -> dict:
            run = subprocess.run([ICN, "--data", data, "--json", *args], capture_output=True, timeout=TIMEOUT_S,
                                 stdin=subprocess.DEVNULL, env=self.with_pin(pin), check=False)
            self.assertEqual(code, run.returncode, run.stdout + run.stderr)
            return json.loads(run.stdout)

        on_it("init", "--development")
        rotated = on_it("key", "rotate", "node", "--pkcs11", self.uri("node"))
        self.assertEqual([], problems("key", rotated))
        self.assertIn(b"object=node", (data / rotated["file"]).read_bytes())
        program = self.guest("in_a_token", talker("signed in a token\n"))
        ran = on_it("job", "run", program)
        on_it("receipt", "verify", ran["receipt"])
        on_it("gov", "propose", "resolution", "--title", "One")
        on_it("gov", "verify-log")
        # Without the PIN nothing is signed, and nothing is charged.
        before = on_it("mana", "balance")
        on_it("job", "run", program, pin="4321", code=120)
        self.assertEqual(before, on_it("mana", "balance"))

    def test_a_key_of_the_token_has_one_name(self):
        first = self.json("key", "new", "erin", "--pkcs11", self.uri("erin"), env=self.with_pin())
        again = self.json("key", "new", "fred", "--pkcs11", self.uri("erin"), env=self.with_pin(), code=105)
        self.assertIn("erin", again["error"]["detail"])
        self.assertEqual(first["did"], self.json("key", "show", "erin")["did"])
        self.assertFalse((self.data / "keys/fred.key").exists())

    def test_uris_with_a_pin_are_refused(self):
        told = self.json("key", "new", "gina", "--pkcs11", self.uri("gina") + "&pin-value=1234", env=self.with_pin(),
                         code=100)
        self.assertEqual("token_uri", told["error"]["rule"])
        self.assertNotIn("1234", json.dumps(told))
        for uri in ("gina", "pkcs11:object=gina", f"pkcs11:token=icn?module-path={MODULE}"):
            self.json("key", "new", "gina", "--pkcs11", uri, env=self.with_pin(), code=100)
        self.json("key", "new", "gina", "--pkcs11", "pkcs11:object=g?module-path=/nowhere.so", env=self.with_pin(),
                  code=115)
        self.json("key", "new", "gina", "--pkcs11", self.uri("gina").replace("=icn;", "=other;"), env=self.with_pin(),
                  code=104)

    def test_systemd_passes_the_passphrase(self):
        credentials = self.home / "sealed-credentials"
        credentials.mkdir()
        (credentials / "icn-passphrase").write_text("correct horse\n")
        by_systemd = self.environment | {"CREDENTIALS_DIRECTORY": str(credentials)}

        def sealed(*words, code: int = 0) -> bytes:
            run = subprocess.run([ICN, "--data", self.home / "sealed", *words], capture_output=True, timeout=TIMEOUT_S,
                                 stdin=subprocess.DEVNULL, env=by_systemd)
            self.assertEqual(code, run.returncode, run.stderr)
            return run.stdout

        sealed("init")
        program = self.guest("sealed", talker("signed\n"))
        self.assertEqual(b"signed\n", sealed("job", "run", program))
        # What the caller names goes first.
        (self.home / "wrong").write_text("another\n")
        sealed("job", "run", program, "--passphrase-file", self.home / "wrong", code=120)


if __name__ == "__main__":
    main()
