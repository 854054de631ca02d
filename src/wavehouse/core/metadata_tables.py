"""The metadata tables of an Iceberg table, which tell of its snapshots and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
METADATA_TABLES = ("files", "history", "manifests", "partitions", "refs", "snapshots")


@dataclass(frozen=True)
class ArrayOf:
    """An array of one type."""

    element: MetadataType


@dataclass(frozen=True)
class MapOf:
    """A map of scalars to scalars."""

    key: str
    value: str


@dataclass(frozen=True)
class RowOf:
    """A row: its fields' names and types."""

    fields: tuple[tuple[str, MetadataType], ...]


# A scalar is called by its Trino name.
MetadataType = str | ArrayOf | MapOf | RowOf


@dataclass(frozen=True)
class MetadataTable:
    """The columns (name and type) and the rows of one.

    A value is a bool, int, float, Decimal, str, bytes, date or datetime (naive, of an instant UTC), None for
    NULL; that of an array is a list, of a map a dict, of a row a tuple.
    """

    columns: tuple[tuple[str, MetadataType], ...]
    rows: Sequence[tuple[Any, ...]]
