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
    # (Whoever listens hears what has ended, not every step of every bar.)
    said = ui.label(announced(job)).classes("wh-hidden").props('role="status"')
    place = ui.element("div").classes("wh-live")

    def tick() -> None:
        # (How long a step takes changes all the time, what is told of it does not.)
        steps = [(step.name, step.fraction, step.summary) for step in list(job.steps.values())]
        state = (job.state, len(job.notes), steps)
        if told != [state]:
            told[:] = [state]
            place.clear()
            with place:
                _job(job)
        if said.text != (now := announced(job)):
            said.set_text(now)
        if job.state != "running":
            timer.deactivate()
            ended()

    timer = ui.timer(_EVERY, tick)


def announced(job: Job) -> str:
    """What a screen reader says of a job: its state, and while it goes on the step that was finished last."""
    done = [step for step in list(job.steps.values()) if step.seconds is not None]
    if job.state == "running" and done:
        return f"{done[-1].name}: {done[-1].summary or 'done'}"
    return f"{job.title}: {job.state}"


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
