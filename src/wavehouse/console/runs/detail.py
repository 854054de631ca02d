"""One run: its steps, tables, files and nodes, and what it had to say."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from wavehouse.console.elements.links import link as plain_link
from wavehouse.console.elements.links import tabs
from wavehouse.console.elements.panel import nothing
from wavehouse.console.elements.plain_table import Cell, badge, facts, table
from wavehouse.console.moments import duration, moment
from wavehouse.console.shell import address, show_error
from wavehouse.core.byte_sizes import size
from wavehouse.core.errors import OutsideError
from wavehouse.core.run_record import RunRecord, StepRecord

STATUS = {
    "done": "good",
    "failed": "bad",
    "interrupted": "warning",
    "cut off": "warning",
    "running": "accent",
}


def show_run(record: RunRecord, view: str, target: Callable[[str], str], go: Callable[[str], object]) -> None:
    """Show a run that has ended; `view` is the part of it below the facts."""
    facts(
        [
            ("Run", record.run_id),
            ("Status", lambda: badge(record.status, STATUS.get(record.status, "muted"))),
            ("Began", moment(record.started)),
            ("Took", duration(record.seconds)),
            ("Mode", record.mode or ("nothing to make" if not record.changed else "–")),
        ]
    )
    if record.why:
        ui.label(f"Everything was made again: {record.why}").classes("wh-remark")
    if record.error:
        show_error(OutsideError(record.error))
    counts = {"log": len(record.notes) + len(record.rejected), "nodes": len(record.nodes)}
    parts = {
        "steps": "Steps",
        "tables": "Tables",
        "files": f"Files · {len(record.files)}",
        "nodes": f"Nodes · {counts['nodes']}",
        "log": f"Notes · {counts['log']}",
    }
    shown = view if view in parts else "steps"
    tabs(parts, shown, target, go)
    {"steps": _steps, "tables": _tables, "files": _files, "nodes": _nodes, "log": _log}[shown](record)
    if record.rules:
        failed = sum(not rule.passed for rule in record.rules)
        said = f"{len(record.rules) - failed} of {len(record.rules)} rules hold"
        plain_link(said, address("quality", "", [("run", record.run_id)])).classes("wh-link")


def _steps(record: RunRecord) -> None:
    if not record.steps:
        nothing("It had nothing to do: every file was known.")
        return
    longest = max(step.seconds for step in record.steps) or 1.0
    table(
        ["Step", "", "Time", "Rows in", "Rows out", "Kept aside", "Superseded"],
        [
            [
                step.name,
                lambda step=step: _bar(step, longest),  # type: ignore[misc]
                duration(step.seconds),
                step.rows_in,
                step.rows_out,
                step.rows_quarantined,
                step.rows_superseded,
            ]
            for step in record.steps
        ],
        numbers=range(2, 7),
    )


def _bar(step: StepRecord, longest: float) -> None:
    with ui.element("div").classes("wh-meter").props('aria-hidden="true"'):
        ui.element("div").classes("wh-meter-full").style(f"width:{max(step.seconds / longest * 100, 1):.0f}%")


def _tables(record: RunRecord) -> None:
    if not record.tables and not record.outputs:
        nothing("There are no tables.")
        return
    rows: list[list[Cell]] = []
    for name, state in record.tables.items():
        changes = record.changes.get(name)
        link = lambda name=name: plain_link(name, address("catalog", name)).classes("wh-link")  # noqa: E731
        told = (
            [f"{changes.added:,}", f"{changes.changed:,}", f"{changes.removed:,}"] if changes else ["–"] * 3
        )
        rows.append([link, state.rows, state.files, size(state.bytes), *told])
    rows += [[path, one.rows, one.files, size(one.bytes), *["–"] * 3] for path, one in record.outputs.items()]
    table(["Table", "Rows", "Files", "Size", "New", "Changed", "Removed"], rows, numbers=range(1, 7))


def _files(record: RunRecord) -> None:
    if not record.files:
        nothing("It read no file.")
        return
    table(
        ["Source", "File", "Batch", "Rows in", "Loaded", "Kept aside", "Superseded"],
        [
            [f.source, f.file, f.batch, f.rows_in, f.rows_out, f.rows_quarantined, f.rows_superseded]
            for f in record.files
        ],
        numbers=range(3, 7),
    )


def _nodes(record: RunRecord) -> None:
    if not record.nodes:
        nothing("No flow was run.")
        return
    table(
        ["Flow", "Node", "Rows in", "Rows out", "Unmatched", "Added"],
        [[n.flow, n.node, n.rows_in, n.rows_out, n.unmatched, n.added] for n in record.nodes],
        numbers=range(2, 6),
    )


def _log(record: RunRecord) -> None:
    if not record.notes and not record.rejected:
        nothing("It had nothing to say.")
    for note in record.notes:
        ui.label(note).classes("wh-remark")
    for file in record.rejected:
        with ui.element("div").classes("wh-remark wh-remark-bad"):
            badge("rejected", "bad")
            ui.label(file.reason)
