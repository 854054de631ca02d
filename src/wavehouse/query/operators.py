"""Comparison, LIKE and IN on typed operands: refused where DuckDB and Trino would differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.intervals import as_of_utc
from wavehouse.query.nested import field_at, zipped
from wavehouse.query.once import once
from wavehouse.query.stops import holds
from wavehouse.query.trino_times import is_interval
from wavehouse.query.trino_types import (
    FLOATING,
    array_of,
    common_type,
    element_of,
    fields_of,
    has_map,
    is_nested,
    is_number,
)
from wavehouse.query.typed import Typed, coerced, made, mixing_remedy, together

COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
ARITHMETIC: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}


def compared(operator: str, left: Typed, right: Typed) -> Typed:
    """`left operator right` for = <> < <= > >=; a NaN is neither equal to nor before or after anything."""
    left, right = together([as_of_utc(left), as_of_utc(right)], f"the comparison {operator}")
    if is_nested(left.type):
        return _same(operator, left, right)
    if left.type == "json" and operator not in ("=", "<>"):
        raise QueryError(f"Athena has no {operator} of json", remedy="Use json_extract_scalar()")
    if operator in ("<", "<=") and left.type in FLOATING:
        # DuckDB takes NaN for the largest: with it on the right side only one of the two needs a look.
        operator, left, right = operator.replace("<", ">"), right, left
    sql = f"{left.sql} {operator} {right.sql}"
    if left.type in FLOATING:
        sql = _without_nan(sql, operator, left, right)
    return made(f"({sql})", "boolean", left, right)


def _without_nan(sql: str, operator: str, left: Typed, right: Typed) -> str:
    if left.number is not None or (operator in ("=", "<>") and right.number is not None):
        return sql
    if operator == "<>":
        return f"{sql} OR (isnan({left.sql}) AND {right.sql} IS NOT NULL)"
    if right.number is not None:
        return f"{sql} AND NOT isnan({left.sql})"
    return f"{sql} AND (NOT isnan({left.sql}) OR {right.sql} IS NULL)"


def _same(operator: str, left: Typed, right: Typed) -> Typed:
    """`=` or `<>` of arrays and rows: NULL where a NULL inside leaves it open, as Trino compares them."""
    if operator not in ("=", "<>") or has_map(left.type):
        refuse_nested(left, f"the comparison {operator} of {left.type}")
    element, fields = element_of(left.type), fields_of(left.type) or []
    if element is not None:
        pair = [Typed(field_at("part", at), element) for at in (1, 2)]
        both = zipped(("{0}", "{1}"))
        parts = f"list_transform({both}, lambda part: {compared('=', *pair).sql})"
        equal = once(
            "CASE WHEN len({0}) <> len({1}) THEN FALSE "
            f"WHEN list_contains({parts}, FALSE) THEN FALSE "
            f"WHEN {{0}} IS NOT NULL AND {{1}} IS NOT NULL AND list_count({parts}) = len({{0}}) THEN TRUE END"
        )
    else:
        pairs = (
            [Typed(field_at(side, at), type_) for side in ("{0}", "{1}")]
            for at, (_, type_) in enumerate(fields, start=1)
        )
        parts = " AND ".join(compared("=", *pair).sql for pair in pairs)
        equal = once(f"CASE WHEN {{0}} IS NOT NULL AND {{1}} IS NOT NULL THEN {parts} END")
    sql = equal([left, right])
    return made(f"(NOT {sql})" if operator == "<>" else f"({sql})", "boolean", left, right)


def distinct_from(left: Typed, right: Typed, *, negated: bool) -> Typed:
    """`left IS [NOT] DISTINCT FROM right`."""
    left, right = together([left, right], "IS DISTINCT FROM")
    if has_map(left.type):
        refuse_nested(left, f"IS DISTINCT FROM of {left.type}")
    return made(
        f"({left.sql} IS {'NOT ' if negated else ''}DISTINCT FROM {right.sql})", "boolean", left, right
    )


def between(value: Typed, low: Typed, high: Typed) -> Typed:
    """`value BETWEEN low AND high`."""
    after, before = compared(">=", value, low), compared("<=", value, high)
    return made(f"({after.sql} AND {before.sql})", "boolean", after, before)


def among(value: Typed, choices: Sequence[Typed]) -> Typed:
    """`value IN (choices)`."""
    value, *rest = together([value, *choices], "IN")
    if is_nested(value.type):
        equal = [compared("=", value, one) for one in rest]
        return made(f"({' OR '.join(one.sql for one in equal)})", "boolean", *equal)
    if value.type in FLOATING and value.number is None and any(one.number is None for one in rest):
        # NaN is not among anything, whereas DuckDB's IN finds it.
        return both("OR", [compared("=", value, one) for one in rest])
    return made(f"({value.sql} IN ({', '.join(one.sql for one in rest)}))", "boolean", value, *rest)


def like(value: Typed, pattern: Typed, escape: Typed | None) -> Typed:
    """`value LIKE pattern [ESCAPE escape]`."""
    for operand in (value, pattern):
        _need(operand, "varchar", "LIKE")
    value, pattern = coerced(value, "varchar"), coerced(pattern, "varchar")
    if escape is None:
        return made(f"({value.sql} LIKE {pattern.sql})", "boolean", value, pattern)
    mark = escape.text
    if mark is None or len(mark) != 1 or not mark.isascii() or pattern.text is None:
        raise QueryError("LIKE … ESCAPE needs a constant pattern and one constant ASCII character")
    # Trino refuses a mark before anything else; DuckDB takes it as it comes.
    if mark in re.sub(f"{re.escape(mark)}[%_{re.escape(mark)}]", "", pattern.text):
        raise QueryError(f"in a LIKE pattern '{mark}' must stand before %, _ or itself")
    return made(f"({value.sql} LIKE {pattern.sql} ESCAPE {literal(mark)})", "boolean", value, pattern)


def both(word: str, operands: Sequence[Typed]) -> Typed:
    """`a AND b AND …` or `a OR b OR …`."""
    for operand in operands:
        _need(operand, "boolean", word)
    bools = [coerced(operand, "boolean") for operand in operands]
    return made(f"({f' {word} '.join(_in_turn(word, [one.sql for one in bools]))})", "boolean", *bools)


def _in_turn(word: str, operands: Sequence[str]) -> Iterator[str]:
    """Operands of which one that may stop the query is looked at only where those before leave it open.

    Trino goes from left to right; DuckDB does so in WHERE, and otherwise computes them all.
    """
    before: list[str] = []
    for sql in operands:
        if before and holds(sql, "error"):
            first = f" {word} ".join(before)
            settled, answer = (f"({first}) IS FALSE", "FALSE") if word == "AND" else (first, "TRUE")
            yield f"CASE WHEN {settled} THEN {answer} ELSE {sql} END"
            continue
        yield sql
        if not holds(sql, "error"):
            before.append(sql)


def inverted(value: Typed) -> Typed:
    """`NOT value`."""
    _need(value, "boolean", "NOT")
    value = coerced(value, "boolean")
    return made(f"(NOT {value.sql})", "boolean", value)


def negative(value: Typed) -> Typed:
    """`-value`."""
    if is_interval(value.type):
        return made(f"(- {value.sql})", value.type, value)
    if not is_number(value.type):
        raise QueryError(f"'-' needs a number, not {value.type}")
    if value.number is not None and not value.number.startswith("-"):
        return replace(value, sql=f"(-{value.sql})", literal=f"-{value.number}")
    return replace(made(f"(- {value.sql})", value.type, value), nonzero=value.nonzero)


def joined(left: Typed, right: Typed) -> Typed:
    """`left || right` of strings, or of arrays and an element of one."""
    if element_of(left.type) is not None or element_of(right.type) is not None:
        return _chained(left, right)
    for operand in (left, right):
        _need(operand, "varchar", "||", "CAST it to varchar")
    left, right = coerced(left, "varchar"), coerced(right, "varchar")
    return made(f"({left.sql} || {right.sql})", "varchar", left, right)


def _chained(left: Typed, right: Typed) -> Typed:
    if "unknown" in (left.type, right.type):
        raise QueryError("|| of an array and NULL is not covered yet", remedy="CAST the NULL to its type")
    whole = common_type(left.type, right.type)
    if whole is not None:
        left, right = coerced(left, whole), coerced(right, whole)
        given = "{0} IS NOT NULL AND {1} IS NOT NULL"
        return made(
            once(f"CASE WHEN {given} THEN list_concat({{0}}, {{1}}) END")([left, right]), whole, left, right
        )
    before = element_of(left.type) is None
    array, one = (right, left) if before else (left, right)
    element = common_type(element_of(array.type) or "", one.type)
    if element is None:
        raise QueryError(
            f"|| mixes {left.type} and {right.type}", remedy=mixing_remedy(left.type, right.type)
        )
    parts = coerced(array, array_of(element)), coerced(one, element)
    lists = "[{1}], {0}" if before else "{0}, [{1}]"
    sql = once(f"CASE WHEN {{0}} IS NOT NULL THEN list_concat({lists}) END")(parts)
    return made(sql, array_of(element), *parts)


def refuse_nested(value: Typed, what: str) -> None:
    """Raise `QueryError` where `value` is an array, a map or a row.

    NULL inside makes Trino stop, or answer NULL; maps the engine compares by the order of their entries.
    """
    if is_nested(value.type):
        raise QueryError(
            f"{what} is not covered yet", remedy="Use contains(), or array_join() to compare the text"
        )


def _need(value: Typed, type_: str, what: str, remedy: str = "") -> None:
    if value.type not in (type_, "unknown"):
        raise QueryError(f"{what} needs {type_}, not {value.type}", remedy=remedy)
