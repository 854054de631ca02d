"""The graph of a flow: read from its file, checked, and brought into an order in which it can run."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.flow.nodes import KINDS, Node, S3CsvSource, S3IcebergCatalogTarget
from wavehouse.project.yaml_file import YamlFile, fields_at


class _FlowFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    flow: str
    nodes: dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Graph:
    """The nodes of one flow, each after those it reads; `file` knows the line of every node."""

    name: str
    nodes: dict[str, Node]
    file: YamlFile

    @property
    def sources(self) -> dict[str, S3CsvSource]:
        """The source nodes by id."""
        return {id_: node for id_, node in self.nodes.items() if isinstance(node, S3CsvSource)}

    @property
    def target_id(self) -> str:
        """The id of the one target."""
        return next(id_ for id_, node in self.nodes.items() if isinstance(node, S3IcebergCatalogTarget))

    @property
    def target(self) -> S3IcebergCatalogTarget:
        """The one target."""
        return next(node for node in self.nodes.values() if isinstance(node, S3IcebergCatalogTarget))

    @property
    def table(self) -> TableName:
        """The table that the target names."""
        return TableName.parse(f"{self.target.Database}.{self.target.Table}")

    def where(self, node: str) -> str:
        """`file:line` of a node."""
        return self.file.where(["nodes", node])


def read_graph(file: YamlFile) -> Graph:
    """The graph in `file`; raises `DefinitionError` naming file, line and node for anything wrong in it."""
    written = file.parse(_FlowFile)
    nodes = {id_: _node(file, id_, body) for id_, body in written.nodes.items()}
    folded: dict[str, str] = {}
    for id_ in nodes:
        if id_.casefold() in folded:
            raise DefinitionError(
                f"the nodes '{folded[id_.casefold()]}' and '{id_}' differ in the case of letters only",
                where=file.where(["nodes", id_]),
                remedy="Rename one of them",
            )
        folded[id_.casefold()] = id_
    for id_, node in nodes.items():
        for input_ in node.Inputs:
            if input_ not in nodes:
                raise DefinitionError(
                    f"node '{id_}' reads '{input_}', which is not a node of this flow",
                    where=file.where(["nodes", id_]),
                    remedy=did_you_mean(input_, nodes),
                )
            if isinstance(nodes[input_], S3IcebergCatalogTarget):
                raise DefinitionError(
                    f"node '{id_}' reads the target '{input_}'",
                    where=file.where(["nodes", id_]),
                    remedy="Let it read what the target reads",
                )
    targets = [id_ for id_, node in nodes.items() if isinstance(node, S3IcebergCatalogTarget)]
    if len(targets) != 1:
        raise DefinitionError(
            f"the flow has {len(targets)} targets, and needs one",
            where=file.where(["nodes", *targets[1:]]),
            remedy="Keep one S3IcebergCatalogTarget",
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


def _node(file: YamlFile, id_: str, body: dict[str, dict[str, Any]]) -> Node:
    where = file.where(["nodes", id_])
    if len(body) != 1:
        raise DefinitionError(
            f"node '{id_}' has {len(body)} kinds ({', '.join(body)})",
            where=where,
            remedy="Give it exactly one",
        )
    kind, fields = next(iter(body.items()))
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
