"""$files and $manifests: what the manifests of the current snapshot say.

https://trino.io/docs/current/connector/iceberg.html#metadata-tables
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wavehouse.core.errors import QueryError
from wavehouse.core.metadata_tables import ArrayOf, MapOf, MetadataTable, MetadataType, RowOf
from wavehouse.lake.head import current_schema
from wavehouse.lake.iceberg_values import bound, human
from wavehouse.lake.partition_fields import PartitionField, checked_scalar, column_types, fields_of
from wavehouse.store.object_store import ObjectStore

_COUNTS, _BOUNDS = MapOf("integer", "bigint"), MapOf("integer", "varchar")
_FILES: tuple[tuple[str, MetadataType], ...] = (
    ("content", "integer"),
    ("file_path", "varchar"),
    ("file_format", "varchar"),
    ("record_count", "bigint"),
    ("file_size_in_bytes", "bigint"),
    ("column_sizes", _COUNTS),
    ("value_counts", _COUNTS),
    ("null_value_counts", _COUNTS),
    ("nan_value_counts", _COUNTS),
    ("lower_bounds", _BOUNDS),
    ("upper_bounds", _BOUNDS),
    ("key_metadata", "varbinary"),
    ("split_offsets", ArrayOf("bigint")),
    ("equality_ids", ArrayOf("integer")),
)
_MANIFESTS: tuple[tuple[str, MetadataType], ...] = (
    ("path", "varchar"),
    ("length", "bigint"),
    ("partition_spec_id", "integer"),
    ("added_snapshot_id", "bigint"),
    ("added_data_files_count", "integer"),
    ("added_rows_count", "bigint"),
    ("existing_data_files_count", "integer"),
    ("existing_rows_count", "bigint"),
    ("deleted_data_files_count", "integer"),
    ("deleted_rows_count", "bigint"),
    (
        "partitions",
        ArrayOf(
            RowOf(
                (
                    ("contains_null", "boolean"),
                    ("contains_nan", "boolean"),
                    ("lower_bound", "varchar"),
                    ("upper_bound", "varchar"),
                )
            )
        ),
    ),
)


def files_table(
    files: ObjectStore, metadata: dict[str, Any], snapshot: dict[str, Any] | None
) -> MetadataTable:
    """A row per data file. Bounds of columns that are gone are left out, as their type is not known.

    Raises `QueryError` for a table with files of deleted rows: versions of Trino differ in whether these are
    among the rows.
    """
    from wavehouse.lake.manifests import has_deleted_rows, live_files, manifests_of

    if snapshot is None:
        return MetadataTable(_FILES, ())
    manifests = manifests_of(files, snapshot)
    if has_deleted_rows(manifests):
        raise QueryError(
            "the metadata table $files of a table with files of deleted rows is not covered yet",
            remedy="$manifests and $partitions tell of them",
        )
    types = column_types(current_schema(metadata)["fields"])
    rows = []
    for live in live_files(files, manifests):
        one = live.file
        rows.append(
            (
                int(one.content),
                one.file_path,
                one.file_format.value,
                one.record_count,
                one.file_size_in_bytes,
                _map(one.column_sizes),
                _map(one.value_counts),
                _map(one.null_value_counts),
                _map(one.nan_value_counts),
                _bounds(one.lower_bounds, types),
                _bounds(one.upper_bounds, types),
                one.key_metadata,
                _list(one.split_offsets),
                _list(one.equality_ids),
            )
        )
    return MetadataTable(_FILES, rows)


def manifests_table(
    files: ObjectStore, metadata: dict[str, Any], snapshot: dict[str, Any] | None
) -> MetadataTable:
    """A row per manifest, those of deleted rows among them."""
    from wavehouse.lake.manifests import manifests_of

    rows = []
    for one in manifests_of(files, snapshot) if snapshot is not None else ():
        fields = fields_of(metadata, one.partition_spec_id)
        for field in fields:
            checked_scalar("manifests", field.name, field.type)
        partitions = [
            (
                summary.contains_null,
                summary.contains_nan,
                _told(field, summary.lower_bound),
                _told(field, summary.upper_bound),
            )
            for field, summary in zip(fields, one.partitions or (), strict=one.partitions is not None)
        ]
        counts = (
            *(one.added_files_count, one.added_rows_count),
            *(one.existing_files_count, one.existing_rows_count),
            *(one.deleted_files_count, one.deleted_rows_count),
        )
        head = (one.manifest_path, one.manifest_length, one.partition_spec_id, one.added_snapshot_id)
        rows.append((*head, *counts, None if one.partitions is None else partitions))
    return MetadataTable(_MANIFESTS, rows)


def _told(field: PartitionField, raw: bytes | None) -> str:
    return human(field.type, None if raw is None else bound(field.type, raw), field.transform)


def _map(counts: Mapping[int, int] | None) -> dict[int, int] | None:
    return None if counts is None else dict(counts.items())


def _list(values: Any) -> list[int] | None:
    return None if values is None else list(values)


def _bounds(bounds: Mapping[int, bytes] | None, types: Mapping[int, Any]) -> dict[int, str] | None:
    if bounds is None:
        return None
    return {
        id_: human(types[id_], bound(types[id_], raw))
        for id_, raw in bounds.items()
        if isinstance(types.get(id_), str)
    }
