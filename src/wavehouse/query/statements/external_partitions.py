"""Partitions of external tables that statements have made: ADD and DROP PARTITION, and MSCK REPAIR TABLE.

https://docs.aws.amazon.com/athena/latest/ug/alter-table-add-partition.html
https://docs.aws.amazon.com/athena/latest/ug/msck-repair-table.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from wavehouse.catalog.partition_keys import hive_key, value_of
from wavehouse.core.data_catalog import CatalogTable, Partition, PartitionValues
from wavehouse.core.errors import QueryError
from wavehouse.core.hidden_names import is_hidden
from wavehouse.core.table_name import TableName
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import texts
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.partition_spec import check_keys, partition_spec
from wavehouse.query.statements.partition_text import partition_path
from wavehouse.query.statements.permission import allowed, check_may_change
from wavehouse.query.statements.places import place
from wavehouse.query.statements.words import Reader


def alter_partitions(reader: Reader, context: Context, writing: Writing, name: TableName) -> None:
    """ADD [IF NOT EXISTS] PARTITION (…) [LOCATION '…'] …, or DROP [IF EXISTS] PARTITION (…), …"""
    if reader.take("ADD"):
        if_not_exists = reader.take("IF", "NOT", "EXISTS")
        specs = list(_added(reader))
        with writing.locked():
            table = _external(context, writing, name, "ADD PARTITION")
            _add(context, writing, table, specs, if_not_exists=if_not_exists)
        return
    reader.expect("DROP")
    if_exists = reader.take("IF", "EXISTS")
    dropped = []
    while True:
        reader.expect("PARTITION")
        dropped.append(partition_spec(reader))
        if not reader.take(","):
            break
    reader.done()
    with writing.locked():
        table = _external(context, writing, name, "DROP PARTITION")
        there = {one.values for one in context.catalog.partitions(name)}
        gone = [_values(table, spec) for spec in dropped]
        for values in gone:
            if values not in there and not if_exists:
                raise QueryError(f"{name} has no partition {_told(table, values)}")
        writing.external.put(table, remove=[values for values in gone if values in there])


def _added(reader: Reader) -> Iterator[tuple[dict[str, str | None], str]]:
    while True:
        reader.expect("PARTITION")
        spec = partition_spec(reader)
        yield spec, reader.string("a place") if reader.take("LOCATION") else ""
        if reader.next is None:
            return


def _add(
    context: Context,
    writing: Writing,
    table: CatalogTable,
    specs: list[tuple[dict[str, str | None], str]],
    *,
    if_not_exists: bool,
) -> None:
    keys = [key.name for key in table.partition_by]
    there = {one.values for one in context.catalog.partitions(table.name)}
    added: dict[PartitionValues, Partition] = {}
    for spec, location in specs:
        values = _values(table, spec)
        if values in there or values in added:
            if not if_not_exists:
                raise QueryError(
                    f"{table.name} has the partition {_told(table, values)} already",
                    remedy="Write ADD IF NOT EXISTS PARTITION",
                )
            continue
        written = location or f"{table.location}/{partition_path(keys, values)}/"
        added[values] = Partition(values, str(place(written, writing, "a partition", reading=True)))
    if added:
        writing.external.put(table, list(added.values()))


def msck_repair(reader: Reader, context: Context) -> Answer:
    """MSCK REPAIR TABLE name: partitions are added for folders `key=value/…` that have none; MSCK is read.

    As in Athena, none is removed.
    """
    started = time.perf_counter()
    writing = allowed(context, "MSCK REPAIR TABLE")
    reader.expect("REPAIR", "TABLE")
    name = reader.table()
    reader.done()
    with writing.locked():
        table = _external(context, writing, name, "MSCK REPAIR TABLE")
        check_keys(table, {}, all_of_them=False)
        there = {one.values for one in context.catalog.partitions(name)}
        keys = [key.name for key in table.partition_by]
        found = {
            values: folder
            for values, folder in _folders(Path(table.location), keys, ())
            if values not in there
        }
        if found:
            writing.external.put(table, [Partition(values, str(folder)) for values, folder in found.items()])
    lines = [f"Partitions not in metastore:\t{name.table}:{partition_path(keys, values)}" for values in found]
    return texts(["result"], [(line,) for line in lines], started)


def _folders(
    folder: Path, keys: list[str], values: PartitionValues
) -> Iterator[tuple[PartitionValues, Path]]:
    if not keys:
        yield values, folder
        return
    if not folder.is_dir():
        return
    for inside in sorted(folder.iterdir()):
        # (A link may lead anywhere.)
        is_folder = inside.is_dir() and not inside.is_symlink() and not is_hidden(inside.name)
        if is_folder and hive_key(inside.name) == keys[0]:
            yield from _folders(inside, keys[1:], (*values, value_of(inside.name)))


def _external(context: Context, writing: Writing, name: TableName, what: str) -> CatalogTable:
    table = context.table(name)
    if table.view is not None or table.format == "iceberg":
        kind = "a view" if table.view is not None else "an Iceberg table"
        raise QueryError(f"{name} is {kind}, and {what} is of external tables alone")
    check_may_change(writing, name)
    return table


def _values(table: CatalogTable, spec: dict[str, str | None]) -> PartitionValues:
    check_keys(table, spec, all_of_them=True)
    return tuple(spec[key.name] for key in table.partition_by)


def _told(table: CatalogTable, values: PartitionValues) -> str:
    return partition_path([key.name for key in table.partition_by], values)
