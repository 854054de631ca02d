"""What a visual is drawn from: the figures of one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.measures import Format
from wavehouse.dashboards.view import Scalar
from wavehouse.dashboards.visuals import Visual
from wavehouse.engines.engine import Row

Role = Literal["dimension", "label", "series", "measure"]


@dataclass(frozen=True)
class DataColumn:
    """A column: its Trino type, what stands in it, and how that is shown. A label follows its dimension."""

    name: str
    type: str
    role: Role
    title: str
    format: Format = "number"
    digits: int | None = None


@dataclass(frozen=True)
class VisualData:
    """The answer of one visual, or why there is none (`error`).

    `rows` are the groups, in order. `truncated`: there are more of them (of a KPI: points of its trend), and
    `keeps_last`: then those that are shown are the last in their order, not the first. `has_rest`: the last
    row is that of all groups beyond the limit, its dimension NULL. `trend` are the points of a KPI (value of
    the dimension, figure), the oldest first. `whole` has the measures of all rows, whatever is filtered.
    `path` are the values that lead down the hierarchy to its level, which is `depth`, and `steps` what these
    are called. `ignored` are the controls and visuals whose filters do not reach it, as its data set lacks
    their fields: titles by id.
    """

    visual: Visual
    columns: tuple[DataColumn, ...] = ()
    rows: Sequence[Row] = ()
    error: WavehouseError | None = None
    seconds: float = 0.0
    sql: str = ""
    truncated: bool = False
    keeps_last: bool = False
    has_rest: bool = False
    trend: Sequence[Row] = ()
    whole: Row | None = None
    depth: int = 0
    path: tuple[Scalar, ...] = ()
    steps: tuple[str, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)

    def places(self, role: Role) -> list[int]:
        """The positions of the columns of that role."""
        return [at for at, column in enumerate(self.columns) if column.role == role]
