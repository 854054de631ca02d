"""Dimensions: the fields by whose values rows are grouped."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from wavehouse.dashboards.written_short import WrittenShort

Period = Literal["year", "quarter", "month", "week", "day"]


# So many months, or days, make a period.
_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_DAYS = {"week": 7, "day": 1}


class Dimension(WrittenShort):
    """A field to group by; in a file its name alone stands for one.

    `label` is the field that is shown in place of it (`artist_id` told apart, `artist_name` shown). `bin`
    groups numbers by steps of that width, each by its lower end; `by` groups dates by period, each by its
    first day. `nulls: hide` leaves out the rows that have no value.
    """

    short = "field"

    field: str
    title: str = ""
    label: str | None = None
    bin: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    by: Period | None = None
    nulls: Literal["show", "hide"] = "show"

    @model_validator(mode="after")
    def _is_one_grouping(self) -> Dimension:
        if self.bin is not None and self.by is not None:
            raise ValueError("'bin' is for numbers and 'by' for dates: a field is one of them")
        if self.label is not None and (self.bin is not None or self.by is not None):
            raise ValueError("'label' is for single values, not for groups of them ('bin', 'by')")
        return self


def last_day(first: str, period: Period | None) -> str:
    """The last day of the period that begins with a day; without one that day. What is no date stays."""
    try:
        day = date.fromisoformat(first)
    except ValueError:
        return first
    # (There is no day after the last one of the year 9999.)
    if period in _MONTHS:
        months = day.month - 1 + _MONTHS[period]
        year, month = day.year + months // 12, months % 12 + 1
        last = date(year, month, 1).toordinal() - 1 if year <= date.max.year else date.max.toordinal()
    else:
        last = day.toordinal() + _DAYS.get(period or "day", 1) - 1
    return str(date.fromordinal(min(last, date.max.toordinal())))
