"""The tables that a crawler has made: Iceberg tables of the lake, and external ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wavehouse.catalog.iceberg_table import iceberg_table
from wavehouse.catalog.naming import Identity
from wavehouse.core.data_catalog import CatalogTable, ExternalTables, Partition
from wavehouse.core.table_name import TableName
from wavehouse.lake.adopted_head import adopted_heads
from wavehouse.lake.head import LakeHead, table_folder

# Properties of an external table: who made it, and the folder or file that it is called by.
CRAWLER = "crawler"
CALLED = "called"


@dataclass(frozen=True)
class KnownTable:
    """A table as it is in the catalog; `adopted`: it is an Iceberg table of the lake."""

    table: CatalogTable
    folder: str
    called: str
    adopted: bool
    partitions: Mapping[tuple[str | None, ...], Partition]


@dataclass(frozen=True)
class KnownTables:
    """The tables of one crawler, and the names that all others have."""

    tables: Mapping[Identity, KnownTable]
    others: frozenset[TableName]

    @property
    def names(self) -> dict[Identity, TableName]:
        """The names of the crawler's tables."""
        return {identity: known.table.name for identity, known in self.tables.items()}


def known_tables(crawler: str, lake: LakeHead, external: ExternalTables) -> KnownTables:
    """What the catalog has; raises `OutsideError` where it cannot be read."""
    found: dict[Identity, KnownTable] = {}
    for one in adopted_heads(lake):
        if one.crawler == crawler:
            table = replace(iceberg_table(one.head), deprecated=one.deprecated)
            found[one.folder, one.called] = KnownTable(
                table, one.folder, one.called, adopted=True, partitions={}
            )
    for name in external.names():
        kept = external.table(name)
        if kept is not None and kept.properties.get(CRAWLER) == crawler:
            called = kept.properties.get(CALLED, "")
            folder = kept.location
            if kept.format == "iceberg":
                folder = table_folder(kept.location)
            partitions = {one.values: one for one in external.partitions(name)}
            found[folder, called] = KnownTable(kept, folder, called, adopted=False, partitions=partitions)
    own = {known.table.name for known in found.values()}
    return KnownTables(found, frozenset({*lake.names(), *external.names()} - own))
