"""The commands about AWS: what the project is there, bringing it there, comparing, and taking it away."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from wavehouse.cli.answers import answer
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.settings import read_aws_settings, read_settings
from wavehouse.wiring import aws as wiring

aws = group("aws", "The same project on AWS: plan, deploy, compare, look, take away.")

StageOption = Annotated[str, typer.Option("--stage", help="dev or prod.")]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="As eu-central-1 (default: AWS_REGION, else the profile's).")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


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
    answer(write_plan(read_settings(project, lake), stage, output, assumed), as_json, "aws-plan")


@aws.command("deploy")
def aws_deploy(
    stage: StageOption = "dev",
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter", help="NAME=VALUE for the template; repeatable, and remembered by the stack."
        ),
    ] = None,
    yes: YesOption = False,
    region: RegionOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make on AWS what the project says: shows the changes, asks, and does them."""

    def confirm(changes: dict[str, Any]) -> None:
        if not as_json:
            answer(changes, as_json, "aws-changes")
        _ask("these changes would be made", yes=yes, no="nothing was deployed")

    done = wiring.deploy(read_settings(project), read_aws_settings(region), stage, parameters or [], confirm)
    answer(done, as_json, "aws-deployed")


@aws.command("diff")
def aws_diff(
    stage: StageOption = "dev",
    region: RegionOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the project with what is deployed; ends with 1 where they differ."""
    found = wiring.diff(read_settings(project), read_aws_settings(region), stage)
    answer(found, as_json, "aws-diff")
    raise typer.Exit(0 if found["same"] else 1)


@aws.command("parity")
def aws_parity(
    tables: Annotated[
        list[str] | None, typer.Argument(help="Tables to compare (default: all, and every chart).")
    ] = None,
    stage: StageOption = "dev",
    workgroup: Annotated[
        str | None, typer.Option("--workgroup", help="Athena's workgroup (default: the stage's).")
    ] = None,
    region: RegionOption = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the lake with the tables on AWS: columns, rows, checksums, the figures of charts.

    It runs queries in Athena, which are billed. Ends with 1 where something differs.
    """
    from wavehouse.wiring.aws_parity import parity

    found = parity(read_settings(project, lake), read_aws_settings(region), stage, workgroup, tables or [])
    answer(found, as_json, "aws-parity")
    raise typer.Exit(0 if found["same"] else 1)


@aws.command("status")
def aws_status(
    stage: StageOption = "dev",
    region: RegionOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the stack, its last events, and the last runs of jobs, crawlers and workflows."""
    answer(wiring.status(read_settings(project), read_aws_settings(region), stage), as_json, "aws-status")


@aws.command("destroy")
def aws_destroy(
    stage: StageOption = "dev",
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Even where files are in its buckets, which are lost then.")
    ] = False,
    yes: YesOption = False,
    region: RegionOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take everything of a stage away."""

    def confirm(lost: dict[str, Any]) -> None:
        if not as_json:
            answer(lost, as_json, "aws-losses")
        _ask(f"everything of the stage {stage} is deleted", yes=yes, no="nothing was destroyed")

    done = wiring.destroy(
        read_settings(project), read_aws_settings(region), stage, confirm, delete_data=delete_data
    )
    answer(done, as_json, "aws-destroyed")


def _ask(what: str, *, yes: bool, no: str) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CallError(f"nobody is there to say yes: {what}", remedy="Add --yes")
    if not typer.confirm(f"{what}. Go on?", err=True):
        raise CallError(no)
