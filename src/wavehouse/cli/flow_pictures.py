"""The commands that draw a flow, and tell editors how its file is written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer, give_out
from wavehouse.cli.flow import FlowOption, flow
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.settings import read_settings
from wavehouse.wiring import flow_pictures

_FORMS = {"terminal": ".txt", "svg": ".svg", "mermaid": ".mmd", "dot": ".dot"}


@flow.command("show")
def flow_show(
    name: FlowOption = None,
    form: Annotated[
        str | None,
        typer.Option("--format", help="terminal, svg, mermaid or dot (default: as the file is called)."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it to a file.")] = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a flow, with the rows that came out of its nodes where the lake has a run of it."""
    form = _form(form, output)
    settings = read_settings(project, lake)
    document = flow_pictures.flow_document(settings, name, named_lake=lake is not None)
    if as_json or (form == "terminal" and output is None):
        answer(document, as_json, "flow")
    else:
        give_out(flow_pictures.picture(document, form), output)


@flow.command("schema")
def flow_schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it to a file.")] = None,
) -> None:
    """Print the JSON Schema of a flow's file, for editors."""
    give_out(flow_pictures.flow_schema(), output)


def _form(form: str | None, output: Path | None) -> str:
    """The format that is wanted, by its name or that of the file."""
    if form in _FORMS:
        return form
    if form is not None:
        raise CallError(f"there is no format '{form}'", remedy=did_you_mean(form, _FORMS))
    if output is None:
        return "terminal"
    for known, suffix in _FORMS.items():
        if output.suffix.lower() == suffix:
            return known
    raise CallError(
        "the name of this file tells no format",
        where=str(output),
        remedy=f"End it in one of {', '.join(_FORMS.values())}, or name one with --format",
    )
