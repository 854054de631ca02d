"""A drawing: the option of a chart, and which row of the figures each of its marks stands for.

https://echarts.apache.org/en/option.html; two things are ours and are replaced by whoever draws: a colour
`$name` (`colours.py`), and `{"$format": [format, digits]}` in the place of a function that formats a figure.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wavehouse.dashboards.answers import DataColumn, VisualData
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.figures import shown_value, text_of
from wavehouse.dashboards.ordering import order_of

Option = dict[str, Any]

# How visible marks are that are not among those which were clicked.
DIMMED = 0.3
_MOST_STEPS = 1_000
LABEL = {"color": "$muted", "fontSize": 11}


@dataclass(frozen=True)
class Drawing:
    """A chart. `marks[s][i]` is the row that the mark `i` of the series `s` stands for (-1: none); `tips` has
    for each row its title and the lines below it, `rest` says so of rows that cannot be clicked."""

    option: Option
    marks: Sequence[Sequence[int]]
    tips: Sequence[tuple[str, Sequence[tuple[str, str]]]]

    def document(self) -> dict[str, Any]:
        """What travels to whoever draws it."""
        return {"option": self.option, "marks": [*self.marks], "tips": [*self.tips]}


@dataclass(frozen=True)
class Figures:
    """A visual's data as charts need it, and the positions of the rows that were clicked."""

    data: VisualData
    chosen: Collection[int] = ()

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The groups."""
        return self.data.rows

    @property
    def measures(self) -> list[int]:
        """The positions of the measures."""
        return self.data.places("measure")

    def column(self, at: int) -> DataColumn:
        """A column."""
        return self.data.columns[at]

    def dimension(self, number: int = 0) -> Dimension:
        """A dimension of the level that is shown."""
        return self.data.visual.dimensions_at(self.data.depth)[number]

    def shown_at(self, number: int = 0) -> int:
        """The position of what is shown for a dimension: its label, if it has one."""
        at = self.data.places("dimension")[number]
        following = self.data.columns[at + 1 : at + 2]
        return at + 1 if following and following[0].role == "label" else at

    def names(self, number: int = 0) -> list[str]:
        """What is shown for the values of a dimension, row by row."""
        at, by = self.shown_at(number), self.dimension(number).by
        names = [text_of(row[at], by) for row in self.rows]
        if self.data.has_rest and names:
            names[-1] = self.data.visual.rest or "Other"
        return names

    def is_rest(self, row: int) -> bool:
        """Whether that row is of all groups beyond the limit."""
        return self.data.has_rest and row == len(self.rows) - 1

    def colour(self, row: int, colour: str) -> Option:
        """The style of a mark: grey for the rest, dimmed if others were clicked."""
        style: Option = {"color": "$other" if self.is_rest(row) else colour}
        if self.chosen and row not in self.chosen:
            style["opacity"] = DIMMED
        return style

    def numbers(self, at: int) -> list[float | int | None]:
        """A column of figures."""
        return [number(row[at]) for row in self.rows]

    def is_log(self, at: int) -> bool:
        """Whether a measure is drawn on a logarithmic axis."""
        return self.data.visual.measures[self.column(at).name].scale == "log"

    def on_axis(self, at: int) -> list[float | int | None]:
        """A column of figures as they are drawn: on a logarithmic one from the least positive on."""
        numbers = self.numbers(at)
        if not self.is_log(at):
            return numbers
        least = min((one for one in numbers if one is not None and one > 0), default=1)
        return [one if one is None else max(one, least) for one in numbers]

    def numbers_at(self, row: int, at: int) -> float | int | None:
        """One figure."""
        return number(self.rows[row][at])

    def tips(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For each row what is told of its mark."""
        hidden = {at - 1 for at in self.data.places("label")}
        dimensions = [
            at for at in range(len(self.data.columns)) if at not in hidden and at not in self.measures
        ]
        found = []
        for place, row in enumerate(self.rows):
            if self.is_rest(place):
                title = self.data.visual.rest or "Other"
            else:
                title = " · ".join(self._named(row[at], at) for at in dimensions)
            found.append(
                (
                    title,
                    [(self.column(at).title, shown_value(row[at], self.column(at))) for at in self.measures],
                )
            )
        return found

    def _named(self, value: Any, at: int) -> str:
        name = self.column(at).name
        dimensions = (*self.data.visual.dimensions_at(self.data.depth), self.data.visual.series)
        by = next((one.by for one in dimensions if one is not None and one.field == name), None)
        return text_of(value, by)

    def title_of(self, at: int) -> str:
        """The title of a column."""
        return self.column(at).title


def number(value: Any) -> int | float | None:
    """A figure as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def in_steps(values: Sequence[Any], step: float | None) -> list[Any]:
    """Values once and in order, NULL last; of bins also those between them that are empty."""
    known = {value for value in values if value is not None}
    ordered: list[Any] = sorted(known, key=order_of)
    if step and ordered:
        width = Fraction(repr(step))
        # (A value that is there stands for itself.)
        near = {round(Fraction(str(value)) / width): value for value in ordered}
        first, last = min(near), max(near)
        if last - first < _MOST_STEPS:
            whole = all(isinstance(value, int) for value in ordered)
            ordered = [
                near.get(place, int(place * width) if whole else float(place * width))
                for place in range(first, last + 1)
            ]
    return [*ordered, None] if len(known) < len({*values}) else ordered


def formatting(column: DataColumn, *, axis: bool = False) -> Mapping[str, Any]:
    """Stands for a function that formats figures of a column; those on an axis are short."""
    if not axis:
        return {"$format": [column.format, column.digits]}
    short = column.format == "number"
    return {"$format": ["compact" if short else column.format, 0 if column.format == "percent" else None]}


def value_axis(
    column: DataColumn | None = None, *, title: str = "", scale: bool = False, log: bool = False
) -> Option:
    """An axis of figures."""
    label: Option = {**LABEL, "hideOverlap": True}
    if column is not None:
        label["formatter"] = formatting(column, axis=True)
    axis: Option = {
        "type": "log" if log else "value",
        "axisLabel": label,
        "splitLine": {"lineStyle": {"color": "$border"}},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        # (In fifths, shares end at 100 %; in quarters ECharts would go on to 120.)
        "splitNumber": 5 if column is not None and column.format == "percent" else 4,
    }
    if scale:
        axis["scale"] = True
    return {**axis, **_named(title)}


def category_axis(names: Sequence[str], *, title: str = "", **more: Any) -> Option:
    """An axis of names."""
    label = {**LABEL, "hideOverlap": True, **more.pop("axisLabel", {})}
    axis = {
        "type": "category",
        "data": [*names],
        "axisLabel": label,
        "axisLine": {"lineStyle": {"color": "$border"}},
        "axisTick": {"show": False},
    }
    return {**axis, **more, **_named(title)}


def _named(title: str) -> Option:
    if not title:
        return {}
    return {"name": title, "nameLocation": "middle", "nameTextStyle": LABEL, "nameGap": 24}


def above(title: str) -> Option:
    """The title of an axis that goes up, above it."""
    return {"name": title, "nameLocation": "end", "nameGap": 8, "nameTextStyle": {**LABEL, "align": "left"}}


def frame(option: Option, *, legend: bool = False, **grid: Any) -> Option:
    """What all charts have: room for the axes, tips, no more motion than is seen as one step."""
    base: Option = {
        "animationDuration": 0,
        "animationDurationUpdate": 150,
        "grid": {
            "left": 4,
            "right": 12,
            "top": 26 if legend else 8,
            "bottom": 4,
            "containLabel": True,
            **grid,
        },
        "tooltip": {"trigger": "item", "confine": True},
        "textStyle": {"color": "$text"},
        "aria": {"enabled": False},
    }
    if legend:
        base["legend"] = {
            "type": "scroll",
            "top": 0,
            "left": 0,
            "itemGap": 14,
            "itemWidth": 8,
            "itemHeight": 8,
            "icon": "circle",
            "textStyle": {"color": "$text", "fontSize": 11},
            "pageTextStyle": {"color": "$muted"},
            "pageIconColor": "$muted",
            "pageIconInactiveColor": "$border",
            "selectedMode": False,
        }
    return {**base, **option}
