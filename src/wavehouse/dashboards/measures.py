"""Measures: one aggregate of one field, written `avg(track_popularity)`, and how its figure is shown."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from wavehouse.core.sql_text import identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.dashboards.written_short import WrittenShort

AGGREGATES = ("avg", "sum", "min", "max", "median", "count", "distinct")
# Those whose figures of parts make the figure of the whole, and by what.
ADDED_BY = {"count": "sum", "sum": "sum", "min": "min", "max": "max"}
NAME = r"[a-z_][a-z0-9_]*"

_MEASURE = re.compile(rf"\s*(?P<aggregate>\w+)\s*\(\s*(?P<field>\*|{NAME})\s*\)\s*")

Format = Literal["number", "plain", "compact", "percent", "minutes", "seconds", "bytes"]


class Measure(WrittenShort):
    """A measure; in a file its aggregate alone stands for one (`tracks: count(*)`).

    `format` is how the figure is shown, with `digits` after the point (None: as the figure has them): `plain`
    has no commas (years), `minutes` shows milliseconds as minutes and seconds. `scale` is that of the axis
    that it is drawn on.
    """

    short = "of"

    of: str
    title: str = ""
    format: Format = "number"
    digits: int | None = Field(default=None, ge=0, le=6)
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _is_known(self) -> Measure:
        parsed(self.of)
        return self

    @property
    def aggregate(self) -> str:
        """Its function: one of `AGGREGATES`."""
        return parsed(self.of)[0]

    @property
    def field(self) -> str | None:
        """The field that it is of; None for `count(*)`."""
        return parsed(self.of)[1]


def parsed(text: str) -> tuple[str, str | None]:
    """The function and the field of `avg(x)`, None for `*`; raises `ValueError` for what is no measure."""
    found = _MEASURE.fullmatch(text)
    if not found:
        raise ValueError(
            f"'{text}' is no measure. Write one aggregate of one field, such as avg(track_popularity) or "
            "count(*); what is computed of rows is a field of the data set"
        )
    aggregate, field = found["aggregate"], found["field"]
    if aggregate not in AGGREGATES:
        raise ValueError(f"'{aggregate}' is no aggregate. {did_you_mean(aggregate, AGGREGATES)}")
    if field == "*" and aggregate != "count":
        raise ValueError(f"'{text}': only count takes *")
    return aggregate, None if field == "*" else field


def is_measure(text: str) -> bool:
    """Whether a text is written as a measure is."""
    return _MEASURE.fullmatch(text) is not None


def measure_sql(text: str) -> str:
    """A measure in Athena SQL.

    The median is the value in the middle, of two the upper: https://trino.io/docs/current/functions/aggregate.html#approx_percentile
    """
    aggregate, field = parsed(text)
    column = "*" if field is None else identifier(field)
    return {
        "median": f"approx_percentile({column}, 0.5)",
        "distinct": f"count(DISTINCT {column})",
    }.get(aggregate, f"{aggregate}({column})")
