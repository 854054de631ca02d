"""Compaction: many small files of a table become few, and no row changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, day, told, tracks

from wavehouse.core.errors import CallError
from wavehouse.core.progress import Silent
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import snapshots
from wavehouse.lake.snapshot_listing import list_snapshots
from wavehouse.pipeline.compact import Compaction, compact
from wavehouse.pipeline.rollback import roll_back

TRACKS = "spotify.tracks"


def compacted(lake: Lake, *tables: str, dry_run: bool = False) -> dict[str, Compaction]:
    """Compact, and say what became of which table."""
    found = compact(lake.root, lake.project, tables, open_engine, Silent(), dry_run=dry_run)
    return {one.table: one for one in found}


@pytest.fixture
def crumbled(lake: Lake) -> Lake:
    """Albums and tracks have three files; the 2000s three, the 1980s one, no decade two; three rows wait."""
    everybody = artists([1, 2, 3])
    for number in range(3):
        many = [range(30), range(30, 40), range(40, 50)][number]
        lake.load(
            day(number),
            albums=[
                *(row for n in many for row in albums([n], artist=3 - n % 3)),
                *albums([100 + number], date="" if number else "1985"),
                *albums([60 + number], artist=9),
            ],
            tracks=[*tracks(many), *tracks([100 + number])],
            **({} if number else {"artists": everybody}),
        )
    return lake


def test_several_files_become_one_and_no_row_changes(crumbled: Lake) -> None:
    before, partitions = crumbled.state(), crumbled.partitions()
    assert {by: len(files) for by, files in partitions.items()} == {2000: 3, 1980: 1, None: 2}
    done = compacted(crumbled)
    assert crumbled.state() == before
    assert done == {
        TRACKS: Compaction(TRACKS, 5, 52, 2),
        "staging.albums": Compaction("staging.albums", 3, 53, 1),
        "staging.tracks": Compaction("staging.tracks", 3, 53, 1),
        "waiting.albums": Compaction("waiting.albums", 3, 3, 1),
        "quarantine.rows": Compaction("quarantine.rows", 3, 3, 1),
    }
    after = crumbled.partitions()
    assert {by: len(files) for by, files in after.items()} == {2000: 1, 1980: 1, None: 1}
    assert after[1980] == partitions[1980]
    assert len(crumbled.data_files("staging.albums")) == 1


def test_the_rows_of_a_partition_lie_in_order_again(crumbled: Lake) -> None:
    compacted(crumbled)
    ((location,),) = (tuple(files) for by, files in crumbled.partitions().items() if by == 2000)
    with crumbled.engine() as engine:
        found = [one for (one,) in engine.rows(f"SELECT artist_id FROM {engine.parquet([location])}")]
    assert found == sorted(found)
    assert len(set(found)) == 3


def test_it_is_one_publish(crumbled: Lake) -> None:
    before = {str(head.name): head.properties["wavehouse.run"] for head in crumbled.head.heads()}
    compacted(crumbled)
    after = {str(head.name): head.properties["wavehouse.run"] for head in crumbled.head.heads()}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {TRACKS, "staging.albums", "staging.tracks", "waiting.albums", "quarantine.rows"}
    assert len({after[name] for name in changed}) == 1
    last = list_snapshots(crumbled.head, TRACKS)["snapshots"][-1]
    assert (last["action"], last["rows"], last["current"]) == ("compact", 53, True)


def test_only_the_tables_that_are_named(crumbled: Lake) -> None:
    before = {name: crumbled.data_files(name) for name in (TRACKS, "staging.tracks")}
    assert set(compacted(crumbled, "staging.albums")) == {"staging.albums"}
    assert {name: crumbled.data_files(name) for name in before} == before
    # The table that is shown last has a snapshot all the same: it names those of the others.
    assert crumbled.run().changed is False


def test_a_run_afterwards_is_incremental_and_right(crumbled: Lake) -> None:
    compacted(crumbled)
    assert crumbled.run().changed is False
    record = crumbled.load(
        day(9),
        artists=artists([9]),
        tracks=[*tracks([3], 99), *tracks([60])],
        albums=albums([4], date="1985"),
    )
    assert (record.mode, record.why) == ("incremental", "")
    # (The tracks 61 and 62 are not there.)
    assert told(record)[TRACKS] == (1, 2, 0)
    state = crumbled.state()
    crumbled.run(full=True)
    assert crumbled.state() == state


def test_nothing_to_put_together(crumbled: Lake, catalogue: Path) -> None:
    compacted(crumbled)
    files = crumbled.files()
    heads = [head.snapshot_id for head in crumbled.head.heads()]
    assert compacted(crumbled) == {}
    assert (crumbled.files(), [head.snapshot_id for head in crumbled.head.heads()]) == (files, heads)
    fresh = Lake(crumbled.root.parent / "fresh", crumbled.project)
    fresh.run(catalogue)
    assert compacted(fresh) == {}


def test_a_dry_run_only_says_what_would_be_done(crumbled: Lake) -> None:
    files = crumbled.files()
    planned = compacted(crumbled, dry_run=True)
    assert planned[TRACKS] == Compaction(TRACKS, 5, 52, None)
    assert set(planned) == {TRACKS, "staging.albums", "staging.tracks", "waiting.albums", "quarantine.rows"}
    assert crumbled.files() == files


def test_a_table_that_is_not_there(crumbled: Lake) -> None:
    with pytest.raises(
        CallError, match=r"no table 'staging.album' that runs write. Did you mean 'staging.albums'"
    ):
        compacted(crumbled, TRACKS, "staging.album")
    with pytest.raises(CallError, match="no lake here yet"):
        compacted(Lake(crumbled.root / "nowhere", crumbled.project))


def test_a_compaction_can_be_rolled_back_and_rolled_back_to(crumbled: Lake) -> None:
    before, files = crumbled.state(), crumbled.data_files()
    run = crumbled.head.head(TableName.parse(TRACKS)).properties["wavehouse.run"]  # type: ignore[union-attr]
    compacted(crumbled)
    compaction = str(list_snapshots(crumbled.head, TRACKS)["snapshots"][-1]["snapshot_id"])
    plan, _ = roll_back(crumbled.root, TRACKS, run, open_engine, Silent(), dry_run=False)
    assert plan.held == []
    assert (crumbled.state(), crumbled.data_files()) == (before, files)
    roll_back(crumbled.root, TRACKS, compaction, open_engine, Silent(), dry_run=False)
    assert crumbled.state() == before
    assert len(crumbled.data_files()) == 3


def test_old_snapshots_keep_their_files(crumbled: Lake) -> None:
    compacted(crumbled)
    metadata = crumbled.head.metadata(TableName.parse(TRACKS)) or {}
    head = crumbled.head.head(TableName.parse(TRACKS))
    assert head is not None
    with crumbled.engine() as engine:
        counts = [
            len(engine.rows(f"SELECT * FROM {engine.iceberg(head.metadata, one.id)}"))
            for one in snapshots(metadata)
        ]
    assert counts == [31, 42, 53, 53]


def test_columns_that_the_project_has_since_gained_are_left_to_the_next_run(crumbled: Lake) -> None:
    """The rows are put together as they are; what the project says now is for the next run to do."""
    flow = "flows/tracks.yaml"
    crumbled.edited(flow, "artist_popularity, followers,", "artist_popularity, followers, followers AS fans,")
    wider = crumbled.edited(flow, "wavehouse.sort-by: artist_id", "wavehouse.sort-by: fans")
    before = crumbled.state()
    assert TRACKS in compacted(wider)
    assert crumbled.state() == before
    assert wider.run().why == "the project's files have changed"
    assert crumbled.rows("SELECT count(fans), count(*) FROM {t}") == [(53, 53)]
