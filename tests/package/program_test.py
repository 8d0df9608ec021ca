#!/usr/bin/env python3
"""The installed program: it runs, has its manual pages and completion scripts, and finds loadable backends wherever
it is, or reports that they are absent."""
import json
import subprocess

from package_support import GUESTS, TIMEOUT_S, Installed, main, run


class Program(Installed):
    component = "program"

    def icn(self, *words, code: int = 0) -> str:
        return run(self.prefix / "bin/icn", "--data", self.folder / "data", *words, code=code)

    def backends(self) -> dict[str, dict]:
        rows = json.loads(self.icn("--json", "store", "backends"))
        return {row["name"]: row for row in rows if row["port"] == "state_store"}

    def test_runs_a_job(self):
        self.icn("init", "--development")
        self.assertTrue(self.icn("job", "run", GUESTS / "word_count.wasm", "--input", __file__).strip())

    def test_a_page_for_each_command(self):
        commands = json.loads(self.icn("--json", "--help"))["commands"]
        pages = self.prefix / "share/man/man1"
        named = {"icn.1"} | {f"icn-{row['command'].replace(' ', '-')}.1" for row in commands}
        self.assertEqual(named, {page.name for page in pages.iterdir()})
        for row in commands:
            page = (pages / f"icn-{row['command'].replace(' ', '-')}.1").read_text()
            for option in row["options"]:
                self.assertIn(option["name"].replace("-", "\\-"), page, row["command"])
            self.assertEqual(page, self.icn("man", *row["command"].split()))
        self.assertEqual((pages / "icn.1").read_text(), self.icn("man"))

    def test_pages_are_in_the_form_of_man(self):
        """Each line is text or one of the macros that the pages use, and no text is parsed as a request."""
        known = {".TH", ".SH", ".TP", ".nf", ".fi", ".BR"}
        for page in (self.prefix / "share/man/man1").iterdir():
            for line in page.read_text().splitlines():
                if line.startswith((".", "'")):
                    self.assertIn(line.split()[0], known, f"{page.name}: {line}")

    def test_completion_scripts(self):
        for shell, name in (("bash", "bash-completion/completions/icn"), ("zsh", "zsh/site-functions/_icn"),
                            ("fish", "fish/vendor_completions.d/icn.fish")):
            self.assertEqual((self.prefix / "share" / name).read_text(), self.icn("completion", shell))

    def in_folder(self, name: str, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.prefix / "bin/icn", "--data", self.folder / name, *words], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S)

    def test_backends_in_modules(self):
        # A command that needs the module, and its exit code when the module is there.
        others = {"curl": (106, "did", "resolve", "did:web:localhost"),
                  "p11kit": (115, "key", "new", "key", "--pkcs11", "pkcs11:token=t;object=o?module-path=/nowhere.so")}
        self.assertEqual(0, self.in_folder("with keys", "init", "--development").returncode)
        modules = sorted((self.prefix / "lib/icn").glob("*.so"))
        for module in modules:
            name, hidden = module.stem, module.with_suffix(".hidden")
            if name in others:
                code, *command = others[name]
                given = self.in_folder("with keys", *command)
                self.assertEqual(given.returncode, code, given.stderr)
                module.rename(hidden)
                refused = self.in_folder("with keys", *command)
            else:
                row = self.backends()[name]
                self.assertTrue(row["available"], row)
                module.rename(hidden)
                row = self.backends()[name]
                self.assertFalse(row["available"])
                self.assertIn(str(module), row["absent_because"])
                refused = self.in_folder(f"with {name}", "--state-store", f"{name}:x", "init", "--development")
            self.assertEqual(refused.returncode, 117, refused.stderr)
            self.assertIn(str(module), refused.stderr)
            hidden.rename(module)


if __name__ == "__main__":
    main()
