"""Comparison, arithmetic, LIKE and IN on typed operands: refused where DuckDB and Trino would differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.functions.function import once
from wavehouse.query.intervals import as_of_utc, moved
from wavehouse.query.nested import field_at, zipped
from wavehouse.query.trino_times import is_interval, is_time
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
    is_nested,
    is_number,
)
from wavehouse.query.typed import Typed, coerced, made, mixing_remedy, together

_DIVISOR = "Divide by a number other than 0 or by nullif(x, 0): by zero Athena stops, and we would give NULL"

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
        raise QueryError(f"IN of {value.type} with anything but constants is not covered yet")
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
    return made("(" + f" {word} ".join(one.sql for one in bools) + ")", "boolean", *bools)


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


def calculated(operator: str, left: Typed, right: Typed) -> Typed:
    """`left operator right` for + - * / %."""
    if (times := moved(operator, left, right)) is not None:
        return times
    for operand in (left, right):
        if operand.type != "unknown" and not is_number(operand.type):
            raise QueryError(
                f"'{operator}' of {left.type} and {right.type} is not covered yet",
                remedy=_remedy(operand),
            )
    common = common_type(left.type, right.type)
    if common is None or common in ("real", "unknown"):
        raise QueryError(
            f"'{operator}' of {left.type} and {right.type} is not covered yet",
            remedy=mixing_remedy(left.type, right.type) if "real" in (left.type, right.type) else "",
        )
    if operator in ("/", "%"):
        return _divided(operator, common, left, right)
    if is_decimal(common):
        return _decimal(operator, _as_decimal(left), _as_decimal(right))
    left, right = coerced(left, common), coerced(right, common)
    return made(f"({left.sql} {operator} {right.sql})", common, left, right)


def _remedy(operand: Typed) -> str:
    if is_time(operand.type) or is_interval(operand.type):
        return "Add an INTERVAL '1' DAY to a time, or use date_add() and date_diff()"
    return "It takes numbers" if operand.type in ("varchar", "boolean") else ""


def _divided(operator: str, common: str, left: Typed, right: Typed) -> Typed:
    if is_decimal(common):
        advice = "Write the constant as a double, such as 60000e0, or CAST one side to double"
        raise QueryError(f"'{operator}' of {left.type} and {right.type} is not covered yet", remedy=advice)
    if operator == "%" and common not in WHOLE:
        raise QueryError(f"'%' of {left.type} and {right.type} is not covered yet")
    if not right.nonzero:
        raise QueryError(f"'{operator}' by something that may be 0 is not covered yet", remedy=_DIVISOR)
    left, right = coerced(left, common), coerced(right, common)
    # `//` says it whatever the engine's setting for `/` is.
    written = "//" if operator == "/" and common in WHOLE else operator
    return made(f"({left.sql} {written} {right.sql})", common, left, right)


def _as_decimal(value: Typed) -> Typed:
    shape = decimal_of(value.type)
    type_ = decimal(*shape) if shape else decimal(1, 0)
    cast = made(f"CAST({value.sql} AS {duckdb_type(type_)})", type_, value)
    return value if is_decimal(value.type) else cast


def _decimal(operator: str, left: Typed, right: Typed) -> Typed:
    """https://trino.io/docs/current/functions/decimal.html#result-types-for-arithmetic-operators ."""
    (p1, s1), (p2, s2) = decimal_of(left.type) or (1, 0), decimal_of(right.type) or (1, 0)
    if operator == "*":
        precision, scale = p1 + p2, s1 + s2
    else:
        scale = max(s1, s2)
        precision = max(p1 - s1, p2 - s2) + scale + 1
    type_ = decimal(min(precision, MAX_PRECISION), scale)
    if scale > MAX_PRECISION:
        raise QueryError(f"'{operator}' of {left.type} and {right.type} has too many decimals")
    return made(
        f"CAST({left.sql} {operator} {right.sql} AS {duckdb_type(type_)})",
        type_,
        left,
        right,
    )


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
