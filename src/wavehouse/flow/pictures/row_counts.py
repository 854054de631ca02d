"""How many rows came out of each node, as far as the record of a run tells."""

from __future__ import annotations

from wavehouse.core.run_record import NodeRecord, RunRecord
from wavehouse.flow import nodes as kinds
from wavehouse.flow.graph import Graph

# They hand on as many rows as they get.
_AS_MANY = (
    kinds.ApplyMapping,
    kinds.SelectFields,
    kinds.DropFields,
    kinds.RenameField,
    kinds.DropNullFields,
    kinds.FillMissingValues,
    kinds.SplitFields,
    kinds.SelectFromCollection,
    kinds.EvaluateDataQuality,
    kinds.Target,
)


def counted_all(graph: Graph, record: RunRecord) -> bool:
    """Whether a run counted all rows of the flow, not only those that it changed in its tables."""
    tables = _tables(graph).values()
    return (
        record.status == "done"
        and any(name in record.tables for name in tables)
        and bool(_nodes(graph, record))
        and not any(name in record.changes for name in tables)
    )


def row_counts(graph: Graph, record: RunRecord) -> dict[str, int]:
    """By node, the rows that came out of it in that run, which must have counted all."""
    nodes = _nodes(graph, record)
    counts = {node.node: node.rows_out for node in nodes}
    for node in nodes:
        counts.setdefault(graph.nodes[node.node].Inputs[0], node.rows_in)
    for id_, name in _tables(graph).items():
        if name in record.tables:
            counts[id_] = record.tables[name].rows
    alike = [(id_, node.Inputs[0]) for id_, node in graph.nodes.items() if isinstance(node, _AS_MANY)]
    for id_, input_ in reversed(alike):
        if id_ in counts:
            counts.setdefault(input_, counts[id_])
    for id_, input_ in alike:
        if input_ in counts:
            counts.setdefault(id_, counts[input_])
    return counts


def _nodes(graph: Graph, record: RunRecord) -> list[NodeRecord]:
    """What the run says of the nodes of this flow. (Runs of earlier versions knew one flow, and no name.)"""
    return [node for node in record.nodes if node.node in graph.nodes and node.flow in ("", graph.name)]


def _tables(graph: Graph) -> dict[str, str]:
    """The tables that the flow makes, by target; without those whose names are none."""
    return {id_: str(node.proper_table) for id_, node in graph.tables.items() if node.proper_table}
