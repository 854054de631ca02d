"""The `EvaluateDataQuality` nodes of a flow: their rules, held against the rows that reach them."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wavehouse.core.sql_text import identifier, literal
from wavehouse.engines.engine import Engine
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import EvaluateDataQuality
from wavehouse.flow.program import Program
from wavehouse.quality.dataset import Dataset, History
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules
from wavehouse.quality.rules import Position, Ruleset
from wavehouse.quality.verdict import Verdict


@dataclass(frozen=True)
class NodeVerdicts:
    """What the rules of one node came to."""

    id: str
    node: EvaluateDataQuality
    verdicts: list[Verdict]


def rulesets(graph: Graph) -> dict[str, Ruleset]:
    """The rules of every `EvaluateDataQuality` node; raises `DefinitionError` where they are no DQDL."""
    return {
        id_: ruleset_of(graph, id_, node)[0]
        for id_, node in graph.nodes.items()
        if isinstance(node, EvaluateDataQuality)
    }


def ruleset_of(
    graph: Graph, id_: str, node: EvaluateDataQuality
) -> tuple[Ruleset, Callable[[Position], str]]:
    """The rules of one node, and what says where in the flow they stand; raises `DefinitionError`."""

    def place(position: Position) -> str:
        return f"{graph.where(id_)}: the Ruleset of node '{id_}', {position}"

    return parse(node.Ruleset, place), place


def judge_nodes(
    program: Program,
    engine: Engine,
    moment: datetime,
    history: History,
    base: Path,
    done: Container[str] = (),
) -> list[NodeVerdicts]:
    """Judge the input of every `EvaluateDataQuality` node of a program but those that were `done` before.

    now() is `moment` (UTC), and a path in a file rule is relative to `base`.

    Raises `DefinitionError` with file, node, line and column for rules that cannot be read or evaluated.
    """
    graph = program.graph
    found = []
    for id_, node in program.nodes.items():
        if not isinstance(node, EvaluateDataQuality) or id_ in done:
            continue
        ruleset, place = ruleset_of(graph, id_, node)
        columns = program.relations[node.Inputs[0]].columns
        plan = compile_rules(ruleset, columns, {}, place, base)
        dataset = Dataset(
            columns,
            f"({program.ctes} SELECT * FROM {identifier(node.Inputs[0])})",
            now=f"TIMESTAMP {literal(f'{moment:%Y-%m-%d %H:%M:%S}')}",
            moment=moment,
        )
        found.append(NodeVerdicts(id_, node, plan.judge(engine, dataset, {}, history)))
    return found
