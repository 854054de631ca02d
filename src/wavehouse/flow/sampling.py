"""Which source's rows stand for those of a node, so that a few of them give a few of the node's."""

from __future__ import annotations

from wavehouse.flow.nodes import (
    ApplyMapping,
    DropDuplicates,
    DropFields,
    DropNullFields,
    EvaluateDataQuality,
    FillMissingValues,
    Filter,
    Join,
    Node,
    RenameField,
    SelectFields,
    SelectFromCollection,
    Source,
    SparkSQL,
    SplitFields,
    Target,
)
from wavehouse.flow.pass_through import pass_through
from wavehouse.flow.program import Program
from wavehouse.flow.row_expressions import NotRowWise

# What gives one row for each row, or none.
_ROW_BY_ROW = (
    *(ApplyMapping, SelectFields, DropFields, RenameField, SplitFields, SelectFromCollection),
    *(DropNullFields, Filter, EvaluateDataQuality, Target),
)


def driver(program: Program, id_: str) -> str | None:
    """The source of which each row of a node comes from one row, with others that it looks up.

    Of a part of its rows the program makes a part of the node's rows, each as it is. None: there is no such
    source, for instance behind an aggregate.
    """
    way = id_
    looked_up: set[str] = set()
    while not isinstance(node := program.nodes[way], Source):
        step = _driving_input(program, way, node)
        if step is None:
            return None
        for other in node.Inputs:
            if other != step:
                looked_up.update(program.graph.before(other))
        way = step
    # What it looks up must be whole.
    return None if way in looked_up else way


def same_count(program: Program, id_: str) -> str:
    """The first node on the way to `id_` that has as many rows, whatever the rows are."""
    while _keeps_count(program, id_):
        id_ = program.nodes[id_].Inputs[0]
    return id_


def _driving_input(program: Program, id_: str, node: Node) -> str | None:
    """The input of which each row gives rows of its own."""
    if isinstance(node, Join):
        left, right = node.Inputs
        # Of an outer join both sides come out; a part of one would be taken for rows without a match.
        return {"right": right, "outer": None}.get(node.JoinType, left)
    if isinstance(node, SparkSQL):
        inputs = {one: program.relations[one] for one in node.Inputs}
        try:
            return pass_through(node, inputs, program.relations[id_].names).input
        except NotRowWise:
            return None
    if isinstance(node, DropDuplicates):
        return node.Inputs[0] if _drops_nothing(program, node) else None
    return node.Inputs[0] if isinstance(node, _ROW_BY_ROW) else None


def _keeps_count(program: Program, id_: str) -> bool:
    node = program.nodes[id_]
    if isinstance(node, Join):
        return node.JoinType == "left" and program.relations[node.Inputs[1]].unique_by(node.keys(1))
    if isinstance(node, DropDuplicates):
        return _drops_nothing(program, node)
    return isinstance(node, (*_ROW_BY_ROW, FillMissingValues)) and not isinstance(node, Filter)


def _drops_nothing(program: Program, node: DropDuplicates) -> bool:
    relation = program.relations[node.Inputs[0]]
    return relation.unique_by([path[0] for path in node.Columns] or relation.names)
