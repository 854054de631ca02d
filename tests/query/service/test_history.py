"""The history of queries: kept, listed, pruned, and readable whatever happened to some of it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wavehouse.core.errors import CallError
from wavehouse.query.service.execution import SYSTEM, Execution, Failure, new_execution
from wavehouse.query.service.history import QueryHistory
from wavehouse.query.service.presence import Presence, is_present

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
    history.announce(one)
    assert history.get(one.id) == one
    assert history.find(one.id[:6]) == one
    assert history.find("last") == one


def test_the_newest_come_first(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path)
    several = [_ended(minute) for minute in range(5)]
    for one in several[::2] + several[1::2]:
        history.announce(one)
    assert [one.id for one in history.newest(3)] == [one.id for one in reversed(several[2:])]
    assert history.listed() == [one.id for one in reversed(several)]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": "x"}', b"\xff\xfe", b"[" * 100_000, b"null"])
def test_damage_of_one_harms_no_other(tmp_path: Path, content: bytes) -> None:
    history = QueryHistory(tmp_path)
    first, second = _ended(1), _ended(2)
    for one in (first, second):
        history.announce(one)
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
    history.announce(_ended())
    assert history.get(id_) is None


def test_there_may_be_none_yet(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path / "queries")
    assert (history.listed(), list(history.newest())) == ([], [])
    with pytest.raises(CallError):
        history.find("last")


def test_another_process_of_the_same_number_does_not_run_it(tmp_path: Path) -> None:
    """As in a container, whose server has the same number each time."""
    history = QueryHistory(tmp_path)
    before, now = Presence(tmp_path), Presence(tmp_path)
    records = [
        new_execution("SELECT 1", state="QUEUED", process=os.getpid(), server=one.name)
        for one in (before, now)
    ]
    for one in records:
        history.announce(one)
    assert [history.get(one.id).state for one in records] == ["QUEUED", "QUEUED"]  # type: ignore[union-attr]
    before.end()
    found = {one.id: one.state for one in history.newest()}
    assert found == {records[0].id: "FAILED", records[1].id: "QUEUED"}
    now.end()


def test_the_lock_of_a_killed_process_is_no_lock(tmp_path: Path) -> None:
    told = "from pathlib import Path\nfrom wavehouse.query.service.presence import Presence\n"
    told += f"one = Presence(Path({str(tmp_path)!r}))\nprint(one.name, flush=True)\ninput()"
    process = subprocess.Popen(
        [sys.executable, "-c", told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    assert is_present(tmp_path, name)
    process.kill()
    process.communicate()
    assert not is_present(tmp_path, name)
    # The next one does not keep what was left.
    following = Presence(tmp_path)
    assert [path.name for path in (tmp_path / "serving").iterdir()] == [following.name]
    following.end()
    assert list((tmp_path / "serving").iterdir()) == []


def test_where_there_can_be_no_lock_there_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("in the way")
    assert Presence(tmp_path / "queries").name == ""
    assert not is_present(tmp_path, "../queries")


def test_many_records_are_looked_up_without_looking_through_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = QueryHistory(tmp_path)
    several = [_ended(minute) for minute in range(20)]
    for one in several:
        written.announce(one)
    history, looks = QueryHistory(tmp_path), []
    for name in ("iterdir", "glob"):
        whole = getattr(Path, name)

        def counted(self: Path, *args: Any, whole: Any = whole) -> Any:
            looks.append(self)
            return whole(self, *args)

        monkeypatch.setattr(Path, name, counted)
    assert [history.get(one.id) for one in several] == several
    assert len(looks) == 1
    # What others keep meanwhile is found as well.
    last = _ended(30)
    written.announce(last)
    assert history.get(last.id) == last


def test_the_oldest_results_go_when_they_are_too_large_together(tmp_path: Path) -> None:
    history = QueryHistory(tmp_path, most_bytes=1_000)
    several = [_ended(minute) for minute in range(6)]
    history.results.mkdir(parents=True)
    for one in several:
        history.announce(one)
        (history.results / f"{one.id}.arrow").write_bytes(b"x" * 300)
    # An answer that two have is there once.
    os.link(history.results / f"{several[-1].id}.arrow", history.results / f"{several[-1].id}.csv")
    lost = history.results / f"{uuid.uuid4()}.arrow.1.part"
    lost.write_bytes(b"x" * 300)
    history.prune_results()
    assert {path.name.partition(".")[0] for path in history.results.iterdir()} == {
        one.id for one in several[-3:]
    }
    assert len(history.listed()) == 6
