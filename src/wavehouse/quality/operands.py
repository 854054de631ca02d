"""The numbers of a condition: constants, arithmetic, and functions over what earlier runs measured."""

from __future__ import annotations

import math
import operator
import statistics
from collections.abc import Callable, Sequence

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.quality.outcome import Outcome, SettledError
from wavehouse.quality.rules import Arithmetic, Call, Number, NumberCondition, NumberNull, NumberOperand

Numbers = list[float]
# From a count to so many of the newest values that were measured.
Last = Callable[[int], Sequence[float]]

NOTHING_EARLIER = "no earlier run to compare with"

_LISTS: dict[str, Callable[[Numbers], float]] = {
    "avg": statistics.fmean,
    "min": min,
    "max": max,
    "sum": math.fsum,
    "median": statistics.median,
    "std": statistics.pstdev,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_ARGUMENTS = {"last": 1, "abs": 1, "percentile": 2, "index": 2, **dict.fromkeys(_LISTS, 1)}


def check_numbers(condition: NumberCondition, *, null: bool = False) -> None:
    """Refuse what can never be evaluated; NULL too, unless it may stand there."""
    null = null and condition.operator in ("=", "!=", "in", "not in")
    for operand in condition.operands:
        if isinstance(operand, NumberNull) and null:
            continue
        _check(operand)
        if not is_dynamic(operand):
            # A division by zero, a list where a number must be.
            try:
                evaluate(operand, lambda _: ())
            except SettledError as settled:
                raise DefinitionError(settled.outcome.reason) from None


def is_dynamic(operand: NumberOperand) -> bool:
    """Whether an operand asks for earlier values."""
    if isinstance(operand, Arithmetic):
        return is_dynamic(operand.left) or is_dynamic(operand.right)
    return isinstance(operand, Call) and (operand.name == "last" or any(map(is_dynamic, operand.arguments)))


def evaluate(operand: NumberOperand, last: Last) -> float:
    """The one number that an operand stands for.

    Raises `SettledError` where there is none: no earlier run, a division by zero.
    """
    found = _value(operand, last)
    return found if isinstance(found, float) else _single(found)


def written(operand: NumberOperand) -> str:
    """An operand as text, for people."""
    if isinstance(operand, Number):
        return operand.text
    if isinstance(operand, NumberNull):
        return "NULL"
    if isinstance(operand, Call):
        return f"{operand.name}({', '.join(map(written, operand.arguments))})"
    text = f"{written(operand.left)} {operand.operator} {written(operand.right)}"
    return f"({text})" if operand.in_parentheses else text


def _check(operand: NumberOperand) -> None:
    if isinstance(operand, NumberNull):
        raise DefinitionError(
            "NULL is no number to compare with here", remedy="ColumnValues takes it with =, !=, in and not in"
        )
    if isinstance(operand, Arithmetic):
        _check(operand.left)
        _check(operand.right)
    if not isinstance(operand, Call):
        return
    if operand.name not in _ARGUMENTS:
        raise DefinitionError(
            f"there is no function '{operand.name}'", remedy=did_you_mean(operand.name, _ARGUMENTS)
        )
    takes = _ARGUMENTS[operand.name]
    if len(operand.arguments) != takes:
        words = "1 argument" if takes == 1 else f"{takes} arguments"
        raise DefinitionError(f"{operand.name}() takes {words}, not {len(operand.arguments)}")
    for argument in operand.arguments:
        _check(argument)
    if operand.name == "last":
        count = operand.arguments[0]
        if not isinstance(count, Number) or not float(count.text).is_integer() or float(count.text) < 1:
            raise DefinitionError(f"last() takes a whole number of runs, not {written(count)}")


def _value(operand: NumberOperand, last: Last) -> float | Numbers:
    if isinstance(operand, Number):
        return float(operand.text)
    if isinstance(operand, Arithmetic):
        left, right = evaluate(operand.left, last), evaluate(operand.right, last)
        if operand.operator == "/" and right == 0:
            raise SettledError(Outcome(False, reason=f"'{written(operand)}' divides by zero"))
        return _ARITHMETIC[operand.operator](left, right)
    if isinstance(operand, Call):
        return _called(operand, last)
    raise DefinitionError("NULL is no number to compare with here")


def _called(call: Call, last: Last) -> float | Numbers:
    if call.name == "last":
        values = [float(value) for value in last(int(evaluate(call.arguments[0], last)))]
        if not values:
            raise SettledError(Outcome(True, reason=NOTHING_EARLIER))
        return values
    first = _value(call.arguments[0], last)
    if call.name == "abs":
        return abs(first if isinstance(first, float) else _single(first))
    values = [first] if isinstance(first, float) else first
    if call.name in _LISTS:
        return float(_LISTS[call.name](values))
    second = evaluate(call.arguments[1], last)
    return _percentile(values, second) if call.name == "percentile" else _index(values, second)


def _percentile(values: Numbers, share: float) -> float:
    if not 0 <= share <= 1:
        raise DefinitionError(f"percentile() takes a share between 0 and 1, not {share:g}")
    values = sorted(values)
    below = math.floor(share * (len(values) - 1))
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (share * (len(values) - 1) - below)


def _index(values: Numbers, place: float) -> float:
    if not place.is_integer() or place < 0:
        raise DefinitionError(f"index() takes a whole number from 0, not {place:g}")
    if place >= len(values):
        raise SettledError(Outcome(True, reason=NOTHING_EARLIER))
    return values[int(place)]


def _single(values: Numbers) -> float:
    if len(values) != 1:
        raise DefinitionError(
            "last() gives a list, and one number is needed",
            remedy="Put a function around it, as in avg(last(5))",
        )
    return values[0]
