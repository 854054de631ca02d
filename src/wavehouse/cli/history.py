"""The commands that ask by name: saved queries and the run history."""

from __future__ import annotations

from typing import Annotated

import typer

from wavehouse.cli.answers import answer, give_out, print_json
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.settings import read_settings
from wavehouse.wiring import questions, schedules
from wavehouse.wiring import runs as run_wiring

queries = group("queries", "Saved queries of the project.")
runs = group("runs", "The run history.")


@queries.command("list")
def queries_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the saved queries."""
    answer(questions.saved_queries(read_settings(project)), as_json, "queries")


@queries.command("run")
def queries_run(
    name: str,
    form: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run one saved query."""
    questions.run_query(read_settings(project, lake), name, "json" if as_json else form)


@runs.command("list")
def runs_list(lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """List the runs, and those of workflows, newest first."""
    settings = read_settings(None, lake)
    answer({**run_wiring.runs(settings), **schedules.runs(settings)}, as_json, "runs")


@runs.command("show")
def runs_show(
    run_id: Annotated[str, typer.Argument(help="An id, the beginning of one, or 'last'.")],
    log: Annotated[
        bool, typer.Option("--log", help="Of a workflow: print its log, a line of JSON each.")
    ] = False,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one run; those of workflows begin with wr-."""
    if log and not schedules.is_workflow_run(run_id):
        raise CallError(
            "runs of the pipeline have no log", remedy=f"Leave --log out: wavehouse runs show {run_id}"
        )
    if log:
        give_out(schedules.log(read_settings(None, lake), run_id), None)
        return
    if schedules.is_workflow_run(run_id):
        found = schedules.store_of(read_settings(None, lake)).find(run_id)
        answer(found.as_json(), as_json, "workflow run")
        return
    record = run_wiring.run_record(read_settings(None, lake), run_id)
    if as_json:
        print_json(record.as_json())
        return
    from wavehouse.terminal.run_report import show_run

    show_run(record)
