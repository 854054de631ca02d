"""Folders that are replaced while processes run that may read them: by a link, by a new one, or by none."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from wavehouse.core.errors import OutsideError, QueryError
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.sandbox.pool import Pool
from wavehouse.query.sandbox.solo import Solo
from wavehouse.query.sandbox.worker import Limits
from wavehouse.store.versioned_folder import VersionedFolder

_LIMITS = Limits(300_000_000, 20, threads=1)


class Folders:
    """Makes folders with one file of one row, and asks for it."""

    def __init__(self, root: Path, pool: Pool) -> None:
        self.root, self.pool = root, pool

    def make(self, folder: Path, number: int) -> None:
        folder.mkdir()
        with contextlib.closing(DuckDBEngine(memory=100_000_000, scratch=self.root / "scratch")) as engine:
            engine.execute(f"COPY (SELECT {number} AS n) TO '{folder}/a.parquet' (FORMAT parquet)")

    def show(self, folder: Path, number: int) -> None:
        """As a run does."""
        versioned = VersionedFolder(folder)
        self.make(versioned.version(str(number)), number)
        versioned.show(versioned.version(str(number)))

    def ask(self, folder: Path) -> int:
        sql = f"SELECT n FROM read_parquet('{folder}/a.parquet')"
        answer = self.pool.submit(sql, frozenset([str(folder)]), lambda reader: reader.read_all().to_pylist())
        number: int = answer.result.result(60)[0]["n"]
        return number


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Folders]:
    pool = Pool(_LIMITS, 1)
    yield Folders(tmp_path, pool)
    pool.close()


def test_a_folder_that_a_run_has_replaced_is_read(folders: Folders, tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folders.show(folder, 1)
    folders.pool.prepare(frozenset([str(folder)]))
    assert folders.ask(folder) == 1
    for number in (2, 3):
        folders.show(folder, number)
        assert folders.ask(folder) == number


def test_a_folder_that_was_made_again_is_read(folders: Folders, tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folders.make(folder, 1)
    assert folders.ask(folder) == 1
    shutil.rmtree(folder)
    folders.make(folder, 2)
    assert folders.ask(folder) == 2


def test_a_folder_that_was_not_there_yet_is_read(folders: Folders, tmp_path: Path) -> None:
    folder = tmp_path / "later"
    folders.pool.prepare(frozenset([str(folder)]))
    with pytest.raises((QueryError, OutsideError)):
        folders.ask(folder)
    folders.make(folder, 1)
    assert folders.ask(folder) == 1


def test_a_folder_that_is_gone_is_no_other_and_not_asked_for_for_ever(
    folders: Folders, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folders.make(folder, 1)
        assert folders.ask(folder) == 1
    shutil.rmtree(one)
    third = tmp_path / "third"
    folders.make(third, 3)
    assert folders.ask(third) == 3
    assert str(one) not in folders.pool._folders
    assert folders.ask(other) == 1


def test_the_process_of_a_command_reads_it_as_well(
    tmp_path: Path, folders: Folders, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "t"
    folders.show(folder, 1)
    solo = Solo(_LIMITS)
    request.addfinalizer(solo.close)
    solo.allow(frozenset([str(folder)]), None)

    def ask() -> list[list[int]]:
        found: list[list[int]] = []
        sql = f"SELECT n FROM read_parquet('{folder}/a.parquet')"
        solo.plain(sql, frozenset([str(folder)]), ["integer"], found.extend)
        return found

    assert ask() == [[1]]
    folders.show(folder, 2)
    assert ask() == [[2]]
