"""A graph that is being edited, read as far as a question about one of its nodes needs it."""

from __future__ import annotations

from collections.abc import Callable

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.broken_graph import BrokenGraphError
from wavehouse.flow.editing.changes import Tree, inputs_of
from wavehouse.flow.editing.paths import before
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.project.definition_file import DefinitionFile
from wavehouse.project.yaml_file import YamlFile


def read_up_to(file: DefinitionFile, node: str) -> Graph:
    """The graph, in which `node` and all that it comes from are sound; elsewhere something may be wrong.

    Raises `DefinitionError` for what is wrong with the node or what it comes from.
    """
    wrong: list[BrokenGraphError] = []
    graph = read_graph(file, wrong.append)
    written = file.data["nodes"]
    if node not in written:
        raise DefinitionError(
            f"the flow '{graph.name}' has no node '{node}'",
            where=str(file.path),
            remedy=did_you_mean(node, written),
        )
    needed = before({id_: inputs_of(file.data, id_) for id_ in written}, node)
    for error in wrong:
        if error.node in needed:
            raise error
    missing = next((one for one in needed if one not in graph.nodes), None)
    if missing is not None:
        raise DefinitionError(f"the node '{missing}' cannot be read", where=file.where(["nodes", missing]))
    return graph


def reader(edited: YamlFile | None, node: str) -> Callable[[YamlFile], Graph]:
    """Reads flows, with `edited` (up to the node) in the place of its file."""

    def read(file: YamlFile) -> Graph:
        if edited is not None and edited.path == file.path:
            return read_up_to(edited, node)
        return read_graph(file)

    return read


def drawable_inputs(tree: Tree) -> dict[str, list[str]]:
    """What each node reads, without what is not there and without what would close a circle."""
    found: dict[str, list[str]] = {id_: [] for id_ in tree["nodes"]}
    for id_, inputs in found.items():
        for input_ in inputs_of(tree, id_):
            if input_ in found and id_ not in before(found, input_):
                inputs.append(input_)
    return found
