"""A crawl: what would be different in the catalog, and then making it so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from nicegui import ui

from wavehouse.catalog.crawl_lines import changed_lines, told_of
from wavehouse.console.background import Job
from wavehouse.console.catalog.work import CatalogWork, Document
from wavehouse.console.elements.links import link as plain_link
from wavehouse.console.elements.live import live
from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.plain_table import badge
from wavehouse.console.shell import Frame, address, show_error
from wavehouse.core.errors import CallError, WavehouseError

_CHANGES = {"new": "good", "changed": "warning", "gone": "bad", "unchanged": "muted"}
_SIGNS = {"+": "wh-good", "~": "wh-warning", "-": "wh-bad"}


class CrawlPart:
    """The form and the difference. `done` is told the place when the catalog was changed, or looked at."""

    def __init__(self, frame: Frame, work: CatalogWork, target: str, done: Callable[[str], object]) -> None:
        self._frame, self._work, self._target, self._done = frame, work, target, done

    def build(self) -> None:
        """Build it."""
        form = Panel(self._frame, "Crawl a folder")
        form.show(self._form)
        self._found = Panel(self._frame, "What would be different")
        self._found.show(lambda: nothing("Name a folder and look: nothing is changed before you say so."))

    def _form(self) -> None:
        ui.label(
            "A crawl finds out what files are, and describes them as tables. The files stay where they are."
        ).classes("wh-muted-text")
        with ui.element("div").classes("wh-form"):
            self._place = ui.input(
                "A folder, s3://bucket/prefix, or a crawler of the project", value=self._target
            )
            self._place.props("outlined dense").classes("wh-wide").on("keydown.enter", self._look)
            self._database = ui.input("Database (optional)").props("outlined dense")
            self._database.on("keydown.enter", self._look)
            ui.button("Look", on_click=self._look).props("unelevated no-caps dense")

    def _look(self) -> None:
        target, options = self._asked()
        if not target:
            error = CallError("no folder was named", remedy="Write the path of a folder with files")
            self._found.show(lambda: show_error(error))
            return
        self._frame.remember([("crawl", target)], "")
        # (Somebody waits for it: it takes as long as it takes.)
        self._found.load_long(
            lambda _: self._work.crawl(target, options, True, None),
            lambda told: self._difference(told, target, options),
            seconds=None,
        )

    def _asked(self) -> tuple[str, dict[str, str]]:
        database = (self._database.value or "").strip()
        return (self._place.value or "").strip(), {"database": database} if database else {}

    def _difference(self, told: Document, target: str, options: dict[str, str]) -> None:
        counts = Counter(table["change"] for table in told["tables"])
        said = ", ".join(f"{counts[change]} {change}" for change in _CHANGES if counts[change]) or "no tables"
        files = told["files"]
        ui.label(f"{said}; {files['listed']:,} files, {files['opened']:,} of them opened")
        for table in told["tables"]:
            _table(table, linked=not told["dry_run"])
        for problem in told["problems"]:
            with ui.element("div").classes("wh-remark wh-remark-bad"):
                badge(problem["kind"], "bad")
                ui.label(f"{problem['path']}: {problem['what']}")
        changes = sum(counts[change] for change in ("new", "changed", "gone"))
        if told["dry_run"] and changes and not self._frame.read_only:
            ui.button("Change the catalog", on_click=lambda: self._do(target, options)).props(
                "unelevated no-caps dense"
            ).classes("wh-retry")
        elif told["dry_run"] and not changes:
            nothing("The catalog says so already.")

    def _do(self, target: str, options: dict[str, str]) -> None:
        def crawl(job: Job) -> Document:
            return self._work.crawl(target, options, False, job)

        try:
            job = self._work.jobs.start(f"Crawl {target}", crawl)
        except WavehouseError as error:
            with self._found.body:
                show_error(error)
            return

        def ended() -> None:
            if job.error is None:
                self._found.show(lambda: self._difference(job.result, target, options))
                self._done(target)

        self._found.show(lambda: live(job, ended))


def _table(told: Document, *, linked: bool) -> None:
    with ui.element("div").classes("wh-difference"):
        with ui.element("div").classes("wh-live-head"):
            badge(told["change"], _CHANGES[told["change"]])
            if linked and told["change"] != "gone":
                plain_link(told["name"], address("catalog", told["name"])).classes("wh-link")
            else:
                ui.label(told["name"]).classes("wh-live-title")
            ui.label(told_of(told)).classes("wh-muted-text")
        for sign, text in changed_lines(told):
            with ui.element("div").classes(f"wh-code {_SIGNS.get(sign, '')}"):
                ui.label(f"{sign} {text}")
