"""In which order the targets of a project are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import CatalogSource
from wavehouse.pipeline.target_checks import Fault, place_faults, target_faults
from wavehouse.pipeline.targets import FlowTarget


def targets_of(flows: Mapping[str, Graph]) -> list[FlowTarget]:
    """All targets of all flows, as they stand there."""
    return [FlowTarget(graph, id_) for graph in flows.values() for id_ in graph.targets]


def targets_in_order(flows: Mapping[str, Graph]) -> list[FlowTarget]:
    """All targets: flow by flow, a flow that reads a table which another makes after that one, else in the
    order of the files; of one flow the tables first, as they stand there.

    Raises `DefinitionError` for the first of `faults`.
    """
    for fault in faults(flows):
        raise fault.error
    targets = targets_of(flows)
    order, _ = _order(flows, targets)
    in_order = [target for name in order for target in targets if target.graph.name == name]
    return sorted(in_order, key=lambda target: (order.index(target.graph.name), target.table is None))


def faults(flows: Mapping[str, Graph]) -> Iterator[Fault]:
    """Tables and folders that cannot be written, or that two targets write; sources that name no table; flows
    that wait for each other."""
    targets = targets_of(flows)
    yield from target_faults(targets)
    yield from place_faults(targets)
    nameless = False
    for graph in flows.values():
        for id_, node in graph.sources.items():
            if isinstance(node, CatalogSource) and node.proper_table is None:
                nameless = True
                yield Fault.at(graph, id_, *node.misnamed)
    if not nameless:
        order, before = _order(flows, targets)
        if len(order) < len(flows):
            yield _circle(flows, before, order)


_Before = Mapping[str, Mapping[str, str]]


def _order(flows: Mapping[str, Graph], targets: Sequence[FlowTarget]) -> tuple[list[str], _Before]:
    """The flows, each after those whose tables it reads, without those of a circle; and what each waits for,
    by node."""
    makers = {target.table: target.graph.name for target in targets if target.table}
    before = {name: dict(_read_tables(graph, makers)) for name, graph in flows.items()}
    order: list[str] = []
    while ready := [name for name in flows if name not in order and set(before[name].values()) <= set(order)]:
        order.append(ready[0])
    return order, before


def _read_tables(graph: Graph, makers: Mapping[TableName, str]) -> Iterator[tuple[str, str]]:
    """By node that reads a table which a flow makes: that flow."""
    for id_, node in graph.sources.items():
        if isinstance(node, CatalogSource) and node.proper_table and (maker := makers.get(node.proper_table)):
            yield id_, maker


def _circle(
    flows: Mapping[str, Graph], before: Mapping[str, Mapping[str, str]], done: Sequence[str]
) -> Fault:
    """What is wrong with flows of which each waits for another."""
    way: list[str] = []
    name = next(one for one in flows if one not in done)
    while name not in way:
        way.append(name)
        name = next(maker for maker in before[name].values() if maker not in done)
    way = way[way.index(name) :]
    node = next(id_ for id_, maker in before[name].items() if maker not in done)
    if len(way) == 1:
        return Fault(
            name,
            node,
            DefinitionError(
                f"node '{node}' of the flow '{name}' reads a table that the flow itself makes",
                where=flows[name].where(node),
                remedy="Let it read the node that the target reads, or be part of another flow",
            ),
        )
    files = ", ".join(flows[one].file.path.name for one in way)
    return Fault(
        name,
        node,
        DefinitionError(
            f"the flows {' → '.join([*way, name])} read each other's tables ({files}), so none can be made "
            "first",
            where=flows[name].where(node),
            remedy="Let one of them read something else",
        ),
    )
