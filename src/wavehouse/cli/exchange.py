"""The commands that bring flows to Glue and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.flow import FlowOption, flow
from wavehouse.cli.options import ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.settings import read_settings
from wavehouse.wiring import exchange

OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write this new file (else standard output).")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Write over the file that is there.")]
StagingOption = Annotated[
    str | None, typer.Option("--staging", help="What ${staging} is on AWS (default: s3://<project>-staging).")
]
WarehouseOption = Annotated[
    str | None,
    typer.Option("--warehouse", help="What ${warehouse} is on AWS (default: s3://<project>-warehouse)."),
]

_FORMS = ("glue",)
_PARTS = ("nodes", "job")
# More than a definition may have (project/json_text.py): what is longer is refused there.
_MOST_READ = 2_000_000


@flow.command("export")
def flow_export(
    to: Annotated[str, typer.Option("--to", help="glue: JSON of Glue's visual jobs.")],
    what: Annotated[
        str,
        typer.Option("--what", help="nodes: CodeGenConfigurationNodes; job: the request to create a job."),
    ] = "nodes",
    output: OutputOption = None,
    force: ForceOption = False,
    staging: StagingOption = None,
    warehouse: WarehouseOption = None,
    role: Annotated[
        str | None, typer.Option("--role", help="IAM role of the job (default: <project>-glue).")
    ] = None,
    flow_: FlowOption = None,
    project: ProjectOption = None,
) -> None:
    """Write a flow as a visual job of Glue's."""
    _one_of("--to", to, _FORMS)
    _one_of("--what", what, _PARTS)
    text, notes = exchange.export_to_glue(read_settings(project), flow_, what, staging, warehouse, role)
    _give(text, notes, output, force=force)


@flow.command("import")
def flow_import(
    file: Annotated[
        str,
        typer.Argument(
            help="Nodes, a request to create a job, what get-job gave, or the script; - for standard input."
        ),
    ],
    name: Annotated[str | None, typer.Option("--name", help="Name of the flow (default: the job's).")] = None,
    output: OutputOption = None,
    force: ForceOption = False,
    keep_ids: Annotated[
        bool, typer.Option("--keep-ids", help="Keep ids that Glue Studio made (node-1690…).")
    ] = False,
    staging: StagingOption = None,
    warehouse: WarehouseOption = None,
    project: ProjectOption = None,
) -> None:
    """Write a visual job of Glue's as a flow."""
    content, source = _read(file)
    text, notes = exchange.import_flow(
        read_settings(project), source, content, name, keep_ids=keep_ids, staging=staging, warehouse=warehouse
    )
    _give(text, notes, output, force=force)


def _read(file: str) -> tuple[bytes, str]:
    if file == "-":
        return sys.stdin.buffer.read(_MOST_READ), "-"
    try:
        with Path(file).open("rb") as opened:
            return opened.read(_MOST_READ), file
    except OSError as error:
        raise CallError(
            f"this file cannot be read ({error.strerror})",
            where=file,
            remedy="Name a file of JSON, or a script",
        ) from error


def _give(text: str, notes: list[str], output: Path | None, *, force: bool) -> None:
    if output:
        exchange.write_new(output, text, force=force)
        notes = [*notes, f"written: {output}"]
    else:
        typer.echo(text, nl=False)
    for note in notes:
        typer.echo(note, err=True)


def _one_of(option: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise CallError(f"{option} is '{given}'", remedy=did_you_mean(given, known))
