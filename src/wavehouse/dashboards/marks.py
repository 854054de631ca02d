"""Which row of a visual's figures is which mark, and what is told of marks."""

from __future__ import annotations

from wavehouse.core.errors import CallError
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.view import Mark, Scalar, View
from wavehouse.dashboards.visuals import Link
from wavehouse.query.value_texts import plain_of


def mark_of(data: VisualData, row: int) -> Mark | None:
    """The mark of a row: the values of its dimensions and series; None for that of all that is left."""
    if not 0 <= row < len(data.rows):
        raise CallError("there is no such mark any more", remedy="Click again")
    if data.has_rest and row == len(data.rows) - 1:
        return None
    return Mark(
        data.visual.id, tuple(scalar(data.rows[row][at], data.columns[at].type) for at in _places(data))
    )


def chosen_rows(data: VisualData, view: View) -> frozenset[int]:
    """The positions of the rows whose marks were clicked."""
    marks = {mark.values for mark in view.marks if mark.visual == data.visual.id}
    if not marks:
        return frozenset()
    places = _places(data)
    # (The rest has no value either, and is no mark.)
    rows = data.rows[:-1] if data.has_rest else data.rows
    return frozenset(
        at
        for at, row in enumerate(rows)
        if tuple(scalar(row[place], data.columns[place].type) for place in places) in marks
    )


def row_of(mark: Mark, data: VisualData | None) -> int | None:
    """The row of a mark in what was answered, if it is in there."""
    if data is None:
        return None
    return next((row for row in range(len(data.rows)) if mark_of(data, row) == mark), None)


def name_of(data: VisualData, row: int) -> str:
    """What a mark is called: the labels of its dimensions where they have some."""
    hidden = {at - 1 for at in data.places("label")}
    shown = [at for at, one in enumerate(data.columns) if one.role != "measure" and at not in hidden]
    return " · ".join(text_of(data.rows[row][at]) for at in shown)


def values_of(data: VisualData, row: int) -> dict[str, Scalar]:
    """What a link may take from a mark: the columns of its row, and the levels above that lead to it."""
    above = {level.field: value for level, value in zip(data.visual.drill, data.path, strict=False)}
    pairs = zip(data.columns, data.rows[row], strict=True)
    return above | {column.name: scalar(value, column.type) for column, value in pairs}


def links_of(data: VisualData) -> list[Link]:
    """The links whose columns are there at the level of the hierarchy that is shown."""
    known = {column.name for column in data.columns}
    known |= {level.field for level in data.visual.drill[: len(data.path)]}
    return [link for link in data.visual.links if known.issuperset(link.columns)]


def scalar(value: object, type_: str) -> Scalar:
    """A value of a Trino type as an address has it."""
    told = plain_of(type_)(value)
    return told if isinstance(told, str | int | float | bool) or told is None else str(told)


def _places(data: VisualData) -> list[int]:
    return [at for at, column in enumerate(data.columns) if column.role in ("dimension", "series")]
