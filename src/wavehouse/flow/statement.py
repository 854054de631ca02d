"""A program as one statement to read, or to run elsewhere: every node a common table expression."""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.engines.engine import Engine
from wavehouse.flow.nodes import CatalogSource, FileSource, S3CsvSource, S3JsonSource, Source
from wavehouse.flow.program import Program
from wavehouse.flow.sql.casts import for_engine
from wavehouse.flow.sql.for_athena import for_athena
from wavehouse.flow.sql.for_spark import for_spark
from wavehouse.flow.sql.made import column

Dialect = Literal["duckdb", "spark", "athena"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "spark", "athena")


def statement(program: Program, dialect: Dialect, engine: Engine) -> str:
    """The statement; raises `DefinitionError` with the node for what the dialect cannot say."""
    texts: dict[str, exp.Query] = {}
    for id_, node in program.nodes.items():
        try:
            if isinstance(node, Source):
                names = map(column, program.relations[id_].names)
                texts[id_] = exp.Select().select(*names).from_(_table(node, dialect))
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


def _table(node: Source, dialect: Dialect) -> exp.Table:
    """The table that a source stands for."""
    if isinstance(node, CatalogSource):
        return _named(node.Table, node.Database)
    if not isinstance(node, FileSource):
        raise DefinitionError(f"a {type(node).__name__} is no table")
    if node.contract is not None:
        return _named(node.contract, "staging")
    paths = [f"{path}*" if path.endswith("/") else path for path in node.Paths]
    if dialect == "duckdb":
        return exp.Table(this=_scan(node, paths))
    if dialect == "athena":
        raise DefinitionError(
            "it reads files by path, and Athena reads tables",
            remedy="Land the files by a contract, or ask for another --dialect",
        )
    if isinstance(node, S3CsvSource) or len(node.Paths) > 1:
        raise DefinitionError(
            "how its files are read cannot be said in Spark's SQL", remedy="Ask for another --dialect"
        )
    return _named(node.Paths[0], "json" if isinstance(node, S3JsonSource) else "parquet")


def _named(name: str, database: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True), db=exp.to_identifier(database, quoted=True))


def _scan(node: FileSource, paths: list[str]) -> exp.Expr:
    listed = exp.Array(expressions=[exp.Literal.string(path) for path in paths])
    if not isinstance(node, S3CsvSource):
        reader = "read_json" if isinstance(node, S3JsonSource) else "read_parquet"
        return exp.Anonymous(this=reader, expressions=[listed])
    delimiter, quote = (exp.Literal.string(sign) for sign in node.signs)
    options = {"delim": delimiter, "quote": quote, "header": exp.Boolean(this=node.WithHeader)}
    written = [
        exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
        for name, value in {**options, "all_varchar": exp.true()}.items()
    ]
    return exp.Anonymous(this="read_csv", expressions=[listed, *written])
