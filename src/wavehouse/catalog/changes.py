"""What a crawl would change in the catalog: per table its columns, partitions and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wavehouse.catalog.known_tables import CALLED, CRAWLER, KnownTable
from wavehouse.catalog.proposal import Proposal
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, Partition
from wavehouse.core.table_name import TableName

Change = Literal["new", "changed", "unchanged", "gone"]


@dataclass(frozen=True)
class Files:
    """Paths of files that came, have other contents, and went."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


@dataclass(frozen=True)
class Retyped:
    """A column with another type."""

    name: str
    was: str
    now: str


@dataclass(frozen=True)
class Difference:
    """One table: as it is (None for a new one), and as it would be (None for one that is gone).

    `adopted`: it would be an Iceberg table. `columns_new` and `columns_gone` are columns and keys.
    """

    change: Change
    name: TableName
    before: KnownTable | None
    after: CatalogTable | None
    proposal: Proposal | None
    adopted: bool
    columns_new: tuple[Column, ...] = ()
    columns_gone: tuple[Column, ...] = ()
    retyped: tuple[Retyped, ...] = ()
    partitions_new: tuple[Partition, ...] = ()
    partitions_changed: tuple[Partition, ...] = ()
    partitions_gone: tuple[Partition, ...] = ()
    files: Files = Files()
    otherwise: tuple[str, ...] = ()

    @property
    def schema_changes(self) -> bool:
        """Whether anything but files and partitions changes."""
        return bool(self.columns_new or self.columns_gone or self.retyped or self.otherwise)


def catalog_table(name: TableName, proposal: Proposal, crawler: str) -> CatalogTable:
    """A proposal as a table of the catalog."""
    packed = {"": "none", "gz": "gzip", "zst": "zstd"}[proposal.form.compression]
    return CatalogTable(
        name,
        proposal.form.format,
        proposal.location,
        proposal.columns,
        proposal.keys,
        proposal.form.csv,
        proposal.left_out,
        proposal.rows,
        len(proposal.files),
        proposal.size,
        # As Glue calls them: https://docs.aws.amazon.com/glue/latest/dg/table-properties-crawler.html
        properties={
            "classification": proposal.form.format,
            "compressionType": packed,
            CRAWLER: crawler,
            CALLED: proposal.called,
        },
    )


def difference(
    name: TableName,
    proposal: Proposal,
    before: KnownTable | None,
    crawler: str,
    files: Files,
) -> Difference:
    """What becomes of the table of a proposal."""
    adopted = not proposal.obstacles
    after = catalog_table(name, proposal, crawler)
    if adopted:
        # Readers of Iceberg do not expect a data file without rows: such a file is none.
        data = [file for file in proposal.files if file.rows]
        after = replace(after, files=len(data), size=sum(file.size for file in data))
    if before is None:
        return Difference(
            "new", name, None, after, proposal, adopted, partitions_new=proposal.partitions, files=files
        )
    after = _as_described(after, before.table)
    was = {column.name: column.type for column in (*before.table.columns, *before.table.partition_by)}
    now = {column.name: column.type for column in (*after.columns, *after.partition_by)}
    kept = {one.values: one for one in proposal.partitions}
    found = Difference(
        "changed",
        name,
        before,
        after,
        proposal,
        adopted,
        columns_new=tuple(Column(*one) for one in now.items() if one[0] not in was),
        columns_gone=tuple(Column(*one) for one in was.items() if one[0] not in now),
        retyped=tuple(
            Retyped(name, was[name], type_) for name, type_ in now.items() if was.get(name, type_) != type_
        ),
        partitions_new=tuple(one for one in kept.values() if one.values not in before.partitions),
        partitions_changed=tuple(
            one for one in kept.values() if before.partitions.get(one.values, one) != one
        ),
        partitions_gone=tuple(one for values, one in before.partitions.items() if values not in kept),
        files=files,
        otherwise=_otherwise(before, after, adopted=adopted),
    )
    same = not (
        found.schema_changes
        or found.partitions_new
        or found.partitions_changed
        or found.partitions_gone
        or found.files
        or _counts(before.table) != _counts(after)
    )
    return found if not same else Difference("unchanged", name, before, after, proposal, adopted)


def _as_described(table: CatalogTable, before: CatalogTable) -> CatalogTable:
    """The table with what others have said of it: comments, and properties that a crawler does not set."""
    comments = {column.name: column.comment for column in (*before.columns, *before.partition_by)}

    def commented(columns: Sequence[CatalogColumn]) -> tuple[CatalogColumn, ...]:
        return tuple(replace(one, comment=one.comment or comments.get(one.name, "")) for one in columns)

    return replace(
        table,
        columns=commented(table.columns),
        partition_by=commented(table.partition_by),
        comment=table.comment or before.comment,
        properties={**before.properties, **table.properties},
    )


def _otherwise(before: KnownTable, after: CatalogTable, *, adopted: bool) -> tuple[str, ...]:
    """What changes besides columns."""
    found = []
    was, now = before.table, after
    if before.adopted != adopted:
        kinds = {True: "an Iceberg table", False: "an external table"}
        found.append(f"it was {kinds[before.adopted]}, and would be {kinds[adopted]}")
    elif not adopted:
        if was.format != now.format:
            found.append(f"its files were {was.format}, and are {now.format}")
        if was.csv != now.csv:
            found.append("its files are written otherwise")
        if [key.name for key in was.partition_by] != [key.name for key in now.partition_by]:
            found.append("it is partitioned otherwise")
        if was.left_out != now.left_out:
            found.append(f"{len(now.left_out)} files are left out, and were {len(was.left_out)}")
    if was.deprecated:
        found.append("it was deprecated, and its files are back")
    return tuple(found)


def _counts(table: CatalogTable) -> tuple[int | None, int, int]:
    return table.rows, table.files, table.size


def gone(before: KnownTable, policy: str) -> Difference:
    """A table of which no file is left; one that is deprecated for that already stays so by the policy."""
    if before.table.deprecated and policy == "deprecate":
        return Difference("unchanged", before.table.name, before, None, None, before.adopted)
    partitions = tuple(before.partitions.values())
    return Difference(
        "gone", before.table.name, before, None, None, before.adopted, partitions_gone=partitions
    )


def file_changes(now: Mapping[str, tuple[int, int]], before: Mapping[str, tuple[int, int]]) -> Files:
    """The difference of files with size and time."""
    return Files(
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(path for path in now.keys() & before.keys() if now[path] != before[path])),
        tuple(sorted(before.keys() - now.keys())),
    )
