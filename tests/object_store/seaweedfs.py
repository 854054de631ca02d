"""A real S3 server for the tests: SeaweedFS on loopback, in a directory that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

import pytest
from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

LOOPBACK = "127.0.0.1"
REGION = "us-east-1"
ACCESS_KEY = "wavehouse-tests"
SECRET_KEY = "no-secret-at-all"  # noqa: S105  # the server is reachable from this machine alone

_START_SECONDS = 30
_ATTEMPTS = 5
_SERVICES = ("master", "volume", "filer", "s3", "admin")
# SeaweedFS takes 10000 more for the second port of each service. Both lie below the ports that a system
# gives to outgoing connections, so that none of those can take one between our look and the server's start.
_PORTS = range(11_000, 22_000)
_SECOND_PORT = 10_000
# However we end, even killed: then the pipe that it reads from is closed, and nothing of the server stays. An
# orderly end of the server would take seconds, and nobody wants its data.
_GUARD = 'read _; kill -9 "$1" 2>/dev/null; shift; rm -rf "$@"'


@dataclass(frozen=True)
class S3Server:
    """A server that answers; `endpoint` is `host:port`, to be used without TLS and by path style."""

    endpoint: str
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = REGION

    @property
    def port(self) -> int:
        """The port alone."""
        return int(self.endpoint.rpartition(":")[2])

    @property
    def url(self) -> str:
        """The endpoint as a URL."""
        return f"http://{self.endpoint}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which clients find out who they are, and that no other store is meant."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            # DuckDB would ask a proxy of the network for our own machine.
            "NO_PROXY": LOOPBACK,
            "no_proxy": LOOPBACK,
        }

    def client(self, endpoint: str | None = None, *, attempts: int = 3) -> S3FileSystem:
        """A plain S3 client; with `endpoint`, through a proxy. A small object is one PUT."""
        return S3FileSystem(
            access_key=self.access_key,
            secret_key=self.secret_key,
            region=self.region,
            scheme="http",
            endpoint_override=endpoint or self.endpoint,
            allow_bucket_creation=True,
            allow_bucket_deletion=True,
            allow_delayed_open=True,
            retry_strategy=AwsStandardS3RetryStrategy(max_attempts=attempts),
        )


class _NotStartedError(Exception):
    pass


@contextmanager
def running_server() -> Iterator[S3Server]:
    """Start a server, wait until it takes and gives back an object, and stop it in the end."""
    for attempt in range(1, _ATTEMPTS + 1):
        ports = _free_ports()
        directory = Path(tempfile.mkdtemp(prefix="wavehouse-s3-"))
        with _process(directory, ports) as process:
            server = S3Server(f"{LOOPBACK}:{ports['s3']}")
            try:
                _wait_until_it_answers(server, process, directory / "log")
            except _NotStartedError:
                # Another process can have taken one of the ports in the meantime.
                if attempt == _ATTEMPTS:
                    raise
                continue
            yield server
            return


@contextmanager
def known_server() -> Iterator[S3Server]:
    """The same, with its variables in the environment of this process and of those that it starts."""
    with pytest.MonkeyPatch.context() as patch, running_server() as server:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        yield server


@contextmanager
def _process(directory: Path, ports: dict[str, int]) -> Iterator[subprocess.Popen[bytes]]:
    options = {
        "dir": str(directory),
        "ip": LOOPBACK,
        "ip.bind": LOOPBACK,
        **{f"{service}.port": str(port) for service, port in ports.items()},
        # As S3 has it: a bucket that nobody made is an error.
        "s3.autoCreateBucket": "false",
        # What these tests do not need, and what would go out to the network.
        "s3.port.iceberg": "0",
        "s3.port.lance": "0",
        "webdav": "false",
        "admin.ui": "false",
        "master.telemetry": "false",
    }
    weed = Path(sys.executable).with_name("weed")
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [weed, "-logtostderr", "mini", *(f"-{name}={value}" for name, value in options.items())],
            cwd=directory,
            env={
                "PATH": os.defpath,
                "HOME": str(directory),
                "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    guard = subprocess.Popen(
        ["sh", "-c", _GUARD, "sh", str(process.pid), directory, *_sockets(ports)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        guard.communicate()
        process.kill()
        process.wait()
        # What it may have written while it was being removed.
        shutil.rmtree(directory, ignore_errors=True)


def _sockets(ports: dict[str, int]) -> list[str]:
    # SeaweedFS leaves these behind, in this place whatever TMPDIR says.
    names = [f"{service}-{port}" for service, port in ports.items()]
    names += [f"{service}-grpc-{port + _SECOND_PORT}" for service, port in ports.items()]
    return [f"/tmp/seaweedfs-{name}.sock" for name in names]  # noqa: S108


def _free_ports() -> dict[str, int]:
    found: dict[str, int] = {}
    dice = SystemRandom()
    while len(found) < len(_SERVICES):
        port = dice.choice(_PORTS)
        if port not in found.values() and _is_free(port) and _is_free(port + _SECOND_PORT):
            found[_SERVICES[len(found)]] = port
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _wait_until_it_answers(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    listens = False
    while True:
        try:
            if not listens:
                # Cheaper than a client, which would wait longer and longer between its attempts.
                socket.create_connection((LOOPBACK, server.port), timeout=1).close()
                listens = True
            # To listen is not enough: the part that stores the bytes comes last.
            client = server.client()
            client.create_dir("ready")
            with client.open_output_stream("ready/object") as stream:
                stream.write(b"ready")
            with client.open_input_stream("ready/object") as stream:
                assert stream.read() == b"ready"
            client.delete_dir("ready")
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text("utf-8", errors="replace")[-2000:]
                raise _NotStartedError(f"SeaweedFS did not start ({error}); its log ends:\n{tail}") from error
        time.sleep(0.02)  # between two looks
