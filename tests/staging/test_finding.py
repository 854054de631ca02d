"""Which files are meant by the paths that a user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wavehouse.core.errors import CallError
from wavehouse.staging.finding import find_files

if TYPE_CHECKING:
    pass


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
