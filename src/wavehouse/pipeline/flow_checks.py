"""The verdicts of a flow's own checks in the record of a run, and when they end it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime

from wavehouse.core.errors import RejectedError
from wavehouse.core.run_record import RunRecord
from wavehouse.engines.engine import Engine
from wavehouse.flow.checks import NodeVerdicts, judge_nodes
from wavehouse.flow.program import Program
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.judging import record_of
from wavehouse.pipeline.rule_history import RunHistory
from wavehouse.project.contracts import Action


def check_flow(
    program: Program, engine: Engine, layout: LakeLayout, record: RunRecord, done: Container[str] = ()
) -> list[NodeVerdicts]:
    """Judge the rows inside the flow, and keep the verdicts in `record` under the name `flow <flow>`.

    The nodes `done` were judged for another target.

    Raises `RejectedError` for a failed rule of a node that stops the job at once.
    """
    name = f"flow {program.graph.name}"
    history = RunHistory(layout).of(name)
    found = judge_nodes(
        program,
        engine,
        datetime.fromisoformat(record.started),
        history,
        program.graph.file.path.parent.parent,
        done,
    )
    for one in found:
        action: Action = "stop" if one.node.StopJobOnFailureOptions else "warn"
        rules = [record_of(name, verdict, action) for verdict in one.verdicts]
        record.rules += rules
        if action == "warn":
            record.notes += [
                f"{name}, node '{one.id}': the rule '{rule.rule}' does not hold: {rule.reason}"
                for rule in rules
                if not rule.passed
            ]
    stop_on_failure(found, "Immediate", "nothing was published")
    return found


def stop_on_failure(found: Sequence[NodeVerdicts], timing: str, left: str) -> None:
    """Raise `RejectedError` where a node of that timing has a failed rule; `left` says what that means."""
    for one in found:
        options = one.node.StopJobOnFailureOptions
        failed = [verdict for verdict in one.verdicts if not verdict.passed]
        if options and options.StopJobOnFailureTiming == timing and failed:
            raise RejectedError(
                f"the rule '{failed[0].rule}' of the node '{one.id}' failed and stops the run: "
                f"{failed[0].reason or 'it does not hold'}; {left}",
                remedy="Mend the data or the flow, or let the node go on: take out StopJobOnFailureOptions",
            )
