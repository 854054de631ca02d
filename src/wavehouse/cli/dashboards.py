"""The commands about dashboards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wavehouse.cli.answers import answer, give_out, print_json
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.settings import read_settings
from wavehouse.wiring import dashboard_exports as exports
from wavehouse.wiring import dashboards as wiring

dashboards = group("dashboards", "Dashboards as code.")

NameArgument = Annotated[str, typer.Argument(help="A dashboard, or dashboard/visual.")]
ControlOption = Annotated[
    list[str] | None,
    typer.Option("--control", help="NAME=VALUE, such as genre=pop or years=1990..1999; repeatable."),
]
ViewOption = Annotated[
    str, typer.Option("--view", help="What stands behind the ? of a page's address (sheet=…&genre=…).")
]


@dashboards.command("list")
def dashboards_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the dashboards."""
    answer(wiring.dashboards(read_settings(project)), as_json, "dashboards")


@dashboards.command("show")
def dashboards_show(
    name: Annotated[str, typer.Argument(help="A dashboard.")],
    sql: Annotated[bool, typer.Option("--sql", help="Print the query of each visual.")] = False,
    controls: ControlOption = None,
    view: ViewOption = "",
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a dashboard is made of: data sets, controls, sheets and visuals."""
    settings = read_settings(project, lake)
    if not sql:
        answer(wiring.dashboard(settings, name), as_json, "dashboard")
        return
    queries = wiring.statements(settings, name, controls or [], view)
    if as_json:
        print_json({"queries": [{"id": id_, "sql": text} for id_, text in queries]})
    else:
        typer.echo("\n\n".join(f"-- {id_}\n{text};" for id_, text in queries))


@dashboards.command("data")
def dashboards_data(
    name: NameArgument,
    visuals: Annotated[
        list[str] | None, typer.Option("--visual", help="Only this visual; repeatable.")
    ] = None,
    controls: ControlOption = None,
    view: ViewOption = "",
    form: Annotated[str, typer.Option("--format", help="charts, or csv (of one visual).")] = "charts",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write CSV to a file.")] = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the charts of a dashboard, or with --json their data."""
    if form not in ("charts", "csv"):
        raise CallError(f"there is no format '{form}'", remedy="Known: charts, csv")
    found, data = wiring.answers(read_settings(project, lake), name, controls or [], view, visuals or [])
    if form == "csv" and len(data) != 1:
        raise CallError(f"CSV is of one visual, and {len(data)} are named", remedy="Name one with --visual")
    failed = next((one.error for one in data if one.error is not None), None)
    if as_json:
        print_json(wiring.answers_document(found, data))
    elif form == "csv" and failed is None:
        give_out(wiring.answer_csv(data[0]), output)
    elif form != "csv":
        wiring.show_answers(found, data)
    if failed is not None:
        raise failed


@dashboards.command("export")
def dashboards_export(
    name: NameArgument,
    to: Annotated[str, typer.Option("--to", help="html, svg, png or csv.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A file; for svg, png and csv of several visuals a folder.")
    ],
    controls: ControlOption = None,
    view: ViewOption = "",
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a dashboard as one HTML file, or its visuals as pictures or CSV."""
    document = exports.export(read_settings(project, lake), name, controls or [], view, to, output)
    answer(document, as_json, "dashboard export")


@dashboards.command("refresh")
def dashboards_refresh(
    names: Annotated[list[str] | None, typer.Argument(help="Dashboards (else all).")] = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the tables as they are now to where dashboards are answered from, and answer each once."""
    answer(wiring.refresh(read_settings(project, lake), names or []), as_json, "dashboard refresh")


@dashboards.command("check")
def dashboards_check(
    name: Annotated[str | None, typer.Argument(help="A dashboard (else all).")] = None,
    project: ProjectOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check files, names, fields and queries of dashboards on the lake, without reading rows."""
    document = wiring.check(read_settings(project, lake), name)
    answer(document, as_json, "dashboard check")
    raise typer.Exit(CallError.exit_code if document["problems"] else 0)


@dashboards.command("schema")
def dashboards_schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it to a file.")] = None,
) -> None:
    """Print the JSON Schema of a dashboard's file, for editors."""
    give_out(wiring.schema(), output)
