"""The metadata tables of Iceberg tables, with the columns that Trino gives them.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
https://trino.io/docs/current/connector/iceberg.html#metadata-tables
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from typing import Any

from wavehouse.core.errors import OutsideError, QueryError
from wavehouse.core.metadata_tables import MapOf, MetadataTable
from wavehouse.lake.metadata_files import files_table, manifests_table
from wavehouse.lake.metadata_partitions import partitions_table
from wavehouse.store.object_store import ObjectStore

_INSTANT = "timestamp(3) with time zone"


def metadata_table(files: ObjectStore, metadata: dict[str, Any], kind: str) -> MetadataTable:
    """The metadata table of that kind (`METADATA_TABLES`), told from a table's metadata.

    They tell what the metadata has, also what no reader of the table sees yet: the snapshots and the branch
    of a run that has not published. Raises `OutsideError` where manifests cannot be read, and `QueryError`
    where something cannot be told exactly.
    """
    if kind in ("snapshots", "history", "refs"):
        return {"snapshots": _snapshots, "history": _history, "refs": _refs}[kind](metadata)
    current = _by_id(metadata).get(metadata.get("current-snapshot-id", -1))
    told = {"files": files_table, "manifests": manifests_table, "partitions": partitions_table}
    try:
        return told[kind](files, metadata, current)
    except OverflowError as error:
        raise QueryError(
            f"the metadata table ${kind} of a table with times outside of the years 1 to 9999 "
            "is not covered yet",
            remedy="$snapshots, $history and $refs tell of it",
        ) from error
    except (struct.error, ValueError, LookupError) as error:
        raise OutsideError(
            f"a manifest of the table says what cannot be ({type(error).__name__}: {error})",
            where=metadata.get("location", ""),
            remedy="Write the table anew with the program that has made it",
        ) from error


def _snapshots(metadata: dict[str, Any]) -> MetadataTable:
    rows = []
    for one in metadata.get("snapshots", []):
        summary = dict(one.get("summary") or {})
        # https://iceberg.apache.org/spec/#snapshots : the operation is in the summary there, a column here.
        operation = summary.pop("operation", None)
        rows.append(
            (
                _moment(one["timestamp-ms"]),
                one["snapshot-id"],
                one.get("parent-snapshot-id"),
                operation,
                one.get("manifest-list"),
                summary if one.get("summary") is not None else None,
            )
        )
    return MetadataTable(
        (
            ("committed_at", _INSTANT),
            ("snapshot_id", "bigint"),
            ("parent_id", "bigint"),
            ("operation", "varchar"),
            ("manifest_list", "varchar"),
            ("summary", MapOf("varchar", "varchar")),
        ),
        rows,
    )


def _history(metadata: dict[str, Any]) -> MetadataTable:
    kept, ancestors = _by_id(metadata), set[int]()
    one: Any = metadata.get("current-snapshot-id")
    while one in kept and one not in ancestors:
        ancestors.add(one)
        one = kept[one].get("parent-snapshot-id")
    return MetadataTable(
        (
            ("made_current_at", _INSTANT),
            ("snapshot_id", "bigint"),
            ("parent_id", "bigint"),
            ("is_current_ancestor", "boolean"),
        ),
        [
            (
                _moment(entry["timestamp-ms"]),
                entry["snapshot-id"],
                kept.get(entry["snapshot-id"], {}).get("parent-snapshot-id"),
                entry["snapshot-id"] in ancestors,
            )
            for entry in metadata.get("snapshot-log", [])
        ],
    )


def _refs(metadata: dict[str, Any]) -> MetadataTable:
    refs = metadata.get("refs")
    current = metadata.get("current-snapshot-id")
    if refs is None:
        # https://iceberg.apache.org/spec/#snapshot-references : main is the current snapshot.
        refs = {"main": {"type": "branch", "snapshot-id": current}} if current in _by_id(metadata) else {}
    return MetadataTable(
        (
            ("name", "varchar"),
            ("type", "varchar"),
            ("snapshot_id", "bigint"),
            ("max_reference_age_in_ms", "bigint"),
            ("min_snapshots_to_keep", "integer"),
            ("max_snapshot_age_in_ms", "bigint"),
        ),
        [
            (
                name,
                ref["type"].upper(),
                ref["snapshot-id"],
                ref.get("max-ref-age-ms"),
                ref.get("min-snapshots-to-keep"),
                ref.get("max-snapshot-age-ms"),
            )
            for name, ref in refs.items()
        ],
    )


def _by_id(metadata: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {one["snapshot-id"]: one for one in metadata.get("snapshots", [])}


def _moment(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)  # noqa: DTZ001
