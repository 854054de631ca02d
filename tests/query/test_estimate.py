"""The bytes that Athena would scan: never less than what must be read, and little where statistics tell."""
# ruff: noqa: E501 - a query stands on one line

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DateType, DecimalType, DoubleType, IntegerType, LongType, NestedField, StringType
from tests.query.conftest import FakeSource

from wavehouse.core.columns import Column
from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_head import ExternalFile, ExternalScan, TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import read_metadata, table_head
from wavehouse.query.answer import answer
from wavehouse.query.estimate import TableScan, estimate, footers_for
from wavehouse.query.sandbox.watching import watching
from wavehouse.query.scans import scanned_bytes
from wavehouse.query.translate import translate
from wavehouse.store.object_store import LocalFiles

SCHEMA = Schema(
    NestedField(1, "decade", IntegerType()),
    NestedField(2, "n", IntegerType()),
    NestedField(3, "big", LongType()),
    NestedField(4, "x", DoubleType()),
    NestedField(5, "name", StringType()),
    NestedField(6, "day", DateType()),
    NestedField(7, "price", DecimalType(10, 2)),
)
DECADES, ROWS, ROW_GROUPS = (1980, 1990, 2000, 2010, 2020, None), 2_000, 4
SONGS, PLAYS, LINES = (TableName("s", name) for name in ("songs", "plays", "lines"))


def _row(decade: int | None, at: int) -> dict[str, Any]:
    group = at * ROW_GROUPS // ROWS
    return {
        "decade": decade,
        "n": at,
        # The second row group has no value, the third some.
        "big": None if group == 1 or (group == 2 and at % 3) else at * 10**10,
        "x": float("nan") if at % 500 == 7 else at / 4,
        "name": None if at % 9 == 0 else f"{'aeiou'[group]}-{at}",
        "day": date(2000, 1, 1) + timedelta(days=at),
        "price": Decimal(at) / 100,
    }


@dataclass(frozen=True)
class Songs:
    """s.songs by decade, each in a file of four row groups in which all columns rise; s.plays the same
    unpartitioned. s.lines is an external table of JSON by year."""

    tables: FakeSource
    engine: DuckDBEngine

    def scans(self, sql: str) -> list[TableScan]:
        """What Athena would scan, by place."""
        translation = translate(sql, self.tables, self.engine)
        return estimate(translation, footers_for(translation, self.engine), self.engine)

    def bytes(self, sql: str) -> int:
        """The same in all."""
        return sum(scan.bytes for scan in self.scans(sql))

    def scanned(self, sql: str) -> int:
        """What the engine scans."""
        translation = translate(sql, self.tables, self.engine)
        _, row_groups = watching(lambda: self.engine.rows(translation.sql), self.engine)
        footers = footers_for(translation, self.engine)
        return scanned_bytes(translation, row_groups, footers, self.engine)

    def must(self, table: str, where: str) -> int:
        """The bytes of what no reader can leave out: the row groups with a row that is wanted."""
        translation = translate(f"select n from {table} where {where}", self.tables, self.engine)
        ((columns, head),) = ((use.columns, use.head) for use in translation.uses)
        files = [file.location for file in self.engine.iceberg_files(head.metadata)]
        group = f"n * {ROW_GROUPS} // {ROWS}"
        # (The row groups of a file are told by n, and its file by decade.)
        wanted = translate(
            f"select distinct decade, n from {table} where {where}", self.tables, self.engine
        ).sql
        listed = self.engine.rows(f"SELECT DISTINCT decade, {group} FROM ({wanted})")
        return sum(self._chunks(files, columns, decade, number) for decade, number in listed)

    def _chunks(self, files: list[str], columns: frozenset[str], decade: int | None, number: int) -> int:
        names = ", ".join(f"'{column}'" for column in columns)
        folder = f"decade={'null' if decade is None else decade}/"
        (file,) = (one for one in files if folder in one)
        found = self.engine.rows(
            f"SELECT sum(total_compressed_size) FROM parquet_metadata('{file}') "
            f"WHERE path_in_schema IN ({names}) AND row_group_id = {number}"
        )
        return int(found[0][0])


def _made(catalog: SqlCatalog, name: TableName, spec: PartitionSpec) -> TableHead:
    limit = {"write.parquet.row-group-limit": str(ROWS // ROW_GROUPS)}
    table = catalog.create_table((name.database, name.table), SCHEMA, partition_spec=spec, properties=limit)
    rows = [_row(decade, at) for decade in DECADES for at in range(ROWS)]
    table.append(pa.Table.from_pylist(rows, schema=SCHEMA.as_arrow()))
    return table_head(name, table.metadata_location, read_metadata(LocalFiles(), table.metadata_location))


def _lines(folder: Path) -> TableHead:
    columns, keys = (Column("n", "int"),), (Column("year", "int"),)
    files = []
    for year, size in (("1990", 100), ("2000", 2000), ("2010", 30000), (None, 7)):
        path = folder / f"{year}.json"
        path.write_text('{"n": 1}'.ljust(size))
        files.append(ExternalFile(str(path), size, (year,)))

    def scan(wanted: Callable[[tuple[str | None, ...]], bool]) -> ExternalScan:
        return ExternalScan("json", columns, keys, [one for one in files if wanted(one.partition)])

    return TableHead(LINES, (*columns, *keys), str(folder), 0, 4, 0, None, ("year",), scan=scan)


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory, engine: DuckDBEngine) -> Iterator[Songs]:
    folder = tmp_path_factory.mktemp("songs")
    catalog = SqlCatalog("t", uri=f"sqlite:///{folder}/catalog.db", warehouse=str(folder))
    catalog.create_namespace("s")
    spec = PartitionSpec(PartitionField(1, 1000, IdentityTransform(), "decade"))
    heads = {SONGS: _made(catalog, SONGS, spec), PLAYS: _made(catalog, PLAYS, PartitionSpec())}
    yield Songs(FakeSource({**heads, LINES: _lines(folder)}), engine)
    catalog.engine.dispose()


# -- never less than what must be read --

_SURE = {
    "n": st.integers(-5, ROWS + 5).map(str),
    "big": st.integers(-5, ROWS + 5).map(lambda n: str(n * 10**10)),
    "x": st.integers(-5, ROWS // 4 + 5).map(lambda n: f"{n}.5e0"),
    "name": st.builds(lambda c, n: f"'{c}-{n}'", st.sampled_from("aeiouz"), st.integers(0, ROWS)),
    "day": st.integers(0, ROWS + 5).map(lambda n: f"date '{date(2000, 1, 1) + timedelta(days=n)}'"),
    "price": st.integers(0, ROWS).map(lambda n: f"{n // 100}.{n % 100:02}"),
    "decade": st.integers(1978, 2022).map(str),
}
_COLUMN = st.sampled_from(sorted(_SURE))


def _compared(operators: list[str]) -> st.SearchStrategy[str]:
    return _COLUMN.flatmap(
        lambda name: st.builds(
            lambda operator, value: f"{name} {operator} {value}", st.sampled_from(operators), _SURE[name]
        )
    )


_BETWEEN = _COLUMN.flatmap(
    lambda name: st.builds(lambda a, b: f"{name} between {a} and {b}", _SURE[name], _SURE[name])
)
_IN = _COLUMN.flatmap(
    lambda name: st.lists(_SURE[name], min_size=1, max_size=4).map(
        lambda all_: f"{name} in ({', '.join(all_)})"
    )
)
_LEAF = _compared(["=", "<", "<=", ">", ">="]) | _BETWEEN | _IN
# What no statistics tell of stands among it.
_ANY_LEAF = st.one_of(
    _LEAF,
    _compared(["<>"]),
    _COLUMN.map(lambda name: f"{name} is null"),
    _COLUMN.map(lambda name: f"{name} is not null"),
    st.sampled_from(["n % 7 = 3", "length(name) > 5", "coalesce(big, 0) = 0", "x + 1 > 400"]),
)
_ANYTHING = st.recursive(
    _ANY_LEAF,
    lambda inner: st.one_of(
        st.builds(lambda a, b: f"({a} and {b})", inner, inner),
        st.builds(lambda a, b: f"({a} or {b})", inner, inner),
        inner.map(lambda a: f"(not {a})"),
    ),
    max_leaves=4,
)


@settings(max_examples=40)
@given(where=_ANYTHING)
def test_what_has_a_wanted_row_is_scanned(songs: Songs, where: str) -> None:
    assert songs.bytes(f"select n from s.songs where {where}") >= songs.must("s.songs", where)


@settings(max_examples=40)
@given(conditions=st.lists(_LEAF, min_size=1, max_size=3))
def test_no_less_than_the_engine_scans(songs: Songs, conditions: list[str]) -> None:
    """Of what both conclude something from; from IS NULL and NOT the engine concludes less than Athena."""
    where = " and ".join(conditions)
    for table in ("s.songs", "s.plays"):
        sql = f"select n, name from {table} where {where}"
        assert songs.bytes(sql) >= songs.scanned(sql)


SHAPES = [
    "select n from s.songs where decade = 1990 and n < 100",
    "select n from (select * from s.songs where n > 5) q where decade = 1990",
    "with t as (select n, name, decade as d from s.songs) select n from t where d = 1990 and name > 'u'",
    "with t as (select * from s.songs), u as (select * from t where n < 100) select n from u where decade = 1990",
    "select a.n from s.songs a join s.plays b on a.n = b.n where a.decade = 1990 and b.n < 10 and b.decade = 2000",
    "select a.n from s.songs a left join s.plays b on a.n = b.n and a.decade = b.decade where b.n is null",
    "select a.n from s.songs a left join s.plays b on a.n = b.n and a.decade = b.decade where b.n = 3",
    "select a.n from s.songs a left join (select * from s.plays where n < 9) b on a.n = b.n where b.day is null",
    "select n from s.songs join s.plays using (n) where n < 100",
    "select n from s.songs full join s.plays using (n) where n is null or n < 3",
    "select decade, count(*) from s.songs where n < 100 group by decade having count(*) > 1",
    "select n from (select n, count(*) as name from s.songs group by n) where name = 1",
    "select n from (select n, decade from s.songs order by n limit 9) where decade = 1990",
    "select n from (select distinct n, decade from s.songs) where decade = 1990",
    "select n from (select n, row_number() over (order by n) as decade from s.songs) where decade = 1990",
    "select n from (select n, 1990 as decade from s.songs) where decade = 1990",
    "select n from (select n, n as decade from s.songs) where decade < 5",
    "select q.n from (select p.* from s.plays p join s.songs on p.n = songs.n) q where q.decade = 1990",
    "select n from s.songs where exists (select 1 from s.plays p where p.n = songs.n and p.n < 5)",
    "select n from s.songs where n not in (select n from s.plays where n > 5 and n is not null)",
    "select n from s.songs t (a, n, c, d, e, f, g) where n < 5",
    "with s as (select n from s.songs where n < 10) select n from s where n > 5",
    "select n from s.songs where n > (select max(n) from s.plays where decade = 1990 and n < 10)",
    "select n from s.songs limit 3",
    "select n from s.songs where false",
    "select n from s.lines where year > 1990",
    "with t as (select * from s.lines) select n from t where year = 2000",
]


@pytest.mark.parametrize("sql", SHAPES)
def test_wherever_the_conditions_stand(songs: Songs, sql: str) -> None:
    assert songs.bytes(sql) >= songs.scanned(sql)


# -- and little where that is certain --


WHOLE = "select n, name, decade from s.songs"
FEW = [
    ("select n, name from s.songs where decade = 1990", 0.2),
    ("select n, name from s.songs where n < 100 and decade in (1990, 2000)", 0.1),
    ("select n, name, decade from s.songs where n > 1900", 0.3),
    ("select n, name from (select * from s.songs) where decade = 1990", 0.2),
    ("with t as (select * from s.songs) select n, name from t where decade = 1990", 0.2),
    ("with t as (select name as m, decade d, n from s.songs) select m from t where d = 1990 and n < 9", 0.06),
    ("select a.n, name from s.songs a left join s.lines b on b.n = a.n where decade = 1990", 0.2),
    ("select n, name from s.songs where decade is null", 0.2),
]


@pytest.mark.parametrize(("sql", "most"), FEW)
def test_little_is_scanned(songs: Songs, sql: str, most: float) -> None:
    parts = [scan.bytes for scan in songs.scans(sql) if scan.table == SONGS]
    assert 0 < sum(parts) <= most * songs.bytes(WHOLE)


def test_null_counts_count(songs: Songs) -> None:
    whole, part = "select big from s.songs", "select big from s.songs where big is {}null"
    # One row group of four has nothing but NULLs, one some of them.
    assert [scan.row_groups for scan in songs.scans(part.format("not "))] == [18]
    assert [scan.row_groups for scan in songs.scans(part.format(""))] == [12]
    assert 0 < songs.bytes(part.format("")) < songs.bytes(whole)


def test_nothing_is_concluded_of_a_row_of_nulls(songs: Songs) -> None:
    sql = "select a.n from s.songs a left join s.plays b on a.n = b.n where {}"
    whole = songs.bytes(sql.format("true"))
    assert songs.bytes(sql.format("b.n is null")) == whole
    assert songs.bytes(sql.format("not (b.n = 4 and b.n is not null)")) == whole
    assert songs.bytes(sql.format("b.n = 4")) < whole
    assert songs.bytes(sql.format("a.n = 4")) < whole


def test_only_the_columns_that_are_needed_count(songs: Songs) -> None:
    assert songs.bytes("select count(*) from s.songs") == 0
    assert songs.bytes("select 1") == 0
    one, two = songs.bytes("select n from s.songs"), songs.bytes("select name from s.songs")
    assert songs.bytes("select count(name) from s.songs where n % 2 = 1") == one + two
    (scan,) = songs.scans("select n from s.songs")
    assert (scan.columns, scan.files, scan.all_files, scan.row_groups) == (("n",), 6, 6, 24)


def test_each_place_counts_by_itself(songs: Songs) -> None:
    one = songs.bytes("select n from s.songs")
    twice = "select n from s.songs union all select n from s.songs"
    assert (songs.bytes(twice), songs.scanned(twice)) == (2 * one, one)
    with_ = "with t as (select n from s.songs) select a.n from t a join t b on a.n = b.n"
    assert songs.bytes(with_) == 2 * one
    (scan,) = songs.scans(with_)
    assert scan.times == 2
    assert songs.bytes("with t as (select n from s.songs) select 1") == 0
    nested = (
        "with a as (select n from s.songs), b as (select n from a), c as (select b.n, x.n m from b, a x) "
    )
    assert songs.bytes(nested + "select p.n, q.m from c p, c q") == 4 * one
    # A name that WITH takes inside of a subquery is another one.
    shadowed = "with t as (select n from s.songs) select * from (with t as (select 1 as n) select n from t)"
    assert songs.bytes(shadowed) == 0


def test_a_with_query_is_read_wherever_it_is_named(songs: Songs) -> None:
    """The engine reads it once and for all, and so more than Athena, which knows both conditions."""
    first, second = "select n from t where decade = 1990", "select n from t where n < 9"
    with_ = "with t as (select * from s.songs) "
    both = songs.bytes(f"{with_} {first} union all {second}")
    # (Its columns are those of both.)
    one, other = (songs.bytes(f"select n, decade from s.songs {sql[16:]}") for sql in (first, second))
    assert both == one + other < songs.bytes("select n, decade from s.songs")


def test_very_many_places_are_only_counted(songs: Songs) -> None:
    steps = ", ".join(
        f"t{at} as (select n from t{at - 1} union all select n from t{at - 1})" for at in range(1, 12)
    )
    sql = f"with t0 as (select n from s.songs where n < 3), {steps} select n from t11"
    assert songs.bytes(sql) == 2**11 * songs.bytes("select n from s.songs")


def test_of_texts_every_byte_of_a_partition_counts(songs: Songs) -> None:
    assert songs.bytes("select n from s.lines") == songs.bytes("select count(*) from s.lines") == 32107
    assert songs.bytes("select n from s.lines where year = 2000") == 2000
    assert (
        songs.bytes("with t as (select * from s.lines) select n from t where year between 1985 and 2005")
        == 2100
    )
    assert songs.bytes("select n from s.lines where year is null or year = 1990") == 107
    assert songs.bytes("select n from s.lines where n = 5") == 32107
    # The engine opens no other files than that.
    assert songs.scanned("with t as (select * from s.lines) select n from t where year = 2000") == 2000


def test_a_renamed_column_is_looked_for_everywhere(tmp_path: Path, engine: Engine) -> None:
    catalog = SqlCatalog("t", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=str(tmp_path))
    catalog.create_namespace("s")
    table = catalog.create_table(("s", "r"), pa.schema([("a", pa.int64()), ("b", pa.string())]))
    table.append(pa.table({"a": pa.array([1, 2, 3]), "b": ["x", "y", "z"]}))
    with table.update_schema() as update:
        update.rename_column("a", "old")
        update.rename_column("b", "a")
    name = TableName("s", "r")
    location = table.metadata_location
    head = table_head(name, location, read_metadata(LocalFiles(), location))
    catalog.engine.dispose()
    assert head.renamed == {"a", "b", "old"}
    source = FakeSource({name: head})

    def of(sql: str) -> int:
        translation = translate(sql, source, engine)
        return sum(one.bytes for one in estimate(translation, footers_for(translation, engine), engine))

    # By its name the statistics of `a` would be those of numbers.
    assert answer("select a from s.r where a = 'y'", source, engine).rows == [("y",)]
    (file,) = engine.iceberg_files(head.metadata)
    whole = engine.rows(f"select sum(total_compressed_size) from parquet_metadata('{file.location}')")
    assert [(of("select a from s.r where a = 'y'"),)] == whole
    assert head.identities == {}


def test_partitions_are_told_by_the_manifests(songs: Songs) -> None:
    head = songs.tables.head(SONGS)
    assert head is not None
    assert head.identities == {"decade": "decade"}
    found = songs.engine.iceberg_partitions(head.metadata, None, ["decade"])
    assert sorted(str(value) for (value,) in found.values()) == [*map(str, DECADES[:-1]), "None"]
    assert set(found) == {file.location for file in songs.engine.iceberg_files(head.metadata)}
    (scan,) = songs.scans("select n from s.songs where decade = 1990")
    assert (scan.files, scan.all_files) == (1, 6)


# Columns as files of other writers have them, the type that the table says, and a value that is found there.
_OTHERWISE: list[tuple[pa.Array, str, str]] = [
    (pa.array([Decimal("9.00"), Decimal("10.00")], pa.decimal128(4, 2)), "decimal(9,4)", "10"),
    (pa.array([Decimal("9.00"), Decimal("10.00")], pa.decimal128(4, 2)), "string", "'10.00'"),
    (pa.array([2**32 - 1, 1], pa.uint32()), "bigint", "4294967295"),
    (pa.array([2**64 - 1, 7], pa.uint64()), "bigint", "7"),
    (pa.array([1, -1], pa.int8()), "int", "-1"),
    (pa.array([-0.0]), "double", "0e0"),
    (pa.array([0.0]), "double", "-0e0"),
    (pa.array([float("nan"), 1.0]), "double", "1e0"),
    (pa.array([float("inf"), 1e22]), "double", "1e22"),
    (pa.array([0.1], pa.float32()), "double", "0.10000000149011612e0"),
    (pa.array([1577836800123456789], pa.timestamp("ns")), "timestamp", "timestamp '2020-01-01 00:00:00.123456'"),
    (pa.array([1577836800123], pa.timestamp("ms")), "timestamp", "timestamp '2020-01-01 00:00:00.123'"),
    (pa.array(["é" * 300, "z"]), "string", "'z'"),
    (pa.array([b"b", b"\xff"]), "string", "'b'"),
    (pa.array(["\\x41", "A"]), "string", "'A'"),
    (pa.array(["2020-01-01", "x"]), "date", "date '2020-01-01'"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "type_", "value"), _OTHERWISE)
def test_bounds_of_another_type_are_none(
    tmp_path: Path, engine: Engine, column: pa.Array, type_: str, value: str
) -> None:
    """What is found in a file counts, however its writer has told the least and the greatest value."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"v": column}), path, store_decimal_as_integer=True)
    columns = (Column("v", type_),)
    scan = ExternalScan("parquet", columns, (), [ExternalFile(str(path), path.stat().st_size, ())])
    head = TableHead(LINES, columns, str(tmp_path), 0, 1, 0, None, (), scan=lambda _: scan)
    source = FakeSource({LINES: head})
    sql = f"select v from s.lines where v = {value}"
    try:
        found = answer(sql, source, engine).rows
    except WavehouseError:
        found = []
    translation = translate(sql, source, engine)
    priced = estimate(translation, footers_for(translation, engine), engine)
    assert not found or sum(one.bytes for one in priced) > 0
    assert found or column.type not in (pa.decimal128(4, 2), pa.float64(), pa.int8())
