"""A flow as the text of its file."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.flow.nodes import Node
from wavehouse.flow.nodes.written import written
from wavehouse.project.yaml_text import yaml_text


def flow_text(name: str, nodes: Mapping[str, Node]) -> str:
    """The YAML of a flow, with its nodes in the order given; `read_graph` reads the same nodes from it."""
    body = {id_: {type(node).__name__: written(node)} for id_, node in nodes.items()}
    return yaml_text({"flow": name, "nodes": body}, below=3)
