"""The commands about workflows: what they are, when they begin, and beginning one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer, give_out
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.settings import read_settings
from wavehouse.wiring import schedules as wiring

schedules = group("schedules", "Workflows that begin by the clock, by files that arrive, or on demand.")

NameArgument = Annotated[str, typer.Argument(help="A workflow of schedules.yaml.")]


@schedules.command("list")
def schedules_list(
    project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """List the workflows, with the next ten times at which they begin."""
    answer(wiring.listed(read_settings(project, lake)), as_json, "schedules")


@schedules.command("show")
def schedules_show(
    name: NameArgument, project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """Show one workflow: its trigger, its steps, when it begins, and its last runs."""
    answer(wiring.shown(read_settings(project, lake), name), as_json, "schedule")


@schedules.command("validate")
def schedules_validate(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Check schedules.yaml: names, times, cycles, alerts."""
    answer(wiring.validated(read_settings(project)), as_json, "schedules valid")


@schedules.command("run")
def schedules_run(
    name: NameArgument, project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """Run a workflow now, to its end: for cron, systemd, or by hand."""
    record = wiring.run(read_settings(project, lake), name, lambda text: typer.echo(text, err=True))
    answer(record.as_json(), as_json, "workflow run")
    raise typer.Exit(0 if record.state == "SUCCEEDED" else 1)


@schedules.command("pause")
def schedules_pause(
    name: NameArgument, project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """Have a workflow begin nothing by itself, until it is resumed."""
    answer(wiring.pause(read_settings(project, lake), name, paused=True), as_json, "schedule state")


@schedules.command("resume")
def schedules_resume(
    name: NameArgument, project: ProjectOption = None, lake: LakeOption = None, as_json: JsonOption = False
) -> None:
    """Let a paused workflow go on; what fell into the pause is not made up for."""
    answer(wiring.pause(read_settings(project, lake), name, paused=False), as_json, "schedule state")


@schedules.command("schema")
def schedules_schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it to a file.")] = None,
) -> None:
    """Print the JSON Schema of schedules.yaml, for editors."""
    give_out(wiring.schema(), output)
