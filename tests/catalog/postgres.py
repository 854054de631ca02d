"""A real Postgres for the tests: Debian's package, on loopback, in a directory that is gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

USER = "wavehouse"
PASSWORD = "secret-of-the-test"  # noqa: S105  # the server is reachable from this machine alone
_START_SECONDS = 60


def _program(name: str) -> str | None:
    """A program of the server, which Debian puts on no path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(found[0]) if found else shutil.which(name)


def require_postgres() -> None:
    """Skip, loudly, where Postgres is not installed; in CI that is a failure."""
    if _program("initdb") is None:
        said = "Postgres is not installed (Debian: apt-get install postgresql): its catalog is NOT tested"
        if os.environ.get("CI"):
            pytest.fail(said, pytrace=False)
        pytest.skip(said)


def _other_user() -> dict[str, Any]:
    """Postgres refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@dataclass
class PostgresServer:
    """A server in `folder`, which can be stopped and started again."""

    folder: Path
    port: int
    _running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def uri(self, database: str = "postgres") -> str:
        """Where a database is, without the password."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [str(_program("postgres")), "-D", str(self.folder / "data"), "-p", str(self.port)]
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
        }
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("ab")
        self._running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **_other_user()
        )
        log.close()
        ready = [str(_program("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"]
        for _ in range(_START_SECONDS * 20):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self._running.poll() is not None:
                break
            with pytest.raises(subprocess.TimeoutExpired):
                self._running.wait(0.05)
        pytest.fail(f"Postgres did not start:\n{(self.folder / 'log').read_text()}", pytrace=False)

    def stop(self) -> None:
        """Stop at once, as a machine does that loses its power."""
        if self._running is not None:
            self._running.send_signal(signal.SIGQUIT)
            self._running.wait(_START_SECONDS)
            self._running = None

    def execute(self, sql: str) -> None:
        """Run one statement, outside of any transaction."""
        with psycopg.connect(self.uri(), password=PASSWORD, autocommit=True) as connection:
            connection.execute(sql.encode())


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server with a superuser `USER` who has a password."""
    folder = Path(tempfile.mkdtemp(prefix="wavehouse-postgres-"))
    password = folder / "password"
    password.write_text(PASSWORD)
    if other := _other_user():
        for path in (folder, password):
            os.chown(path, other["user"], other["group"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = PostgresServer(folder, free.getsockname()[1])
    try:
        made = subprocess.run(
            [str(_program("initdb")), "-D", str(folder / "data"), "-U", USER, "-A", "scram-sha-256",
             f"--pwfile={password}", "-E", "UTF8", "--no-locale", "--no-sync"],
            capture_output=True, text=True, check=False, cwd="/", **other,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
