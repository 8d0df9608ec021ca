#!/usr/bin/env python3
"""The tarball and the Debian package: what they hold, unpacked in a fresh folder and used; the unit's hardening."""
import pathlib
import re
import stat
import subprocess

from package_support import BUILD, GUESTS, ROOT, Installed, main, run


class Packages(Installed):
    component = "program"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tarball, package = run(ROOT / "tools/package.sh", BUILD, cls.folder / "out").splitlines()
        cls.tarball, cls.package = pathlib.Path(tarball), pathlib.Path(package)
        cls.root = cls.folder / "root"
        run("dpkg-deb", "--extract", cls.package, cls.root)
        run("dpkg-deb", "--control", cls.package, cls.folder / "control")
        run("tar", "-C", cls.folder, "-xzf", cls.tarball)

    def use(self, icn: pathlib.Path, name: str) -> None:
        data = self.folder / name
        run(icn, "--data", data, "init", "--development")
        self.assertTrue(run(icn, "--data", data, "job", "run", GUESTS / "word_count.wasm", "--input", __file__).strip())

    def test_both_run_a_job(self):
        self.use(self.root / "usr/bin/icn", "of the package")
        self.use(next(self.folder.glob("icn-*/bin/icn")), "of the tarball")

    def test_the_package_has_everything_that_an_administrator_needs(self):
        for path in ("usr/lib/systemd/system/icn.service", "usr/lib/sysusers.d/icn.conf", "etc/icn/icn.toml",
                     "usr/share/man/man1/icn-node-run.1.gz", "usr/share/bash-completion/completions/icn",
                     "usr/share/doc/icn/copyright", "usr/share/doc/icn/icn-alerts.yml"):
            self.assertTrue((self.root / path).is_file(), path)

    def test_its_configuration_is_valid_and_kept_by_an_upgrade(self):
        self.assertEqual("/etc/icn/icn.toml\n", (self.folder / "control/conffiles").read_text())
        shown = run(self.root / "usr/bin/icn", "--data", self.folder / "none", "--config",
                    self.root / "etc/icn/icn.toml", "node", "config", "show", "--origin")
        self.assertIn("parameters.grace_secs", shown)

    def test_its_scripts_are_shell_and_remove_no_data(self):
        for name in ("postinst", "prerm", "postrm"):
            script = self.folder / "control" / name
            run("sh", "-n", script)
            self.assertTrue(script.stat().st_mode & stat.S_IXUSR)
            for line in script.read_text().splitlines():
                self.assertFalse("rm " in line and "/var/lib/icn" in line, line)

    def test_it_names_the_libraries_it_needs(self):
        control = (self.folder / "control/control").read_text()
        self.assertRegex(control, r"Depends: .*libsodium23")
        self.assertRegex(control, r"Recommends: .*librocksdb")

    def test_the_unit_is_hardened(self):
        unit = ROOT / "packaging/systemd/icn.service"
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
                              capture_output=True, text=True, timeout=60)
        exposure = re.search(r"Overall exposure level for icn.service: ([\d.]+)", done.stdout)
        self.assertIsNotNone(exposure, done.stdout + done.stderr)
        self.assertLessEqual(float(exposure[1]), 2.0)
        self.assertEqual(0, done.returncode, "systemd compares with the same bound")

    def test_the_unit_gives_running_jobs_their_grace_period(self):
        unit = (ROOT / "packaging/systemd/icn.service").read_text()
        grace = int(re.search(r"#grace_secs = (\d+)", (ROOT / "docs/icn.example.toml").read_text())[1])
        self.assertGreater(int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]), 2 * grace)


if __name__ == "__main__":
    main()
