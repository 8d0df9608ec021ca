"""Shared by the tests of the package: an installed tree that was moved, so that its original path cannot be used.

A test file is run as `FILE ICN GUESTS_DIR BUILD_DIR CMAKE CXX CXX_FLAGS`.
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GUESTS, BUILD, CMAKE, CXX, CXX_FLAGS = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), *sys.argv[4:7]
TIMEOUT_S = 300


def run(*command, cwd=None, code: int = 0, env=None) -> str:
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT_S,
                          stdin=subprocess.DEVNULL, env=env)
    if done.returncode != code:
        raise AssertionError(f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Installed(unittest.TestCase):
    component = ""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        components = [["--component", name] for name in cls.component.split()]
        for component in components:
            run(CMAKE, "--install", BUILD, "--prefix", cls.folder / "made here", *component)
        cls.prefix = cls.folder / "moved"
        (cls.folder / "made here").rename(cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()


def main() -> None:
    unittest.main(argv=[sys.argv[0]], verbosity=2)
