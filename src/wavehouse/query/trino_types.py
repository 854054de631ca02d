"""Athena's types by their Trino names: from the catalog, to DuckDB, and the common type of two."""

from __future__ import annotations

import re

from wavehouse.core.columns import element_type

INSTANT = "timestamp with time zone"
_FROM_CATALOG = {
    "string": "varchar",
    "int": "integer",
    "float": "real",
    "timestamptz": INSTANT,
}
_TO_DUCKDB = {"real": "FLOAT", "unknown": "INTEGER"}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_ARRAY = re.compile(r"array\((.+)\)")
MAX_PRECISION = 38

WHOLE = ("integer", "bigint")
# DuckDB compares these like numbers on a line on which NaN is the largest; IEEE and Trino do not.
FLOATING = ("real", "double")
# A whole number as a decimal, as Trino coerces it.
_DIGITS = {"integer": 10, "bigint": 19}


def trino_type(catalog_type: str) -> str:
    """The Trino name of a catalog type: `string` → `varchar`, `array<int>` → `array(integer)`."""
    element = element_type(catalog_type)
    if element is not None:
        return array_of(trino_type(element))
    return _FROM_CATALOG.get(catalog_type, catalog_type)


def duckdb_type(type_: str) -> str:
    """DuckDB's name for a Trino type."""
    element = element_of(type_)
    if element is not None:
        return f"{duckdb_type(element)}[]"
    return _TO_DUCKDB.get(type_) or type_.upper()


def array_of(type_: str) -> str:
    """`array(type_)`."""
    return f"array({type_})"


def element_of(type_: str) -> str | None:
    """The element type of an array, None for a scalar."""
    found = _ARRAY.fullmatch(type_)
    return found[1] if found else None


def is_array_of_instants(type_: str) -> bool:
    """Whether it is an array of timestamps with time zone."""
    return element_of(type_) is not None and INSTANT in type_


def decimal(precision: int, scale: int) -> str:
    """`decimal(precision,scale)`."""
    return f"decimal({precision},{scale})"


def decimal_of(type_: str) -> tuple[int, int] | None:
    """Precision and scale of a decimal, or of a whole number as a decimal; None for other types."""
    if type_ in _DIGITS:
        return _DIGITS[type_], 0
    found = _DECIMAL.fullmatch(type_)
    return (int(found[1]), int(found[2])) if found else None


def is_decimal(type_: str) -> bool:
    """Whether `type_` is decimal(p,s)."""
    return _DECIMAL.fullmatch(type_) is not None


def is_number(type_: str) -> bool:
    """Whether `type_` is a number of any kind."""
    return type_ in WHOLE or type_ in FLOATING or is_decimal(type_)


def is_exact(type_: str) -> bool:
    """Whether `type_` can be ordered and knows no NaN."""
    return type_ not in FLOATING and element_of(type_) is None


def common_type(left: str, right: str) -> str | None:
    """The type to which Trino coerces both; None where it has none or where the coercion is not covered.

    `real` meets only itself and double: its other coercions round differently on the two engines.
    """
    if "unknown" in (left, right) or left == right:
        return right if left == "unknown" else left
    pair = {left, right}
    if pair == {"date", "timestamp"}:
        return "timestamp"
    if is_number(left) and is_number(right):
        return _common_number(left, right)
    return None


def _common_number(left: str, right: str) -> str | None:
    pair = {left, right}
    if pair == set(WHOLE):
        return "bigint"
    if "double" in pair:
        return "double"
    return None if "real" in pair else _common_decimal(left, right)


def _common_decimal(left: str, right: str) -> str | None:
    one, other = decimal_of(left), decimal_of(right)
    if one is None or other is None:
        return None
    scale = max(one[1], other[1])
    precision = max(one[0] - one[1], other[0] - other[1]) + scale
    return decimal(precision, scale) if precision <= MAX_PRECISION else None
