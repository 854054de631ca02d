"""All findings of a flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from wavehouse.engines.engine import Engine
from wavehouse.flow.broken_graph import BrokenGraphError
from wavehouse.flow.graph import Graph
from wavehouse.flow.lint.column_types import keys_of_different_types, untyped_columns
from wavehouse.flow.lint.effects import depends_on_rows, filled_otherwise, without_effect
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.lint.measuring import measured
from wavehouse.flow.lint.names import dotted_names, same_names, unknown_columns
from wavehouse.flow.lint.quality_rules import bad_rules
from wavehouse.flow.lint.repeatable import chance, made_anew
from wavehouse.flow.lint.structure import broken, not_runnable, unused
from wavehouse.flow.lint.writing import appends
from wavehouse.flow.nodes import Source
from wavehouse.flow.relation import BoundSource
from wavehouse.flow.survey import Survey, survey

_SEVERITIES = ("error", "warning", "note")


class Rows(Protocol):
    """The rows of a flow's sources (a `Bind`), or empty relations in their place.

    `empty` has, by the ids of the sources that were asked for and have no rows, the reason.
    """

    @property
    def empty(self) -> Mapping[str, str]:
        """The reasons, by id."""

    def __call__(self, id_: str, node: Source, /) -> BoundSource:
        """The rows of a source node; raises `DefinitionError` where not even its columns are known."""


def lint(
    graph: Graph,
    wrong: Sequence[BrokenGraphError],
    rows: Rows,
    engine: Engine,
    keys: Mapping[str, Sequence[str]],
    refused: Callable[[Survey], Iterable[Finding]] = lambda _: (),
) -> list[Finding]:
    """The findings of one flow; `wrong` is what was wrong when its graph was read.

    `keys` has the key columns of every contract; `refused` says what a run would refuse besides.
    """
    return lint_surveyed(survey(graph, rows, engine), wrong, rows, engine, keys, refused)


def lint_surveyed(
    found: Survey,
    wrong: Sequence[BrokenGraphError],
    rows: Rows,
    engine: Engine,
    keys: Mapping[str, Sequence[str]],
    refused: Callable[[Survey], Iterable[Finding]] = lambda _: (),
) -> list[Finding]:
    """The same, of a graph that was looked through over these rows."""
    graph = found.graph
    findings = [
        *map(broken, wrong),
        *unused(graph),
        *_static(found),
        *appends(graph),
        *made_anew(found, rows, engine, keys),
        *measured(found, engine, rows.empty),
        *refused(found),
    ]
    explained = {one.node for one in findings if one.severity == "error"}
    return [*findings, *not_runnable(found, explained)]


def _static(found: Survey) -> list[Finding]:
    # Files that rules name lie by the project, as for a run.
    base = found.graph.file.path.parent.parent
    return [
        *unknown_columns(found),
        *same_names(found),
        *dotted_names(found),
        *untyped_columns(found),
        *keys_of_different_types(found),
        *without_effect(found),
        *depends_on_rows(found),
        *filled_otherwise(found),
        *bad_rules(found, base),
        *chance(found),
    ]


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """The worst first, then by place, then by code."""

    def by(finding: Finding) -> tuple[int, str, int, str]:
        path, _, line = finding.where.rpartition(":")
        number = int(line) if line.isdigit() else 0
        return _SEVERITIES.index(finding.severity), path, number, finding.code

    return sorted(findings, key=by)
