"""Columns and their types, in the words of the Data Catalog (Hive DDL): string, int, array<string>, …"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean

SCALARS = ("string", "int", "bigint", "float", "double", "boolean", "date", "timestamp", "timestamptz")

# What people write for the same thing; Glue Studio itself says `long`.
_SYNONYMS = {"long": "bigint", "integer": "int", "varchar": "string", "text": "string", "bool": "boolean"}
_DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
_ARRAY = re.compile(r"array<(.+)>")


@dataclass(frozen=True)
class Column:
    """A column's name and its type as Hive DDL text."""

    name: str
    type: str


def canonical_type(text: str) -> str:
    """`text` in its one spelling (`Long` → `bigint`); raises `DefinitionError` for an unknown type."""
    spelled = re.sub(r"\s+", "", text).lower()
    if array := _ARRAY.fullmatch(spelled):
        return f"array<{canonical_type(array[1])}>"
    if decimal := _DECIMAL.fullmatch(spelled):
        precision, scale = int(decimal[1]), int(decimal[2])
        if not (1 <= precision <= 38 and scale <= precision):
            raise DefinitionError(
                f"'{text}' is not a type",
                remedy="A decimal has 1 to 38 digits, and no more of them after the point",
            )
        return spelled
    name = _SYNONYMS.get(spelled, spelled)
    if name not in SCALARS:
        raise DefinitionError(f"'{text}' is not a type", remedy=did_you_mean(text, [*SCALARS, *_SYNONYMS]))
    return name


def element_type(type_: str) -> str | None:
    """The element type of `array<…>`, None for a scalar."""
    array = _ARRAY.fullmatch(type_)
    return array[1] if array else None
