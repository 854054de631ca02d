"""How an answer tells instants and intervals: as text, as Athena does.

The engine's client needs a package of time zones to hand instants over; intervals are numbers here.
"""

from __future__ import annotations

from wavehouse.core.sql_text import identifier
from wavehouse.query.bound import Bound, Output
from wavehouse.query.nested import reshaped
from wavehouse.query.time_values import text
from wavehouse.query.trino_times import is_instant, is_interval
from wavehouse.query.trino_types import array_of, element_of, fields_of, map_of, map_type, row_of
from wavehouse.query.typed import Typed


def told(bound: Bound, *, instants: bool = False) -> str:
    """The SQL of a query that gives instants and intervals as text, also inside of arrays, maps and rows.

    With `instants` those stay what they are.
    """
    types = [_as_text(one.type, instants) for one in bound.outputs]
    if all(to == one.type for to, one in zip(types, bound.outputs, strict=True)):
        return bound.sql
    columns = (_column(one, to) for to, one in zip(types, bound.outputs, strict=True))
    return f"SELECT {', '.join(columns)} FROM ({bound.sql})"


def _column(output: Output, to: str) -> str:
    name = identifier(output.column)
    if to == output.type:
        return name
    sql = reshaped(name, output.type, to, lambda sql, from_, _: text(Typed(sql, from_)))
    return f"{sql} AS {name}"


def _as_text(type_: str, instants: bool) -> str:
    """The type with varchar for what is told as text."""
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        return array_of(_as_text(element, instants))
    if pair is not None:
        return map_type(_as_text(pair[0], instants), _as_text(pair[1], instants))
    if fields is not None:
        return row_of((name, _as_text(of, instants)) for name, of in fields)
    told = is_interval(type_) or (is_instant(type_) and not instants)
    return "varchar" if told else type_
