"""Visuals of a dashboard on a terminal: tables with bars, and a skyline for lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.figures import figure, insight_text, shown_value
from wavehouse.dashboards.notes import note_of
from wavehouse.dashboards.tables import table as pivot
from wavehouse.engines.engine import Row

_BAR_WIDTH = 24
_NARROW_BAR_WIDTH = 12  # beside many other columns
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SKYLINE = " ▁▂▃▄▅▆▇█"
_LONGEST_LABEL = 36
_LONGEST_NAME = 24
_LONGEST_AXIS = 1000
_LONGEST_SPARKLINE = 40
_MOST_ROWS = 40
_FRAME = 4  # what a panel's edges and padding take
_WITH_BARS = ("bar", "donut", "treemap", "histogram", "profile")


@dataclass(frozen=True)
class _Chart:
    """A table to draw: cells as texts, the columns of the labels and of the values that bars show."""

    columns: Sequence[str]
    cells: Sequence[Sequence[str]]
    values: Sequence[float]
    numeric: Sequence[bool]
    label: int
    value: int | None
    draws: bool


def show_visuals(title: str, data: Sequence[VisualData]) -> None:
    """Print visuals under one title."""
    console = Console(highlight=False)
    parts: list[RenderableType] = []
    for one in data:
        if parts:
            parts.append("")
        parts.append(Text(one.visual.title, style="dim"))
        parts.append(_draw(one, console.width - _FRAME))
        if note := note_of(one):
            parts.append(Text(note, style="dim"))
    frame = Panel(Group(*parts), title=Text(title, style="bold"), title_align="left", border_style="blue")
    console.print(frame)


def _draw(data: VisualData, available: int) -> RenderableType:
    if data.error is not None or not data.rows:
        return Text(str(data.error), style="red") if data.error else Text("no rows", style="italic dim")
    kind = data.visual.kind
    if kind == "kpi":
        return _figure(data)
    if kind == "insight":
        return Text(insight_text(data))
    if kind in ("line", "area") and data.visual.series is None and len(data.visual.measures) == 1:
        return _skyline(data, available)
    chart = _profile(data) if kind == "profile" else _pivot(data) if kind == "pivot" else _chart(data)
    table = _table(chart, available)
    # (Beside the columns of the chart there may be that of the bars.)
    left_out = len(chart.columns) + chart.draws - len(table.columns)
    notes = [
        f"and {count:,} more{what}, which --json and --format csv give"
        for count, what in (
            (len(chart.cells[0]) - _MOST_ROWS, ""),
            (left_out if kind == "pivot" else 0, " across"),
        )
        if count > 0
    ]
    return Group(table, *(Text(note, style="dim") for note in notes)) if notes else table


def _figure(data: VisualData) -> Text:
    """A KPI: its figure, what it is compared with, its sparkline."""
    column, value = data.columns[0], data.rows[0][0]
    text = Text(figure(value, column.format, column.digits), style="bold")
    if data.whole is not None:
        text.append(f"  of all: {figure(data.whole[0], column.format, column.digits)}", style="dim not bold")
    points = [_number(row[1]) for row in data.trend][-_LONGEST_SPARKLINE:]
    if points:
        most = max(points) or 1.0
        line = "".join(_SKYLINE[math.ceil(max(point, 0.0) / most * 8)] for point in points)
        text.append(f"  {line}", style="blue not bold")
    return text


def _chart(data: VisualData) -> _Chart:
    # Where a label stands for a value, the value (an id) is not for people.
    hidden = {at - 1 for at in data.places("label")}
    shown = [at for at in range(len(data.columns)) if at not in hidden]
    columns = [data.columns[at] for at in shown]
    rows: list[Row] = [tuple(row[at] for at in shown) for row in data.rows]
    cells = [[shown_value(row[at], column) for row in rows] for at, column in enumerate(columns)]
    if data.has_rest:
        cells[0][-1] = str(data.visual.rest)
    measures = [at for at, column in enumerate(columns) if column.role == "measure"]
    value = measures[0] if measures else None
    return _Chart(
        [column.name for column in columns],
        cells,
        [] if value is None else [_number(row[value]) for row in rows],
        [_is_numeric([row[at] for row in rows]) for at in range(len(columns))],
        0,
        value,
        data.visual.kind in _WITH_BARS and value is not None,
    )


def _pivot(data: VisualData) -> _Chart:
    """As it is on a page: a row for the values of its dimensions, its series across."""
    shown = pivot(data)
    cells = [*zip(*shown.cells, strict=True)]
    return _Chart(shown.titles, cells, [], shown.figures, 0, None, draws=False)


def _profile(data: VisualData) -> _Chart:
    """A row for each measure, beside that of all rows."""
    row, whole = data.rows[0], data.whole
    pairs = [*zip(data.columns, row, strict=True)]
    cells = [[column.title for column, _ in pairs], [shown_value(value, column) for column, value in pairs]]
    if whole is not None:
        cells.append([shown_value(value, column) for column, value in zip(data.columns, whole, strict=True)])
    names = ["measure", "chosen", "of all"][: len(cells)]
    return _Chart(names, cells, [_number(value) for value in row], [False, True, True], 0, 1, draws=True)


def _table(data: _Chart, available: int) -> Table:
    """A row per label, as wide as `available` cells allow: names are cut first, figures and dates never,
    and where even that does not suffice the last columns are left out."""
    first = [data.label] if data.value is None else [data.label, data.value]
    others = [at for at in range(len(data.columns)) if at not in first]
    bar_width = 0 if not data.draws else _BAR_WIDTH if len(others) < 3 else _NARROW_BAR_WIDTH
    widths = [
        max(map(cell_len, (name, *cells))) for name, cells in zip(data.columns, data.cells, strict=True)
    ]
    for at in others:
        widths[at] = min(widths[at], _LONGEST_NAME)
    taken = [] if data.value is None else [widths[data.value]]
    while others and _room_for_label(taken, widths, others, bar_width, available) < min(
        12, widths[data.label]
    ):
        others.pop()
    room = _room_for_label(taken, widths, others, bar_width, available)
    widths[data.label] = max(4, min(widths[data.label], _LONGEST_LABEL, room))

    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    for at in [*first, *others]:
        table.add_column(
            data.columns[at],
            justify="right" if data.numeric[at] and at != data.label else "left",
            style="dim" if at in others else "",
            overflow="ellipsis",
            no_wrap=True,
            width=widths[at],
        )
        if at == data.label and data.draws:
            table.add_column("", no_wrap=True, width=bar_width)
    most = max(data.values, default=0.0)
    for place in range(min(len(data.cells[0]), _MOST_ROWS)):
        line = [Text(data.cells[at][place]) for at in [*first, *others]]
        if data.draws:
            line.insert(1, Text(_bar(data.values[place], most, bar_width), style="blue"))
        table.add_row(*line)
    return table


def _room_for_label(
    taken: Sequence[int], widths: Sequence[int], others: Sequence[int], bar_width: int, available: int
) -> int:
    """How many cells the other columns leave for the label (two blanks stand between columns)."""
    all_taken = [*taken, *(widths[at] for at in others), *([bar_width] if bar_width else [])]
    return available - sum(all_taken) - 2 * len(all_taken)


def _bar(value: float, most: float, width: int) -> str:
    eighths = round(max(value, 0.0) / most * width * 8) if most > 0 else 0
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def _skyline(data: VisualData, available: int) -> Group:
    """One column per label, two rows high, with the first, the last and the greatest named below.

    On a narrow terminal the last labels are shown.
    """
    points = {row[0]: _number(row[-1]) for row in data.rows if row[0] is not None}
    if not points:
        return Group(Text("no rows", style="italic dim"))
    if all(isinstance(label, int) for label in points) and max(points) - min(points) < _LONGEST_AXIS:
        # A year without a release is a gap in the skyline, not a shorter axis.
        points = {label: points.get(label, 0.0) for label in range(min(points), max(points) + 1)}
    axis, measure = data.columns[0], data.columns[-1]
    labels = [shown_value(label, axis) for label in points][-available:]
    values = list(points.values())[-available:]
    most = max(values) or 1.0
    levels = [math.ceil(max(value, 0.0) / most * 16) for value in values]
    upper = "".join(_SKYLINE[max(0, level - 8)] for level in levels)
    lower = "".join(_SKYLINE[min(8, level)] for level in levels)
    ends = labels[0] + " " * max(1, len(values) - len(labels[0]) - len(labels[-1])) + labels[-1]
    top = values.index(max(values))
    greatest = figure(values[top], measure.format, measure.digits or 0)
    peak = f"most: {labels[top]}, with {greatest} {measure.name}"
    lines = [Text(upper, style="blue"), Text(lower, style="blue"), Text(ends, style="dim")]
    return Group(*lines, Text(peak, style="dim"))


def _is_numeric(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float | Decimal | None) for value in values)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float | Decimal) else 0.0
