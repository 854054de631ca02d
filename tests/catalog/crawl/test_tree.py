"""What lies in a folder, and what cannot be taken."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from wavehouse.catalog.tree import STEP, Tree, newest_metadata, walk_directory
from wavehouse.core.errors import CallError
from wavehouse.core.exclusions import Exclusions
from wavehouse.core.progress import Silent


def _walk(root: Path, *patterns: str) -> Tree:
    return walk_directory(root, Exclusions(patterns), Silent())


def _put(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x", "utf-8")


def test_hidden_names_are_no_data_and_exclusions_are_kept_apart(tmp_path: Path) -> None:
    _put(tmp_path, "b/1.csv", "a.csv", "_SUCCESS", ".x", "b/_temporary/2.csv", "old/deep/3.csv", "b/4.bak")
    tree = _walk(tmp_path, "old/**", "**.bak")
    assert [file.path for file in tree.files] == ["a.csv", "b/1.csv"]
    assert tree.excluded == ["b/4.bak", "old/deep/3.csv"]
    assert tree.problems == []


def test_links_that_lead_out_loop_or_come_twice_are_problems(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _put(root, "a/1.csv", ".made@1/p.csv")
    _put(tmp_path, "secret.csv")
    (root / "out.csv").symlink_to(tmp_path / "secret.csv")
    (root / "up").symlink_to(tmp_path)
    (root / "a" / "loop").symlink_to(root)
    (root / "again").symlink_to(root / "a")
    (root / "gone").symlink_to(root / "nothing")
    (root / "made").symlink_to(".made@1")
    tree = _walk(root)
    assert [file.path for file in tree.files] == ["a/1.csv", "made/p.csv"]
    assert sorted(tree.others) == ["a/loop", "again", "gone", "out.csv", "up"]
    assert {(problem.path, problem.what) for problem in tree.problems} == {
        ("a/loop", "it is a link to a folder that it lies in: a loop"),
        ("again", "it is a link to a, which is crawled already"),
        ("gone", "it is a link to nothing"),
        ("out.csv", "it is a link that leads out of what is crawled"),
        ("up", "it is a link that leads out of what is crawled"),
    }


def test_odd_names_are_named_and_the_walk_goes_on(tmp_path: Path) -> None:
    _put(tmp_path, "line\nbreak.csv", "tab\there/in it.csv", "year=2020/a=b.csv", "=.csv", "ok.csv")
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).write_text("x", "utf-8")
    os.mkfifo(tmp_path / "pipe")
    tree = _walk(tmp_path)
    assert [file.path for file in tree.files] == ["=.csv", "ok.csv", "year=2020/a=b.csv"]
    assert [(problem.path, problem.kind) for problem in tree.problems] == [
        ("caf\\udce9.csv", "name"),
        ("line\nbreak.csv", "name"),
        ("pipe", "odd"),
        ("tab\there", "name"),
    ]
    assert "tab\there/in it.csv" in tree.others


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(tmp_path, "open/1.csv", "shut/2.csv")
    scandir = os.scandir

    def refusing(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)  # (root may read everything)
    tree = _walk(tmp_path)
    assert [file.path for file in tree.files] == ["open/1.csv"]
    assert [(problem.path, problem.what) for problem in tree.problems] == [
        ("shut", "it cannot be read (permission denied)")
    ]


def test_an_iceberg_table_is_one_thing(tmp_path: Path) -> None:
    _put(
        tmp_path,
        "db/t/data/1.parquet",
        "db/t/metadata/v1.metadata.json",
        "db/t/metadata/v10.metadata.json",
        "db/other.csv",
        "notes/metadata/readme.csv",
    )
    tree = _walk(tmp_path)
    assert tree.iceberg == {"db/t": "db/t/metadata/v10.metadata.json"}
    assert [file.path for file in tree.files] == ["db/other.csv", "notes/metadata/readme.csv"]
    assert "db/t/data/1.parquet" in tree.others


def test_the_newest_metadata_file_is_that_of_the_highest_version() -> None:
    names = ["00002-b.metadata.json", "00010-a.metadata.json", "x.metadata.json", "00009-z.gz.metadata.json"]
    assert newest_metadata(names) == "00010-a.metadata.json"
    assert newest_metadata(["version-hint.text"]) is None


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_there_must_be_a_folder(name: str, tmp_path: Path) -> None:
    _put(tmp_path, "file")
    with pytest.raises(CallError, match=r"there is nothing here|this is a file"):
        _walk(tmp_path / name)


class _Told(Silent):
    def __init__(self) -> None:
        self.fractions: list[float] = []

    def advanced(self, step: str, fraction: float) -> None:
        assert step == STEP
        self.fractions.append(fraction)


def test_a_folder_of_100_000_entries_is_listed_in_bounded_memory(tmp_path: Path) -> None:
    first = tmp_path / "0.csv"
    first.write_text("a,b\n", "utf-8")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        for at in range(1, 100_000):
            os.close(os.open(f"{at}.csv", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    finally:
        os.close(folder)
    told = _Told()
    tracemalloc.start()
    try:
        tree = walk_directory(tmp_path, Exclusions([]), told)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(tree.files) == 100_000
    assert peak < 60_000_000
    assert told.fractions == sorted(told.fractions)
    assert len(told.fractions) == 20
