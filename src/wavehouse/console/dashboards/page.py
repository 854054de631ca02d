"""The page of dashboards: which there are, the one that is read, and what is wrong with it or the lake."""

from __future__ import annotations

import time
from collections.abc import Sequence

from nicegui import ui

from wavehouse.console.dashboards.boards import Boards, Listed
from wavehouse.console.dashboards.reading import Reading
from wavehouse.console.elements.chart import Chart
from wavehouse.console.elements.chips import Chips
from wavehouse.console.elements.field import Field
from wavehouse.console.elements.figure import Figure
from wavehouse.console.elements.panel import pauses
from wavehouse.console.elements.preload import preload
from wavehouse.console.elements.table import Table
from wavehouse.console.shell import Frame, Page, address, link_to, show_error
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.view import View, read_view

# Seconds between two looks at whether tables or files have changed.
_LOOK = 2.0


def dashboards_page(boards: Boards) -> Page:
    """Dashboards of the project, over the lake."""

    async def build(frame: Frame) -> None:
        ui.add_head_html(
            preload((Chart, Figure, Table, Chips, Field), ("nicegui-echart", "wavehouse-drawing"))
        )
        await _Watched(frame, boards).build()

    return Page("dashboards", "Dashboards", "dashboard", build)


class _Watched:
    """The page, built anew whenever there is something else to be seen."""

    def __init__(self, frame: Frame, boards: Boards) -> None:
        self._frame, self._boards = frame, boards
        self._reading: Reading | None = None
        # The parameters of the address that it is built of.
        self._query = frame.query
        self._state: tuple[str, str] | None = None
        self._pauses, self._again = pauses(), 0.0
        self._was_away = False
        self._away = ui.element("div").props('role="status"')
        self._content = ui.element("div").classes("wh-content")
        self._timer = ui.timer(_LOOK, self._look, immediate=False)
        frame.on_back(self._back)
        frame.client.on_delete(self._end)

    async def build(self) -> None:
        """Show the dashboard of the address, or why not."""
        frame = self._frame
        self._end()
        self._reading = None
        self._content.clear()
        frame.header.clear()
        try:
            listed = await THREADS.quickly(self._boards.listed)
            self._list(listed)
            name = _name(frame.rest, listed)
            board = await THREADS.quickly(lambda: self._boards.board(name))
            self._state = await self._state_of(board)
        except WavehouseError as error:
            self._failed(error)
            return
        frame.title.set_text(board.dashboard.title)
        frame.subtitle.set_text(board.dashboard.description)
        view = View()
        with self._content:
            try:
                view = read_view(board.dashboard, self._query)
            except WavehouseError as error:
                with ui.element("div").classes("wh-card wh-away"):
                    show_error(error)
                    ui.label("Below is the dashboard as it is without that.").classes("wh-muted")
            self._reading = Reading(frame, self._boards, board, view)
            await self._reading.build()

    def _list(self, listed: Sequence[Listed]) -> None:
        self._frame.below.clear()
        current = self._frame.rest or (listed[0].name if listed else "")
        with self._frame.below:
            for one in listed:
                with link_to(address("dashboards", one.name)) as link:
                    ui.label(one.title).classes("wh-bad" if one.error else "")
                if one.name == current:
                    link.props('aria-current="location"')

    def _failed(self, error: WavehouseError) -> None:
        self._state = None
        with self._content, ui.element("div").classes("wh-notice"):
            show_error(error)
            ui.label("This page looks again by itself.").classes("wh-muted")

    async def _look(self) -> None:
        """Heal: what was away may be back, tables and files may have changed."""
        if not self._frame.client.has_socket_connection:
            return
        try:
            board = None
            if self._reading is not None:
                name = self._reading.board.dashboard.dashboard
                board = await THREADS.quickly(lambda: self._boards.board(name))
            state = await self._state_of(board)
        except WavehouseError as error:
            self._was_away = True
            if self._reading is not None:
                self._tell(error)
            return
        self._tell(None)
        if self._reading is None:
            await self.build()
        elif board is not None and board.dashboard != self._reading.board.dashboard:
            # (As its reader has set it, not as it was opened.)
            self._query = self._reading.pairs()
            await self.build()
        elif state != self._state or self._was_away or self._is_due(self._reading):
            self._state, self._was_away = state, False
            await self._reading.refresh()

    async def _state_of(self, board: Board | None) -> tuple[str, str]:
        """What would be another one if there were something else to be seen."""
        lake = await THREADS.quickly(self._boards.state)
        return lake, await THREADS.quickly(board.records_state) if board is not None else ""

    def _is_due(self, reading: Reading) -> bool:
        """Whether to try again what has failed, after pauses that grow."""
        if not reading.failed:
            self._pauses, self._again = pauses(), 0.0
            return False
        now = time.monotonic()
        if now < self._again:
            return False
        self._again = now + next(self._pauses)
        return True

    async def _back(self, query: list[tuple[str, str]]) -> None:
        self._query = query
        if self._reading is not None:
            await self._reading.back(query)

    def _end(self) -> None:
        if self._reading is not None:
            self._reading.end()

    def _tell(self, error: WavehouseError | None) -> None:
        self._away.clear()
        if error is not None:
            with self._away, ui.element("div").classes("wh-card wh-away"):
                show_error(error)
                ui.label("What is shown is what was there before; this page looks again by itself.").classes(
                    "wh-muted"
                )


def _name(rest: str, listed: Sequence[Listed]) -> str:
    names = [one.name for one in listed]
    if not listed:
        raise CallError(
            "this project has no dashboards", remedy="Write one into dashboards/: docs/dashboards.md says how"
        )
    name = rest or next((one.name for one in listed if one.error is None), names[0])
    found = next((one for one in listed if one.name == name), None)
    if found is None:
        raise CallError(f"there is no dashboard '{name}'", remedy=did_you_mean(name, names))
    if found.error is not None:
        raise found.error
    return name
