"""A clean catalogue: its layout, its keys and what is in it."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from wavehouse.samples import layout
from wavehouse.samples.catalogue import Catalogue
from wavehouse.samples.counts import counts

Rows = Callable[[Path], list[dict[str, str]]]
Files = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def files(clean: Catalogue, rows_of: Rows) -> Files:
    return {name: rows_of(path) for name, path in clean.files.items()}


def test_the_five_files_and_nothing_else(clean: Catalogue) -> None:
    assert list(clean.files) == list(layout.COLUMNS)
    folder = clean.files[layout.ALBUM].parent
    assert sorted(path.name for path in folder.iterdir()) == sorted(layout.COLUMNS)
    assert clean.planted is None


def test_as_many_rows_as_promised(clean: Catalogue, files: Files) -> None:
    size = counts(0.01)
    assert clean.rows == {name: len(rows) for name, rows in files.items()}
    assert len(files[layout.ALBUM]) == len(files[layout.MERGED]) == size.album_rows
    assert len(files[layout.ARTIST]) == size.artists
    assert len({row["album_id"] for row in files[layout.ALBUM]}) == size.albums
    genres = {row[f"genre_{n}"] for row in files[layout.ARTIST] for n in range(layout.MAX_GENRES)} - {""}
    assert len(genres) == size.genres


def test_columns_and_form_are_the_publishers(clean: Catalogue) -> None:
    for name, path in clean.files.items():
        content = path.read_bytes()
        assert content.decode().splitlines()[0] == ",".join(layout.COLUMNS[name])
        assert content.endswith(b"\n")
        assert b"\r" not in content
    assert b'"' not in clean.files[layout.TRACKS].read_bytes(), "quotes only where needed"


def test_ids_are_unique_and_of_22_base62_characters(files: Files) -> None:
    for name in (layout.ARTIST, layout.TRACKS, layout.FEATURES):
        ids = [row["id"] for row in files[name]]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch("[0-9A-Za-z]{22}", id_) for id_ in ids)
    pairs = Counter((row["album_id"], row["track_id"]) for row in files[layout.ALBUM])
    assert set(pairs.values()) == {1}
    assert all(re.fullmatch("[0-9A-Za-z]{22}", album) for album, _ in pairs)


def test_every_key_leads_somewhere(files: Files) -> None:
    artists = {row["id"]: row["name"] for row in files[layout.ARTIST]}
    tracks = {row["id"] for row in files[layout.TRACKS]}
    assert all(artists[row["artist_id"]] == row["artist_0"] for row in files[layout.ALBUM])
    assert {row["track_id"] for row in files[layout.ALBUM]} == tracks
    unheard = tracks - {row["id"] for row in files[layout.FEATURES]}
    assert 0 < len(unheard) < len(tracks) / 100


def test_some_tracks_stand_on_two_albums(files: Files) -> None:
    places = Counter(row["track_id"] for row in files[layout.ALBUM])
    assert set(places.values()) == {1, 2}
    assert len(places) == len(files[layout.TRACKS]) < len(files[layout.ALBUM])


def test_an_album_numbers_its_tracks_from_1(files: Files) -> None:
    albums: dict[str, list[dict[str, str]]] = {}
    for row in files[layout.ALBUM]:
        albums.setdefault(row["album_id"], []).append(row)
    for rows in albums.values():
        assert [int(row["track_number"]) for row in rows] == list(range(1, len(rows) + 1))
        for same in ("total_tracks", "album_name", "release_date", "label", "album_popularity", "artist_id"):
            assert len({row[same] for row in rows}) == 1
        assert int(rows[0]["total_tracks"]) == len(rows)


def test_no_release_is_later_than_today(files: Files, as_of: date) -> None:
    precisions: Counter[int] = Counter()
    for release in {row["album_id"]: row["release_date"] for row in files[layout.ALBUM]}.values():
        day = release.removesuffix(" 00:00:00 UTC")
        assert date.fromisoformat(day + "-01-01"[len(day) - 4 :]) <= as_of
        precisions[len(release)] += 1
    assert set(precisions) == {len("1999"), len("1999-05"), len("1999-05-01 00:00:00 UTC")}
    assert precisions[4] + precisions[7] < sum(precisions.values()) / 10


def test_names_hold_what_breaks_a_careless_reader(files: Files) -> None:
    for column in ("track_name", "album_name", "artist_0"):
        names = {row[column] for row in files[layout.ALBUM]}
        for sign in (",", '"', "'", "\n"):
            assert any(sign in name for name in names), (column, sign)
        assert all(name.strip() == name != "" for name in names)
    text = "".join(row["track_name"] + row["artists"] for row in files[layout.ALBUM])
    scripts = {unicodedata.name(character, "CONTROL").split()[0] for character in set(text)}
    assert scripts >= {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "KATAKANA", "CJK", "HANGUL", "FIRE"}
    assert any("LATIN" in unicodedata.name(c, "") and ord(c) > 127 for c in set(text)), "accents"


def test_genres_are_a_list_and_columns(files: Files) -> None:
    lengths: Counter[int] = Counter()
    for row in files[layout.ARTIST]:
        genres = ast.literal_eval(row["artist_genres"])
        assert str(genres) == row["artist_genres"]
        padded = genres + [""] * (layout.MAX_GENRES - len(genres))
        assert [row[f"genre_{n}"] for n in range(layout.MAX_GENRES)] == padded
        lengths[len(genres)] += 1
    assert lengths[0] == len(files[layout.ARTIST]) // 9
    assert max(lengths) > 3


def test_credits_name_the_artist_and_guests_of_the_catalogue(files: Files) -> None:
    artists = {row["name"] for row in files[layout.ARTIST]}
    most = 0
    for row in files[layout.ALBUM]:
        credited = [row[f"artist_{n}"] for n in range(layout.MAX_CREDITS)]
        named = [name for name in credited if name]
        assert credited == named + [""] * (layout.MAX_CREDITS - len(named))
        assert row["artists"] == ", ".join(named)
        assert artists.issuperset(named)
        most = max(most, len(named))
    assert most > 2


def test_numbers_stay_in_their_ranges(files: Files) -> None:
    for row in files[layout.FEATURES]:
        for share in ("danceability", "energy", "speechiness", "acousticness", "liveness", "valence"):
            assert 0 <= float(row[share]) <= 1
        assert 0 <= float(row["instrumentalness"]) < 1
        assert -60 <= float(row["loudness"]) < 3
        assert 0 <= float(row["tempo"]) < 250
        assert int(row["key"]) in range(12)
        assert row["mode"] in ("0", "1")
        assert int(row["time_signature"]) in range(6)
        assert row["type"] == "audio_features"
        assert all(row[link].endswith(row["id"]) for link in ("uri", "track_href", "analysis_url"))
    for row in files[layout.ALBUM]:
        assert float(row["duration_sec"]) == int(row["duration_ms"]) / 1000
    assert {row["explicit"] for row in files[layout.TRACKS]} == {"true", "false"}


def test_few_are_popular_and_many_unheard_of(files: Files) -> None:
    tracks = [int(row["track_popularity"]) for row in files[layout.TRACKS]]
    artists = [int(row["artist_popularity"]) for row in files[layout.ARTIST]]
    for popularity in (tracks, artists):
        assert min(popularity) == 0
        assert max(popularity) <= 100
        assert popularity.count(0) > len(popularity) / 10
        assert sum(value > 60 for value in popularity) < len(popularity) / 10
    followers = {row["id"]: int(row["followers"]) for row in files[layout.ARTIST]}
    albums = Counter(row["artist_id"] for row in files[layout.ALBUM])
    top = sorted(followers, key=followers.__getitem__)[-10:]
    assert followers[top[-1]] > 10_000_000
    average = len(files[layout.ALBUM]) / len(followers)
    assert sum(albums[id_] for id_ in top) / len(top) > 2 * average


def test_the_merge_is_the_join_of_the_other_four(files: Files) -> None:
    artists = {row["id"]: row for row in files[layout.ARTIST]}
    tracks = {row["id"]: row for row in files[layout.TRACKS]}
    features = {row["id"]: row for row in files[layout.FEATURES]}
    nothing = dict.fromkeys(layout.COLUMNS[layout.FEATURES], "")
    differing = 0
    for row, merged in zip(files[layout.ALBUM], files[layout.MERGED], strict=True):
        heard = features.get(row["track_id"], nothing)
        joined = artists[row["artist_id"]] | tracks[row["track_id"]] | row | heard
        assert merged == {column: joined[column] for column in layout.COLUMNS[layout.MERGED]}
        differing += heard["duration_ms"] != row["duration_ms"]
    assert 0.35 < differing / len(files[layout.ALBUM]) < 0.45
