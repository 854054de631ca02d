"""A chart of an answer, from two of its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nicegui import ui

from wavehouse.console.elements.chart import Chart
from wavehouse.console.elements.panel import nothing
from wavehouse.dashboards.charts.drawing import Drawing, Option, category_axis, frame, number, value_axis
from wavehouse.dashboards.colours import SERIES
from wavehouse.query.trino_types import is_number

KINDS = {"bar": "Bars", "line": "Line", "area": "Area", "scatter": "Scatter"}
# So many marks are drawn; a chart of more is an aggregate's work.
_MOST = {"bar": 100, "line": 2_000, "area": 2_000, "scatter": 2_000}
Columns = Sequence[tuple[str, str]]
Rows = Sequence[Sequence[str | None]]


class QuickChart:
    """Choices of a kind and two columns by number; `changed` is told of other ones."""

    def __init__(self, kind: str, x: str, y: str, changed: Callable[[str, int, int], object]) -> None:
        self._kind = kind if kind in KINDS else ""
        self._x, self._y = (int(one) if one.isdigit() else None for one in (x, y))
        self._changed = changed

    def build(self, columns: Columns, rows: Rows) -> None:
        """Build the choices and the chart."""
        numbers = [at for at, (_, type_) in enumerate(columns) if is_number(type_)]
        if not rows or not numbers:
            nothing("A chart needs rows, and a column of numbers.")
            return
        y = self._y if self._y in numbers else next((at for at in numbers if at > 0), numbers[0])
        x = (
            self._x
            if self._x is not None and self._x < len(columns)
            else next((at for at in range(len(columns)) if at != y), y)
        )
        ordered = columns[x][1].startswith(("date", "timestamp")) or x in numbers
        kind = self._kind or ("line" if ordered else "bar")
        names = {at: name for at, (name, _) in enumerate(columns)}

        def choose(**other: object) -> None:
            told = {"kind": kind, "x": x, "y": y, **other}
            self._changed(str(told["kind"]), int(str(told["x"])), int(str(told["y"])))

        with ui.element("div").classes("wh-form"):
            _select("Chart", KINDS, kind, lambda value: choose(kind=value))
            _select("Across", names, x, lambda value: choose(x=value))
            _select("Upwards", {at: names[at] for at in numbers}, y, lambda value: choose(y=value))
            if len(rows) > _MOST[kind]:
                ui.label(f"The first {_MOST[kind]:,} of the rows that are shown.").classes("wh-muted-text")
        drawing = quick_drawing(kind, columns, rows, x, y)
        Chart(f"{names[y]} by {names[x]}", drawing.document()).classes("wh-quick-chart")


def _select(
    title: str, options: dict[str, str] | dict[int, str], value: object, changed: Callable[[object], object]
) -> None:
    made = ui.select(options, value=value, label=title, on_change=lambda event: changed(event.value))
    made.props(f'outlined dense options-dense aria-label="{title}"').classes("wh-pick")


def quick_drawing(kind: str, columns: Columns, rows: Rows, x: int, y: int) -> Drawing:
    """The drawing of one column against another."""
    shown = rows[: _MOST[kind]]
    names = ["NULL" if row[x] is None else str(row[x]) for row in shown]
    figures = [_figure(row[y]) for row in shown]
    tips = [(name, [(columns[y][0], row[y] or "NULL")]) for name, row in zip(names, shown, strict=True)]
    places = [*range(len(shown))]
    colour = SERIES[0]
    series: Option = {"name": columns[y][0], "itemStyle": {"color": colour}}
    if kind == "bar":
        series |= {"type": "bar", "data": figures, "barMaxWidth": 32}
    elif kind == "scatter":
        across: Sequence[object] = [_figure(row[x]) for row in shown] if is_number(columns[x][1]) else names
        series |= {
            "type": "scatter",
            "data": [[*pair] for pair in zip(across, figures, strict=True)],
            "symbolSize": 6,
        }
    else:
        series |= {
            "type": "line",
            "data": figures,
            "showSymbol": len(shown) <= 40,
            "lineStyle": {"color": colour},
        }
        series |= {"areaStyle": {"color": colour, "opacity": 0.12}} if kind == "area" else {}
    plain = kind == "scatter" and is_number(columns[x][1])
    axis = value_axis(title=columns[x][0], scale=True) if plain else category_axis(names, title=columns[x][0])
    option = {"xAxis": axis, "yAxis": value_axis(scale=kind == "scatter"), "series": [series]}
    return Drawing(frame(option, bottom=20), [places], tips)


def _figure(text: str | None) -> int | float | None:
    try:
        return None if text is None else number(float(text))
    except ValueError:
        return None
