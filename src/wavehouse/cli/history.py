"""The commands that ask by name: saved queries and the run history."""

from __future__ import annotations

from typing import Annotated

import typer

from wavehouse.cli.answers import answer, print_json
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.settings import read_settings
from wavehouse.wiring import questions
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
    """List the runs, newest first."""
    answer(run_wiring.runs(read_settings(None, lake)), as_json, "runs")


@runs.command("show")
def runs_show(
    run_id: Annotated[str, typer.Argument(help="An id, the beginning of one, or 'last'.")],
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one run."""
    record = run_wiring.run_record(read_settings(None, lake), run_id)
    if as_json:
        print_json(record.as_json())
        return
    from wavehouse.terminal.run_report import show_run

    show_run(record)
