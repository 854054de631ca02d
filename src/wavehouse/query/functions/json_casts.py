"""CAST from and to the type json."""

from __future__ import annotations

from wavehouse.core.sql_text import literal
from wavehouse.query.functions.once import once
from wavehouse.query.trino_types import WHOLE, duckdb_type, element_of, map_of
from wavehouse.query.typed import Typed

_TEXT = "CAST({0} AS VARCHAR)"
_STRING = "json_extract_string({0}, '$')"
# (The types of JSON's values, how they become one of that type); all others stop the query.
_SCALARS: dict[str, tuple[tuple[str, str], ...]] = {
    "varchar": (("VARCHAR", _STRING), *((kind, _TEXT) for kind in ("BOOLEAN", "UBIGINT", "BIGINT"))),
    "boolean": (("BOOLEAN", f"({_TEXT} = 'true')"),),
    "bigint": (
        *((kind, f"CAST({_TEXT} AS BIGINT)") for kind in ("UBIGINT", "BIGINT")),
        ("BOOLEAN", f"CASE {_TEXT} WHEN 'true' THEN 1 ELSE 0 END"),
    ),
    "integer": (
        *((kind, f"CAST({_TEXT} AS INTEGER)") for kind in ("UBIGINT", "BIGINT")),
        ("BOOLEAN", f"CASE {_TEXT} WHEN 'true' THEN 1 ELSE 0 END"),
    ),
    "double": (
        *((kind, f"CAST({_TEXT} AS DOUBLE)") for kind in ("UBIGINT", "BIGINT", "DOUBLE")),
        ("BOOLEAN", f"CASE {_TEXT} WHEN 'true' THEN 1e0 ELSE 0e0 END"),
    ),
}


def cast_of_json(value: Typed, to: str) -> str | None:
    """CAST(value AS to) of JSON; None where it is not covered."""
    return _read(value.sql, to, 0)


def _read(value: str, to: str, depth: int) -> str | None:
    name = f"json{depth}"
    element, pair = element_of(to), map_of(to)
    if to == "json":
        return _TEXT.format(value)
    if element is not None:
        inner = _read(f"element{depth}", element, depth + 1)
        made = f"list_transform(json_extract({name}, '$[*]'), lambda element{depth}: {inner})"
        return once(value, name, _chosen(name, to, (("ARRAY", made),))) if inner else None
    if pair is not None and pair[0] == "varchar":
        inner = _read(f"element{depth}[2]", pair[1], depth + 1)
        zipped = f"list_zip(json_keys({name}), json_extract({name}, '$.*'))"
        entries = f"list_transform({zipped}, lambda element{depth}: row(element{depth}[1], {inner}))"
        made = f"map_from_entries({entries})"
        return once(value, name, _chosen(name, to, (("OBJECT", made),))) if inner else None
    if to not in _SCALARS:
        return None
    return once(value, name, _chosen(name, to, _SCALARS[to]))


def _chosen(name: str, to: str, ways: tuple[tuple[str, str], ...]) -> str:
    whens = " ".join(f"WHEN '{kind}' THEN {way.format(name)}" for kind, way in ways)
    wrong = literal(f" to {to} is an error, or not answered here")
    otherwise = (
        f"CASE WHEN {name} IS NOT NULL THEN error('the CAST of ' || CAST({name} AS VARCHAR) || {wrong}) END"
    )
    null = f"CAST(NULL AS {duckdb_type(to)})"
    return f"CASE json_type({name}) WHEN 'NULL' THEN {null} {whens} ELSE {otherwise} END"


def cast_to_json(value: Typed) -> str | None:
    """CAST(value AS json); None where it is not covered."""
    if not _is_covered(value.type):
        return None
    return f"CAST(to_json({value.sql}) AS VARCHAR)"


def _is_covered(type_: str) -> bool:
    element = element_of(type_)
    if element is not None:
        return _is_covered(element)
    return type_ in (*WHOLE, "varchar", "boolean")
