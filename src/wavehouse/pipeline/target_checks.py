"""What keeps a target from being written, as far as the flows alone tell."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import FileSource, FilesTarget, Node, TableTarget
from wavehouse.pipeline.targets import FlowTarget

# Databases whose tables runs write by themselves.
_OURS = ("staging", "waiting", "quarantine", "_unseen")
FORMATS = ("parquet", "csv", "json")


@dataclass(frozen=True)
class Fault:
    """A reason not to run: the flow and the node that have it, and the code that a finding of it has."""

    flow: str
    node: str
    error: DefinitionError
    code: Literal["F108", "F403"] = "F108"

    @classmethod
    def at(cls, graph: Graph, node: str, what: str, remedy: str) -> Fault:
        """One that is told of a node."""
        where = graph.where(node)
        return cls(graph.name, node, DefinitionError(f"node '{node}': {what}", where=where, remedy=remedy))


def target_faults(targets: Sequence[FlowTarget]) -> Iterator[Fault]:
    """What is wrong with a target by itself."""
    for target in targets:
        node = target.node
        if isinstance(node, TableTarget):
            table = node.proper_table
            if table is None:
                yield Fault.at(target.graph, target.id, *node.misnamed)
            elif table.database in _OURS:
                yield Fault.at(
                    target.graph,
                    target.id,
                    f"it would write {table}, and the tables of '{table.database}' are those that runs write "
                    "by themselves",
                    "Give it another database",
                )
        elif isinstance(node, FilesTarget):
            if node.format not in FORMATS:
                yield Fault.at(
                    target.graph,
                    target.id,
                    f"files of the format {node.format} are not written here",
                    f"Known: {', '.join(FORMATS)}",
                )
            if node.Path.startswith("${staging}"):
                yield Fault.at(
                    target.graph,
                    target.id,
                    "it would write among the landed files",
                    "Let it write to ${warehouse}/<folder>/",
                )


def place_faults(targets: Sequence[FlowTarget]) -> Iterator[Fault]:
    """Targets that write the table or folder of another, or what a flow reads as files."""
    tables: dict[TableName, FlowTarget] = {}
    folders: dict[str, FlowTarget] = {}
    for target in targets:
        if target.table:
            if other := tables.get(target.table):
                yield _both(f"both write {target.table}", other, target)
            tables.setdefault(target.table, target)
        elif target.path:
            mine = _comparable(target.path)
            for path, other in folders.items():
                if mine.startswith(path) or path.startswith(mine):
                    what = f"both write to {target.path}, or the one to a folder of the other's"
                    yield _both(what, other, target)
                    break
            folders.setdefault(mine, target)
    yield from _read_where_others_write(targets, folders)


def _read_where_others_write(
    targets: Sequence[FlowTarget], folders: dict[str, FlowTarget]
) -> Iterator[Fault]:
    for graph in {target.graph.name: target.graph for target in targets}.values():
        for id_, node in graph.sources.items():
            for read in _paths(node):
                mine = _comparable(read)
                for path, target in folders.items():
                    if mine.startswith(path) or path.startswith(mine):
                        yield Fault.at(
                            graph,
                            id_,
                            f"it reads {read}, where the node '{target.id}' of the flow "
                            f"'{target.graph.name}' writes",
                            "Read the node that the target reads, or a table: files come last",
                        )


def _paths(node: Node) -> list[str]:
    return node.Paths if isinstance(node, FileSource) and node.contract is None else []


def _comparable(path: str) -> str:
    return os.path.normpath(path) + os.sep


def _both(what: str, one: FlowTarget, other: FlowTarget) -> Fault:
    error = DefinitionError(
        f"the nodes '{one.id}' of the flow '{one.graph.name}' ({one.where}) and '{other.id}' of the flow "
        f"'{other.graph.name}' {what}",
        where=other.where,
        remedy="Give one of them another name",
    )
    return Fault(other.graph.name, other.id, error, "F403")
