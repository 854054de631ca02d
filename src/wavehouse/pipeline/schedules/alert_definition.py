"""The definition of alerts: of what somebody is told, and how they are reached."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wavehouse.core.suggestions import did_you_mean

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
# What each kind of alert is told; the first ones it needs.
_NEEDS: dict[str, frozenset[str]] = {
    "failed_run": frozenset(),
    "quality": frozenset({"below"}),
    "freshness": frozenset({"table", "older_than"}),
    "row_count": frozenset({"table", "changes_by"}),
    "kpi": frozenset({"visual"}),
}
_MAY: dict[str, frozenset[str]] = {
    "failed_run": frozenset({"workflows"}),
    "quality": frozenset({"source"}),
    "kpi": frozenset({"above", "below"}),
}
# The channel that is always there.
CONSOLE = "console"


class Channel(BaseModel):
    """A way to reach somebody: a command, or an address of apprise's.

    An address has passwords in it: the definition names the variable of the environment that has it. A
    command is given the message on its standard input.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Name
    command: tuple[str, ...] = ()
    address_from: str = Field(default="", pattern=r"^([A-Z_][A-Z0-9_]*)?$")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Channel:
        if bool(self.command) == bool(self.address_from):
            raise ValueError(
                "a channel is either a 'command', or has 'address_from', a variable of the environment"
            )
        return self


class Alert(BaseModel):
    """Something that somebody is told of when it begins, and once more when it has ended.

    `failed_run`: the last run of a workflow (of all, or of `workflows`) did not succeed. `quality`: of the
    rules of the newest run (of one `source`) a smaller share than `below` holds. `freshness`: a `table` was
    not changed for longer than `older_than` hours. `row_count`: its rows are more or fewer than in the
    snapshot before, by a larger share than `changes_by`. `kpi`: a `visual` (dashboard/visual) is `above` or
    `below`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Name
    on: Literal["failed_run", "quality", "freshness", "row_count", "kpi"]
    to: tuple[_Name, ...] = (CONSOLE,)
    workflows: tuple[_Name, ...] = ()
    source: str = ""
    table: str = ""
    older_than: float | None = Field(default=None, gt=0)
    changes_by: float | None = Field(default=None, gt=0)
    visual: str = ""
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _fits(self) -> Alert:
        told = self.model_fields_set - {"name", "on", "to"}
        needed = _NEEDS[self.on]
        known = needed | _MAY.get(self.on, frozenset())
        if foreign := sorted(told - known):
            raise ValueError(
                f"'{foreign[0]}' means nothing to an alert on {self.on}. {did_you_mean(foreign[0], known)}"
            )
        if missing := sorted(needed - told):
            raise ValueError(f"an alert on {self.on} needs '{missing[0]}'")
        if self.on == "quality" and not 0 < (self.below or 0) <= 1:
            raise ValueError("an alert on quality is 'below' a share of the rules: from 0 to 1, as 0.95")
        if self.on == "kpi" and self.above is None and self.below is None:
            raise ValueError("an alert on kpi needs 'above' or 'below'")
        return self
