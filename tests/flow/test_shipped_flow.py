"""The flow that ships with us: its columns, and what it makes of the traps in the data."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wavehouse.core.columns import Column
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.flow.accounting import Account
from wavehouse.flow.binding import contract_rows
from wavehouse.flow.graph import read_graph
from wavehouse.flow.program import Program, compile_target
from wavehouse.project.contracts import read_contracts
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml

if TYPE_CHECKING:
    from tests.flow.conftest import Flows

# The warehouse table as the command line promises it.
_COLUMNS = {
    "track_id": "string",
    "track_name": "string",
    "track_number": "int",
    "duration_ms": "bigint",
    "explicit": "boolean",
    "track_popularity": "int",
    "album_id": "string",
    "album_name": "string",
    "album_type": "string",
    "album_popularity": "int",
    "total_tracks": "int",
    "label": "string",
    "release_date": "date",
    "release_precision": "string",
    "release_year": "int",
    "release_decade": "int",
    "artist_id": "string",
    "artist_name": "string",
    "artist_popularity": "int",
    "followers": "bigint",
    "genre": "string",
    "genres": "array<string>",
    "featured_artists": "array<string>",
    "danceability": "double",
    "energy": "double",
    "key": "int",
    "loudness": "double",
    "mode": "int",
    "speechiness": "double",
    "acousticness": "double",
    "instrumentalness": "double",
    "liveness": "double",
    "valence": "double",
    "tempo": "double",
    "time_signature": "int",
}

Row = dict[str, Any]
Compile = Callable[..., Program]


@pytest.fixture
def compiled(flows: Flows, engine: DuckDBEngine) -> Compile:
    """Compiles the shipped flow over rows of its sources, given by column."""
    project = Project.at(Path(__file__).parents[2] / "spotify")
    contracts = read_contracts(project)

    def compile_(**rows: list[Row]) -> Program:
        bound = {}
        for name, contract in contracts.items():
            columns = contract.table_columns
            values = [tuple(row.get(c.name) for c in columns) for row in rows.get(name, [])]
            table = flows.table([f"{c.name} {c.type}" for c in columns], values, *contract.key)
            bound[name] = table.bound()
        graph = read_graph(read_yaml(project.root / "flows" / "tracks.yaml"))
        return compile_target(graph, "spotify_tracks", contract_rows(bound), engine)

    return compile_


def _rows(engine: DuckDBEngine, program: Program) -> list[Row]:
    names = [column.name for column in program.columns]
    return [dict(zip(names, row, strict=True)) for row in engine.rows(program.sql)]


_ALBUM: Row = {"track_id": "t1", "album_id": "al1", "artist_id": "ar1", "track_name": "T", "album_name": "A"}
_ARTIST: Row = {"id": "ar1", "name": "Artist", "artist_popularity": 5}
_TRACK: Row = {"id": "t1", "track_popularity": 7, "explicit": True}


def _one(engine: DuckDBEngine, compiled: Compile, **changed: Row) -> Row:
    """The one row of one album track, with changes by source."""
    (row,) = _rows(
        engine,
        compiled(
            albums=[_ALBUM | changed.get("albums", {})],
            artists=[_ARTIST | changed.get("artists", {})],
            tracks=[_TRACK | changed.get("tracks", {})],
        ),
    )
    return row


def test_columns(engine: DuckDBEngine, compiled: Compile) -> None:
    program = compiled()
    assert {column.name: column.type for column in program.columns} == _COLUMNS
    assert engine.columns(program.sql) == program.columns
    assert program.partition_by == "release_decade"
    assert program.relations["spotify_tracks"].unique == {"album_id", "track_id"}
    assert str(program.graph.tables[program.target_id].table) == "spotify.tracks"


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("2015-06-09 00:00:00 UTC", date(2015, 6, 9), "day"),
        ("2015-06-09", date(2015, 6, 9), "day"),
        ("1999-05", date(1999, 5, 1), "month"),
        ("1999", date(1999, 1, 1), "year"),
        ("2000", date(2000, 1, 1), "year"),
        (None, None, None),
    ],
)
def test_release_dates(
    engine: DuckDBEngine, compiled: Compile, written: str | None, day: date | None, precision: str | None
) -> None:
    row = _one(engine, compiled, albums={"release_date": written})
    assert (row["release_date"], row["release_precision"]) == (day, precision)
    assert row["release_year"] == (day.year if day else None)
    assert row["release_decade"] == (day.year // 10 * 10 if day else None)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "['pop']",
        "['canadian hip hop', 'drake']",
        """["children's music", 'pop']""",
        """["children's music", "rock 'n' roll"]""",
        "['r&b', 'lo-fi, slow']",
        "['say \"hi\"']",
    ],
)
def test_genres_are_the_list_that_python_wrote(engine: DuckDBEngine, compiled: Compile, text: str) -> None:
    genres = ast.literal_eval(text)
    # (In SQL, a quote inside a text is doubled.)
    row = _one(engine, compiled, artists={"artist_genres": text.replace("'", "''")})
    assert row["genres"] == genres
    assert row["genre"] == (genres[0] if genres else None)


@pytest.mark.parametrize(
    ("artist", "genre", "genres"),
    [
        ({"genre_0": "pop"}, "pop", ["pop"]),
        ({"genre_0": "pop", "genre_1": "rock", "genre_6": "jazz"}, "pop", ["pop", "rock", "jazz"]),
        ({"genre_0": "pop", "artist_genres": "[''rock'', ''pop'']"}, "pop", ["rock", "pop"]),
        ({}, None, []),
    ],
)
def test_genres_of_other_layouts(
    engine: DuckDBEngine, compiled: Compile, artist: Row, genre: str | None, genres: list[str]
) -> None:
    row = _one(engine, compiled, artists=artist)
    assert (row["genre"], row["genres"]) == (genre, genres)


@pytest.mark.parametrize(
    ("artists", "featured"),
    [
        ({}, []),
        ({"artist_0": "Artist"}, []),
        ({"artist_0": "Artist", "artist_1": "B", "artist_3": "C", "artist_11": "D"}, ["B", "C", "D"]),
    ],
)
def test_featured_artists(engine: DuckDBEngine, compiled: Compile, artists: Row, featured: list[str]) -> None:
    assert _one(engine, compiled, albums=artists)["featured_artists"] == featured


def test_the_duration_is_that_of_the_album(engine: DuckDBEngine, compiled: Compile) -> None:
    features = {"id": "t1", "duration_ms": 2, "tempo": 0.0}
    program = compiled(
        albums=[_ALBUM | {"duration_ms": 1}], artists=[_ARTIST], tracks=[_TRACK], features=[features]
    )
    (row,) = _rows(engine, program)
    assert (row["duration_ms"], row["tempo"]) == (1, 0.0)


def test_who_stays_and_who_does_not(engine: DuckDBEngine, compiled: Compile) -> None:
    """A track stays on both its albums and without features, and not without its artist or itself."""
    albums = [
        _ALBUM,
        _ALBUM | {"album_id": "al2"},
        _ALBUM | {"album_id": "al3", "track_id": "t2"},
        _ALBUM | {"album_id": "al4", "artist_id": "nobody"},
        _ALBUM | {"album_id": "al5", "track_id": "nothing"},
    ]
    program = compiled(
        albums=albums,
        artists=[_ARTIST, _ARTIST | {"id": "ar2"}],
        tracks=[_TRACK, _TRACK | {"id": "t2"}, _TRACK | {"id": "t3"}],
        features=[{"id": "t1", "energy": 0.5}, {"id": "t9", "energy": 0.9}],
    )
    rows = _rows(engine, program)
    assert sorted((row["album_id"], row["energy"]) for row in rows if row["energy"] is not None) == [
        ("al1", 0.5),
        ("al2", 0.5),
    ]
    assert [row["album_id"] for row in rows if row["energy"] is None] == ["al3"]

    account = Account(program, f"({program.sql})", len(rows))
    by_node = {node.node: node for node in account.nodes(engine)}
    counted = {
        id_: (node.rows_in, node.rows_out, node.unmatched, node.added) for id_, node in by_node.items()
    }
    assert counted["album_artist"] == (5, 4, 1, 0)
    assert counted["with_tracks"] == (4, 3, 1, 0)
    assert counted["with_features"] == (3, 3, 1, 0)
    assert counted["albums_once"] == (5, 5, 0, 0)
    assert account.expected_rows(list(by_node.values())) == 3


def test_without_any_row(engine: DuckDBEngine, compiled: Compile) -> None:
    program = compiled()
    assert _rows(engine, program) == []
    assert all(node.rows_out == 0 for node in Account(program, f"({program.sql})", 0).nodes(engine))
    assert Column("genres", "array<string>") in program.columns
