"""Files committed as tables: what DuckDB and PyIceberg read back, how tables change, what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError, OutsideError
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import FieldIds
from wavehouse.lake.commit import Committer
from wavehouse.lake.field_ids import SchemaPlan, plan_schema
from wavehouse.lake.head import LakeHead, snapshots
from wavehouse.lake.layout import LakeLayout

NAME = TableName("db", "t")
COLUMNS = (
    Column("id", "bigint"),
    Column("words", "array<string>"),
    Column("day", "date"),
    Column("decade", "int"),
    Column("price", "decimal(9,2)"),
    Column("numbers", "array<int>"),
)
ROW = (
    "SELECT {id}::BIGINT AS id, ['a', NULL] AS words, DATE '2001-02-03' AS day, {decade}::INTEGER AS decade, "
    "1.25::DECIMAL(9,2) AS price, [1, 2]::INTEGER[] AS numbers"
)


@dataclass
class Table:
    """One table of a lake in a directory, written by a real engine."""

    layout: LakeLayout
    engine: DuckDBEngine
    committer: Committer
    runs: int = field(default=0)

    def plan(self, columns: tuple[Column, ...] = COLUMNS) -> SchemaPlan:
        """How the table gets these columns."""
        return plan_schema(str(NAME), columns, LakeHead(self.layout).metadata(NAME))

    def publish(self, sql: str, plan: SchemaPlan, *, partition_by: str | None = None, **summary: str) -> int:
        """Make the rows of a query the table's contents."""
        self.runs += 1
        directory = self.layout.data(NAME, f"r{self.runs}")
        files = self.engine.write_parquet(sql, directory, field_ids=plan.ids, partition_by=partition_by)
        return self.committer.replace(NAME, plan, files, partition_by=partition_by, summary=summary)

    def by_duckdb(self, what: str = "*") -> list[tuple[Any, ...]]:
        """The rows as DuckDB's iceberg_scan reads them."""
        head = LakeHead(self.layout).head(NAME)
        assert head is not None
        return self.engine.rows(f"SELECT {what} FROM {self.engine.iceberg(head.metadata)} ORDER BY ALL")

    def by_pyiceberg(self) -> list[dict[str, Any]]:
        """The rows as PyIceberg reads them."""
        found: list[dict[str, Any]] = (
            self.committer._catalog.load_table((NAME.database, NAME.table)).scan().to_arrow().to_pylist()
        )
        return found


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """An empty lake."""
    layout = LakeLayout(tmp_path)
    engine = DuckDBEngine(memory=500_000_000, scratch=tmp_path / ".scratch")
    committer = Committer(layout)
    yield Table(layout, engine, committer)
    committer.close()
    engine.close()


def test_both_readers_see_the_rows(table: Table) -> None:
    table.publish(ROW.format(id=7, decade=2000), table.plan(), partition_by="decade")
    (row,) = table.by_pyiceberg()
    assert table.by_duckdb() == [tuple(row.values())]
    assert row["id"] == 7
    assert row["words"] == ["a", None]
    assert str(row["day"]) == "2001-02-03"
    assert row["numbers"] == [1, 2]


def test_a_replacement_is_one_snapshot_with_its_summary(table: Table) -> None:
    table.publish(ROW.format(id=1, decade=2000), table.plan(), partition_by="decade", run="a")
    second = table.publish(ROW.format(id=2, decade=1990), table.plan(), partition_by="decade", run="b")
    assert table.by_duckdb("id") == [(2,)]
    metadata = LakeHead(table.layout).metadata(NAME)
    assert metadata is not None
    found = snapshots(metadata)
    assert [one.summary["run"] for one in found] == ["a", "b"]
    assert [one.current for one in found] == [False, True]
    assert found[1].parent == found[0].id
    head = LakeHead(table.layout).head(NAME)
    assert head is not None
    assert (head.rows, head.files, head.snapshot_id, head.partition_by) == (1, 1, second, ("decade",))
    assert head.columns == COLUMNS


def test_a_null_partition_is_read_back_as_null(table: Table) -> None:
    sql = f"{ROW.format(id=1, decade='NULL')} UNION ALL {ROW.format(id=2, decade=1990)}"
    table.publish(sql, table.plan(), partition_by="decade")
    assert table.by_duckdb("id, decade") == [(1, None), (2, 1990)]
    assert {row["id"]: row["decade"] for row in table.by_pyiceberg()} == {1: None, 2: 1990}
    tasks = table.committer._catalog.load_table("db.t").scan(row_filter="decade is null").plan_files()
    assert [task.file.record_count for task in tasks] == [1]


def test_a_table_can_become_empty_and_full_again(table: Table) -> None:
    full, empty = ROW.format(id=1, decade=2000), f"{ROW.format(id=1, decade=2000)} WHERE false"
    table.publish(empty, table.plan(), partition_by="decade")
    assert not table.by_pyiceberg()
    assert not table.by_duckdb()
    table.publish(full, table.plan(), partition_by="decade")
    assert table.by_duckdb("id") == [(1,)]
    table.publish(empty, table.plan(), partition_by="decade")
    assert not table.by_pyiceberg()
    assert not table.by_duckdb()


def test_columns_come_go_and_widen_with_the_data_in_one_commit(table: Table) -> None:
    narrow = (Column("id", "int"), Column("old", "string"))
    table.publish("SELECT 1::INTEGER AS id, 'x' AS old", table.plan(narrow))
    wide = (Column("id", "bigint"), Column("tags", "array<string>"), Column("late", "double"))
    plan = table.plan(wide)
    assert plan.ids == FieldIds({"id": 1, "tags": 3, "late": 5}, {"tags": 4})
    table.publish("SELECT 2::BIGINT AS id, ['t'] AS tags, 0.5::DOUBLE AS late", plan)
    assert table.by_pyiceberg() == [{"id": 2, "tags": ["t"], "late": 0.5}]
    assert table.by_duckdb() == [(2, ["t"], 0.5)]
    metadata = LakeHead(table.layout).metadata(NAME)
    assert metadata is not None
    assert len(metadata["snapshots"]) == 2
    mapping = json.loads(metadata["properties"]["schema.name-mapping.default"])
    assert mapping == [
        {"field-id": 1, "names": ["id"]},
        {"field-id": 3, "names": ["tags"], "fields": [{"field-id": 4, "names": ["element"]}]},
        {"field-id": 5, "names": ["late"]},
    ]


def test_a_type_that_cannot_become_another_is_refused(table: Table) -> None:
    table.publish("SELECT 'x' AS a", table.plan((Column("a", "string"),)))
    with pytest.raises(DefinitionError, match=r"'a' of db\.t is string and would become int"):
        table.plan((Column("a", "int"),))


def test_wrong_field_ids_are_never_committed(table: Table) -> None:
    table.publish("SELECT 1::BIGINT AS a", table.plan((Column("a", "bigint"),)))
    good = table.plan((Column("a", "bigint"),))
    swapped = SchemaPlan(good.columns, FieldIds({"a": 9}), new=False)
    with pytest.raises(OutsideError, match="field ids"):
        table.publish("SELECT 2::BIGINT AS a", swapped)
    assert table.by_duckdb() == [(1,)]


def test_a_commit_in_between_is_noticed(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    from wavehouse.lake import commit

    columns = (Column("a", "bigint"),)
    table.publish("SELECT 1::BIGINT AS a", table.plan(columns))
    inner = vars(commit)["_parquet_files_to_data_files"]
    done: list[bool] = []

    def somebody_else_first(*args: Any) -> Any:
        if not done:
            done.append(True)
            other = Committer(table.layout)
            Table(table.layout, table.engine, other, runs=50).publish(
                "SELECT 5::BIGINT AS a", table.plan(columns)
            )
            other.close()
        return inner(*args)

    monkeypatch.setattr(commit, "_parquet_files_to_data_files", somebody_else_first)
    with pytest.raises(OutsideError, match="in the meantime"):
        table.publish("SELECT 2::BIGINT AS a", table.plan(columns))
    assert table.by_duckdb() == [(5,)]


def test_every_file_of_a_commit_is_synced(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = set()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.add(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    table.publish(ROW.format(id=1, decade=2000), table.plan(), partition_by="decade")
    written = {path for path in (table.layout.root / "warehouse").rglob("*") if path.is_file()}
    assert {path.suffix for path in written} == {".parquet", ".avro", ".json"}
    assert written <= synced
    assert {path.parent for path in written} <= synced
