"""The S3 server of the tests: real, private, and gone with those who started it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyarrow.fs import FileSelector, S3FileSystem
from tests.object_store.seaweedfs import S3Server

_ROOT = Path(__file__).parents[2]


def _put(client: S3FileSystem, path: str, content: bytes) -> None:
    with client.open_output_stream(path) as stream:
        stream.write(content)


def _keys(client: S3FileSystem, bucket: str) -> list[str]:
    found = client.get_file_info(FileSelector(bucket, recursive=True))
    return sorted(info.path.removeprefix(f"{bucket}/") for info in found if info.is_file)


def test_objects_are_put_read_listed_and_deleted(s3_server: S3Server, bucket: str) -> None:
    client = s3_server.client()
    _put(client, f"{bucket}/data/run=1/a b.txt", b"first")
    _put(client, f"{bucket}/data/run=1/ü+%.txt", b"second")
    assert client.open_input_file(f"{bucket}/data/run=1/ü+%.txt").read() == b"second"
    assert _keys(client, bucket) == ["data/run=1/a b.txt", "data/run=1/ü+%.txt"]
    info = client.get_file_info(f"{bucket}/data/run=1/a b.txt")
    assert info.size == len(b"first")
    assert abs(info.mtime.timestamp() - time.time()) < 60
    client.delete_file(f"{bucket}/data/run=1/a b.txt")
    assert _keys(client, bucket) == ["data/run=1/ü+%.txt"]


@pytest.mark.parametrize("test", [1, 2])
def test_every_test_has_a_bucket_of_its_own(s3_server: S3Server, bucket: str, test: int) -> None:
    assert _keys(s3_server.client(), bucket) == []
    _put(s3_server.client(), f"{bucket}/{test}", b"mine")


def test_a_wrong_secret_is_refused(s3_server: S3Server, bucket: str) -> None:
    stranger = S3Server(s3_server.endpoint, secret_key="guessed")  # noqa: S106  # that is the point
    with pytest.raises(OSError, match="signature"):
        _put(stranger.client(), f"{bucket}/object", b"")


def test_a_bucket_that_nobody_made_is_an_error(s3_server: S3Server) -> None:
    with pytest.raises(OSError, match="bucket"):
        _put(s3_server.client(), "no-such-bucket/object", b"")


def test_nothing_of_the_server_outlives_a_killed_starter(tmp_path: Path) -> None:
    script = (
        "import os\n"
        "from tests.object_store.seaweedfs import running_server\n"
        "with running_server() as server:\n"
        "    print(server.endpoint, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=_ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    host, _, port = done.stdout.strip().rpartition(":")
    deadline = time.monotonic() + 10
    while _listens(host, int(port)) or any(tmp_path.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _listens(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
