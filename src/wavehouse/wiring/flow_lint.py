"""Flows looked at before they run: what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.parts import Document, an_engine, own_files

if TYPE_CHECKING:
    from wavehouse.core.columns import Column
    from wavehouse.core.table_head import TableSource
    from wavehouse.flow.lint.finding import Finding
    from wavehouse.flow.survey import Survey
    from wavehouse.project.yaml_file import YamlFile


def lint_flows(settings: Settings, name: str | None, ignored: Sequence[str]) -> Document:
    """The findings of one flow, else of all flows of the project: `{findings: [...], passed}`.

    `ignored` are codes whose warnings and notes are left out; errors never are.
    """
    from wavehouse.flow.lint.finding import CODES

    for code in ignored:
        if code not in CODES:
            raise CallError(f"--ignore: there is no code '{code}'", remedy=did_you_mean(code, CODES))
    found = [
        (survey.graph.name, finding)
        for survey, findings in _looked_through(settings, name)
        for finding in findings
        if finding.severity == "error" or finding.code not in ignored
    ]
    return {
        "findings": [{"flow": flow, **asdict(finding)} for flow, finding in found],
        "passed": all(finding.severity != "error" for _, finding in found),
    }


def look_through(
    settings: Settings, edited: YamlFile
) -> tuple[dict[str, tuple[Column, ...]], list[Document]]:
    """The columns of the nodes of a flow that is being edited, as far as they are known, and its findings."""
    name = edited.data.get("flow")
    ((survey, findings),) = _looked_through(settings, name if isinstance(name, str) else "", edited)
    columns = {id_: relation.columns for id_, relation in survey.relations.items()}
    return columns, [asdict(finding) for finding in findings]


def _looked_through(
    settings: Settings, name: str | None, edited: YamlFile | None = None
) -> Iterator[tuple[Survey, list[Finding]]]:
    """The flow of that name, else all flows; `edited` is what counts for a file that is being edited."""
    from wavehouse.flow.broken_graph import BrokenGraphError
    from wavehouse.flow.flows import named_flow, read_flows
    from wavehouse.flow.graph import read_graph
    from wavehouse.flow.lint.lint import in_order, lint_surveyed
    from wavehouse.flow.survey import survey
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.pipeline.flow_sources import LakeRows, made_tables
    from wavehouse.pipeline.run_findings import RunFindings
    from wavehouse.project.contracts import read_contracts

    project = Project.at(settings.project)
    wrong: dict[Path, list[BrokenGraphError]] = defaultdict(list)
    flows = read_flows(project, lambda file: read_graph(_current(file, edited), wrong[file.path].append))
    wanted = [*flows.values()] if name is None else [named_flow(project, flows, name)]
    contracts = read_contracts(project)
    keys = {source: contract.key for source, contract in contracts.items()}
    refused = RunFindings(flows, contracts, LakeLayout(settings.lake.absolute()), project)
    tables = lake_tables(settings)
    with an_engine(settings) as engine, own_files(settings, engine) as own:
        made = made_tables(flows.values(), LakeRows(engine, contracts, tables, own=own))
        for graph in wanted:
            rows = LakeRows(engine, contracts, tables, made, own=own)
            found = survey(graph, rows, engine)
            findings = lint_surveyed(found, wrong[graph.file.path], rows, engine, keys, refused)
            yield found, in_order(findings)


def _current(file: YamlFile, edited: YamlFile | None) -> YamlFile:
    return edited if edited is not None and edited.path == file.path else file


def lake_tables(settings: Settings) -> TableSource | None:
    """The tables of the lake that the settings name; None where there is no lake."""
    from wavehouse.lake.head import LakeHead
    from wavehouse.lake.layout import lake_at

    try:
        return LakeHead(lake_at(settings.lake))
    except CallError:
        return None
