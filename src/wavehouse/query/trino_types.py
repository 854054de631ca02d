"""Athena's types by their Trino names: from the catalog, to DuckDB, and the common type of two.

`array(integer)`, `map(varchar,bigint)` and `row("name" varchar,"age" integer)` are nested types; their parts
may be nested themselves. A row's field without a name is `row(integer,varchar)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from wavehouse.core.columns import element_type
from wavehouse.core.sql_text import identifier
from wavehouse.query.trino_times import INSTANT, common_time, duckdb_time, is_instant, is_time

_FROM_CATALOG = {
    "string": "varchar",
    "int": "integer",
    "float": "real",
    "timestamptz": INSTANT,
}
_TO_DUCKDB = {
    "real": "FLOAT",
    "unknown": "INTEGER",
    "varbinary": "BLOB",
    # JSON as its text: what equals what is decided by the functions that read it.
    "json": "VARCHAR",
}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_NESTED = re.compile(r"(array|map|row)\((.+)\)", re.DOTALL)
MAX_PRECISION = 38

WHOLE = ("tinyint", "smallint", "integer", "bigint")
# DuckDB compares these like numbers on a line on which NaN is the largest; IEEE and Trino do not.
FLOATING = ("real", "double")
# A whole number as a decimal, as Trino coerces it.
_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
# So many digits, and the power of ten below them, are exact as a real.
_REAL_DIGITS = 7
# So many digits of a decimal are exact as a double, and fit into a long.
_EXACT_DIGITS, _LONG_DIGITS = 15, 18


def trino_type(catalog_type: str) -> str:
    """The Trino name of a catalog type: `string` → `varchar`, `array<int>` → `array(integer)`."""
    element = element_type(catalog_type)
    if element is not None:
        return array_of(trino_type(element))
    return _FROM_CATALOG.get(catalog_type, catalog_type)


def duckdb_type(type_: str) -> str:
    """DuckDB's name for a Trino type."""
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        return f"{duckdb_type(element)}[]"
    if pair is not None:
        return f"MAP({duckdb_type(pair[0])}, {duckdb_type(pair[1])})"
    if fields is not None:
        inside = ", ".join(
            f"{identifier(name or f'field{at}')} {duckdb_type(of)}" for at, (name, of) in enumerate(fields)
        )
        return f"STRUCT({inside})"
    return duckdb_time(type_) or _TO_DUCKDB.get(type_) or type_.upper()


def as_type(sql: str, from_: str, to: str) -> str:
    """`sql` of a type as one that it coerces to."""
    if is_instant(to) and is_time(from_) and not is_instant(from_):
        # Not CAST, which goes by the engine's zone. (The session's is UTC.)
        return f"timezone('UTC', CAST({sql} AS TIMESTAMP))"
    precision, scale = (decimal_of(from_) if is_decimal(from_) else None) or (0, 0)
    if to != "double" or precision <= _EXACT_DIGITS:
        return f"CAST({sql} AS {duckdb_type(to)})"
    # Of more digits than a double keeps DuckDB converts the two sides of the point. Trino divides the digits,
    # as a long, by the power of ten; of more digits than a long has it parses the text.
    if precision > _LONG_DIGITS:
        return f"CAST(CAST({sql} AS VARCHAR) AS DOUBLE)"
    digits = f"CAST(replace(CAST({sql} AS VARCHAR), '.', '') AS BIGINT)"
    return f"(CAST({digits} AS DOUBLE) / 1e{scale})"


def array_of(type_: str) -> str:
    """`array(type_)`."""
    return f"array({type_})"


def element_of(type_: str) -> str | None:
    """The element type of an array, None for any other type."""
    parts = _parts(type_, "array")
    return parts[0] if parts else None


def map_type(key: str, value: str) -> str:
    """`map(key,value)`."""
    return f"map({key},{value})"


def map_of(type_: str) -> tuple[str, str] | None:
    """The types of keys and values of a map, None for any other type."""
    parts = _parts(type_, "map")
    return (parts[0], parts[1]) if len(parts) == 2 else None


def row_of(fields: Iterable[tuple[str, str]]) -> str:
    """`row(name type,…)`; a field without a name has ''."""
    return f"row({','.join(f'{identifier(name)} {type_}' if name else type_ for name, type_ in fields)})"


def fields_of(type_: str) -> list[tuple[str, str]] | None:
    """The fields of a row as name ('' for none) and type, None for any other type."""
    parts = _parts(type_, "row")
    return [_field(part) for part in parts] if parts else None


def is_nested(type_: str) -> bool:
    """Whether it is an array, a map or a row."""
    return _NESTED.fullmatch(type_) is not None


def has_map(type_: str) -> bool:
    """Whether it is a map or has one inside: the engine compares those by the order of their entries."""
    return is_nested(type_) and "map(" in type_


def kind_of(type_: str) -> str:
    """`array`, `map` or `row`; '' for any other type."""
    found = _NESTED.fullmatch(type_)
    return found[1] if found else ""


def parts_of(type_: str) -> list[str]:
    """The types that stand in a nested type; none for other types."""
    return [_field(part)[1] for part in _parts(type_, kind_of(type_))]


def _parts(type_: str, kind: str) -> list[str]:
    """What stands between the brackets of a nested type of that kind; none for other types."""
    found = _NESTED.fullmatch(type_)
    if found is None or found[1] != kind:
        return []
    parts, depth, quoted = [""], 0, False
    for sign in found[2]:
        quoted ^= sign == '"'
        if not quoted:
            depth += (sign == "(") - (sign == ")")
            if sign == "," and not depth:
                parts.append("")
                continue
        parts[-1] += sign
    return parts


def _field(part: str) -> tuple[str, str]:
    if not part.startswith('"'):
        return "", part
    name, _, type_ = part[1:].replace('""', "\0").partition('" ')
    return name.replace("\0", '"'), type_


def is_array_of_instants(type_: str) -> bool:
    """Whether it is a nested type with timestamps with time zone."""
    return is_nested(type_) and "with time zone" in type_


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
    return type_ not in FLOATING and not is_nested(type_) and type_ != "json"


def common_type(left: str, right: str) -> str | None:
    """The type to which Trino coerces both; None where it has none or where the coercion is not covered.

    `real` does not meet decimals of many digits: those coercions round differently on the two engines.
    """
    if "unknown" in (left, right) or left == right:
        return right if left == "unknown" else left
    if is_nested(left) and is_nested(right):
        return _common_nested(left, right)
    if is_number(left) and is_number(right):
        return _common_number(left, right)
    return common_time(left, right)


def _common_nested(left: str, right: str) -> str | None:
    """Part by part; fields of a row that differ in name have none in common."""
    kind, ours, theirs = kind_of(left), parts_of(left), parts_of(right)
    if kind != kind_of(right) or len(ours) != len(theirs):
        return None
    types = [common_type(one, other) for one, other in zip(ours, theirs, strict=True)]
    known = [type_ for type_ in types if type_ is not None]
    if len(known) < len(types):
        return None
    if kind != "row":
        return f"{kind}({','.join(known)})"
    names = zip(fields_of(left) or [], fields_of(right) or [], strict=True)
    return row_of(
        (one if one == other else "", type_)
        for ((one, _), (other, _)), type_ in zip(names, known, strict=True)
    )


def _common_number(left: str, right: str) -> str | None:
    pair = {left, right}
    if pair <= set(WHOLE):
        return max(left, right, key=WHOLE.index)
    if "double" in pair:
        return "double"
    if "real" in pair:
        (other,) = pair - {"real"}
        precision, _ = decimal_of(other) or (0, 0)
        return "real" if other in WHOLE or precision <= _REAL_DIGITS else None
    return _common_decimal(left, right)


def _common_decimal(left: str, right: str) -> str | None:
    one, other = decimal_of(left), decimal_of(right)
    if one is None or other is None:
        return None
    scale = max(one[1], other[1])
    precision = max(one[0] - one[1], other[0] - other[1]) + scale
    return decimal(precision, scale) if precision <= MAX_PRECISION else None
