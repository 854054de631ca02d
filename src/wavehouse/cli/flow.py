"""The commands about flows: the visual ETL graphs."""

from __future__ import annotations

from typing import Annotated

import typer

from wavehouse.cli.answers import answer, print_json
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, LakeOption, ProjectOption
from wavehouse.core.errors import CallError
from wavehouse.settings import read_settings
from wavehouse.wiring import flow_lineage, flow_lint, flow_preview
from wavehouse.wiring import flow_sql as flow_sql_wiring
from wavehouse.wiring import flows as flow_wiring

flow = group("flow", "The visual ETL graphs, as Glue has them.")

FlowOption = Annotated[
    str | None, typer.Option("--flow", help="Which flow, by its name (default: the only one).")
]


@flow.command("list")
def flow_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the flows of the project."""
    answer(flow_wiring.list_flows(read_settings(project)), as_json, "flows")


@flow.command("lint")
def flow_lint_(
    name: Annotated[
        str | None, typer.Option("--flow", help="Which flow, by its name (default: all).")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for warnings, too.")] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="CODE", help="Leave out warnings and notes of a code; may be repeated."
        ),
    ] = None,
    lake: LakeOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with flows, or may turn out so; what the lake has is measured."""
    document = flow_lint.lint_flows(read_settings(project, lake), name, ignore or [])
    answer(document, as_json, "flow findings")
    severities = {finding["severity"] for finding in document["findings"]}
    raise typer.Exit(1 if "error" in severities or (strict and "warning" in severities) else 0)


@flow.command("preview")
def flow_preview_(
    node: Annotated[str, typer.Argument(help="The id of a node.")],
    rows: Annotated[int, typer.Option("--rows", min=0, help="At most so many rows.")] = 10,
    name: FlowOption = None,
    lake: LakeOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show columns, some rows and what is missing at a node, from the rows that the lake has."""
    answer(flow_preview.preview_node(read_settings(project, lake), name, node, rows), as_json, "flow preview")


@flow.command("lineage")
def flow_lineage_(
    column: Annotated[str, typer.Argument(help="database.table.column, source.column or node.column.")],
    up: Annotated[bool, typer.Option("--up", help="Only what it comes from.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what comes from it.")] = False,
    lake: LakeOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a column: from the CSV files through the nodes to the tables and charts, and back."""
    document = flow_lineage.lineage_of(read_settings(project, lake), column, up=up, down=down)
    answer(document, as_json, "flow lineage")


@flow.command("sql")
def flow_sql(
    flow_name: FlowOption = None,
    target: Annotated[
        str | None, typer.Option("--target", help="Of which target (default: the only).")
    ] = None,
    node: Annotated[str | None, typer.Option("--node", help="Of which node, in place of a target.")] = None,
    dialect: Annotated[str, typer.Option("--dialect", help="duckdb, spark or athena.")] = "duckdb",
    lake: LakeOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a flow as one SQL statement."""
    if target and node:
        raise CallError("there is a --target and a --node", remedy="Name one of them")
    document = flow_sql_wiring.flow_sql(read_settings(project, lake), flow_name, target or node, dialect)
    if as_json:
        print_json(document)
    else:
        typer.echo(document["sql"])
