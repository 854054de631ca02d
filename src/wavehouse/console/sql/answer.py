"""The answer of a query: rows in a grid, a chart, and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from wavehouse.console.elements.panel import in_plain_words, nothing
from wavehouse.console.elements.safe import checked, grid
from wavehouse.console.shell import Frame, show_error
from wavehouse.console.shown_rows import ShownRows, shown_rows, told_of_cuts
from wavehouse.console.sql.quick_chart import QuickChart
from wavehouse.console.sql.work import SqlWork
from wavehouse.console.threads import THREADS
from wavehouse.core.byte_sizes import size
from wavehouse.core.counted import counted
from wavehouse.query.service.execution import Execution
from wavehouse.query.service.results import FORMS
from wavehouse.query.trino_types import is_number

# More rows are not sent to a browser; downloads have all.
MOST_ROWS = 5_000
# Values travel as Athena writes them, and are sorted by what they are, NULL last either way. (These are the
# programs that are given to a grid, and they are ours: they are put there after all else was checked.)
_SORTED = (
    "(a, b, _, __, down) => a === null || b === null ? ((a === null) - (b === null)) * (down ? -1 : 1) "
    ": NUMBER(a < b ? -1 : a > b ? 1 : 0)"
)
_BY_TEXT = _SORTED.replace("NUMBER", "")
_BY_NUMBER = _SORTED.replace("NUMBER", "Number(a) - Number(b) || ")


@dataclass(frozen=True)
class Answered:
    """A query that has ended, with the rows that are shown."""

    execution: Execution
    shown: ShownRows

    @property
    def rows(self) -> Sequence[Sequence[str | None]]:
        """Those rows."""
        return self.shown.rows


def answered(work: SqlWork, execution: Execution) -> Answered:
    """Its rows; none where they are not kept any more. Called in a thread."""
    if execution.state != "SUCCEEDED" or not work.service.results.exists(execution.id):
        return Answered(execution, ShownRows())
    return Answered(
        execution, shown_rows(lambda offset, limit: work.service.page(execution, offset, limit), MOST_ROWS)
    )


class AnswerPart:
    """Shows one answer; `view` is `grid` or `chart`, and `told` are the choices of the chart."""

    def __init__(self, frame: Frame, work: SqlWork, found: Answered, chart: QuickChart | None) -> None:
        self._frame, self._work, self._found, self._chart = frame, work, found, chart

    def build(self) -> None:
        """Build it."""
        execution = self._found.execution
        if execution.state == "FAILED":
            with ui.element("div").classes("wh-error").props('role="alert"'):
                ui.label("The query failed").classes("wh-error-what")
                ui.label(execution.reason).classes("wh-code")
            return
        if execution.state == "CANCELLED":
            nothing("The query was cancelled.")
            return
        self._summary(execution)
        if execution.rows and not self._found.rows:
            nothing("Its rows are not kept here. Run it to see them.")
        elif not execution.columns:
            nothing("The statement has nothing to show.")
        elif self._chart is not None:
            self._chart.build(execution.columns, self._found.rows)
        else:
            _grid(execution.columns, self._found.rows)

    def _summary(self, execution: Execution) -> None:
        rows, shown = execution.rows or 0, len(self._found.rows)
        said = [counted(rows, "row")]
        if 0 < shown < rows:
            why = " (more would be too large for a browser)" if self._found.shown.filled else ""
            said.append(f"the first {shown:,} are shown{why}, downloads have all")
        if cuts := told_of_cuts(self._found.shown):
            said.append(cuts)
        said += [f"{execution.total_ms:,} ms", f"{size(execution.scanned_bytes)} scanned"]
        if execution.reused:
            said.append("the answer of an earlier query")
        with ui.element("div").classes("wh-panel-head"):
            ui.label(" · ".join(said)).props('role="status"').classes("wh-answer-said")
            with ui.element("div").classes("wh-actions"):
                if self._found.rows:
                    for form in FORMS:
                        button = ui.button(form.upper() if form != "parquet" else "Parquet", icon="download")
                        button.props(f'flat no-caps dense aria-label="Download as {form}"')
                        button.on_click(lambda form=form, button=button: self._download(form, button))

    async def _download(self, form: str, button: ui.button) -> None:
        execution = self._found.execution
        # (It is being written; a second click would write nothing else.)
        button.set_enabled(False)
        try:
            path = await THREADS.written(
                lambda: self._work.service.results.download(execution.id, execution.columns, form)
            )
        except Exception as error:
            show_error(in_plain_words(error))
            return
        finally:
            if not button.is_deleted:
                button.set_enabled(True)
        ui.download.file(path, f"query-{execution.id[:8]}.{form}")


def _grid(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | None]]) -> None:
    definitions: list[dict[str, Any]] = []
    for _, type_ in columns:
        number = is_number(type_)
        definitions.append(
            {"headerTooltip": type_, "type": ["rightAligned", "byNumber"] if number else ["byText"]}
        )
    made = grid(
        [name for name, _ in columns],
        rows,
        definitions,
        defaultColDef={"resizable": True, "sortable": True, "filter": True, "minWidth": 80},
        autoSizeStrategy={"type": "fitCellContents"},
        enableCellTextSelection=True,
        suppressFieldDotNotation=True,
    )
    options = checked(made.options)
    options["columnTypes"] = {
        "byNumber": {":comparator": _BY_NUMBER},
        "byText": {":comparator": _BY_TEXT},
    }
    made.classes("wh-records wh-answer-grid").style(f"height:{min(80 + 30 * len(rows), 480)}px")
