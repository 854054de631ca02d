"""The commands about flows: the visual ETL graphs."""

from __future__ import annotations

from typing import Annotated

import typer

from wavehouse.cli.answers import answer
from wavehouse.cli.app import group
from wavehouse.cli.options import JsonOption, ProjectOption
from wavehouse.settings import read_settings
from wavehouse.wiring import flows as flow_wiring

flow = group("flow", "The visual ETL graphs, as Glue has them.")

FlowOption = Annotated[
    str | None, typer.Option("--flow", help="Which flow, by its name (default: the only one).")
]


@flow.command("list")
def flow_list(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the flows of the project."""
    answer(flow_wiring.list_flows(read_settings(project)), as_json, "flows")
