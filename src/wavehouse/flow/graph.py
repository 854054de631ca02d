"""The graph of a flow: read from its file, checked, and brought into an order in which it can run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.broken_graph import BrokenGraphError, Complain, stop
from wavehouse.flow.nodes import KINDS, Node, Source, TableTarget, Target
from wavehouse.flow.nodes.node import NodeId
from wavehouse.flow.written_node import read_node, written_inputs
from wavehouse.project.definition_file import DefinitionFile

# More are not drawn by hand; each is looked at by itself, and its columns asked for.
MAX_NODES = 1_000


class FlowFile(BaseModel):
    """A flow as it is written: its name, what it is for, and its nodes, each of one kind with its fields."""

    model_config = ConfigDict(extra="forbid")

    flow: str = Field(pattern=r"^[^\r\n]*$")
    description: str = ""
    nodes: dict[NodeId, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Graph:
    """The nodes of one flow, each after those it reads; `file` knows the line of every node."""

    name: str
    nodes: dict[str, Node]
    file: DefinitionFile
    description: str = ""
    # What the nodes of the file read that are not among `nodes`, since something is wrong with them.
    broken: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The source nodes by id."""
        return {id_: node for id_, node in self.nodes.items() if isinstance(node, Source)}

    @cached_property
    def targets(self) -> dict[str, Target]:
        """The target nodes by id, in the order of the file."""
        return {id_: node for id_ in self._written if isinstance(node := self.nodes.get(id_), Target)}

    @cached_property
    def tables(self) -> dict[str, TableTarget]:
        """Those of the targets that are tables of the lake."""
        return {id_: node for id_, node in self.targets.items() if isinstance(node, TableTarget)}

    @property
    def _written(self) -> list[str]:
        return list(self.file.data["nodes"])

    def before(self, id_: str) -> dict[str, Node]:
        """The nodes that `id_` comes from, and itself, each after those it reads."""
        wanted = {id_}
        for one in reversed(self.nodes):
            if one in wanted:
                wanted.update(self.nodes[one].Inputs)
        return {one: node for one, node in self.nodes.items() if one in wanted}

    def readers(self, id_: str) -> list[str]:
        """The ids of the nodes that read `id_`."""
        return [one for one, node in self.nodes.items() if id_ in node.Inputs]

    def where(self, node: str, *field: str | int) -> str:
        """`file:line` of a node, or of one of its fields."""
        kind = type(self.nodes[node]).__name__ if node in self.nodes else ""
        return self.file.where(["nodes", node, kind, *field] if field else ["nodes", node])

    def known(self, id_: str) -> str:
        """`id_`, which must be a node; raises `DefinitionError`."""
        if id_ not in self.nodes:
            raise DefinitionError(
                f"the flow '{self.name}' has no node '{id_}'",
                where=str(self.file.path),
                remedy=did_you_mean(id_, self.nodes),
            )
        return id_


def read_graph(file: DefinitionFile, complain: Complain = stop) -> Graph:
    """The graph in `file`; raises `DefinitionError` naming file, line and node for anything wrong in it.

    With another `complain`, which is told of each thing that is wrong, the graph has the nodes that can be
    read and stand in no circle; what they read may be missing. A file that is no graph at all raises.
    """
    all_nodes = file.data.get("nodes")
    ids = [*map(str, all_nodes)] if isinstance(all_nodes, Mapping) else []
    if len(ids) > MAX_NODES:
        raise DefinitionError(
            f"the flow has {len(ids):,} nodes, more than {MAX_NODES:,}",
            where=file.where(["nodes"]),
            remedy="Make several flows of it: one can read the tables that another makes",
        )
    written = _without_what_is_no_node(file, complain).parse(FlowFile)
    nodes: dict[str, Node] = {}
    for id_, body in written.nodes.items():
        node = read_node(file, id_, body, {*ids}, complain)
        if node is not None:
            nodes[id_] = node
    inputs = {
        id_: nodes[id_].Inputs if id_ in nodes else written_inputs(body)
        for id_, body in written.nodes.items()
    }
    _check_names(file, nodes, complain)
    _check_inputs(file, nodes, inputs, ids, complain)
    if not any(isinstance(node, Target) for node in nodes.values()) and len(nodes) == len(ids):
        kinds = ", ".join(kind for kind, model in KINDS.items() if issubclass(model, Target))
        complain(
            BrokenGraphError(
                "",
                "target",
                "the flow has no target: nothing would be written",
                where=file.where(["nodes"]),
                remedy=f"Add one of {kinds}",
            )
        )
    order = _order(file, nodes, complain)
    ordered = {id_: nodes[id_] for id_ in order}
    broken = {id_: inputs.get(id_, ()) for id_ in ids if id_ not in ordered}
    return Graph(written.flow, ordered, file, written.description, broken)


_ONE_NODE = TypeAdapter(dict[NodeId, dict[str, dict[str, Any]]])


def _without_what_is_no_node(file: DefinitionFile, complain: Complain) -> DefinitionFile:
    """The file without the nodes whose id is none, or that have no kind with fields, after complaints."""
    nodes = file.data.get("nodes")
    if complain is stop or not isinstance(nodes, Mapping):
        return file
    good: dict[str, dict[str, dict[str, Any]]] = {}
    for id_, body in nodes.items():
        try:
            good |= _ONE_NODE.validate_python({id_: body})
        except ValidationError as error:
            first = error.errors()[0]
            bad_id = first["loc"][-1:] == ("[key]",)
            said = f"'{id_}' is no id of a node" if bad_id else f"node '{id_}' is no kind with its fields"
            complain(
                BrokenGraphError(
                    str(id_),
                    "fields",
                    said,
                    where=file.where(["nodes", id_]),
                    remedy="Ids have letters, digits, _ and -"
                    if bad_id
                    else "Write it like: DropFields: {Name: …, Inputs: […], …}",
                )
            )
    return replace(file, data={**file.data, "nodes": good})


def _order(file: DefinitionFile, nodes: Mapping[str, Node], complain: Complain) -> list[str]:
    """The ids, each after those it reads; without those that go round in a circle."""
    left = {id_: [input_ for input_ in node.Inputs if input_ in nodes] for id_, node in nodes.items()}
    while True:
        try:
            return list(TopologicalSorter(left).static_order())
        except CycleError as error:
            around = list(reversed(error.args[1]))
            complain(
                BrokenGraphError(
                    around[-1],
                    "circle",
                    f"the nodes go round in a circle: {' → '.join(around)}",
                    where=file.where(["nodes", error.args[1][0]]),
                    remedy="Let one of them read another node",
                )
            )
            left = {
                id_: [input_ for input_ in inputs if input_ not in around]
                for id_, inputs in left.items()
                if id_ not in around
            }


def _check_names(file: DefinitionFile, nodes: Mapping[str, Node], complain: Complain) -> None:
    folded: dict[str, str] = {}
    for id_ in nodes:
        if id_.casefold() in folded:
            complain(
                BrokenGraphError(
                    id_,
                    "names",
                    f"the nodes '{folded[id_.casefold()]}' and '{id_}' differ in the case of letters only",
                    where=file.where(["nodes", id_]),
                    remedy="Rename one of them",
                )
            )
        folded[id_.casefold()] = id_


def _check_inputs(
    file: DefinitionFile,
    nodes: Mapping[str, Node],
    inputs: Mapping[str, Sequence[str]],
    written: Sequence[str],
    complain: Complain,
) -> None:
    """Look at the `inputs` of all nodes; `written` are the ids of all that stand in the file."""
    for id_, reads in inputs.items():
        for input_ in reads:
            where = file.where(["nodes", id_])
            if input_ not in written:
                complain(
                    BrokenGraphError(
                        id_,
                        "input",
                        f"node '{id_}' reads '{input_}', which is not a node of this flow",
                        where=where,
                        remedy=did_you_mean(input_, written),
                    )
                )
            elif isinstance(nodes.get(input_), Target):
                complain(
                    BrokenGraphError(
                        id_,
                        "input",
                        f"node '{id_}' reads the target '{input_}'",
                        where=where,
                        remedy="Let it read what the target reads",
                    )
                )
