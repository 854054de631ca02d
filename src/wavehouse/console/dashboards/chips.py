"""Chips: the marks by which the other visuals are filtered, each with its links and a way to remove it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.marks import mark_of, name_of
from wavehouse.dashboards.view import Mark, View
from wavehouse.dashboards.visuals import Link

Remove = Callable[[Mark], Awaitable[None]]
Follow = Callable[[Link, VisualData, int], Awaitable[None]]


def show_chips(
    dashboard: Dashboard, view: View, answers: Mapping[str, VisualData], remove: Remove, follow: Follow
) -> None:
    """One for each mark of the view."""
    for mark in view.marks:
        visual = dashboard.visual(mark.visual)
        data = answers.get(mark.visual)
        row = row_of(mark, data)
        title = visual.title
        name = " · ".join(text_of(value) for value in mark.values)
        if data is not None and row is not None:
            title, name = data.columns[0].title, name_of(data, row)
        with ui.element("div").classes("wh-chip"):
            ui.label(f"{title}: {name}").classes("wh-chip-text")
            if data is not None and row is not None:
                for link in visual.links:
                    with ui.element("button").props('type="button"').classes("wh-chip-link") as button:
                        ui.label(f"{link.title} →")
                    button.on(
                        "click", lambda _, link=link, data=data, row=row: follow(link, data, row), args=[]
                    )
            with ui.element("button").props('type="button"').classes("wh-chip-x") as button:
                ui.label("×").props('aria-hidden="true"')
            button.props["aria-label"] = f"Remove the filter {title}: {name}"
            button.on("click", lambda _, mark=mark: remove(mark), args=[])


def row_of(mark: Mark, data: VisualData | None) -> int | None:
    """The row of a mark in what was answered, if it is in there."""
    if data is None:
        return None
    return next((row for row in range(len(data.rows)) if mark_of(data, row) == mark), None)
