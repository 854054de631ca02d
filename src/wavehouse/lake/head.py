"""The head of the lake, read without PyIceberg (its import alone takes longer than a run with nothing new).

Two documented formats: the `iceberg_tables` table of PyIceberg's SQL catalog, and Iceberg's table metadata
JSON (https://iceberg.apache.org/spec/#table-metadata-fields).
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavehouse.core.catalog_setting import SqliteSetting
from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError, in_words
from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.table_head import TableHead, TableHistory
from wavehouse.core.table_name import TableName
from wavehouse.lake.file_columns import identities, renamed
from wavehouse.lake.iceberg_rows import iceberg_rows
from wavehouse.lake.layout import LakeLayout
from wavehouse.store.object_store import ObjectStore

_FROM_ICEBERG = {"long": "bigint"}
# The database of tables that are made and not yet published; nobody sees what is in it.
UNSEEN = "_unseen"
_BRANCH = "audit-"  # and the run: the branch on which it commits before main moves


@dataclass(frozen=True)
class Snapshot:
    """One snapshot of a table: when it was committed (milliseconds since 1970, UTC), and its summary.

    `schema` is the id of the schema that it was written by.
    """

    id: int
    parent: int | None
    timestamp_ms: int
    current: bool
    schema: int
    summary: dict[str, str]


@dataclass(frozen=True)
class Unfinished:
    """A table's part of a publish that has not been moved forward: on a branch, or as a `new` table."""

    run: str
    name: TableName
    metadata: dict[str, Any]
    new: bool

    @property
    def summary(self) -> dict[str, str]:
        """The summary of the snapshot that waits to be seen."""
        wanted = self.metadata.get("current-snapshot-id")
        if not self.new:
            wanted = self.metadata["refs"][branch_of(self.run)]["snapshot-id"]
        return next(
            (s.get("summary", {}) for s in self.metadata["snapshots"] if s["snapshot-id"] == wanted), {}
        )


class LakeHead:
    """The current tables of a lake; a `TableSource`."""

    def __init__(self, layout: LakeLayout) -> None:
        self._layout = layout

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return sorted(self._locations())

    def folders(self) -> frozenset[str]:
        """Where the tables lie, told without reading any."""
        return frozenset(table_folder(plain_location(one)) for one in self._locations().values())

    def head(self, name: TableName) -> TableHead | None:
        """The head of one table, None where there is no such table."""
        found = self.table(name)
        return found[0] if found else None

    def table(self, name: TableName) -> tuple[TableHead, dict[str, Any]] | None:
        """The head of one table with the metadata that it is told from, None where there is no such table."""
        location = self._locations().get(name)
        if location is None:
            return None
        metadata = self._read(location)
        return table_head(name, location, metadata), metadata

    def heads(self) -> list[TableHead]:
        """The heads of all tables, sorted by name."""
        return [head for head, _ in self.tables()]

    def tables(self) -> Iterator[tuple[TableHead, dict[str, Any]]]:
        """The heads of all tables, sorted by name, each with the metadata that it is told from."""
        for name, location in sorted(self._locations().items()):
            metadata = self._read(location)
            yield table_head(name, location, metadata), metadata

    def metadata(self, name: TableName) -> dict[str, Any] | None:
        """The table metadata as Iceberg wrote it."""
        location = self._locations().get(name)
        return self._read(location) if location else None

    def history(self, head: TableHead) -> TableHistory:
        """The states in which a table was published, as its head knows them."""
        return table_history(self._read(head.metadata))

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable:
        """What a metadata table (one of `METADATA_TABLES`) tells, as the table's head knows it."""
        from wavehouse.lake.metadata_tables import metadata_table

        return metadata_table(self._layout.files, self._read(head.metadata), kind)

    def unfinished(self) -> list[Unfinished]:
        """What publishes have committed and not yet shown."""
        found = []
        for name, location in self._catalog_rows().items():
            if name.database == UNSEEN:
                database, table, run = name.table.split("/")
                found.append(Unfinished(run, TableName(database, table), self._read(location), new=True))
                continue
            metadata = self._read(location)
            found += [
                Unfinished(ref.removeprefix(_BRANCH), name, metadata, new=False)
                for ref in metadata.get("refs", {})
                if ref.startswith(_BRANCH)
            ]
        return found

    def _read(self, location: str) -> dict[str, Any]:
        return read_metadata(self._layout.files, location)

    def _locations(self) -> dict[TableName, str]:
        rows = self._catalog_rows()
        return {name: location for name, location in rows.items() if name.database != UNSEEN}

    def _catalog_rows(self) -> dict[TableName, str]:
        rows = iceberg_rows(self._layout)
        if not isinstance(self._layout.catalog_setting, SqliteSetting):
            # Others have tables there, too.
            rows = [row for row in rows if within(self._layout, row[2])]
        for _, _, location in rows:
            if not within(self._layout, location):
                raise OutsideError(
                    f"this lake was moved or copied: its tables name their files absolutely ({location})",
                    where=str(self._layout.root),
                    remedy="Move it back, or load the files into a new lake",
                )
        return {TableName(database, table): location for database, table, location in rows}


def within(layout: LakeLayout, location: str) -> bool:
    """Whether a location of the catalog is one of the lake's own."""
    if "://" in layout.warehouse:
        return location.startswith(f"{layout.warehouse}/")
    return Path(plain_location(location)).resolve().is_relative_to(layout.root.resolve())


def read_metadata(files: ObjectStore, location: str) -> dict[str, Any]:
    """The metadata JSON at a location of the catalog."""
    path = plain_location(location)
    try:
        content = files.read(path)
        # (Lakes of ours do not compress them; tables of others may.)
        metadata: dict[str, Any] = json.loads(gzip.decompress(content) if _is_packed(path) else content)
    except (FileNotFoundError, ValueError, RecursionError, EOFError, zlib.error) as error:
        raise OutsideError(
            f"the table's metadata cannot be read ({error})",
            where=path,
            remedy="Paths in Iceberg metadata are absolute: a lake that was moved must be moved back",
        ) from error
    except OSError as error:
        raise in_words(error, path) from error
    return metadata


def table_head(name: TableName, location: str, metadata: dict[str, Any]) -> TableHead:
    """What the metadata, which is at `location`, says of a table's current snapshot."""
    current = metadata.get("current-snapshot-id")
    summary: dict[str, str] = next(
        (s.get("summary", {}) for s in metadata.get("snapshots", []) if s["snapshot-id"] == current), {}
    )
    schema = current_schema(metadata)
    names = {field["id"]: field["name"] for field in schema["fields"]}
    spec = next(s for s in metadata["partition-specs"] if s["spec-id"] == metadata["default-spec-id"])
    return TableHead(
        name=name,
        columns=columns_of(schema),
        metadata=plain_location(location),
        rows=int(summary.get("total-records", 0)),
        files=int(summary.get("total-data-files", 0)),
        size=int(summary.get("total-files-size", 0)),
        snapshot_id=current if summary else None,
        partition_by=tuple(names[field["source-id"]] for field in spec["fields"]),
        properties=summary,
        identities=identities(metadata),
        renamed=renamed(metadata),
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
            s.get("schema-id", metadata["current-schema-id"]),
            s.get("summary", {}),
        )
        for s in sorted(metadata.get("snapshots", []), key=lambda s: s["timestamp-ms"])
    ]


def table_history(metadata: dict[str, Any]) -> TableHistory:
    """The states that were published: what main named at some time, and what that grew out of.

    The log of main counts, not when a snapshot was made: a run makes it on a branch, and main may go back.
    """
    kept = {s["snapshot-id"]: s for s in metadata.get("snapshots", [])}
    log: list[tuple[int, int]] = []
    for entry in metadata.get("snapshot-log", []):
        log.append((entry["timestamp-ms"], entry["snapshot-id"]))
        if entry["snapshot-id"] not in kept:
            log.clear()  # removed since: what was the table until the next entry is not known any more
    published = {snapshot for _, snapshot in log}
    ancestor: Any = metadata.get("current-snapshot-id")
    while isinstance(ancestor, int) and ancestor in kept:
        published.add(ancestor)
        ancestor = kept[ancestor].get("parent-snapshot-id")
    schemas = {schema["schema-id"]: schema for schema in metadata["schemas"]}
    now = metadata["current-schema-id"]
    return TableHistory(
        tuple(log),
        {snapshot: columns_of(schemas[kept[snapshot].get("schema-id", now)]) for snapshot in published},
    )


def columns_of(schema: dict[str, Any]) -> tuple[Column, ...]:
    """The columns of a schema, as Iceberg writes it."""
    return tuple(Column(field["name"], catalog_type(field["type"])) for field in schema["fields"])


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


def branch_of(run: str) -> str:
    """The branch on which a run commits before main moves."""
    return f"{_BRANCH}{run}"


def unseen_name(name: TableName, run: str) -> str:
    """The name, in the database `UNSEEN`, of a table that a run makes."""
    return f"{name.database}/{name.table}/{run}"


def table_folder(metadata: str) -> str:
    """The folder of a table, by its metadata file."""
    return metadata.rpartition("/metadata/")[0]


def plain_location(location: str) -> str:
    """A location as metadata names it (`file://` and the path, nothing escaped; or s3://…) as others do."""
    return location.removeprefix("file://")


def location_of(path: str) -> str:
    """The location by which metadata names a file at an absolute path or s3://…"""
    return path if "://" in path else f"file://{path}"


def _is_packed(path: str) -> bool:
    # https://iceberg.apache.org/spec/#naming-for-gzip-compressed-metadata-json-files
    return path.endswith((".gz.metadata.json", ".metadata.json.gz"))
