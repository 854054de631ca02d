"""CAST from and to the type json."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.sql_text import literal
from wavehouse.query.functions.let import let
from wavehouse.query.nested import field_at, struct
from wavehouse.query.trino_types import WHOLE, duckdb_type, element_of, fields_of, map_of
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
        return let(value, name, _chosen(name, to, [("ARRAY", made)])) if inner else None
    if pair is not None and pair[0] == "varchar":
        inner = _read(f"element{depth}[2]", pair[1], depth + 1)
        zipped = f"list_zip(json_keys({name}), json_extract({name}, '$.*'))"
        entries = f"list_transform({zipped}, lambda element{depth}: row(element{depth}[1], {inner}))"
        made = f"map_from_entries({entries})"
        return let(value, name, _chosen(name, to, [("OBJECT", made)])) if inner else None
    if fields := fields_of(to):
        return _row(value, to, fields, depth)
    if to not in _SCALARS:
        return None
    ways = [(kind, way.format(name)) for kind, way in _SCALARS[to]]
    return let(value, name, _chosen(name, to, ways))


def _row(value: str, to: str, fields: Sequence[tuple[str, str]], depth: int) -> str | None:
    """A row of a JSON array by position, of a JSON object by the names of its fields."""
    name, part = f"json{depth}", f"element{depth}"
    read = [_read(f"list_extract({part}, {at})", of, depth + 1) for at, (_, of) in enumerate(fields, start=1)]
    inside = [one for one in read if one is not None]
    if len(inside) < len(fields):
        return None
    stop = _stop(name, to)
    enough, elements = f"json_array_length({name}) = {len(fields)}", f"json_extract({name}, '$[*]')"
    ways = [("ARRAY", f"CASE WHEN {enough} THEN {elements} ELSE {stop} END")]
    if all(known for known, _ in fields):
        pairs = f"list_zip(json_keys({name}), json_extract({name}, '$.*'))"
        found = (
            f"list_filter({pairs}, lambda pair: lower(pair[1]) = {literal(known)})" for known, _ in fields
        )
        texts = (f"CASE WHEN len({one}) > 1 THEN {stop} ELSE list_extract({one}, 1)[2] END" for one in found)
        ways.append(("OBJECT", f"[{', '.join(texts)}]"))
    made = struct([known for known, _ in fields], inside)
    parts = _chosen(name, to, ways, null="CAST(NULL AS JSON[])")
    return let(let(value, name, parts), part, f"CASE WHEN {part} IS NOT NULL THEN {made} END")


def _stop(name: str, to: str) -> str:
    wrong = literal(f" to {to} is an error, or not answered here")
    return f"error('the CAST of ' || CAST({name} AS VARCHAR) || {wrong})"


def _chosen(name: str, to: str, ways: Sequence[tuple[str, str]], null: str = "") -> str:
    whens = " ".join(f"WHEN '{kind}' THEN {way}" for kind, way in ways)
    otherwise = f"CASE WHEN {name} IS NOT NULL THEN {_stop(name, to)} END"
    null = null or f"CAST(NULL AS {duckdb_type(to)})"
    return f"CASE json_type({name}) WHEN 'NULL' THEN {null} {whens} ELSE {otherwise} END"


def cast_to_json(value: Typed) -> str | None:
    """CAST(value AS json); None where it is not covered."""
    document = _document(value.sql, value.type)
    return f"CAST(to_json({document}) AS VARCHAR)" if document else None


def _document(sql: str, type_: str) -> str | None:
    """The value of which to_json() makes what Trino does; None where it is not covered."""
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        inner = _document("part", element)
        return sql if inner == "part" else inner and f"list_transform({sql}, lambda part: {inner})"
    if pair is not None and pair[0] in (*WHOLE, "varchar", "boolean"):
        inner = _document("part.value", pair[1])
        entry = struct(("key", "value"), ("CAST(part.key AS VARCHAR)", inner or ""))
        entries = f"list_sort(list_transform(map_entries({sql}), lambda part: {entry}))"
        return inner and f"map_from_entries({entries})"
    if fields is not None and all(name for name, _ in fields):
        read = [_document(field_at("held", at), of) for at, (_, of) in enumerate(fields, start=1)]
        inside = [one for one in read if one is not None]
        row = struct([name for name, _ in fields], inside) if len(inside) == len(fields) else None
        return row and let(sql, "held", f"CASE WHEN held IS NOT NULL THEN {row} END")
    if type_ == "json":
        return f"CAST({sql} AS JSON)"
    return sql if type_ in (*WHOLE, "varchar", "boolean") else None
