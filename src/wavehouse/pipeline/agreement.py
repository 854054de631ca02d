"""Whether the catalog, the files that a flow has written and the Iceberg table of the same rows agree.

Three witnesses that know nothing of each other: what the run counted while it wrote, what a crawl read in the
files, and what the table's manifests say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from wavehouse.core.data_catalog import CatalogTable, DataCatalog, PartitionValues
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.outputs import Output
from wavehouse.pipeline.targets import FlowTarget

_SHOWN = 5  # tables that are named
_PLAIN = ("int", "bigint", "boolean", "date", "string")


def disagreement(
    layout: LakeLayout, output: Output, targets: Sequence[FlowTarget], catalog: DataCatalog
) -> str:
    """The first thing in which they disagree, '' where they agree. `targets` are those of all flows."""
    if not output.files:
        return ""
    location = str(output.at_home(layout).path)
    tables = [one for name in catalog.names() if (one := catalog.table(name)) and not one.deprecated]
    found = next((one for one in tables if one.location == location), None)
    if found is None:
        others = [str(one.name) for one in tables if _overlap(one.location, location)]
        instead = f", but {', '.join(others[:_SHOWN])}" if others else ""
        return f"the crawl has made no table of these files{instead}"
    checks = [_counts(output, found)]
    mine = next((one for one in targets if (one.graph.name, one.id) == output.at), None)
    twin = next((one for one in targets if mine and one.table and _reads_as(one, mine)), None)
    if mine and twin and twin.table and (iceberg := catalog.table(twin.table)):
        checks.append(_columns(found, iceberg))
        alike = twin.node.partition_keys == mine.node.partition_keys and _told_alike(found)
        if found.rows is not None and alike:
            checks.append(_partitions(found, iceberg, catalog))
        elif found.rows not in (iceberg.rows, None):
            checks.append(iter([_differ("rows", found, found.rows, str(twin.table), iceberg.rows)]))
    return next((what for check in checks for what in check), "")


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _reads_as(one: FlowTarget, other: FlowTarget) -> bool:
    return one.graph.name == other.graph.name and one.node.Inputs == other.node.Inputs


def _counts(output: Output, found: CatalogTable) -> Iterator[str]:
    counts = [("rows", found.rows, output.rows), ("files", found.files, output.files)]
    for what, told, written in [*counts, ("bytes", found.size, output.bytes)]:
        if told is not None and told != written:
            yield _differ(what, found, told, "the run", written)


def _columns(found: CatalogTable, iceberg: CatalogTable) -> Iterator[str]:
    """Of Parquet alone: text has the types that it looks like, and so have keys, which are folders' names."""
    if found.format != "parquet":
        return
    names = [column.name for column in (*found.columns, *found.partition_by)]
    wanted = {column.name.casefold(): column.type for column in iceberg.columns}
    if odd := sorted(wanted.keys() ^ {name.casefold() for name in names}):
        yield f"only one of {found.name} and {iceberg.name} has the column '{odd[0]}'"
        return
    for column in found.columns:
        if (type_ := wanted[column.name.casefold()]) != column.type:
            yield f"'{column.name}' is {column.type} in {found.name}, and {type_} in {iceberg.name}"


def _told_alike(found: CatalogTable) -> bool:
    """Whether the keys have types, whose values are the same text as folders and in manifests."""
    return all(key.type in _PLAIN for key in found.partition_by)


def _partitions(found: CatalogTable, iceberg: CatalogTable, catalog: DataCatalog) -> Iterator[str]:
    told: dict[PartitionValues, int] = {}
    for one in catalog.partitions(found.name):
        told[one.values] = one.rows or 0
    if not found.partition_by:
        told = {(): found.rows or 0}
    wanted: Counter[PartitionValues] = Counter()
    for part in catalog.partitions(iceberg.name):
        # (Hive has one folder for NULL and the empty text.)
        wanted[tuple(value or None for value in part.values)] += part.rows or 0
    for values in sorted(told.keys() | wanted.keys(), key=str):
        if told.get(values, 0) != wanted[values]:
            of = f" of {', '.join(str(value) for value in values)}" if values else ""
            yield _differ(f"rows{of}", found, told.get(values, 0), str(iceberg.name), wanted[values])


def _differ(what: str, found: CatalogTable, told: object, other: str, wanted: object) -> str:
    return f"{found.name} has {told:,} {what} by the catalog, and {other} has {wanted:,}"
