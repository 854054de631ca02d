"""Queries, composites, variables, labels, earlier runs, files, and many rules at once, against the oracle.

The tables are written as in test_oracle_rules.py: rule, passed, first metric, rows that fail; `...` is left to the
oracle.
"""
# ruff: noqa: E501 - a rule and what it must give stand on one line

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import EllipsisType

import pytest
from tests.quality.oracle import Query, World
from tests.quality.oracle_data import BATCHES, NOW, PAIRS, REFERENCES, TABLES, TRACKS, Row
from tests.quality.oracle_judging import Found, Judge
from tests.quality.oracle_spark import Value
from tests.quality.test_oracle_rules import WHERES, but

from wavehouse.core.errors import DefinitionError
from wavehouse.engines.duckdb_engine import DuckDBEngine

Line = tuple[str, bool, float | EllipsisType | None, list[int] | EllipsisType | None]

PASS, FAIL = True, False


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine of the module's own."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=1)
    yield made
    made.close()


def agree(
    found: Found,
    passed: bool,
    metric: float | EllipsisType | None,
    failing: list[int] | EllipsisType | None,
) -> None:
    """What was worked out by hand."""
    assert found.passed is passed
    if metric is not ...:
        assert found.metric == (None if metric is None else pytest.approx(metric, rel=1e-9, abs=1e-12))
    if failing is not ...:
        assert found.failing == (None if failing is None else frozenset(failing))


# Queries.


def _one(value: Value) -> list[Row]:
    return [{"x": value}]


def _ids(world: World, *columns: str, least: float = -1e9) -> list[Row]:
    rows = world.table.rows
    kept = [r for r in rows if isinstance(r["popularity"], int) and r["popularity"] >= least]
    return [{column: row[column] for column in columns} for row in kept]


QUERIES: dict[str, Query] = {
    "select count(*) from primary": lambda w: _one(len(w.table.rows)),
    "SELECT count(*) FROM PRIMARY": lambda w: _one(len(w.table.rows)),
    "select max(popularity) from primary": lambda w: _one(max(int(str(r["popularity"])) for r in _ids(w, "popularity"))),
    "select max(popularity) from primary where popularity > 1000": lambda _: _one(None),
    "select popularity from primary where 1 = 0": lambda _: [],
    "select count(*) from artists": lambda w: _one(len(w.references["artists"].rows)),
    "select count(*) from primary join artists on artist = artist_id": lambda _: _one(7),
    "select count(*) from primary p left anti join artists a on p.artist = a.artist_id": lambda _: _one(3),
    "with x as (select artist, count(*) n from primary group by artist) select max(n) from x": lambda _: _one(3),
    "select popularity, name from primary where id = 't3'": lambda _: _one(30),
    "select -0.25 * 4": lambda _: _one(-1),
    "select avg(popularity) from primary where `artist` = 'a1'": lambda _: _one(110 / 3),
    "select id from primary where popularity >= 10": lambda w: _ids(w, "id", least=10),
    "select ID from primary where popularity >= 10": lambda w: _ids(w, "id", least=10),
    "select id, name from primary where popularity >= 10": lambda w: _ids(w, "id", "name", least=10),
    "select name, popularity from primary where popularity is null": lambda w: [
        {"name": r["name"], "popularity": None} for r in w.table.rows if r["popularity"] is None
    ],
    "select popularity from primary where explicit is null": lambda w: [
        {"popularity": r["popularity"]} for r in w.table.rows if r["explicit"] is None
    ],
    "select artist_id as artist from artists": lambda w: [{"artist": r["artist_id"]} for r in w.references["artists"].rows],
    "select id from primary where 1 = 0": lambda _: [],
    "select * from primary": lambda w: w.table.rows,
    "select note from primary where length(trim(note)) > 0": lambda w: [
        {"note": r["note"]} for r in w.table.rows if r["note"] is not None and str(r["note"]).strip(" ")
    ],
}  # fmt: skip

SQL: list[Line] = [
    ('CustomSql "select count(*) from primary" = 10', PASS, 10, None),
    ('CustomSql "SELECT count(*) FROM PRIMARY" = 10', PASS, 10, None),
    ('CustomSql "select max(popularity) from primary" between 90 and 110', PASS, 100, None),
    ('CustomSql "select max(popularity) from primary" not between 90 and 110', FAIL, 100, None),
    ('CustomSql "select max(popularity) from primary where popularity > 1000" > 0', FAIL, None, None),
    ('CustomSql "select popularity from primary where 1 = 0" >= 0', FAIL, None, None),
    ('CustomSql "select count(*) from artists" = 4', PASS, 4, None),
    ('CustomSql "select count(*) from primary join artists on artist = artist_id" in [6, 7]', PASS, 7, None),
    ('CustomSql "select count(*) from primary p left anti join artists a on p.artist = a.artist_id" = 3', PASS, 3, None),
    ('CustomSql "with x as (select artist, count(*) n from primary group by artist) select max(n) from x" = 3', PASS, 3, None),
    ('CustomSql "select popularity, name from primary where id = \'t3\'" >= 30', PASS, 30, None),
    ('CustomSql "select -0.25 * 4" = -1', PASS, -1, None),
    ('CustomSql "select avg(popularity) from primary where `artist` = \'a1\'" > 36.6', PASS, 110 / 3, None),
    ('CustomSql "select id from primary where popularity >= 10"', FAIL, 0.7, [2, 5, 10]),
    ('CustomSql "select ID from primary where popularity >= 10"', FAIL, 0.7, [2, 5, 10]),
    ('CustomSql "select id, name from primary where popularity >= 10"', FAIL, 0.6, [2, 5, 6, 10]),
    ('CustomSql "select id from primary where popularity >= 10" with threshold > 0.6', PASS, 0.7, [2, 5, 10]),
    ('CustomSql "select name, popularity from primary where popularity is null"', FAIL, 0.2, but(10, 5, 10)),
    ('CustomSql "select popularity from primary where explicit is null"', FAIL, 0.5, but(10, 3, 4, 5, 7, 10)),
    ('CustomSql "select artist_id as artist from artists"', FAIL, 0.8, [4, 10]),
    ('CustomSql "select id from primary where 1 = 0"', FAIL, 0, but(10)),
    ('CustomSql "select * from primary"', PASS, 1, []),
    ('CustomSql "select note from primary where length(trim(note)) > 0"', FAIL, 0.5, but(10, 3, 5, 7, 8, 9)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "passed", "metric", "failing"), SQL, ids=[line[0] for line in SQL])
def test_queries(
    rule: str, passed: bool, metric: float | None, failing: list[int] | None, engine: DuckDBEngine
) -> None:
    world = World(TRACKS, REFERENCES, WHERES, QUERIES)
    agree(Judge(engine, world).agreed(f"Rules = [ {rule} ]")[0], passed, metric, failing)


# Composites.

COMPOSITES: list[Line] = [
    ('(ColumnValues "popularity" > 0) or (ColumnValues "popularity" = NULL)', FAIL, 0.2, [2, 6]),
    ('(ColumnValues "popularity" >= -5) or (ColumnValues "popularity" = NULL)', PASS, 0.2, []),
    ('(IsComplete "id") and (IsUnique "id")', FAIL, 0.9, [6, 7, 8]),
    ('(IsComplete "id") or (IsUnique "id")', PASS, 0.9, []),
    ('(ColumnValues "explicit" = "true") or (ColumnValues "explicit" != "true")', PASS, 0.6, []),
    ('(ColumnValues "explicit" = "true") and (ColumnValues "explicit" != "true")', FAIL, 0.6, but(10)),
    ('(RowCount > 5) and (IsComplete "name")', FAIL, 10, None),
    ('(RowCount > 50) or (IsComplete "duration_ms")', FAIL, 10, None),
    ('(RowCount > 5) or (IsComplete "name")', PASS, 10, None),
    ('(RowCount > 5) and (ColumnCount = 11)', PASS, 10, None),
    ('RowCount > 5 and ColumnCount = 12', FAIL, 10, None),
    ('RowCount > 100 and RowCount > 200 or RowCount = 10', PASS, 10, None),
    ('RowCount = 10 or RowCount > 100 and RowCount > 200', PASS, 10, None),
    ('(RowCount = 10 or RowCount > 100) and RowCount > 200', FAIL, 10, None),
    ('(Completeness "name" > 0.5) and (ColumnValues "popularity" > -6)', FAIL, 0.9, None),
    ('(Completeness "name" > 0.5) or (ColumnValues "popularity" > -6)', PASS, 0.9, None),
    ('(Uniqueness "id" > 0.5) and (IsComplete "name" where "explicit is null")', PASS, 7 / 9, None),
    ('(ReferentialIntegrity "artist" "artists.artist_id" > 0.5) and (ColumnLength "artist" >= 0)', PASS, 0.7, None),
    ('(ColumnValues "popularity" > 5 with threshold > 0.1) and (ColumnLength "name" > 0)', FAIL, 0.6, [2, 4, 5, 6, 7, 10]),
    ('(ColumnValues "name" = "beta") or ((ColumnValues "popularity" >= 0) and (ColumnLength "name" > 3))', FAIL, 0.1, [4, 5, 6, 7, 8, 10]),
    ('((RowCount > 5) and (ColumnCount = 11)) or (IsComplete "name")', PASS, 10, None),
    ('((RowCount > 50) and (ColumnCount = 11)) or ((IsComplete "name") and (IsUnique "name"))', FAIL, 10, None),
    ('(IsUnique "name") and (UniqueValueRatio "popularity" > 0.1)', FAIL, 1, [1, 3, 4, 9]),
    ('(IsPrimaryKey "id") or (ColumnDataType "released" = "Date")', FAIL, 7 / 9, [6, 8]),
    ('(DataFreshness "updated" < 1 days) or (ColumnValues "day" >= "2016-01-01") or (ColumnValues "id" = "t2")', FAIL, 0.5, [5, 9]),
    ('(CustomSql "select id from primary where popularity >= 10") or (ColumnValues "name" = NULL)', FAIL, 0.7, [2, 5, 10]),
    ('(CustomSql "select count(*) from primary" = 10) and (ColumnValues "popularity" <= 100)', FAIL, 10, None),
    ('(ColumnValues "popularity" > 0 where "explicit") and (IsComplete "name")', FAIL, 0.75, [4, 5]),
    ('(ColumnValues "popularity" > 0 where "explicit") or (IsComplete "day" where "explicit")', PASS, 0.75, []),
    ('(ColumnValues "popularity" > 10 where "explicit") and (IsComplete "day" where "popularity > 20")', FAIL, 0.25, [1, 3, 5, 9]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "passed", "metric", "failing"), COMPOSITES, ids=[line[0] for line in COMPOSITES]
)
def test_composites(
    rule: str,
    passed: bool,
    metric: float | EllipsisType | None,
    failing: list[int] | None,
    engine: DuckDBEngine,
) -> None:
    world = World(TRACKS, REFERENCES, WHERES, QUERIES)
    agree(Judge(engine, world).agreed(f"Rules = [ {rule} ]")[0], passed, metric, failing)


# Earlier runs.

PAST: dict[str, Sequence[float]] = {
    "Dataset.*.RowCount": [8, 9, 10],
    "Column.name.Completeness": [0.9],
    "Column.popularity.Minimum": [-5, -10],
    "Column.popularity.Maximum": [50, 100],
    "Column.popularity.ColumnValues.Compliance": [10, 30],
    "Column.popularity.Mean": [28.75, 1, 2, 3, 100],
    "Column.name.MinimumLength": [3, 4],
    "Column.name.MaximumLength": [12, 8],
    "Dataset.*.CustomSQL": [7, 20],
    "Column.id.Uniqueness": [0.5, 0.75],
}
DYNAMIC: list[Line] = [
    ('RowCount > avg(last(3))', PASS, 10, None),
    ('RowCount = max(last(3))', PASS, 10, None),
    ('RowCount = max(last(2))', FAIL, 10, None),
    ('RowCount > min(last(100))', PASS, 10, None),
    ('RowCount = sum(last(2)) - 7', PASS, 10, None),
    ('RowCount between 0.9 * avg(last(10)) and 1.2 * avg(last(10))', PASS, 10, None),
    ('RowCount > last(1)', PASS, 10, None),
    ('RowCount = index(last(3), 2)', PASS, 10, None),
    ('RowCount = index(last(3), 0) + 2', PASS, 10, None),
    ('RowCount = median(last(3)) + 1', PASS, 10, None),
    ('RowCount = median(last(2)) + 1.5', PASS, 10, None),
    ('RowCount = percentile(last(3), 1)', PASS, 10, None),
    ('RowCount = percentile(last(3), 0.25) + 1.5', PASS, 10, None),
    ('RowCount > 10 - std(last(3))', PASS, 10, None),
    ('RowCount = 10 + std(last(1))', PASS, 10, None),
    ('RowCount = abs(min(last(3)) - 18)', PASS, 10, None),
    ('RowCount in [avg(last(2)), max(last(3))]', PASS, 10, None),
    ('RowCount not in [avg(last(2)), max(last(3))]', FAIL, 10, None),
    ('Completeness "name" >= last(1)', PASS, 0.9, [4]),
    ('Completeness "name" >= last(5)', PASS, 0.9, [4]),
    ('Uniqueness "id" between min(last(2)) and max(last(2))', FAIL, 7 / 9, [6, 7]),
    ('Mean "popularity" = index(last(5), 0)', PASS, 28.75, None),
    ('Mean "popularity" > percentile(last(5), 0.5)', PASS, 28.75, None),
    ('ColumnValues "popularity" >= min(last(2))', FAIL, 0.8, [5, 10]),
    ('ColumnValues "popularity" >= max(last(2)) with threshold > 0.7', PASS, 0.8, [5, 10]),
    ('ColumnValues "popularity" <= max(last(2))', FAIL, 0.8, [5, 10]),
    ('ColumnValues "popularity" < min(last(2))', FAIL, 0.6, [5, 7, 8, 10]),
    ('ColumnValues "popularity" in [min(last(2)), max(last(2))]', FAIL, 0.4, [2, 5, 6, 7, 8, 10]),
    ('ColumnLength "name" >= last(1)', FAIL, 0.8, [4, 7]),
    ('ColumnLength "name" <= last(1)', PASS, 1, []),
    ('CustomSql "select count(*) from primary" between min(last(2)) and max(last(2))', PASS, 10, None),
    # Nothing of these was measured before.
    ('ColumnCount > last(1)', PASS, 11, None),
    ('Mean "tempo" between 0.9 * avg(last(10)) and 1.1 * avg(last(10))', PASS, 177.48125, None),
    ('Completeness "id" > max(last(3))', PASS, 0.9, [8]),
    ('ColumnValues "tempo" < max(last(3))', PASS, ..., []),
    ('ColumnLength "note" > last(1)', PASS, ..., []),
    ('DistinctValuesCount "id" = last(1) + 1', PASS, 8, None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "passed", "metric", "failing"), DYNAMIC, ids=[line[0] for line in DYNAMIC])
def test_earlier_runs(
    rule: str,
    passed: bool,
    metric: float | EllipsisType | None,
    failing: list[int] | None,
    engine: DuckDBEngine,
) -> None:
    world = World(TRACKS, REFERENCES, WHERES, QUERIES, PAST)
    (found,) = Judge(engine, world).agreed(f"Rules = [ {rule} ]")
    agree(found, passed, metric, failing)


@pytest.mark.parametrize("rule", [line[0] for line in DYNAMIC])
def test_without_earlier_runs_nothing_is_compared(rule: str, engine: DuckDBEngine) -> None:
    (found,) = Judge(engine, World(TRACKS, REFERENCES, WHERES, QUERIES)).agreed(f"Rules = [ {rule} ]")
    assert found.passed
    assert "no earlier run" in found.verdict.reason


def test_a_list_of_several_is_no_number(engine: DuckDBEngine) -> None:
    with pytest.raises(DefinitionError, match=r"line 1, column \d+.*list"):
        Judge(engine, World(TRACKS, history=PAST)).agreed("Rules = [ RowCount > last(3) ]")


# Variables and labels.


def test_variables_stand_for_their_values(engine: DuckDBEngine) -> None:
    text = """
        wanted = ["Alpha", "beta"]
        column = "name"
        plain = ["plain", "Plain"]
        Rules = [
            ColumnValues "name" in $wanted,
            IsComplete $column,
            ColumnValues "note" not in $plain,
            ColumnValues $column not in $wanted
        ]
    """
    found = Judge(engine, World(TRACKS)).agreed(text)
    assert [(one.passed, sorted(one.failing or ())) for one in found] == [
        (False, but(10, 1, 2)),
        (False, [4]),
        (False, [5, 8]),
        (False, [1, 2]),
    ]


def test_labels_travel_with_the_verdict(engine: DuckDBEngine) -> None:
    text = """
        DefaultLabels = ["team" = "music", "level" = "low"]
        Rules = [
            RowCount > 0,
            RowCount > 1 labels = ["level" = "high"],
            (RowCount > 2 and RowCount > 3) labels = ["x" = "y"]
        ]
    """
    found = Judge(engine, World(TRACKS)).agreed(text)
    assert [dict(one.verdict.labels) for one in found] == [
        {"team": "music", "level": "low"},
        {"team": "music", "level": "high"},
        {"team": "music", "level": "low", "x": "y"},
    ]


# Files.


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """in/a.csv (10 bytes, today), in/deep/b.csv (3 KB, two days old), in/c.csv (as a.csv), new.csv, copy/*."""
    contents = {
        "in/a.csv": (b"0123456789", "2024-03-15T10:00:00+00:00"),
        "in/deep/b.csv": (b"x" * 3072, "2024-03-13T09:00:00+00:00"),
        "in/c.csv": (b"0123456789", "2024-03-15T10:30:00+00:00"),
        "new.csv": (b"", "2024-03-15T10:30:45+00:00"),
        "copy/1": (b"0123456789", "2024-01-01T00:00:00+00:00"),
        "copy/2": (b"x" * 3072, "2024-01-01T00:00:00+00:00"),
    }
    for name, (data, changed) in contents.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        stamp = NOW.fromisoformat(changed).timestamp()
        os.utime(path, (stamp, stamp))
    (tmp_path / "hollow").mkdir()
    return tmp_path


_A = hashlib.sha256(b"0123456789").hexdigest()
_B = hashlib.sha256(b"x" * 3072).hexdigest()
_MD5 = hashlib.md5(b"0123456789", usedforsecurity=False).hexdigest()
_SHA1 = hashlib.sha1(b"0123456789", usedforsecurity=False).hexdigest()

FILES: list[tuple[str, bool, float | EllipsisType | None]] = [
    ('FileSize "in" > 9 B', PASS, 1),
    ('FileSize "in" > 10 B', FAIL, 1 / 3),
    ('FileSize "in" > 10', FAIL, 1 / 3),
    ('FileSize "in" >= 10', PASS, 1),
    ('FileSize "in" < 3 KB', FAIL, 2 / 3),
    ('FileSize "in" <= 3 KB', PASS, 1),
    ('FileSize "in" between 9 B and 3 KB', FAIL, 2 / 3),
    ('FileSize "in" not between 11 B and 1 MB', FAIL, 2 / 3),
    ('FileSize "in" in [10 B, 3 KB]', PASS, 1),
    ('FileSize "in" not in [10 B]', FAIL, 1 / 3),
    ('FileSize "in" != 1 TB', PASS, 1),
    ('FileSize "in/deep/b.csv" = 3 KB', PASS, 1),
    ('FileSize "in" > 1 KB with threshold > 0.3', PASS, 1 / 3),
    ('FileSize "new.csv" = 0 B', PASS, 1),
    ('FileSize "gone" > 0 B', FAIL, None),
    ("FileSize < 1 KB", FAIL, 0.5),
    ('FileFreshness "in" > "2024-03-13"', FAIL, 2 / 3),
    ('FileFreshness "in" >= "2024-03-13"', PASS, 1),
    ('FileFreshness "in" = "2024-03-15" with threshold > 0.5', PASS, 2 / 3),
    ('FileFreshness "in" > (now() - 1 days)', FAIL, 2 / 3),
    ('FileFreshness "in" > (now() - 3 days)', PASS, 1),
    ('FileFreshness "in" between (now() - 31 minutes) and now()', FAIL, 1 / 3),
    ('FileFreshness "in" <= now()', PASS, 1),
    ('FileFreshness "new.csv" <= now()', FAIL, 0),
    ('FileFreshness "in" >= "10:00"', FAIL, 2 / 3),
    ('FileFreshness "in" > "6:00 AM" with timeZone = "America/New_York"', FAIL, 1 / 3),
    ('FileFreshness "gone" > "2024-01-01"', FAIL, None),
    ("FileFreshness > (now() - 1 days)", FAIL, 0.5),
    ('FileUniqueness "in" = 1.0', FAIL, 1 / 3),
    ('FileUniqueness "in" > 0.3', PASS, 1 / 3),
    ('FileUniqueness "copy" = 1', PASS, 1),
    ("FileUniqueness = 1", PASS, 1),
    ('FileUniqueness "gone" >= 0', FAIL, None),
    (f'FileMatch "in" in ["{_A}", "{_B}"]', PASS, 3),
    (f'FileMatch "in" in ["{_A}"]', FAIL, 3),
    (f'FileMatch "in/a.csv" = "{_A}"', PASS, 1),
    (f'FileMatch "in/a.csv" != "{_A}"', FAIL, 1),
    (f'FileMatch "in" not in ["{_SHA1}"]', PASS, 3),
    (f'FileMatch "in/a.csv" in ["{_MD5}"] with hashAlgorithm = "MD5"', PASS, 1),
    (f'FileMatch "in/a.csv" in ["{_SHA1}"] with hashAlgorithm = "SHA-1"', PASS, 1),
    (f'FileMatch "in/a.csv" in ["{_MD5}"]', FAIL, 1),
    (f'FileMatch in ["{_A}", "{_B}"]', PASS, 2),
    (f'FileMatch "gone" in ["{_A}"]', FAIL, None),
    ('FileMatch "in" "copy"', PASS, ...),
    ('FileMatch "in/a.csv" "copy/1"', PASS, 1),
    ('FileMatch "in/a.csv" "copy"', FAIL, ...),
    ('FileMatch "in" "hollow"', FAIL, ...),
]


@pytest.mark.parametrize(("rule", "passed", "metric"), FILES, ids=[line[0][:70] for line in FILES])
def test_files(
    rule: str, passed: bool, metric: float | EllipsisType | None, engine: DuckDBEngine, base: Path
) -> None:
    world = World(PAIRS, base=base, files=(base / "in/a.csv", base / "in/deep/b.csv"))
    agree(Judge(engine, world).agreed(f"Rules = [ {rule} ]")[0], passed, metric, None)


# Many rules.


def test_more_rules_than_a_word_has_bits(engine: DuckDBEngine) -> None:
    rules = [f'ColumnValues "id" != {n % 6 + 1}' if n % 3 else "RowCount > 0" for n in range(200)]
    found = Judge(engine, World(BATCHES)).agreed("Rules = [ " + ",\n".join(rules) + " ]")
    assert [one.failing for one in found] == [frozenset({n % 6 + 1}) if n % 3 else None for n in range(200)]


def test_the_same_rule_twice_is_judged_twice(engine: DuckDBEngine) -> None:
    text = 'Rules = [ IsUnique "id", IsUnique "id", ColumnValues "id" > 3, ColumnValues "id" > 3 ]'
    found = Judge(engine, World(BATCHES)).agreed(text)
    assert [one.passed for one in found] == [True, True, False, False]


@pytest.mark.parametrize("table", ["empty", "nulls", "one", "tracks"])
def test_all_rules_of_a_ruleset_at_once(table: str, engine: DuckDBEngine) -> None:
    rules = [line[0] for line in (*SQL, *COMPOSITES) if "popularity) from primary" not in line[0]]
    text = "Rules = [\n" + ",\n".join(rules) + "\n]"
    Judge(engine, World(TABLES[table], REFERENCES, WHERES, _over_any_table())).agreed(text)


def _over_any_table() -> dict[str, Query]:
    def joined(world: World, hit: bool) -> list[Row]:
        known = {row["artist_id"] for row in world.references["artists"].rows} - {None}
        return _one(sum((row["artist"] in known) == hit for row in world.table.rows))

    def most(world: World) -> list[Row]:
        artists = [row["artist"] for row in world.table.rows]
        return _one(max((artists.count(artist) for artist in artists), default=None))

    def average(world: World) -> list[Row]:
        found = [float(str(r["popularity"])) for r in world.table.rows if r["artist"] == "a1"]
        return _one(sum(found) / len(found) if found else None)

    return QUERIES | {
        "select count(*) from primary join artists on artist = artist_id": lambda w: joined(w, True),
        "select count(*) from primary p left anti join artists a on p.artist = a.artist_id": lambda w: joined(
            w, False
        ),
        "with x as (select artist, count(*) n from primary group by artist) select max(n) from x": most,
        "select popularity, name from primary where id = 't3'": lambda w: [
            {"popularity": r["popularity"]} for r in w.table.rows if r["id"] == "t3"
        ],
        "select avg(popularity) from primary where `artist` = 'a1'": average,
    }
