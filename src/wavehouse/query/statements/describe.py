"""DESCRIBE: the columns of a table, its keys or its partition spec, laid out as Athena lays them out.

https://docs.aws.amazon.com/athena/latest/ug/describe-table.html
"""

from __future__ import annotations

import time

from wavehouse.core.data_catalog import CatalogColumn, CatalogTable
from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import texts
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.partition_spec import check_keys, partition_spec
from wavehouse.query.statements.show import column_names
from wavehouse.query.statements.words import Reader

Line = tuple[str, str, str]

_HEADINGS = ("col_name", "data_type", "comment")
_EMPTY: Line = ("", "", "")


def describe(reader: Reader, context: Context) -> Answer:
    """Answer a DESCRIBE, of which the first word is read.

    DESCRIBE [VIEW] [database.]table [PARTITION (key = 'value', …)] [column]. Raises `QueryError`.
    """
    started = time.perf_counter()
    if word := reader.one_of("EXTENDED", "FORMATTED", "INPUT", "OUTPUT"):
        raise QueryError(f"DESCRIBE {word} is not covered yet", remedy="Write DESCRIBE and the table's name")
    wants_view = reader.take("VIEW")
    table = context.table(reader.table())
    if wants_view and table.view is None:
        raise QueryError(f"{table.name} is a table, not a view", remedy=f"Write DESCRIBE {table.name}")
    if reader.take("PARTITION"):
        _check_partition(reader, context, table)
    if reader.next is not None:
        column = reader.name("a column's name")
        if reader.sees("."):
            reader.fail("fields of columns are not covered yet", "Name the column")
        reader.done()
        return texts(_HEADINGS, [_line(_column(table, column))], started)
    lines = _iceberg(table) if table.format == "iceberg" else _hive(table)
    return texts(_HEADINGS, lines, started)


def _hive(table: CatalogTable) -> list[Line]:
    keys = [_line(key) for key in table.partition_by]
    lines = [_line(column) for column in table.columns] + keys
    if not keys:
        return lines
    return [*lines, _EMPTY, ("# Partition Information", "", ""), _named("# col_name"), _EMPTY, *keys]


def _iceberg(table: CatalogTable) -> list[Line]:
    lines = [("# Table schema:", "", ""), _named("# col_name"), *(_line(one) for one in table.columns)]
    spec = ("# field_name", "field_transform", "column_name")
    keys = [(key.name, "identity", key.name) for key in table.partition_by]
    return [*lines, _EMPTY, ("# Partition spec:", "", ""), spec, *keys]


def _named(first: str) -> Line:
    return (first, "data_type", "comment")


def _line(column: CatalogColumn) -> Line:
    return (column.name, column.type.replace("timestamptz", "timestamp with time zone"), column.comment)


def _column(table: CatalogTable, name: str) -> CatalogColumn:
    known = {one.name.lower(): one for one in (*table.columns, *table.partition_by)}
    if name not in known:
        raise QueryError(
            f"no column '{name}' in {table.name}", remedy=did_you_mean(name, column_names(table))
        )
    return known[name]


def _check_partition(reader: Reader, context: Context, table: CatalogTable) -> None:
    spec = partition_spec(reader)
    check_keys(table, spec, all_of_them=True)
    values = tuple(spec[key.name] for key in table.partition_by)
    if not any(one.values == values for one in context.catalog.partitions(table.name)):
        raise QueryError(f"{table.name} has no such partition", remedy=f"See SHOW PARTITIONS {table.name}")
