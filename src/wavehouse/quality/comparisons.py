"""Operators of conditions: as SQL for rows, and in Python for what was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.quality.operands import Last, evaluate
from wavehouse.quality.rules import NumberCondition, Operator

# From one of = < <= > >= to the SQL that compares the value with one operand.
Compare = Callable[[str], str]


def comparison(operator: Operator, value: str, operands: Sequence[Compare], *, null: bool = False) -> str:
    """A condition on `value` that is true or false; `null`: NULL is one of the operands.

    A NULL value meets only `!=` and `not in`, but with NULL among the operands it is equal to that one.
    """
    if operator in ("=", "!=", "in", "not in"):
        equal = " OR ".join(compare("=") for compare in operands)
        parts = [f"coalesce({equal}, FALSE)"] if equal else []
        if null:
            parts.append(f"{value} IS NULL")
        met = " OR ".join(parts)
        return f"NOT ({met})" if operator in ("!=", "not in") else f"({met})"
    if operator == "between":
        met = f"{operands[0]('>')} AND {operands[1]('<')}"
    elif operator == "not between":
        met = f"{operands[0]('<=')} OR {operands[1]('>=')}"
    else:
        met = operands[0](operator)
    return f"coalesce({met}, FALSE)"


def number(value: float) -> str:
    """A number as SQL: of few digits as it reads, else as the DOUBLE that it is."""
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if "inf" in text or "nan" in text:
        return f"CAST('{text}' AS DOUBLE)"
    return text if "e" in text or len(text) <= 16 else f"{text}e0"


def compare_number(value: str, operand: str) -> Compare:
    """Compares a DOUBLE with a number."""
    return lambda operator: f"{value} {operator} {operand}"


def holds(condition: NumberCondition, value: float, last: Last) -> bool:
    """Whether a measured value meets a condition."""
    operands = [evaluate(operand, last) for operand in condition.operands]
    first, final = operands[0], operands[-1]
    met = {
        "=": value == first,
        "!=": value != first,
        ">": value > first,
        ">=": value >= first,
        "<": value < first,
        "<=": value <= first,
        "between": first < value < final,
        "not between": value <= first or value >= final,
        "in": value in operands,
        "not in": value not in operands,
    }
    return met[condition.operator]
