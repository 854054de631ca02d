"""Which Iceberg field id each column has, or will have: needed before the first byte is written.

Wrong ids corrupt a table silently, so the committer compares what it finds with what was planned here.
Rules (Iceberg's, as PyIceberg applies them): a new table numbers its columns 1…n in order and then the
elements of its arrays; a column added later takes the next id after the highest ever used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wavehouse.core.columns import Column, element_type
from wavehouse.core.errors import DefinitionError
from wavehouse.engines.engine import FieldIds
from wavehouse.lake.head import catalog_type, columns_of, current_schema

# https://iceberg.apache.org/spec/#schema-evolution
_WIDENINGS = {("int", "bigint"), ("float", "double")}
# What a reader tells of every row, so that Iceberg in Java reads no table with a column of such a name:
# https://iceberg.apache.org/spec/#reserved-field-ids .
RESERVED = frozenset(
    f"_{name}"
    for name in ("file", "pos", "deleted", "spec_id", "partition", "row_id", "last_updated_sequence_number")
)


@dataclass(frozen=True)
class SchemaPlan:
    """The columns a table shall have, their ids, and how it gets there from what it is.

    `dropped` and `widened` are names of columns; `new` says that there is no table yet.
    """

    columns: tuple[Column, ...]
    ids: FieldIds
    new: bool
    added: tuple[Column, ...] = ()
    widened: tuple[Column, ...] = ()
    dropped: tuple[str, ...] = ()


def plan_schema(table: str, columns: Sequence[Column], metadata: dict[str, Any] | None) -> SchemaPlan:
    """Plan the columns of a table; `metadata` is its current metadata, None for a new table.

    Raises `DefinitionError` for a change of type that Iceberg does not allow, and for names that it keeps.
    """
    for column in columns:
        if element_type(element_type(column.type) or "") is not None:
            raise DefinitionError(
                f"the column '{column.name}' of {table} would be {column.type}, an array of arrays",
                remedy="Flatten it: a table's arrays hold plain values",
            )
    fields = {field["name"]: field for field in current_schema(metadata)["fields"]} if metadata else {}
    for column in columns:
        if column.name.lower() in RESERVED and column.name not in fields:
            raise DefinitionError(
                f"a column of {table} would be called '{column.name}', which other readers of Iceberg have "
                "for something of their own",
                remedy="Give it another name",
            )
    if metadata is None:
        ids = {column.name: at for at, column in enumerate(columns, start=1)}
        return SchemaPlan(tuple(columns), FieldIds(ids, _elements(columns, len(columns))), new=True)

    ids = {name: field["id"] for name, field in fields.items()}
    elements = {name: field["type"]["element-id"] for name, field in fields.items() if _is_list(field)}
    types = {name: catalog_type(field["type"]) for name, field in fields.items()}
    other = [column for column in columns if types.get(column.name, column.type) != column.type]
    widened = [column for column in other if widens(types[column.name], column.type)]
    if different := [column for column in other if column not in widened]:
        raise DefinitionError(
            f"the columns of {table} cannot become what the project says: "
            + "; ".join(f"'{c.name}' is {types[c.name]} and would become {c.type}" for c in different),
            remedy="Keep the types, or give the columns other names; nothing was changed",
        )
    wanted = {column.name for column in columns}
    added = tuple(column for column in columns if column.name not in fields)
    last = metadata["last-column-id"]
    for column in added:
        last += 1
        ids[column.name] = last
        if element_type(column.type):
            last += 1
            elements[column.name] = last
    dropped = tuple(name for name in fields if name not in wanted)
    return SchemaPlan(
        tuple(columns),
        FieldIds({c.name: ids[c.name] for c in columns}, {n: i for n, i in elements.items() if n in wanted}),
        new=False,
        added=added,
        widened=tuple(widened),
        dropped=dropped,
    )


def schema_as_it_was(metadata: dict[str, Any], schema_id: int) -> SchemaPlan:
    """The plan of a table with one of the schemas that it has or had."""
    schema = next(schema for schema in metadata["schemas"] if schema["schema-id"] == schema_id)
    ids = {field["name"]: field["id"] for field in schema["fields"]}
    elements = {field["name"]: field["type"]["element-id"] for field in schema["fields"] if _is_list(field)}
    return SchemaPlan(columns_of(schema), FieldIds(ids, elements), new=False)


def widens(now: str, then: str) -> bool:
    """Whether every value of the one type is one of the other, so that files of both can be read together."""
    decimals = [re.fullmatch(r"decimal\((\d+),(\d+)\)", type_) for type_ in (now, then)]
    if all(decimals):
        (precision, scale), (wider, same) = (one.groups() for one in decimals if one)
        return scale == same and int(wider) > int(precision)
    return (now, then) in _WIDENINGS


def _elements(columns: Sequence[Column], last: int) -> dict[str, int]:
    arrays = [column.name for column in columns if element_type(column.type)]
    return {name: last + at for at, name in enumerate(arrays, start=1)}


def _is_list(field: dict[str, Any]) -> bool:
    return isinstance(field["type"], dict) and field["type"]["type"] == "list"
