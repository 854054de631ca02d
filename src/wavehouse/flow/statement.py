"""A program as one statement to read, or to run elsewhere: every node a common table expression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.engines.engine import Engine
from wavehouse.flow.nodes import CatalogSource, FileSource, S3CsvSource, S3JsonSource, Source
from wavehouse.flow.program import Program
from wavehouse.flow.relation import Relation
from wavehouse.flow.scans import scan
from wavehouse.flow.sql.casts import for_engine
from wavehouse.flow.sql.for_athena import for_athena
from wavehouse.flow.sql.for_spark import for_spark
from wavehouse.flow.sql.made import column

Dialect = Literal["duckdb", "spark", "athena"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "spark", "athena")


# The names of the files that a node reads; raises `DefinitionError` where it is not known here which.
Files = Callable[[FileSource], Sequence[str]]


def statement(program: Program, dialect: Dialect, engine: Engine, files: Files) -> str:
    """The statement; raises `DefinitionError` with the node for what the dialect cannot say."""
    texts: dict[str, exp.Query] = {}
    for id_, node in program.nodes.items():
        try:
            if isinstance(node, Source):
                relation = program.relations[id_]
                table = _table(node, relation, dialect, files)
                texts[id_] = exp.Select().select(*map(column, relation.names)).from_(table)
            else:
                texts[id_] = _said(program, id_, dialect, engine)
        except DefinitionError as error:
            raise DefinitionError(
                f"node '{id_}': {error.what}", where=program.graph.where(id_), remedy=error.remedy
            ) from None
    last = texts.pop(program.target_id)
    if last.args.get("with_") and texts:
        # Its own WITH reads the nodes before.
        last = exp.Select().select("*").from_(last.subquery("last"))
    for id_, query in texts.items():
        last = last.with_(exp.to_identifier(id_, quoted=True), as_=query)
    notes = [f"-- Which columns '{id_}' drops depends on the rows: here none." for id_ in program.by_rows]
    return "\n".join([*notes, last.sql(dialect, pretty=True)])


def _said(program: Program, id_: str, dialect: Dialect, engine: Engine) -> exp.Query:
    query = program.queries[id_]
    if dialect == "spark":
        return for_spark(query)
    if dialect == "athena":
        return for_athena(query, {one: program.relations[one] for one in program.nodes[id_].Inputs})
    return for_engine(query, engine)


def _table(node: Source, relation: Relation, dialect: Dialect, files: Files) -> exp.Table:
    """The table that a source stands for."""
    if isinstance(node, CatalogSource):
        return _named(node.Table, node.Database)
    if not isinstance(node, FileSource):
        raise DefinitionError(f"a {type(node).__name__} is no table")
    if node.contract is not None:
        return _named(node.contract, "staging")
    if dialect == "duckdb":
        return exp.Table(this=scan(node, relation, files))
    if dialect == "athena":
        raise DefinitionError(
            "it reads files by path, and Athena reads tables",
            remedy="Land the files by a contract, or ask for another --dialect",
        )
    some = node.Exclusions or node.Recurse is False
    if isinstance(node, S3CsvSource) or len(node.Paths) > 1 or some:
        raise DefinitionError(
            "how its files are read cannot be said in Spark's SQL", remedy="Ask for another --dialect"
        )
    return _named(node.Paths[0], "json" if isinstance(node, S3JsonSource) else "parquet")


def _named(name: str, database: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True), db=exp.to_identifier(database, quoted=True))
