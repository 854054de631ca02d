"""When two queries have the same answer: never where something may have changed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from tests.query.conftest import FakeSource

from wavehouse.core.columns import Column
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


def test_the_versions_of_tables_are_told() -> None:
    name = TableName("a", "b")
    told = table_versions([Version(name, "m1"), Version(name, "m1", 7), Version(TableName("c", "d"), "m2")])
    assert told == {"a.b": "m1, m1@7", "c.d": "m2"}
