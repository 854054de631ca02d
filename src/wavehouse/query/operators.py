"""Comparison, LIKE and IN on typed operands: refused where DuckDB and Trino would differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.stops import holds
from wavehouse.query.trino_types import FLOATING, element_of, is_number
from wavehouse.query.typed import Typed, coerced, made, together

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
    left, right = together([left, right], f"the comparison {operator}")
    refuse_array(left, f"the comparison {operator} of arrays")
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


def distinct_from(left: Typed, right: Typed, *, negated: bool) -> Typed:
    """`left IS [NOT] DISTINCT FROM right`."""
    left, right = together([left, right], "IS DISTINCT FROM")
    refuse_array(left, "IS DISTINCT FROM of arrays")
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
    refuse_array(value, "IN of arrays")
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
    if not is_number(value.type):
        raise QueryError(f"'-' needs a number, not {value.type}")
    if value.number is not None and not value.number.startswith("-"):
        return replace(value, sql=f"(-{value.sql})", literal=f"-{value.number}")
    return replace(made(f"(- {value.sql})", value.type, value), nonzero=value.nonzero)


def joined(left: Typed, right: Typed) -> Typed:
    """`left || right` of strings."""
    for operand in (left, right):
        if element_of(operand.type) is not None:
            raise QueryError("|| of arrays is not covered yet")
        _need(operand, "varchar", "||", "CAST it to varchar")
    left, right = coerced(left, "varchar"), coerced(right, "varchar")
    return made(f"({left.sql} || {right.sql})", "varchar", left, right)


def refuse_array(value: Typed, what: str) -> None:
    """Raise `QueryError` where `value` is an array: NULL elements make Trino stop, or answer NULL."""
    if element_of(value.type) is not None:
        raise QueryError(
            f"{what} is not covered yet", remedy="Use contains(), or array_join() to compare the text"
        )


def _need(value: Typed, type_: str, what: str, remedy: str = "") -> None:
    if value.type not in (type_, "unknown"):
        raise QueryError(f"{what} needs {type_}, not {value.type}", remedy=remedy)
