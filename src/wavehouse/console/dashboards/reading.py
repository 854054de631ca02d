"""One reader of one dashboard: what is seen, what was clicked, what is being answered."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from functools import partial

from nicegui import background_tasks, ui

from wavehouse.console.dashboards.addresses import address_of
from wavehouse.console.dashboards.asking import asked
from wavehouse.console.dashboards.boards import Boards
from wavehouse.console.dashboards.card import Actions, Card
from wavehouse.console.dashboards.chips import Acts, chips_of
from wavehouse.console.dashboards.controls import Bar
from wavehouse.console.dashboards.menu import open_menu
from wavehouse.console.elements.chips import Chips
from wavehouse.console.elements.entry import entry
from wavehouse.console.elements.tab_keys import mark_tab, with_arrow_keys
from wavehouse.console.shell import Frame
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.board import Asked, Board
from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.definition import Sheet
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.layout import in_reading_order, places
from wavehouse.dashboards.marks import links_of, mark_of
from wavehouse.dashboards.view import ControlValue, Mark, View, address_text, read_view
from wavehouse.dashboards.visuals import Link
from wavehouse.engines.readers import StoppedError

# Seconds that the first paint waits for answers: those that are there by then come with the page.
_FIRST_PAINT = 0.15


class Reading:
    """A dashboard on a page. Of two questions one after the other the answers to the later one are shown."""

    def __init__(self, frame: Frame, boards: Boards, board: Board, view: View) -> None:
        self.frame, self.board, self.view = frame, board, view
        self._boards = boards
        self._asked: Asked | None = None
        self._turn = 0
        self._cards: dict[str, Card] = {}
        self._bar: Bar | None = None
        self._answers: dict[str, VisualData] = {}
        # What values of controls are called, by the control and the text of an address.
        self._names: dict[str, dict[str, str]] = {}
        with frame.header:
            self._chips = Chips("Filters besides those of the bar", self._clear)
            self._acts = Acts(self._unmark, self._set, self._follow)
            button = ui.button("Export", icon="download").props("outline dense no-caps").classes("wh-export")
            with button, ui.menu():
                entry("As one HTML file", self._export)
                entry("Copy the link to this view").on(
                    "click", js_handler="() => navigator.clipboard.writeText(location.href)"
                )
        self._tabs = ui.element("div").classes("wh-tabs").props('role="tablist" aria-label="Sheets"')
        with with_arrow_keys(self._tabs):
            self._tab_of = {one.id: self._tab(one) for one in board.dashboard.sheets}
        self._tabs.set_visibility(len(self._tab_of) > 1)
        self._sheet = ui.element("div").classes("wh-sheet")

    async def build(self) -> None:
        """Fill the page, and ask for what is on it."""
        self._make_sheet()
        task = background_tasks.create(self.refresh())
        await asyncio.wait([task], timeout=_FIRST_PAINT)

    def _make_sheet(self) -> None:
        dashboard = self.board.dashboard
        sheet = dashboard.sheet(self.view.sheet)
        for id_, tab in self._tab_of.items():
            mark_tab(tab, chosen=id_ == sheet.id)
        actions = Actions(
            self._mark, self._rise, self._retry, self._clear, lambda card: open_menu(card, self)
        )
        where = places(sheet)
        self._sheet.clear()
        self._answers = {}
        with self._sheet:
            self._bar = Bar(self.board, dashboard.controls_of(sheet), self._set)
            with ui.element("div").classes("wh-grid"):
                self._cards = {
                    id_: Card(dashboard.visual(id_), where[id_], actions) for id_ in in_reading_order(sheet)
                }
        self._bar.show(self.view)
        self._show_chips()
        for id_, names in self._names.items():
            self._bar.name(id_, names)
        background_tasks.create(self._bar.fill())
        background_tasks.create(self._name())

    def _tab(self, sheet: Sheet) -> ui.element:
        tab = ui.element("button").classes("wh-tab").props('type="button" role="tab"')
        with tab:
            ui.label(sheet.title)
        tab.on("click", lambda: self._turn_to(sheet.id), args=[])
        return tab

    async def go(self, view: View, *, remember: bool = True) -> None:
        """Show another view: at once what was set, then what is answered."""
        sheet_before = self.board.dashboard.sheet(self.view.sheet).id
        self.view = view
        if self.board.dashboard.sheet(view.sheet).id != sheet_before:
            self._make_sheet()
        if self._bar is not None:
            self._bar.show(view)
        self._show_chips()
        if remember:
            self.frame.remember(self.pairs())
        await self.refresh()
        await self._name()

    async def _name(self) -> None:
        """Ask what the values are called that controls are set to: an address tells them only as they are."""
        for control in self.board.dashboard.controls:
            chosen, known = self.view.controls.get(control.id), self._names.setdefault(control.id, {})
            if control.label is None or not isinstance(chosen, tuple):
                continue
            texts = {address_text(one): text_of(one) for one in chosen}
            if texts.keys() <= known.keys():
                continue
            # (The visuals say what is wrong with the data set.)
            with contextlib.suppress(WavehouseError):
                labels = await asked(self.board, partial(self.board.labels, control.id, chosen))
                known |= texts | {address_text(one): label for one, label in labels.items()}
                if self._bar is not None and not self.frame.client.is_deleted:
                    self._bar.name(control.id, known)
                    self._show_chips()

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address of this view."""
        from urllib.parse import parse_qsl

        return parse_qsl(self.view.query_string(), keep_blank_values=True)

    async def refresh(self, visuals: list[str] | None = None) -> None:
        """Ask for the visuals of the sheet, and show each as soon as it is answered."""
        if visuals is None:
            self._turn += 1
            if self._asked is not None:
                self._asked.cancel()
        turn, view, cards = self._turn, self.view, self._cards
        with self.frame.busy():
            answers = await THREADS.quickly(lambda: self.board.ask(view, visuals))
            if visuals is None:
                self._asked = answers
            waiting = [asyncio.wrap_future(one) for one in answers.answers.values()]
            for next_one in asyncio.as_completed(waiting):
                try:
                    data = await next_one
                except (asyncio.CancelledError, StoppedError):
                    continue
                if turn == self._turn and not self.frame.client.is_deleted:
                    self._answers[data.visual.id] = data
                    cards[data.visual.id].show(data, view)
        if turn == self._turn and view.marks:
            self._show_chips()

    @property
    def failed(self) -> bool:
        """Whether nothing at all could be answered: then it may not be the visuals that are wrong."""
        return bool(self._answers) and all(one.error is not None for one in self._answers.values())

    def show_error(self, error: WavehouseError) -> None:
        """Tell of something that could not be done, beside what is there."""
        with self.frame.client.content:
            ui.notify(str(error), type="negative", multi_line=True, timeout=8000)

    def _show_chips(self) -> None:
        chips = [*chips_of(self.board.dashboard, self.view, self._answers, self._names, self._acts)]
        self._chips.show(chips, clearable=not self.view.is_untouched)

    async def _turn_to(self, sheet: str) -> None:
        # (Marks and drills are of visuals of the sheet that is left; controls are of all.)
        await self.go(replace(self.view, sheet=sheet, marks=(), drills={}))

    async def _set(self, control: Control, value: ControlValue) -> None:
        await self.go(self.view.with_control(control, value))

    async def _mark(self, visual: str, row: int, also: bool) -> None:
        data = self._cards[visual].data
        if data is None:
            return
        try:
            mark = mark_of(data, row)
        except WavehouseError as error:
            self.show_error(error)
            return
        if mark is None:
            return
        if data.visual.action == "link":
            links = links_of(data)
            if links:
                await self._follow(links[0], data, row)
            return
        if data.visual.action == "drill" and data.depth < len(data.visual.drill) - 1:
            await self.go(self.view.drilled(visual, mark.values[0]))
            return
        kept = (
            self.view.marks
            if also
            else tuple(one for one in self.view.marks if one.visual != visual or one == mark)
        )
        await self.go(replace(self.view, marks=kept).toggled(mark))

    async def _unmark(self, mark: Mark) -> None:
        if mark in self.view.marks:
            await self.go(self.view.toggled(mark))

    async def _follow(self, link: Link, data: VisualData, row: int) -> None:
        try:
            place = await THREADS.quickly(
                lambda: address_of(link, data, row, self.board.dashboard, self._boards)
            )
        except WavehouseError as error:
            self.show_error(error)
            return
        self.frame.go(place)

    async def _rise(self, visual: str, depth: int) -> None:
        await self.go(self.view.risen(visual, depth))

    async def _retry(self, visual: str) -> None:
        await self.refresh([visual])

    async def _clear(self) -> None:
        await self.go(self.view.cleared())

    async def back(self, query: list[tuple[str, str]]) -> None:
        """Show the view of another address."""
        try:
            view = read_view(self.board.dashboard, query)
        except WavehouseError as error:
            self.show_error(error)
            return
        await self.go(view, remember=False)

    async def _export(self) -> None:
        from wavehouse.dashboards.exports.html import page_of

        try:
            view, client = self.view, self.frame.client
            text = await THREADS.at_length(lambda _: page_of(self.board, view), lambda: not client.is_deleted)
        except WavehouseError as error:
            self.show_error(error)
            return
        ui.download.content(text, f"{self.board.dashboard.dashboard}.html", "text/html")

    def end(self) -> None:
        """Nobody looks any more: what is being answered for this reader alone is stopped."""
        if self._asked is not None:
            self._asked.cancel()
