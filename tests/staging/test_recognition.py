"""Whose a file is: all file names and both layouts that are seen in the wild."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wavehouse.core.errors import RejectedError
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.landing import recognise_file
from wavehouse.staging.recognition import match_columns, recognise

if TYPE_CHECKING:
    from tests.staging.conftest import Lab

Contracts = dict[str, SourceContract]

_PUBLISHED = {
    "albums": (
        "track_name,track_id,track_number,duration_ms,album_type,artists,total_tracks,album_name,release_date,"
        "label,album_popularity,album_id,artist_id,artist_0,artist_1,artist_2,artist_3,artist_4,artist_5,"
        "artist_6,artist_7,artist_8,artist_9,artist_10,artist_11,duration_sec"
    ),
    "artists": (
        "id,name,artist_popularity,artist_genres,followers,"
        "genre_0,genre_1,genre_2,genre_3,genre_4,genre_5,genre_6"
    ),
    "tracks": "id,track_popularity,explicit",
    "features": (
        "danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,"
        "tempo,type,id,uri,track_href,analysis_url,duration_ms,time_signature"
    ),
    "spotify_data": (
        "album_id,album_name,album_popularity,album_type,artists,artist_0,artist_1,artist_2,artist_3,artist_4,"
        "artist_id,duration_sec,label,release_date,total_tracks,track_id,track_name,track_number,"
        "artist_genres,artist_popularity,followers,genre_0,name,explicit,track_popularity,acousticness,"
        "danceability,duration_ms,energy,instrumentalness,key,liveness,loudness,mode,speechiness,tempo,"
        "time_signature,valence"
    ),
}
_PREPROCESSED = {
    "albums": (
        "track_name,track_id,duration_ms,album_name,release_date,label,album_popularity,album_id,artist_id,"
        "duration_sec"
    ),
    "artists": "id,name,artist_popularity,followers,genre",
    "tracks": "track_id,track_popularity,explicit",
}
_NAMES = {
    "albums": ["album.csv", "albums.csv", "spotify-albums_data_2023.csv"],
    "artists": ["artist.csv", "artists.csv", "spotify_artist_data_2023.csv"],
    "tracks": ["track.csv", "tracks.csv", "spotify_tracks_data_2023.csv"],
    "features": ["features.csv", "spotify_features_data_2023.csv"],
    "spotify_data": ["spotify_data.csv", "spotify_data_12_20_2023.csv"],
}
_LAYOUTS = [(source, header) for layout in (_PUBLISHED, _PREPROCESSED) for source, header in layout.items()]
_NAMED = [
    (source, name, header) for source, header in _LAYOUTS for name in [*_NAMES[source], "export (1).csv"]
]


@pytest.mark.parametrize(("source", "name", "header"), _NAMED)
def test_by_name_and_by_header_alone(spotify: Contracts, source: str, name: str, header: str) -> None:
    match = recognise(Path(name), header.split(","), spotify)
    assert (match.contract.source, match.missing, match.extra) == (source, (), ())


@pytest.mark.parametrize(("source", "header"), _LAYOUTS)
@pytest.mark.parametrize("dress", [str.upper, str.title, lambda name: f" {name} "])
def test_case_blanks_and_order_do_not_count(
    spotify: Contracts, source: str, header: str, dress: Callable[[str], str]
) -> None:
    names = [dress(name) for name in reversed(header.split(","))]
    match = recognise(Path("x.csv"), names, spotify)
    assert (match.contract.source, match.extra) == (source, ())
    assert match.columns == tuple(reversed(recognise(Path("x.csv"), header.split(","), spotify).columns))


@pytest.mark.parametrize("ending", [".gz", ".zst", ".zstd", ".GZ"])
def test_the_ending_of_compression_does_not_count(spotify: Contracts, ending: str) -> None:
    header = _PUBLISHED["tracks"].split(",")
    assert recognise(Path(f"Tracks.CSV{ending}"), header, spotify).contract.source == "tracks"


def test_aliases(spotify: Contracts) -> None:
    match = recognise(Path("x.csv"), _PREPROCESSED["artists"].split(","), spotify)
    assert match.columns == ("id", "name", "artist_popularity", "followers", "genre_0")
    assert match.absent == ("artist_genres", *(f"genre_{at}" for at in range(1, 7)))


@pytest.mark.parametrize("header", [["track_id", "id"], ["id", "track_id"]])
def test_of_two_spellings_of_a_column_the_name_itself_counts(spotify: Contracts, header: list[str]) -> None:
    match = match_columns(spotify["tracks"], [*header, "track_popularity", "explicit"])
    assert dict(zip(match.header, match.columns, strict=True))["id"] == "id"
    assert match.extra == ("track_id",)


def test_a_name_does_not_make_up_for_columns(spotify: Contracts) -> None:
    with pytest.raises(RejectedError) as caught:
        recognise(Path("albums.csv"), _PUBLISHED["artists"].split(","), spotify)
    assert "needs the columns track_name, track_id, album_name, release_date, album_id" in str(caught.value)
    assert "look like those of 'artists'" in str(caught.value)


@pytest.mark.parametrize("lost", ["id", "track_popularity", "explicit"])
def test_a_required_column_is_missing(spotify: Contracts, lost: str) -> None:
    header = [name for name in _PUBLISHED["tracks"].split(",") if name != lost]
    with pytest.raises(RejectedError, match=f"the source 'tracks' needs the column {lost}, which line 1"):
        recognise(Path("tracks.csv"), header, spotify)


def test_a_file_of_nobody(spotify: Contracts) -> None:
    with pytest.raises(RejectedError, match=r"neither its name nor its columns \(a, b\)") as caught:
        recognise(Path("x.csv"), ["a", "b"], spotify)
    assert "album.csv" in caught.value.remedy


def _contract(source: str, columns: str, **more: object) -> SourceContract:
    return SourceContract.model_validate(
        {
            "source": source,
            "files": [f"{source}.csv"],
            "key": ["id"],
            "columns": {name: {"type": "string", "required": True} for name in columns.split()},
            **more,
        }
    )


def test_a_header_that_fits_two_equally_well() -> None:
    contracts = {name: _contract(name, "id x") for name in ("one", "two")}
    with pytest.raises(RejectedError, match="several sources equally well: one, two") as caught:
        recognise(Path("x.csv"), ["id", "x"], contracts)
    assert caught.value.remedy == "Rename it, for example to one.csv"
    assert recognise(Path("two.csv"), ["id", "x"], contracts).contract.source == "two"


def test_the_contract_that_knows_most_columns_wins() -> None:
    contracts = {"one": _contract("one", "id x"), "two": _contract("two", "id x y")}
    assert recognise(Path("x.csv"), ["id", "x", "y"], contracts).contract.source == "two"
    assert recognise(Path("x.csv"), ["id", "x", "z"], contracts).contract.source == "one"


def test_more_columns_are_told_or_refused() -> None:
    warns = {"one": _contract("one", "id x")}
    assert recognise(Path("one.csv"), ["id", "more", "x"], warns).extra == ("more",)
    refuses = {"one": _contract("one", "id x", extra_columns="refuse")}
    with pytest.raises(RejectedError, match="the source 'one' has no column more"):
        recognise(Path("one.csv"), ["id", "more", "x"], refuses)
    assert recognise(Path("one.csv"), ["x", "id"], refuses).extra == ()


def test_a_key_is_needed_even_where_the_contract_does_not_say_so() -> None:
    contract = SourceContract.model_validate(
        {
            "source": "one",
            "files": ["one.csv"],
            "key": ["id"],
            "columns": {"id": {"type": "int"}, "x": {"type": "string"}},
        }
    )
    with pytest.raises(RejectedError, match="needs the column id"):
        recognise(Path("one.csv"), ["x"], {"one": contract})


def test_a_complaint_about_a_header_names_the_file_and_its_line(lab: Lab) -> None:
    path = lab.file(b"id,explicit\n1,true\n", "tracks.csv")
    with pytest.raises(RejectedError, match=rf"^{re.escape(str(path))}:1: the source 'tracks' needs"):
        recognise_file(path, lab.contracts)


def test_sources_of_other_signs_are_known_too(lab: Lab, spotify: Contracts) -> None:
    semicolons = _contract("german", "id x", csv={"delimiter": ";", "quote": "'"})
    contracts = {**spotify, "german": semicolons}
    found = recognise_file(lab.file(b"id;x\n'1';2\n", "anything.csv"), contracts)
    assert found.match.contract.source == "german"
    found = recognise_file(lab.file(b"id,track_popularity,explicit\n1,2,true\n", "x.csv"), contracts)
    assert found.match.contract.source == "tracks"
