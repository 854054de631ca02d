"""The commands about AWS: what a project would be there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.settings import read_settings

aws = group("aws", "The same project on AWS: what it would be there, and what it would cost.")

StageOption = Annotated[str, typer.Option("--stage", help="dev or prod.")]


@aws.command("plan")
def aws_plan(
    stage: StageOption = "dev",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the template and the graphs of jobs into this folder."),
    ] = None,
    rows: Annotated[
        int | None, typer.Option("--rows", min=0, help="Rows to count with (default: those of the lake).")
    ] = None,
    query_runs: Annotated[
        int, typer.Option("--query-runs", min=0, help="How often each saved query is run in a month.")
    ] = 100,
    authors: Annotated[int, typer.Option("--authors", min=0, help="QuickSight authors.")] = 0,
    readers: Annotated[int, typer.Option("--readers", min=0, help="QuickSight readers.")] = 0,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what AWS would have, what of the project is another thing there, and what a month would cost.

    No account is needed, and nothing is sent.
    """
    from wavehouse.wiring.aws_costs import Assumed
    from wavehouse.wiring.aws_plan import write_plan

    assumed = Assumed(rows, query_runs, authors, readers)
    answer(write_plan(read_settings(project, lake), stage, output, assumed), as_json, "aws plan")
