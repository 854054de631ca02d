"""The cache: never out of date, whole or not there, shared by many."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from wavehouse.core.table_name import TableName
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.copies import Copies
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.keeper import Keeper
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.view import View
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.dashboards import dashboard_parts
from wavehouse.wiring.projects import generate
from wavehouse.wiring.runs import run

TRACKS = TableName("spotify", "tracks")


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """A lake to write to."""
    generate(tmp_path / "files", 0.001, 1, 0.0, "2023-12-20")
    made = Settings(builtin_project(), tmp_path / "lake")
    run(made, [str(tmp_path / "files")], full=False, show=False)
    return made


@pytest.fixture
def parts(own: Settings) -> Iterator[tuple[LakeQueries, Copies]]:
    with dashboard_parts(own) as found:
        yield found


def _files(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.lake / ".copies").iterdir())


def _tracks(board: Board) -> int:
    data = board.answer(View(), ["tracks"])["tracks"]
    assert data.error is None, data.error
    number = data.rows[0][0]
    assert isinstance(number, int)
    return number


def _run_more(settings: Settings, folder: Path, seed: int) -> None:
    generate(folder, 0.001, seed, 0.0, "2023-12-20")
    run(settings, [str(folder)], full=False, show=False)


def _reads_copy(board: Board) -> bool:
    sql = board.sql(View(), "tracks")
    state = board.queries.state()
    return "iceberg_scan" not in board.queries._plan(sql, state, coded=True).translation.sql


def test_another_snapshot_is_never_answered_from_the_copy(
    own: Settings, parts: tuple[LakeQueries, Copies], shipped: dict[str, Dashboard], tmp_path: Path
) -> None:
    queries, copies = parts
    board = Board(shipped["artists"], queries)
    before = _tracks(board)
    assert not _reads_copy(board)
    assert copies.refresh([TRACKS]) == []
    assert _reads_copy(board)
    assert _tracks(board) == before
    first = _files(own)
    _run_more(own, tmp_path / "more", 2)
    # The copy is still there, of what the table was.
    assert not _reads_copy(board)
    after = _tracks(board)
    assert after > before
    assert copies.refresh([TRACKS]) == []
    assert _reads_copy(board)
    assert _tracks(board) == after
    assert len(_files(own)) == 1
    assert _files(own) != first


def test_a_copy_is_taken_over_by_the_next_process(own: Settings, shipped: dict[str, Dashboard]) -> None:
    with dashboard_parts(own) as (_, copies):
        copies.refresh([TRACKS])
    (file,) = (own.lake / ".copies").iterdir()
    made = file.stat().st_mtime_ns
    with dashboard_parts(own) as (queries, copies):
        assert copies.refresh([TRACKS], make=False) == []
        assert _reads_copy(Board(shipped["artists"], queries))
        copies.refresh([TRACKS])
    assert file.stat().st_mtime_ns == made


def test_a_command_takes_copies_and_makes_none(own: Settings, parts: tuple[LakeQueries, Copies]) -> None:
    _, copies = parts
    assert copies.refresh([TRACKS], make=False) == []
    assert copies.names == frozenset()
    assert not (own.lake / ".copies").exists()


@pytest.mark.parametrize("content", [b"", b"not a database", b"half"])
def test_a_damaged_copy_is_made_again(own: Settings, shipped: dict[str, Dashboard], content: bytes) -> None:
    with dashboard_parts(own) as (_, copies):
        copies.refresh([TRACKS])
    (file,) = (own.lake / ".copies").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if content == b"half" else content)
    with dashboard_parts(own) as (queries, copies):
        assert copies.refresh([TRACKS]) == []
        board = Board(shipped["artists"], queries)
        assert _reads_copy(board)
        assert _tracks(board) > 0


def test_a_copy_of_something_else_is_not_believed(own: Settings, tmp_path: Path) -> None:
    with dashboard_parts(own) as (_, copies):
        copies.refresh([TRACKS])
    (old,) = (own.lake / ".copies").iterdir()
    kept = old.read_bytes()
    _run_more(own, tmp_path / "more", 2)
    with dashboard_parts(own) as (_, copies):
        copies.refresh([TRACKS])
        (new,) = copies.names
    (file,) = (own.lake / ".copies").iterdir()
    file.write_bytes(kept)  # under the name of the new one
    with dashboard_parts(own) as (_, copies):
        assert copies.refresh([TRACKS], make=False) == []
        assert copies.names == frozenset()
        assert copies.refresh([TRACKS]) == []
        assert copies.names == {new}


_KILLED = """
import os, signal, sys
from pathlib import Path
from wavehouse.core.table_name import TableName
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.dashboards import dashboard_parts
import wavehouse.dashboards.copies as module
def die(files):
    os.kill(os.getpid(), signal.SIGKILL)
module.sync_files = die
with dashboard_parts(Settings(builtin_project(), Path(sys.argv[1]))) as (_, copies):
    copies.refresh([TableName("spotify", "tracks")])
"""


def test_a_crash_in_the_middle_leaves_nothing_that_counts(
    own: Settings, shipped: dict[str, Dashboard]
) -> None:
    source = str(Path(sys.modules["wavehouse"].__file__ or "").parents[1])
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(own.lake)],
        env={**os.environ, "PYTHONPATH": source},
        check=False,
        timeout=120,
    )
    assert done.returncode == -9
    assert [name for name in _files(own) if name.endswith(".duckdb")] == []
    assert _files(own) != []
    with dashboard_parts(own) as (queries, copies):
        assert copies.refresh([TRACKS]) == []
        assert _reads_copy(Board(shipped["artists"], queries))
        assert len(_files(own)) == 1


def test_a_copy_that_lacks_rows_is_not_kept(own: Settings) -> None:
    with dashboard_parts(own) as (_, copies):
        copies._write = lambda _metadata, _columns, file: file.write_bytes(b"x")
        (note,) = copies.refresh([TRACKS])
        assert "the copy has 1 rows of" in note
        assert _files(own) == []


def test_many_ask_while_copies_come_and_go(
    own: Settings, parts: tuple[LakeQueries, Copies], shipped: dict[str, Dashboard], tmp_path: Path
) -> None:
    queries, copies = parts
    board = Board(shipped["artists"], queries)
    counts: set[int] = set()
    errors: list[BaseException] = []
    end = threading.Event()

    def ask() -> None:
        while not end.is_set():
            try:
                counts.add(_tracks(board))
            except BaseException as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    wanted = set()
    for seed in (2, 3):
        copies.refresh([TRACKS])
        wanted.add(_tracks(board))
        _run_more(own, tmp_path / f"more-{seed}", seed)
    copies.refresh([TRACKS])
    wanted.add(_tracks(board))
    end.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(wanted) == 3
    assert counts <= wanted


def test_the_keeper_copies_and_has_the_first_answers_ready(
    parts: tuple[LakeQueries, Copies], shipped: dict[str, Dashboard]
) -> None:
    queries, copies = parts
    boards = [Board(shipped["artists"], queries)]
    keeper = Keeper(copies, lambda: boards, every=0.05)
    keeper.start()
    try:
        waited = threading.Event()
        for _ in range(600):
            if keeper.looks:
                break
            waited.wait(0.1)
    finally:
        keeper.close()
    assert keeper.notes == []
    assert len(copies.names) == 1
    asked: list[str] = []
    rows = queries._readers.rows
    queries._readers.rows = lambda *given: asked.append(given[0]) or rows(*given)  # type: ignore[method-assign,func-returns-value]
    assert all(one.error is None for one in boards[0].answer(View()).values())
    assert asked == []
