"""What is new comes in: which rows it changes in which tables, what it leaves alone, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pipeline.conftest import Lake, Rows, albums, artists, day, features, ident, told, tracks, write

TRACKS = "spotify.tracks"


@pytest.fixture
def loaded(lake: Lake) -> Lake:
    """A lake with forty tracks on four albums, two of either artist, each artist's in a decade of its own."""
    lake.load(
        day(1),
        artists=artists([1, 2]),
        albums=[
            *albums(range(20), artist=1, date="1985-01-01"),
            *albums(range(20, 40), artist=2, date="2005-01-01"),
        ],
        tracks=tracks(range(40)),
        features=features(range(0, 40, 2), danceability=0.25),
    )
    return lake


def reference(lake: Lake, *batches: tuple[float, dict[str, Rows]]) -> Lake:
    """Another lake that has taken all batches at once."""
    other = Lake(lake.root.parent / "reference", lake.project)
    for number, sources in batches:
        other.stage(other.batch(**sources), day(number))
    other.run()
    return other


def test_a_changed_artist_changes_all_of_its_rows_and_no_others(loaded: Lake) -> None:
    record = loaded.load(day(2), artists=artists([2], name="Renamed", followers=7))
    assert (record.mode, record.why) == ("incremental", "")
    assert told(record) == {"staging.artists": (0, 1, 0), TRACKS: (0, 20, 0)}
    assert loaded.rows("SELECT artist_name, followers, count(*) FROM {t} GROUP BY ALL ORDER BY ALL") == [
        ("Artist 1", 10, 20),
        ("Renamed", 7, 20),
    ]


def test_a_batch_affects_rows_that_it_brings_and_others(loaded: Lake) -> None:
    record = loaded.load(
        day(2),
        albums=albums([40], artist=1, date="1985-01-01"),
        tracks=tracks([40]),
        features=features([1, 40], danceability=0.5),
    )
    assert told(record)[TRACKS] == (1, 1, 0)
    found = "SELECT artist_name, danceability, count(*) FROM {t} GROUP BY ALL ORDER BY ALL"
    assert loaded.rows(found) == [
        ("Artist 1", 0.25, 10),
        ("Artist 1", 0.5, 2),
        ("Artist 1", None, 9),
        ("Artist 2", 0.25, 10),
        ("Artist 2", None, 10),
    ]


def test_a_changed_release_date_moves_the_row_to_another_partition(loaded: Lake) -> None:
    before = loaded.partitions()
    record = loaded.load(day(2), albums=albums([25], artist=2, date="1985-06-01"))
    assert told(record) == {"staging.albums": (0, 1, 0), TRACKS: (0, 1, 0)}
    found = loaded.rows(
        "SELECT release_decade, count(*), count(DISTINCT track_id) FROM {t} GROUP BY 1 ORDER BY 1"
    )
    assert found == [(1980, 21, 21), (2000, 19, 19)]
    # Each file has the rows of one partition, and the old row is in none of them.
    after = loaded.partitions()
    assert set(after) == set(before) == {1980, 2000}
    assert before[2000].isdisjoint(after[2000])


def test_a_row_that_moves_to_a_new_partition_leaves_none_behind_that_is_empty(loaded: Lake) -> None:
    record = loaded.load(day(2), albums=albums(range(20, 30), artist=2, date="1999"))
    assert told(record)[TRACKS] == (0, 10, 0)
    loaded.load(day(3), albums=albums(range(30, 40), artist=2, date=""))
    assert set(loaded.partitions()) == {1980, 1990, None}
    assert loaded.rows("SELECT release_decade, count(*) FROM {t} GROUP BY 1 ORDER BY 1 NULLS LAST") == [
        (1980, 20),
        (1990, 10),
        (None, 10),
    ]


def test_only_files_with_rows_that_change_are_written_anew(loaded: Lake) -> None:
    before = {
        name: loaded.data_files(name) for name in ("staging.albums", "staging.artists", "staging.tracks")
    }
    partitions = loaded.partitions()
    record = loaded.load(day(2), artists=artists([1], name="Renamed"))
    assert record.mode == "incremental"
    after = loaded.partitions()
    assert after[2000] == partitions[2000]
    assert after[1980].isdisjoint(partitions[1980])
    assert loaded.data_files("staging.albums") == before["staging.albums"]
    assert loaded.data_files("staging.tracks") == before["staging.tracks"]
    assert loaded.data_files("staging.artists").isdisjoint(before["staging.artists"])


def test_new_rows_leave_the_files_of_the_old_ones_alone(loaded: Lake) -> None:
    before, albums_before = loaded.partitions(), loaded.data_files("staging.albums")
    record = loaded.load(
        day(2), albums=albums(range(40, 45), artist=2, date="2005-01-01"), tracks=tracks(range(40, 45))
    )
    assert told(record) == {"staging.albums": (5, 0, 0), "staging.tracks": (5, 0, 0), TRACKS: (5, 0, 0)}
    after = loaded.partitions()
    assert after[1980] == before[1980]
    assert before[2000] < after[2000]
    assert albums_before < loaded.data_files("staging.albums")


def test_a_batch_that_changes_no_value_writes_no_row_of_the_joined_table(loaded: Lake) -> None:
    before = loaded.data_files()
    # (Other bytes, the same rows.)
    record = loaded.load(day(2), tracks=tracks(reversed(range(5))))
    assert record.changed
    assert told(record) == {}
    assert loaded.data_files() == before
    # They are the rows of the later batch all the same, and the next one must be later still.
    assert loaded.load(day(1.5), tracks=tracks([3], 99)).changed
    assert loaded.rows("SELECT max(track_popularity) FROM {t}") == [(10,)]


def test_features_that_come_later_fill_what_was_null(loaded: Lake) -> None:
    assert loaded.rows("SELECT count(danceability), count(*) FROM {t}") == [(20, 40)]
    record = loaded.load(day(2), features=features([1, 3, 99], danceability=0.5))
    assert told(record) == {"staging.features": (3, 0, 0), TRACKS: (0, 2, 0)}
    assert loaded.rows("SELECT danceability, count(*) FROM {t} GROUP BY 1 ORDER BY 1") == [
        (0.25, 20),
        (0.5, 2),
        (None, 18),
    ]


def test_a_batch_that_was_taken_is_not_taken_again_under_another_name_either(
    loaded: Lake, tmp_path: Path
) -> None:
    batch = loaded.batch(tracks=tracks([3], 99))
    loaded.run(batch, time=day(2))
    before, files = loaded.state(), loaded.files()
    copy = tmp_path / "elsewhere" / "spotify_tracks_data_2.csv"
    copy.parent.mkdir()
    copy.write_bytes((batch / "tracks.csv").read_bytes())
    for again in (batch, copy):
        record = loaded.run(again, time=day(3))
        assert not record.changed
        assert record.mode == ""
    assert loaded.state() == before
    assert loaded.files() == files


def test_an_older_batch_loses_against_newer_rows_and_brings_what_is_not_there(loaded: Lake) -> None:
    record = loaded.load(
        day(0.5), tracks=tracks(range(38, 42), 99), artists=artists([1, 3], name="Earlier", followers=1)
    )
    assert record.mode == "incremental"
    assert told(record) == {"staging.tracks": (2, 0, 0), "staging.artists": (1, 0, 0)}
    assert record.sources["tracks"].rows_superseded == 2
    assert record.sources["artists"].rows_superseded == 1
    found = loaded.rows("SELECT track_popularity, count(*) FROM {t} GROUP BY 1 ORDER BY 1", "staging.tracks")
    assert found == [(10, 40), (99, 2)]
    found = loaded.rows("SELECT id, name FROM {t} ORDER BY 1", "staging.artists")
    assert [name for _, name in found] == ["Artist 1", "Artist 2", "Earlier"]


def test_a_file_without_an_optional_column_keeps_what_was_there(loaded: Lake, tmp_path: Path) -> None:
    loaded.load(day(2), albums=albums([5], label="Old label", album_popularity=42, date="1985-01-01"))
    (row,) = albums([5], date="1985-01-01", track_name="New name")
    del row["artist_1"]
    record = loaded.run(write(tmp_path / "album.csv", [row]), time=day(3))
    assert (record.mode, told(record)) == ("incremental", {"staging.albums": (0, 1, 0), TRACKS: (0, 1, 0)})
    assert loaded.rows(
        "SELECT track_name, label, album_popularity, featured_artists FROM {t} "
        f"WHERE track_id = '{ident('tr', 5)}'"
    ) == [("New name", "Old label", 42, ["Guest"])]


def test_a_column_that_the_file_has_and_leaves_empty_becomes_null(loaded: Lake) -> None:
    loaded.load(day(2), albums=albums([5], artist_1="", date="1985-01-01"))
    assert loaded.rows(f"SELECT featured_artists FROM {{t}} WHERE track_id = '{ident('tr', 5)}'") == [([],)]


def test_many_changes_at_once_make_the_joined_table_anew(loaded: Lake) -> None:
    """With more than half of its rows affected: the run is no less incremental for the source tables."""
    before, albums_before = loaded.data_files(), loaded.data_files("staging.albums")
    record = loaded.load(day(2), artists=artists([1, 2], followers=7))
    assert (record.mode, record.why) == ("incremental", "")
    assert told(record) == {"staging.artists": (0, 2, 0)}
    assert TRACKS not in record.changes
    assert loaded.data_files().isdisjoint(before)
    assert loaded.data_files("staging.albums") == albums_before
    assert loaded.rows("SELECT DISTINCT followers, count(*) FROM {t} GROUP BY 1") == [(7, 40)]


def test_rows_of_one_partition_lie_in_order_in_what_is_added(loaded: Lake) -> None:
    new = [row for n in (44, 41, 43, 40, 42) for row in albums([n], artist=1 + n % 2, date="2005-01-01")]
    loaded.load(day(2), albums=new, tracks=tracks(range(40, 45)))
    with loaded.engine() as engine:
        for location in loaded.partitions()[2000]:
            found = [one for (one,) in engine.rows(f"SELECT artist_id FROM {engine.parquet([location])}")]
            assert found == sorted(found)


def test_a_partition_of_many_files_becomes_one(loaded: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wavehouse.pipeline.affected._MANY_FILES", 3)
    counts = []
    for number in range(40, 44):
        loaded.load(
            day(number), albums=albums([number], artist=1, date="2005-01-01"), tracks=tracks([number])
        )
        counts.append(len(loaded.partitions()[2000]))
    assert counts == [2, 3, 1, 2]
    assert loaded.rows("SELECT count(*), count(DISTINCT track_id) FROM {t} WHERE release_decade = 2000") == [
        (24, 24)
    ]


def test_batches_one_by_one_end_as_one_load_of_all(loaded: Lake) -> None:
    later: list[tuple[float, dict[str, Rows]]] = [
        (2, {"artists": artists([2, 3], name="Second", followers=3)}),
        (3, {"albums": albums(range(15, 25), artist=3, date="1999"), "tracks": tracks(range(35, 45), 5)}),
        (1.5, {"features": features(range(10), danceability=0.75), "artists": artists([1, 3], followers=9)}),
    ]
    for number, sources in later:
        assert loaded.load(day(number), **sources).mode == "incremental"
    first: tuple[float, dict[str, Rows]] = (
        1,
        {
            "artists": artists([1, 2]),
            "albums": [
                *albums(range(20), artist=1, date="1985-01-01"),
                *albums(range(20, 40), artist=2, date="2005-01-01"),
            ],
            "tracks": tracks(range(40)),
            "features": features(range(0, 40, 2), danceability=0.25),
        },
    )
    assert loaded.state() == reference(loaded, first, *later).state()
    state = loaded.state()
    assert loaded.run(full=True).why == "it was asked for"
    assert loaded.state() == state


def test_a_run_tells_how_it_was_done(lake: Lake, catalogue: Path) -> None:
    first = lake.run(catalogue, time=day(1))
    assert (first.mode, first.why, first.changes) == ("full", "", {})
    second = lake.load(day(2), tracks=tracks([1, 30], 50))
    assert (second.mode, second.why) == ("incremental", "")
    assert set(second.changes) == {"staging.tracks", TRACKS}
    third = lake.run()
    assert (third.mode, third.why, third.changes) == ("", "", {})
    from wavehouse.pipeline.run_store import all_runs

    stored = all_runs(lake.head._layout)
    assert [run.mode for run in stored] == ["", "incremental", "full"]
    assert stored[1].changes == second.changes
