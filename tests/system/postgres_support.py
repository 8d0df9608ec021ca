"""A test's own PostgreSQL server, in a temporary folder on a unix socket there, like that of the C++ tests in
tests/support/postgres_server.hpp."""
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.parse

START_S = 60


class PostgresServer:
    """Runs while it is open, as an unprivileged user when the test runs as root; ends with the test's process in every
case. If PostgreSQL is not installed, opening it fails: no test is skipped."""

    def __init__(self):
        self.programs = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="icn-postgres-"))
        self.command = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.command += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        data = self.folder / "data"
        subprocess.run([*self.command, self.programs / "initdb", f"--pgdata={data}", "--username=icn", "--auth=trust",
                        "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"], check=True,
                       cwd=self.folder, stdout=subprocess.DEVNULL, timeout=START_S)
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([*self.command, self.programs / "postgres", "-D", data, "-k", self.folder,
                                         "-c", "listen_addresses="], cwd=self.folder, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        ready = [*self.command, self.programs / "pg_isready", "--quiet", f"--host={self.folder}"]
        for _ in range(5 * START_S):
            if subprocess.run([*ready, "--timeout=1"], timeout=START_S).returncode == 0:
                return
            try:
                # Until it listens, pg_isready answers immediately; only the server's end has to be noticed.
                self.process.wait(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                continue
        said = (self.folder / "log").read_text(errors="replace")
        self.close()
        raise RuntimeError(f"the tests' PostgreSQL server did not start:\n{said}")

    def close(self) -> None:
        self.process.send_signal(signal.SIGQUIT)  # immediately: its data is no longer needed
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, schema: str) -> str:
        """The URL of a store with its own tables; both stores of a node may share a schema."""
        host = urllib.parse.quote(str(self.folder), safe="")
        return f"postgres://icn@/postgres?host={host}&schema={re.sub('[^a-z0-9_]', '_', schema.lower())}"


def programs() -> pathlib.Path:
    """Debian keeps the server's programs outside PATH, one folder per version."""
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                      key=lambda path: int(path.parent.parent.name))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL's server is not installed (Debian: postgresql-15; ./dev deps)")
    return pathlib.Path(found).parent
