"""Rows that wait for a row of another source: they come in when it is there, and nothing is left of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.conftest import Lake, albums, artists, day, ident, told, tracks, write

ARTIST = 'ReferentialIntegrity "artist_id" "artists.id" = 1.0'
TRACK = 'ReferentialIntegrity "track_id" "tracks.id" = 1.0'


@pytest.fixture
def loaded(lake: Lake) -> Lake:
    """A lake in which the albums 0 and 1 are whole; album 2 waits for its artist 7."""
    lake.load(
        day(1),
        artists=artists([1, 2]),
        albums=[*albums(range(20)), *albums(range(20, 23), artist=7)],
        tracks=tracks(range(30)),
    )
    return lake


def waiting(lake: Lake) -> list[tuple[Any, ...]]:
    """Track and artist of the albums' rows that wait, in order."""
    return lake.rows("SELECT track_id, artist_id FROM {t} ORDER BY ALL", "waiting.albums")


def test_a_late_artist_lets_its_albums_in(loaded: Lake) -> None:
    assert waiting(loaded) == [(ident("tr", n), ident("ar", 7)) for n in range(20, 23)]
    assert {(row["line"], *row["rules"]) for row in loaded.aside()} == {(n, ARTIST) for n in (22, 23, 24)}
    record = loaded.load(day(2), artists=artists([7]))
    assert (record.mode, record.why) == ("incremental", "")
    assert told(record) == {
        "staging.artists": (1, 0, 0),
        "staging.albums": (3, 0, 0),
        "spotify.tracks": (3, 0, 0),
    }
    assert "albums: 3 rows that waited have come in" in record.notes
    assert waiting(loaded) == []
    assert loaded.aside() == []
    found = loaded.rows("SELECT count(*), count(DISTINCT track_id), max(artist_name) FROM {t}")
    assert found == [(23, 23, "Artist 7")]


def test_rows_that_came_in_are_those_of_the_batch_that_brought_them(loaded: Lake) -> None:
    loaded.load(day(2), artists=artists([7]))
    found = loaded.rows("SELECT DISTINCT _batch_time::VARCHAR, _file_name FROM {t}", "staging.albums")
    assert found == [("2024-01-02 00:00:00", "album.csv")]


def test_a_late_track_lets_its_albums_in(lake: Lake) -> None:
    lake.load(day(1), artists=artists([1]), albums=albums(range(12)), tracks=tracks(range(10)))
    assert [row["rules"] for row in lake.aside()] == [[TRACK], [TRACK]]
    record = lake.load(day(2), tracks=tracks([10, 50]))
    assert record.mode == "incremental"
    assert told(record) == {
        "staging.tracks": (2, 0, 0),
        "staging.albums": (1, 0, 0),
        "spotify.tracks": (1, 0, 0),
    }
    assert [(row["line"], row["rules"]) for row in lake.aside()] == [(13, [TRACK])]
    assert waiting(lake) == [(ident("tr", 11), ident("ar", 1))]


def test_a_row_that_a_newer_version_has_overtaken_comes_in_and_loses(loaded: Lake) -> None:
    loaded.load(day(2), albums=albums(range(20, 22), artist=2, track_name="Newer"))
    assert len(waiting(loaded)) == 3  # (the older rows still wait: nobody says that they are of no use)
    record = loaded.load(day(3), artists=artists([7]))
    assert record.mode == "incremental"
    assert told(record) == {
        "staging.artists": (1, 0, 0),
        "staging.albums": (1, 0, 0),
        "spotify.tracks": (1, 0, 0),
    }
    assert waiting(loaded) == []
    assert loaded.aside() == []
    assert loaded.rows(
        "SELECT track_name, artist_name FROM {t} WHERE album_id = '" + ident("al", 2) + "' ORDER BY track_id"
    ) == [("Newer", "Artist 2"), ("Newer", "Artist 2"), ("Track 22", "Artist 7")]


def test_a_newer_version_that_waits_leaves_the_older_one_until_it_comes_in(loaded: Lake) -> None:
    loaded.load(day(2), albums=albums([3], artist=8, track_name="Newer"))
    of_three = f"SELECT track_name, artist_name FROM {{t}} WHERE track_id = '{ident('tr', 3)}'"
    assert loaded.rows(of_three) == [("Track 3", "Artist 1")]
    record = loaded.load(day(3), artists=artists([8]))
    assert told(record)["staging.albums"] == told(record)["spotify.tracks"] == (0, 1, 0)
    assert loaded.rows(of_three) == [("Newer", "Artist 8")]


def test_versions_that_wait_together_come_in_as_the_last_of_them(loaded: Lake) -> None:
    for number, name in ((4, "Last"), (2, "First"), (3, "Middle")):
        loaded.load(day(number), albums=albums([25], artist=9, track_name=name))
    record = loaded.load(day(5), artists=artists([9]))
    assert told(record)["staging.albums"] == (1, 0, 0)
    assert "albums: 3 rows that waited have come in" in record.notes
    assert loaded.rows(f"SELECT track_name FROM {{t}} WHERE track_id = '{ident('tr', 25)}'") == [("Last",)]


def test_of_two_missing_rows_one_arrives(loaded: Lake) -> None:
    """The row waits on, and what is told of it is only what is still missing."""
    loaded.load(day(2), albums=albums([77], artist=8))
    both = {"line": 2, "rules": [ARTIST, TRACK], "columns": ["artist_id", "track_id"], "retryable": True}
    (row,) = (row for row in loaded.aside() if row["line"] == 2)
    assert {name: row[name] for name in both} == both
    values = "SELECT values FROM {t} WHERE line = 2"
    assert loaded.rows(values, "quarantine.rows") == [([ident("ar", 8), ident("tr", 77)],)]

    record = loaded.load(day(3), artists=artists([8]))
    assert (record.mode, told(record)) == ("incremental", {"staging.artists": (1, 0, 0)})
    (left,) = (row for row in loaded.aside() if row["line"] == 2)
    assert left["reason"] == f"track_id: {TRACK} ('{ident('tr', 77)}')"
    changed = {"rules": [TRACK], "columns": ["track_id"], "rule": TRACK, "reason": left["reason"]}
    assert left == {**row, **changed}
    assert loaded.rows(values, "quarantine.rows") == [([ident("tr", 77)],)]
    assert len(waiting(loaded)) == 4

    record = loaded.load(day(4), tracks=tracks([77]))
    assert told(record)["spotify.tracks"] == (1, 0, 0)
    assert all(row["line"] != 2 for row in loaded.aside())
    assert len(waiting(loaded)) == 3


def test_what_waits_and_what_arrives_with_its_missing_row_are_told_apart(loaded: Lake) -> None:
    """New rows, and the artist for whom old ones wait, in one batch."""
    record = loaded.load(
        day(2), artists=artists([7]), albums=[*albums([24], artist=7), *albums([25], artist=8)]
    )
    assert record.mode == "incremental"
    assert told(record)["staging.albums"] == (4, 0, 0)
    assert record.sources["albums"].rows_in == 2
    assert record.sources["albums"].rows_out == 1
    assert waiting(loaded) == [(ident("tr", 25), ident("ar", 8))]
    assert [(row["line"], row["rules"]) for row in loaded.aside()] == [(3, [ARTIST])]


def test_an_artist_that_is_kept_aside_lets_nobody_in(loaded: Lake) -> None:
    loaded.load(day(2), artists=artists([7], artist_popularity=500))
    assert len(waiting(loaded)) == 3
    assert {row["source"] for row in loaded.aside()} == {"albums", "artists"}
    loaded.load(day(3), artists=artists([7], artist_popularity=50))
    assert waiting(loaded) == []
    assert {row["source"] for row in loaded.aside()} == {"artists"}


def test_a_row_with_a_mistake_of_its_own_does_not_wait(loaded: Lake) -> None:
    """No row of another source will make it right."""
    loaded.load(day(2), albums=albums([26], artist=8, duration_ms=-5))
    (row,) = (row for row in loaded.aside() if not row["retryable"])
    assert (row["columns"], row["rules"][1:]) == (["duration_ms", "artist_id"], [ARTIST])
    assert len(waiting(loaded)) == 3
    loaded.load(day(3), artists=artists([8]))
    assert [one for one in loaded.aside() if not one["retryable"]] == [row]
    assert loaded.rows(f"SELECT count(*) FROM {{t}} WHERE track_id = '{ident('tr', 26)}'") == [(0,)]


def test_a_row_of_a_file_without_an_optional_column_takes_the_old_value_when_it_comes_in(
    loaded: Lake, tmp_path: Path
) -> None:
    loaded.load(day(2), albums=albums([5], label="Old label"))
    loaded.run(write(tmp_path / "album.csv", albums([5], artist=8, track_name="New name")), time=day(3))
    record = loaded.load(day(4), artists=artists([8]))
    assert (record.mode, told(record)["staging.albums"]) == ("incremental", (0, 1, 0))
    assert loaded.rows(
        f"SELECT track_name, label, artist_name FROM {{t}} WHERE track_id = '{ident('tr', 5)}'"
    ) == [("New name", "Old label", "Artist 8")]


def test_the_table_of_those_who_wait_is_there_from_the_first_of_them_on(lake: Lake, catalogue: Path) -> None:
    record = lake.run(catalogue, time=day(1))
    assert "waiting.albums" not in map(str, lake.head.names())
    assert "waiting.albums" not in record.tables
    lake.load(day(2), albums=albums([40], artist=7), tracks=tracks([40]))
    assert waiting(lake) == [(ident("tr", 40), ident("ar", 7))]


def test_rows_wait_through_a_full_run(loaded: Lake) -> None:
    before = loaded.state()
    record = loaded.run(full=True)
    assert record.mode == "full"
    assert loaded.state() == before
    loaded.load(day(2), artists=artists([7]))
    assert waiting(loaded) == []
    assert loaded.rows("SELECT count(*) FROM {t}") == [(23,)]
