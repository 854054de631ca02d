"""Alerts: what they are judged by, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wavehouse.settings import Settings, secret
from wavehouse.wiring.parts import layout_of

if TYPE_CHECKING:
    from wavehouse.pipeline.schedules.alert_desk import AlertDesk


def desk_of(settings: Settings, say: Callable[[str], object]) -> AlertDesk:
    """The alerts of the lake that must be there; `say` hears who could not be reached."""
    from wavehouse.pipeline.schedules.alert_desk import AlertDesk
    from wavehouse.pipeline.schedules.facts import LakeFacts
    from wavehouse.pipeline.schedules.store import ScheduleStore

    layout = layout_of(settings)
    store = ScheduleStore(layout)
    return AlertDesk(store, LakeFacts(layout, store, _Figures(settings)), secret, say)


class _Figures:
    """The figures of KPIs, asked again after each run and every ten minutes: an engine answers them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, tuple[object, float | None]] = {}

    def __call__(self, visual: str) -> float | None:
        runs = max((path.name for path in layout_of(self._settings).runs.glob("*.json")), default="")
        state = runs, f"{datetime.now(UTC):%Y%m%d%H%M}"[:-1]
        if visual not in self._known or self._known[visual][0] != state:
            self._known[visual] = state, _figure(self._settings, visual)
        return self._known[visual][1]


def _figure(settings: Settings, visual: str) -> float | None:
    """The figure of a KPI; None where it has none."""
    from wavehouse.dashboards.charts.drawing import number
    from wavehouse.wiring.dashboards import answers

    _, (data,) = answers(settings, visual, [], "", [])
    if data.error is not None:
        raise data.error
    found = number(data.rows[0][data.places("measure")[0]]) if data.rows else None
    return None if found is None else float(found)
