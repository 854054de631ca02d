"""The page of schedules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from wavehouse.settings import Settings
from wavehouse.wiring import schedules
from wavehouse.wiring.alerts import desk_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wavehouse.console.schedules.work import Shown
    from wavehouse.console.shell import Page
    from wavehouse.pipeline.schedules.alerts import AlertState
    from wavehouse.pipeline.schedules.clock import Clock

# Runs and firings that are shown of each workflow.
_RUNS, _FIRINGS = 20, 10


def schedules_page_of(settings: Settings, clock: Clock, *, read_only: bool) -> Page:
    """The page of schedules."""
    from wavehouse.console.read_only import refusal
    from wavehouse.console.schedules.page import schedules_page
    from wavehouse.console.schedules.work import SchedulesWork

    def begin(name: str) -> None:
        if read_only:
            raise refusal()
        clock.ask(name)

    def pause(name: str, paused: bool) -> None:
        if read_only:
            raise refusal()
        schedules.pause(settings, name, paused=paused)

    def alerts() -> Mapping[str, AlertState]:
        return desk_of(settings, lambda _: None).states()

    return schedules_page(
        SchedulesWork(
            lambda: _shown(settings),
            alerts,
            lambda run: schedules.log(settings, run),
            begin,
            pause,
            lambda: _state(settings),
            lambda: clock.goes,
        )
    )


def _shown(settings: Settings) -> Sequence[Shown]:
    from wavehouse.console.schedules.work import Shown
    from wavehouse.pipeline.schedules.due import upcoming

    store, now = schedules.store_of(settings), datetime.now(UTC)
    runs = store.runs()
    found = []
    for workflow in schedules.schedules_of(settings).workflows:
        hold, zone = store.hold(workflow.name), ZoneInfo(workflow.trigger.timezone)
        firings = [one.astimezone(zone) for one in upcoming(workflow.trigger, now, _FIRINGS)]
        mine = [run for run in runs if run.workflow == workflow.name][:_RUNS]
        found.append(Shown(workflow, hold is not None and hold.paused, firings, mine))
    return found


def _state(settings: Settings) -> object:
    """What changes when a file of the schedules does; runs are told by the newest ones."""
    from wavehouse.pipeline.schedules.record import PREFIX

    folder = schedules.store_of(settings).folder
    newest = sorted((folder / "runs").glob(f"{PREFIX}*.json"), reverse=True)[:_RUNS]
    paths = [
        settings.project / "schedules.yaml",
        folder / "alerts.json",
        *(folder / "holds").glob("*.json"),
        *newest,
    ]
    found = []
    for path in paths:
        try:
            found.append((path.name, path.stat().st_mtime_ns))
        except OSError:
            continue
    # (The next firing is another one after it.)
    return found, f"{datetime.now(UTC):%Y%m%d%H%M}"
