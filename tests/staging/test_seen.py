"""A file that was not touched since is known without reading it; any doubt has it read again."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from wavehouse.staging.seen import SeenFiles

_LATER = 10 * 10**9  # nanoseconds


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"first")
    return path


def _remembered(tmp_path: Path, file: Path, sha256: str, looked: int) -> SeenFiles:
    """What a later run knows where an earlier one remembered this hash, right or wrong."""
    earlier = SeenFiles(tmp_path / "seen.json")
    earlier.remember(file, file.stat(), looked, sha256)
    earlier.save()
    return SeenFiles(tmp_path / "seen.json")


def test_the_hash_is_that_of_the_bytes(tmp_path: Path, file: Path) -> None:
    content = bytes(range(256)) * 10_000
    file.write_bytes(content)
    assert SeenFiles(tmp_path / "seen.json").sha256(file) == _sha256(content)


def test_an_untouched_file_is_not_read_again(tmp_path: Path, file: Path) -> None:
    seen = _remembered(tmp_path, file, "remembered", time.time_ns() + _LATER)
    assert seen.sha256(file) == "remembered"


def test_a_file_written_just_before_the_look_is_read_again(tmp_path: Path, file: Path) -> None:
    """It could have been written once more in the same instant."""
    seen = _remembered(tmp_path, file, "remembered", time.time_ns())
    assert seen.sha256(file) == _sha256(b"first")


def test_a_file_of_the_same_size_and_time_but_other_bytes_is_read_again(tmp_path: Path, file: Path) -> None:
    """Whoever sets the time of modification back cannot set that of the change."""
    before = file.stat()
    seen = _remembered(tmp_path, file, "remembered", before.st_ctime_ns - 1)
    file.write_bytes(b"other")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert seen.sha256(file) == _sha256(b"other")


def test_a_file_put_in_place_of_another_is_read_again(tmp_path: Path, file: Path) -> None:
    seen = _remembered(tmp_path, file, "remembered", time.time_ns() + _LATER)
    aside = tmp_path / "aside"
    aside.write_bytes(b"other")
    aside.replace(file)
    assert seen.sha256(file) == _sha256(b"other")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"a": 1}', b"\xff", b'{"a": [1, 2]}'])
def test_what_cannot_be_read_is_found_out_again(tmp_path: Path, file: Path, content: bytes) -> None:
    (tmp_path / "seen.json").write_bytes(content.replace(b'"a"', f'"{file}"'.encode()))
    seen = SeenFiles(tmp_path / "seen.json")
    assert seen.sha256(file) == _sha256(b"first")
    seen.save()
    assert SeenFiles(tmp_path / "seen.json").sha256(file) == _sha256(b"first")
