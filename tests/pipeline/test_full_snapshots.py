"""Sources of which each file holds all rows (`contents: snapshot`): what the newest one lacks is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pipeline.conftest import Lake, albums, artists, day, features, ident, told, tracks, write

from wavehouse.core.errors import RejectedError


def of_full_snapshots(lake: Lake, source: str) -> Lake:
    """The lake, where every file of one source holds all of its rows."""
    return lake.edited(
        f"contracts/{source}.yaml", f"source: {source}\n", f"source: {source}\ncontents: snapshot\n"
    )


@pytest.fixture
def loaded(lake: Lake) -> Lake:
    """Thirty tracks on three albums; the files of albums are full snapshots, the last one of day 5."""
    lake = of_full_snapshots(lake, "albums")
    lake.load(day(5), artists=artists([1, 2]), albums=albums(range(30)), tracks=tracks(range(40)))
    return lake


def test_rows_that_a_newer_file_lacks_are_gone_from_both_tables(loaded: Lake) -> None:
    record = loaded.load(day(6), albums=[*albums(range(28)), *albums([30, 31])])
    assert (record.mode, record.why) == ("incremental", "")
    assert told(record) == {"staging.albums": (2, 0, 2), "spotify.tracks": (2, 0, 2)}
    found = loaded.rows("SELECT count(*), count(DISTINCT track_id), max(track_id) FROM {t}")
    assert found == [(30, 30, ident("tr", 31))]
    assert loaded.rows("SELECT count(*), max(track_id) FROM {t}", "staging.albums") == [(30, ident("tr", 31))]


def test_rows_that_are_the_same_in_both_files_are_left_alone(loaded: Lake) -> None:
    before = loaded.data_files()
    record = loaded.load(day(6), albums=albums(reversed(range(30))))
    assert record.changed
    assert told(record) == {}
    assert loaded.data_files() == before


def test_a_row_that_differs_is_a_change(loaded: Lake) -> None:
    changed = [*albums(range(29)), *albums([29], date="1999")]
    assert told(loaded.load(day(6), albums=changed)) == {
        "staging.albums": (0, 1, 0),
        "spotify.tracks": (0, 1, 0),
    }
    assert set(loaded.partitions()) == {2000, 1990}


def test_an_older_file_changes_nothing_and_is_accounted_for(loaded: Lake) -> None:
    before = loaded.state()
    record = loaded.load(day(4), albums=albums(range(35), track_name="Older"))
    assert record.mode == "incremental"
    assert told(record) == {}
    assert loaded.state() == before
    counts = record.sources["albums"]
    assert (counts.files, counts.rows_in, counts.rows_out, counts.rows_superseded) == (1, 35, 0, 35)
    assert "albums: a later full snapshot has taken the place of album.csv" in record.notes
    assert [(file.file, file.rows_superseded) for file in record.files] == [("album.csv", 35)]
    assert not loaded.run(full=True).rejected
    assert loaded.state() == before


def test_of_several_files_at_once_the_newest_counts(loaded: Lake) -> None:
    for number, last in ((6, 25), (8, 28), (7, 29)):
        loaded.stage(loaded.batch(albums=albums(range(last))), day(number))
    record = loaded.run()
    assert told(record) == {"staging.albums": (0, 0, 2), "spotify.tracks": (0, 0, 2)}
    assert record.sources["albums"].rows_superseded == 25 + 29
    assert record.sources["albums"].rows_in == 25 + 28 + 29
    assert loaded.rows("SELECT count(*) FROM {t}") == [(28,)]


def test_what_was_kept_aside_of_an_older_file_goes_with_it(loaded: Lake) -> None:
    loaded.load(
        day(6),
        albums=[*albums(range(25)), *albums([25], duration_ms=-1), *albums([26], artist=9)],
        tracks=tracks([3], popularity=500),
    )
    aside = {(row["source"], row["retryable"]) for row in loaded.aside()}
    assert aside == {("albums", False), ("albums", True), ("tracks", False)}
    assert loaded.rows("SELECT count(*) FROM {t}", "waiting.albums") == [(1,)]

    loaded.load(day(7), albums=[*albums(range(25)), *albums([27], artist=8)])
    assert [(row["source"], row["line"]) for row in loaded.aside()] == [("albums", 27), ("tracks", 2)]
    assert loaded.rows("SELECT track_id FROM {t}", "waiting.albums") == [(ident("tr", 27),)]

    # The artist of a row that nobody asks for any more brings nothing back.
    record = loaded.load(day(8), artists=artists([8, 9]))
    assert told(record)["spotify.tracks"] == (1, 0, 0)
    found = loaded.rows("SELECT track_id FROM {t} WHERE track_id > '" + ident("tr", 24) + "'")
    assert found == [(ident("tr", 27),)]
    assert [row["source"] for row in loaded.aside()] == ["tracks"]


def test_an_older_file_leaves_what_is_kept_aside(loaded: Lake) -> None:
    loaded.load(day(6), albums=[*albums(range(25)), *albums([25], duration_ms=-1), *albums([26], artist=9)])
    before = loaded.state()
    assert len(before["quarantine.rows"]) == 2
    loaded.load(day(5.5), albums=[*albums(range(20)), *albums([27], artist=9)])
    assert loaded.state() == before


def test_a_refused_file_leaves_the_former_in_place(loaded: Lake, tmp_path: Path) -> None:
    """With what was kept aside of it, and what waits."""
    aside = [*albums([25], duration_ms=-1), *albums([26], artist=9)]
    loaded.load(day(5.5), albums=[*albums(range(25)), *aside])
    before = loaded.state()
    broken = tmp_path / "album.csv"
    write(broken, albums(range(5)))
    broken.write_text(broken.read_text() + '"never closed\n')
    with pytest.raises(RejectedError, match="never closed"):
        loaded.run(broken, time=day(6))
    assert loaded.state() == before
    # Beside another file it is refused alone.
    with_tracks = loaded.batch(tracks=tracks([35], 99))
    record = loaded.run(with_tracks, broken, time=day(6))
    assert [file.file for file in record.rejected] == ["album.csv"]
    assert told(record) == {"staging.tracks": (0, 1, 0)}
    after = loaded.state()
    assert after.pop("staging.tracks") != before.pop("staging.tracks")
    assert after == before
    assert set(after) >= {"waiting.albums", "quarantine.rows"}


def test_where_the_newest_is_refused_the_one_before_it_counts(loaded: Lake, tmp_path: Path) -> None:
    broken = tmp_path / "album.csv"
    write(broken, albums(range(5)))
    broken.write_text(broken.read_text() + '"never closed\n')
    loaded.stage(broken, day(8))
    loaded.stage(loaded.batch(albums=albums(range(22))), day(7))
    record = loaded.run()
    assert [file.file for file in record.rejected] == ["album.csv"]
    assert told(record)["staging.albums"] == (0, 0, 8)
    assert loaded.rows("SELECT count(*) FROM {t}") == [(22,)]


def test_features_that_are_gone_leave_null_behind(lake: Lake) -> None:
    lake = of_full_snapshots(lake, "features")
    lake.load(
        day(1),
        artists=artists([1]),
        albums=albums(range(10)),
        tracks=tracks(range(10)),
        features=features(range(10), tempo=120),
    )
    record = lake.load(day(2), features=features(range(8), tempo=120))
    assert (record.mode, told(record)) == (
        "incremental",
        {"staging.features": (0, 0, 2), "spotify.tracks": (0, 2, 0)},
    )
    assert lake.rows("SELECT tempo, count(*) FROM {t} GROUP BY 1 ORDER BY 1") == [(120.0, 8), (None, 2)]


def test_of_two_rows_of_a_key_in_one_file_the_last_counts(loaded: Lake) -> None:
    record = loaded.load(day(6), albums=[*albums(range(30), label="First"), *albums([7], label="Last")])
    assert record.sources["albums"].rows_superseded == 1
    assert loaded.rows("SELECT label, count(*) FROM {t} GROUP BY 1 ORDER BY 1") == [
        ("First", 29),
        ("Last", 1),
    ]


def test_a_column_that_the_newest_file_lacks_is_null(loaded: Lake, tmp_path: Path) -> None:
    """It has all there is: nothing is taken over from the file before it."""
    loaded.load(day(6), albums=albums(range(30), label="Label"))
    assert loaded.rows("SELECT count(label), count(artist_id) FROM {t}") == [(30, 30)]
    record = loaded.run(write(tmp_path / "album.csv", albums(range(30))), time=day(7))
    assert (record.mode, told(record)["staging.albums"]) == ("incremental", (0, 30, 0))
    assert loaded.rows("SELECT count(label), count(artist_id) FROM {t}") == [(0, 30)]


def test_the_order_of_arrival_decides_nothing(lake: Lake) -> None:
    lake = of_full_snapshots(lake, "albums")
    rest = {"artists": artists([1, 2]), "tracks": tracks(range(30))}
    files = {
        1: [*albums(range(10)), *albums([20], artist=9)],
        2: [*albums(range(5, 15)), *albums([21], artist=8), *albums([22], duration_ms=-1)],
        3: [*albums(range(8, 18)), *albums([23], artist=9)],
    }
    states = []
    for at, order in enumerate([(1, 2, 3), (3, 1, 2), (2, 3, 1)]):
        one = Lake(lake.root.parent / f"lake{at}", lake.project)
        one.load(day(0), **rest)
        for number in order:
            one.run(write(lake.root.parent / str(number) / "album.csv", files[number]), time=day(number))
        one.load(day(4), artists=artists([9]))
        states.append(one.state())
    assert states[0] == states[1] == states[2]
    assert sum(states[0]["staging.albums"].values()) == 11
    assert set(states[0]) == {"spotify.tracks", "staging.albums", "staging.artists", "staging.tracks"}
