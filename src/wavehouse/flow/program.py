"""A graph as one SQL program: every node a common table expression, nothing materialised between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.engines.engine import Engine
from wavehouse.flow.graph import Graph
from wavehouse.flow.node_sql import node_sql
from wavehouse.flow.nodes import S3CsvSource
from wavehouse.flow.relation import BoundSource, Relation


@dataclass(frozen=True)
class Program:
    """The compiled graph: `columns` are the target's; texts are in the engine's dialect.

    `ctes` is the WITH clause that defines every node but the target, `sql` the whole program.
    """

    graph: Graph
    relations: Mapping[str, Relation]
    columns: tuple[Column, ...]
    sql: str
    ctes: str

    @property
    def partition_by(self) -> str | None:
        """The target's partition column, if it has one."""
        keys = self.graph.target.PartitionKeys
        return keys[0][0] if keys else None


def compile_graph(graph: Graph, sources: Mapping[str, BoundSource], engine: Engine) -> Program:
    """One program over the current rows of the sources.

    Raises `DefinitionError` with file, line and node for a source without a contract, a column that is
    not there, or SQL that does not parse.
    """
    relations: dict[str, Relation] = {}
    ctes: list[str] = []

    def describe(query: exp.Query) -> tuple[Column, ...]:
        return engine.columns(query.sql(engine.dialect))

    final = ""
    for id_, node in graph.nodes.items():
        if isinstance(node, S3CsvSource):
            bound = sources.get(node.source)
            if bound is None:
                raise DefinitionError(
                    f"node '{id_}' reads the source '{node.source}', which has no contract",
                    where=graph.where(id_),
                    remedy=did_you_mean(node.source, sources),
                )
            relations[id_] = bound.relation
            text = f"SELECT * FROM {bound.scan}"
        else:
            try:
                query, relations[id_] = node_sql(
                    node, {input_: relations[input_] for input_ in node.Inputs}, describe
                )
            except DefinitionError as error:
                raise DefinitionError(
                    f"node '{id_}': {error.what}", where=graph.where(id_), remedy=error.remedy
                ) from None
            _check_columns(graph, id_, relations[id_])
            text = query.sql(engine.dialect)
        if node is graph.target:
            final = text
        else:
            # Not materialised: a node read twice is cheaper read twice than kept whole in memory.
            ctes.append(f"{identifier(id_)} AS NOT MATERIALIZED ({text})")
    head = "WITH " + ",\n".join(ctes)
    return Program(graph, relations, relations[graph.target_id].columns, f"{head}\n{final}", head)


def _check_columns(graph: Graph, id_: str, relation: Relation) -> None:
    """Raise where no column is left, or two go by one name: SQL would read one of them for both."""
    if not relation.columns:
        raise DefinitionError(
            f"node '{id_}' leaves no column", where=graph.where(id_), remedy="Keep at least one"
        )
    seen: set[str] = set()
    for name in relation.names:
        if name.casefold() in seen:
            raise DefinitionError(
                f"node '{id_}' gives two columns the name '{name}' (letters' case does not count)",
                where=graph.where(id_),
                remedy="Rename one of them with an ApplyMapping before",
            )
        seen.add(name.casefold())
