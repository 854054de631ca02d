"""The graph of a flow: read from its file, checked, and brought into an order in which it can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.nodes import KINDS, REFUSED, Node, Source, TableTarget, Target
from wavehouse.project.definition_file import DefinitionFile, fields_at


class _FlowFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    flow: str
    nodes: dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Graph:
    """The nodes of one flow, each after those it reads; `file` knows the line of every node."""

    name: str
    nodes: dict[str, Node]
    file: DefinitionFile

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The source nodes by id."""
        return {id_: node for id_, node in self.nodes.items() if isinstance(node, Source)}

    @cached_property
    def targets(self) -> dict[str, Target]:
        """The target nodes by id, in the order of the file."""
        return {id_: node for id_ in self._written if isinstance(node := self.nodes[id_], Target)}

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

    def where(self, node: str) -> str:
        """`file:line` of a node."""
        return self.file.where(["nodes", node])

    def known(self, id_: str) -> str:
        """`id_`, which must be a node; raises `DefinitionError`."""
        if id_ not in self.nodes:
            raise DefinitionError(
                f"the flow '{self.name}' has no node '{id_}'",
                where=str(self.file.path),
                remedy=did_you_mean(id_, self.nodes),
            )
        return id_


def read_graph(file: DefinitionFile) -> Graph:
    """The graph in `file`; raises `DefinitionError` naming file, line and node for anything wrong in it."""
    written = file.parse(_FlowFile)
    nodes = {id_: _node(file, id_, body) for id_, body in written.nodes.items()}
    _check_names(file, nodes)
    _check_inputs(file, nodes)
    if not any(isinstance(node, Target) for node in nodes.values()):
        kinds = ", ".join(kind for kind, model in KINDS.items() if issubclass(model, Target))
        raise DefinitionError(
            "the flow has no target: nothing would be written",
            where=file.where(["nodes"]),
            remedy=f"Add one of {kinds}",
        )
    try:
        order = list(TopologicalSorter({id_: node.Inputs for id_, node in nodes.items()}).static_order())
    except CycleError as error:
        around = " → ".join(reversed(error.args[1]))
        raise DefinitionError(
            f"the nodes go round in a circle: {around}",
            where=file.where(["nodes", error.args[1][0]]),
            remedy="Let one of them read another node",
        ) from None
    return Graph(written.flow, {id_: nodes[id_] for id_ in order}, file)


def _check_names(file: DefinitionFile, nodes: Mapping[str, Node]) -> None:
    folded: dict[str, str] = {}
    for id_ in nodes:
        if id_.casefold() in folded:
            raise DefinitionError(
                f"the nodes '{folded[id_.casefold()]}' and '{id_}' differ in the case of letters only",
                where=file.where(["nodes", id_]),
                remedy="Rename one of them",
            )
        folded[id_.casefold()] = id_


def _check_inputs(file: DefinitionFile, nodes: Mapping[str, Node]) -> None:
    for id_, node in nodes.items():
        for input_ in node.Inputs:
            if input_ not in nodes:
                raise DefinitionError(
                    f"node '{id_}' reads '{input_}', which is not a node of this flow",
                    where=file.where(["nodes", id_]),
                    remedy=did_you_mean(input_, nodes),
                )
            if isinstance(nodes[input_], Target):
                raise DefinitionError(
                    f"node '{id_}' reads the target '{input_}'",
                    where=file.where(["nodes", id_]),
                    remedy="Let it read what the target reads",
                )


def _node(file: DefinitionFile, id_: str, body: dict[str, dict[str, Any]]) -> Node:
    where = file.where(["nodes", id_])
    if len(body) != 1:
        raise DefinitionError(
            f"node '{id_}' has {len(body)} kinds ({', '.join(body)})",
            where=where,
            remedy="Give it exactly one",
        )
    kind, fields = next(iter(body.items()))
    if kind in REFUSED:
        raise DefinitionError(
            f"node '{id_}' is a {kind}, a kind of Glue's that does not run here: {REFUSED[kind]}", where=where
        )
    if kind not in KINDS:
        raise DefinitionError(
            f"node '{id_}' is of the kind '{kind}', which is not known",
            where=where,
            remedy=did_you_mean(kind, KINDS),
        )
    model = KINDS[kind]
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        # A mistyped field is also a missing one: name what stands there.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        field = str(first["loc"][-1]) if first["loc"] else ""
        remedy = (
            did_you_mean(field, fields_at(model, first["loc"][:-1]))
            if first["type"] == "extra_forbidden"
            else ""
        )
        said = first["msg"].removeprefix("Value error, ")
        raise DefinitionError(
            f"node '{id_}' ({kind}){f', {field}' if field else ''}: {said[:1].lower()}{said[1:]}",
            where=file.where(["nodes", id_, kind, *first["loc"]]),
            remedy=remedy,
        ) from None
