"""Two figures against each other: heat maps and scatter plots."""

from __future__ import annotations

import math
from typing import Any

from wavehouse.dashboards.charts.drawing import (
    DIMMED,
    Drawing,
    Figures,
    Option,
    above,
    category_axis,
    frame,
    in_steps,
    value_axis,
)
from wavehouse.dashboards.colours import SCALE, SERIES
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.ordering import order_of

# Points' diameters in pixels.
_SMALLEST, _LARGEST, _ONLY = 4, 28, 7
_MOST_LABELS = 12


def heat_map(figures: Figures) -> Drawing:
    """Cells of two dimensions, the darker (in dark: the lighter) the more."""
    at = figures.measures[0]
    across, up = (_ordered(figures, number) for number in (0, 1))
    first, second = figures.data.places("dimension")
    cells: list[Option] = []
    for row, values in enumerate(figures.rows):
        cell: Option = {
            "value": [across[values[first]], up[values[second]], figures.numbers_at(row, at)],
        }
        if figures.chosen and row not in figures.chosen:
            cell["itemStyle"] = {"opacity": DIMMED}
        cells.append(cell)
    numbers = [value for value in figures.numbers(at) if value is not None]
    by = [figures.dimension(number).by for number in (0, 1)]
    option = {
        "xAxis": category_axis(
            [text_of(key, by[0]) for key in across], title=figures.title_of(figures.shown_at(0))
        ),
        # (Names one above the other: a label of a part of them is enough where there are many.)
        "yAxis": category_axis(
            [text_of(key, by[1]) for key in up],
            axisLabel={"interval": len(up) // _MOST_LABELS},
        )
        | above(figures.title_of(figures.shown_at(1))),
        "visualMap": {
            "show": False,
            "min": min(numbers, default=0),
            "max": max(numbers, default=1),
            "dimension": 2,
            "inRange": {"color": list(SCALE)},
        },
        "series": [
            {
                "type": "heatmap",
                "name": figures.title_of(at),
                "data": cells,
                "itemStyle": {"borderColor": "$surface", "borderWidth": 1},
            }
        ],
    }
    return Drawing(frame(option, top=24, bottom=26), [[*range(len(cells))]], figures.tips())


def scatter(figures: Figures) -> Drawing:
    """Points by two measures; a third is their size, a series their colour."""
    across, up, *third = figures.measures
    xs, ys = figures.on_axis(across), figures.on_axis(up)
    sizes = _sizes(figures, third[0]) if third else [_ONLY] * len(figures.rows)
    at = figures.data.places("series")
    found: dict[Any, list[int]] = {}
    for row, values in enumerate(figures.rows):
        found.setdefault(values[at[0]] if at else None, []).append(row)
    groups = sorted(found, key=order_of)
    series = []
    for place, group in enumerate(groups):
        colour = SERIES[place % len(SERIES)]
        data = []
        for row in found[group]:
            style = {"opacity": 0.65, **figures.colour(row, colour)}
            data.append({"value": [xs[row], ys[row]], "symbolSize": sizes[row], "itemStyle": style})
        series.append(
            {
                "type": "scatter",
                "name": text_of(group) if at else "",
                "data": data,
                "itemStyle": {"color": colour},
            }
        )
    option: Option = {
        "xAxis": _axis(figures, across),
        "yAxis": {**_axis(figures, up), **above(figures.title_of(up))},
        "series": series,
    }
    return Drawing(
        frame(option, legend=bool(at), bottom=26, top=44 if at else 24),
        [found[group] for group in groups],
        figures.tips(),
    )


def _axis(figures: Figures, at: int) -> Option:
    return value_axis(figures.column(at), title=figures.title_of(at), scale=True, log=figures.is_log(at))


def _ordered(figures: Figures, number: int) -> dict[Any, int]:
    at = figures.data.places("dimension")[number]
    values = in_steps([row[at] for row in figures.rows], figures.dimension(number).bin)
    return {value: place for place, value in enumerate(values)}


def _sizes(figures: Figures, at: int) -> list[float]:
    """By area, not by diameter: twice as much covers twice as much."""
    numbers = [max(0.0, float(value or 0)) for value in figures.numbers(at)]
    most = max(numbers, default=0.0) or 1.0
    return [round(_SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(value / most), 1) for value in numbers]
