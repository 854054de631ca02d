"""What a job does, while it does it."""

from __future__ import annotations

import time
from collections.abc import Callable

from nicegui import ui

from wavehouse.console.background import Job, JobStep
from wavehouse.console.elements.plain_table import badge
from wavehouse.console.moments import duration
from wavehouse.console.shell import show_error

_EVERY = 0.4  # seconds
_WORDS = {"running": "accent", "done": "good", "failed": "bad"}


def live(job: Job, ended: Callable[[], object] = lambda: None) -> None:
    """Show a job where this is called, as it goes on; `ended` is called once when it is over."""
    told: list[object] = []
    place = ui.element("div").classes("wh-live").props('aria-live="polite" role="status"')

    def tick() -> None:
        # (How long a step takes changes all the time, what is told of it does not.)
        state = (job.state, len(job.notes), [(s.name, s.fraction, s.summary) for s in job.steps.values()])
        if told != [state]:
            told[:] = [state]
            place.clear()
            with place:
                _job(job)
        if job.state != "running":
            timer.deactivate()
            ended()

    timer = ui.timer(_EVERY, tick)


def _job(job: Job) -> None:
    with ui.element("div").classes("wh-live-head"):
        badge(job.state, _WORDS[job.state])
        ui.label(job.title).classes("wh-live-title")
    for step in list(job.steps.values()):
        _step(step, going=job.state == "running")
    for note in list(job.notes):
        ui.label(note).classes("wh-remark")
    if job.error is not None:
        show_error(job.error)


def _step(step: JobStep, *, going: bool) -> None:
    done = step.seconds is not None
    with ui.element("div").classes("wh-work-step"):
        ui.label(step.name).classes("wh-work-step-name")
        bar = ui.element("div").classes("wh-meter").props('aria-hidden="true"')
        with bar:
            full = ui.element("div").classes("wh-meter-full").style(f"width:{step.fraction * 100:.0f}%")
            if going and not done and not step.fraction:
                full.classes("wh-meter-unknown")
        said = (
            step.summary
            if done
            else f"since {duration(time.time() - step.began)}"
            if going
            else "not finished"
        )
        ui.label(duration(step.seconds) if step.seconds is not None else "").classes(
            "wh-digits wh-work-step-time"
        )
        ui.label(said).classes("wh-work-step-said")
