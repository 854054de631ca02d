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
from wavehouse.flow.nodes import ApplyMapping, DropDuplicates, DropFields, Join, Node, S3CsvSource
from wavehouse.flow.relation import BoundSource, Relation


@dataclass(frozen=True)
class NodeRows:
    """What a node that can change the number of rows did: rows of its first input, and rows out.

    For a join: `unmatched` rows of the left input met none of the right, and `added` rows came from
    meeting several or, in right and outer joins, from the right alone.
    """

    node: str
    name: str
    rows_in: int
    rows_out: int
    unmatched: int = 0
    added: int = 0


@dataclass(frozen=True)
class Program:
    """The compiled graph: `columns` are the target's; texts are in the engine's dialect."""

    graph: Graph
    relations: Mapping[str, Relation]
    columns: tuple[Column, ...]
    sql: str
    _ctes: str

    @property
    def partition_by(self) -> str | None:
        """The target's partition column, if it has one."""
        keys = self.graph.target.PartitionKeys
        return keys[0][0] if keys else None

    def account(self, engine: Engine) -> list[NodeRows]:
        """Count, in one query, what every node did that can change the number of rows.

        What the keys already tell is not counted again: a join with a side that is unique by its keys
        returns as many rows as the left has matches, and distinct rows stay as many as they were.
        """
        asked: dict[str, str] = {}
        for id_, node in self.graph.nodes.items():
            if isinstance(node, Join):
                asked[f"in {id_}"] = _count(node.Inputs[0])
                asked[f"matched {id_}"] = _matched(node)
                if not self._single(node):
                    asked[f"out {id_}"] = _count(id_)
            elif isinstance(node, DropDuplicates):
                asked[f"in {id_}"] = _count(node.Inputs[0])
                if not self.relations[node.Inputs[0]].unique:
                    asked[f"out {id_}"] = _count(id_)
        if not asked:
            return []
        # A join's input is most often another join's output: each figure is asked for once.
        texts = list(dict.fromkeys(asked.values()))
        (row,) = engine.rows(f"{self._ctes} SELECT {', '.join(f'({text})' for text in texts)}")
        figures = dict(zip(texts, row, strict=True))
        count = {name: figures[text] for name, text in asked.items()}
        return [
            self._node_rows(id_, node, count)
            for id_, node in self.graph.nodes.items()
            if isinstance(node, Join | DropDuplicates)
        ]

    def expected_rows(self, account: list[NodeRows]) -> int | None:
        """How many rows the target must get by that account; None where a query between may change it."""
        last = {rows.node: rows.rows_out for rows in account}
        node = self.graph.target.Inputs[0]
        while node not in last:
            if not isinstance(self.graph.nodes[node], ApplyMapping | DropFields):
                return None
            node = self.graph.nodes[node].Inputs[0]
        return last[node]

    def _single(self, join: Join) -> bool:
        """Whether each left row meets at most one right row, and no right row comes out alone."""
        unique = self.relations[join.Inputs[1]].unique
        return bool(unique) and unique <= frozenset(join.keys(1)) and join.JoinType not in ("right", "outer")

    def _node_rows(self, id_: str, node: Node, count: Mapping[str, int]) -> NodeRows:
        rows_in = count[f"in {id_}"]
        if not isinstance(node, Join):
            return NodeRows(id_, node.Name, rows_in, count.get(f"out {id_}", rows_in))
        matched = count[f"matched {id_}"]
        kept = {"left": rows_in, "outer": rows_in, "leftanti": rows_in - matched}.get(node.JoinType, matched)
        rows_out = count.get(f"out {id_}", kept)
        return NodeRows(id_, node.Name, rows_in, rows_out, rows_in - matched, rows_out - kept)


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
            text = query.sql(engine.dialect)
        if node is graph.target:
            final = text
        else:
            # Not materialised: a node read twice is cheaper read twice than kept whole in memory.
            ctes.append(f"{identifier(id_)} AS NOT MATERIALIZED ({text})")
    head = "WITH " + ",\n".join(ctes)
    target = next(id_ for id_, node in graph.nodes.items() if node is graph.target)
    return Program(graph, relations, relations[target].columns, f"{head}\n{final}", head)


def _count(node: str) -> str:
    return f"SELECT count(*) FROM {identifier(node)}"


def _matched(join: Join) -> str:
    """The number of left rows that meet at least one right row."""
    left, right = (identifier(input_) for input_ in join.Inputs)
    on = " AND ".join(
        f"{left}.{identifier(a)} = {right}.{identifier(b)}"
        for a, b in zip(join.keys(0), join.keys(1), strict=True)
    )
    return f"SELECT count(*) FROM {left} SEMI JOIN {right} ON {on}"
