"""SQL over external tables: what their files mean, and how many bytes are read."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from wavehouse.catalog.sql_tables import SqlTables
from wavehouse.catalog.sqlite_store import SqliteStore
from wavehouse.catalog.table_source import CatalogTables
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading, Partition
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.query.answer import Answer, answer
from wavehouse.store.object_store import LocalFiles

T = TableName("raw", "t")


@dataclass
class Shelf:
    """A lake without tables of its own, and a folder of files beside it."""

    folder: Path
    engine: DuckDBEngine

    def __post_init__(self) -> None:
        layout = LakeLayout(self.folder / "lake")
        layout.root.mkdir()
        self.external = SqlTables(SqliteStore(layout.catalog))
        self.source = CatalogTables(LakeHead(layout), self.external, LocalFiles())
        self.files = self.folder / "files"
        self.files.mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        """A file in the folder."""
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def parquet(self, name: str, columns: dict[str, Any], **options: Any) -> Path:
        """A Parquet file in the folder."""
        path = self.write(name, "")
        pq.write_table(pa.table(columns), path, **options)
        return path

    def put(self, format_: Any, columns: str, keys: str = "", **more: Any) -> None:
        """The folder as table raw.t; with keys, each folder `key=value/…` is a partition."""
        table = CatalogTable(T, format_, str(self.files), _columns(columns), _columns(keys), **more)
        folders = {path.parent for path in self.files.rglob("*") if path.is_file()} if keys else set()
        self.external.put(table, [self._partition(folder) for folder in folders])

    def _partition(self, folder: Path) -> Partition:
        values = [part.partition("=")[2] for part in folder.relative_to(self.files).parts]
        return Partition(tuple(None if v == "__HIVE_DEFAULT_PARTITION__" else v for v in values), str(folder))

    def ask(self, sql: str) -> Answer:
        """The answer to a query of Athena."""
        return answer(sql, self.source, self.engine)

    def rows(self, sql: str = "SELECT * FROM raw.t ORDER BY 1") -> list[tuple[Any, ...]]:
        """The rows of a query of Athena."""
        return self.ask(sql).rows


def _columns(text: str) -> tuple[CatalogColumn, ...]:
    return tuple(CatalogColumn(*one.split(":")) for one in text.split())


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Files that are no table yet."""
    engine = DuckDBEngine(memory=500_000_000, scratch=tmp_path / "scratch", threads=2)
    yield Shelf(tmp_path, engine)
    engine.close()


def test_parquet_is_read_by_name_and_what_a_file_lacks_is_null(shelf: Shelf) -> None:
    shelf.parquet("a.parquet", {"id": pa.array([1], pa.int32()), "name": ["x"]})
    shelf.parquet("b.parquet", {"NAME": ["y"], "id": pa.array([2], pa.int64()), "more": [True]})
    shelf.put("parquet", "id:bigint name:string born:date")
    assert shelf.rows() == [(1, "x", None), (2, "y", None)]
    assert shelf.rows("SELECT count(*), count(born) FROM raw.t WHERE id > 1") == [(1, 0)]


def test_csv_is_read_by_position_and_what_does_not_parse_is_null(shelf: Shelf) -> None:
    shelf.write(
        "a.csv", 'n,word,day\n1,"x, ""y""",2020-02-29\nmany,,2020-02-30\n3\n4,\\N,2021-01-01,too,much\n'
    )
    shelf.write("b.csv.gz", gzip.compress(b"day,n,word\n5,z,2021-01-01\n"))
    shelf.put("csv", "n:int word:string day:date", csv=CsvReading())
    assert shelf.rows("SELECT n, word, CAST(day AS varchar) FROM raw.t ORDER BY n, word") == [
        (1, 'x, "y"', "2020-02-29"),
        (3, None, None),
        (4, None, "2021-01-01"),
        (5, "z", "2021-01-01"),
        (None, "", None),
    ]


def test_line_breaks_in_quotes_in_a_file_that_several_threads_would_read(shelf: Shelf) -> None:
    lines = "".join(f'{n},"two\nlines",1\n' for n in range(900_000))
    shelf.write("a.csv", f"n,word,one\n{lines}99,short\n")
    shelf.put("csv", "n:int word:string one:int", csv=CsvReading())
    assert shelf.rows("SELECT count(*), count(n), max(word), count(one) FROM raw.t") == [
        (900_001, 900_001, "two\nlines", 900_000)
    ]


def test_csv_without_quotes_and_header(shelf: Shelf) -> None:
    shelf.write("a.txt", '1;"x"\n2;y\n')
    shelf.put("csv", "n:int word:string", csv=CsvReading(";", "", "", header=False))
    assert shelf.rows() == [(1, '"x"'), (2, "y")]


def test_json_lines(shelf: Shelf) -> None:
    shelf.write(
        "a.json",
        '{"n": 1, "b": true, "words": ["x", null], "t": {"a": 1}}\n{"n": "2", "more": 1}\n{"n": "two"}\n',
    )
    shelf.put("json", "n:int b:boolean words:array<string> t:string")
    assert shelf.rows() == [
        (1, True, ["x", None], '{"a":1}'),
        (2, None, None, None),
        (None, None, None, None),
    ]


def test_keys_of_json_that_differ_in_case(shelf: Shelf) -> None:
    shelf.write("a.json", '{"Id": 1, "Tags": ["x"]}\n{"ID": 2, "tags": ["y", "z"]}\n')
    shelf.write("b.json", '{"id": 3}\n{"no": 4}\n')
    shelf.put("json", "Id:int tags:array<string>")
    assert shelf.rows() == [(1, ["x"]), (2, ["y", "z"]), (3, None), (None, None)]


@pytest.mark.parametrize("format_", ["csv", "json", "parquet"])
def test_keys_are_typed_and_stand_last(shelf: Shelf, format_: str) -> None:
    for folder, n in (
        ("year=2020/land=de", 1),
        ("year=2021/land=O'x", 2),
        ("year=2021/land=__HIVE_DEFAULT_PARTITION__", 3),
    ):
        if format_ == "parquet":
            shelf.parquet(f"{folder}/a", {"n": pa.array([n], pa.int32())})
        else:
            shelf.write(f"{folder}/a", f"n\n{n}\n" if format_ == "csv" else f'{{"n": {n}}}\n')
    shelf.put(format_, "n:int", "year:int land:string")
    assert shelf.rows() == [(1, 2020, "de"), (2, 2021, "O'x"), (3, 2021, None)]
    assert shelf.rows("SELECT year + 1, max(land) FROM raw.t GROUP BY 1 ORDER BY 1") == [
        (2021, "de"),
        (2022, "O'x"),
    ]
    assert shelf.rows("SELECT n FROM raw.t WHERE land IS NULL") == [(3,)]


def test_files_are_those_that_are_there_now(shelf: Shelf) -> None:
    shelf.write("a.csv", "1\n")
    for name in ("_temporary/x.csv", ".hidden", "_SUCCESS", "deep/.x/b.csv"):
        shelf.write(name, "9\n")
    shelf.write("bad.csv", "8\n")
    shelf.write("empty.csv", "")
    shelf.put("csv", "n:int", csv=CsvReading(header=False), left_out=("bad.csv",))
    assert shelf.rows() == [(1,)]
    shelf.write("deep/er/b.csv", "2\n")
    assert shelf.rows() == [(1,), (2,)]
    for path in shelf.files.rglob("*.csv"):
        path.unlink()
    assert shelf.rows() == []


def test_only_registered_partitions_are_read(shelf: Shelf) -> None:
    shelf.write("year=2020/a.csv", "1\n")
    shelf.put("csv", "n:int", "year:int", csv=CsvReading(header=False))
    shelf.write("year=2021/a.csv", "2\n")
    assert shelf.rows() == [(1, 2020)]


def test_bytes_of_text_are_whole_files_and_of_parquet_the_columns_read(shelf: Shelf) -> None:
    size = shelf.write("a.csv", "1,x\n" * 1000).stat().st_size
    shelf.put("csv", "n:int word:string", csv=CsvReading(header=False))
    assert shelf.ask("SELECT max(n) FROM raw.t").scanned_bytes == size
    assert shelf.ask("SELECT count(*) FROM raw.t").scanned_bytes == size
    (shelf.files / "a.csv").unlink()
    path = shelf.parquet("a.parquet", {"N": list(range(1000)), "word": [f"w{n}" for n in range(1000)]})
    shelf.put("parquet", "n:bigint word:string")
    column = pq.ParquetFile(path).metadata.row_group(0).column(0).total_compressed_size
    assert shelf.ask("SELECT max(n) FROM raw.t").scanned_bytes == column
    assert shelf.ask("SELECT n FROM raw.t WHERE n > 5000").scanned_bytes == 0


PRUNED = [
    ("year = 2021", {2021}),
    ("2021 = t.year", {2021}),
    ("year >= 2021", {2021, 2022}),
    ("year > 2021 OR year < 2000", {2022}),
    ("year BETWEEN 2020 AND 2021 AND (n > 0 AND t.year <> 2020)", {2021}),
    ("year > 2021 OR n < 2000", {2020, 2021, 2022}),
    ("NOT (year <> 2021)", {2021}),
    ("year % 2 = 1", {2020, 2021, 2022}),
    ("year IN (2022, 1999)", {2022}),
    ("n = 2021", {2020, 2021, 2022}),
    ("year < -1", set()),
    ("2020.5 < year", {2021, 2022}),
]


@pytest.mark.parametrize(("where", "read"), PRUNED)
def test_partitions_that_where_rules_out_are_not_read(shelf: Shelf, where: str, read: set[int]) -> None:
    sizes = {
        year: len(shelf.write(f"year={year}/a.csv", "7\n" * year).read_bytes()) for year in (2020, 2021, 2022)
    }
    shelf.put("csv", "n:int", "year:int", csv=CsvReading(header=False))
    found = shelf.ask(f"SELECT count(*) FROM raw.t WHERE {where}")
    assert found.scanned_bytes == sum(sizes[year] for year in read)
    everything = shelf.ask(f"SELECT sum(CASE WHEN {where} THEN 1 ELSE 0 END) FROM raw.t")
    assert found.rows == everything.rows


def test_keys_of_other_types_are_pruned_too(shelf: Shelf) -> None:
    for day, land in (("2020-01-01", "de"), ("2020-01-02", "at")):
        shelf.write(f"day={day}/land={land}/a.csv", "1\n")
    shelf.put("csv", "n:int", "day:date land:string", csv=CsvReading(header=False))
    for where in ("day = DATE '2020-01-02'", "land = 'at'", "land < 'b'", "day > DATE '2020-01-01'"):
        found = shelf.ask(f"SELECT land FROM raw.t WHERE {where}")
        assert (found.rows, found.scanned_bytes) == ([("at",)], 2), where


def test_pruning_does_not_change_an_outer_join(shelf: Shelf) -> None:
    for year in (2020, 2021):
        shelf.write(f"year={year}/a.csv", f"{year}\n")
    shelf.put("csv", "n:int", "year:int", csv=CsvReading(header=False))
    sql = "SELECT v.x, t.year FROM (VALUES 2020, 2021) AS v(x) LEFT JOIN raw.t ON v.x = t.year"
    assert shelf.rows(f"{sql} AND t.year = 2021 ORDER BY 1") == [(2020, None), (2021, 2021)]
    assert shelf.rows(f"{sql} WHERE t.year = 2021") == [(2021, 2021)]
    renamed = "SELECT year FROM raw.t AS t(year, n) WHERE year = 2020"
    assert shelf.rows(renamed) == [(2020,)]


def test_time_travel_is_refused_in_words(shelf: Shelf) -> None:
    shelf.write("a.csv", "1\n")
    shelf.put("csv", "n:int", csv=CsvReading(header=False))
    with pytest.raises(QueryError, match=r"raw\.t is an external table.*Leave out FOR"):
        shelf.rows("SELECT * FROM raw.t FOR VERSION AS OF 1")


def test_an_iceberg_table_of_somebody_else(shelf: Shelf) -> None:
    theirs = SqlCatalog("theirs", uri=f"sqlite:///{shelf.folder}/theirs.db", warehouse=str(shelf.files))
    theirs.create_namespace("x")
    table = theirs.create_table("x.y", schema=pa.schema([("n", pa.int64())]))
    table.append(pa.table({"n": [1, 2]}))
    theirs.engine.dispose()
    metadata = table.metadata_location.removeprefix("file://")
    shelf.external.put(CatalogTable(T, "iceberg", metadata, (CatalogColumn("n", "bigint"),)))
    assert shelf.rows() == [(1,), (2,)]
    assert shelf.ask("SELECT max(n) FROM raw.t").scanned_bytes > 0
    snapshot = table.current_snapshot()
    assert snapshot is not None
    assert len(shelf.rows(f"SELECT * FROM raw.t FOR VERSION AS OF {snapshot.snapshot_id}")) == 2


def test_an_iceberg_table_of_somebody_else_that_nobody_has_written_to(shelf: Shelf) -> None:
    theirs = SqlCatalog("theirs", uri=f"sqlite:///{shelf.folder}/theirs.db", warehouse=str(shelf.files))
    theirs.create_namespace("x")
    table = theirs.create_table("x.y", schema=pa.schema([("n", pa.int64())]))
    theirs.engine.dispose()
    metadata = table.metadata_location.removeprefix("file://")
    shelf.external.put(CatalogTable(T, "iceberg", metadata, (CatalogColumn("n", "bigint"),)))
    assert shelf.rows("SELECT n, count(*) OVER () FROM raw.t") == []
    assert shelf.rows("SELECT count(n) FROM raw.t") == [(0,)]


def test_the_same_table_twice_with_other_partitions(shelf: Shelf) -> None:
    for year in (2020, 2021, 2022):
        shelf.write(f"year={year}/a.csv", "1\n")
    shelf.put("csv", "n:int", "year:int", csv=CsvReading(header=False))
    found = shelf.ask(
        "SELECT year FROM raw.t WHERE year = 2020 "
        "UNION ALL SELECT year FROM raw.t WHERE year < 2022 ORDER BY 1"
    )
    assert found.rows == [(2020,), (2020,), (2021,)]
    assert found.scanned_bytes == 4


def test_other_keys_than_the_files_say(shelf: Shelf) -> None:
    """A key stands for the folder, whatever column of that name the files have."""
    shelf.parquet("a/x.parquet", {"n": [1], "year": [1999]})
    table = CatalogTable(T, "parquet", str(shelf.files), _columns("n:bigint"), _columns("year:int"))
    shelf.external.put(table, [Partition(("2020",), str(shelf.files / "a"))])
    assert shelf.rows() == [(1, 2020)]
    shelf.external.put(replace(table, rows=1), remove=[("2020",)])
    assert shelf.rows() == []


@pytest.mark.parametrize("name", ["*", "a?", "[x]", "line\nbreak", "O'Hara", "{a,b}", "a\\b", "k=v%20"])
def test_names_of_files_mean_themselves(shelf: Shelf, name: str) -> None:
    for decoy in ("x", "ax", "a", "b"):
        shelf.write(f"{decoy}/1", "9\n")
    shelf.write(f"{name}/1", "1\n")
    table = CatalogTable(
        T, "csv", str(shelf.files), _columns("n:int"), _columns("k:string"), csv=CsvReading(header=False)
    )
    shelf.external.put(table, [Partition((name,), str(shelf.files / name))])
    assert shelf.rows() == [(1, name)]
    shelf.parquet(f"{name}/1", {"n": pa.array([1], pa.int32())})
    shelf.external.put(replace(table, format="parquet", csv=None))
    assert shelf.rows() == [(1, name)]
    assert shelf.ask("SELECT n FROM raw.t").scanned_bytes > 0
