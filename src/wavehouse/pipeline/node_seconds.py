"""Which steps of a run are the work of a node, and so how long it took."""

from __future__ import annotations

from wavehouse.core.run_record import RunRecord
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import FileSource, FilesTarget
from wavehouse.pipeline.targets import FlowTarget


def node_seconds(graph: Graph, record: RunRecord) -> dict[str, float]:
    """By node, the seconds of its steps: a source is read and checked, a target is made.

    The nodes between are made with their target, in one statement: none of them has a time of its own.
    """
    steps = {step.name: step.seconds for step in record.steps}
    names = {id_: [step_of(FlowTarget(graph, id_))] for id_ in graph.targets}
    names |= {
        id_: [f"read {node.contract}", f"check {node.contract}"]
        for id_, node in graph.sources.items()
        if isinstance(node, FileSource) and node.contract
    }
    return {
        id_: round(sum(steps.get(step, 0.0) for step in parts), 3)
        for id_, parts in names.items()
        if any(step in steps for step in parts)
    }


def step_of(target: FlowTarget) -> str:
    """The step of a run in which a target is made."""
    name = f"flow {target.graph.name}"
    if len(target.graph.targets) == 1:
        return name
    if target.table:
        return f"{name}: {target.table}"
    others = [node.Path for node in target.graph.targets.values() if isinstance(node, FilesTarget)]
    folder = _last_folder(target.path)
    folders = [_last_folder(path) for path in others]
    return f"{name}: {folder if folders.count(folder) == 1 else target.path}"


def _last_folder(path: str) -> str:
    return f"{path.rstrip('/').rpartition('/')[2]}/"
