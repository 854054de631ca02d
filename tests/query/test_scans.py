"""`scanned_bytes`: the column chunks that were read, in the row groups that the engine did not prune."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import IntegerType, NestedField, StringType

from wavehouse.core.errors import QueryError
from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.table_head import TableHead, TableHistory, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import read_metadata, table_head, table_history
from wavehouse.lake.metadata_tables import metadata_table
from wavehouse.query.answer import answer
from wavehouse.store.object_store import LocalFiles

SCHEMA = Schema(
    NestedField(1, "track_id", StringType()),
    NestedField(2, "release_decade", IntegerType()),
    NestedField(3, "popularity", IntegerType()),
)
DECADES = (1970, 1980, 1990, 2000, 2010, 2020)
ROWS, ROW_GROUPS = 20_000, 4
FIRST, SECOND = TableName("spotify", "tracks"), TableName("staging", "tracks")


def _published(name: TableName, location: str) -> TableHead:
    return table_head(name, location, read_metadata(LocalFiles(), location))


class Decades:
    """spotify.tracks by release_decade, in one file of several row groups each; popularity rises in a file.

    staging.tracks has the same rows in one file, by popularity. Both were published twice, the first time
    with 1970 alone.
    """

    def __init__(self, folder: Path) -> None:
        self._catalog = SqlCatalog("test", uri=f"sqlite:///{folder}/catalog.db", warehouse=str(folder))
        spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "release_decade"))
        self._heads = {
            FIRST: self._made(FIRST, spec),
            SECOND: self._made(SECOND, PartitionSpec()),
        }

    def _made(self, name: TableName, spec: PartitionSpec) -> TableHead:
        self._catalog.create_namespace(name.database)
        table = self._catalog.create_table(
            (name.database, name.table),
            schema=SCHEMA,
            partition_spec=spec,
            properties={"write.parquet.row-group-limit": str(ROWS // ROW_GROUPS)},
        )
        for decades in (DECADES[:1], DECADES[1:]):
            rows = [(f"{n:08x}-{d}", d, n) for d in decades for n in range(ROWS)]
            if not spec.fields:
                rows.sort(key=lambda row: row[2])
            columns = [pa.array(list(column)) for column in zip(*rows, strict=True)]
            table.append(pa.Table.from_arrays(columns, names=SCHEMA.column_names).cast(SCHEMA.as_arrow()))
        return _published(name, table.metadata_location)

    def names(self) -> list[TableName]:
        """All tables."""
        return sorted(self._heads)

    def head(self, name: TableName) -> TableHead | None:
        """One of them."""
        return self._heads.get(name)

    def history(self, head: TableHead) -> TableHistory:
        """Its two snapshots."""
        return table_history(read_metadata(LocalFiles(), head.metadata))

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable:
        """What the metadata of `head` tells."""
        return metadata_table(LocalFiles(), read_metadata(LocalFiles(), head.metadata), kind)

    def close(self) -> None:
        """Give back the catalog's connections."""
        self._catalog.engine.dispose()


@pytest.fixture(scope="module")
def decades(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decades]:
    """Two tables with pruning."""
    made = Decades(tmp_path_factory.mktemp("decades"))
    yield made
    made.close()


Scanned = Callable[[str], int]


@pytest.fixture(scope="module")
def scanned(decades: Decades, engine: Engine) -> Scanned:
    """What a query scans."""
    return lambda sql: answer(sql, decades, engine).scanned_bytes


@pytest.fixture(scope="module")
def chunks(decades: Decades, engine: Engine) -> Callable[..., int]:
    """The bytes of a column of a table, from the footers of its files: all of it, or where `where` is."""

    def sizes(name: TableName, column: str, where: str = "true") -> int:
        head = decades.head(name)
        assert head is not None
        files = [file.location for file in engine.iceberg_files(head.metadata)]
        found = engine.rows(
            f"SELECT sum(total_compressed_size) FROM parquet_metadata({files}) "
            f"WHERE path_in_schema = '{column}' AND {where}"
        )
        return int(found[0][0])

    return sizes


def test_only_the_columns_of_the_query_count(scanned: Scanned, chunks: Callable[..., int]) -> None:
    names = SCHEMA.column_names
    each = {name: chunks(FIRST, name) for name in names}
    for name in names:
        assert scanned(f"select {name} from spotify.tracks") == each[name] > 0
    assert scanned("select * from spotify.tracks") == sum(each.values())
    assert scanned("select sum(popularity) from spotify.tracks") == each["popularity"]
    assert scanned("select count(*) from spotify.tracks where track_id <> 'x' and popularity % 7 = 1") == (
        each["track_id"] + each["popularity"]
    )


def test_a_file_pruned_by_its_partition_does_not_count(scanned: Scanned, chunks: Callable[..., int]) -> None:
    where = "contains(file_name, 'release_decade=1990')"
    one = chunks(FIRST, "track_id", where) + chunks(FIRST, "release_decade", where)
    assert scanned("select track_id from spotify.tracks where release_decade = 1990") == one
    assert one < 0.2 * scanned("select track_id from spotify.tracks")
    for condition in ("in (1990, 2000)", "between 1985 and 2005", "> 1980 and release_decade < 2010"):
        two = scanned(f"select track_id from spotify.tracks where release_decade {condition}")
        assert one < two < 2.2 * one
    assert scanned("select track_id from spotify.tracks where release_decade = 1985") == 0
    whole = chunks(FIRST, "track_id") + chunks(FIRST, "release_decade")
    assert scanned("select track_id from spotify.tracks where release_decade % 1990 = 0") == whole


def test_it_does_not_matter_where_the_condition_stands(scanned: Scanned) -> None:
    one = scanned("select track_id from spotify.tracks where release_decade = 1990")
    for sql in (
        "with t as (select * from spotify.tracks) select track_id from t where release_decade = 1990",
        "select track_id from (select * from spotify.tracks) where release_decade = 1990",
        "select a.track_id from spotify.tracks a join (values 1990) d(x) on a.release_decade = 1990",
    ):
        assert scanned(sql) == one


def test_a_row_group_pruned_by_its_statistics_does_not_count(
    scanned: Scanned, chunks: Callable[..., int]
) -> None:
    last = f"row_group_id = {ROW_GROUPS - 1}"
    in_all = chunks(FIRST, "track_id", last) + chunks(FIRST, "popularity", last)
    assert scanned(f"select track_id from spotify.tracks where popularity >= {ROWS - 10}") == in_all
    assert scanned(f"select track_id from spotify.tracks where popularity >= {ROWS}") == 0
    whole = scanned("select track_id, popularity from staging.tracks")
    few = scanned("select track_id from staging.tracks where popularity < 10")
    assert 0 < few < 0.2 * whole


def test_time_travel_counts_the_files_of_its_version(decades: Decades, scanned: Scanned) -> None:
    head = decades.head(FIRST)
    assert head is not None
    (_, first), (_, now) = decades.history(head).current
    only = scanned("select track_id from spotify.tracks where release_decade = 1970")
    old = scanned(f"select track_id from spotify.tracks for version as of {first}")
    assert 0.9 * only < old <= only
    assert old < 0.2 * scanned(f"select track_id from spotify.tracks for version as of {now}")
    # Files that two versions share count once, whatever each of them reads there.
    both = (
        f"select (select max(track_id) from spotify.tracks for version as of {first}), "
        f"(select max(track_id) from spotify.tracks for version as of {now})"
    )
    assert scanned(both) == scanned("select track_id from spotify.tracks")
    other = both.replace("max(track_id)", "max(popularity)", 1)
    assert scanned(other) == scanned("select track_id from spotify.tracks") + scanned(
        f"select popularity from spotify.tracks for version as of {first}"
    )


def test_the_tables_of_a_join_add_up(scanned: Scanned, chunks: Callable[..., int]) -> None:
    joined = (
        "select sum(a.popularity) from spotify.tracks a left join staging.tracks b on b.track_id = a.track_id"
    )
    read = chunks(FIRST, "popularity") + chunks(FIRST, "track_id") + chunks(SECOND, "track_id")
    assert scanned(joined) == read
    assert scanned(joined + " where a.release_decade = 1990") < read
    # A column of one is not one of the other, even where both have it.
    crossed = "select a.popularity from spotify.tracks a cross join (select count(*) from staging.tracks) b"
    assert scanned(crossed) == chunks(FIRST, "popularity")


def test_a_table_that_stands_twice_counts_once(scanned: Scanned) -> None:
    sql = "select popularity from spotify.tracks union all select popularity from spotify.tracks"
    assert scanned(sql) == scanned("select popularity from spotify.tracks")


def test_what_reads_no_column_scans_nothing(scanned: Scanned) -> None:
    for sql in (
        "select 1",
        "values 1, 2",
        "select count(*) from spotify.tracks",
        "select count(*) from spotify.tracks, staging.tracks limit 0",
        "select * from spotify.tracks limit 0",
        "select * from spotify.tracks where false",
    ):
        assert scanned(sql) == 0


def test_a_limit_never_adds_anything(scanned: Scanned) -> None:
    assert (
        0
        < scanned("select track_id from spotify.tracks limit 5")
        <= scanned("select track_id from spotify.tracks")
    )


def test_a_query_that_stops_leaves_nothing_behind(decades: Decades, scanned: Scanned, engine: Engine) -> None:
    few = "select track_id from spotify.tracks where release_decade = 1990"
    expected = scanned(few)
    with pytest.raises(QueryError):
        answer("select cast(track_id as integer) from spotify.tracks", decades, engine)
    # The engine's log would grow with everything that is done afterwards.
    assert engine.rows("SELECT current_setting('enable_logging')") == [(False,)]
    assert scanned(few) == expected


def test_arrays_and_tables_without_rows(tables: TableSource, engine: Engine, tmp_path: Path) -> None:
    def bytes_of(sql: str) -> int:
        return answer(sql, tables, engine).scanned_bytes

    head = tables.head(TableName("spotify", "tracks"))
    assert head is not None
    (file,) = engine.iceberg_files(head.metadata)
    whole = engine.rows(f"select sum(total_compressed_size) from parquet_metadata('{file.location}')")
    assert [(bytes_of("select * from spotify.tracks"),)] == whole
    genres = bytes_of("select genres from spotify.tracks")
    assert genres > 0
    assert bytes_of("select key, genres from spotify.tracks") == genres + bytes_of(
        "select key from spotify.tracks"
    )
    assert bytes_of("select * from staging.empty") == 0
    # Also in an engine that has answered nothing before.
    fresh = DuckDBEngine(memory=500_000_000, scratch=tmp_path)
    assert answer("select genres from spotify.tracks", tables, fresh).scanned_bytes == genres
    fresh.close()
