"""The page of one flow while it is open: graph, panel, and what is done to the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import background_tasks, ui

from wavehouse.console.background import Job
from wavehouse.console.elements.panel import in_plain_words
from wavehouse.console.flow.changed_file import ask
from wavehouse.console.flow.graph import FlowGraph
from wavehouse.console.flow.node_panel import NodePanel
from wavehouse.console.flow.session import Session
from wavehouse.console.flow.toolbar import Toolbar
from wavehouse.console.shell import Frame
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import WavehouseError
from wavehouse.flow.editing.changes import kind_of
from wavehouse.flow.editing.draft import FileChangedError
from wavehouse.flow.nodes import KINDS, Source, Target

# Seconds between two looks at whether the file is another, and at how far a run is; and after an edit.
_FILE, _RUN, _PAUSE = 3.0, 0.4, 0.15


class FlowView:
    """One flow on a page. Everything that an edit changes is drawn anew at once; findings come after."""

    def __init__(self, frame: Frame, session: Session) -> None:
        self._frame = frame
        self._session = session
        self._due = False
        self._looking: asyncio.Task[None] | None = None
        self._job: Job | None = None
        values = frame.values()
        editable = not frame.read_only
        self.selected = [values["node"]] if values.get("node") in session.draft.file.data["nodes"] else []
        with frame.header:
            self._toolbar = Toolbar(self, editable=editable)
        with ui.element("div").classes("fl" + (" fl-editable" if editable else "")):
            with ui.element("div").classes("fl-graph"):
                self._graph = FlowGraph(f"Flow {frame.rest}", editable=editable)
            self._panel = NodePanel(frame, self, session, values.get("tab", "fields"))
        self._graph.on_event("select", self.select)
        self._graph.on_event("moved", self._moved)
        self._graph.on_event("tidy", lambda _: self._tidy())
        if editable:
            self._listen()
        self._graph.select(self.selected)
        self._draw()
        self._look()
        self._look_at_runs()
        frame.on_back(self._back)
        ui.timer(_FILE, self._watch_file, immediate=False)

    @property
    def session(self) -> Session:
        """What the page knows."""
        return self._session

    def _listen(self) -> None:
        draft = self._session.draft
        on = self._graph.on_event
        on("connect", lambda told: self.edit(lambda: draft.connect(told["start"], told["end"], told["port"])))
        on("disconnect", lambda told: self.edit(lambda: draft.disconnect(told["start"], told["end"])))
        on("remove", lambda ids: self.edit(lambda: draft.remove([str(one) for one in ids])))
        on("command", lambda name: self.command(str(name)))

    def select(self, ids: list[Any]) -> None:
        """Show what is known of a node; of none or several, of the flow."""
        self._select(ids)
        self.remember()

    async def _back(self, query: list[tuple[str, str]]) -> None:
        values = dict(query)
        self._panel.turn(values.get("tab", ""))
        self._select([values["node"]] if "node" in values else [])

    def _select(self, ids: list[Any]) -> None:
        written = self._session.draft.file.data["nodes"]
        self.selected = [one for one in ids if one in written]
        self._graph.select(self.selected)
        self._panel.show(self.selected)

    def show_findings(self) -> None:
        """Show what is known of the flow."""
        self.select([])
        self._panel.show_flow("lint")

    def remember(self) -> None:
        """Put the selected node and its tab into the address."""
        query = [("node", self.selected[0]), ("tab", self._panel.tab)] if len(self.selected) == 1 else []
        self._frame.remember(query)

    async def command(self, name: str) -> None:
        """What buttons and keys ask for."""
        draft = self._session.draft
        match name:
            case "undo" if draft.undoable:
                self.edit(draft.undo)
            case "redo" if draft.redoable:
                self.edit(draft.redo)
            case "discard" if draft.changed:
                self._take_theirs()
            case "save":
                await self.save()
            case "run" if await self.save():
                self._run()

    def edit(self, change: Callable[[], object]) -> None:
        """Do something to the draft; what cannot be done is told, and everything is as it was."""
        session = self._session
        before = session.draft.file
        try:
            change()
        except Exception as error:
            told(in_plain_words(error))
        if session.draft.file is not before:
            session.edited()
            self._look()
        self._draw_edited()

    def _take_over(self) -> None:
        """Show what another page of the same browser has edited."""
        self._session.edited()
        self._look()
        self._draw_edited()

    def _draw_edited(self) -> None:
        session = self._session
        written = session.draft.file.data["nodes"]
        self.selected = [one for one in self.selected if one in written]
        self._graph.select(self.selected)
        self._draw()

    async def add(self, kind: str) -> None:
        """Add a node, reading the selected one if it can, and select it."""
        session = self._session
        tree = session.draft.file.data
        before = [
            one
            for one in self.selected[:1]
            if not issubclass(KINDS[kind], Source) and not _is_target(kind_of(tree, one))
        ]
        columns = session.columns.get(before[0], ()) if before else ()

        try:
            around = await THREADS.quickly(partial(session.tools.surroundings, session.draft.file))
        except Exception as error:
            told(in_plain_words(error))
            return

        def change() -> None:
            self.selected = [session.draft.add(kind, before, columns, around)]

        self.edit(change)

    def rename(self, old: str, new: str) -> None:
        """Give a node another id; it stays where it is, and selected."""

        def change() -> None:
            self._session.draft.rename(old, new)
            if old in self._session.moved:
                self._session.moved[new] = self._session.moved.pop(old)
            self.selected = [new if one == old else one for one in self.selected]

        self.edit(change)

    async def save(self, seen: FileChangedError | None = None) -> bool:
        """Write the file; says whether it is written. Where it changed meanwhile, both are shown."""
        draft = self._session.draft
        try:
            if not draft.changed and not await THREADS.quickly(draft.stale):
                return True
            await THREADS.quickly(partial(draft.save, seen))
        except FileChangedError as error:
            changed = error
            with self._frame.client.content:
                ask(draft, changed, self._take_theirs, lambda: self.save(changed))
            return False
        except WavehouseError as error:
            told(error)
            return False
        if self._session.is_behind:
            self._take_over()  # (that is what was saved)
        self._session.saw()
        ui.notify(f"Saved {draft.path.name}", type="positive")
        self._draw()
        self._look_at_runs()
        return True

    def _take_theirs(self) -> None:
        self.edit(self._session.draft.take_theirs)

    def _moved(self, told: dict[str, Any]) -> None:
        x, y = told["x"], told["y"]
        is_place = all(isinstance(one, int | float) and abs(one) < 1e6 for one in (x, y))
        if is_place and told["id"] in self._session.draft.file.data["nodes"]:
            self._session.moved[told["id"]] = (float(x), float(y))
            self._draw(panel=False)

    def _tidy(self) -> None:
        self._session.moved.clear()
        self._draw(panel=False)

    def _draw(self, *, panel: bool = True) -> None:
        session = self._session
        self._graph.show(session.picture(), moved=bool(session.moved))
        self._toolbar.show()
        if panel:
            self._panel.show(self.selected)

    def _look(self) -> None:
        """Have columns and findings found out; while that goes on, what is edited is looked at afterwards."""
        self._due = True
        if self._looking is None or self._looking.done():
            self._looking = background_tasks.create(self._look_until_all_is_known())

    async def _look_until_all_is_known(self) -> None:
        session = self._session
        with self._frame.busy():
            while self._due:
                # (Edits often come several at a time.)
                await asyncio.sleep(_PAUSE)
                self._due = False
                file = session.draft.file
                try:
                    found = await THREADS.quickly(partial(session.tools.look_through, file))
                except Exception as error:
                    if not self._due:
                        self._toolbar.problem(in_plain_words(error))
                    continue
                if self._graph.is_deleted:
                    return
                if file is session.draft.file:
                    session.columns, session.findings = found
                    self._draw()

    def _look_at_runs(self) -> None:
        background_tasks.create(self._look_at_runs_now())

    async def _look_at_runs_now(self) -> None:
        try:
            found = await THREADS.quickly(self._session.last_run)
        except Exception as error:
            self._toolbar.problem(in_plain_words(error))
            return
        if not self._graph.is_deleted:
            self._session.run = found
            self._draw(panel=False)

    def _run(self) -> None:
        try:
            self._job = self._session.tools.start_run()
        except WavehouseError as error:
            told(error)
            return
        self._toolbar.running(self._job)
        self._timer = ui.timer(_RUN, self._watch_run)

    def _watch_run(self) -> None:
        job = self._job
        self._toolbar.running(job)
        if job is None or job.state == "running":
            return
        self._timer.cancel()
        self._job = None
        self._toolbar.running(None)
        if job.error is not None:
            told(job.error)
        else:
            ui.notify("The run is done", type="positive")
        self._look_at_runs()
        self._look()

    async def _watch_file(self) -> None:
        """Take what somebody else wrote where nothing would be lost; else say that there is something."""
        draft = self._session.draft
        try:
            if not draft.changed and await THREADS.quickly(draft.stale) and not draft.changed:
                draft.take_theirs()
        except WavehouseError as error:
            self._toolbar.problem(error)
            return
        if self._session.overtaken:
            self._take_over()


def told(error: WavehouseError) -> None:
    """Say what could not be done."""
    ui.notify(str(error), type="warning", multi_line=True, close_button="Close", timeout=8000)


def _is_target(kind: str) -> bool:
    return kind in KINDS and issubclass(KINDS[kind], Target)
