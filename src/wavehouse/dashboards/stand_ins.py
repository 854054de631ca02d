"""Values that a reader chose, taken out of a query and put in again: what is alike is translated once.

Translating costs more than DuckDB takes for most visuals, and a click on another bar asks the same questions
with another value. So a view is compiled with stand-ins for its texts and whole numbers, of the same types;
in the translated query they are replaced by what they stand for.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wavehouse.core.sql_text import literal
from wavehouse.dashboards.controls import is_date
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.view import ControlValue, Range, Scalar, View

# Nobody can write them into a dashboard or an address: they are others in each process. Numbers are integers
# to Athena, as those are that they stand for.
_TEXT = f"Stands For {secrets.token_hex(16)} "
_NUMBER = 1_600_000_000 + secrets.randbelow(400_000_000)
_MOST_NUMBER = 2**31


@dataclass(frozen=True)
class StandIns:
    """A view with stand-ins, and the constants they stand for; Athena and the engine write them alike."""

    view: View
    constants: Mapping[str, str] = field(default_factory=dict)

    def filled(self, shape: str, translated: str) -> str | None:
        """`translated`, made of the query `shape`, with the values; None where they are not told apart in it.

        Each has to be there as often as in the query, or more often, and as nothing but itself.
        """
        for stand_in in self.constants:
            whole = _times(stand_in, translated)
            if whole < _times(stand_in, shape):
                return None
            if translated.casefold().count(stand_in.strip("'").casefold()) != whole:
                return None
        return self.put_in(translated)

    def put_in(self, sql: str) -> str:
        """A text of SQL with the values where the stand-ins are."""
        if not self.constants:
            return sql
        pattern = re.compile("|".join(_whole(one) for one in self.constants))
        return pattern.sub(lambda found: self.constants[found[0]], sql)


def stand_ins(dashboard: Dashboard, view: View) -> StandIns:
    """A view with stand-ins for its texts and whole numbers, wherever they are compared with fields.

    Parameters keep their values: they stand in SQL of others, where a text can be anything. So do dates, and
    numbers that have a sign or do not fit into an integer.
    """
    known: dict[tuple[type, Scalar], str | int] = {}
    constants: dict[str, str] = {}

    def of(value: Scalar) -> Scalar:
        key = (type(value), value)
        if key in known:
            return known[key]
        stand_in: str | int
        if isinstance(value, str) and value and value.isprintable() and not is_date(value):
            stand_in = f"{_TEXT}{len(known)}."
            constants[literal(stand_in)] = literal(value)
        elif type(value) is int and 0 <= value < _MOST_NUMBER:
            stand_in = _NUMBER + len(known)
            constants[str(stand_in)] = str(value)
        else:
            return value
        known[key] = stand_in
        return stand_in

    def of_bound(value: int | float | str | None) -> int | float | str | None:
        return of(value) if type(value) is int else value

    def of_control(value: ControlValue) -> ControlValue:
        match value:
            case Range():
                return Range(of_bound(value.low), of_bound(value.high))
            case tuple():
                return tuple(of(one) for one in value)
            case str():
                return str(of(value))
        return value

    filters = {one.id for one in dashboard.controls if not one.is_parameter}
    made = replace(
        view,
        controls={id_: of_control(one) if id_ in filters else one for id_, one in view.controls.items()},
        marks=tuple(replace(mark, values=tuple(of(one) for one in mark.values)) for mark in view.marks),
        drills={id_: tuple(of(one) for one in path) for id_, path in view.drills.items()},
    )
    return StandIns(made, constants)


def _whole(stand_in: str) -> str:
    return re.escape(stand_in) if stand_in.startswith("'") else rf"(?<![\w.]){stand_in}(?![\w.])"


def _times(stand_in: str, sql: str) -> int:
    return len(re.findall(_whole(stand_in), sql))
