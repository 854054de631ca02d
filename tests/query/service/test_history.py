"""The history of queries: kept, listed, pruned, and readable whatever happened to some of it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wavehouse.core.errors import CallError
from wavehouse.query.service.execution import SYSTEM, Execution, Failure, new_execution
from wavehouse.query.service.history import QueryHistory

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def _ended(minute: int = 0, **given: object) -> Execution:
    submitted = _BEGIN + timedelta(minutes=minute)
    return new_execution("SELECT 1", state="SUCCEEDED", submitted=submitted, **given)


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path)
    one = _ended(
        parameters=("1", "'é\udc80'"),
        completed=_BEGIN,
        tables={"spotify.tracks": "m.json"},
        columns=(("a", "array(varchar)"),),
        failure=Failure(SYSTEM, 100, "why"),
    )
    history.save(one)
    assert history.get(one.id) == one
    assert history.find(one.id[:6]) == one
    assert history.find("last") == one


def test_the_newest_come_first(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path)
    several = [_ended(minute) for minute in range(5)]
    for one in several[::2] + several[1::2]:
        history.save(one)
    assert [one.id for one in history.newest(3)] == [one.id for one in reversed(several[2:])]
    assert history.listed() == [one.id for one in reversed(several)]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": "x"}', b"\xff\xfe", b"[" * 100_000, b"null"])
def test_damage_of_one_harms_no_other(tmp_path: Path, content: bytes) -> None:
    history = QueryHistory(tmp_path)
    first, second = _ended(1), _ended(2)
    for one in (first, second):
        history.save(one)
    (path,) = tmp_path.glob(f"*{second.id}*")
    path.write_bytes(content)
    (tmp_path / "notes.txt").write_text("of somebody")
    assert list(history.newest()) == [first]
    assert history.get(second.id) is None
    with pytest.raises(CallError, match="damaged"):
        history.find(second.id)


def test_the_oldest_go_with_their_results(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path, most=10)
    several = [_ended(minute) for minute in range(80)]
    for one in several:
        history.announce(one)
        history.results.mkdir(exist_ok=True)
        (history.results / f"{one.id}.arrow").write_bytes(b"x")
    history.prune()
    assert history.listed() == [one.id for one in reversed(several[70:])]
    assert {path.stem for path in history.results.iterdir()} == {one.id for one in several[70:]}


def test_what_a_dead_process_was_running_has_failed(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path)
    gone = new_execution("SELECT 1", state="RUNNING", process=2**22 - 3)
    ours = new_execution("SELECT 1", state="RUNNING", process=os.getpid())
    for one in (gone, ours):
        history.announce(one)
    found = {one.id: one.state for one in history.newest()}
    assert found == {gone.id: "FAILED", ours.id: "RUNNING"}


@pytest.mark.parametrize("id_", ["../catalog", "*", "", "x" * 36, "6F3C7A4E-8D1B-4A52-9C0E-3F2B8A7D9E10"])
def test_only_ids_are_looked_up(tmp_path: Path, id_: str) -> None:
    history = QueryHistory(tmp_path)
    history.save(_ended())
    assert history.get(id_) is None


def test_there_may_be_none_yet(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path / "queries")
    assert (history.listed(), list(history.newest())) == ([], [])
    with pytest.raises(CallError):
        history.find("last")
