"""Files committed as tables: what DuckDB and PyIceberg read back, how tables change, what is refused."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pq
from tests.lake.conftest import NAME, Lake

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError, OutsideError
from wavehouse.engines.engine import FieldIds
from wavehouse.lake.change import TableChange
from wavehouse.lake.commit import Committer
from wavehouse.lake.head import snapshots

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


def test_both_readers_see_the_rows(lake: Lake) -> None:
    lake.publish(ROW.format(id=7, decade=2000), lake.plan(COLUMNS), partition_by="decade")
    (row,) = lake.by_pyiceberg()
    assert lake.by_duckdb() == [tuple(row.values())]
    assert row["id"] == 7
    assert row["words"] == ["a", None]
    assert str(row["day"]) == "2001-02-03"
    assert row["numbers"] == [1, 2]


def test_a_replacement_is_one_snapshot_with_its_summary(lake: Lake) -> None:
    lake.publish(ROW.format(id=1, decade=2000), lake.plan(COLUMNS), partition_by="decade", run="a")
    second = lake.publish(ROW.format(id=2, decade=1990), lake.plan(COLUMNS), partition_by="decade", run="b")
    assert lake.by_duckdb("id") == [(2,)]
    metadata = lake.metadata()
    found = snapshots(metadata)
    assert [one.summary["run"] for one in found] == ["a", "b"]
    assert [one.current for one in found] == [False, True]
    assert found[1].parent == found[0].id
    head = lake.current()
    assert (head.rows, head.files, head.snapshot_id, head.partition_by) == (1, 1, second, ("decade",))
    assert head.columns == COLUMNS


@pytest.mark.parametrize("name", ["_file", "_POS", "_partition"])
def test_names_that_other_readers_have_for_their_own(lake: Lake, name: str) -> None:
    with pytest.raises(DefinitionError, match=f"'{name}', which other readers of Iceberg have for something"):
        lake.plan((Column("id", "int"), Column(name, "string")))
    lake.publish("SELECT 1::INTEGER AS id", lake.plan((Column("id", "int"),)))
    with pytest.raises(DefinitionError, match="Give it another name"):
        lake.plan((Column("id", "int"), Column(name, "string")))


def test_an_old_snapshot_keeps_a_column_that_went_where_files_have_no_ids(lake: Lake) -> None:
    """Their columns are found by the names that the table tells of, also by other readers."""
    columns = (Column("id", "int"), Column("went", "int"), Column("stays", "int"))

    def publish(run: str, *columns: Column) -> int:
        path = Path(lake.layout.data(NAME, run)) / "a.parquet"
        path.parent.mkdir(parents=True)
        values = {column.name: pa.array([at], pa.int32()) for at, column in enumerate(columns, start=1)}
        pq.write_table(pa.table(values), path)
        staged = lake.stage(TableChange(NAME, lake.plan(columns), [str(path)], None, 1), run)
        lake.committer.move_forward(NAME, run, new=staged.new)
        return staged.snapshot_id

    first = publish("one", *columns)
    publish("two", columns[0], columns[2])
    scan = lake.engine.iceberg(lake.current().metadata, first)
    assert lake.engine.rows(f"SELECT * FROM {scan}") == [(1, 2, 3)]
    table = lake.committer._catalog.load_table(("db", "t"))
    assert table.scan(snapshot_id=first).to_arrow().to_pylist() == [{"id": 1, "went": 2, "stays": 3}]


def test_files_go_whatever_is_thought_of_their_manifests(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyIceberg's judge of manifests is one for several threads, and mistakes one for another."""
    from pyiceberg.table.update.snapshot import _SnapshotProducer

    lake.publish(ROW.format(id=1, decade=2000), lake.plan(COLUMNS), partition_by="decade")
    monkeypatch.setattr(_SnapshotProducer, "_build_manifest_evaluator", lambda *_: lambda _: False)
    lake.publish(ROW.format(id=2, decade=1990), lake.plan(COLUMNS), partition_by="decade")
    assert lake.by_duckdb("id") == [(2,)]


def test_a_null_partition_is_read_back_as_null(lake: Lake) -> None:
    sql = f"{ROW.format(id=1, decade='NULL')} UNION ALL {ROW.format(id=2, decade=1990)}"
    lake.publish(sql, lake.plan(COLUMNS), partition_by="decade")
    assert lake.by_duckdb("id, decade") == [(1, None), (2, 1990)]
    assert {row["id"]: row["decade"] for row in lake.by_pyiceberg()} == {1: None, 2: 1990}
    tasks = lake.committer._catalog.load_table("db.t").scan(row_filter="decade is null").plan_files()
    assert [task.file.record_count for task in tasks] == [1]


def test_a_table_can_become_empty_and_full_again(lake: Lake) -> None:
    full, empty = ROW.format(id=1, decade=2000), f"{ROW.format(id=1, decade=2000)} WHERE false"
    lake.publish(empty, lake.plan(COLUMNS), partition_by="decade")
    assert not lake.by_pyiceberg()
    assert not lake.by_duckdb()
    lake.publish(full, lake.plan(COLUMNS), partition_by="decade")
    assert lake.by_duckdb("id") == [(1,)]
    lake.publish(empty, lake.plan(COLUMNS), partition_by="decade")
    assert not lake.by_pyiceberg()
    assert not lake.by_duckdb()


def test_columns_come_go_and_widen_with_the_data_in_one_commit(lake: Lake) -> None:
    narrow = (Column("id", "int"), Column("old", "string"))
    lake.publish("SELECT 1::INTEGER AS id, 'x' AS old", lake.plan(narrow))
    wide = (Column("id", "bigint"), Column("tags", "array<string>"), Column("late", "double"))
    plan = lake.plan(wide)
    assert plan.ids == FieldIds({"id": 1, "tags": 3, "late": 5}, {"tags": 4})
    lake.publish("SELECT 2::BIGINT AS id, ['t'] AS tags, 0.5::DOUBLE AS late", plan)
    assert lake.by_pyiceberg() == [{"id": 2, "tags": ["t"], "late": 0.5}]
    assert lake.by_duckdb() == [(2, ["t"], 0.5)]
    metadata = lake.metadata()
    assert len(metadata["snapshots"]) == 2
    mapping = json.loads(metadata["properties"]["schema.name-mapping.default"])
    assert mapping == [
        {"field-id": 1, "names": ["id"]},
        {"field-id": 3, "names": ["tags"], "fields": [{"field-id": 4, "names": ["element"]}]},
        {"field-id": 5, "names": ["late"]},
        # (For files without ids, of snapshots in which it was there.)
        {"field-id": 2, "names": ["old"]},
    ]


def test_a_type_that_cannot_become_another_is_refused(lake: Lake) -> None:
    lake.publish("SELECT 'x' AS a", lake.plan((Column("a", "string"),)))
    with pytest.raises(DefinitionError, match=r"'a' is string and would become int"):
        lake.plan((Column("a", "int"),))


def test_wrong_field_ids_are_never_committed(lake: Lake) -> None:
    lake.publish("SELECT 1::BIGINT AS a", lake.plan((Column("a", "bigint"),)))
    before = lake.metadata()
    wrong = replace(lake.plan((Column("a", "bigint"),)), ids=FieldIds({"a": 9}))
    with pytest.raises(OutsideError, match="field ids"):
        lake.publish("SELECT 2::BIGINT AS a", wrong)
    assert lake.metadata() == before
    assert lake.by_duckdb() == [(1,)]


def test_a_commit_in_between_is_noticed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    from wavehouse.lake import commit

    columns = (Column("a", "bigint"),)
    lake.publish("SELECT 1::BIGINT AS a", lake.plan(columns))
    inner = vars(commit)["_parquet_files_to_data_files"]
    done: list[bool] = []

    def somebody_else_first(*args: Any) -> Any:
        if not done:
            done.append(True)
            other = Committer(lake.layout)
            Lake(lake.layout, lake.engine, other, runs=50).publish(
                "SELECT 5::BIGINT AS a", lake.plan(columns)
            )
            other.close()
        return inner(*args)

    monkeypatch.setattr(commit, "_parquet_files_to_data_files", somebody_else_first)
    with pytest.raises(OutsideError, match="in the meantime"):
        lake.publish("SELECT 2::BIGINT AS a", lake.plan(columns))
    assert lake.by_duckdb() == [(5,)]


def test_every_file_of_a_commit_is_synced(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """(The data files are synced before: see `Publication`.)"""
    synced = set()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.add(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    for decade in (2000, 1990):
        lake.publish(ROW.format(id=1, decade=decade), lake.plan(COLUMNS), partition_by="decade")
    written = {path for path in Path(lake.layout.warehouse).rglob("metadata/*") if path.is_file()}
    assert {path.suffix for path in written} == {".avro", ".json"}
    assert written <= synced
    assert {path.parent for path in written} <= synced
