"""One workflow: when it begins, the steps of one of its runs, and its last runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui import ui

from wavehouse.console.elements.links import link as plain_link
from wavehouse.console.elements.links import state_link
from wavehouse.console.elements.panel import nothing
from wavehouse.console.elements.plain_table import Cell, badge, facts, table
from wavehouse.console.moments import ago, duration, moment
from wavehouse.console.schedules.work import Shown
from wavehouse.console.shell import address, show_error
from wavehouse.core.byte_sizes import size
from wavehouse.core.errors import OutsideError
from wavehouse.pipeline.schedules.definition import Step
from wavehouse.pipeline.schedules.record import StepRun, WorkflowRun

STATES = {
    "SUCCEEDED": "good",
    "RUNNING": "accent",
    "FAILED": "bad",
    "TIMEOUT": "bad",
    "STOPPED": "warning",
    "WAITING": "muted",
    "NOT_STARTED": "muted",
}


def begins(shown: Shown) -> str:
    """When it begins, in a few words."""
    trigger = shown.workflow.trigger
    if trigger.type == "EVENT":
        return "when files arrive"
    if trigger.type == "ON_DEMAND":
        return "when it is asked for"
    return f"next {shown.next[0]:%a %d %b %H:%M}" if shown.next else "never again"


def show_workflow(
    shown: Shown,
    chosen: str,
    target: Callable[[str], str],
    look_at: Callable[[str], object],
    show_log: Callable[[str], object],
) -> None:
    """Show it, with the run of that id, or its newest."""
    workflow, trigger = shown.workflow, shown.workflow.trigger
    if workflow.description:
        ui.label(workflow.description).classes("wh-muted-text")
    told: list[tuple[str, Cell]] = [("Trigger", trigger.type)]
    if trigger.type == "SCHEDULED":
        told += [
            ("Schedule", trigger.schedule),
            ("Zone", trigger.timezone),
            ("Missed firings", trigger.missed),
        ]
    if trigger.type == "EVENT":
        batch = f"{trigger.batch_size} files, or {trigger.batch_window} s after the first"
        told += [("Folder", trigger.folder), ("Files", trigger.pattern), ("Begins after", batch)]
    facts(told)
    if shown.next:
        ui.label("Next firings").classes("wh-group")
        with ui.element("ol").classes("wh-firings"):
            for firing in shown.next:
                with ui.element("li"):
                    ui.label(f"{firing:%a %Y-%m-%d %H:%M} (UTC{firing:%z})").classes("wh-digits")
    run = next((one for one in shown.runs if one.run_id == chosen), None) or next(iter(shown.runs), None)
    if run is None:
        ui.label("Steps").classes("wh-group")
        _steps([(step, StepRun(step.name, step.action)) for step in workflow.steps])
        nothing("It has not been run yet.")
        return
    _run(shown, run, show_log)
    ui.label("Last runs").classes("wh-group")
    table(
        ["Run", "State", "Begun by", "Began", "Took"],
        [
            [
                partial(_run_link, one, target, look_at),
                partial(badge, one.state.lower(), STATES[one.state]),
                one.trigger,
                moment(one.started),
                duration(one.seconds) if one.ended else "–",
            ]
            for one in shown.runs
        ],
        numbers=(4,),
    )


def _run_link(run: WorkflowRun, target: Callable[[str], str], look_at: Callable[[str], object]) -> None:
    state_link(run.run_id, target(run.run_id), lambda: look_at(run.run_id)).classes("wh-link")


def _run(shown: Shown, run: WorkflowRun, show_log: Callable[[str], object]) -> None:
    with ui.element("div").classes("wh-live-head"):
        badge(run.state.lower(), STATES[run.state])
        ui.label(f"Begun {ago(run.started)} by {run.trigger}").classes("wh-live-title").props('role="status"')
        ui.button("Log", icon="subject", on_click=lambda: show_log(run.run_id)).props("flat no-caps dense")
    known = {step.name: step for step in run.steps}
    _steps([(step, known.get(step.name, StepRun(step.name, step.action))) for step in shown.workflow.steps])
    if run.error:
        show_error(OutsideError(run.error))
    for text in [*run.warnings, *(one for step in run.steps for one in step.warnings)]:
        ui.label(text).classes("wh-remark")


def _steps(steps: list[tuple[Step, StepRun]]) -> None:
    table(
        ["Step", "State", "Action", "Starts after", "Time", "Rows in", "Rows out", "Size", "Run"],
        [
            [
                step.name,
                partial(_state, told),
                step.action,
                _waits(step),
                duration(told.seconds) if told.seconds else "–",
                told.rows_in or "–",
                told.rows_out or "–",
                size(told.bytes) if told.bytes else "–",
                partial(_lake_run, told),
            ]
            for step, told in steps
        ],
        numbers=range(4, 8),
    )


def _state(told: StepRun) -> None:
    badge(told.state.lower().replace("_", " "), STATES[told.state])
    if told.said:
        ui.label(told.said).classes("wh-entry-said")


def _waits(step: Step) -> str:
    if step.trigger is None:
        return "at once"
    joined = " or " if step.trigger.logical == "ANY" else " and "
    return joined.join(
        one.step if one.state == "SUCCEEDED" else f"{one.step} {one.state}" for one in step.trigger.conditions
    )


def _lake_run(told: StepRun) -> None:
    if told.run_id:
        plain_link("its run", address("runs", told.run_id)).classes("wh-link")
