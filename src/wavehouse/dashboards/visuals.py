"""Visuals: what is drawn, of which figures, and what a click does."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wavehouse.core.suggestions import did_you_mean
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.measures import ADDED_BY, Measure, is_measure, parsed

Kind = Literal[
    "kpi", "bar", "stacked_bar", "line", "area", "donut", "treemap", "heat_map", "scatter", "histogram",
    "combo", "table", "pivot", "profile", "insight",
]  # fmt: skip
Click = Literal["filter", "drill", "link", "none"]
# A whole number, or the parameter that has it.
Parameter = Annotated[str, Field(pattern=r"^\$[a-z][a-z0-9_]*$")]

COLUMNS = 12
MOST = 2_000


@dataclass(frozen=True)
class Shape:
    """What a kind takes: least and most dimensions and measures, whether a series, how many groups."""

    dimensions: tuple[int, int]
    measures: tuple[int, int]
    series: tuple[int, int] = (0, 0)
    limit: int = MOST
    # By its first measure, the greatest first; else by its dimensions.
    ranked: bool = False
    size: tuple[int, int] = (6, 9)


SHAPES: dict[str, Shape] = {
    "kpi": Shape((0, 0), (1, 1), size=(3, 3)),
    "bar": Shape((1, 1), (1, 8), limit=20, ranked=True),
    "stacked_bar": Shape((1, 1), (1, 1), (1, 1)),
    "line": Shape((1, 1), (1, 8), (0, 1)),
    "area": Shape((1, 1), (1, 8), (0, 1)),
    "donut": Shape((1, 1), (1, 1), limit=8, ranked=True, size=(4, 9)),
    "treemap": Shape((1, 3), (1, 2), limit=200, ranked=True),
    "heat_map": Shape((2, 2), (1, 1)),
    "scatter": Shape((1, 1), (2, 3), (0, 1), ranked=True),
    "histogram": Shape((1, 1), (1, 1)),
    "combo": Shape((1, 1), (2, 8)),
    "table": Shape((0, 12), (0, 12), limit=100, ranked=True, size=(12, 10)),
    "pivot": Shape((1, 4), (1, 4), (1, 1), size=(12, 10)),
    "profile": Shape((0, 0), (2, 16)),
    "insight": Shape((0, 2), (0, 8), limit=1, ranked=True, size=(12, 2)),
}


class Place(BaseModel):
    """Where a visual stands on the grid of 12 columns: its left column and top row from 0, and its size."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    x: int = Field(ge=0, lt=COLUMNS)
    y: int = Field(ge=0, lt=1_000)
    w: int = Field(ge=1, le=COLUMNS)
    h: int = Field(ge=1, le=100)

    @model_validator(mode="after")
    def _ends_on_the_grid(self) -> Place:
        if self.x + self.w > COLUMNS:
            raise ValueError(f"it ends at column {self.x + self.w} of {COLUMNS}: make 'x' or 'w' smaller")
        return self

    def overlaps(self, other: Place) -> bool:
        """Whether both cover a cell."""
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )


class Link(BaseModel):
    """Where a mark leads: to a sheet of a dashboard, with controls set to columns of the mark's row, or to a
    page (`https://…/{artist_id}`, with columns in braces)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    dashboard: str | None = None
    sheet: str | None = None
    set: dict[str, str] = {}
    url: str | None = Field(default=None, pattern=r"^https://[^\s/{}]+(/\S*)?$")

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Link:
        if (self.url is None) == (self.dashboard is None and self.sheet is None):
            raise ValueError("a link has either 'url', or 'dashboard' or 'sheet' (of this dashboard)")
        if self.url is not None and self.set:
            raise ValueError("'set' is for dashboards; the columns of a 'url' stand in it, in braces")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns that it takes from the row of a mark."""
        return [*self.set.values(), *placeholders(self.url or "")]


class Visual(BaseModel):
    """One visual: one query, `SELECT dimensions, measures FROM data … GROUP BY dimensions`.

    `minimum` keeps the groups of which a measure (one of its own by name, or any, written out) is at least so
    much. `order` has names of measures and dimensions, `-` before those from the greatest down. `rest` adds
    one more mark for all groups beyond `limit`, under that name. `drill` are levels, each a dimension: the
    first takes the place of its dimension, a click leads to the next. `trend` is the dimension of a KPI's
    sparkline; `compare` is with the figure of all rows (`whole`) or with the point before the last of the
    trend (`previous`). `text` of an insight has the names of columns in braces.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    title: str
    description: str = ""
    data: str | None = None
    dimensions: tuple[Dimension, ...] = ()
    series: Dimension | None = None
    measures: dict[Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")], Measure] = {}
    minimum: dict[str, int | float | Parameter] = {}
    order: tuple[str, ...] = ()
    limit: int | Parameter | None = None
    rest: str | None = None
    drill: tuple[Dimension, ...] = ()
    trend: Dimension | None = None
    compare: Literal["whole", "previous"] | None = None
    text: str | None = None
    click: Click | None = None
    links: tuple[Link, ...] = ()
    at: Place | None = None

    @model_validator(mode="after")
    def _has_its_shape(self) -> Visual:
        shape = SHAPES[self.kind]
        if self.drill and self.dimensions:
            raise ValueError("'drill' takes the place of 'dimensions': give one of them")
        dimensions = 1 if self.drill else len(self.dimensions)
        _count(self.kind, dimensions, shape.dimensions, "dimension")
        _count(self.kind, len(self.measures), shape.measures, "measure")
        _count(self.kind, int(self.series is not None), shape.series, "series")
        if self.series is not None and self.kind in ("line", "area") and len(self.measures) > 1:
            raise ValueError(f"a {self.kind} has a series or several measures, not both")
        if not dimensions and not self.measures:
            raise ValueError("it has neither dimensions nor measures")
        self._only(self.trend is None or self.kind == "kpi", "trend", "kpi")
        self._only(self.compare is None or self.kind in ("kpi", "profile"), "compare", "kpi and profile")
        self._only((self.text is None) == (self.kind != "insight"), "text", "insight, which needs it")
        if self.compare == "previous" and self.trend is None:
            raise ValueError("'compare: previous' needs a 'trend'")
        if self.kind == "histogram" and not any(one.bin or one.by for one in self.levels_or_dimensions):
            raise ValueError("the dimension of a histogram needs 'bin' (or 'by', for dates)")
        if isinstance(self.limit, int) and not 1 <= self.limit <= MOST:
            raise ValueError(f"'limit' is from 1 to {MOST:,}: a visual shows no more")
        if self.limit is not None and self.series is not None and self.kind != "scatter":
            raise ValueError(
                f"a {self.kind.replace('_', ' ')} with a 'series' takes no 'limit', which would cut groups "
                "apart: leave out one of the two"
            )
        self._check_rest()
        return self

    @model_validator(mode="after")
    def _knows_its_names(self) -> Visual:
        names = self.column_names
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two of its columns are called '{twice}'")
        for name in (one.removeprefix("-") for one in self.order):
            self._must_be_column(name, "order")
        for name in self.minimum:
            if not is_measure(name) and name not in self.measures:
                raise ValueError(
                    f"'minimum': there is no measure '{name}'. {did_you_mean(name, self.measures)}"
                )
            if is_measure(name):
                parsed(name)
        for name in placeholders(self.text or ""):
            if name not in names:
                raise ValueError(f"'text': there is no column '{name}'. {did_you_mean(name, names)}")
        for name in (name for link in self.links for name in link.columns):
            # (A drilled visual has the columns of the level that it shows, and the values of those above.)
            if name not in [
                *names,
                *(one for depth in range(len(self.drill)) for one in self.columns_at(depth)),
            ]:
                raise ValueError(f"'links': there is no column '{name}'. {did_you_mean(name, names)}")
        if self.click == "drill" and not self.drill:
            raise ValueError("'click: drill' needs 'drill'")
        if self.click == "link" and not self.links:
            raise ValueError("'click: link' needs 'links'")
        return self

    def _only(self, fits: bool, key: str, kinds: str) -> None:
        if not fits:
            raise ValueError(f"'{key}' is for {kinds}; this is a {self.kind}")

    def _must_be_column(self, name: str, key: str) -> None:
        if is_measure(name):
            parsed(name)
        elif name not in self.column_names:
            near = did_you_mean(name, self.column_names)
            raise ValueError(f"'{key}': there is no measure or dimension '{name}'. {near}")

    def _check_rest(self) -> None:
        if self.rest is None:
            return
        if self.kind not in ("bar", "donut") or self.series is not None:
            raise ValueError(f"'rest' is for bar and donut; this is a {self.kind}")
        for name, measure in self.measures.items():
            if measure.aggregate not in ADDED_BY:
                raise ValueError(
                    f"'rest': the {measure.aggregate} of what is left cannot be made of that of its groups; "
                    f"leave out 'rest', or make '{name}' a count, sum, min or max"
                )

    @property
    def levels_or_dimensions(self) -> tuple[Dimension, ...]:
        """The levels of its hierarchy, else its dimensions."""
        return self.drill or self.dimensions

    def dimensions_at(self, depth: int = 0) -> tuple[Dimension, ...]:
        """Its dimensions after so many steps down its hierarchy."""
        return (self.drill[min(depth, len(self.drill) - 1)],) if self.drill else self.dimensions

    @property
    def column_names(self) -> list[str]:
        """The columns of its answer at the top of its hierarchy."""
        return self.columns_at(0)

    def columns_at(self, depth: int) -> list[str]:
        """The columns of its answer: dimensions with their labels, series, measures."""
        grouped = [*self.dimensions_at(depth), *([self.series] if self.series else [])]
        fields = [name for one in grouped for name in (one.field, one.label) if name]
        return [*fields, *self.measures]

    @property
    def action(self) -> Click:
        """What a click on a mark does."""
        if self.click is not None:
            return self.click
        return "drill" if self.drill else "filter" if self.dimensions else "none"


def placeholders(text: str) -> list[str]:
    """The names in braces; raises `ValueError` for braces that are not closed or hold anything else."""
    names = []
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"'{{{name}}}' is no name of a column; a brace itself is written twice")
        names.append(name)
    return names


def _count(kind: str, count: int, limits: tuple[int, int], what: str) -> None:
    least, most = limits
    if least <= count <= most:
        return
    plural = what if what == "series" or most == least == 1 else f"{what}s"
    wanted = f"no {plural}" if most == 0 else f"{least}" if least == most else f"{least} to {most}"
    wanted = wanted if most == 0 else f"{wanted} {plural}"
    raise ValueError(f"a {kind.replace('_', ' ')} takes {wanted}, and has {count}")


KINDS: tuple[str, ...] = get_args(Kind)
