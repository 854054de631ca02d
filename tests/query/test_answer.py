"""Headings, types and truncation of an answer, and what a translation says it reads."""
# ruff: noqa: E501 - a query and what it must give stand on one line

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copy

import pytest

from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import TableHead, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.query.answer import answer
from wavehouse.query.translate import translate

TRACKS = TableName("spotify", "tracks")
HEADINGS = [
    ("select key, KEY, t.Key, \"Mode\" from spotify.tracks t", ["key", "KEY", "Key", "Mode"]),
    ("select 1, 'a' as Foo, key + 1, count(*) as \"the count\" from spotify.tracks group by key",
     ["_col0", "Foo", "_col2", "the count"]),
    ("select artist_id, artist_id from staging.artists", ["artist_id", "artist_id"]),
    ("select * from (select 1, 2 as a, 3 as a)", ["_col0", "a", "a"]),
    ("values (1, 2)", ["_col0", "_col1"]),
    ("select 1 as a union select 2 as b", ["a"]),
    ("with x(One, two) as (values (1, 2)) select * from x", ["One", "two"]),
    ("select * from staging.artists join (select 'a1' artist_id, 1 n) using (artist_id)",
     ["artist_id", "name", "genre", "n"]),
    ("select (select 1) x, cast(key as varchar) from spotify.tracks", ["x", "_col1"]),
]  # fmt: skip
TYPES = [
    ("select track_name, duration_ms, followers, danceability, explicit, release_date, genres from spotify.tracks",
     ["varchar", "integer", "bigint", "double", "boolean", "date", "array(varchar)"]),
    ("select i, b, x, r, d, l, ts from staging.numbers",
     ["integer", "bigint", "double", "real", "decimal(10,2)", "array(integer)", "timestamp"]),
    ("select sum(i), count(*), avg(i), sum(d), max(i), array_agg(x) from staging.numbers",
     ["bigint", "bigint", "double", "decimal(38,2)", "integer", "array(double)"]),
    ("select 1, 3000000000, 1.50, 0.5, 1e0, 'a', true, null, date '2020-01-01', array[1]",
     ["integer", "bigint", "decimal(3,2)", "decimal(1,1)", "double", "varchar", "boolean", "unknown", "date",
      "array(integer)"]),
    ("select i + b, i * 2, d + 1, d * d, i / 2, i + 1e0, length('a'), year(ts) from staging.numbers",
     ["bigint", "integer", "decimal(13,2)", "decimal(20,4)", "integer", "double", "bigint", "bigint"]),
    ("select coalesce(i, b), if(true, 1, 2.5), greatest(1, 2e0) from staging.numbers",
     ["bigint", "decimal(11,1)", "double"]),
    ("select i from staging.numbers union all select b from staging.numbers", ["bigint"]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), HEADINGS, ids=[sql for sql, _ in HEADINGS])
def test_headings(sql: str, expected: list[str], tables: TableSource, engine: Engine) -> None:
    assert [column.name for column in answer(sql, tables, engine).columns] == expected


@pytest.mark.parametrize(("sql", "expected"), TYPES, ids=[sql for sql, _ in TYPES])
def test_types_are_trinos(sql: str, expected: list[str], tables: TableSource, engine: Engine) -> None:
    assert [column.type for column in answer(sql, tables, engine).columns] == expected


READS = [
    ("select count(*) from spotify.tracks", set()),
    ("select key from spotify.tracks", {"key"}),
    ("select count(*) from spotify.tracks where mode = 1", {"mode"}),
    ("with t as (select * from spotify.tracks where mode = 1) select KEY from t order by tempo",
     {"key", "mode", "tempo"}),
    ("with t as (select * from spotify.tracks), u as (select key from t) select count(*) from u", set()),
    ("select count(*) from (select distinct key, mode from spotify.tracks)", {"key", "mode"}),
    ("select count(*) from (select artist_id, max(key) from spotify.tracks group by 1)", {"artist_id"}),
    ("select 1 from spotify.tracks cross join unnest(genres) as u(g)", {"genres"}),
    ("select exists(select * from spotify.tracks where key = 1)", {"key"}),
    ("select key from spotify.tracks union all select mode from spotify.tracks", {"key", "mode"}),
    ("select sum(key) over (partition by mode order by tempo) from spotify.tracks", {"key", "mode", "tempo"}),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), READS, ids=[sql for sql, _ in READS])
def test_only_what_is_used_is_read(sql: str, expected: set[str], tables: TableSource, engine: Engine) -> None:
    reads = translate(sql, tables, engine).reads
    assert {version.table: set(names) for version, names in reads.items()} == {TRACKS: expected}


def test_star_reads_every_column(tables: TableSource, engine: Engine) -> None:
    head = tables.head(TRACKS)
    assert head is not None
    ((version, names),) = translate("select * from spotify.tracks", tables, engine).reads.items()
    assert names == {column.name for column in head.columns}
    assert (version.metadata, version.snapshot_id) == (head.metadata, None)


def test_each_version_of_a_table_is_read_for_itself(tables: TableSource, engine: Engine) -> None:
    sql = "select a.song from staging.charts a join staging.charts for version as of 2 b on b.plays = 1"
    reads = translate(sql, tables, engine).reads
    assert {version.snapshot_id: names for version, names in reads.items()} == {None: {"song"}, 2: {"plays"}}


@pytest.mark.parametrize(
    ("sql", "count", "truncated"),
    [
        ("select key from spotify.tracks", 3, True),
        ("select key from spotify.tracks limit 3", 3, False),
        ("select key from spotify.tracks limit 2", 2, False),
        ("values 1, 2, 3, 4", 3, True),
        ("select 1 union all select 2 union all select 3 union all select 4", 3, True),
        ("(select key from spotify.tracks)", 3, True),
        ("with x as (select 1) select * from x", 1, False),
        ("select distinct track_id from spotify.tracks order by 1", 3, True),
    ],
)
def test_no_more_rows_than_asked_for(
    sql: str, count: int, truncated: bool, tables: TableSource, engine: Engine
) -> None:
    found = answer(sql, tables, engine, max_rows=3)
    assert (len(found.rows), found.truncated) == (count, truncated)


def test_the_first_rows_are_the_first_in_order(tables: TableSource, engine: Engine) -> None:
    found = answer("select track_id from spotify.tracks order by 1 desc", tables, engine, max_rows=2)
    assert found.rows == [("t5",), ("t4",)]
    assert found.seconds > 0


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select 2147483647 + 1", "addition overflow"),
        ("select b * 4 from staging.numbers", "multiplication overflow"),
        ("select sum(b) from (select b from staging.numbers union all select 9223372036854775807)", "range"),
        ("select cast(b as integer) from staging.numbers", "range"),
        ("select cast(track_name as date) from spotify.tracks", "cannot CAST 'Alpha' to date"),
        ("select cast(artist_id as integer) from spotify.tracks", "cannot CAST 'a1' to integer"),
        ("select cast('x5' as integer)", "cannot CAST 'x5' to integer"),
        ("select cast('5.7' as bigint)", "cannot CAST '5.7' to bigint"),
        ("select (select key from spotify.tracks)", "More than one row"),
        ("select greatest(x, 1) from staging.numbers", "NaN in greatest() or least()"),
    ],
)
def test_what_stops_a_query_in_athena_stops_it_here(
    sql: str, message: str, tables: TableSource, engine: Engine
) -> None:
    with pytest.raises(QueryError) as stopped:
        answer(sql, tables, engine)
    assert str(stopped.value).startswith("the query stopped: ")
    assert message in str(stopped.value)


def test_a_statement_sees_one_state_of_a_table(tables: TableSource, engine: Engine, tmp_path: Path) -> None:
    """Also where something is committed between two looks at it."""

    class Busy:
        """A source whose table has another metadata file at every look."""

        looks = 0
        names, history, metadata_table = tables.names, tables.history, tables.metadata_table

        def head(self, name: TableName) -> TableHead | None:
            """The head, in a new copy of its metadata."""
            self.looks += 1
            found = tables.head(name)
            assert found is not None
            return replace(
                found, metadata=str(copy(found.metadata, tmp_path / f"{self.looks}.metadata.json"))
            )

    reads = translate("select a.key from spotify.tracks a, spotify.tracks b", Busy(), engine).reads
    assert [Path(version.metadata).name for version in reads] == ["1.metadata.json"]
