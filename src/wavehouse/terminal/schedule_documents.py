"""How a terminal shows workflows and their runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.core.byte_sizes import size
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]
_STYLES = {"SUCCEEDED": "green", "RUNNING": "blue", "WAITING": "dim", "NOT_STARTED": "dim"}


def workflow_runs(console: Console, runs: list[Document]) -> None:
    """The table of runs of workflows."""
    rows = [
        [
            run["run_id"],
            _state(run["state"]),
            run["workflow"],
            run["trigger"],
            f"{run['seconds']:.1f}",
            run["error"],
        ]
        for run in runs
    ]
    print_table(
        console, ["run", "state", "workflow", "trigger", "seconds", "error"], rows, numeric=("seconds",)
    )


def _schedules(console: Console, document: Document) -> None:
    if not document["workflows"]:
        console.print("the project has no workflows: they stand in schedules.yaml")
    for workflow in document["workflows"]:
        _head(console, workflow)
        _next(console, workflow)


def _next(console: Console, workflow: Document) -> None:
    for firing in workflow["next"]:
        console.print(f"  {_firing(firing)}", markup=False)
    if workflow["trigger"]["type"] == "SCHEDULED" and not workflow["next"]:
        console.print(Text("  its time is over: it does not begin any more", style="yellow"))


def _schedule(console: Console, document: Document) -> None:
    _head(console, document)
    rows = []
    for step in document["steps"]:
        trigger = step.get("trigger")
        joined = f" {'or' if trigger and trigger.get('logical') == 'ANY' else 'and'} "
        conditions = trigger["conditions"] if trigger else []
        waits = joined.join(f"{one['step']} {one.get('state', 'SUCCEEDED')}" for one in conditions)
        rows.append([step["name"], step["action"], waits or "at once"])
    print_table(console, ["step", "action", "starts after"], rows)
    _next(console, document)
    if document["runs"]:
        workflow_runs(console, document["runs"])


def _head(console: Console, workflow: Document) -> None:
    trigger = workflow["trigger"]
    told = "when it is asked for"
    if trigger["type"] == "SCHEDULED":
        told = f"{trigger['schedule']} in {trigger.get('timezone', 'UTC')}"
    elif trigger["type"] == "EVENT":
        told = f"files in {trigger['folder']}"
    paused = ", paused" if workflow["paused"] else ""
    console.print(f"{workflow['name']}: {trigger['type']}, {told}{paused}", markup=False, soft_wrap=True)
    if workflow["description"]:
        console.print(f"  {workflow['description']}", markup=False, soft_wrap=True)
    if workflow["trouble"]:
        console.print(Text(f"  {workflow['trouble']}", style="red"), soft_wrap=True)
    if workflow["last"]:
        last = workflow["last"]
        console.print(Text(f"  last run {last['run_id']}: ").append_text(_state(last["state"])))


def _firing(firing: Document) -> str:
    return f"{firing['at'].replace('T', ' ')} {firing['zone']}"


def _valid(console: Console, document: Document) -> None:
    counts = [(len(document[kind]), kind) for kind in ("workflows", "alerts", "channels")]
    console.print("schedules.yaml is right: " + ", ".join(f"{count} {kind}" for count, kind in counts))
    for note in document["notes"]:
        console.print(Text(f"note: {note}", style="yellow"), soft_wrap=True)


def _run(console: Console, run: Document) -> None:
    rows = [
        [
            step["name"],
            _state(step["state"]),
            f"{step['seconds']:.1f}",
            step["rows_in"],
            step["rows_out"],
            size(step["bytes"]) if step["bytes"] else "–",
        ]
        for step in run["steps"]
    ]
    columns = ["step", "state", "seconds", "rows in", "rows out", "size"]
    print_table(console, columns, rows, numeric=("seconds", "rows in", "rows out", "size"))
    for warning in [*run["warnings"], *(one for step in run["steps"] for one in step["warnings"])]:
        console.print(Text(f"note: {warning}", style="yellow"), soft_wrap=True)
    for step in run["steps"]:
        if step["error"]:
            console.print(Text(f"{step['name']}: {step['error']}", style="red"), soft_wrap=True)
    told = Text(f"{run['workflow']} {run['run_id']}, begun by {run['trigger']}: ")
    console.print(told.append_text(_state(run["state"])), soft_wrap=True)


def _paused(console: Console, workflow: Document) -> None:
    console.print(f"{workflow['name']} {'is paused' if workflow['paused'] else 'goes on'}", markup=False)


def _refreshed(console: Console, document: Document) -> None:
    rows = [[one["name"], one["visuals"], f"{one['seconds']:.2f}"] for one in document["dashboards"]]
    print_table(console, ["dashboard", "visuals", "seconds"], rows, numeric=("visuals", "seconds"))
    for note in (*document["notes"], *document["problems"]):
        console.print(Text(f"note: {note}", style="yellow"), soft_wrap=True)


def _state(state: str) -> Text:
    return Text(state, style=_STYLES.get(state, "red"))


SCHEDULE_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "schedules": _schedules,
    "schedule": _schedule,
    "schedules valid": _valid,
    "schedule state": _paused,
    "workflow run": _run,
    "dashboard refresh": _refreshed,
}
