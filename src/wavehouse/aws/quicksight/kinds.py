"""What QuickSight knows of types: five kinds of values, and none for lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import expressions as exp
from sqlglot import parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from wavehouse.core.columns import Column
from wavehouse.core.table_name import TableName

_NUMBERS = frozenset({"INTEGER", "DECIMAL"})

_OF_COLUMNS: Mapping[str, str] = {
    "string": "STRING",
    "boolean": "BOOLEAN",
    "tinyint": "INTEGER",
    "smallint": "INTEGER",
    "int": "INTEGER",
    "bigint": "INTEGER",
    "float": "DECIMAL",
    "double": "DECIMAL",
    "decimal": "DECIMAL",
    "date": "DATETIME",
    "timestamp": "DATETIME",
}
# (Iceberg's timestamps and plain ones alike.)
_OF_QUERIES: Sequence[tuple[set[Any], str]] = (
    (set(exp.DataType.TEXT_TYPES), "STRING"),
    (set(exp.DataType.INTEGER_TYPES), "INTEGER"),
    (set(exp.DataType.REAL_TYPES), "DECIMAL"),
    (set(exp.DataType.TEMPORAL_TYPES), "DATETIME"),
    ({exp.DataType.Type.BOOLEAN}, "BOOLEAN"),
)

Columns = Mapping[TableName, Sequence[Column]]


def kind_of(type_: str) -> str | None:
    """The kind of a column of the Data Catalog; None where QuickSight has none, as for lists."""
    return _OF_COLUMNS.get(type_.partition("(")[0])


def is_number(kind: str | None) -> bool:
    """Whether it is one of the kinds of numbers."""
    return kind in _NUMBERS


def kinds_of_query(sql: str, columns: Columns) -> dict[str, str | None]:
    """The columns of a query in Athena SQL with their kinds, None where the kind cannot be told.

    Raises `LookupError` for a query of tables or columns that are not known.
    """
    known: dict[str, Any] = {}
    for name, listed in columns.items():
        known.setdefault(name.database, {})[name.table] = {one.name: one.type for one in listed}
    try:
        tree = parse_one(sql, read="athena")
        _check_tables(tree, known)
        tree = annotate_types(
            qualify(tree, schema=known, dialect="athena", validate_qualify_columns=False),
            schema=known,
            dialect="athena",
        )
    except SqlglotError as error:
        raise LookupError(str(error)) from error
    selects = tree.selects if isinstance(tree, exp.Query) else []
    return {one.alias_or_name: _kind(one) for one in selects}


def _check_tables(tree: exp.Expr, known: Mapping[str, Any]) -> None:
    within = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name not in (known.get(table.db, {}) if table.db else within):
            raise LookupError(f"no flow makes the table {table.db or 'default'}.{table.name}")


def _kind(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Alias | exp.Paren | exp.Filter):
        return _kind(node.this)
    if isinstance(node, exp.Sub | exp.Add | exp.Mul | exp.Div):
        # (sqlglot tells no type where a side is an aggregate with a FILTER.)
        sides = {_kind(node.left), _kind(node.right)}
        return "DECIMAL" if "DECIMAL" in sides and sides <= _NUMBERS else _told(node)
    if isinstance(node, exp.CountIf | exp.Count):
        return "INTEGER"
    if isinstance(node, exp.Avg):
        return "DECIMAL"
    if isinstance(node, exp.Max | exp.Min):
        return _kind(node.this)
    return _told(node)


def _told(node: exp.Expr) -> str | None:
    told = node.type.this if node.type is not None else None
    return next((kind for types, kind in _OF_QUERIES if told in types), None)
