"""Which steps follow from how others have ended: pure, of a definition and of states."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.pipeline.schedules.definition import Ended, Step, Workflow


def due_steps(workflow: Workflow, ended: Mapping[str, str], begun: frozenset[str]) -> list[Step]:
    """The steps that may begin now: not begun yet, and what they wait for has come about."""
    return [step for step in workflow.steps if step.name not in begun and _holds(step, ended)]


def outcome(ended: Mapping[str, str]) -> Ended:
    """How a run has ended of which nothing can begin any more: a failure stays one, whatever followed it."""
    states = list(ended.values())
    for worst in ("STOPPED", "TIMEOUT", "FAILED"):
        if worst in states:
            return worst
    return "SUCCEEDED"


def cycle(workflow: Workflow) -> list[str]:
    """Steps that wait for each other, in their order; none where there are no such."""
    waits = {
        step.name: [one.step for one in step.trigger.conditions] if step.trigger else []
        for step in workflow.steps
    }
    done: set[str] = set()

    def look(name: str, way: list[str]) -> list[str]:
        if name in way:
            return way[way.index(name) :]
        if name in done:
            return []
        done.add(name)
        for other in waits.get(name, []):
            if found := look(other, [*way, name]):
                return found
        return []

    for name in waits:
        if found := look(name, []):
            return found
    return []


def _holds(step: Step, ended: Mapping[str, str]) -> bool:
    if step.trigger is None:
        return True
    met = [ended.get(one.step) == one.state for one in step.trigger.conditions]
    return any(met) if step.trigger.logical == "ANY" else all(met)
