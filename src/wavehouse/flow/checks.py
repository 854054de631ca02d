"""The `EvaluateDataQuality` nodes of a flow: their rules, held against the rows that reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wavehouse.core.sql_text import identifier, literal
from wavehouse.engines.engine import Engine
from wavehouse.flow.nodes import EvaluateDataQuality
from wavehouse.flow.program import Program
from wavehouse.quality.dataset import Dataset, History
from wavehouse.quality.dqdl.parse import parse
from wavehouse.quality.plan import compile_rules
from wavehouse.quality.rules import Position
from wavehouse.quality.verdict import Verdict


@dataclass(frozen=True)
class NodeVerdicts:
    """What the rules of one node came to."""

    id: str
    node: EvaluateDataQuality
    verdicts: list[Verdict]


def judge_nodes(program: Program, engine: Engine, moment: datetime, history: History) -> list[NodeVerdicts]:
    """Judge the input of every `EvaluateDataQuality` node; now() is `moment` (UTC).

    Raises `DefinitionError` with file, node, line and column for rules that cannot be read or evaluated.
    """
    graph = program.graph
    found = []
    for id_, node in graph.nodes.items():
        if not isinstance(node, EvaluateDataQuality):
            continue

        def place(position: Position, id_: str = id_) -> str:
            at = f"line {position.line}, column {position.column}"
            return f"{graph.where(id_)}: the Ruleset of node '{id_}', {at}"

        columns = program.relations[node.Inputs[0]].columns
        plan = compile_rules(parse(node.Ruleset, place), columns, {}, place)
        dataset = Dataset(
            columns,
            f"({program.ctes} SELECT * FROM {identifier(node.Inputs[0])})",
            now=f"TIMESTAMP {literal(f'{moment:%Y-%m-%d %H:%M:%S}')}",
            moment=moment,
        )
        found.append(NodeVerdicts(id_, node, plan.judge(engine, dataset, {}, history)))
    return found
