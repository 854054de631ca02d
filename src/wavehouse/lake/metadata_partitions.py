"""$partitions: what the data files of each partition of the current snapshot have in common.

https://trino.io/docs/current/connector/iceberg.html#partitions-table
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wavehouse.core.errors import QueryError
from wavehouse.core.metadata_tables import MetadataTable, MetadataType, RowOf
from wavehouse.lake.head import current_schema
from wavehouse.lake.iceberg_values import bound, value_of
from wavehouse.lake.partition_fields import PartitionField, checked_scalar, fields_of
from wavehouse.store.object_store import ObjectStore

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile

_COUNTS: tuple[tuple[str, MetadataType], ...] = (
    ("record_count", "bigint"),
    ("file_count", "bigint"),
    ("total_size", "bigint"),
)


@dataclass(frozen=True)
class _Column:
    id: int
    name: str
    type: str


@dataclass
class _Statistics:
    """What is known of a column in the files that were met; None is what one of them does not tell."""

    bounds: tuple[Any, Any] | None = None
    nulls: int | None = 0
    nans: int | None = 0

    def add(self, column: _Column, file: DataFile) -> None:
        """Go by one more file. One with nothing but NULLs says nothing of the bounds.

        So does Trino: https://github.com/trinodb/trino/blob/master/plugin/trino-iceberg/src/main/java/io/trino/plugin/iceberg/IcebergStatistics.java
        """
        nulls = (file.null_value_counts or {}).get(column.id)
        nans = (file.nan_value_counts or {}).get(column.id)
        self.nulls = None if self.nulls is None or nulls is None else self.nulls + nulls
        self.nans = None if self.nans is None or nans is None else self.nans + nans
        if nulls == file.record_count:
            return
        low, high = _bound(column, file.lower_bounds), _bound(column, file.upper_bounds)
        if self.bounds is None:
            self.bounds = (low, high)
            return
        was_low, was_high = self.bounds
        self.bounds = (
            None if low is None or was_low is None else min(low, was_low),
            None if high is None or was_high is None else max(high, was_high),
        )

    def told(self) -> tuple[Any, ...] | None:
        """The row for `data`; None where nothing is known."""
        low, high = self.bounds or (None, None)
        return (
            None
            if low is None and high is None and self.nulls is None
            else (low, high, self.nulls, self.nans)
        )


@dataclass
class _Partition:
    records: int = 0
    files: int = 0
    size: int = 0
    columns: dict[int, _Statistics] = field(default_factory=dict)


def partitions_table(
    files: ObjectStore, metadata: dict[str, Any], snapshot: dict[str, Any] | None
) -> MetadataTable:
    """A row per partition; of a table that is not partitioned one for all. `partition` is there if it is.

    Raises `QueryError` for a column of a type that no table here has.
    """
    fields = fields_of(metadata)
    columns = _data_columns(metadata)
    types = list(_COUNTS)
    if fields:
        types.insert(0, ("partition", RowOf(tuple((one.name, _type(one.name, one.type)) for one in fields))))
        _check_names([one.name for one in fields])
    if columns:
        types.append(("data", RowOf(tuple((one.name, _metrics(one)) for one in columns))))
        _check_names([one.name for one in columns])
    found = _partitions(files, metadata, snapshot, columns) if snapshot is not None else {}
    rows = []
    for key, partition in found.items():
        row: list[Any] = [partition.records, partition.files, partition.size]
        if fields:
            values = dict(key)
            row.insert(0, tuple(value_of(one.type, values.get(one.id)) for one in fields))
        if columns:
            row.append(tuple(partition.columns[one.id].told() for one in columns))
        rows.append(tuple(row))
    return MetadataTable(tuple(types), rows)


def _partitions(
    files: ObjectStore, metadata: dict[str, Any], snapshot: dict[str, Any], columns: Sequence[_Column]
) -> dict[tuple[tuple[int, Any], ...], _Partition]:
    """The partitions by the ids of their fields and the values of these."""
    from wavehouse.lake.manifests import live_files, manifests_of

    specs: dict[int, list[PartitionField]] = {}
    found: dict[tuple[tuple[int, Any], ...], _Partition] = {}
    for live in live_files(files, manifests_of(files, snapshot)):
        if live.spec not in specs:
            specs[live.spec] = fields_of(metadata, live.spec)
        values = [live.file.partition[at] for at in range(len(specs[live.spec]))]
        key = tuple((one.id, value) for one, value in zip(specs[live.spec], values, strict=True))
        partition = found.setdefault(key, _Partition())
        partition.records += live.file.record_count
        partition.files += 1
        partition.size += live.file.file_size_in_bytes
        for column in columns:
            partition.columns.setdefault(column.id, _Statistics()).add(column, live.file)
    return found


def _data_columns(metadata: dict[str, Any]) -> list[_Column]:
    """The columns that are neither nested nor what the table is partitioned by now."""
    keys = {
        one.source for one in fields_of(metadata, metadata["default-spec-id"]) if one.transform == "identity"
    }
    return [
        _Column(one["id"], one["name"], one["type"])
        for one in current_schema(metadata)["fields"]
        if one["id"] not in keys and isinstance(one["type"], str)
    ]


def _type(name: str, type_: Any) -> str:
    return checked_scalar("partitions", name, type_)


def _metrics(column: _Column) -> RowOf:
    type_ = _type(column.name, column.type)
    return RowOf((("min", type_), ("max", type_), ("null_count", "bigint"), ("nan_count", "bigint")))


def _check_names(names: list[str]) -> None:
    lower = [name.lower() for name in names]
    if twice := [name for name in names if lower.count(name.lower()) > 1]:
        raise QueryError(
            f"the metadata table $partitions of a table with two columns '{twice[0]}' is not covered yet",
            remedy="$files tells its files",
        )


def _bound(column: _Column, bounds: Any) -> Any:
    raw = (bounds or {}).get(column.id)
    return None if raw is None else bound(column.type, raw)
