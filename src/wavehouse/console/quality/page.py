"""The page of quality: verdicts of a run, what rules measured run by run, and what was kept aside."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from wavehouse.console.elements.links import tabs
from wavehouse.console.elements.live import live
from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.styles import page_styles
from wavehouse.console.moments import ago
from wavehouse.console.quality.aside import AsidePart
from wavehouse.console.quality.trends import show_trends
from wavehouse.console.quality.verdicts import show_verdicts
from wavehouse.console.quality.work import QualityWork
from wavehouse.console.shell import Frame, Page, address, show_error
from wavehouse.core.errors import WavehouseError
from wavehouse.core.run_record import RunRecord
from wavehouse.quality.measured import MeasuredRule

_VIEWS = {"verdicts": "Verdicts", "trends": "Trends", "aside": "Kept aside"}


def quality_page(work: QualityWork) -> Page:
    """Quality of what was loaded."""

    async def build(frame: Frame) -> None:
        page_styles()
        QualityPage(frame, work).build()

    return Page("quality", "Quality", "verified", build)


class QualityPage:
    """The page as one browser has it: the part, the run, and what rows are wanted."""

    def __init__(self, frame: Frame, work: QualityWork) -> None:
        self._frame = frame
        self._work = work
        self._told = {name: value for name, value in frame.values().items() if value}

    def build(self) -> None:
        """Build the page."""
        if not self._frame.read_only:
            with self._frame.header:
                ui.button("Retry all that was kept aside", icon="replay", on_click=self._ask).props(
                    "outline no-caps dense"
                )
        self._job = ui.element("div")
        self._bar = ui.element("div")
        self._place = ui.element("div").classes("wh-content")
        self._show()

    def _show(self) -> None:
        view = self._view
        self._bar.clear()
        with self._bar:
            tabs(_VIEWS, view, lambda name: address("quality", "", self._query({"view": name})), self._go)
        self._place.clear()
        with self._place:
            if view == "aside":
                AsidePart(self._frame, self._work, self._told, self._changed).build()
                return
            panel = Panel(self._frame, "Verdicts" if view == "verdicts" else "What rules measured")
            if view == "verdicts":
                panel.load(lambda: self._work.judged(self._told.get("run", "")), self._verdicts, heals=True)
            else:
                panel.load(self._work.history, self._trends, heals=True)

    @property
    def _view(self) -> str:
        view = self._told.get("view", "verdicts")
        return view if view in _VIEWS else "verdicts"

    def _verdicts(self, record: RunRecord | None) -> None:
        if record is None:
            nothing("No run has judged a rule yet.")
            return
        self._frame.subtitle.set_text(f"Run {record.run_id}, begun {ago(record.started)}")
        show_verdicts(record, named="run" in self._told)

    def _trends(self, rules: Sequence[MeasuredRule]) -> None:
        if not rules:
            nothing("No run has judged a rule yet.")
            return

        def choose(rule: str) -> None:
            self._changed({"rule": rule})
            self._show()

        show_trends(rules, self._told.get("rule", ""), choose)

    def _go(self, view: str) -> None:
        self._told = {"view": view, **({"run": run} if (run := self._told.get("run")) else {})}
        self._changed({})
        self._show()

    def _changed(self, told: dict[str, str]) -> None:
        self._told = {name: value for name, value in {**self._told, **told}.items() if value}
        self._frame.remember(self._query({}))

    def _query(self, other: dict[str, str]) -> list[tuple[str, str]]:
        told = {**self._told, **other}
        return [(name, value) for name, value in told.items() if (name, value) != ("view", "verdicts")]

    def _ask(self) -> None:
        with (
            self._frame.client.content,
            ui.dialog() as dialog,
            ui.card().classes("wh-question").props('role="dialog" aria-label="Retry"'),
        ):
            ui.label("Judge everything that was kept aside once more?").classes("wh-h2")
            ui.label(
                "This is a run over all landed files and those that were set aside. "
                "What is still wrong goes back where it was."
            )
            with ui.element("div").classes("wh-question-actions"):
                ui.button("Cancel", on_click=dialog.close).props("flat no-caps dense")
                ui.button("Retry", on_click=lambda: self._retry(dialog)).props("unelevated no-caps dense")
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _retry(self, dialog: ui.dialog) -> None:
        dialog.close()
        self._job.clear()
        with self._job:
            panel = Panel(self._frame)
            try:
                job = self._work.jobs.start("Retry what was kept aside", self._work.retry)
            except WavehouseError as error:
                failed = error
                panel.show(lambda: show_error(failed))
                return
            panel.show(lambda: live(job, self._show))
