"""A flow that came from elsewhere, as the file that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.flow_file import flow_text
from wavehouse.flow.glue.node_ids import readable_ids, renamed
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.flow.nodes import FileSource, Node
from wavehouse.project.yaml_file import parse_yaml


@dataclass(frozen=True)
class Imported:
    """The text of a flow's file; `notes` are sentences about what a reader should look at."""

    text: str
    notes: list[str]


def as_flow_file(name: str, graph: Graph, *, keep_ids: bool = False) -> Imported:
    """The file of a graph that was read from somewhere else, each node after those it reads.

    Ids that Glue Studio made get readable ones by the nodes' names, unless `keep_ids`.
    Raises `DefinitionError` where the file would be larger than one may be.
    """
    nodes: Mapping[str, Node] = graph.nodes
    if not keep_ids:
        nodes = renamed(nodes, readable_ids(nodes))
    text = flow_text(name, nodes)
    again = read_graph(parse_yaml(Path(f"{name}.yaml"), text.encode()))
    if again.nodes != nodes:
        lost = next(id_ for id_, node in nodes.items() if again.nodes.get(id_) != node)
        raise DefinitionError(
            f"the node '{lost}' has text that a YAML file cannot hold", where=graph.where(lost)
        )
    return Imported(text, [*_elsewhere(nodes)])


def _elsewhere(nodes: Mapping[str, Node]) -> list[str]:
    return [
        f"the node '{id_}' reads {path} as it is; to read the rows of a contract, let it read "
        "${staging}/<source>/ (what --staging names becomes ${staging})"
        for id_, node in nodes.items()
        if isinstance(node, FileSource)
        for path in node.Paths
        if path.startswith("s3://")
    ]
