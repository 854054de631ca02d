"""A graph as one SQL program: every node a common table expression, nothing materialised between."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine
from wavehouse.flow.binding import Bind
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import DropNullFields, Node, Source, Target
from wavehouse.flow.relation import Relation
from wavehouse.flow.sql import node_sql
from wavehouse.flow.sql.casts import for_engine


@dataclass(frozen=True)
class Program:
    """The compiled way to one target: `columns` are the target's; texts are in the engine's dialect.

    `nodes` are those that the target comes from, and itself; `ctes` is the WITH clause that defines all of
    them but the target, `sql` the whole program. `queries` has those of all nodes but the sources. Any other
    node may stand in the target's place.
    """

    graph: Graph
    target_id: str
    nodes: Mapping[str, Node]
    relations: Mapping[str, Relation]
    queries: Mapping[str, exp.Query]
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
    def by_rows(self) -> list[str]:
        """The nodes whose columns hang on the rows that were there when the program was compiled.

        Over other rows it must be compiled again.
        """
        return [id_ for id_, node in self.nodes.items() if isinstance(node, DropNullFields)]

    @property
    def partition_by(self) -> str | None:
        """The target's partition column, if it has one."""
        keys = self.target.partition_keys
        return keys[0] if keys else None


def compile_target(
    graph: Graph,
    target_id: str,
    bind: Bind,
    engine: Engine,
    compiled: MutableMapping[str, CompiledNode] | None = None,
) -> Program:
    """One program from the rows that `bind` finds for the sources to a target, or any other node.

    `compiled` has nodes of the graph that were compiled before over the same rows, and gets the others.

    Raises `DefinitionError` with file, line and node for a source that cannot be read, a column that is not
    there, or SQL that does not parse.
    """
    nodes = graph.before(target_id)
    relations: dict[str, Relation] = {}
    queries: dict[str, exp.Query] = {}
    texts: dict[str, str] = {}
    known = {} if compiled is None else compiled
    for id_ in nodes:
        if id_ not in known:
            known[id_] = compile_node(graph, id_, relations, texts, bind, engine)
        made = known[id_]
        relations[id_], texts[id_] = made.relation, made.text
        if made.query is not None:
            queries[id_] = made.query
    final = texts.pop(target_id)
    if target_id in queries and queries[target_id].args.get("with_"):
        # Behind one WITH no other may stand.
        final = f"SELECT * FROM ({final})"
    head = with_clause(texts)
    columns = relations[target_id].columns
    return Program(graph, target_id, nodes, relations, queries, columns, f"{head}\n{final}", head)


def with_clause(texts: Mapping[str, str]) -> str:
    """The WITH clause that defines nodes by their queries; '' where there are none."""
    # Not materialised: a node read twice is cheaper read twice than kept whole in memory.
    ctes = [f"{identifier(id_)} AS NOT MATERIALIZED ({text})" for id_, text in texts.items()]
    return "WITH " + ",\n".join(ctes) if ctes else ""


class SameNamesError(DefinitionError):
    """A node gives two columns one name; `relation` has them."""

    def __init__(self, what: str, *, where: str, remedy: str, relation: Relation) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.relation = relation


@dataclass(frozen=True)
class CompiledNode:
    """The query of a node over its inputs (tables named by their ids), as the engine's text, and what it
    returns; a source has no `query`, only text."""

    text: str
    relation: Relation
    query: exp.Query | None = None


def compile_node(
    graph: Graph,
    id_: str,
    relations: Mapping[str, Relation],
    texts: Mapping[str, str],
    bind: Bind,
    engine: Engine,
) -> CompiledNode:
    """Compile one node; `relations` and `texts` have what the nodes before it return, and their queries.

    Raises `DefinitionError` as `compile_target` does.
    """
    node = graph.nodes[id_]

    def text(query: exp.Query) -> str:
        # (What is made for the engine is a copy already.)
        return for_engine(query, engine).sql(engine.dialect, copy=False)

    def describe(query: exp.Query) -> tuple[Column, ...]:
        return engine.columns(text(query))

    def ask(query: exp.Query) -> list[tuple[Any, ...]]:
        if not texts.keys() >= {*node.Inputs}:
            raise DefinitionError("its columns hang on the rows of a node that is broken")
        return engine.rows(f"{with_clause(texts)} {text(query)}")

    try:
        if isinstance(node, Source):
            bound = bind(id_, node)
            compiled = CompiledNode(f"SELECT * FROM {bound.scan}", bound.relation)
        else:
            made = node_sql(node, id_, {one: relations[one] for one in node.Inputs}, describe, ask)
            compiled = CompiledNode(text(made.query), made.relation, made.query)
    except DefinitionError as error:
        raise DefinitionError(
            f"node '{id_}': {error.what}", where=graph.where(id_), remedy=error.remedy
        ) from None
    except RecursionError:
        raise DefinitionError(
            f"node '{id_}': its query is nested too deeply",
            where=graph.where(id_),
            remedy="Write it with fewer brackets, or in several nodes",
        ) from None
    _check_columns(graph, id_, compiled.relation)
    return compiled


def _check_columns(graph: Graph, id_: str, relation: Relation) -> None:
    """Raise where no column is left, or two go by one name: SQL would read one of them for both."""
    if not relation.columns:
        raise DefinitionError(
            f"node '{id_}' leaves no column", where=graph.where(id_), remedy="Keep at least one"
        )
    seen: set[str] = set()
    for name in relation.names:
        if name.casefold() in seen:
            raise SameNamesError(
                f"node '{id_}' gives two columns the name '{name}' (letters' case does not count)",
                where=graph.where(id_),
                remedy="Rename one of them with an ApplyMapping before",
                relation=relation,
            )
        seen.add(name.casefold())
