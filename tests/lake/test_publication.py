"""Several tables in one publish: all of them or none, the last one last, whatever happens in between."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.lake.conftest import ALBUMS, JOINED, TABLES, TRACKS, Lake, Publisher, each, rows_of

from wavehouse.core.table_name import TableName
from wavehouse.lake.bookmark import RUN, SNAPSHOTS
from wavehouse.lake.change import Staged, TableChange
from wavehouse.lake.commit import Committer
from wavehouse.lake.publication import Publication


def _snapshots(publisher: Publisher) -> dict[str, int]:
    found: dict[str, int] = json.loads(publisher.lake.current(JOINED).properties[SNAPSHOTS])
    return found


def test_the_last_table_names_the_snapshots_of_the_others(publisher: Publisher) -> None:
    publisher.all_tables("r1")
    assert publisher.ids() == each(1, 2, 3)
    heads = {name: publisher.lake.current(name) for name in TABLES}
    assert _snapshots(publisher) == {
        "src.albums": heads[ALBUMS].snapshot_id,
        "src.tracks": heads[TRACKS].snapshot_id,
    }
    assert [SNAPSHOTS in head.properties for head in heads.values()] == [False, False, True]
    assert {(head.properties[RUN], head.properties["more"]) for head in heads.values()} == {("r1", "said")}
    assert publisher.is_finished()


def test_a_table_that_does_not_change_gets_no_snapshot_and_is_named(publisher: Publisher) -> None:
    publisher.all_tables("r1")
    before = {name: publisher.lake.current(name).snapshot_id for name in TABLES}
    publisher.publish(
        "r2",
        publisher.change(ALBUMS, rows_of(4, 5), removed=[]),
        publisher.nothing(TRACKS),
        publisher.change(JOINED, rows_of(4, 4), removed=[]),
    )
    assert publisher.ids() == {
        "src.albums": [1, 2, 3, 4, 5],
        "src.tracks": [1, 2, 3],
        "out.joined": [1, 2, 3, 4],
    }
    now = publisher.lake.current(ALBUMS)
    assert now.snapshot_id != before[ALBUMS]
    assert publisher.lake.current(TRACKS).properties[RUN] == "r1"
    assert _snapshots(publisher) == {"src.albums": now.snapshot_id, "src.tracks": before[TRACKS]}
    # A table that a publish does not speak of at all belongs to it, too.
    publisher.publish("r3", publisher.nothing(JOINED))
    assert _snapshots(publisher) == {"src.albums": now.snapshot_id, "src.tracks": before[TRACKS]}


def test_the_last_table_is_committed_to_even_where_it_does_not_change(publisher: Publisher) -> None:
    publisher.all_tables("r1")
    before = publisher.lake.current(JOINED).snapshot_id
    publisher.publish("r2", *map(publisher.nothing, TABLES))
    head = publisher.lake.current(JOINED)
    assert head.snapshot_id != before
    assert (head.properties[RUN], head.rows) == ("r2", 3)
    assert publisher.lake.current(ALBUMS).properties[RUN] == "r1"
    assert publisher.ids()["out.joined"] == [1, 2, 3]


def test_a_table_without_rows_is_made_all_the_same(publisher: Publisher) -> None:
    publisher.publish("r1", *(publisher.change(name, f"{rows_of(1, 1)} WHERE false") for name in TABLES))
    assert publisher.ids() == each()
    publisher.publish("r2", *(publisher.change(name, rows_of(1, 2), removed=[]) for name in TABLES))
    assert publisher.ids() == each(1, 2)


def test_the_data_files_are_durable_before_a_table_names_them(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    stage, fsync = Committer.stage, os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    def staged(self: Committer, change: TableChange, *more: Any) -> Staged:
        files = {Path(location) for location in change.added}
        assert files
        assert files | {file.parent for file in files} <= {*synced}
        return stage(self, change, *more)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Committer, "stage", staged)
    publisher.all_tables("r1")
    assert publisher.is_finished()


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", range(3))
def test_a_commit_that_fails_takes_the_others_with_it(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException
) -> None:
    publisher.all_tables("r1")
    before = publisher.lake.state()
    stage, changes = Committer.stage, [publisher.change(name, rows_of(4, 6)) for name in TABLES]

    def failing(self: Committer, change: TableChange, *more: Any) -> Staged:
        staged = stage(self, change, *more)
        if change.name == TABLES[at]:
            raise error
        return staged

    monkeypatch.setattr(Committer, "stage", failing)
    with pytest.raises(type(error)):
        publisher.publish("r2", *changes)
    assert publisher.lake.state() == before
    assert publisher.is_finished()


@pytest.fixture
def cut_off(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Publishes rows 4 to 6 as `r2`, and is cut off when so many tables have been shown."""

    def publish(shown: int) -> None:
        changes = [publisher.change(name, rows_of(4, 6)) for name in TABLES]
        move, moved = Committer.move_forward, list[TableName]()

        def moving(self: Committer, name: TableName, run: str, *, new: bool) -> None:
            if len(moved) == shown:
                raise OSError("the lights went out")
            moved.append(name)
            move(self, name, run, new=new)

        with monkeypatch.context() as patch:
            patch.setattr(Committer, "move_forward", moving)
            with pytest.raises(OSError, match="lights"):
                publisher.publish("r2", *changes)
        assert moved == list(TABLES[:shown])

    return publish


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("shown", range(3))
def test_a_publish_that_was_cut_off_can_be_finished(
    publisher: Publisher,
    cut_off: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    shown: int,
    fresh: bool,
) -> None:
    if not fresh:
        publisher.all_tables("r1")
    old = {} if fresh else each(1, 2, 3)
    new = each(4, 5, 6)
    cut_off(shown)
    assert publisher.ids() == old | {str(name): [4, 5, 6] for name in TABLES[:shown]}
    left = publisher.lake.head.unfinished()
    assert {(one.run, one.name, one.new) for one in left} == {("r2", name, fresh) for name in TABLES[shown:]}

    publisher.publication.finish("another run")
    assert len(publisher.lake.head.unfinished()) == len(left)
    move, moved = Committer.move_forward, list[TableName]()

    def noted(self: Committer, name: TableName, run: str, *, new: bool) -> None:
        moved.append(name)
        move(self, name, run, new=new)

    monkeypatch.setattr(Committer, "move_forward", noted)
    publisher.publication.finish("r2")
    assert moved[-1] == JOINED
    assert publisher.ids() == new
    assert publisher.is_finished()
    assert _snapshots(publisher) == {
        str(name): publisher.lake.current(name).snapshot_id for name in (ALBUMS, TRACKS)
    }
    before = publisher.lake.state()
    publisher.publication.finish("r2")
    assert publisher.lake.state() == before


@pytest.mark.parametrize("fresh", [True, False])
def test_a_publish_that_was_cut_off_before_it_was_shown_can_be_taken_back(
    publisher: Publisher, cut_off: Callable[[int], None], fresh: bool
) -> None:
    if not fresh:
        publisher.all_tables("r1")
    before = publisher.lake.state()
    cut_off(0)
    publisher.publication.take_back("another run")
    assert len(publisher.lake.head.unfinished()) == 3
    publisher.publication.take_back("r2")
    assert publisher.lake.state() == before
    assert publisher.is_finished()
    publisher.all_tables("r3")
    assert publisher.ids() == each(1, 2, 3)


def test_a_path_with_blanks_and_letters_of_others(lake: Lake, tmp_path: Path) -> None:
    layout = replace(lake.layout, root=tmp_path / "mein See, 'ü' & +")
    layout.root.mkdir()
    lake.committer.close()
    lake.layout, lake.committer = layout, Committer(layout)
    with Publication(layout) as publication:
        publisher = Publisher(lake, publication)
        publisher.all_tables("r1")
        publisher.publish(
            "r2",
            publisher.change(ALBUMS, rows_of(4, 4), removed=lake.files(ALBUMS)),
            publisher.nothing(JOINED),
        )
        assert publisher.ids() == {"src.albums": [4], "src.tracks": [1, 2, 3], "out.joined": [1, 2, 3]}
