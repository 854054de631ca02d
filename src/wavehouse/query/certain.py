"""What a condition can come out as, told by the least and greatest value of its columns.

Only a comparison of a column with a constant of its own type, IS NULL, and AND, OR and NOT of these are
certain; anything else may come out as anything. NULL and NaN are what they are to Trino: a comparison with
NULL is NULL, one with NaN is false (and `<>` true), and no statistics tell of NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.query.comparable import constant_of
from wavehouse.query.operators import COMPARISONS


class Outcomes(NamedTuple):
    """Whether a condition can be true, false or NULL for a row."""

    true: bool
    false: bool
    null: bool


@dataclass(frozen=True)
class Known:
    """What is known of the values of a column in some rows: bounds (None: unknown), and whether there are
    NULLs and values at all."""

    low: Any = None
    high: Any = None
    nulls: bool = True
    values: bool = True


ANYTHING = Outcomes(True, True, True)
ALL_NULL = Known(nulls=True, values=False)
# What is known of a column, None for nothing.
Look = Callable[[str], Known | None]
Resolve = Callable[[exp.Column], Column | None]


@dataclass(frozen=True)
class Condition:
    """A condition; `columns` are those of the table that something certain is said of."""

    outcomes: Callable[[Look], Outcomes]
    columns: frozenset[str] = frozenset()

    def rules_out(self, look: Look) -> bool:
        """Whether it is true for no row, as far as one column alone shows it.

        So does Trino: of `a = 1 OR b = 2` it concludes nothing, as neither column is bound to anything.
        https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/predicate/TupleDomain.java
        """
        if not self.columns:
            return not self.outcomes(lambda _: None).true
        return any(not self.outcomes(_alone(name, look)).true for name in self.columns)

    @property
    def rejects_nulls(self) -> bool:
        """Whether it is never true of a row that an outer join has made of NULLs."""
        return not self.outcomes(lambda _: ALL_NULL).true


UNSURE = Condition(lambda _: ANYTHING)

_OTHER_WAY = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
# Trino takes longer lists for the range from their least to their greatest value, from a length on that
# depends on the connector (`domain-compaction-threshold`).
_LONG_LIST = 100
_FLOATING = ("double",)


def conjuncts(node: exp.Expr, resolve: Resolve) -> list[Condition]:
    """What must all be true where `node` is. `resolve` tells which column of the table a name means."""
    found, left = [], [node]
    while left:
        one = left.pop().unnest()
        if isinstance(one, exp.And):
            left += [one.this, one.expression]
        else:
            found.append(_condition(one, resolve))
    return found


def _condition(node: exp.Expr, resolve: Resolve) -> Condition:  # noqa: PLR0911
    node = node.unnest()
    match node:
        case exp.And() | exp.Or():
            # (Without recursion along a chain, whose tree is as deep as it is long.)
            parts, kind = [], type(node)
            while type(node) is kind:
                parts.append(node.args["expression"])
                node = node.this
            operands = [_condition(one, resolve) for one in (node, *parts)]
            return _all(operands) if kind is exp.And else _any(operands)
        case exp.Not():
            return _inverted(_condition(node.this, resolve))
        case exp.Boolean():
            sure = Outcomes(bool(node.this), not node.this, False)
            return Condition(lambda _: sure)
        case exp.Null():
            return Condition(lambda _: Outcomes(False, False, True))
        case exp.Is() if isinstance(node.expression, exp.Null):
            return _is_null(_column(node.this, resolve))
        case exp.Between():
            ends = ((">=", node.args["low"]), ("<=", node.args["high"]))
            return _all([_compared(operator, node.this, end, resolve) for operator, end in ends])
        case exp.In() if node.expressions:
            return _among(node, resolve)
    operator = COMPARISONS.get(type(node))
    return _compared(operator, node.this, node.args["expression"], resolve) if operator else UNSURE


def _compared(operator: str, this: exp.Expr, other: exp.Expr, resolve: Resolve) -> Condition:
    column = _column(this, resolve)
    if column is None:
        this, other, operator = other, this, _OTHER_WAY.get(operator, operator)
        column = _column(this, resolve)
    constant = constant_of(other, column.type) if column else None
    return UNSURE if column is None or constant is None else _against(operator, column, constant)


def _among(node: exp.In, resolve: Resolve) -> Condition:
    column = _column(node.this, resolve)
    listed = [constant_of(one, column.type) for one in node.expressions] if column else []
    if column is None or any(one is None for one in listed):
        return UNSURE
    if len(listed) > _LONG_LIST:
        return _within([_against(">=", column, min(listed)), _against("<=", column, max(listed))])
    return _any([_against("=", column, one) for one in listed])


def _against(operator: str, column: Column, constant: Any) -> Condition:
    floating = column.type in _FLOATING
    name = column.name.lower()

    def outcomes(look: Look) -> Outcomes:
        known = look(name)
        if known is None:
            return ANYTHING
        if not known.values:
            return Outcomes(False, False, True)
        true, false = _of_bounds(operator, known.low, known.high, constant)
        # A NaN is in no bounds: only `<>` is true of it.
        true, false = (true or (floating and operator == "<>"), false or (floating and operator != "<>"))
        return Outcomes(true, false, known.nulls)

    return Condition(outcomes, frozenset({name}))


def _of_bounds(operator: str, low: Any, high: Any, constant: Any) -> tuple[bool, bool]:
    """Whether `value operator constant` can be true, and false, of values from `low` to `high`."""
    if low is None or high is None:
        return True, True
    can_equal, can_differ = low <= constant <= high, not low == constant == high
    return {
        "=": (can_equal, can_differ),
        "<>": (can_differ, can_equal),
        "<": (low < constant, high >= constant),
        "<=": (low <= constant, high > constant),
        ">": (high > constant, low <= constant),
        ">=": (high >= constant, low < constant),
    }[operator]


def _is_null(column: Column | None) -> Condition:
    if column is None:
        return UNSURE
    name = column.name.lower()

    def outcomes(look: Look) -> Outcomes:
        known = look(name)
        return Outcomes(True, True, False) if known is None else Outcomes(known.nulls, known.values, False)

    return Condition(outcomes, frozenset({name}))


def _all(conditions: Sequence[Condition]) -> Condition:
    def outcomes(look: Look) -> Outcomes:
        each = [one.outcomes(look) for one in conditions]
        return Outcomes(
            all(one.true for one in each), any(one.false for one in each), any(one.null for one in each)
        )

    return Condition(outcomes, frozenset().union(*(one.columns for one in conditions)))


def _within(ends: Sequence[Condition]) -> Condition:
    """That a value is one of many between these ends: any that there is may as well be none of them."""
    inside = _all(ends)

    def outcomes(look: Look) -> Outcomes:
        true, false, null = inside.outcomes(look)
        return Outcomes(true, true or false, null)

    return Condition(outcomes, inside.columns)


def _any(conditions: Sequence[Condition]) -> Condition:
    return _inverted(_all([_inverted(one) for one in conditions]))


def _inverted(one: Condition) -> Condition:
    def outcomes(look: Look) -> Outcomes:
        true, false, null = one.outcomes(look)
        return Outcomes(false, true, null)

    return Condition(outcomes, one.columns)


def _alone(wanted: str, look: Look) -> Look:
    return lambda name: look(name) if name == wanted else None


def _column(node: exp.Expr, resolve: Resolve) -> Column | None:
    node = node.unnest()
    return resolve(node) if isinstance(node, exp.Column) else None


def conditions_rule_out(conditions: Sequence[Condition], look: Look) -> bool:
    """Whether no row can pass all of `conditions`."""
    return any(one.rules_out(look) for one in conditions)
