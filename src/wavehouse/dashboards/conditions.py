"""What a view keeps of the rows of a data set, as conditions: controls, marks, the way down a hierarchy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from wavehouse.core.errors import CallError
from wavehouse.core.sql_text import identifier, literal
from wavehouse.dashboards.bins import is_in_step, start_of
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.data_sets import DataSets, Types
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.literals import constant
from wavehouse.dashboards.view import ControlValue, Mark, Range, Scalar
from wavehouse.dashboards.visuals import Visual
from wavehouse.query.trino_times import is_timestamp
from wavehouse.query.trino_types import element_of


@dataclass(frozen=True)
class Conditions:
    """Conditions that all hold, the fields that they read, and the titles by id of what cannot hold here."""

    texts: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    ignored: Mapping[str, str] = field(default_factory=dict)


def conditions_of(sets: DataSets, visual: Visual) -> Conditions:
    """The conditions on the rows of a visual; raises `CallError` for values that are none of their fields."""
    dashboard, view = sets.dashboard, sets.view
    name = dashboard.data_of(visual)
    types = sets.types(name)
    texts: list[str] = []
    fields: set[str] = set()
    ignored: dict[str, str] = {}
    for control in dashboard.controls:
        if control.field is None:
            continue
        if control.field not in types:
            if view.value(control) not in (Range(), (), False, ""):
                ignored[control.id] = control.title
            continue
        condition = control_condition(control, view.value(control), types[control.field])
        if condition:
            texts.append(condition)
            fields.add(control.field)
    path = view.drills.get(visual.id, ())
    for dimension, value in zip(visual.drill, path, strict=False):
        texts.append(is_value(dimension, value, sets.type(name, dimension.field, dashboard.place_of(visual))))
        fields.add(dimension.field)
    sheet = dashboard.sheet_of(visual)
    for other in sheet.visuals:
        marks = [mark for mark in view.marks if mark.visual == other.id and other.id != visual.id]
        if not marks:
            continue
        dimensions = grouped_by(other, len(view.drills.get(other.id, ())))
        if any(one.field not in types for one in dimensions):
            ignored[other.id] = other.title
            continue
        texts.append(_any(_is_mark(mark, dimensions, types) for mark in marks))
        fields |= {one.field for one in dimensions}
    return Conditions(tuple(texts), frozenset(fields), ignored)


def grouped_by(visual: Visual, depth: int) -> list[Dimension]:
    """What a mark of a visual stands for: its dimensions at that level, and its series."""
    return [*visual.dimensions_at(depth), *([visual.series] if visual.series else [])]


def grouped(dimension: Dimension, type_: str) -> str:
    """The group of a row: an expression in Athena SQL."""
    column = identifier(dimension.field)
    if dimension.by is not None:
        start = f"date_trunc('{dimension.by}', {column})"
        return start if type_ == "date" else f"CAST({start} AS date)"
    if dimension.bin is None:
        return column
    return start_of(dimension, type_)


def is_value(dimension: Dimension, value: Scalar, type_: str) -> str:
    """The condition that a row is in the group that has this value."""
    column = identifier(dimension.field)
    if dimension.bin is not None:
        return is_in_step(dimension, value, type_)
    if value is None:
        return f"({column} IS NULL)"
    if dimension.by is not None:
        return f"({grouped(dimension, type_)} = {constant(value, 'date', dimension.field)})"
    return f"({column} = {constant(value, type_, dimension.field)})"


def control_condition(control: Control, value: ControlValue, type_: str) -> str:
    """What a filter keeps; '' where it keeps everything."""
    name = control.field or ""
    column = identifier(name)
    match control.kind, value:
        case ("range" | "dates", Range()):
            bounds = [(">=", value.low), ("<=", value.high)]
            if control.kind == "dates" and is_timestamp(type_) and value.high is not None:
                bounds[1] = _end_of(str(value.high))
            texts = [f"{column} {sign} {constant(to, type_, name)}" for sign, to in bounds if to is not None]
            return f"({' AND '.join(texts)})" if texts else ""
        case ("choice", tuple()):
            return _any(_has(column, one, type_, name) for one in value) if value else ""
        case ("toggle", True):
            return f"({column} = true)"
        case ("text", str()) if value:
            if type_ != "varchar":
                raise CallError(f"'{name}' is of type {type_}, and no text to look into")
            return f"(strpos(lower({column}), lower({literal(value)})) > 0)"
    return ""


def _end_of(day: str) -> tuple[str, str]:
    """What a moment of that day or before meets: the day is included, whatever the time."""
    given = date.fromisoformat(day)
    # (There is no date for the day after the last one.)
    return ("<=", f"{day} 23:59:59.999999") if given == date.max else ("<", str(given + timedelta(days=1)))


def _has(column: str, value: Scalar, type_: str, name: str) -> str:
    if value is None:
        return f"{column} IS NULL"
    element = element_of(type_)
    if element is not None:
        return f"contains({column}, {constant(value, element, name)})"
    return f"{column} = {constant(value, type_, name)}"


def _is_mark(mark: Mark, dimensions: Sequence[Dimension], types: Types) -> str:
    parts = [
        is_value(one, value, types[one.field]) for one, value in zip(dimensions, mark.values, strict=False)
    ]
    return f"({' AND '.join(parts)})"


def _any(texts: Iterable[str]) -> str:
    return f"({' OR '.join(texts)})"
