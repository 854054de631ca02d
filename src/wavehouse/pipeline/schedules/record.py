"""What a run of a workflow did: the record that is shown, stored and given out as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from wavehouse.core.run_record import new_id

StepState = Literal["WAITING", "RUNNING", "SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "NOT_STARTED"]
RunState = Literal["RUNNING", "SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"]
# How ids of these runs begin (Glue's do so as well), beside those of runs of the pipeline.
PREFIX = "wr-"


@dataclass
class StepRun:
    """One step. `run_id` is the run of the pipeline that it was, `said` the last that was heard of it.

    `snapshots` are by table, `bytes` those of all tables and files that it has left. `again` says of one that
    did not succeed that what it works on need not be to blame; `cut_off` counts the processes that have ended
    in the middle of it.
    """

    name: str
    action: str
    state: StepState = "WAITING"
    attempts: int = 0
    started: str = ""
    seconds: float = 0.0
    run_id: str = ""
    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0
    bytes: int = 0
    snapshots: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    said: str = ""
    error: str = ""
    again: bool = False
    cut_off: int = 0


@dataclass
class WorkflowRun:
    """One run of a workflow. Times are ISO (UTC); `due` is the firing, `files` those that have begun it.

    `date` is the day of its beginning in the time zone of its trigger. `resumed` counts how often it was gone
    on with, after the process that did it had ended.
    """

    run_id: str
    workflow: str
    trigger: str
    started: str
    state: RunState = "RUNNING"
    date: str = ""
    due: str = ""
    others: int = 0
    files: dict[str, str] = field(default_factory=dict)
    ended: str = ""
    seconds: float = 0.0
    resumed: int = 0
    steps: list[StepRun] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def begun(cls, workflow: str, trigger: str, moment: datetime, zone: str = "UTC") -> WorkflowRun:
        """The record of a run that begins at `moment` (UTC)."""
        started = moment.isoformat(timespec="milliseconds")
        date = moment.astimezone(ZoneInfo(zone)).date().isoformat()
        return cls(PREFIX + new_id(moment), workflow, trigger, started, date=date)

    def step(self, name: str) -> StepRun:
        """The step of that name."""
        return next(step for step in self.steps if step.name == name)

    @property
    def is_in_vain(self) -> bool:
        """Whether something outside has brought it to nothing, which is not so the next time."""
        bad = [step for step in self.steps if step.state in ("FAILED", "STOPPED", "TIMEOUT")]
        return all(step.state == "STOPPED" or (step.state == "FAILED" and step.again) for step in bad)

    @property
    def error(self) -> str:
        """What went wrong first."""
        return next((f"{step.name}: {step.error}" for step in self.steps if step.error), "")

    def as_json(self) -> dict[str, Any]:
        """This record as plain JSON."""
        return {**asdict(self), "error": self.error}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> WorkflowRun:
        """The record that `as_json` wrote."""
        parts = {name: value for name, value in record.items() if name != "error"}
        return cls(**{**parts, "steps": [StepRun(**step) for step in record["steps"]]})
