"""Metadata tables in FROM: their rows as one constant, which the engine makes a relation of.

So they need no file, and whoever runs the SQL may read none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wavehouse.core.metadata_tables import ArrayOf, MapOf, MetadataTable, MetadataType, RowOf
from wavehouse.core.sql_text import identifier, literal
from wavehouse.query.nested import field_at
from wavehouse.query.trino_types import array_of, duckdb_type, map_type, row_of


def relation(table: MetadataTable, row: str) -> str:
    """The SQL of its rows, in brackets; `row` is a name that no other relation has."""
    whole = RowOf(table.columns)
    text = json.dumps([_plain(one, whole) for one in table.rows], ensure_ascii=False)
    shape = json.dumps([_shape(whole)], ensure_ascii=False)
    # Texts first: JSON's own numbers would be read as doubles. In a relation of its own, where the engine
    # does not work the constant out value by value while it plans.
    rows = f"CAST(from_json(whole, {literal(shape)}) AS {duckdb_type(trino_name(whole))}[])"
    document = f"(VALUES ({literal(text)})) AS document(whole)"
    columns = ", ".join(
        f"{field_at(identifier(row), at)} AS {identifier(name)}"
        for at, (name, _) in enumerate(table.columns, start=1)
    )
    return f"(SELECT {columns} FROM (SELECT unnest({rows}) AS {identifier(row)} FROM {document}))"


def trino_name(type_: MetadataType) -> str:
    """The Trino name of a type."""
    match type_:
        case ArrayOf(element):
            return array_of(trino_name(element))
        case MapOf(key, value):
            return map_type(key, value)
        case RowOf(fields):
            return row_of((name, trino_name(of)) for name, of in fields)
    return type_


def _shape(type_: MetadataType) -> Any:
    """The type with texts for all scalars, as from_json takes it."""
    match type_:
        case ArrayOf(element):
            return [_shape(element)]
        case MapOf():
            return "MAP(VARCHAR, VARCHAR)"
        case RowOf(fields):
            return {name: _shape(of) for name, of in fields}
    return "VARCHAR"


def _plain(value: Any, type_: MetadataType) -> Any:
    """A value as JSON, with texts for all scalars."""
    if value is None:
        return None
    match type_:
        case ArrayOf(element):
            return [_plain(one, element) for one in value]
        case MapOf():
            return {_text(one): None if of is None else _text(of) for one, of in value.items()}
        case RowOf(fields):
            parts: Sequence[Any] = value
            return {name: _plain(one, of) for (name, of), one in zip(fields, parts, strict=True)}
    # An instant is one of UTC.
    return f"{_text(value)}+00" if type_.endswith("with time zone") else _text(value)


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case bytes():
            return "".join(f"\\x{byte:02X}" for byte in value)
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
    return str(value)
