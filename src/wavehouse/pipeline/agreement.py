"""Whether the catalog, the files that a flow has written and the Iceberg table of the same rows agree.

Three witnesses: what the run counted when it wrote, what a crawl read in the files, and what the manifests of
the table say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from wavehouse.catalog.crawl_target import is_in_reach
from wavehouse.catalog.partition_keys import plain_name
from wavehouse.core.data_catalog import NO_VALUE, CatalogTable, DataCatalog, PartitionValues
from wavehouse.core.hidden_names import is_hidden
from wavehouse.flow.nodes import FilesTarget
from wavehouse.pipeline.outputs import Output
from wavehouse.pipeline.targets import FlowTarget

_SHOWN = 5  # tables that are named
# Whose values are the same text as folders and in manifests.
_PLAIN = ("int", "bigint", "boolean", "date", "string")


def disagreement(
    folder: Path,
    output: Output,
    made: Sequence[CatalogTable],
    targets: Sequence[FlowTarget],
    catalog: DataCatalog,
) -> str:
    """The first thing in which they disagree, '' where they agree.

    `made` are the tables that the crawl of `folder` has found, `targets` those of all flows.
    """
    mine = next((one for one in targets if (one.graph.name, one.id) == output.at), None)
    if mine is None or not isinstance(mine.node, FilesTarget) or not output.rows:
        return ""
    if any(is_hidden(key) for key in mine.node.partition_keys):
        return ""  # (what is hidden no crawl sees)
    name = next((one.name for one in made if one.location == str(folder)), None)
    found = catalog.table(name) if name else None
    if found is None:
        if mine.node.format != "parquet":
            return ""  # (of text a crawl may think otherwise: a single column is no CSV to it)
        others = [str(one.name) for one in made if is_in_reach(one.location, folder)]
        instead = f", but {', '.join(others[:_SHOWN])}" if others else ""
        return f"the crawl has made no table of these files{instead}"
    checks = [_counts(output, found)]
    twin = next((one for one in targets if one.table and _reads_as(one, mine)), None)
    if twin and twin.table and found.format == "parquet" and (iceberg := catalog.table(twin.table)):
        checks += [_columns(found, iceberg), _rows(found, iceberg)]
        keys = twin.node.partition_keys
        if keys == mine.node.partition_keys and all(key.type in _PLAIN for key in iceberg.partition_by):
            checks.append(_partitions(found, iceberg, catalog))
    return next((what for check in checks for what in check), "")


def _reads_as(one: FlowTarget, other: FlowTarget) -> bool:
    return one.graph.name == other.graph.name and one.node.Inputs == other.node.Inputs


def _counts(output: Output, found: CatalogTable) -> Iterator[str]:
    counts = [("files", found.files, output.files), ("bytes", found.size, output.bytes)]
    # (Whether CSV has a header a crawl can only guess.)
    if found.rows is not None and found.format != "csv":
        counts.insert(0, ("rows", found.rows, output.rows))
    for what, told, written in counts:
        if told != written:
            yield _differ(what, found, told, "the run", written)


def _columns(found: CatalogTable, iceberg: CatalogTable) -> Iterator[str]:
    """Keys have the types that folders' names look like, and names that Athena takes."""
    names = [column.name.casefold() for column in (*found.columns, *found.partition_by)]
    keys = {column.name for column in iceberg.partition_by} if found.partition_by else set()
    wanted = {
        plain_name(column.name) if column.name in keys else column.name.casefold(): column.type
        for column in iceberg.columns
    }
    if odd := sorted(wanted.keys() ^ set(names)):
        yield f"only one of {found.name} and {iceberg.name} has the column '{odd[0]}'"
        return
    for column in found.columns:
        if (type_ := wanted[column.name.casefold()]) != column.type:
            yield f"'{column.name}' is {column.type} in {found.name}, and {type_} in {iceberg.name}"


def _rows(found: CatalogTable, iceberg: CatalogTable) -> Iterator[str]:
    if found.rows is not None and iceberg.rows is not None and found.rows != iceberg.rows:
        yield _differ("rows", found, found.rows, str(iceberg.name), iceberg.rows)


def _partitions(found: CatalogTable, iceberg: CatalogTable, catalog: DataCatalog) -> Iterator[str]:
    if not found.partition_by:
        return
    told = {one.values: one.rows or 0 for one in catalog.partitions(found.name)}
    wanted: Counter[PartitionValues] = Counter()
    for part in catalog.partitions(iceberg.name):
        # (Hive has one folder for NULL, the empty text, and the text that it calls that folder by.)
        values = tuple(None if value in (None, "", NO_VALUE) else value for value in part.values)
        wanted[values] += part.rows or 0
    for values in sorted(told.keys() | wanted.keys(), key=str):
        if told.get(values, 0) != wanted[values]:
            of = f" of {', '.join(str(value) for value in values)}"
            yield _differ(f"rows{of}", found, told.get(values, 0), str(iceberg.name), wanted[values])


def _differ(what: str, found: CatalogTable, told: int, other: str, wanted: int) -> str:
    return f"{found.name} has {told:,} {what} by the catalog, and {other} has {wanted:,}"
