"""One statement for all values of all rules; where it breaks, the rule that breaks it is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.core.errors import WavehouseError
from wavehouse.core.sql_text import identifier
from wavehouse.quality.frame import Frame
from wavehouse.quality.leaf import Value


class BrokenError(Exception):
    """The engine refused what a rule asks; the text says why."""


Answer = list[Any] | BrokenError


def ask(frame: Frame, wanted: Sequence[Sequence[Value]]) -> list[Answer]:
    """The answers to the values that each rule wants, in order."""
    asked = {value for values in wanted for value in values}
    if not asked:
        return [[] for _ in wanted]
    try:
        found = _run(frame, [value for values in wanted for value in values])
    except WavehouseError:
        # Of disk and memory: no rule's fault.
        raise
    except Exception as error:
        # The engine's own exceptions are of classes that only `engines` knows.
        if len(wanted) == 1:
            return [BrokenError(_first_line(error))]
        # One rule must not take down the others: each half by itself, until the broken one stands alone.
        half = len(wanted) // 2
        return [*ask(frame, wanted[:half]), *ask(frame, wanted[half:])]
    return [[found[value] for value in values] for values in wanted]


def _run(frame: Frame, values: Sequence[Value]) -> dict[Value, Any]:
    names: dict[tuple[str | None, str], str] = {}
    parts: dict[str | None, list[str]] = {}
    joins: dict[str, None] = {}
    for value in values:
        where = value.relation, value.expression
        joins.update(dict.fromkeys(one.sql for one in value.joins))
        if where not in names:
            names[where] = identifier(f"v{len(names)}")
            parts.setdefault(value.relation, []).append(f"{value.expression} AS {names[where]}")
    relations = []
    for place, (relation, expressions) in enumerate(parts.items()):
        source = " ".join([frame.rows(), *joins]) if relation == "" else relation
        from_ = f" FROM {source}" if source is not None else ""
        relations.append(f"(SELECT {', '.join(expressions)}{from_}) AS {identifier(f'r{place}')}")
    # Each relation is one row.
    sql = f"SELECT {', '.join(names.values())} FROM {' CROSS JOIN '.join(relations)}"
    (row,) = frame.engine.rows(sql)
    found = dict(zip(names, row, strict=True))
    return {value: found[value.relation, value.expression] for value in values}


def _first_line(error: Exception) -> str:
    first = str(error).partition("\n")[0]
    kind, _, text = first.partition(" Error: ")
    return (text or kind).rstrip("!.")
