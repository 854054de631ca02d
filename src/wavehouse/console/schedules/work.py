"""What the page of schedules asks and has done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wavehouse.pipeline.schedules.alerts import AlertState
from wavehouse.pipeline.schedules.definition import Workflow
from wavehouse.pipeline.schedules.record import WorkflowRun


@dataclass(frozen=True)
class Shown:
    """A workflow as it is now: its next firings (in its zone), its last runs, and whether it is paused."""

    workflow: Workflow
    paused: bool
    next: Sequence[datetime]
    runs: Sequence[WorkflowRun]


@dataclass(frozen=True)
class SchedulesWork:
    """`all` gives what there is, `alerts` what is known of them by name, `log` the log of a run.

    `begin` has a workflow run now, `pause` pauses it or lets it go on; `state` changes whenever something of
    this does. `clock` says whether this server begins workflows by itself.
    """

    all: Callable[[], Sequence[Shown]]
    alerts: Callable[[], Mapping[str, AlertState]]
    log: Callable[[str], str]
    begin: Callable[[str], object]
    pause: Callable[[str, bool], object]
    state: Callable[[], object]
    clock: Callable[[], bool]
