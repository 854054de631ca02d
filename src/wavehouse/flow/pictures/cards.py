"""What a picture says of each node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wavehouse.flow import nodes as kinds
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import Node
from wavehouse.flow.pictures.details import detail
from wavehouse.flow.pictures.reading_order import reading_order

Family = Literal["source", "columns", "rows", "query", "quality", "target"]


@dataclass(frozen=True)
class Card:
    """One node: `detail` is what it does, in few words; `rows` came out of it in a run, None if not known."""

    id: str
    kind: str
    family: Family
    name: str
    detail: str
    inputs: tuple[str, ...]
    rows: int | None = None


def cards(graph: Graph, rows: Mapping[str, int]) -> dict[str, Card]:
    """The cards of a graph in reading order; `rows` has by id how many rows came out."""
    written = graph.file.data["nodes"]
    order = reading_order({id_: graph.nodes[id_].Inputs for id_ in written})
    return {
        id_: Card(
            id_,
            type(node).__name__,
            family_of(type(node)),
            node.Name,
            detail(node),
            tuple(node.Inputs),
            rows.get(id_),
        )
        for id_, node in ((id_, graph.nodes[id_]) for id_ in order)
    }


def family_of(kind: type[Node]) -> Family:
    """The family of a kind of node: those of one have one colour."""
    return next((family for family, kinds_ in _FAMILIES.items() if issubclass(kind, kinds_)), "columns")


_FAMILIES: dict[Family, tuple[type[Node], ...]] = {
    "source": (kinds.Source,),
    "target": (kinds.Target,),
    "query": (kinds.SparkSQL,),
    "quality": (kinds.EvaluateDataQuality,),
    "rows": (kinds.Join, kinds.Union, kinds.Filter, kinds.Aggregate, kinds.DropDuplicates),
}
