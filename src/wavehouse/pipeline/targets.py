"""What the flows of a project write, in the order in which it is made."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wavehouse.core.errors import CallError, DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource, FileSource, FilesTarget, Node, TableTarget, Target

# Databases whose tables runs write by themselves.
_OURS = ("staging", "waiting", "quarantine", "_unseen")
_FORMATS = ("parquet", "csv", "json")


@dataclass(frozen=True)
class FlowTarget:
    """One target of one flow."""

    graph: Graph
    id: str

    @property
    def node(self) -> Target:
        """The node."""
        return self.graph.targets[self.id]

    @property
    def table(self) -> TableName | None:
        """The table that it is; None for files."""
        return self.node.table if isinstance(self.node, TableTarget) else None

    @property
    def path(self) -> str:
        """The path of its files, as it is written; '' for a table."""
        return self.node.Path if isinstance(self.node, FilesTarget) else ""

    @property
    def name(self) -> str:
        """What people call it: the table, or the path."""
        return str(self.table) if self.table else self.path

    @property
    def where(self) -> str:
        """`file:line` of the node."""
        return self.graph.where(self.id)


def targets_in_order(flows: Mapping[str, Graph]) -> list[FlowTarget]:
    """All targets: flow by flow, a flow that reads a table which another makes after that one, else in the
    order of the files; of one flow the tables first, as they stand there.

    Raises `DefinitionError` for tables and folders that cannot be written, or that two targets write, and for
    flows that wait for each other.
    """
    targets = [FlowTarget(graph, id_) for graph in flows.values() for id_ in graph.targets]
    for target in targets:
        _check(target)
    _check_places(targets)
    makers = {target.table: target.graph.name for target in targets if target.table}
    before = {name: dict(_read_tables(graph, makers)) for name, graph in flows.items()}
    order: list[str] = []
    while len(order) < len(flows):
        ready = [name for name in flows if name not in order and set(before[name].values()) <= set(order)]
        if not ready:
            raise _circle(flows, before, order)
        order.append(ready[0])
    in_order = [target for name in order for target in targets if target.graph.name == name]
    return sorted(in_order, key=lambda target: (order.index(target.graph.name), target.table is None))


def _read_tables(graph: Graph, makers: Mapping[TableName, str]) -> Iterator[tuple[str, str]]:
    """By node that reads a table which a flow makes: that flow."""
    for id_, node in graph.sources.items():
        if isinstance(node, CatalogSource) and (maker := makers.get(table_read(graph, id_, node))):
            yield id_, maker


def table_read(graph: Graph, id_: str, node: CatalogSource) -> TableName:
    """The table that a node reads; raises `DefinitionError` where it names none."""
    try:
        return node.table
    except CallError as error:
        raise DefinitionError(
            f"node '{id_}': {error.what}", where=graph.where(id_), remedy=error.remedy
        ) from None


def _check(target: FlowTarget) -> None:
    node = target.node

    def refuse(what: str, remedy: str) -> DefinitionError:
        return DefinitionError(f"node '{target.id}': {what}", where=target.where, remedy=remedy)

    if isinstance(node, TableTarget):
        try:
            table = node.table
        except (CallError, DefinitionError) as error:
            raise refuse(error.what, error.remedy) from None
        if table.database in _OURS:
            raise refuse(
                f"it would write {table}, and the tables of '{table.database}' are those that runs write by "
                "themselves",
                "Give it another database",
            )
    elif isinstance(node, FilesTarget):
        if node.format not in _FORMATS:
            raise refuse(
                f"files of the format {node.format} are not written here", f"Known: {', '.join(_FORMATS)}"
            )
        if node.Path.startswith("${staging}"):
            raise refuse("it would write among the landed files", "Let it write to ${warehouse}/<folder>/")


def _check_places(targets: Sequence[FlowTarget]) -> None:
    """Raise where two targets write one table or folder, or one writes what a flow reads as files."""
    tables: dict[TableName, FlowTarget] = {}
    folders: dict[str, FlowTarget] = {}
    for target in targets:
        if target.table:
            if other := tables.get(target.table):
                raise _both(f"both write {target.table}", other, target)
            tables[target.table] = target
            continue
        mine = _comparable(target.path)
        for path, other in folders.items():
            if mine.startswith(path) or path.startswith(mine):
                raise _both(
                    f"both write to {target.path}, or the one to a folder of the other's", other, target
                )
        folders[mine] = target
    for graph in {target.graph.name: target.graph for target in targets}.values():
        for id_, node in graph.sources.items():
            for read in _paths(node):
                for path, target in folders.items():
                    if _comparable(read).startswith(path) or path.startswith(_comparable(read)):
                        raise DefinitionError(
                            f"node '{id_}' reads {read}, where the node '{target.id}' of the flow "
                            f"'{target.graph.name}' writes",
                            where=graph.where(id_),
                            remedy="Read the node that the target reads, or a table: files come last",
                        )


def _paths(node: Node) -> list[str]:
    return node.Paths if isinstance(node, FileSource) and node.contract is None else []


def _comparable(path: str) -> str:
    return os.path.normpath(path) + os.sep


def _both(what: str, one: FlowTarget, other: FlowTarget) -> DefinitionError:
    return DefinitionError(
        f"the nodes '{one.id}' of the flow '{one.graph.name}' ({one.where}) and '{other.id}' of the flow "
        f"'{other.graph.name}' {what}",
        where=other.where,
        remedy="Give one of them another name",
    )


def _circle(
    flows: Mapping[str, Graph], before: Mapping[str, Mapping[str, str]], done: Sequence[str]
) -> DefinitionError:
    """The error for flows of which each waits for another."""
    way: list[str] = []
    name = next(one for one in flows if one not in done)
    while name not in way:
        way.append(name)
        name = next(maker for maker in before[name].values() if maker not in done)
    way = way[way.index(name) :]
    node = next(id_ for id_, maker in before[name].items() if maker not in done)
    if len(way) == 1:
        return DefinitionError(
            f"node '{node}' of the flow '{name}' reads a table that the flow itself makes",
            where=flows[name].where(node),
            remedy="Let it read the node that the target reads, or be part of another flow",
        )
    files = ", ".join(flows[one].file.path.name for one in way)
    return DefinitionError(
        f"the flows {' → '.join([*way, name])} read each other's tables ({files}), so none can be made first",
        where=flows[name].where(node),
        remedy="Let one of them read something else",
    )
