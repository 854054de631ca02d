"""Bars: ranked, stacked, of a distribution, and beside a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.dashboards.charts.drawing import (
    LABEL,
    Drawing,
    Figures,
    Option,
    category_axis,
    formatting,
    frame,
    in_steps,
    value_axis,
)
from wavehouse.dashboards.charts.places import filled, of_nothing, rows_at, spread
from wavehouse.dashboards.charts.series import split
from wavehouse.dashboards.colours import SERIES
from wavehouse.dashboards.figures import text_of


def bar(figures: Figures) -> Drawing:
    """Bars of the first measure, the first on top, each with its figure; other measures are told in tips."""
    at = figures.measures[0]
    data = [
        {"value": value, "itemStyle": figures.colour(row, SERIES[0])}
        for row, value in enumerate(figures.numbers(at))
    ]
    label = {"show": True, "position": "right", **LABEL, "formatter": formatting(figures.column(at))}
    style = {"color": SERIES[0], "borderRadius": [0, 3, 3, 0]}
    names = {"width": 130, "overflow": "truncate", "color": "$text", "interval": 0}
    option = {
        "xAxis": {**value_axis(figures.column(at)), "show": False},
        "yAxis": {
            **category_axis(figures.names(), inverse=True, axisLabel=names),
            "axisLine": {"show": False},
        },
        "series": [_bars(data, figures.title_of(at), label=label, itemStyle=style)],
    }
    return Drawing(frame(option, left=12, right=48), [[*range(len(data))]], figures.tips())


def stacked_bar(figures: Figures) -> Drawing:
    """Columns, one above the other by series."""
    names, parts = spread(figures, split(figures))
    at = figures.measures[0]
    series = []
    for part in parts:
        data = [_mark(figures, row, at, part.colour) for row in part.rows]
        style = {"color": part.colour}
        series.append(_bars(data, part.name, stack="all", barMaxWidth=40, itemStyle=style))
    option = {"xAxis": category_axis(names), "yAxis": value_axis(figures.column(at)), "series": series}
    return Drawing(frame(option, legend=True), [part.rows for part in parts], figures.tips())


def histogram(figures: Figures) -> Drawing:
    """Columns that touch, each from its lower end."""
    at = figures.measures[0]
    place = figures.data.places("dimension")[0]
    steps = in_steps([row[place] for row in figures.rows], figures.dimension().bin)
    rows = rows_at(figures, steps)
    data = [_mark(figures, row, at, SERIES[0]) for row in rows]
    option = {
        "xAxis": category_axis(
            [text_of(step, figures.dimension().by) for step in steps], title=figures.title_of(place)
        ),
        "yAxis": value_axis(figures.column(at)),
        "series": [_bars(data, figures.title_of(at), barCategoryGap="4%", barMaxWidth=None)],
    }
    return Drawing(frame(option, bottom=26), [rows], figures.tips())


def combo(figures: Figures) -> Drawing:
    """The first measure as columns, the others as lines on an axis of their own."""
    first, *others = figures.measures
    places = filled(figures)
    rows = rows_at(figures, [value for value, _ in places])
    data = [_mark(figures, row, first, SERIES[0]) for row in rows]
    series = [_bars(data, figures.title_of(first), barMaxWidth=32, itemStyle={"color": SERIES[0]})]
    for place, at in enumerate(others, 1):
        none = of_nothing(figures, at)
        colour = SERIES[(place + 1) % len(SERIES)]
        series.append(
            {
                "type": "line",
                "name": figures.title_of(at),
                "data": [figures.numbers_at(row, at) if row >= 0 else none for row in rows],
                "yAxisIndex": 1,
                "connectNulls": True,
                "symbolSize": 5,
                "itemStyle": {"color": colour},
                "lineStyle": {"color": colour, "width": 2},
            }
        )
    right = {**value_axis(figures.column(others[0]), scale=True), "splitLine": {"show": False}}
    option = {
        "xAxis": category_axis([name for _, name in places]),
        "yAxis": [value_axis(figures.column(first)), right],
        "series": series,
    }
    return Drawing(frame(option, legend=True), [rows] * len(series), figures.tips())


def _mark(figures: Figures, row: int, at: int, colour: str) -> Option | None:
    if row < 0:
        return None
    return {"value": figures.numbers_at(row, at), "itemStyle": figures.colour(row, colour)}


def _bars(data: Sequence[Any], name: str, **more: Any) -> Option:
    style = {"type": "bar", "name": name, "data": data, "barMaxWidth": 18, "cursor": "default"}
    return {key: value for key, value in {**style, **more}.items() if value is not None}
