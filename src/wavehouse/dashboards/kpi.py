"""A KPI: its figure, what it is compared with, and the line of its past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.charts.drawing import number
from wavehouse.dashboards.figures import figure, shown_value

_WIDTH, _HEIGHT = 120.0, 28.0


@dataclass(frozen=True)
class Kpi:
    """`path` is the line of its trend as an SVG path in a box of 120 × 28, '' where there is none."""

    figure: str
    beside: str = ""
    tone: Literal["", "up", "down"] = ""
    path: str = ""


def kpi(data: VisualData) -> Kpi:
    """The KPI of a visual's data, which is one row."""
    at = data.places("measure")[0]
    column = data.columns[at]
    value = data.rows[0][at] if data.rows else None
    points = [number(row[-1]) for row in data.trend]
    beside, tone = _compared(data, number(value), points)
    return Kpi(shown_value(value, column), beside, tone, path_of([one for one in points if one is not None]))


def path_of(points: list[int | float]) -> str:
    """A line from left to right through points, from the least at the bottom to the greatest on top."""
    if len(points) < 2:
        return ""
    low, high = min(points), max(points)
    step, span = _WIDTH / (len(points) - 1), (high - low) or 1
    places = [
        f"{place * step:.1f} {_HEIGHT - 2 - (point - low) / span * (_HEIGHT - 4):.1f}"
        for place, point in enumerate(points)
    ]
    return "M" + " L".join(places)


def _compared(
    data: VisualData, value: int | float | None, points: list[int | float | None]
) -> tuple[str, Literal["", "up", "down"]]:
    measure = next(iter(data.visual.measures.values()))
    if data.visual.compare == "previous" and len(points) > 1:
        before, last = points[-2], points[-1]
        if before and last is not None:
            change = (last - before) / abs(before)
            tone: Literal["", "up", "down"] = "up" if change > 0 else "down" if change < 0 else ""
            arrow = {"up": "▲ ", "down": "▼ ", "": ""}[tone]
            return f"{arrow}{figure(abs(change), 'percent')} to the last point before", tone
    if data.visual.compare == "whole" and data.whole is not None and value is not None:
        whole = number(data.whole[0])
        if whole is None or whole == value:
            return "", ""
        if measure.aggregate in ("count", "sum", "distinct") and whole:
            return (
                f"{figure(value / whole, 'percent')} of {figure(whole, measure.format, measure.digits)}",
                "",
            )
        return f"{figure(whole, measure.format, measure.digits)} of all", ""
    return "", ""
