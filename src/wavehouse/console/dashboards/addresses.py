"""Where a link of a visual leads from a row of its figures."""

from __future__ import annotations

from urllib.parse import quote

from wavehouse.console.dashboards.boards import Boards
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.marks import scalar
from wavehouse.dashboards.view import ControlValue, Range, Scalar, View
from wavehouse.dashboards.visuals import Link
from wavehouse.web.front import PATH


def address_of(link: Link, data: VisualData, row: int, here: Dashboard, boards: Boards) -> str:
    """The address; raises as `Boards.board` does for a dashboard that is not there or broken."""
    values = {
        column.name: scalar(value, column.type)
        for column, value in zip(data.columns, data.rows[row], strict=True)
    }
    if link.url is not None:
        return link.url.format_map({name: quote(str(value), safe="") for name, value in values.items()})
    name = link.dashboard or here.dashboard
    there = here if name == here.dashboard else boards.board(name).dashboard
    view = View(link.sheet)
    for id_, column in link.set.items():
        control = there.control(id_)
        view = view.with_control(control, _value(control, values.get(column)))
    query = view.query_string()
    return f"{PATH}/dashboards/{name}" + (f"?{query}" if query else "")


def _value(control: Control, value: Scalar) -> ControlValue:
    if control.kind == "choice":
        return (value,)
    if control.kind in ("range", "dates") and not isinstance(value, bool):
        return Range(value, value)
    return "" if value is None else value
