"""The bytes that Athena would scan for a query, worked out before it runs.

Files are left out by the values of their partition, row groups of Parquet by their statistics, and columns
that the query does not need; of CSV and JSON every byte counts. Where it is not certain that something can be
left out, it counts. So does each place by itself where a query reads a table, as in Trino's plans; footers
and metadata do not count, and that a query may end early (LIMIT, a join with nothing) is not foreseen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.columns import Column
from wavehouse.core.table_head import ExternalScan
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Metadata
from wavehouse.query.certain import Known, Look
from wavehouse.query.footers import Footers, RowGroup
from wavehouse.query.lake import Use
from wavehouse.query.places import Place
from wavehouse.query.pruning import known_of
from wavehouse.query.translate import Translation


@dataclass(frozen=True)
class TableScan:
    """What is scanned of a table in one place of a query, which is read there `times` times.

    `bytes` is for all times together; `files` of `all_files` and `row_groups` of `all_row_groups` are opened
    (of the files that were not left out).
    """

    table: TableName
    location: str
    columns: tuple[str, ...]
    times: int
    bytes: int
    files: int
    all_files: int
    row_groups: int = 0
    all_row_groups: int = 0


def footers_for(translation: Translation, engine: Metadata) -> Footers:
    """The footers that may have to be read for a query."""
    names = {column for use in translation.uses for column in use.columns}
    unsure = any(_unsure(use) for use in translation.uses)
    return Footers(engine, None if unsure else names)


def estimate(translation: Translation, footers: Footers, engine: Metadata) -> list[TableScan]:
    """What Athena would scan, by place; the sum of `bytes` is no less than what it must."""
    return [_scan(use, footers, engine) for use in translation.uses if use.places]


def _scan(use: Use, footers: Footers, engine: Metadata) -> TableScan:
    times = sum(place.times for place in use.places)
    names = tuple(sorted(use.columns))
    files = _external_files(use.scan) if use.scan else _iceberg_files(use, engine)
    told = (use.version.table, use.version.metadata, names, times)
    if use.scan is not None and use.scan.format != "parquet":
        return TableScan(*told, *_texts(use.places, files))
    keys = {key.name for key in use.scan.keys} if use.scan else frozenset[str]()
    columns = {column.casefold() for column in use.columns - keys}
    if not columns:
        return TableScan(*told, 0, 0, len(files))
    # (What is known of all rows of a file counts for its row groups as well.)
    left = {at: [place for place in use.places if place.wants(known.get)] for at, _, known in files}
    opened = [at for at, places in left.items() if places]
    found = footers.of(opened)
    unsure = _unsure(use)
    total, groups = 0, 0
    for at in opened:
        for group in found[at]:
            wanting = sum(place.times for place in left[at] if place.wants(_look(group, use.known, unsure)))
            total += wanting * _size(group, columns, unsure)
            groups += bool(wanting)
    return TableScan(*told, total, len(opened), len(files), groups, sum(len(found[at]) for at in opened))


# A file: its location, its size where that is known, and what is known of its partition.
_File = tuple[str, int, Mapping[str, Known]]


def _external_files(scan: ExternalScan) -> list[_File]:
    return [
        (file.location, file.size, known_of(file.partition, scan.keys) if scan.keys else {})
        for file in scan.files
    ]


def _iceberg_files(use: Use, engine: Metadata) -> list[_File]:
    version = use.version
    files = engine.iceberg_files(version.metadata, version.snapshot_id)
    said = {name for place in use.places for one in place.conditions for name in one.columns}
    keys = [
        column
        for column in use.known
        if column.name in use.head.identities and column.name.lower() in said - use.head.renamed
    ]
    partitions: Mapping[str, tuple[str | None, ...]] = {}
    if keys and use.columns:
        fields = [use.head.identities[key.name] for key in keys]
        partitions = engine.iceberg_partitions(version.metadata, version.snapshot_id, fields)
    return [
        (one.location, 0, known_of(partitions[one.location], keys) if one.location in partitions else {})
        for one in files
    ]


def _texts(places: Iterable[Place], files: Sequence[_File]) -> tuple[int, int, int]:
    """Bytes, files that are read, and all."""
    times = [(size, sum(p.times for p in places if p.wants(known.get))) for _, size, known in files]
    return sum(size * count for size, count in times), sum(count > 0 for _, count in times), len(files)


def _unsure(use: Use) -> bool:
    """Whether a column that is needed may have another name in a file."""
    return any(column.lower() in use.head.renamed for column in use.columns)


def _look(group: RowGroup, columns: Sequence[Column], unsure: bool) -> Look:
    types = {column.name.lower(): column.type for column in columns}

    def look(name: str) -> Known | None:
        chunk = group.chunks.get(name.casefold())
        return chunk.known(types[name]) if chunk and not unsure else None

    return look


def _size(group: RowGroup, columns: Collection[str], unsure: bool) -> int:
    """The bytes of the columns; of all, where it is not certain which they are."""
    return sum(chunk.size for name, chunk in group.chunks.items() if unsure or name in columns)
