"""The rows and files that were kept aside, with source, file, line, rule, reason and raw text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui

from wavehouse.catalog.crawl_lines import counted
from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.plain_table import Cell, badge, table
from wavehouse.console.quality.work import QualityWork
from wavehouse.console.shell import Frame
from wavehouse.pipeline.quarantined import Wanted

# More rows than this are counted, not shown: 'wavehouse quarantine export' has all.
_MOST = 200
_FIELDS = {"source": "Source", "file": "File", "reason": "Rule or reason"}


class AsidePart:
    """What is kept aside; `told` are the filters, `changed` is told of other ones."""

    def __init__(
        self,
        frame: Frame,
        work: QualityWork,
        told: Mapping[str, str],
        changed: Callable[[dict[str, str]], object],
    ) -> None:
        self._frame, self._work, self._changed = frame, work, changed
        self._run = told.get("run", "")
        self._told = {name: told.get(name, "") for name in _FIELDS}

    def build(self) -> None:
        """Build it."""
        with ui.element("div").classes("wh-card wh-form"):
            self._inputs = {
                name: ui.input(
                    title,
                    value=self._told[name],
                    on_change=lambda event, name=name: self._filter(name, event.value),
                ).props("outlined dense clearable debounce=300")
                for name, title in _FIELDS.items()
            }
        self._panel = Panel(self._frame, "Rows")
        self._load()

    def _filter(self, name: str, value: str | None) -> None:
        self._told[name] = (value or "").strip()
        self._changed(dict(self._told))
        self._load()

    def _load(self) -> None:
        # (A rule is found by the sentence that stands for it, or by a part of it.)
        wanted = Wanted(self._told["source"], self._told["file"], self._told["reason"], limit=_MOST)
        self._panel.load(lambda: self._work.aside(self._run, wanted), self._show, heals=True)

    def _clear(self) -> None:
        self._told = dict.fromkeys(_FIELDS, "")
        for one in self._inputs.values():
            one.set_value("")

    def _show(self, document: dict[str, Any]) -> None:
        total, rows = document["total"], document["rows"]
        filtered = any(self._told.values())
        if not document["all"] and not document["files"]:
            nothing("Nothing is kept aside: every row fits.")
            return
        said = f"{total:,} of {counted(document['all'], 'row')}" if filtered else counted(total, "row")
        ui.label(said + (f", the first {len(rows):,} are shown" if len(rows) < total else "")).classes(
            "wh-muted-text"
        ).props('role="status"')
        if not rows and filtered:
            nothing("No row that is kept aside is like that.")
            ui.button("Clear filters", on_click=self._clear).props("outline dense no-caps").classes(
                "wh-retry"
            )
        elif rows:
            table(
                ["Source", "File", "Line", "Rules", "Reason", "Raw text"],
                [_row(one) for one in rows],
                numbers=[2],
                wide=[3, 4, 5],
            )
        if document["files"]:
            ui.label("Files that were set aside").classes("wh-card-title").props(
                'role="heading" aria-level="3"'
            )
            table(
                ["Source", "File", "Batch", "Reason"],
                [[one["source"], one["file"], one["batch"], one["reason"]] for one in document["files"]],
                wide=[3],
            )


def _row(one: dict[str, Any]) -> list[Cell]:
    def rules() -> None:
        for rule in one["rules"]:
            ui.label(rule).classes("wh-code")
        if one["retryable"]:
            badge("may fit later", "accent")

    raw = one["raw"] or ""
    return [
        one["source"],
        one["file"],
        "–" if one["line"] is None else one["line"],
        rules,
        one["reason"],
        lambda: ui.label(raw).classes("wh-code wh-raw"),
    ]
