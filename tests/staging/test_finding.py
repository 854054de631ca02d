"""Which files are meant by the paths that a user names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wavehouse.core.errors import CallError
from wavehouse.staging.finding import find_files, split_known
from wavehouse.staging.seen import SeenFiles

if TYPE_CHECKING:
    from tests.staging.conftest import Lab


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def test_of_a_directory_its_csv_files(tmp_path: Path) -> None:
    _touch(tmp_path, "b.csv", "a.CSV", "c.csv.gz", "d.csv.zst", "notes.txt", ".hidden.csv", "deeper/e.csv")
    (tmp_path / "folder.csv").mkdir()
    assert [path.name for path in find_files([tmp_path])] == ["a.CSV", "b.csv", "c.csv.gz", "d.csv.zst"]


def test_a_named_file_is_meant_whatever_its_name(tmp_path: Path) -> None:
    _touch(tmp_path, "export.txt", "b.csv")
    assert find_files([tmp_path / "export.txt"]) == [tmp_path / "export.txt"]


def test_a_file_named_twice_is_one(tmp_path: Path) -> None:
    _touch(tmp_path, "a.csv", "b.csv")
    found = find_files([tmp_path / "b.csv", tmp_path, tmp_path / "a.csv"])
    assert found == [tmp_path / "b.csv", tmp_path / "a.csv"]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="there is no such file or directory") as caught:
        find_files([tmp_path, tmp_path / "none.csv"][1:])
    assert caught.value.where == str(tmp_path / "none.csv")


def test_a_directory_without_csv_files(tmp_path: Path) -> None:
    _touch(tmp_path, "notes.txt", "deeper/e.csv")
    with pytest.raises(CallError, match="there is no CSV file in this directory"):
        find_files([tmp_path])


def test_known_is_known_by_content(lab: Lab, tmp_path: Path) -> None:
    content = b"id,track_popularity,explicit\n1,2,true\n"
    landed = lab.land(content, "tracks.csv")
    (tmp_path / "same.csv").write_bytes(content)
    (tmp_path / "longer.csv").write_bytes(content + b"2,2,true\n")
    (tmp_path / "tracks.csv").write_bytes(content.replace(b"true", b"TRUE"))
    known, new = split_known(
        [tmp_path], [replace(landed, name="tracks.csv")], SeenFiles(tmp_path / "seen.json")
    )
    assert [path.name for path in known] == ["same.csv"]
    assert [path.name for path in new] == ["longer.csv", "tracks.csv"]
