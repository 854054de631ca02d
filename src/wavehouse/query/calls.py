"""A call of a function on the list: its arguments matched against the signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.functions import AGGREGATES, INSTEAD, SCALARS, WINDOWS, Function
from wavehouse.query.refusals import place
from wavehouse.query.trino_times import TIMESTAMP, is_instant, is_time, is_timestamp, timestamp
from wavehouse.query.trino_types import (
    FLOATING,
    MAX_PRECISION,
    WHOLE,
    array_of,
    common_type,
    decimal,
    decimal_of,
    duckdb_type,
    element_of,
    fields_of,
    has_map,
    is_decimal,
    is_exact,
    is_number,
    map_of,
)
from wavehouse.query.typed import Typed, coerced, made

_DATE_UNITS = ("day", "week", "month", "quarter", "year")
_TIME_UNITS = ("millisecond", "second", "minute", "hour", *_DATE_UNITS)
_SMALLEST = {"'places'": -18, "'offset'": 0, "'count'": 1, "'how many'": 1}
_LARGEST = {"'places'": 15, "'how many'": 10_000}
# https://trino.io/docs/current/functions/aggregate.html#approx_distinct
_BETWEEN = {"'percentage'": (0, 1), "'standard error'": (0.0040625, 0.26)}


def is_aggregate(name: str) -> bool:
    """Whether `name` is an aggregate function on the list."""
    return any(function.name == name for function in AGGREGATES)


def is_window(name: str) -> bool:
    """Whether `name` is on the list only with OVER."""
    return any(function.name == name for function in WINDOWS)


def called(
    functions: Sequence[Function],
    name: str,
    arguments: Sequence[Typed],
    node: exp.Expr,
    *,
    distinct: bool = False,
    order: str = "",
    tail: str = "",
    ignoring: str = "",
) -> Typed:
    """The call of `name` on DuckDB; raises `QueryError` where no signature fits.

    `distinct`, `order` and `ignoring` stand in the brackets of an aggregate or of a window function, `tail`
    behind them.
    """
    known = [function for function in functions if function.name == name]
    if not known:
        raise _unknown(name, node)
    for function in known:
        matched = _matched(function, arguments)
        if matched is None:
            continue
        written = function.duckdb if isinstance(function.duckdb, str) else ""
        if distinct and "{distinct}" not in written:
            raise QueryError(f"DISTINCT in {name}() is not covered yet", where=place(node))
        if order and "{order}" not in written:
            raise QueryError(f"ORDER BY in {name}() is not covered yet", where=place(node))
        if distinct and any(has_map(one.type) for one in matched):
            raise QueryError(f"DISTINCT of a map in {name}() is not covered yet", where=place(node))
        around = {"distinct": "DISTINCT " if distinct else "", "order": order}
        around |= {"tail": tail, "ignoring": ignoring}
        sql = _written(function, matched, around)
        value = made(sql, _result(function, matched), *matched)
        return replace(value, nonzero=True) if name == "nullif" and _is_zero(matched[1]) else value
    types = ", ".join(argument.type for argument in arguments)
    covered = ", ".join(signature(function) for function in known)
    raise QueryError(f"{name}({types}) is not covered yet", where=place(node), remedy=f"Covered: {covered}")


def signature(function: Function) -> str:
    """A function as text: `substr(varchar, whole)`; a constant argument stands in quotes."""
    return f"{function.name}({', '.join(function.takes)}{', …' if function.more else ''})"


def _unknown(name: str, node: exp.Expr) -> QueryError:
    names = [function.name for function in (*SCALARS, *AGGREGATES, *WINDOWS)]
    near = did_you_mean(name, names)
    remedy = INSTEAD.get(name, near if near.startswith("Did") else "")
    return QueryError(f"the function '{name}' is not covered yet", where=place(node), remedy=remedy)


def _written(function: Function, arguments: Sequence[Typed], around: Mapping[str, str]) -> str:
    if not isinstance(function.duckdb, str):
        return function.duckdb(arguments)
    texts = [argument.sql for argument in arguments]
    return function.duckdb.format(
        *texts,
        all=", ".join(texts),
        joined=" || ".join(texts),
        nulls=" OR ".join(f"{text} IS NULL" for text in texts),
        nans=" OR ".join(f"isnan({text})" for text in texts),
        type=duckdb_type(arguments[0].type) if arguments else "",
        unit=_unit(arguments[0].type) if arguments else "",
        nines=_nines(arguments[0].type) if arguments else "",
        **around,
    )


def _unit(type_: str) -> str:
    _, scale = decimal_of(type_) or (0, 0)
    return f"CAST('1e-{scale}' AS DECIMAL(38, {scale}))"


def _nines(type_: str) -> str:
    """The largest decimal of as many digits behind the point."""
    _, scale = decimal_of(type_) or (0, 0)
    return f"CAST('{'9' * (MAX_PRECISION - scale)}.{'9' * scale}' AS DECIMAL({MAX_PRECISION}, {scale}))"


def _result(function: Function, arguments: Sequence[Typed]) -> str:
    first = arguments[0].type if arguments else ""
    if not isinstance(function.gives, str):
        return function.gives(arguments)
    results = {
        "first": first,
        "same": arguments[-1].type if arguments else "",
        "element": element_of(first) or "unknown",
        "array(first)": array_of(first),
        "sum of decimals": decimal(38, (decimal_of(first) or (38, 0))[1]),
    }
    return results.get(function.gives, function.gives)


def _matched(function: Function, arguments: Sequence[Typed]) -> list[Typed] | None:
    kinds = list(function.takes)
    if function.more and kinds:
        kinds += [kinds[-1]] * (len(arguments) - len(kinds))
    if len(kinds) != len(arguments):
        return None
    same = _common(
        element_of(one.type) or "unknown" if kind.endswith("same)") else one.type
        for kind, one in zip(kinds, arguments, strict=True)
        if kind.endswith(("same", "same)"))
    )
    matched: list[Typed] = []
    for kind, argument in zip(kinds, arguments, strict=True):
        one = _argument(kind, argument, matched[0].type if matched else "", same)
        if one is None:
            return None
        matched.append(one)
    return matched


def _common(types: Iterable[str]) -> str | None:
    found: str | None = "unknown"
    for type_ in types:
        found = common_type(found, type_) if found else None
    return found


def _argument(kind: str, value: Typed, first: str, same: str | None) -> Typed | None:
    """`value` as an argument of `kind`, None where it is none."""
    if kind in _BETWEEN or kind == "'percentages'":
        return _fraction(kind, value)
    if kind.startswith("'"):
        return _constant(kind, value)
    if kind in _ACCEPTS:
        return value if _ACCEPTS[kind](value.type) else None
    to = _target(kind, value, first, same)
    return coerced(value, to) if to else None


def _is_comparable(type_: str) -> bool:
    return not has_map(type_)


def _is_entry(fields: Sequence[tuple[str, str]]) -> bool:
    return len(fields) == 2 and is_exact(fields[0][1])


# What the elements of arrays that are coerced to one type must be.
_OF_ARRAYS: dict[str, Callable[[str], bool]] = {
    "array(same)": lambda _: True,
    "array(exact same)": is_exact,
    "array(comparable same)": _is_comparable,
}
# Kinds whose arguments are taken as they are.
_ACCEPTS: dict[str, Callable[[str], bool]] = {
    "any": lambda _: True,
    "decimal": is_decimal,
    "floating": lambda type_: type_ in FLOATING,
    "exact": is_exact,
    "instant": is_instant,
    "array": lambda type_: element_of(type_) is not None,
    "array(decimal)": lambda type_: is_decimal(element_of(type_) or ""),
    "array(exact)": lambda type_: is_exact(element_of(type_) or "double"),
    "map": lambda type_: map_of(type_) is not None,
    "map(exact)": lambda type_: is_exact((map_of(type_) or ("double",))[0]),
    "array of arrays": lambda type_: element_of(element_of(type_) or "") is not None,
    "array of entries": lambda type_: _is_entry(fields_of(element_of(type_) or "") or []),
    "comparable": _is_comparable,
}


def _target(kind: str, value: Typed, first: str, same: str | None) -> str | None:  # noqa: PLR0911
    """The type to which an argument of `kind` is coerced, None where it does not fit."""
    type_ = value.type
    match kind:
        case "same":
            return same
        case "exact same" | "floating same":
            fits = same in FLOATING if kind == "floating same" else is_exact(same or "double")
            return same if fits else None
        case "array(same)" | "array(exact same)" | "array(comparable same)":
            of_arrays = type_ == "unknown" or element_of(type_) is not None
            return array_of(same) if same and of_arrays and _OF_ARRAYS[kind](same) else None
        case "map same":
            return same if same and map_of(same) else None
        case "first" | "element" | "key":
            key = (map_of(first) or ("",))[0]
            to = {"first": first, "element": element_of(first), "key": key}[kind]
            return to if to and common_type(to, type_) == to else None
        case "timestamp" | "date or timestamp" | "time same":
            return _target_time(kind, type_, same)
        case "number":
            return "double" if common_type(type_, "double") == "double" else None
        case "whole":
            return type_ if type_ in WHOLE else "bigint" if type_ == "unknown" else None
        case _:
            return kind if type_ in (kind, "unknown") else None


def _target_time(kind: str, type_: str, same: str | None) -> str | None:
    if kind == "time same":
        return same if same and is_time(same) and same != "date" else None
    if is_timestamp(type_) or type_ == "unknown":
        return type_ if is_timestamp(type_) else TIMESTAMP
    return timestamp(0) if type_ == "date" and kind != TIMESTAMP else None


def _constant(kind: str, value: Typed) -> Typed | None:
    text, number = value.text, value.number
    if kind in ("'text'", "'string'"):
        return value if text or (text == "" and kind == "'string'") else None
    if kind in ("'date unit'", "'time unit'"):
        units = _DATE_UNITS if kind == "'date unit'" else _TIME_UNITS
        unit = (text or "").lower()
        return replace(value, sql=literal(unit)) if unit in units else None
    if number is None or value.type not in WHOLE:
        return None
    if kind == "'index'":
        return value if int(number) else None
    return value if _SMALLEST[kind] <= int(number) <= _LARGEST.get(kind, 2**31 - 1) else None


def _fraction(kind: str, value: Typed) -> Typed | None:
    if kind == "'percentages'":
        constant = not (value.reads or value.loose or value.outer or value.aggregate or value.window)
        fits = common_type(element_of(value.type) or "varchar", "double") == "double"
        return coerced(value, array_of("double")) if constant and fits else None
    least, most = _BETWEEN[kind]
    return coerced(value, "double") if value.number and least <= float(value.number) <= most else None


def _is_zero(value: Typed) -> bool:
    return value.number is not None and is_number(value.type) and float(value.number) == 0
