"""A graph as Glue's nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wavehouse.flow.glue.places import Places
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import FileSource, FilesTarget, Node, S3IcebergDirectTarget
from wavehouse.flow.nodes.written import written


@dataclass(frozen=True)
class Exported:
    """`content` as it goes to Glue; `notes` are sentences about what has no place there."""

    content: dict[str, Any]
    notes: list[str]


def glue_nodes(graph: Graph, places: Places) -> Exported:
    """The `CodeGenConfigurationNodes` of a graph, each after those it reads; the same at every export."""
    notes: list[str] = []
    if graph.file.has_comments:
        notes.append(f"the comments in {graph.file.path.name} have no place in Glue's nodes and are left out")
    for id_, node in graph.nodes.items():
        notes += [
            f"the node '{id_}' names {path}, which a job on AWS cannot reach; give it a path in s3://"
            for path in _paths(places, node)
            if not path.startswith("s3://")
        ]
    return Exported(
        {id_: {type(node).__name__: places.on_aws(written(node))} for id_, node in graph.nodes.items()}, notes
    )


def _paths(places: Places, node: Node) -> Iterator[str]:
    if isinstance(node, FileSource):
        yield from places.on_aws({"Paths": node.Paths})["Paths"]
    if isinstance(node, FilesTarget | S3IcebergDirectTarget):
        yield places.on_aws({"Path": node.Path})["Path"]
