"""Iceberg tables that lie in what is crawled: described by their metadata, and committed to by others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from wavehouse.catalog.changes import Difference, Retyped
from wavehouse.catalog.iceberg_table import iceberg_table
from wavehouse.catalog.known_tables import CALLED, CRAWLER, KnownTable
from wavehouse.catalog.read_file import Problem
from wavehouse.catalog.tree import Tree
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogTable
from wavehouse.core.errors import OutsideError
from wavehouse.core.printable import printable
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import read_metadata, table_head
from wavehouse.store.object_store import ObjectStore


def foreign_tables(
    tree: Tree, store: ObjectStore, own: Collection[str]
) -> tuple[list[CatalogTable], list[Problem]]:
    """The Iceberg tables of a tree, each called by its folder; those of the lake itself are told apart."""
    tables, problems = [], []
    for folder, metadata in sorted(tree.iceberg.items()):
        location = tree.location(folder)
        if location in own:
            problems.append(Problem(folder or ".", "own", "it is a table that the lake has itself"))
            continue
        called = (folder or tree.root).rpartition("/")[2]
        try:
            head = table_head(
                TableName("", called), tree.location(metadata), read_metadata(store, tree.location(metadata))
            )
        except Exception as error:
            # (Metadata of others can be anything: the rest of the tree is crawled.)
            said = error.what if isinstance(error, OutsideError) else f"({type(error).__name__}: {error})"
            what = printable(said)[:200]
            problems.append(Problem(metadata, "damaged", f"it is no metadata of an Iceberg table: {what}"))
            continue
        tables.append(iceberg_table(head))
    return tables, problems


def foreign_difference(
    name: TableName, table: CatalogTable, before: KnownTable | None, crawler: str
) -> Difference:
    """What becomes of such a table in the catalog."""
    properties = {"classification": "iceberg", CRAWLER: crawler, CALLED: table.name.table}
    after = replace(table, name=name, properties=properties)
    if before is None:
        return Difference("new", name, None, after, None, adopted=False)
    was = {column.name: column.type for column in before.table.columns}
    now = {column.name: column.type for column in after.columns}
    return Difference(
        "unchanged" if replace(before.table, comment="") == replace(after, comment="") else "changed",
        name,
        before,
        after,
        None,
        adopted=False,
        columns_new=tuple(Column(*one) for one in now.items() if one[0] not in was),
        columns_gone=tuple(Column(*one) for one in was.items() if one[0] not in now),
        retyped=tuple(
            Retyped(one, was[one], type_) for one, type_ in now.items() if was.get(one, type_) != type_
        ),
    )
