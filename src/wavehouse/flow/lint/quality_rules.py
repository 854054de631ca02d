"""Findings about the rules of `EvaluateDataQuality` nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.checks import ruleset_of
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import EvaluateDataQuality
from wavehouse.flow.survey import Survey
from wavehouse.quality.plan import compile_rules


def bad_rules(survey: Survey, base: Path) -> Iterator[Finding]:
    """F209: rules that are no DQDL, or name columns that do not reach the node; paths are under `base`."""
    for id_, node in survey.graph.nodes.items():
        if not isinstance(node, EvaluateDataQuality):
            continue
        try:
            ruleset, place = ruleset_of(survey.graph, id_, node)
        except DefinitionError as error:
            yield _finding(survey, id_, error)
            continue
        for relation in survey.inputs(id_).values():
            # Rule by rule: one that is wrong must not hide the next.
            for rule in ruleset.rules:
                try:
                    compile_rules(replace(ruleset, rules=(rule,)), relation.columns, {}, place, base)
                except DefinitionError as error:
                    yield _finding(survey, id_, error)


def _finding(survey: Survey, id_: str, error: DefinitionError) -> Finding:
    where = survey.graph.where(id_, "Ruleset")
    inside = error.where.rpartition("', ")[2] or error.where.rpartition(": ")[2]
    at = f" ({inside})" if inside else ""
    return Finding("F209", "error", id_, where, f"node '{id_}', its Ruleset{at}: {error.what}", error.remedy)
