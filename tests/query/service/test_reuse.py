"""When two queries have the same answer: never where something may have changed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from tests.query.conftest import FakeSource

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CsvReading
from wavehouse.core.table_head import ExternalFile, ExternalScan, TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.lake import Use
from wavehouse.query.service.reuse import reuse_key, table_versions
from wavehouse.query.translate import Translation, translate
from wavehouse.query.typed import Version

_SQL = "SELECT count(*) FROM staging.charts"


def _key(sql: str, tables: FakeSource, engine: DuckDBEngine, *, database: str = "") -> str:
    return reuse_key(sql, database, translate(sql, tables, engine))


def test_the_same_query_has_the_same_key(tables: FakeSource, engine: DuckDBEngine) -> None:
    assert _key(_SQL, tables, engine) == _key(_SQL, tables, engine) != ""
    others = {
        _key(_SQL, tables, engine),
        _key(f"{_SQL} ", tables, engine),
        _key(_SQL, tables, engine, database="spotify"),
        _key("SELECT count(*) FROM staging.charts FOR VERSION AS OF 1", tables, engine),
    }
    assert len(others) == 4


def test_what_changes_by_itself_has_none() -> None:
    empty = Translation("", (), ())
    for sql in ("SELECT rand()", "SELECT now()", "SELECT CURRENT_DATE", "SELECT uuid()", "SELECT shuffle(a)"):
        assert reuse_key(sql, "", empty) == ""
    assert reuse_key("SELECT 1", "", empty)
    # (What stands in a view is not in the text of the query.)
    assert reuse_key("SELECT 1", "", replace(empty, views=frozenset({TableName("a", "v")}))) == ""


def _external(*files: ExternalFile) -> Translation:
    version = Version(TableName("a", "b"), "/a/b")
    scan = ExternalScan("csv", (Column("x", "string"),), (), files)
    head = TableHead(version.table, scan.columns, version.metadata, 0, 0, 0, None)
    return Translation("", (), (Use(version, head, scan.columns, (), scan),))


def test_a_file_that_is_written_anew_is_another_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1\n")
    translation = _external(ExternalFile(str(path), 2))
    first = reuse_key("SELECT 1", "", translation)
    os.utime(path, ns=(1, 1))
    second = reuse_key("SELECT 1", "", translation)
    path.write_text("12\n")
    os.utime(path, ns=(1, 1))
    third = reuse_key("SELECT 1", "", translation)
    assert len({first, second, third, ""}) == 4
    path.unlink()
    assert reuse_key("SELECT 1", "", translation) == ""
    assert reuse_key("SELECT 1", "", _external(ExternalFile("s3://b/x", 2))) == ""


def _read_as(csv: CsvReading, path: Path, *, type_: str = "string", partition: str = "1") -> FakeSource:
    """A table of one file, of which the columns and the key are read like that."""
    name, columns = TableName("a", "b"), (Column("x", "string"), Column("y", type_))
    keys = (Column("k", "int"),)
    file = ExternalFile(str(path), path.stat().st_size, (partition,))
    scan = ExternalScan("csv", columns, keys, [file], csv)
    head = TableHead(name, (*columns, *keys), "/a/b", 0, 1, 0, None, ("k",), scan=lambda _: scan)
    return FakeSource({name: head})


def test_files_that_are_read_in_another_way_are_another_answer(tmp_path: Path, engine: DuckDBEngine) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,2\n3,4\n")
    plain = CsvReading()
    ways = [
        _read_as(plain, path),
        _read_as(replace(plain, header=False), path),
        _read_as(replace(plain, delimiter=";"), path),
        _read_as(replace(plain, quote="'"), path),
        _read_as(plain, path, type_="int"),
        _read_as(plain, path, partition="2"),
    ]
    sql = "SELECT count(*) FROM a.b WHERE y IS NOT NULL AND k < 3"
    keys = [_key(sql, way, engine) for way in ways]
    assert "" not in keys
    assert len({*keys}) == len(ways)
    assert keys[0] == _key(sql, _read_as(plain, path), engine)


def test_the_versions_of_tables_are_told() -> None:
    name = TableName("a", "b")
    told = table_versions([Version(name, "m1"), Version(name, "m1", 7), Version(TableName("c", "d"), "m2")])
    assert told == {"a.b": "m1, m1@7", "c.d": "m2"}
