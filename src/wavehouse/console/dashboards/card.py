"""A card: one visual with its title, what it shows, and what can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from wavehouse.console.elements.chart import Chart
from wavehouse.console.elements.figure import Figure
from wavehouse.console.elements.panel import in_plain_words
from wavehouse.console.elements.table import Table
from wavehouse.console.shell import show_error
from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.charts.draw import CHARTS, drawing
from wavehouse.dashboards.figures import insight_text, text_of
from wavehouse.dashboards.kpi import kpi
from wavehouse.dashboards.marks import chosen_rows
from wavehouse.dashboards.notes import note_of
from wavehouse.dashboards.tables import table
from wavehouse.dashboards.view import View
from wavehouse.dashboards.visuals import Place, Visual


@dataclass(frozen=True)
class Actions:
    """What a card asks of the page: a row was clicked (also: beside others), go up to a level, try again."""

    mark: Callable[[str, int, bool], Awaitable[None]]
    rise: Callable[[str, int], Awaitable[None]]
    retry: Callable[[str], Awaitable[None]]
    clear: Callable[[], Awaitable[None]]
    menu: Callable[[Card], None]


class Card:
    """One visual on the page. What it showed last stays until there is something newer."""

    def __init__(self, visual: Visual, place: Place, actions: Actions) -> None:
        self.visual, self._actions = visual, actions
        self.data: VisualData | None = None
        self.content: Chart | Table | Figure | None = None
        self._view = View()
        self._sort: tuple[int, bool] | None = None
        classes = f"wh-card wh-visual wh-kind-{visual.kind.replace('_', '-')}"
        style = f"--x:{place.x + 1};--w:{place.w};--y:{place.y + 1};--h:{place.h}"
        with ui.element("section").classes(classes).style(style) as self.element:
            self.element.props["aria-label"] = visual.title
            with ui.element("div").classes("wh-card-head"):
                with ui.element("h2").classes("wh-card-title") as title:
                    ui.label(visual.title)
                    if visual.description:
                        title.props["title"] = visual.description
                self._path = ui.element("div").classes("wh-path")
                self._note = ui.label("").classes("wh-note")
                button = ui.button(icon="more_vert", on_click=lambda: actions.menu(self))
                button.props('flat round dense size="sm"').classes("wh-more")
                button.props["aria-label"] = f"More about {visual.title}"
                self.more = button
            self._body = ui.element("div").classes("wh-card-body")
            with self._body:
                ui.element("div").classes("wh-skeleton").props('aria-hidden="true"')

    def show(self, data: VisualData, view: View) -> None:
        """Show an answer."""
        self.data, self._view = data, view
        self._say(data, view)
        try:
            self._show(data, view)
        except Exception as error:
            # (A mistake of ours: the other cards are shown all the same.)
            told = in_plain_words(error)
            self._replace(lambda: self._failed(told))

    def _show(self, data: VisualData, view: View) -> None:
        if data.error is not None:
            error = data.error
            self._replace(lambda: self._failed(error))
        elif not data.rows or (self.visual.kind == "insight" and not insight_text(data)):
            self._replace(self._empty)
        else:
            self._draw(data, view)

    def _say(self, data: VisualData, view: View) -> None:
        self._note.set_text(note_of(data))
        self._path.clear()
        steps = view.drills.get(self.visual.id, ())
        if not steps:
            return
        with self._path:
            names = ["All", *(data.steps or map(text_of, steps))]
            for depth, name in enumerate(names):
                if depth == len(steps):
                    ui.label(name).classes("wh-here")
                    continue
                button = ui.element("button").classes("wh-step").props('type="button"')
                with button:
                    ui.label(name)
                button.on("click", lambda _, to=depth: self._actions.rise(self.visual.id, to), args=[])
                ui.label("›").props('aria-hidden="true"')

    def _replace(self, make: Callable[[], Any]) -> None:
        self.content = None
        self._body.clear()
        with self._body:
            made = make()
            self.content = made if isinstance(made, Chart | Table | Figure) else None

    def _draw(self, data: VisualData, view: View) -> None:
        kind = self.visual.kind
        if kind == "kpi":
            self._figure(data)
        elif kind == "insight":
            self._replace(lambda: ui.label(insight_text(data)).classes("wh-insight"))
        elif kind in CHARTS:
            self._chart(data, view)
        else:
            self._table(data, view)

    def _chart(self, data: VisualData, view: View) -> None:
        document = drawing(data, chosen_rows(data, view)).document()
        if isinstance(self.content, Chart):
            self.content.show(document)
            return
        on_mark = None if self.visual.action == "none" else self._marked
        self._replace(lambda: Chart(self.visual.title, document, on_mark))

    def _figure(self, data: VisualData) -> None:
        shown = kpi(data)
        if isinstance(self.content, Figure):
            self.content.show(shown)
        else:
            self._replace(lambda: Figure(self.visual.title, shown))

    def _table(self, data: VisualData, view: View) -> None:
        chosen = chosen_rows(data, view)
        if not isinstance(self.content, Table):
            on_mark = None if self.visual.action == "none" else self._marked
            shown = table(data, self._sort)
            self._replace(lambda: Table(self.visual.title, shown, on_mark, self._sorted))
        if isinstance(self.content, Table):
            self.content.show(table(data, self._sort), chosen, self._sort)

    def _sorted(self, at: int) -> None:
        before = self._sort
        self._sort = (at, True) if before is None or before[0] != at else (at, not before[1])
        if self.data is not None:
            self._table(self.data, self._view)

    async def _marked(self, row: int, also: bool) -> None:
        await self._actions.mark(self.visual.id, row, also)

    def _failed(self, error: WavehouseError) -> None:
        show_error(error)
        ui.button("Retry", on_click=lambda: self._actions.retry(self.visual.id)).props("flat dense no-caps")

    def _empty(self) -> None:
        with ui.element("div").classes("wh-empty"):
            ui.label(
                "Nothing here meets the filters." if not self._view.is_untouched else "There are no rows."
            )
            if not self._view.is_untouched:
                ui.button("Clear filters", on_click=self._actions.clear).props("flat dense no-caps")
