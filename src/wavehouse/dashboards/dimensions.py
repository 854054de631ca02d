"""Dimensions: the fields by whose values rows are grouped."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from wavehouse.dashboards.written_short import WrittenShort

Period = Literal["year", "quarter", "month", "week", "day"]


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
