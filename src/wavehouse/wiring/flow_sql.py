"""The SQL of a flow, in one of three dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavehouse.settings import Settings
from wavehouse.wiring.flow_lint import lake_tables
from wavehouse.wiring.parts import Document, an_engine, own_files

if TYPE_CHECKING:
    from wavehouse.project.yaml_file import YamlFile


def flow_sql(
    settings: Settings, flow: str | None, node: str | None, dialect: str, edited: YamlFile | None = None
) -> Document:
    """One statement that makes the rows of a node (else of the only target), from named tables.

    `edited` is what counts for a file that is being edited; then a node must be named.
    Raises `CallError` where the node or dialect is none, `DefinitionError` for what cannot be said.
    """
    from wavehouse.core.errors import CallError
    from wavehouse.core.suggestions import did_you_mean
    from wavehouse.flow.editing.reading import reader
    from wavehouse.flow.flows import one_flow, read_flows
    from wavehouse.flow.program import compile_target
    from wavehouse.flow.statement import DIALECTS, statement
    from wavehouse.pipeline.flow_sources import LakeRows, columns_alone, with_made
    from wavehouse.pipeline.own_files import OwnColumns
    from wavehouse.project.contracts import read_contracts
    from wavehouse.project.project import Project

    spoken = next((one for one in DIALECTS if one == dialect), None)
    if spoken is None:
        raise CallError(f"'{dialect}' is not a dialect", remedy=did_you_mean(dialect, DIALECTS))
    project = Project.at(settings.project)
    flows = read_flows(project, reader(edited, node or ""))
    graph = one_flow(project, flows, flow)
    # (Targets of the same rows have the same SQL.)
    if node is None and len({tuple(target.Inputs) for target in graph.targets.values()}) > 1:
        raise CallError(
            f"the flow '{graph.name}' has {len(graph.targets)} targets",
            remedy=f"Name one with --target: {', '.join(graph.targets)}",
        )
    asked = graph.known(node or next(iter(graph.targets)))
    contracts = {
        name: contract for name, contract in read_contracts(project).items() if contract.role == "table"
    }
    tables = lake_tables(settings)
    with an_engine(settings) as engine, own_files(settings, engine, OwnColumns) as own:
        rows = with_made(LakeRows(engine, contracts, tables, own=own), graph, flows.values())
        program = compile_target(graph, asked, columns_alone(rows), engine)
        return {
            "sql": statement(program, spoken, engine, own.names),
            "dialect": spoken,
            "target": asked,
            "columns": [{"name": column.name, "type": column.type} for column in program.columns],
        }
