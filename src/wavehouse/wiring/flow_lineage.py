"""Where columns come from, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.flow_lint import lake_tables
from wavehouse.wiring.parts import Document, an_engine, own_files

if TYPE_CHECKING:
    from wavehouse.core.column_readers import ColumnReader
    from wavehouse.core.table_name import TableName
    from wavehouse.flow.graph import Graph
    from wavehouse.flow.lineage import Edge, Lineage, Ref
    from wavehouse.flow.relation import Relation
    from wavehouse.flow.survey import Survey
    from wavehouse.project.contracts import SourceContract


def lineage_of(settings: Settings, column: str, *, up: bool, down: bool) -> Document:
    """A column with what it comes from and what comes from it; neither asked for means both."""
    from wavehouse.core.columns import Column
    from wavehouse.dashboards.readers import column_readers
    from wavehouse.flow.flows import read_flows
    from wavehouse.pipeline.quarantine import COLUMNS as QUARANTINE_COLUMNS
    from wavehouse.pipeline.quarantine import QUARANTINE
    from wavehouse.pipeline.source_table import table_of
    from wavehouse.project.contracts import read_contracts

    project = Project.at(settings.project)
    flows, contracts = read_flows(project), read_contracts(project)
    columns: dict[TableName, tuple[Column, ...]] = {
        table_of(contract): contract.table_columns
        for contract in contracts.values()
        if contract.role == "table"
    }
    surveys, made = _surveys(settings, flows, contracts)
    columns |= {table: relation.columns for table, relation in made.items()}
    columns[QUARANTINE] = QUARANTINE_COLUMNS
    readers, left_out = column_readers(project, columns)
    found = _lineage(surveys, contracts, readers)
    ref = found.find(column)
    both = up == down
    above = found.up(ref) if up or both else []
    below = found.down(ref) if down or both else []
    document = _document(found, ref, above, below)
    for node in document["nodes"]:
        node["files"] = list(contracts[node["owner"]].files) if node["kind"] == "file" else []
    faults = (fault for one in surveys for fault in one.faults.values())
    return {**document, "notes": [*(f"not followed: {fault}" for fault in faults), *left_out]}


def flow_lineage(
    settings: Settings, flows: Mapping[str, Graph], contracts: Mapping[str, SourceContract]
) -> Lineage:
    """Where the columns of all tables come from, without what reads them."""
    return _lineage(_surveys(settings, flows, contracts)[0], contracts, ())


def _surveys(
    settings: Settings, flows: Mapping[str, Graph], contracts: Mapping[str, SourceContract]
) -> tuple[list[Survey], Mapping[TableName, Relation]]:
    from wavehouse.flow.survey import survey
    from wavehouse.pipeline.flow_sources import LakeRows, made_tables

    tables = lake_tables(settings)
    with an_engine(settings) as engine, own_files(settings, engine) as own:
        made = made_tables(flows.values(), LakeRows(engine, contracts, tables, own=own))
        surveys = [
            survey(graph, LakeRows(engine, contracts, tables, made, own=own), engine)
            for graph in flows.values()
        ]
    return surveys, made


def _lineage(
    surveys: Iterable[Survey], contracts: Mapping[str, SourceContract], readers: Iterable[ColumnReader]
) -> Lineage:
    from wavehouse.flow.lineage import lineage
    from wavehouse.pipeline.source_table import table_of

    return lineage(
        surveys,
        {name: contract.table_columns for name, contract in contracts.items()},
        {name: str(table_of(contract)) for name, contract in contracts.items() if contract.role == "table"},
        readers,
    )


def _document(found: Lineage, ref: Ref, above: list[Edge], below: list[Edge]) -> dict[str, Any]:
    above_refs = [ref, *(end for edge in above for end in (edge.from_, edge.to))]
    below_refs = [ref, *(end for edge in below for end in (edge.from_, edge.to))]
    ids = _Ids(found)
    rows = {
        "up": found.rows_above(above_refs) if above else [],
        "down": found.rows_below(below_refs) if below else [],
    }
    named = [
        *above_refs,
        *below_refs,
        *(one for kind in rows.values() for row in kind for one in row.columns),
    ]
    return {
        "column": ids.of(ref),
        "nodes": [
            {
                "id": ids.of(one),
                "kind": one.kind,
                "owner": one.owner,
                "column": one.column or None,
                "flow": one.flow or None,
                "type": found.types.get(one) or None,
            }
            for one in dict.fromkeys(named)
        ],
        "edges": [
            {
                "from": ids.of(edge.from_),
                "to": ids.of(edge.to),
                "how": "computed" if edge.computed else "as it is",
            }
            for edge in dict.fromkeys([*above, *below])
        ],
        "rows": {
            way: [
                {
                    "flow": one.flow,
                    "node": one.node,
                    "how": one.how,
                    "columns": [ids.of(c) for c in one.columns],
                }
                for one in influences
            ]
            for way, influences in rows.items()
        },
    }


class _Ids:
    """Names of columns as people write them, each its own."""

    def __init__(self, found: Lineage) -> None:
        owners: dict[str, set[tuple[str, str]]] = {}
        for ref in found.types:
            owners.setdefault(ref.owner, set()).add((ref.kind, ref.flow))
        self._shared = {owner for owner, kinds in owners.items() if len(kinds) > 1}

    def of(self, ref: Ref) -> str:
        owner = f"{ref.flow}/{ref.owner}" if ref.kind == "node" and ref.owner in self._shared else ref.owner
        return f"{owner}.{ref.column}" if ref.column else f"{ref.kind} {owner}"
