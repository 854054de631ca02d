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


def told(bound: Bound) -> str:
    """The SQL of a query that gives instants and intervals as text, also inside of arrays, maps and rows."""
    if all(_as_text(one.type) == one.type for one in bound.outputs):
        return bound.sql
    return f"SELECT {', '.join(map(_column, bound.outputs))} FROM ({bound.sql})"


def _column(output: Output) -> str:
    name, to = identifier(output.column), _as_text(output.type)
    if to == output.type:
        return name
    sql = reshaped(name, output.type, to, lambda sql, from_, _: text(Typed(sql, from_)))
    return f"{sql} AS {name}"


def _as_text(type_: str) -> str:
    """The type with varchar for what is told as text."""
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        return array_of(_as_text(element))
    if pair is not None:
        return map_type(_as_text(pair[0]), _as_text(pair[1]))
    if fields is not None:
        return row_of((name, _as_text(of)) for name, of in fields)
    return "varchar" if is_instant(type_) or is_interval(type_) else type_
