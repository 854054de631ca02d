# ruff: noqa: E501 - a query stands on one line
"""Metadata tables of a real lake: partitions, tables of others, and what they say after a change."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.manifest import ManifestContent, write_manifest_list
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DateType, DecimalType, IntegerType, NestedField, StringType, UUIDType
from tests.query.conftest import FakeSource
from tests.query.statements.house import House

from wavehouse.core.data_catalog import CatalogTable
from wavehouse.core.errors import OutsideError, QueryError
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.head import read_metadata, table_head
from wavehouse.query.answer import answer
from wavehouse.query.price import Pricing
from wavehouse.query.service.reuse import reuse_key
from wavehouse.query.translate import translate
from wavehouse.store.object_store import LocalFiles
from wavehouse.wiring.parts import external_tables

NAME = TableName("s", "days")
DAYS = Schema(
    NestedField(1, "day", DateType()),
    NestedField(2, "n", IntegerType()),
    NestedField(3, "price", DecimalType(38, 4)),
    NestedField(4, "o'word", StringType()),
)
BIG = Decimal("-1234567890123456789012345678901234.5678")


class Days:
    """s.days, partitioned by its day: a file of one day, one of another and one of none, twice."""

    def __init__(self, folder: Path, engine: DuckDBEngine) -> None:
        self._catalog = SqlCatalog("t", uri=f"sqlite:///{folder}/c.db", warehouse=str(folder / "data"))
        self._catalog.create_namespace("s")
        spec = PartitionSpec(PartitionField(1, 1000, IdentityTransform(), "day"))
        self.table: Table = self._catalog.create_table("s.days", schema=DAYS, partition_spec=spec)
        self._engine = engine
        for first in (1, 10):
            self.append(
                [
                    (date(2020, 2, 29), first, BIG, 'it\'s "$x"\\ \n'),
                    (date(1969, 12, 31), None, None, None),
                    (None, first + 1, Decimal("0.0001"), "é"),
                ]
            )

    def append(self, rows: list[tuple[Any, ...]]) -> None:
        """Add rows to the table."""
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        data = pa.Table.from_arrays(columns, names=DAYS.column_names)
        self.table.append(data.cast(self.table.schema().as_arrow()))

    @property
    def source(self) -> FakeSource:
        """The table as it is."""
        location = self.table.metadata_location
        return FakeSource({NAME: table_head(NAME, location, read_metadata(LocalFiles(), location))})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return answer(sql, self.source, self._engine).rows

    def close(self) -> None:
        """Give back the catalog's connections."""
        self._catalog.engine.dispose()


@pytest.fixture
def days(tmp_path: Path, house: House) -> Any:
    """A partitioned table that somebody else has written."""
    made = Days(tmp_path, house.engine)
    yield made
    made.close()


def test_a_row_per_partition_with_the_bounds_of_its_files(days: Days) -> None:
    found = days.rows(
        'SELECT partition.day, record_count, file_count, data.n, data.price.min, data."o\'word".max '
        'FROM s."days$partitions" ORDER BY 1'
    )
    counted = {"min": 1, "max": 10, "null_count": 0, "nan_count": None}
    none = {"min": None, "max": None, "null_count": 2, "nan_count": None}
    assert found == [
        (date(1969, 12, 31), 2, 2, none, None, None),
        (date(2020, 2, 29), 2, 2, counted, BIG, 'it\'s "$x"\\ \n'),
        (None, 2, 2, {**counted, "min": 2, "max": 11}, Decimal("0.0001"), "é"),
    ]


def test_the_key_is_no_column_of_data(days: Days) -> None:
    columns = translate('SELECT * FROM s."days$partitions"', days.source, days._engine).columns
    assert [column.name for column in columns] == [
        "partition", "record_count", "file_count", "total_size", "data",
    ]  # fmt: skip
    assert columns[0].type == 'row("day" date)'
    assert "price" in columns[-1].type
    assert '"day"' not in columns[-1].type


def test_manifests_tell_the_range_of_partitions(days: Days) -> None:
    partition = {
        "contains_null": True, "contains_nan": False,
        "lower_bound": "1969-12-31", "upper_bound": "2020-02-29",
    }  # fmt: skip
    assert days.rows('SELECT partitions, added_rows_count FROM s."days$manifests"') == [([partition], 3)] * 2
    days.append([(None, 1, None, "x")])
    nothing = {**partition, "lower_bound": "null", "upper_bound": "null"}
    assert days.rows('SELECT partitions FROM s."days$manifests" WHERE added_rows_count = 1') == [([nothing],)]


def test_bounds_of_files_are_exact(days: Days) -> None:
    assert days.rows('SELECT DISTINCT lower_bounds[3], upper_bounds[4] FROM s."days$files" WHERE element_at(lower_bounds, 1) = \'2020-02-29\'') == [
        (str(BIG), "it's \"$x\"\\ \n")
    ]  # fmt: skip


def test_after_a_rename_a_drop_and_a_wider_type(days: Days) -> None:
    with days.table.update_schema(allow_incompatible_changes=True) as update:
        update.rename_column("n", "number")
        update.delete_column("price")
    found = days.rows('SELECT data.number.max FROM s."days$partitions" WHERE partition.day IS NULL')
    assert found == [(11,)]
    assert days.rows('SELECT DISTINCT cardinality(lower_bounds) FROM s."days$files" WHERE element_at(lower_bounds, 2) = \'1\'') == [(3,)]  # fmt: skip


def test_they_are_found_by_their_partition_with_the_rows(days: Days) -> None:
    assert days.rows(
        'SELECT f.record_count, count(*) FROM s.days d JOIN s."days$files" f ON d."$path" = f.file_path '
        "WHERE d.day = DATE '2020-02-29' GROUP BY f.file_path, f.record_count"
    ) == [(1, 1), (1, 1)]


def test_a_manifest_that_is_gone_or_damaged_is_said(days: Days) -> None:
    ((path,), *_) = days.rows('SELECT path FROM s."days$manifests"')
    Path(path).write_bytes(b"Obj\x01 and no more")
    with pytest.raises(OutsideError, match="the table's metadata cannot be read") as error:
        days.rows('SELECT * FROM s."days$files"')
    assert error.value.where == path
    Path(path).unlink()
    with pytest.raises(OutsideError) as error:
        days.rows('SELECT * FROM s."days$partitions"')
    assert path in str(error.value)
    # The metadata file alone is enough for these.
    assert days.rows('SELECT count(*) FROM s."days$snapshots"') == [(2,)]


def test_statements_are_seen_at_once(house: House) -> None:
    house.run("INSERT INTO music.songs VALUES (5, 'Epsilon', 1)")
    house.run("DELETE FROM music.songs WHERE id = 1")
    assert house.rows('SELECT count(*) FROM music."songs$snapshots"') == [(3,)]
    assert house.rows('SELECT sum(record_count) FROM music."songs$files"') == [(4,)]
    assert house.rows('SELECT record_count FROM music."songs$partitions"') == [(4,)]
    current = (
        'SELECT s.operation FROM music."songs$snapshots" s JOIN music."songs$refs" r USING (snapshot_id) '
        "WHERE r.name = 'main'"
    )
    assert house.rows(current) == [("overwrite",)]


def test_a_snapshot_of_the_list_can_be_travelled_to(house: House) -> None:
    house.run("DELETE FROM music.songs WHERE id > 1")
    (first,) = house.column('SELECT snapshot_id FROM music."songs$history" ORDER BY made_current_at LIMIT 1')
    assert house.rows(f"SELECT count(*) FROM music.songs FOR VERSION AS OF {first}") == [(4,)]


def test_a_view_of_them_is_as_they_are_now(house: House) -> None:
    house.run(
        'CREATE VIEW music.sizes AS SELECT file_path, file_size_in_bytes, column_sizes FROM "music"."songs$files"'
    )
    before = house.rows("SELECT count(*) FROM music.sizes")
    house.run("INSERT INTO music.songs VALUES (5, 'Epsilon', 1)")
    assert (before, house.rows("SELECT count(*) FROM music.sizes")) == ([(1,)], [(2,)])
    assert house.rows("SELECT DISTINCT column_sizes[1] > 0 FROM music.sizes") == [(True,)]


def test_their_rows_can_be_kept_in_a_table(house: House) -> None:
    house.run(
        "CREATE TABLE music.log WITH (table_type = 'ICEBERG', is_external = false) AS "
        'SELECT committed_at, snapshot_id, operation FROM music."songs$snapshots"'
    )
    assert house.rows("SELECT operation FROM music.log WHERE committed_at < now()") == [("append",)]


def test_a_table_of_somebody_else_tells_of_itself_too(house: House, days: Days) -> None:
    head = days.source.heads[NAME]
    catalog: Any = external_tables(house.layout)
    place = days.table.metadata_location.removeprefix("file://")
    catalog.put(CatalogTable(TableName("raw", "days"), "iceberg", place, (), ()), [])
    assert head.snapshot_id is not None
    assert house.rows('SELECT count(*) FROM raw."days$files"') == [(6,)]
    assert house.rows('SELECT snapshot_id FROM raw."days$refs"') == [(head.snapshot_id,)]


@pytest.mark.parametrize("kind", ["files", "history", "manifests", "partitions", "refs", "snapshots"])
def test_a_table_that_nobody_has_written_to_has_none(house: House, kind: str) -> None:
    house.run(
        "CREATE TABLE music.new (a int, d date) PARTITIONED BY (d) TBLPROPERTIES ('table_type'='ICEBERG')"
    )
    assert house.rows(f'SELECT count(*) FROM music."new${kind}"') in ([(0,)], [(1,)])


@pytest.mark.parametrize(
    ("sql", "what", "remedy"),
    [
        ('SELECT * FROM raw."plays$files"', "raw.plays is no Iceberg table: it has no metadata tables", ""),
        ('SELECT * FROM raw."plays$partitions"', "raw.plays is no Iceberg table", ""),
        ('SELECT * FROM music."v$files"', "music.v is no Iceberg table", ""),
        ('SELECT * FROM music."songs$metadata_log_entries"', "is not covered yet", "There are $files, $history"),
        ('SELECT * FROM music."song$files"', "no table 'music.song'", "Did you mean 'music.songs'?"),
        ('SELECT * FROM "songs$files"', "no table 'songs'", "Write database.table"),
        ('SELECT "$path" FROM music."songs$files"', "no column '$path'", ""),
        ('DESCRIBE music."songs$files"', "songs$files", ""),
        ('INSERT INTO music."songs$files" VALUES (1)', "songs$files", ""),
        ('DELETE FROM music."songs$files"', "songs$files", ""),
    ],
)  # fmt: skip
def test_what_is_no_metadata_table_is_said(house: House, sql: str, what: str, remedy: str) -> None:
    house.run("CREATE VIEW music.v AS SELECT 1 AS x")
    with pytest.raises(QueryError) as refusal:
        house.rows(sql)
    assert what in refusal.value.what
    assert remedy in refusal.value.remedy


def test_they_cost_no_bytes(house: House) -> None:
    told = answer(
        'SELECT * FROM music."songs$files"', house.context().tables, house.engine, pricing=Pricing()
    )
    assert told.scanned_bytes == 0
    assert told.price is not None
    assert (told.price.bytes, told.price.scans) == (0, ())


def test_an_answer_is_not_given_again_after_a_change(house: House) -> None:
    sql = 'SELECT count(*) FROM music."songs$snapshots"'

    def key() -> str:
        return reuse_key(sql, "", translate(sql, house.context().tables, house.engine))

    before = key()
    assert before == key() != ""
    house.run("INSERT INTO music.songs VALUES (5, 'Epsilon', 1)")
    assert key() != before


def test_the_sql_that_is_run_reads_no_files_of_metadata(house: House) -> None:
    """The process that runs queries may call no function that does."""
    for kind in ("files", "manifests", "partitions", "snapshots"):
        sql = translate(f'SELECT * FROM music."songs${kind}"', house.context().tables, house.engine).sql
        assert "iceberg_" not in sql
        assert "read_avro" not in sql


def test_files_of_deleted_rows_are_refused_where_they_would_count(days: Days) -> None:
    _mark_as_deletes(days.table)
    with pytest.raises(
        QueryError, match=r"\$files of a table with files of deleted rows is not covered yet"
    ) as refusal:
        days.rows('SELECT count(*) FROM s."days$files"')
    assert refusal.value.where == "line 1, column 24"
    # They are no data, and manifests like any other.
    assert days.rows('SELECT sum(record_count) FROM s."days$partitions"') == [(3,)]
    assert days.rows('SELECT count(*) FROM s."days$manifests"') == [(2,)]


def _mark_as_deletes(table: Table) -> None:
    """Say of the first manifest of the current snapshot that its files are of deleted rows."""
    snapshot = table.current_snapshot()
    assert snapshot is not None
    first, *others = snapshot.manifests(table.io)
    first._data[3] = ManifestContent.DELETES
    output = table.io.new_output(snapshot.manifest_list)
    Path(snapshot.manifest_list.removeprefix("file://")).unlink()
    how = (2, output, snapshot.snapshot_id, None, snapshot.sequence_number, "deflate")
    with write_manifest_list(*how) as writer:  # type: ignore[arg-type]
        writer.add_manifests([first, *others])


def test_times_that_no_calendar_here_has_are_refused_by_name(days: Days) -> None:
    days.append([(None, 2**31 - 1, None, None)])
    path = Path(days.table.metadata_location.removeprefix("file://"))
    metadata = json.loads(path.read_text())
    for schema in metadata["schemas"]:
        schema["fields"][1]["type"] = "date"
    path.write_text(json.dumps(metadata))
    for kind in ("files", "partitions"):
        with pytest.raises(QueryError, match="years 1 to 9999 is not covered yet"):
            days.rows(f'SELECT * FROM s."days${kind}"')


def test_a_bound_that_is_none_is_said(days: Days) -> None:
    path = Path(days.table.metadata_location.removeprefix("file://"))
    metadata = json.loads(path.read_text())
    for schema in metadata["schemas"]:
        schema["fields"][3]["type"] = "double"
    path.write_text(json.dumps(metadata))
    with pytest.raises(OutsideError, match="a manifest of the table says what cannot be"):
        days.rows('SELECT * FROM s."days$files"')


def test_texts_come_back_as_they_are(days: Days) -> None:
    odd = "\x00 \x07 \x7f 🎵"
    days.append([(None, 77, None, odd)])
    assert days.rows(
        "SELECT lower_bounds[4] FROM s.\"days$files\" WHERE element_at(lower_bounds, 2) = '77'"
    ) == [(odd,)]


def test_a_type_that_no_table_here_has_is_refused_by_name(days: Days) -> None:
    with days.table.update_schema() as update:
        update.add_column("id", UUIDType())
    with pytest.raises(QueryError, match="column 'id' is of the type uuid is not covered yet"):
        days.rows('SELECT record_count FROM s."days$partitions"')
    assert days.rows('SELECT count(*) FROM s."days$files"') == [(6,)]
