"""The page of runs: a list, one run beside it, and what happens now."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from wavehouse.console.elements.links import state_link
from wavehouse.console.elements.more import MOST, more_button
from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.plain_table import badge
from wavehouse.console.elements.styles import page_styles
from wavehouse.console.moments import ago, duration, moment
from wavehouse.console.runs.detail import STATUS, show_run
from wavehouse.console.runs.going_on import show_going_on
from wavehouse.console.runs.start import start_dialog
from wavehouse.console.runs.work import RunsWork
from wavehouse.console.shell import Frame, Page, address
from wavehouse.core.counted import counted
from wavehouse.core.run_record import RunRecord
from wavehouse.lake.lock import Holder

_WATCHED_EVERY = 1.0  # seconds


def runs_page(work: RunsWork) -> Page:
    """Runs of the lake."""

    async def build(frame: Frame) -> None:
        page_styles()
        RunsPage(frame, work).build()

    return Page("runs", "Runs", "play_circle", build)


class RunsPage:
    """The page as one browser has it: which run is shown, and which part of it."""

    def __init__(self, frame: Frame, work: RunsWork) -> None:
        self._frame = frame
        self._work = work
        self._run = frame.rest
        self._view = frame.values().get("view", "steps")
        self._writer: Holder | None = None
        self._most = MOST
        # What begins is followed by who stands on the newest run, or has named none; others are told of it.
        self._follows = not self._run
        self._following = ""
        self._newest: str | None = None

    def build(self) -> None:
        """Build the page."""
        if not self._frame.read_only:
            with self._frame.header:
                open_dialog = start_dialog(self._work, self._started)
                ui.button("Start a run", icon="play_arrow", on_click=open_dialog).props(
                    "unelevated no-caps dense"
                )
        self._begun = ui.element("div").props('role="status"')
        with ui.element("div").classes("wh-split"):
            self._list = Panel(self._frame, "All runs")
            self._detail = Panel(self._frame, "Run")
        self._load()
        ui.timer(_WATCHED_EVERY, self.watch, immediate=False)

    def _load(self) -> None:
        self._writer = self._work.writer()
        self._load_list()
        if self._run:
            self._show_one()

    def _load_list(self) -> None:
        # (One more than is shown says that there are more.)
        most = self._most + 1
        self._list.load(lambda: self._work.newest(most), self._show_list, heals=True)

    def watch(self) -> None:
        """Look whether a run has begun or ended, here or in another process."""
        job = self._work.jobs.running()
        if job is None:
            if self._begun.default_slot.children:
                self._begun.clear()
        elif job.record is not None and job.record.run_id != self._following:
            self._following = job.record.run_id
            if self._follows:
                self._choose(self._following)
            else:
                self._tell_of(self._following)
        writer = self._work.writer()
        if writer != self._writer:
            self._load()

    def _tell_of(self, run: str) -> None:
        self._begun.clear()
        with self._begun:
            state_link("A run has begun: look at it", self._address(run), lambda: self._choose(run)).classes(
                "wh-link"
            )

    def _started(self) -> None:
        self._following, self._follows = "", True
        self._detail.show(lambda: show_going_on(self._work, None, self._load))

    def _show_list(self, records: Sequence[RunRecord]) -> None:
        going = self._writer
        newest = (going.run if going is not None else "") or next((one.run_id for one in records), "")
        if self._newest is None and self._run == newest:
            self._follows = True
        self._newest, named = newest, self._run
        self._run = named or newest
        # (A run that others have begun has no record yet; one that publishes has one that says "cut off".)
        known = [one for one in records if going is None or one.run_id != going.run]
        self._frame.subtitle.set_text(_subtitle(records, going))
        if going is not None:
            self._entry(going.run, "running", f"begun {ago(going.since)}", f"process {going.process}", "")
        if not known and going is None:
            nothing("There are no runs yet. Start one, or: wavehouse run --from DIR")
        for record in known[: self._most]:
            tables = record.tables.values()
            rows = next((one for one in tables if one.snapshot_id == record.snapshot_id), None)
            said = (
                "nothing new" if record.status == "done" and not record.changed else record.mode or "upkeep"
            )
            self._entry(
                record.run_id,
                record.status,
                moment(record.started),
                f"{said} · {duration(record.seconds)}",
                counted(rows.rows, "row") if rows and record.changed else "",
            )
        if len(records) > self._most:
            more_button("Older runs", self._show_more)
        if not named and newest:
            self._show_one()

    def _show_more(self) -> None:
        self._most += MOST
        self._load_list()

    def _entry(self, run: str, status: str, title: str, said: str, more: str) -> None:
        with state_link("", self._address(run), lambda: self._choose(run)).classes("wh-entry") as link:
            with ui.element("div").classes("wh-entry-head"):
                ui.label(title).classes("wh-entry-title")
                badge(status, STATUS.get(status, "muted"))
            ui.label(" · ".join(filter(None, (said, more)))).classes("wh-entry-said")
        if run == self._run:
            link.classes("wh-entry-on").props('aria-current="true"')

    def _address(self, run: str) -> str:
        return address("runs", run, self._query())

    def _query(self) -> list[tuple[str, str]]:
        return [("view", self._view)] if self._view != "steps" else []

    def _choose(self, run: str) -> None:
        self._run = run
        self._follows = run in (self._newest, self._following)
        self._begun.clear()
        self._frame.remember(self._query(), run)
        self._load()

    def _show_one(self) -> None:
        run = self._run
        job = self._work.jobs.of_run(run)
        going = self._writer is not None and self._writer.run == run
        if (job is not None and job.state == "running") or going:
            self._detail.show(lambda: show_going_on(self._work, run, self._load))
        else:
            self._detail.load(
                lambda: self._work.one(run),
                lambda record: show_run(record, self._view, self._link, self._go),
                heals=True,
            )

    def _link(self, view: str) -> str:
        return address("runs", self._run, [("view", view)])

    def _go(self, view: str) -> None:
        self._view = view
        self._frame.remember(self._query(), self._run)
        self._show_one()


def _subtitle(records: Sequence[RunRecord], going: Holder | None) -> str:
    if going is not None:
        return f"A run is writing to the lake: process {going.process}, begun {ago(going.since)}"
    last = next(iter(records), None)
    return f"The last one began {ago(last.started)}" if last else ""
