"""The page of SQL: an editor, what a query would cost, its answer, and what was asked before."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

from nicegui import background_tasks, ui

from wavehouse.console.elements.links import tabs
from wavehouse.console.elements.panel import Panel, in_plain_words, nothing
from wavehouse.console.elements.styles import page_styles
from wavehouse.console.shell import Frame, Page, address, show_error
from wavehouse.console.sql.answer import Answered, AnswerPart, answered
from wavehouse.console.sql.editor import Editor
from wavehouse.console.sql.price import PricePart
from wavehouse.console.sql.quick_chart import QuickChart
from wavehouse.console.sql.saving import save_dialog
from wavehouse.console.sql.side import HISTORY, show_history, show_saved
from wavehouse.console.sql.typed import Typed, UnsavedTexts
from wavehouse.console.sql.words import words
from wavehouse.console.sql.work import SqlWork
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.query.saved import SavedQuery
from wavehouse.query.service.execution import Execution
from wavehouse.query.service.live import Asked

# A text of more than this is not written into the address.
_LONGEST = 1_800
_VIEWS = {"grid": "Rows", "chart": "Chart"}
_SIDES = {"history": "History", "saved": "Saved"}


def sql_page(work: SqlWork) -> Page:
    """Athena SQL on the lake."""

    unsaved = UnsavedTexts()

    async def build(frame: Frame) -> None:
        page_styles()
        frame.subtitle.set_text("Athena's SQL, answered in a sandbox on this machine")
        await SqlPage(frame, work, Typed(frame, unsaved)).build()

    return Page("sql", "SQL", "terminal", build)


class SqlPage:
    """The page as one browser has it."""

    def __init__(self, frame: Frame, work: SqlWork, typed: Typed) -> None:
        self._frame, self._work, self._kept = frame, work, typed
        told = typed.values()
        self._query = told.get("query", "")
        self._saved_name = told.get("saved", "")
        self._text = told.get("sql", "")
        self._view = told.get("view", "grid")
        self._side_view = "saved" if self._saved_name else told.get("side", "history")
        self._chart = (told.get("kind", ""), told.get("x", ""), told.get("y", ""))
        self._database = told.get("database", "")
        self._found: Answered | None = None
        self._saved: SavedQuery | None = None
        self._asked = 0
        # The query that runs, and that Cancel stops.
        self._followed = ""

    async def build(self) -> None:
        """Build the page."""
        with ui.element("div").classes("wh-query"):
            with ui.element("div").classes("wh-content"):
                with ui.element("section").classes("wh-card").props('aria-label="Editor"'):
                    self._editor = Editor(self._text, self._run, self._typed)
                    self._toolbar()
                self._answer = Panel(self._frame)
                self._answer.place.props["aria-label"] = "Answer"
                self._answer.show(lambda: nothing("Write a query, and press Ctrl-Enter."))
            self._side = Panel(self._frame, plain=True)
            self._side.place.classes("wh-card")
        self._show_side()
        background_tasks.create(self._begin())

    def _toolbar(self) -> None:
        with ui.element("div").classes("wh-toolbar"):
            run_button = ui.button("Run", icon="play_arrow")
            run_button.on("click", js_handler="() => wavehouse.sql.run()")
            self._run_button = run_button.props('unelevated no-caps dense title="Ctrl-Enter"')
            self._cancel_button = ui.button("Cancel", icon="stop", on_click=self._cancel)
            self._cancel_button.props("outline no-caps dense").set_enabled(False)
            if not self._frame.read_only:
                opened = save_dialog(
                    self._work, lambda: self._editor.text, lambda: self._saved, self._was_saved
                )
                ui.button("Save…", on_click=opened).props("flat no-caps dense")
            self._database_select = ui.select([""], value="", label="Database")
            self._database_select.props('outlined dense options-dense aria-label="Database"').classes(
                "wh-pick"
            )
            self._state = ui.label("").classes("wh-muted-text").props('role="status"')
        self._price = PricePart(
            self._work, lambda: (self._editor.text, self._database_now), self._editor.mark
        )

    @property
    def _database_now(self) -> str:
        return str(self._database_select.value or "")

    async def _begin(self) -> None:
        """What takes a while: tables to propose, and what the address names."""
        try:
            tables = await THREADS.quickly(self._work.tables)
        except Exception:
            tables = []  # (A lake that cannot be read says so as soon as something is asked.)
        self._editor.propose(words(tables))
        databases = sorted({name.partition(".")[0] for name, _ in tables})
        self._database_select.set_options({"": "None", **{name: name for name in databases}})
        self._database_select.set_value(self._database if self._database in databases else "")
        self._database_select.on_value_change(lambda _: self._typed())
        if self._query:
            await self._open(self._query)
        elif self._saved_name:
            found = {one.name: one for one in await THREADS.quickly(self._work.saved)}
            if self._saved_name in found:
                self._take(found[self._saved_name])
            else:
                error = CallError(f"there is no saved query '{self._saved_name}'")
                self._answer.show(lambda: show_error(error))
        elif self._text:
            self._price.ask()

    def _typed(self) -> None:
        self._price.ask()
        self._query, self._text = "", self._editor.text
        self._kept.keep(self._text, self._database_now)
        if self._saved is not None and self._saved.sql != self._text:
            self._saved_name = ""
        self._remember(replace=True)

    async def _run(self) -> None:
        sql, database = self._editor.text, self._database_now
        self._editor.mark("")
        if not sql.strip():
            self._answer.show(lambda: nothing("There is no query yet."))
            return
        try:
            id_ = await THREADS.quickly(lambda: self._work.start(Asked(sql, database)))
        except Exception as error:
            told = in_plain_words(error)
            self._failed(told)
            return
        self._query = id_
        self._kept.forget(sql)
        self._remember()
        await self._follow(id_)

    def _failed(self, error: WavehouseError) -> None:
        self._editor.mark(str(error))
        self._answer.show(lambda: _error(str(error)))

    def _cancel(self) -> None:
        # (Not the query of the address: whoever has typed meanwhile has another one there, or none.)
        if self._followed:
            try:
                self._work.service.stop(self._followed)
            except CallError as error:  # (what writes is not stopped in the middle)
                ui.notify(str(error), type="warning", multi_line=True)

    async def _follow(self, id_: str) -> None:
        """Wait until a query has ended; the answer before it stays until then."""
        self._asked += 1
        mine, began = self._asked, time.monotonic()
        self._followed = id_
        ended = self._work.service.ended(id_)
        self._cancel_button.set_enabled(True)
        with self._frame.busy():
            waiting = asyncio.wrap_future(ended) if ended is not None else None
            while waiting is not None:
                done, _ = await asyncio.wait([waiting], timeout=0.2)
                if done or mine != self._asked or self._state.is_deleted:
                    break
                self._state.set_text(f"Running for {time.monotonic() - began:.1f} s")
        if mine != self._asked or self._state.is_deleted:
            return
        self._followed = ""
        self._cancel_button.set_enabled(False)
        self._state.set_text("")
        self._show_answer(id_)
        if self._side_view == "history":
            self._show_side()

    def _show_answer(self, id_: str) -> None:
        def ask() -> Answered:
            execution = self._work.service.get(id_)
            if execution is None:
                raise CallError(f"the history has no query {id_}", remedy="Only the last thousand are kept")
            return answered(self._work, execution)

        self._answer.load(ask, self._got)

    def _got(self, found: Answered) -> None:
        self._found = found
        if found.execution.state == "FAILED":
            self._editor.mark(found.execution.reason)
        tabs(_VIEWS, self._view, lambda view: address("sql", "", self._state_of(view)), self._go)
        chart = QuickChart(*self._chart, self._charted) if self._view == "chart" else None
        AnswerPart(self._frame, self._work, found, chart).build()

    def _go(self, view: str) -> None:
        self._view = view
        self._remember()
        if (found := self._found) is not None:
            self._answer.show(lambda: self._got(found))

    def _charted(self, kind: str, x: int, y: int) -> None:
        self._chart = (kind, str(x), str(y))
        self._go("chart")

    async def _open(self, id_: str) -> None:
        """Bring back a query of the history, with its answer."""
        execution = await THREADS.quickly(lambda: self._work.service.get(id_))
        if execution is None:
            self._show_answer(id_)
            return
        self._query, self._saved, self._saved_name = id_, None, ""
        self._editor.write(execution.sql)
        if execution.database in self._database_select.options:
            self._database_select.value = execution.database
        self._query = id_
        self._price.ask()
        self._remember()
        await self._follow(id_)

    def _take(self, one: SavedQuery) -> None:
        self._saved, self._saved_name, self._query = one, one.name, ""
        self._editor.write(one.sql)
        self._saved_name, self._query = one.name, ""
        self._price.ask()
        self._remember()
        self._show_side()

    def _was_saved(self, one: SavedQuery) -> None:
        self._kept.forget(one.sql)
        self._side_view = "saved"
        self._take(one)

    def _show_side(self) -> None:
        def history() -> Sequence[Execution]:
            service = self._work.service
            # (The record of one that has just ended is written a moment later.)
            return [service.get(one.id) or one for one in service.history.newest(HISTORY)]

        if self._side_view == "saved":
            self._side.load(
                self._work.saved,
                lambda found: self._built(lambda: show_saved(found, self._saved_name, self._take)),
                heals=True,
            )
        else:
            self._side.load(
                history,
                lambda found: self._built(lambda: show_history(found, self._query, self._open)),
                heals=True,
            )

    def _built(self, build: object) -> None:
        tabs(_SIDES, self._side_view, lambda side: address("sql", "", [("side", side)]), self._turn)
        assert callable(build)  # noqa: S101
        build()

    def _turn(self, side: str) -> None:
        self._side_view = side
        self._show_side()
        self._remember(replace=True)

    def _state_of(self, view: str) -> list[tuple[str, str]]:
        told = [("query", self._query), ("saved", self._saved_name if not self._query else "")]
        if not self._query and not self._saved_name and len(self._text) <= _LONGEST:
            told.append(("sql", self._text))
        told += [("database", self._database_now), ("view", view if view != "grid" else "")]
        if view == "chart":
            told += zip(("kind", "x", "y"), self._chart, strict=True)
        told.append(("side", self._side_view if self._side_view != "history" else ""))
        return [(name, value) for name, value in told if value]

    def _remember(self, *, replace: bool = False) -> None:
        query = self._state_of(self._view)
        if not replace:
            self._frame.remember(query)
            return
        place = address("sql", "", query)
        self._frame.client.run_javascript(f"history.replaceState(null, '', {json.dumps(place)})")


def _error(text: str) -> None:
    with ui.element("div").classes("wh-error").props('role="alert"'):
        ui.label("The query cannot be run").classes("wh-error-what")
        ui.label(text).classes("wh-code")
