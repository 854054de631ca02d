"""A graph as one SQL program: every node a common table expression, nothing materialised between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.binding import Bind
from wavehouse.flow.graph import Graph
from wavehouse.flow.node_sql import node_sql
from wavehouse.flow.nodes import Node, Source, Target
from wavehouse.flow.relation import Relation


@dataclass(frozen=True)
class Program:
    """The compiled way to one target: `columns` are the target's; texts are in the engine's dialect.

    `nodes` are those that the target comes from, and itself; `ctes` is the WITH clause that defines all of
    them but the target, `sql` the whole program. Any other node may stand in the target's place.
    """

    graph: Graph
    target_id: str
    nodes: Mapping[str, Node]
    relations: Mapping[str, Relation]
    columns: tuple[Column, ...]
    sql: str
    ctes: str

    @property
    def target(self) -> Target:
        """The target."""
        return self.graph.targets[self.target_id]

    @property
    def last_id(self) -> str:
        """The node whose rows the target takes."""
        return self.target.Inputs[0]

    @property
    def partition_by(self) -> str | None:
        """The target's partition column, if it has one."""
        keys = self.target.partition_keys
        return keys[0] if keys else None


def compile_target(graph: Graph, target_id: str, bind: Bind, engine: Engine) -> Program:
    """One program from the rows that `bind` finds for the sources to a target.

    Raises `DefinitionError` with file, line and node for a source that cannot be read, a column that is not
    there, or SQL that does not parse.
    """
    nodes = graph.before(target_id)
    relations: dict[str, Relation] = {}
    ctes: list[str] = []
    final = ""
    for id_ in nodes:
        text, relations[id_] = compile_node(graph, id_, relations, bind, engine)
        if id_ == target_id:
            final = text
        else:
            # Not materialised: a node read twice is cheaper read twice than kept whole in memory.
            ctes.append(f"{identifier(id_)} AS NOT MATERIALIZED ({text})")
    head = "WITH " + ",\n".join(ctes) if ctes else ""
    columns = relations[target_id].columns
    return Program(graph, target_id, nodes, relations, columns, f"{head}\n{final}", head)


def compile_node(
    graph: Graph, id_: str, relations: Mapping[str, Relation], bind: Bind, engine: Engine
) -> tuple[str, Relation]:
    """The query of one node over its inputs (tables named by their ids, which `relations` has), and its rows.

    Raises `DefinitionError` as `compile_target` does.
    """
    node = graph.nodes[id_]

    def describe(query: exp.Query) -> tuple[Column, ...]:
        return engine.columns(query.sql(engine.dialect))

    try:
        if isinstance(node, Source):
            bound = bind(id_, node)
            relation, text = bound.relation, f"SELECT * FROM {bound.scan}"
        else:
            query, relation = node_sql(node, {one: relations[one] for one in node.Inputs}, describe)
            text = query.sql(engine.dialect)
    except DefinitionError as error:
        raise DefinitionError(
            f"node '{id_}': {error.what}", where=graph.where(id_), remedy=error.remedy
        ) from None
    _check_columns(graph, id_, relation)
    return text, relation


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
