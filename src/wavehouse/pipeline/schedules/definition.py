"""The definition of workflows: what begins them, their steps, and what starts each step, in Glue's terms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.pipeline.schedules.alert_definition import Alert, Channel
from wavehouse.pipeline.schedules.cron import Cron

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
# How a step can end; the words are those of Glue's job runs, to which its triggers listen.
Ended = Literal["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"]
Action = Literal["run", "check", "crawl", "compact", "vacuum", "refresh", "sql", "report"]
# What each action may be told; the words are the options of the command of that name.
OPTIONS: dict[str, frozenset[str]] = {
    "run": frozenset({"files", "full"}),
    "check": frozenset({"files", "strict"}),
    "crawl": frozenset({"target"}),
    "compact": frozenset({"tables"}),
    "vacuum": frozenset({"keep", "expire_after", "orphans_after"}),
    "refresh": frozenset({"dashboards"}),
    "sql": frozenset({"sql", "query", "write"}),
    "report": frozenset({"dashboard", "to", "output", "view"}),
}
_OF_START = {
    "SCHEDULED": frozenset({"schedule", "timezone", "missed"}),
    "EVENT": frozenset({"folder", "pattern", "batch_size", "batch_window", "settle", "every"}),
    "ON_DEMAND": frozenset[str](),
}
# The files that have begun a run, as a step names them.
ARRIVALS = "${arrivals}"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StartTrigger(_Strict):
    """What begins a workflow: a schedule, files that arrive, or somebody who asks for it.

    `missed` says what becomes of firings that nobody was there for: one run for all of them (`coalesce`), one
    for each (`catch_up`), or none (`skip`). An EVENT begins a run when `batch_size` files have arrived, or
    `batch_window` seconds after the first (Glue's EventBatchingCondition); a file has arrived when it has not
    changed for `settle` seconds. A bucket is looked at `every` so many seconds.
    """

    type: Literal["SCHEDULED", "EVENT", "ON_DEMAND"]
    schedule: str = ""
    timezone: str = "UTC"
    missed: Literal["coalesce", "catch_up", "skip"] = "coalesce"
    folder: str = ""
    pattern: str = "*"
    batch_size: int = Field(default=1, ge=1, le=100)
    batch_window: int = Field(default=900, ge=1, le=900)
    settle: float = Field(default=2.0, ge=0, le=3600)
    every: float = Field(default=30.0, ge=1, le=3600)

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        from zoneinfo import available_timezones

        if zone not in (known := available_timezones()):
            raise ValueError(f"there is no time zone '{zone}'. {did_you_mean(zone, known)}")
        return zone

    @model_validator(mode="after")
    def _is_whole(self) -> StartTrigger:
        told = self.model_fields_set - {"type"}
        if foreign := sorted(told - _OF_START[self.type]):
            raise ValueError(f"'{foreign[0]}' means nothing to a trigger of type {self.type}")
        if self.type == "SCHEDULED":
            if not self.schedule:
                raise ValueError("a trigger of type SCHEDULED needs a 'schedule', such as cron(0 12 * * ? *)")
            _cron(self.schedule, self.timezone)
        if self.type == "EVENT" and not self.folder:
            raise ValueError("a trigger of type EVENT needs the 'folder' in which files arrive")
        return self

    @property
    def cron(self) -> Cron:
        """When it fires, of one that does by the clock."""
        return _cron(self.schedule, self.timezone)


# (A clock asks all the time.)
_cron = lru_cache(256)(Cron)


class Condition(_Strict):
    """That a step has ended so."""

    step: Name
    state: Ended = "SUCCEEDED"


class StepTrigger(_Strict):
    """What starts a step: that all (AND) or one (ANY) of its conditions hold."""

    type: Literal["CONDITIONAL"] = "CONDITIONAL"
    logical: Literal["AND", "ANY"] = "AND"
    conditions: tuple[Condition, ...] = Field(min_length=1)


class Retries(_Strict):
    """How often a step that failed is tried again, after how many seconds, `factor` times as many each time.

    Only what can go another way is tried again: something outside that failed, or a time-out.
    """

    times: int = Field(default=0, ge=0, le=10)
    wait: float = Field(default=30.0, ge=0, le=3600)
    factor: float = Field(default=2.0, ge=1, le=10)
    longest: float = Field(default=900.0, ge=0, le=86_400)

    def pause(self, attempt: int) -> float:
        """Seconds between that attempt (from 1), which failed, and the next one."""
        return float(min(self.wait * self.factor ** (attempt - 1), self.longest))


class Step(_Strict):
    """A step of a workflow: an action, and what its command is told. Without a trigger it starts first.

    `timeout` is in seconds. `files` are folders and files, `${arrivals}` those that have begun the run.
    """

    name: Name
    action: Action
    trigger: StepTrigger | None = None
    timeout: float = Field(default=3600.0, gt=0, le=172_800)
    retries: Retries = Retries()
    files: tuple[str, ...] = ()
    full: bool = False
    strict: bool = False
    target: str = ""
    tables: tuple[str, ...] = ()
    keep: int | None = Field(default=None, ge=1)
    expire_after: float | None = Field(default=None, ge=0)
    orphans_after: float | None = Field(default=None, ge=0)
    dashboards: tuple[str, ...] = ()
    sql: str = ""
    query: str = ""
    write: bool = False
    dashboard: str = ""
    to: Literal["html", "csv", "svg", "png"] = "html"
    output: str = ""
    view: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Step:
        told = self.model_fields_set - {"name", "action", "trigger", "timeout", "retries"}
        if foreign := sorted(told - OPTIONS[self.action]):
            raise ValueError(
                f"'{foreign[0]}' means nothing to the action {self.action}. "
                f"{did_you_mean(foreign[0], OPTIONS[self.action])}"
            )
        needed = {"crawl": ("target",), "report": ("dashboard", "output")}.get(self.action, ())
        for key in needed:
            if not getattr(self, key):
                raise ValueError(f"the action {self.action} needs '{key}'")
        if self.action == "sql" and bool(self.sql) == bool(self.query):
            raise ValueError("the action sql needs 'sql', a statement, or 'query', a saved one")
        for table in self.tables:
            try:
                TableName.parse(table)
            except CallError as error:
                raise ValueError(f"{error.what}. {error.remedy}") from None
        return self


class Workflow(_Strict):
    """Steps that belong together, and the one trigger that begins them (as in Glue, where there is one)."""

    name: Name
    description: str = ""
    trigger: StartTrigger
    steps: tuple[Step, ...] = Field(min_length=1)


class History(_Strict):
    """How long records of workflows stay: at most so many, and so many days."""

    keep: int = Field(default=500, ge=1)
    days: float = Field(default=90, gt=0)


class Schedules(_Strict):
    """`schedules.yaml`: workflows, and of what somebody is told."""

    workflows: tuple[Workflow, ...] = ()
    channels: tuple[Channel, ...] = ()
    alerts: tuple[Alert, ...] = ()
    history: History = History()

    _file: Any = PrivateAttr(None)

    @model_validator(mode="after")
    def _knows_its_place(self, info: ValidationInfo) -> Schedules:
        if info.context:
            self._file = info.context["file"]
        return self

    def where(self, location: Sequence[Any] = ()) -> str:
        """`file:line` of what stands at that place of it."""
        return self._file.where(location) if self._file is not None else ""

    def workflow(self, name: str) -> Workflow:
        """One workflow; raises `CallError` where there is none of that name."""
        known = {one.name: one for one in self.workflows}
        if name not in known:
            raise CallError(
                f"there is no workflow '{name}'",
                remedy=did_you_mean(name, known) or "Workflows are defined in schedules.yaml of the project",
            )
        return known[name]
