"""Findings about what can be made again, and what has to be: chance in queries, tables made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wavehouse.core.errors import DefinitionError
from wavehouse.engines.engine import Engine
from wavehouse.engines.spark_sql import by_chance, parse_query
from wavehouse.flow.binding import Bind
from wavehouse.flow.dependence import NoDependence, dependence
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.nodes import SparkSQL
from wavehouse.flow.program import compile_target
from wavehouse.flow.survey import Survey


def chance(survey: Survey) -> Iterator[Finding]:
    """F501: queries whose answer hangs on chance or the clock."""
    for id_, node in survey.graph.nodes.items():
        if not isinstance(node, SparkSQL):
            continue
        try:
            found = by_chance(parse_query(node.SqlQuery, "the SqlQuery"))
        except DefinitionError:
            continue
        if found:
            yield Finding(
                "F501",
                "warning",
                id_,
                survey.graph.where(id_, "SqlQuery"),
                f"the SqlQuery of '{id_}' holds {', '.join(found)}, which says something else each time: the "
                "same files give another table at each run",
                "Take such values from columns; chance can come from a hash of the key",
            )


def made_anew(
    survey: Survey, bind: Bind, engine: Engine, keys: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """F502: tables that cannot be changed in increments; `keys` has the key columns of every contract."""
    graph = survey.graph
    for id_ in graph.tables:
        if id_ not in survey.queries:
            continue
        try:
            dependence(compile_target(graph, id_, bind, engine), keys)
        except NoDependence as reason:
            yield Finding(
                "F502",
                "note",
                id_,
                graph.where(id_),
                f"the table of '{id_}' is made anew whenever something that it reads has changed: "
                f"{reason.reason}",
                "That is right and only slower; docs/loading.md says what can be changed in increments",
            )
