"""Charts of a dashboard on a terminal: tables with bars, and a skyline for lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from wavehouse.dashboards.data import ChartData
from wavehouse.terminal.cells import shown

_BAR_WIDTH = 24
_NARROW_BAR_WIDTH = 12  # beside many other columns
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SKYLINE = " ▁▂▃▄▅▆▇█"
_LONGEST_LABEL = 36
_LONGEST_NAME = 24
_LONGEST_AXIS = 1000
_FRAME = 4  # what a panel's edges and padding take


def show_dashboard(title: str, data: list[ChartData]) -> None:
    """Print the charts of one dashboard under its title."""
    console = Console(highlight=False)
    parts: list[RenderableType] = []
    for one in data:
        if parts:
            parts.append("")
        parts.append(Text(one.chart.title, style="dim"))
        parts.append(_draw(one, console.width - _FRAME))
    frame = Panel(Group(*parts), title=Text(title, style="bold"), title_align="left", border_style="blue")
    console.print(frame)


def _draw(data: ChartData, available: int) -> RenderableType:
    if not data.rows:
        return Text("no rows", style="italic dim")
    if data.chart.kind == "line":
        return _skyline(data, available)
    return _bars(data, available)


def _bars(data: ChartData, available: int) -> Table:
    """A row per label, as wide as `available` cells allow: names are cut first, figures and dates never,
    and where even that does not suffice the last columns are left out."""
    draws = data.chart.kind == "bar"
    others = [at for at in range(len(data.columns)) if at not in (data.label, data.value)]
    bar_width = 0 if not draws else _BAR_WIDTH if len(others) < 3 else _NARROW_BAR_WIDTH
    cells = [[shown(row[at], plain=at == data.label) for row in data.rows] for at in range(len(data.columns))]
    widths = [
        max(cell_len(text) for text in (data.columns[at], *cells[at])) for at in range(len(data.columns))
    ]
    for at in others:
        widths[at] = min(widths[at], _LONGEST_NAME)
    while others and _room_for_label(data, widths, others, bar_width, available) < min(
        12, widths[data.label]
    ):
        others.pop()
    room = _room_for_label(data, widths, others, bar_width, available)
    widths[data.label] = max(4, min(widths[data.label], _LONGEST_LABEL, room))

    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    shown_columns = [data.label, data.value, *others]
    for at in shown_columns:
        figure = all(isinstance(row[at], int | float | Decimal | None) for row in data.rows)
        table.add_column(
            data.columns[at],
            justify="right" if figure and at != data.label else "left",
            style="dim" if at in others else "",
            overflow="ellipsis",
            no_wrap=True,
            width=widths[at],
        )
        if at == data.label and draws:
            table.add_column("", no_wrap=True, width=bar_width)
    most = max((_number(row[data.value]) for row in data.rows), default=0.0)
    for place, row in enumerate(data.rows):
        line = [Text(cells[at][place]) for at in shown_columns]
        if draws:
            line.insert(1, Text(_bar(_number(row[data.value]), most, bar_width), style="blue"))
        table.add_row(*line)
    return table


def _room_for_label(
    data: ChartData, widths: Sequence[int], others: Sequence[int], bar_width: int, available: int
) -> int:
    """How many cells the other columns leave for the label (two blanks stand between columns)."""
    taken = [widths[data.value], *(widths[at] for at in others), *([bar_width] if bar_width else [])]
    return available - sum(taken) - 2 * len(taken)


def _bar(value: float, most: float, width: int) -> str:
    eighths = round(max(value, 0.0) / most * width * 8) if most > 0 else 0
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def _skyline(data: ChartData, available: int) -> Group:
    """One column per label, two rows high, with the first, the last and the greatest named below.

    On a narrow terminal the last labels are shown.
    """
    points = {row[data.label]: _number(row[data.value]) for row in data.rows}
    if all(isinstance(label, int) for label in points) and max(points) - min(points) < _LONGEST_AXIS:
        # A year without a release is a gap in the skyline, not a shorter axis.
        points = {label: points.get(label, 0.0) for label in range(min(points), max(points) + 1)}
    labels = [shown(label, plain=True) for label in points][-available:]
    values = list(points.values())[-available:]
    most = max(values) or 1.0
    levels = [math.ceil(max(value, 0.0) / most * 16) for value in values]
    upper = "".join(_SKYLINE[max(0, level - 8)] for level in levels)
    lower = "".join(_SKYLINE[min(8, level)] for level in levels)
    ends = labels[0] + " " * max(1, len(values) - len(labels[0]) - len(labels[-1])) + labels[-1]
    top = values.index(max(values))
    peak = f"most: {labels[top]}, with {values[top]:,.0f} {data.columns[data.value]}"
    lines = [Text(upper, style="blue"), Text(lower, style="blue"), Text(ends, style="dim")]
    return Group(*lines, Text(peak, style="dim"))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float | Decimal) else 0.0
