"""Where a link of a visual leads from a row of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from wavehouse.console.dashboards.boards import Boards
from wavehouse.core.errors import CallError
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.bins import end_of
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.dimensions import Dimension, last_day
from wavehouse.dashboards.marks import values_of
from wavehouse.dashboards.view import ControlValue, Range, Scalar, View
from wavehouse.dashboards.visuals import Link
from wavehouse.web.front import PATH


def address_of(link: Link, data: VisualData, row: int, here: Dashboard, boards: Boards) -> str:
    """The address; raises `CallError` for a mark without what the link takes from it.

    Raises as `Boards.board` does, too, for a dashboard that is not there or broken.
    """
    values = values_of(data, row)
    if link.url is not None:
        taken = {name: _given(values, name) for name in link.columns}
        return link.url.format_map({name: quote(str(one), safe="") for name, one in taken.items()})
    name = link.dashboard or here.dashboard
    there = here if name == here.dashboard else boards.board(name).dashboard
    view = View(link.sheet)
    for id_, column in link.set.items():
        control = there.control(id_)
        view = view.with_control(control, _value(control, values, column, _dimension(data, column)))
    query = view.query_string()
    return f"{PATH}/dashboards/{name}" + (f"?{query}" if query else "")


def _value(
    control: Control, values: Mapping[str, Scalar], column: str, dimension: Dimension | None
) -> ControlValue:
    if control.kind == "choice" and not control.is_parameter and column in values:
        return (values[column],)
    value = _given(values, column)
    match control.kind:
        case "choice":
            return (value,)
        case "dates":
            # (Of a moment its day, of a period all of its days.)
            first = str(value)[:10]
            return Range(first, last_day(first, dimension.by if dimension else None))
        case "range" if (
            isinstance(value, int | float) and dimension is not None and dimension.bin is not None
        ):
            return Range(value, end_of(value, dimension.bin))
        case "range":
            return Range(value, value)
    return value


def _dimension(data: VisualData, column: str) -> Dimension | None:
    """What a column goes by, at the level that is shown or else at one above."""
    visual = data.visual
    levels = visual.drill[data.depth :: -1] if visual.drill else visual.dimensions
    series = [visual.series] if visual.series else []
    return next((one for one in [*levels, *series] if one.field == column), None)


def _given(values: Mapping[str, Scalar], column: str) -> str | int | float | bool:
    value = values.get(column)
    if value is None:
        raise CallError(
            f"there is no '{column}' of this mark, by which the link leads on",
            remedy="Follow the link of another mark, or one level further down",
        )
    return value
