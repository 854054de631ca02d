"""Which partitions a statement can want, told by what WHERE says of the keys.

Only of a comparison of a key with constants is anything concluded: it is false for a NULL as well, so that it
holds for an outer join too. WHERE itself is evaluated in any case; what is not understood here costs time
and bytes, never a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import PartitionValues

Wanted = Callable[[PartitionValues], bool]
_Test = Callable[[Any], bool]

_COMPARISONS: Mapping[type[exp.Expr], Callable[[Any, Any], bool]] = {
    exp.EQ: eq,
    exp.LT: lt,
    exp.LTE: le,
    exp.GT: gt,
    exp.GTE: ge,
}
_OTHER_WAY: Mapping[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.EQ,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INTEGER = re.compile(r"-?\d+")


def wanted_partitions(node: exp.Table, keys: Sequence[Column]) -> Wanted:
    """Tells of the values of a partition whether a row of it can be in the answer. `node` stands in FROM."""
    tests = [
        (at, key.type, test)
        for condition in _conditions(node)
        for at, key in enumerate(keys)
        if (test := _test(condition, node, key)) is not None
    ]

    def wanted(values: PartitionValues) -> bool:
        return all(_passes(values[at], type_, test) for at, type_, test in tests)

    return wanted


def _conditions(node: exp.Table) -> Iterator[exp.Expr]:
    """What must all be true, of the SELECT whose FROM names the table."""
    item = node.parent
    select = item.parent if isinstance(item, (exp.From, exp.Join)) else None
    where = select.args.get("where") if isinstance(select, exp.Select) else None
    alias = node.args.get("alias")
    # An alias that names columns anew takes away those that are meant here.
    if where is None or (alias is not None and alias.args.get("columns")):
        return
    left = [where.this]
    while left:
        one = left.pop().unnest()
        if isinstance(one, exp.And):
            left += [one.this, one.expression]
        else:
            yield one


def _test(condition: exp.Expr, node: exp.Table, key: Column) -> _Test | None:
    def is_key(one: exp.Expr | None) -> bool:
        return (
            isinstance(one, exp.Column)
            and one.name.lower() == key.name.lower()
            and one.table.lower() in ("", node.alias_or_name.lower())
        )

    kind = type(condition)
    if kind in _COMPARISONS:
        this, other = condition.this, condition.args["expression"]
        if is_key(other):
            this, other, kind = other, this, _OTHER_WAY[kind]
        constant = _constant(other, key.type)
        if not is_key(this) or constant is None:
            return None
        compare = _COMPARISONS[kind]
        return lambda value: compare(value, constant)
    if isinstance(condition, exp.Between) and is_key(condition.this):
        low, high = (_constant(condition.args[end], key.type) for end in ("low", "high"))
        return None if low is None or high is None else lambda value: bool(low <= value <= high)
    if isinstance(condition, exp.In) and is_key(condition.this):
        listed = [_constant(one, key.type) for one in condition.expressions]
        return (lambda value: value in listed) if listed and None not in listed else None
    return None


def _constant(node: exp.Expr, type_: str) -> Any:
    """A constant as keys of that type are compared; None for anything else."""
    node = node.unnest()
    sign = -1 if isinstance(node, exp.Neg) else 1
    if isinstance(node, exp.Neg):
        node = node.this
    if isinstance(node, exp.Literal) and not node.is_string and type_ in ("int", "bigint"):
        return sign * Decimal(node.name)
    if isinstance(node, exp.Literal) and node.is_string and type_ == "string":
        return node.name
    if isinstance(node, exp.Cast) and node.is_type("date") and type_ == "date":
        day = node.this
        return day.name if isinstance(day, exp.Literal) and _DATE.fullmatch(day.name) else None
    return None


def _passes(text: str | None, type_: str, test: _Test) -> bool:
    if text is None:
        return False
    if type_ in ("int", "bigint"):
        # Whatever else the reader takes for a number is left to it.
        return not _INTEGER.fullmatch(text) or test(Decimal(text))
    if type_ == "date" and not _DATE.fullmatch(text):
        return True
    return test(text)
