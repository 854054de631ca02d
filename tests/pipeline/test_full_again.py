"""What cannot be done in increments is done from all files, and the run says why; the tables are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, day, ident, told, tracks, write

from wavehouse.core.progress import Silent
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.rollback import roll_back
from wavehouse.pipeline.run_store import all_runs


@pytest.fixture
def loaded(lake: Lake) -> Lake:
    """Twenty tracks on two albums of the first of two artists."""
    lake.load(day(1), artists=artists([1, 2]), albums=albums(range(20)), tracks=tracks(range(30)))
    return lake


def track(lake: Lake, number: int, columns: str = "track_name, artist_name") -> list[tuple[object, ...]]:
    """What the joined table has of one track."""
    return lake.rows(f"SELECT {columns} FROM {{t}} WHERE track_id = '{ident('tr', number)}'")


def test_asked_for(loaded: Lake) -> None:
    before = loaded.state()
    record = loaded.run(full=True)
    assert (record.mode, record.why) == ("full", "it was asked for")
    assert record.changes == {}
    assert loaded.state() == before


def test_the_projects_files_have_changed(loaded: Lake) -> None:
    record = loaded.edited("flows/tracks.yaml", "# Node kinds", "# Kinds").run()
    assert (record.mode, record.why) == ("full", "the project's files have changed")


def test_a_table_was_changed_by_somebody_else(loaded: Lake) -> None:
    """A commit past our runs: the publish is made again, and the foreign rows are gone."""
    from pyiceberg.catalog.sql import SqlCatalog

    before = loaded.state()
    root = loaded.root.absolute()
    catalog = SqlCatalog("lake", uri=f"sqlite:///{root}/catalog.db", warehouse=f"file://{root}/warehouse")
    table = catalog.load_table("staging.tracks")
    table.delete(f"id = '{ident('tr', 1)}'")
    catalog.close()
    assert loaded.rows("SELECT count(*) FROM {t}", "staging.tracks") == [(29,)]
    record = loaded.run()
    assert (record.mode, record.why) == ("full", "a table was changed by somebody else")
    assert loaded.state() == before


def test_a_table_is_of_an_earlier_version(loaded: Lake) -> None:
    """Which called a column as Iceberg calls something of its own."""
    from pyiceberg.catalog.sql import SqlCatalog

    root = loaded.root.absolute()
    catalog = SqlCatalog("lake", uri=f"sqlite:///{root}/catalog.db", warehouse=f"file://{root}/warehouse")
    with catalog.load_table("staging.tracks").update_schema() as update:
        update.rename_column("_file_name", "_file")
    catalog.close()
    record = loaded.load(day(2), artists=artists([3]))
    assert (record.mode, record.why) == ("full", "the tables are those of an earlier version of wavehouse")
    names = loaded.rows("SELECT _file_name, count(*) FROM {t} GROUP BY 1", "staging.tracks")
    assert names == [("tracks.csv", 30)]
    assert loaded.load(day(3), artists=artists([4])).mode == "incremental"


def test_a_rule_that_compares_rows_keeps_some_aside(lake: Lake) -> None:
    """Whether a row is unique depends on all others: none of them can be judged alone."""
    lake = lake.edited(
        "contracts/artists.yaml", 'IsPrimaryKey "id" labels=["action"="warn"]', 'IsUnique "name"'
    )
    lake.load(day(1), artists=artists([1, 2]), albums=albums(range(20)), tracks=tracks(range(20)))
    record = lake.load(day(2), artists=artists([3], name="Artist 2"))
    assert record.mode == "full"
    assert record.why == "the rule 'IsUnique \"name\"' of artists compares a row with others"
    # The row that was alone is not alone any more.
    assert {(row["source"], row["line"]) for row in lake.aside()} == {("artists", 2), ("artists", 3)}


def test_a_row_that_waited_has_the_key_of_another_row_of_its_file(loaded: Lake) -> None:
    """Which of the two was the last is known to the file alone."""
    loaded.load(day(2), albums=[*albums([5], artist=8, track_name="Upper"), *albums([5], track_name="Lower")])
    assert track(loaded, 5) == [("Lower", "Artist 1")]
    record = loaded.load(day(3), artists=artists([8]))
    assert record.mode == "full"
    assert record.why == "1 rows of albums that waited have the key of another row of their file"
    assert track(loaded, 5) == [("Lower", "Artist 1")]
    assert loaded.aside() == []

    loaded.load(day(4), albums=[*albums([6], track_name="Upper"), *albums([6], artist=9, track_name="Lower")])
    assert track(loaded, 6) == [("Upper", "Artist 1")]
    assert loaded.load(day(5), artists=artists([9])).mode == "full"
    assert track(loaded, 6) == [("Lower", "Artist 9")]


def test_rows_that_waited_together_in_one_file_need_no_full_run(loaded: Lake) -> None:
    """They come in together, with their lines."""
    upper, lower = (albums([5], artist=8, track_name=name) for name in ("Upper", "Lower"))
    loaded.load(day(2), albums=[*upper, *lower])
    assert loaded.load(day(3), artists=artists([8])).mode == "incremental"
    assert track(loaded, 5) == [("Lower", "Artist 8")]


def test_an_older_row_comes_where_another_left_columns_open(loaded: Lake, tmp_path: Path) -> None:
    """What the newer row has taken over is not known any more for what it is."""
    loaded.run(write(tmp_path / "album.csv", albums([5], track_name="Newest")), time=day(4))
    record = loaded.load(day(3), albums=albums([5], track_name="Newer", label="Label"))
    assert record.mode == "full"
    assert record.why == "1 rows of albums are older than rows that leave columns open"
    assert track(loaded, 5, "track_name, label") == [("Newest", "Label")]


def test_rows_refer_to_rows_that_are_gone(lake: Lake) -> None:
    """By a full snapshot without them: an older version of the row may have been right."""
    lake = lake.edited("contracts/artists.yaml", "source: artists\n", "source: artists\ncontents: snapshot\n")
    lake.load(day(1), artists=artists([1, 2, 3]), albums=albums(range(20)), tracks=tracks(range(20)))
    lake.load(day(2), albums=albums(range(5), artist=2, track_name="Newer"))
    unused = lake.load(day(3), artists=artists([1, 2]))
    assert (unused.mode, told(unused)) == ("incremental", {"staging.artists": (0, 0, 1)})
    record = lake.load(day(4), artists=artists([1]))
    assert record.mode == "full"
    assert record.why == (
        "5 rows of albums refer to rows that are gone, and older rows may have to take their place"
    )
    assert lake.rows("SELECT count(*) FROM {t}") == [(20,)]
    assert track(lake, 3) == [("Track 3", "Artist 1")]
    assert len(lake.aside()) == 5
    assert lake.rows("SELECT count(*) FROM {t}", "waiting.albums") == [(5,)]
    # They come back with it. (The file of day 3 was other bytes.)
    lake.load(day(5), artists=artists([2, 1]))
    assert track(lake, 3) == [("Newer", "Artist 2")]
    assert lake.aside() == []


def test_rows_wait_for_what_was_there_when_they_came(lake: Lake) -> None:
    """A row waits for a track; then its artist, who was there, goes."""
    lake = lake.edited("contracts/artists.yaml", "source: artists\n", "source: artists\ncontents: snapshot\n")
    lake.load(day(1), artists=artists([1, 2]), albums=albums(range(20)), tracks=tracks(range(20)))
    lake.load(day(2), albums=albums([30], artist=2))
    record = lake.load(day(3), artists=artists([1]))
    assert (record.mode, record.why) == ("full", "rows in waiting.albums refer to rows that are gone")
    (row,) = lake.aside()
    assert len(row["rules"]) == 2
    assert lake.load(day(4), tracks=tracks([30])).mode == "incremental"
    lake.load(day(5), artists=artists([2, 1]))
    assert track(lake, 30) == [("Track 30", "Artist 2")]


COUNTED = """  counted:
    SparkSQL:
      Name: Tracks of each artist
      Inputs: [without_keys]
      SqlAliases: [{From: without_keys, Alias: joined}]
      SqlQuery: |
        SELECT artist_id, release_decade, count(*) AS tracks, max(artist_name) AS artist_name
        FROM joined GROUP BY artist_id, release_decade
"""


def aggregated(lake: Lake) -> Lake:
    """The lake with a flow that ends with one row per artist and decade."""
    lake = lake.edited("flows/tracks.yaml", "  spotify_tracks:\n", f"{COUNTED}\n  spotify_tracks:\n")
    return lake.edited(
        "flows/tracks.yaml",
        "Inputs: [without_keys]\n      Database: spotify\n      Table: tracks",
        "Inputs: [counted]\n      Database: spotify\n      Table: counts",
    )


def test_a_flow_that_cannot_be_traced_is_computed_from_the_source_tables(lake: Lake) -> None:
    lake = aggregated(lake)
    lake.load(day(1), artists=artists([1, 2]), albums=albums(range(20)), tracks=tracks(range(30)))
    before = lake.data_files("staging.albums")
    record = lake.load(day(2), albums=albums([20, 21], artist=2))
    assert (record.mode, record.why) == ("incremental", "")
    assert told(record) == {"staging.albums": (2, 0, 0)}
    assert before < lake.data_files("staging.albums")
    (note,) = (note for note in record.notes if note.startswith("spotify.counts"))
    assert note == "spotify.counts was made anew: node 'counted' is a SparkSQL with GROUP BY"
    found = lake.rows("SELECT artist_id, tracks FROM {t} ORDER BY 1", "spotify.counts")
    assert found == [(ident("ar", 1), 20), (ident("ar", 2), 2)]
    files = set(lake.data_files("spotify.counts"))
    assert lake.load(day(3), artists=artists([2], name="Renamed")).mode == "incremental"
    assert lake.data_files("spotify.counts").isdisjoint(files)


def test_the_history_keeps_why(loaded: Lake) -> None:
    loaded.run(full=True)
    loaded.load(day(2), tracks=tracks([40]))
    stored = [(run.mode, run.why) for run in all_runs(LakeLayout(loaded.root))]
    assert stored == [("incremental", ""), ("full", "it was asked for"), ("full", "")]


def test_a_run_that_starts_over_counts_everything_once(loaded: Lake) -> None:
    """What the increments had counted by then is forgotten."""
    loaded.load(day(2), albums=[*albums([5], artist=8), *albums([5])])
    record = loaded.load(day(3), artists=artists([8]), tracks=[*tracks([40]), *tracks([41], popularity=500)])
    assert record.mode == "full"
    assert record.changes == {}
    assert [file.file for file in record.files].count("artist.csv") == 2
    for counts in record.sources.values():
        assert counts.rows_in == counts.rows_out + counts.rows_quarantined + counts.rows_superseded
    assert record.sources["albums"].rows_in == 22
    assert record.sources["tracks"].rows_in == 32
    assert [row["line"] for row in loaded.aside()] == [3]
    assert len(record.rules) == len({(rule.source, rule.rule) for rule in record.rules})
    assert len(record.notes) == len(set(record.notes))
    for step in record.steps:
        if step.name.startswith(("read", "check")):
            assert step.rows_in == step.rows_out + step.rows_quarantined + step.rows_superseded, step


def test_a_run_that_starts_over_still_says_what_it_had_said_before(loaded: Lake) -> None:
    taken = loaded.batch(tracks=tracks([40]))
    loaded.run(taken, time=day(2))
    first = all_runs(LakeLayout(loaded.root))[-1]
    roll_back(loaded.root, "spotify.tracks", first.run_id, open_engine, Silent(), dry_run=False)
    loaded.load(day(3), albums=[*albums([5], artist=8), *albums([5])])
    record = loaded.run(taken, loaded.batch(artists=artists([8])), time=day(4))
    assert record.why.endswith("have the key of another row of their file")
    assert any("held by a rollback" in note for note in record.notes)
