"""What can be known of every node of a graph, even where others are broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.columns import Column, canonical_type
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.binding import Bind
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import (
    ApplyMapping,
    DropDuplicates,
    DropFields,
    EvaluateDataQuality,
    Filter,
    Join,
    Node,
    RenameField,
    SelectFields,
    Target,
)
from wavehouse.flow.nodes.node import column_of
from wavehouse.flow.program import SameNamesError, compile_node
from wavehouse.flow.relation import Relation


@dataclass(frozen=True)
class Survey:
    """A graph, looked through node by node.

    `relations` has what each node gives, of a broken one what it would give, as far as that can be said.
    `faults` has why a node cannot be compiled. `queries` has the SQL of the nodes that are sound: neither
    they nor anything that they come from is broken.
    """

    graph: Graph
    relations: Mapping[str, Relation]
    faults: Mapping[str, DefinitionError]
    queries: Mapping[str, str]

    def inputs(self, id_: str) -> dict[str, Relation]:
        """What the inputs of a node give, as far as that is known."""
        return {one: self.relations[one] for one in self.graph.nodes[id_].Inputs if one in self.relations}

    def all_inputs_known(self, id_: str) -> bool:
        """Whether the columns of everything that a node reads are known."""
        return all(one in self.relations for one in self.graph.nodes[id_].Inputs)

    def ctes(self, ids: Sequence[str]) -> str:
        """The common table expressions for sound nodes and what they come from, to stand after a WITH."""
        wanted = {one for id_ in ids for one in self.graph.before(id_)}
        return ",\n".join(
            f"{identifier(id_)} AS NOT MATERIALIZED ({text})"
            for id_, text in self.queries.items()
            if id_ in wanted
        )


def survey(graph: Graph, bind: Bind, engine: Engine) -> Survey:
    """Look through all nodes of a graph, over the rows that `bind` finds for its sources."""
    relations: dict[str, Relation] = {}
    faults: dict[str, DefinitionError] = {}
    queries: dict[str, str] = {}
    for id_, node in graph.nodes.items():
        if not all(one in relations for one in node.Inputs):
            continue
        try:
            made = compile_node(graph, id_, relations, queries, bind, engine)
        except DefinitionError as error:
            faults[id_] = error
            expected = error.relation if isinstance(error, SameNamesError) else None
            expected = expected or _expected(node, [relations[one] for one in node.Inputs])
            if expected is not None:
                relations[id_] = expected
            continue
        relations[id_] = made.relation
        if all(one in queries for one in node.Inputs):
            queries[id_] = made.text
    return Survey(graph, relations, faults, queries)


def _expected(node: Node, inputs: Sequence[Relation]) -> Relation | None:
    """The columns that a broken node would give if it were mended; None where that cannot be said."""
    if isinstance(node, ApplyMapping):
        mapped = (one for one in node.Mapping if not one.Dropped)
        return Relation(tuple(Column(one.ToKey, _type(one.ToType)) for one in mapped))
    if not inputs:
        return None
    columns = inputs[0].columns
    if isinstance(node, SelectFields | DropFields):
        named = {column_of(path) for path in node.Paths}
        columns = tuple(one for one in columns if (one.name in named) == isinstance(node, SelectFields))
    elif isinstance(node, RenameField):
        old, new = column_of(node.SourcePath), column_of(node.TargetPath)
        columns = tuple(Column(new, one.type) if one.name == old else one for one in columns)
    elif isinstance(node, Join):
        if node.JoinType not in ("leftsemi", "leftanti"):
            columns = (*columns, *_dotted(inputs[0], inputs[1]))
    elif not isinstance(node, Filter | DropDuplicates | EvaluateDataQuality | Target):
        return None
    return Relation(columns)


def _dotted(left: Relation, right: Relation) -> list[Column]:
    taken = set(left.names)
    return [Column(f".{one.name}" if one.name in taken else one.name, one.type) for one in right.columns]


def _type(text: str) -> str:
    try:
        return canonical_type(text)
    except DefinitionError:
        return "string"
