"""The head of the lake, read without PyIceberg (its import alone takes longer than a run with nothing new).

Two documented formats: the `iceberg_tables` table of PyIceberg's SQL catalog, and Iceberg's table metadata
JSON (https://iceberg.apache.org/spec/#table-metadata-fields).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.lake.layout import LakeLayout, connect

_FROM_ICEBERG = {"long": "bigint"}


@dataclass(frozen=True)
class Snapshot:
    """One snapshot of a table: when it was committed (milliseconds since 1970, UTC), and its summary."""

    id: int
    parent: int | None
    timestamp_ms: int
    current: bool
    summary: dict[str, str]


class LakeHead:
    """The current tables of a lake; a `TableSource`."""

    def __init__(self, layout: LakeLayout) -> None:
        self._layout = layout

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return sorted(self._locations())

    def head(self, name: TableName) -> TableHead | None:
        """The head of one table, None where there is no such table."""
        location = self._locations().get(name)
        return table_head(name, location) if location else None

    def heads(self) -> list[TableHead]:
        """The heads of all tables, sorted by name."""
        return [table_head(name, location) for name, location in sorted(self._locations().items())]

    def metadata(self, name: TableName) -> dict[str, Any] | None:
        """The table metadata as Iceberg wrote it."""
        location = self._locations().get(name)
        return read_metadata(location) if location else None

    def _locations(self) -> dict[TableName, str]:
        if not self._layout.catalog.is_file():
            return {}
        try:
            connection = connect(self._layout.catalog)
            try:
                rows = connection.execute(
                    "SELECT table_namespace, table_name, metadata_location FROM iceberg_tables "
                    "WHERE metadata_location IS NOT NULL"
                ).fetchall()
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return {}  # a catalog that was made and never committed to
            raise OutsideError(
                f"the catalog cannot be read ({error})", where=str(self._layout.catalog), remedy="Try again"
            ) from error
        except sqlite3.DatabaseError as error:
            raise OutsideError(
                f"the catalog is damaged ({error})",
                where=str(self._layout.catalog),
                remedy="Restore catalog.db from a backup; the tables' files are untouched",
            ) from error
        for _, _, location in rows:
            if not local_path(location).resolve().is_relative_to(self._layout.root.resolve()):
                raise OutsideError(
                    f"this lake was moved or copied: its tables name their files absolutely ({location})",
                    where=str(self._layout.root),
                    remedy="Move it back, or load the files into a new lake",
                )
        return {TableName(database, table): location for database, table, location in rows}


def read_metadata(location: str) -> dict[str, Any]:
    """The metadata JSON at a location of the catalog."""
    path = local_path(location)
    try:
        metadata: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise OutsideError(
            f"the table's metadata cannot be read ({error})",
            where=str(path),
            remedy="Paths in Iceberg metadata are absolute: a lake that was moved must be moved back",
        ) from error
    return metadata


def table_head(name: TableName, location: str) -> TableHead:
    """What the metadata at `location` says of a table's current snapshot."""
    metadata = read_metadata(location)
    current = metadata.get("current-snapshot-id")
    summary: dict[str, str] = next(
        (s.get("summary", {}) for s in metadata.get("snapshots", []) if s["snapshot-id"] == current), {}
    )
    schema = current_schema(metadata)
    names = {field["id"]: field["name"] for field in schema["fields"]}
    spec = next(s for s in metadata["partition-specs"] if s["spec-id"] == metadata["default-spec-id"])
    return TableHead(
        name=name,
        columns=tuple(Column(field["name"], catalog_type(field["type"])) for field in schema["fields"]),
        metadata=str(local_path(location)),
        rows=int(summary.get("total-records", 0)),
        files=int(summary.get("total-data-files", 0)),
        size=int(summary.get("total-files-size", 0)),
        snapshot_id=current if summary else None,
        partition_by=tuple(names[field["source-id"]] for field in spec["fields"]),
        properties=summary,
    )


def snapshots(metadata: dict[str, Any]) -> list[Snapshot]:
    """The snapshots that the metadata knows, oldest first."""
    current = metadata.get("current-snapshot-id")
    return [
        Snapshot(
            s["snapshot-id"],
            s.get("parent-snapshot-id"),
            s["timestamp-ms"],
            s["snapshot-id"] == current,
            s.get("summary", {}),
        )
        for s in sorted(metadata.get("snapshots", []), key=lambda s: s["timestamp-ms"])
    ]


def current_schema(metadata: dict[str, Any]) -> dict[str, Any]:
    """The current schema of the metadata, as Iceberg writes it."""
    schema: dict[str, Any] = next(
        s for s in metadata["schemas"] if s["schema-id"] == metadata["current-schema-id"]
    )
    return schema


def catalog_type(type_: Any) -> str:
    """The catalog's name for an Iceberg type (JSON form)."""
    if isinstance(type_, dict):
        if type_["type"] == "list":
            return f"array<{catalog_type(type_['element'])}>"
        return str(type_["type"])
    return _FROM_ICEBERG.get(type_, str(type_).replace(" ", ""))


def local_path(location: str) -> Path:
    """The path of a location as metadata names it: `file://` and the path, nothing escaped."""
    return Path(location.removeprefix("file://"))


def location_of(path: Path) -> str:
    """The location by which metadata names an absolute path."""
    return f"file://{path}"
