"""Lines and areas over time or another order, and profiles as a line over parallel measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.dashboards.charts.drawing import (
    Drawing,
    Figures,
    Option,
    category_axis,
    formatting,
    frame,
    number,
    value_axis,
)
from wavehouse.dashboards.charts.places import filled, of_nothing, rows_at, spread
from wavehouse.dashboards.charts.series import split
from wavehouse.dashboards.colours import SERIES
from wavehouse.dashboards.figures import shown_value

# More points than this are told apart by the line alone.
_MOST_SYMBOLS = 40


def line(figures: Figures, *, area: bool = False) -> Drawing:
    """One line for each series, or for each measure; as areas one above the other."""
    rows: Sequence[Sequence[int]]
    if figures.data.places("series"):
        at = figures.measures[0]
        names, parts = spread(figures, split(figures))
        rows = [part.rows for part in parts]
        drawn = [(part.name, part.colour, at, part.rows) for part in parts]
    else:
        places = filled(figures)
        names = [name for _, name in places]
        everything = rows_at(figures, [value for value, _ in places])
        rows = [everything] * len(figures.measures)
        drawn = [
            (figures.title_of(at), SERIES[place % len(SERIES)], at, everything)
            for place, at in enumerate(figures.measures)
        ]
    stacked = area and len(drawn) > 1
    series = []
    for name, colour, at, marks in drawn:
        one: Option = {
            "type": "line",
            "name": name,
            "data": [_point(figures, row, at) for row in marks],
            "showSymbol": bool(figures.chosen) or len(names) <= _MOST_SYMBOLS,
            "symbol": "circle",
            "symbolSize": 5,
            # (What is between two groups that are there is not known.)
            "connectNulls": not stacked,
            "triggerLineEvent": False,
            "itemStyle": {"color": colour},
            "lineStyle": {"color": colour, "width": 2},
        }
        if area:
            one["areaStyle"] = {"color": colour, "opacity": 0.85 if stacked else 0.12}
            one["stack"] = "all" if stacked else None
            one["lineStyle"]["width"] = 1 if stacked else 2
        series.append({key: value for key, value in one.items() if value is not None})
    option = {
        "xAxis": category_axis(names, boundaryGap=False),
        "yAxis": value_axis(figures.column(drawn[0][2])) if drawn else value_axis(),
        "series": series,
        # Wherever the pointer is, what is told is of the point below it.
        "tooltip": {"trigger": "axis", "confine": True, "axisPointer": {"lineStyle": {"color": "$border"}}},
    }
    return Drawing(frame(option, legend=len(drawn) > 1, right=18), rows, figures.tips())


def profile(figures: Figures) -> Drawing:
    """One bar for each measure, from 0 to 1 or to the greatest; that of everything as a tick on it."""
    measures = figures.measures
    row: Sequence[Any] = figures.rows[0] if figures.rows else [None] * len(figures.data.columns)
    whole = figures.data.whole
    names = [figures.title_of(at) for at in measures]
    label = {"show": True, "position": "right", "color": "$muted", "fontSize": 11}
    label["formatter"] = formatting(figures.column(measures[0]))
    series: list[Option] = [
        {
            "type": "bar",
            "name": "Chosen",
            "barWidth": 10,
            "data": [number(row[at]) for at in measures],
            "itemStyle": {"color": SERIES[0], "borderRadius": [0, 3, 3, 0]},
            "label": label,
        }
    ]
    if whole is not None:
        series.append(
            {
                "type": "scatter",
                "name": "All",
                "symbol": "rect",
                "symbolSize": [2, 16],
                "data": [number(value) for value in whole],
                "itemStyle": {"color": "$text"},
                "silent": True,
            }
        )
    option = {
        "xAxis": {**value_axis(), "show": False},
        "yAxis": category_axis(names, inverse=True, axisLabel={"color": "$text", "interval": 0}),
        "series": series,
    }
    tips = [
        (
            name,
            [("Here", shown_value(row[at], figures.column(at)))]
            + ([("All", shown_value(whole[place], figures.column(at)))] if whole is not None else []),
        )
        for place, (name, at) in enumerate(zip(names, measures, strict=True))
    ]
    rows = [*range(len(measures))]
    return Drawing(frame(option, legend=whole is not None, left=14, right=44), [rows] * len(series), tips)


def _point(figures: Figures, row: int, at: int) -> Any:
    if row < 0:
        return of_nothing(figures, at)
    value = figures.numbers_at(row, at)
    if not figures.chosen:
        return value
    return {"value": value, "symbolSize": 9 if row in figures.chosen else 4}
